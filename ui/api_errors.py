"""What an error of the HTTP API becomes: problem JSON with a message for the user, and the statuses
as the description of the API has them."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import Response

from index.errors import CommentaryError, LibraryError, QuestionError, SourceError
from ui.api_models import Problem
from ui.problem import MEDIA_TYPE, problem

_FAULT = "This met a fault in the program; the terminal that serves it shows it."
_PROBLEM = Problem.model_json_schema()
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"description": about, "content": {MEDIA_TYPE: {"schema": _PROBLEM}}}
    for status, about in {
        400: "A body that is no JSON",
        401: "Not signed in",
        403: "Not allowed here",
        404: "There is no such thing",
        411: "A body without its length",
        413: "Too large",
        422: "Something given cannot be used; the detail says what",
        429: "Too often; Retry-After says when to come again",
        503: "Not just now: too many wait, or the library cannot be read",
    }.items()
}  # fmt: skip


def add_handlers(app: FastAPI) -> None:
    """Have errors in the routes of an application answered so."""
    app.add_exception_handler(CommentaryError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(StarletteHTTPException, _http)
    app.add_exception_handler(Exception, _fault)


async def _known(_: Request, error: Exception) -> Response:
    usable = isinstance(error, (QuestionError, SourceError))
    is_library = isinstance(error, LibraryError)
    return problem(422 if usable else 503 if is_library else 500, str(error))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    said = []
    for one in error.errors()[:5]:
        if one["type"] == "json_invalid":
            at, why = one["loc"][-1], one["ctx"]["error"]
            said.append(f"The body is no JSON: {why}, at character {at}. {_expected(request)}")
        elif one["loc"] == ("body",):
            said.append(_expected(request))
        else:
            place = ".".join(str(part) for part in one["loc"] if part not in ("body", "query"))
            said.append(f"{place}: {one['msg']}")
    return problem(422, "; ".join(said))


def _expected(request: Request) -> str:
    """What a body should have been."""
    given = request.headers.get("content-type")
    is_address = request.url.path.endswith("/address")
    example = '{"url": "https://example.org/essay"}' if is_address else '{"question": "Why?"}'
    return (
        f"Expected a JSON object such as {example}, in UTF-8, with the header "
        f"Content-Type: application/json; found {f'Content-Type: {given}' if given else 'none'}."
    )


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, StarletteHTTPException)
    is_unread = error.status_code == 400  # a body that is not even text
    detail = _expected(request) if is_unread else error.detail
    return problem(error.status_code, detail, error.headers)


async def _fault(_: Request, __: Exception) -> Response:
    return problem(500, _FAULT)
