"""The chat in a browser: layout, what happens on each event, and mounting. The only importer of
gradio."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI

from index.errors import CommentaryError
from qa import Assistant
from ui import chat, render, server, tools
from ui.service import Service
from ui.site import Serving, Site, guarded

STARTERS = 4
_ASSETS = files("ui") / "assets"
# No web font: the page asks nothing of another host.
_FONT = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Ubuntu", "sans-serif"]


def build_app(assistant: Assistant) -> gr.Blocks:
    """The page as a Gradio app. Starts no server and opens no file of the library."""
    app = gr.Blocks(title="Commentary", analytics_enabled=False, fill_height=True, fill_width=True)
    with app:
        for tool in tools.tools(assistant):
            gr.api(tool, api_name=tool.__name__)
        page = _layout(assistant)
        _wire(app, page, assistant)
    app.queue(default_concurrency_limit=8, max_size=64, api_open=False)
    return app


@dataclass(frozen=True, slots=True)
class _Page:
    turns: gr.State
    transcript: gr.Chatbot
    welcome: gr.Column
    starters: list[gr.Button]
    notice: gr.HTML
    box: gr.Textbox
    send: gr.Button
    stop: gr.Button
    new: gr.Button


def _layout(assistant: Assistant) -> _Page:
    turns = gr.State([])
    with gr.Row(elem_id="panes"):
        with gr.Column(elem_id="chat-pane"):
            with gr.Row(elem_id="masthead"):
                gr.HTML("<h1>Commentary</h1>", elem_id="name")
                new = gr.Button("New conversation", elem_id="new", size="sm")
            with gr.Column(elem_id="welcome") as welcome:
                gr.HTML(_asset("welcome.html"))
                starters = [
                    gr.Button("", visible=False, elem_id=f"starter-{n}", elem_classes="starter")
                    for n in range(STARTERS)
                ]
            transcript = gr.Chatbot(
                elem_id="chat",
                label="Conversation",
                show_label=False,
                container=False,
                height=None,
                buttons=[],
                latex_delimiters=[],
                feedback_options=None,
                visible="hidden",
            )
            notice = gr.HTML(elem_id="notice")
            with gr.Row(elem_id="composer"):
                box = gr.Textbox(
                    elem_id="question",
                    label="Your question",
                    show_label=False,
                    container=False,
                    placeholder="Ask the sources a question",
                    lines=1,
                    max_lines=8,
                    autofocus=True,
                )
                send = gr.Button("Send", elem_id="send", variant="primary")
                stop = gr.Button("Stop", elem_id="stop", visible=False)
        with gr.Column(elem_id="source-pane"):
            gr.HTML(
                _asset("pane.html"),
                elem_id="source",
                js_on_load=_asset("page.js"),
                server_functions=[_source_reader(assistant)],
            )
    return _Page(turns, transcript, welcome, starters, notice, box, send, stop, new)


def _source_reader(assistant: Assistant) -> Callable[[Any], str]:
    def get_source(links: Any) -> str:
        """What the source pane shows for the first of two links; the second is the citation that
        the reader came from. Called by page.js with whatever a page holds."""
        link, origin, *_ = [*links, None, None] if isinstance(links, list) else [links, None]
        target = _target(link)
        if target is None:
            return render.missing_html()
        back = _target(origin)
        try:
            return _source(assistant, target, back if back != target else None)
        except CommentaryError as error:
            return render.notice_html(str(error))

    return get_source


def _target(link: object) -> render.Target | None:
    return render.parse_target(link) if isinstance(link, str) else None


def _source(assistant: Assistant, target: render.Target, back: render.Target | None) -> str:
    """The text that a link was cut from, be it the present one or an older one that is kept."""
    present = assistant.document(target.document_id)
    if present is not None and target.fits(present):
        return render.pane_html(present, target.start, target.end, back)
    document = assistant.document(target.document_id, target.version)
    if document is None:
        return render.missing_html() if present is None else render.changed_html(present)
    if not target.fits(document):
        return render.missing_html()
    return render.older_html(document, target.start, target.end, present)


def _wire(app: gr.Blocks, page: _Page, assistant: Assistant) -> None:
    idle: dict[Any, Any] = {page.send: gr.update(visible=True), page.stop: gr.update(visible=False)}
    busy: dict[Any, Any] = {page.send: gr.update(visible=False), page.stop: gr.update(visible=True)}

    def ask(
        event: gr.EventData, typed: str, turns: chat.Turns, *suggested: str
    ) -> Iterator[dict[Any, Any]]:
        starters = dict(zip((button.elem_id for button in page.starters), suggested, strict=True))
        question = starters.get(getattr(event.target, "elem_id", None), typed)
        reason = chat.refusal(question)
        if reason:
            yield {page.notice: render.notice_html(reason)}
            return
        turn, said = chat.Turn(question), chat.history(turns)
        turns.append(turn)
        yield busy | {
            page.notice: "",
            page.box: "",
            page.welcome: gr.update(visible=False),
            page.transcript: gr.update(value=chat.messages(turns), visible=True),
        }
        for _ in chat.reply(assistant, turn, said):
            yield {page.transcript: chat.messages(turns)}
        yield {page.transcript: chat.messages(turns)}

    def stop(turns: chat.Turns) -> dict[Any, Any]:
        chat.stop(turns)
        return {page.transcript: chat.messages(turns)}

    def clear(turns: chat.Turns) -> dict[Any, Any]:
        chat.stop(turns)
        turns.clear()
        return {
            page.transcript: gr.update(value=[], visible="hidden"),
            page.welcome: gr.update(visible=True),
            page.notice: "",
        }

    def load() -> list[Any]:
        try:
            questions = assistant.starters(STARTERS)[:STARTERS]
        except CommentaryError:
            questions = []
        return [gr.update(value=text, visible=True) for text in questions] + [
            gr.update(visible=False)
        ] * (STARTERS - len(questions))

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    outputs = [page.transcript, page.welcome, page.notice, page.box, page.send, page.stop]
    # One event for all, so that a page asks one question at a time.
    asked = gr.on(
        [page.send.click, page.box.submit, *(button.click for button in page.starters)],
        ask,
        [page.box, page.turns, *page.starters],
        outputs,
        **quiet,
    )
    # Only now would another question be taken.
    asked.then(lambda: idle, None, [page.send, page.stop], **quiet)
    page.stop.click(stop, page.turns, outputs, **quiet)
    page.new.click(clear, page.turns, outputs, **quiet)
    app.load(load, None, page.starters, **quiet)


def mount(app: gr.Blocks) -> FastAPI:
    """The page at "/" of a web application that offers nothing else. Starts no server."""
    undocumented: dict[str, Any] = {"openapi_url": None, "docs_url": None, "redoc_url": None}
    outer = FastAPI(**undocumented)
    gr.mount_gradio_app(
        outer,
        app,
        path="/",
        app_kwargs=undocumented,
        theme=gr.themes.Base(font=_FONT, font_mono=["ui-monospace", "monospace"]),
        head=f"<style>{_asset('page.css')}</style>",
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=find_spec("mcp") is not None,
        favicon_path=str(_ASSETS / "favicon.svg"),
    )
    return outer


def serve(
    index_dir: str | Path,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
    ready: Callable[[str], None] | None = None,
    serving: Serving | None = None,
) -> None:
    """Open a library and serve the chat over it until Ctrl-C or SIGTERM.

    `ready` gets the address once the server answers. Raises LibraryError or ModelError when the
    library cannot be opened, SettingsError when nothing can be opened at `host`.
    """
    assistant = Assistant.open(index_dir)
    try:
        how = serving or Serving()
        service = Service(assistant, Path(index_dir), how.sources, how.settings, how.read_only)
        site = guarded(Site(mount(build_app(service.assistant)), service), how)
        server.run(site, host, port, open_browser, ready)
    finally:
        assistant.close()


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text("utf-8")
