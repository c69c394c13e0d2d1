"""Everything that is served at one address: the chat, and beside it the API and the library."""

from dataclasses import dataclass
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from index.settings import Settings
from ui import api, library_page
from ui.gate import Gate
from ui.limits import Limits
from ui.service import Service
from ui.users import Users

_OURS = ("/api/", "/library", "/healthz", "/metrics")


@dataclass(frozen=True, slots=True)
class Serving:
    """How a library is served: where its sources lie, who may sign in (None: no password), whether
    it may be changed, how many clients there may be at once, and how much one may ask."""

    sources: Path = Path("source_texts")
    settings: Settings | None = None
    auth_file: Path | None = None
    read_only: bool = False
    max_users: int | None = None
    rate: str = "60/minute"


def guarded(app: ASGIApp, serving: Serving) -> ASGIApp:
    """The app behind its limits, and behind a password where users are named. Raises
    SettingsError when their file cannot be used."""
    limited: ASGIApp = Limits(app, serving.rate, serving.max_users)
    return limited if serving.auth_file is None else Gate(limited, Users(serving.auth_file))


class Site:
    """The chat with the other routes in front of it, so that it need not know them."""

    def __init__(self, chat: ASGIApp, service: Service) -> None:
        self._chat = chat
        self._own = api.create(service)
        self._own.include_router(library_page.router(service))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_own = scope["type"] == "http" and scope["path"].startswith(_OURS)
        await (self._own if is_own else self._chat)(scope, receive, send)
