"""The gate in front of the whole application: signing in, and limits for each client.

It stands before Gradio, whose own sign-in leaves several of its routes open. Knows nothing of
questions and pages but their addresses.
"""

import base64
import ipaddress
import logging
import secrets
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, quote

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.errors import SettingsError
from ui.accounts import Accounts
from ui.plain_page import busy_page, login_page
from ui.problem import problem
from ui.sessions import HOURS, Guesses, Rate, Seats, Sessions

LOG = logging.getLogger(__name__)

SESSION, SEAT = "commentary_session", "commentary_seat"
_TRIES = 2  # passwords that are checked at once: each takes memory and a thread
_FORM = 8192  # bytes of a filled-in form
_OPEN = ("/healthz", "/favicon.ico")
# What costs an answer or a change; looking is free.
_ASKING = ("/api/v1/ask", "/api/v1/retrieve", "/gradio_api/queue/join", "/gradio_api/call/",
           "/gradio_api/run/", "/gradio_api/api/", "/mcp", "/api/v1/sources")  # fmt: skip
_PAGES = ("/", "/library")
_UNREADABLE = "Nobody can be let in just now; the terminal that serves this says why."


class Gate:
    """Lets in who may come in, and says who that is in `scope["state"]["user"]`.

    Without `accounts` everybody may, and is told apart by address; where their file cannot be read
    any more, nobody may. `seats` and `rate` limit how
    many are there at once and how often one may ask.
    """

    def __init__(self, app: ASGIApp, accounts: Accounts | None, seats: Seats, rate: Rate) -> None:
        self._app = app
        self._accounts = accounts
        self._seats = seats
        self._rate = rate
        self._sessions = Sessions()
        self._guesses = Guesses()
        self._tries = CapacityLimiter(_TRIES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            answer = await self._answer(scope, receive)
        except SettingsError as error:  # what was wrong is not for whoever asks
            LOG.error("%s", error)
            answer = problem(503, _UNREADABLE)
        if isinstance(answer, Response):
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, answer(send))

    async def _answer(self, scope: Scope, receive: Receive) -> Response | Callable[[Send], Send]:
        """A refusal or a page of the gate's own; or how to send what the application answers."""
        path, address = scope["path"], _address(scope)
        if path in _OPEN:
            return lambda send: send
        user: str | None = None
        if self._accounts is not None:
            if path == "/login":
                return await self._login(Request(scope, receive), address)
            if path == "/logout":
                return self._logout(scope)
            found = await self._user(scope, address)
            if isinstance(found, Response):
                return found
            user = found
            if user is None and not (path == "/metrics" and is_loopback(address)):
                return _sign_in_first(scope)
        elif path == "/metrics" and not is_loopback(address):
            return problem(403, "Figures are for this machine and for those who have signed in.")
        scope.setdefault("state", {})["user"] = user
        return self._limits(scope, user, address)

    def _limits(
        self, scope: Scope, user: str | None, address: str
    ) -> Response | Callable[[Send], Send]:
        path = scope["path"]
        is_asking = scope["method"] not in ("GET", "HEAD") and path.startswith(_ASKING)
        if is_asking and (seconds := self._rate.hit(user or address)):
            return problem(
                429,
                f"You ask faster than this server allows; wait {seconds} seconds.",
                {"Retry-After": str(seconds)},
            )
        if not is_asking and path not in _PAGES:
            return lambda send: send
        # Who only looks has a seat by a cookie of their own; a program, by its address.
        word = _cookies(scope).get(SEAT, "")
        is_new = user is None and path in _PAGES and not word
        word = secrets.token_urlsafe(16) if is_new else word
        if not self._seats.take(user or word or address):
            if path in _PAGES:
                return busy_page()
            return problem(
                503,
                "All places on this server are taken just now; try again in a minute.",
                {"Retry-After": "60"},
            )
        return _setting_cookie(SEAT, word, scope) if is_new else lambda send: send

    async def _user(self, scope: Scope, address: str) -> str | Response | None:
        """Whoever a request says it comes from, when it can show it."""
        accounts = self._accounts
        assert accounts is not None
        user = self._sessions.user(_cookies(scope).get(SESSION, ""))
        if user is not None:
            return user if user in accounts else None
        kind, _, value = Headers(scope=scope).get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            if wait := self._guesses.wait(address, ""):
                return _wait(wait)
            user = accounts.token(value.strip())
            if user is None:
                self._guesses.wrong(address, "")
            return user
        if kind.lower() != "basic":
            return None
        try:
            name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except ValueError:  # no Base64, or no UTF-8 in it
            return None
        checked = await self._check(address, name, password)
        return checked if isinstance(checked, Response) else name if checked else None

    async def _check(self, address: str, name: str, password: str) -> bool | Response:
        assert self._accounts is not None
        async with self._tries:  # looked at only now: many may have come at once
            if wait := self._guesses.wait(address, name.lower()):
                return _wait(wait)
            is_right = await run_sync(self._accounts.password, name, password)
            if not is_right:
                self._guesses.wrong(address, name.lower())
            return is_right

    async def _login(self, request: Request, address: str) -> Response:
        target = _own_path(request.query_params.get("next", "/"))
        if request.method in ("GET", "HEAD"):
            return login_page(target)
        if request.method != "POST":
            return problem(405, "Use GET or POST.", {"Allow": "GET, POST"})
        fields = await _form(request)
        if fields is None:
            return login_page(target, "This form cannot be read; fill it in again.", 400)
        name, password = fields.get("name", "").strip(), fields.get("password", "")
        checked = await self._check(address, name, password)
        if isinstance(checked, Response):
            wait = checked.headers["Retry-After"]
            said = f"Too many wrong passwords. Wait {wait} seconds, then try again."
            return login_page(target, said, 429, name, {"Retry-After": wait})
        if not checked:
            return login_page(target, "Name or password is wrong.", 401, name)
        reply = RedirectResponse(target, 303)
        reply.headers["Set-Cookie"] = _cookie(
            SESSION, self._sessions.begin(name), request.scope, HOURS * 3600
        )
        return reply

    def _logout(self, scope: Scope) -> Response:
        if scope["method"] != "POST":  # a picture or a link elsewhere must not sign anybody out
            return problem(405, "Use POST.", {"Allow": "POST"})
        word = _cookies(scope).get(SESSION, "")
        if user := self._sessions.user(word):
            self._seats.leave(user)
        self._sessions.end(word)
        reply = RedirectResponse("/login", 303)
        reply.headers["Set-Cookie"] = _cookie(SESSION, "", scope, 0)
        reply.headers["Clear-Site-Data"] = '"cache"'
        return reply


