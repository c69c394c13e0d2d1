"""Signing in: in front of everything that is served, so that no route can be forgotten.

A browser gets a page and a cookie, a program sends HTTP Basic. Sessions are kept in memory: who
starts the server anew signs everybody out.
"""

import asyncio
import base64
import hashlib
import html
import secrets
import time
from importlib.resources import files

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.limits import FREE
from ui.users import Users

COOKIE = "commentary_session"
_LASTS = 12 * 3600  # seconds of a session
_TRIES = parse("5/15minutes")  # wrong passwords of an address
_WAIT = {"Retry-After": "900"}
_SLOW = "Too many wrong passwords from here. Try again in 15 minutes."


class Gate:
    """Lets through only who has signed in."""

    def __init__(self, app: ASGIApp, users: Users) -> None:
        self._app = app
        self._users = users
        self._sessions: dict[str, tuple[str, float]] = {}
        self._basic: dict[str, str] = {}
        self._wrong = MovingWindowRateLimiter(MemoryStorage())
        self._hashing = asyncio.Semaphore(2)  # a hash takes 16 MB
        self._page = (files("ui") / "assets" / "signin.html").read_text("utf-8")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in FREE:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        answer = await self._answer(request)
        if answer is None:
            scope["commentary.user"] = await self._user(request)
            await self._app(scope, receive, send)
        else:
            await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response | None:
        """What is said instead of letting through."""
        path = request.url.path
        if path == "/signout" and request.method == "POST":
            self._sessions.pop(request.cookies.get(COOKIE, ""), None)
            gone = RedirectResponse("/signin", 303)
            gone.delete_cookie(COOKIE)
            return gone
        if path == "/signin":
            return await self._sign_in(request) if request.method == "POST" else self._form("")
        slowed = self._is_slowed(request)
        if await self._user(request) is not None:
            return None
        if slowed and "authorization" in request.headers:
            return JSONResponse({"error": _SLOW}, 429, _WAIT)
        if "text/html" in request.headers.get("accept", "") and request.method == "GET":
            return RedirectResponse("/signin", 303)
        basic = {} if "gradio" in path else {"WWW-Authenticate": 'Basic realm="Commentary"'}
        return JSONResponse({"error": "sign in first"}, 401, basic)

    async def _sign_in(self, request: Request) -> Response:
        if self._is_slowed(request):
            return self._form(_SLOW, 429)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > 4096:
                return self._form("That is too long.", 413)
        request._body = body
        form = await request.form(max_fields=4)
        name, password = str(form.get("name", "")), str(form.get("password", ""))
        if not await self._knows(name, password):
            self._count_wrong(request)
            return self._form("This name and password do not belong together.", 401)
        now = time.monotonic()
        self._sessions = {t: s for t, s in self._sessions.items() if s[1] > now}
        token = secrets.token_urlsafe(32)
        self._sessions[token] = (name, now + _LASTS)
        answer = RedirectResponse("/", 303)
        secure = request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
        answer.set_cookie(COOKIE, token, _LASTS, httponly=True, samesite="strict", secure=secure)
        return answer

    async def _user(self, request: Request) -> str | None:
        """Who asks; None when nobody that is known."""
        name, ends = self._sessions.get(request.cookies.get(COOKIE, ""), ("", 0.0))
        if ends > time.monotonic():
            return name
        kind, _, coded = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "basic" or not coded:
            return None
        key = hashlib.sha256(coded.encode()).hexdigest()
        if key in self._basic:
            return self._basic[key]
        if self._is_slowed(request):
            return None
        try:
            name, _, password = base64.b64decode(coded, validate=True).decode().partition(":")
        except ValueError:
            return None
        if not await self._knows(name, password):
            self._count_wrong(request)
            return None
        self._basic[key] = name
        return name

    async def _knows(self, name: str, password: str) -> bool:
        async with self._hashing:
            return await run_in_threadpool(self._users.knows, name, password)

    def _is_slowed(self, request: Request) -> bool:
        return not self._wrong.test(_TRIES, _address(request))

    def _count_wrong(self, request: Request) -> None:
        self._wrong.hit(_TRIES, _address(request))

    def _form(self, message: str, code: int = 200) -> Response:
        said = f'<p role="alert">{html.escape(message)}</p>' if message else ""
        headers = {"Cache-Control": "no-store", **(_WAIT if code == 429 else {})}
        return HTMLResponse(self._page.replace("<!--said-->", said), code, headers)


def _address(request: Request) -> str:
    return request.client.host if request.client else "?"
