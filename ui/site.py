"""Everything that is served at one address: the chat, and beside it the API and the library."""

from starlette.types import ASGIApp, Receive, Scope, Send

from ui import api, library_page
from ui.service import Service

_OURS = ("/api/", "/library", "/healthz", "/metrics")


class Site:
    """The chat with the other routes in front of it, so that it need not know them."""

    def __init__(self, chat: ASGIApp, service: Service) -> None:
        self._chat = chat
        self._own = api.create(service)
        self._own.include_router(library_page.router(service))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_own = scope["type"] == "http" and scope["path"].startswith(_OURS)
        await (self._own if is_own else self._chat)(scope, receive, send)
