"""How much one client may ask and send, and how many clients there may be at once."""

import contextlib
import time

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_COSTLY = ("/api/v1/ask", "/api/v1/retrieve", "/gradio_api/queue/join", "/gradio_api/call")
_UPLOAD = "/api/v1/documents"
_MOST_UPLOAD, _MOST = 200_000_000, 4_000_000  # bytes of one request
_PRESENT = 300.0  # seconds for which a client counts after its last request
FREE = ("/healthz",)


class TooLarge(Exception):
    """A body went on after its limit."""


class Limits:
    """429 to a client that asks more than `rate` (such as "60/minute"), 413 to a body that is too
    large, 503 to a client beyond `max_users`. A client is a user, or an address where nobody
    signs in."""

    def __init__(self, app: ASGIApp, rate: str = "60/minute", max_users: int | None = None) -> None:
        self._app = app
        self._rate = parse(rate)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._max_users = max_users
        self._seen: dict[str, float] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in FREE:
            await self._app(scope, receive, send)
            return
        client = scope.get("commentary.user") or (scope.get("client") or ("?",))[0]
        refusal = self._crowded(client) or self._hasty(scope, client)
        most = _MOST_UPLOAD if scope["path"] == _UPLOAD else _MOST
        length = Headers(scope=scope).get("content-length", "0")
        if length.isdigit() and int(length) > most:
            refusal = _too_large(most)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        await self._counted(most, scope, receive, send)

    async def _counted(self, most: int, scope: Scope, receive: Receive, send: Send) -> None:
        got, answering = 0, False

        async def receive_some() -> Message:
            nonlocal got
            message = await receive()
            got += len(message.get("body", b""))
            if got > most:
                raise TooLarge
            return message

        async def watch(message: Message) -> None:
            nonlocal answering
            # Whatever the application made of the cut body, it is not what is to be said.
            if got <= most or answering:
                answering = True
                await send(message)

        with contextlib.suppress(TooLarge):
            await self._app(scope, receive_some, watch)
        if got > most and not answering:
            await _too_large(most)(scope, receive, send)

    def _hasty(self, scope: Scope, client: str) -> JSONResponse | None:
        if scope["method"] != "POST" or not scope["path"].startswith(_COSTLY):
            return None
        if self._limiter.hit(self._rate, client):
            return None
        wait = self._limiter.get_window_stats(self._rate, client).reset_time - time.time()
        seconds = max(1, round(wait))
        return JSONResponse(
            {"error": f"too many questions at once; ask again in {seconds} s"},
            429,
            {"Retry-After": str(seconds)},
        )

    def _crowded(self, client: str) -> JSONResponse | None:
        if self._max_users is None:
            return None
        now = time.monotonic()
        for known, last in list(self._seen.items()):
            if now - last > _PRESENT:
                del self._seen[known]
        if client not in self._seen and len(self._seen) >= self._max_users:
            return JSONResponse(
                {"error": f"all {self._max_users} places are taken; come back in some minutes"},
                503,
                {"Retry-After": "60"},
            )
        self._seen[client] = now
        return None


def _too_large(most: int) -> JSONResponse:
    return JSONResponse({"error": f"more than {most:,} bytes at once; send less"}, 413)
