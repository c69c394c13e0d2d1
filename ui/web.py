"""The chat in a browser: the page, what it may ask of the server, and mounting. The only importer
of gradio.

The page is one gr.HTML: assets/page.html, brought to life by assets/main.js. Questions go through
Gradio's queue and come back as they grow; everything else is a function that the page calls.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from index.errors import CommentaryError
from qa import Assistant
from ui import chat, render
from ui.desk import Desk

_ASSETS = files("ui") / "assets"
# Where the page's own files are served; Gradio's are at /assets.
_PLACE = "page"
# Gradio makes events of the names in quotes.
_START = """
import(new URL("page/main.js", document.baseURI)).then((main) => main.start({
  element, server,
  ask: (posted) => trigger("ask", posted),
  stop: () => trigger("halt"),
  heard: (tell) => watch("value", () => tell(JSON.parse(JSON.stringify(props.value)))),
}));
"""


def build_app(
    assistant: Assistant,
    sources: Path | None = None,
    feedback: Path | None = None,
    links: Mapping[str, str] | None = None,
) -> gr.Blocks:
    """The page as a Gradio app. Starts no server and opens no file of the library.

    `sources` is the folder of the sources, where pages of PDFs are drawn from; `feedback` is where
    thumbs and notes are kept. Without them neither is offered. `links` are other pages, address to
    name, that the side leads to.
    """
    desk = Desk(assistant, sources, feedback, links)
    app = gr.Blocks(title="Commentary", analytics_enabled=False, fill_height=True, fill_width=True)
    with app:
        _offer(assistant)  # first: of two functions of one name the later is renamed
        page = gr.HTML(
            {},
            html_template=_asset("page.html"),
            js_on_load=_START,
            elem_id="page",
            apply_default_css=False,
            server_functions=desk.functions,
        )

        def ask(event: gr.EventData) -> Iterator[dict[str, Any]]:
            yield from chat.reply(assistant, event._data if isinstance(event._data, dict) else {})

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        asked = page.ask(ask, None, page, trigger_mode="multiple", **quiet)
        asked.failure(None, js="() => document.dispatchEvent(new Event('ask-failed'))", **quiet)
        page.halt(None, None, None, cancels=[asked], **quiet)
    app.queue(default_concurrency_limit=8, max_size=64, api_open=False)
    return app


def _offer(assistant: Assistant) -> None:
    """What other programs may call by name with gradio_client; it gives what --json prints, as
    text: in an object a client takes each `path` for that of a file, which it fetches."""

    def ask(
        question: str,
        history: list[dict[str, str]] | None = None,
        filters: dict[str, str] | None = None,
    ) -> str:
        """The sentences that answer a question, each cited, or an honest no."""
        with _told():
            answer = assistant.ask(question, history or [], filters or None)
            return json.dumps(render.answer_json(answer), ensure_ascii=False)

    def retrieve(
        question: str,
        k: int = 8,
        history: list[dict[str, str]] | None = None,
        filters: dict[str, str] | None = None,
    ) -> str:
        """The passages that fit a question best, best first."""
        with _told():
            found = assistant.retrieve(question, k, history or [], filters or None)
            return json.dumps(render.hits_json(found), ensure_ascii=False)

    gr.api(ask, api_name="ask")  # type: ignore[attr-defined]
    gr.api(retrieve, api_name="retrieve")  # type: ignore[attr-defined]


@contextmanager
def _told() -> Iterator[None]:
    """Errors that have a message for the user reach the caller, who sees no other."""
    try:
        yield
    except CommentaryError as error:
        raise gr.Error(str(error), print_exception=False) from error


def mount(app: gr.Blocks, outer: FastAPI | None = None) -> FastAPI:
    """The page at "/" of a web application, behind all that it offers already. Starts no server."""
    undocumented: dict[str, Any] = {"openapi_url": None, "docs_url": None, "redoc_url": None}
    outer = outer or FastAPI(**undocumented)
    outer.mount(f"/{_PLACE}", _Files(directory=str(_ASSETS)))
    gr.mount_gradio_app(
        outer,
        app,
        path="/",
        app_kwargs=undocumented,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        head=f'<link rel="stylesheet" href="{_PLACE}/page.css">',
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        favicon_path=str(_ASSETS / "favicon.svg"),
    )
    return outer


class _Files(StaticFiles):
    """The page's own files, asked for anew each time: those of another version would not fit."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text("utf-8")
