"""The library as tools for assistants that speak MCP. The only importer of mcp, the extra of that
name."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from anyio.to_thread import run_sync

from index.errors import CommentaryError, SettingsError
from index.library import Library
from index.library.catalogue import entries
from qa import Assistant
from ui.render import answer_json, hits_json

if TYPE_CHECKING:
    from mcp.server.fastmcp import FastMCP

_ABOUT = (
    "Answers questions from a library of commentaries. Every answer is made of sentences that "
    "stand in the sources, with the place of each, or says that the sources do not answer: pass "
    "that on."
)
Done = TypeVar("Done")
History = list[dict[str, str]] | None
Filters = dict[str, str] | None


def tool_server(assistant: Assistant, index: Path) -> "FastMCP":
    """A server of the tools ask, retrieve and documents, which give what --json prints.

    Raises SettingsError where the extra is not installed.
    """
    try:
        from mcp.server.fastmcp import FastMCP
        from mcp.server.fastmcp.exceptions import ToolError
        from mcp.server.transport_security import TransportSecuritySettings
    except ImportError as error:
        raise SettingsError(
            "tools for other programs need the package mcp: pip install 'commentary-qa[mcp]'"
        ) from error

    # Host and Origin are checked in front of the whole server (ui/server.py).
    checked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    server = FastMCP(
        "commentary", _ABOUT, stateless_http=True, json_response=True,
        log_level="WARNING", transport_security=checked,
    )  # fmt: skip

    async def done(work: Callable[[], Done]) -> Done:
        try:
            return await run_sync(work)
        except CommentaryError as error:
            raise ToolError(str(error)) from error

    @server.tool()
    async def ask(
        question: str, history: History = None, filters: Filters = None
    ) -> dict[str, Any]:
        """The sentences that answer a question, each cited to its exact characters, or an honest
        no. history is what was said before, oldest first, as {role, content}; filters may name
        author, publisher, document, published_from and published_to."""
        return await done(
            lambda: answer_json(assistant.ask(question, history or [], filters or None))
        )

    @server.tool()
    async def retrieve(
        question: str, k: int = 8, history: History = None, filters: Filters = None
    ) -> list[dict[str, Any]]:
        """The k (1 to 40) passages that fit a question best, best first."""
        return await done(
            lambda: hits_json(assistant.retrieve(question, k, history or [], filters or None))
        )

    @server.tool()
    async def documents(words: str = "", limit: int = 50, offset: int = 0) -> dict[str, Any]:
        """The documents of the library whose title, author, publisher or date has these words; at
        most 200 at a time."""

        def read() -> dict[str, Any]:
            with closing(Library.open(index)) as library, library.snapshot():
                found, total = entries(
                    library, words, limit=max(1, min(limit, 200)), offset=max(0, offset)
                )
            return {"total": total, "documents": [asdict(entry) for entry in found]}

        return await done(read)

    return server
