"""All that is served, put together: page, library, API and tools, behind the gate."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI

from ui import server, web
from ui.accounts import Accounts
from ui.api import Api
from ui.gate import Gate, is_loopback
from ui.library_page import add_pages
from ui.metrics import MeteredAssistant
from ui.rebuild import Rebuild
from ui.sessions import Rate, Seats

# Questions and changes a minute for one client, where others than this machine can ask.
RATE = 120


@dataclass(frozen=True, slots=True)
class Options:
    """How a library is served.

    auth_file: users who may sign in; None lets everybody in who reaches the address.
    read_only: nothing can be added, removed or built from a browser or a program.
    max_users: how many may use it at once; 0 is no limit.
    rate: questions and changes a minute for each client, 0 for no limit; None is RATE, and no limit
        where only this machine can ask.
    names: host names besides the machine's own that it is reached by.
    tools: offer the tools for assistants at /mcp.
    reranker: a cross-encoder that reads the best passages once more; "" for none.
    """

    host: str = "127.0.0.1"
    port: int = 7860
    open_browser: bool = False
    auth_file: Path | None = None
    read_only: bool = False
    max_users: int = 0
    rate: int | None = None
    names: tuple[str, ...] = ()
    tools: bool = False
    reranker: str = ""

    @property
    def is_local(self) -> bool:
        return self.host == "localhost" or is_loopback(self.host)


def serve(
    sources: Path,
    index: Path,
    options: Options,
    rebuild: Rebuild | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Open a library and serve it until Ctrl-C or SIGTERM.

    `ready` gets the address once the server answers. Raises LibraryError or ModelError when the
    library cannot be opened, SettingsError when an option cannot be used.
    """
    accounts = Accounts(options.auth_file) if options.auth_file else None
    assistant = MeteredAssistant(index, options.reranker)
    try:
        with (rebuild or Rebuild(sources, index)).open() as builds:
            app = application(assistant, sources, index, builds, options, accounts)
            server.run(app, options.host, options.port, options.open_browser, ready, options.names)
    finally:
        assistant.close()


def application(
    assistant: MeteredAssistant,
    sources: Path,
    index: Path,
    rebuild: Rebuild,
    options: Options,
    accounts: Accounts | None = None,
) -> Gate:
    """Everything as one ASGI application. Starts no server."""
    seats = Seats(options.max_users)
    outer = Api(
        assistant,
        rebuild,
        sources,
        index,
        read_only=options.read_only,
        metrics=assistant.metrics,
        seats=seats,
    ).app()
    add_pages(outer)
    if options.tools:
        _add_tools(outer, assistant, index)
    local = options.is_local and accounts is None
    rate = options.rate if options.rate is not None else 0 if local else RATE
    feedback = None if options.read_only else index / "feedback"
    page = web.build_app(assistant, sources, feedback, {"library": "Library"})
    return Gate(web.mount(page, outer), accounts, seats, Rate(rate))


def _add_tools(outer: FastAPI, assistant: MeteredAssistant, index: Path) -> None:
    from ui.tools import tool_server

    tools = tool_server(assistant, index).streamable_http_app()
    outer.router.routes.extend(tools.routes)
    outer.router.lifespan_context = tools.router.lifespan_context
