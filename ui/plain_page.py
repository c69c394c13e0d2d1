"""Pages without a script: signing in, and that all places are taken."""

import html
from collections.abc import Mapping
from importlib.resources import files
from string import Template
from urllib.parse import quote

from starlette.responses import HTMLResponse

_ASSETS = files("ui") / "assets"
_UNCACHED = {"Cache-Control": "no-store"}


def login_page(
    target: str,
    said: str = "",
    status: int = 200,
    name: str = "",
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """The form to sign in with; `said` is what was wrong with it before."""
    alert = f'<p class="alert" role="alert">{html.escape(said)}</p>' if said else ""
    form = _filled("login.html", target=quote(target, safe="/"), name=name)
    return _page("Sign in", alert + form, status, headers)


def busy_page() -> HTMLResponse:
    """Asks for patience, and looks again by itself."""
    headers = {"Retry-After": "20", "Refresh": "20"}
    return _page("All places are taken", _filled("busy.html"), 503, headers)


def _page(
    title: str, body: str, status: int, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    text = Template((_ASSETS / "plain.html").read_text("utf-8")).substitute(
        title=html.escape(title), body=body, style=(_ASSETS / "plain.css").read_text("utf-8")
    )
    return HTMLResponse(text, status, {**_UNCACHED, **(headers or {})})


def _filled(asset: str, **values: str) -> str:
    escaped = {key: html.escape(value, quote=True) for key, value in values.items()}
    return Template((_ASSETS / asset).read_text("utf-8")).substitute(escaped)
