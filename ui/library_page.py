"""The page that shows what the library holds, and adds to it. All it knows comes from the API."""

from importlib.resources import files

from fastapi import FastAPI
from starlette.responses import HTMLResponse, Response

_ASSETS = files("ui") / "assets"
_FILES = {"library.css": "text/css", "library.js": "text/javascript", "plot.js": "text/javascript"}


def add_pages(app: FastAPI) -> None:
    """Put /library, and what it loads, into a web application."""

    async def page() -> Response:
        return HTMLResponse(_asset("library.html"), headers={"Cache-Control": "no-cache"})

    async def file(name: str) -> Response:
        if name not in _FILES:
            return Response(status_code=404)
        return Response(
            _asset(name), media_type=_FILES[name], headers={"Cache-Control": "no-cache"}
        )

    app.add_api_route("/library", page, include_in_schema=False)
    app.add_api_route("/library/{name}", file, include_in_schema=False)


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text("utf-8")
