"""The library in a browser: its documents, adding, removing, rebuilding. A page of our own, which
asks the API for everything it shows."""

from importlib.resources import files

from fastapi import APIRouter
from starlette.responses import Response

from ui.service import Service

_ASSETS = files("ui") / "assets"
_KINDS = {"html": "text/html", "css": "text/css", "js": "text/javascript"}


def router(service: Service) -> APIRouter:
    """The page, its style and its script."""
    routes = APIRouter(prefix="/library", include_in_schema=False)

    def asset(kind: str) -> Response:
        text = (_ASSETS / f"library.{kind}").read_text("utf-8")
        if kind == "html":
            text = text.replace("READ_ONLY", "true" if service.read_only else "false")
        return Response(text, media_type=_KINDS[kind], headers={"Cache-Control": "no-cache"})

    @routes.get("")
    def page() -> Response:
        return asset("html")

    @routes.get("/library.css")
    def style() -> Response:
        return asset("css")

    @routes.get("/library.js")
    def script() -> Response:
        return asset("js")

    return routes
