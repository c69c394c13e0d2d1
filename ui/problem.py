"""Errors of the server as problem JSON (RFC 9457): a message for the user, never a traceback."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """A response that says what is wrong; `more` are further members of the object."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return JSONResponse(
        body | {"detail": detail} | more, status, dict(headers or {}), media_type=MEDIA_TYPE
    )