def is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


def _cookies(scope: Scope) -> dict[str, str]:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(Headers(scope=scope).get("cookie", ""))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


def _cookie(name: str, value: str, scope: Scope, seconds: int) -> str:
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    return f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"


def _setting_cookie(name: str, value: str, scope: Scope) -> Callable[[Send], Send]:
    def sending(send: Send) -> Send:
        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                cookie = _cookie(name, value, scope, HOURS * 3600)
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        return with_cookie

    return sending


def _own_path(target: str) -> str:
    """Where to go after signing in: a path of this server, and of no other."""
    is_own = (
        target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    )
    return target if is_own and len(target) < 500 else "/"


async def _form(request: Request) -> dict[str, str] | None:
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _FORM:
                return None
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=5)
    except (ClientDisconnect, ValueError):
        return None
    return {name: values[0] for name, values in fields.items()}


def _wait(seconds: int) -> Response:
    said = f"Too many wrong passwords; wait {seconds} seconds."
    return problem(429, said, {"Retry-After": str(seconds)})


def _sign_in_first(scope: Scope) -> Response:
    accept = Headers(scope=scope).get("accept", "")
    if scope["method"] == "GET" and "text/html" in accept:
        query = scope["query_string"].decode("latin-1")
        target = scope["path"] + (f"?{query}" if query else "")
        return RedirectResponse(f"/login?next={quote(target, safe='')}", 303)
    return problem(
        401,
        "Sign in first: by the page /login, HTTP Basic, or an access token as bearer.",
        {"WWW-Authenticate": 'Bearer realm="commentary"'},
    )
