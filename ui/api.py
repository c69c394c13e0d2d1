"""The HTTP API under /api/v1, and what a machine that watches the server asks: /healthz, /metrics.

Every error is JSON: {"error": what was expected, found and what to do}.
"""

import logging
from typing import Annotated, Any, Literal

from fastapi import APIRouter, FastAPI, Query, Request, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from index.errors import CommentaryError, LibraryBusy, LibraryError, ModelError
from ui.jobs import FAULT
from ui.service import ReadOnlyError, Service

LOG = logging.getLogger(__name__)
PREFIX = "/api/v1"
_CODES: tuple[tuple[type[CommentaryError], int], ...] = (
    (ReadOnlyError, 403),
    (LibraryBusy, 409),
    (LibraryError, 503),
    (ModelError, 503),
)


class Strict(BaseModel):
    """What is sent: a name that is not known is an error."""

    model_config = ConfigDict(extra="forbid")


class Said(Strict):
    role: Literal["user", "assistant"]
    content: str


class Ask(Strict):
    question: str = Field(description="The question, in any words.")
    history: list[Said] = Field(default=[], max_length=200, description="What was said, in order.")
    filters: dict[str, str] = Field(
        default={}, description="author, publisher, document, published_from, published_to"
    )

    def said(self) -> list[dict[str, str]]:
        return [turn.model_dump() for turn in self.history]


class Retrieve(Ask):
    k: int = Field(default=8, ge=1, le=40, description="How many passages.")


class Address(Strict):
    address: str = Field(max_length=2000)
    title: str = Field(default="", max_length=500)
    author: str = Field(default="", max_length=500)
    publisher: str = Field(default="", max_length=500)
    published: str = Field(default="", max_length=10, pattern=r"^(\d{4}(-\d\d(-\d\d)?)?)?$")


class Source(Strict):
    path: str = Field(max_length=1000, description="As GET documents gives it.")


class Open(BaseModel):
    """What is answered: more may come with later versions."""

    model_config = ConfigDict(extra="allow")


class Documented(Open):
    id: str
    path: str
    title: str
    author: str
    publisher: str
    published: str


class Cited(Open):
    number: int
    document: Documented
    page: int | None
    start: int
    end: int
    quote: str


class Found(Open):
    document: Documented
    page: int | None
    start: int
    end: int
    text: str
    score: float


class Answered(Open):
    question: str
    answered: bool
    confidence: float
    text: str
    citations: list[Cited]
    hits: list[Found]


class Listed(Documented):
    passages: int


class Documents(Open):
    total: int
    offset: int
    generation: int
    documents: list[Listed]


class Job(Open):
    state: Literal["idle", "running", "done", "failed"]
    number: int
    stage: str
    done: int
    total: int
    error: str


class Status(Open):
    documents: int
    passages: int
    generation: int
    model: str
    read_only: bool
    job: Job


class Added(Open):
    added: list[dict[str, Any]]
    refused: list[dict[str, str]]


class Problem(BaseModel):
    error: str


def create(service: Service) -> FastAPI:
    """The application of the API alone."""
    app = FastAPI(
        title="Commentary",
        version="1",
        description="Answers made of sentences of the sources, each cited to its characters.",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # its scripts would come from another host
        redoc_url=None,
    )
    app.include_router(_router(service))
    app.add_exception_handler(CommentaryError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.middleware("http")(_whole)

    @app.get("/healthz", include_in_schema=False)
    def healthz() -> Response:
        service.measure()
        return JSONResponse({"status": "ok"})

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        return Response(service.measure(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return app


def _router(service: Service) -> APIRouter:
    codes: dict[int | str, dict[str, Any]] = {
        code: {"model": Problem} for code in (403, 409, 422, 429, 503)
    }
    router = APIRouter(prefix=PREFIX, responses=codes)

    @router.post("/ask", response_model=Answered)
    def ask(asked: Ask) -> Any:
        """An answer made of cited sentences, or an honest no."""
        return service.ask(asked.question, asked.said(), asked.filters)

    @router.post("/retrieve", response_model=list[Found])
    def retrieve(asked: Retrieve) -> Any:
        """The passages that fit a question best, best first."""
        return service.retrieve(asked.question, asked.k, asked.said(), asked.filters)

    @router.get("/documents", response_model=Documents)
    def documents(
        text: Annotated[str, Query(max_length=200)] = "",
        sort: Literal["title", "author", "publisher", "published", "passages", "path"] = "title",
        descending: bool = False,
        offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> Any:
        """The documents that hold every word of `text` in what is known of them."""
        return service.documents(text, sort, descending, offset, limit)

    @router.get("/plots")
    def plots() -> dict[str, list[tuple[str, int]]]:
        """How many documents there are of each year and publisher."""
        return service.plots()  # type: ignore[return-value]

    @router.get("/status", response_model=Status)
    def status() -> Any:
        """What the index holds, what could not be read, and what the job does."""
        return service.status()

    @router.get("/rebuild", response_model=Job)
    def rebuilding() -> Any:
        """What the job does, or what came of the last one."""
        return service.jobs.state.as_json()

    @router.post("/rebuild", response_model=Job, status_code=202)
    def rebuild() -> Any:
        """Bring the index up to date with the sources, in the background."""
        return service.rebuild().as_json()

    @router.post("/documents", response_model=Added)
    def add_files(files: list[UploadFile]) -> Any:
        """Add files; a build starts when any could be added."""
        added: list[dict[str, Any]] = []
        refused: list[dict[str, str]] = []
        for file in files:
            name = file.filename or "file"
            try:
                added.append({"name": name, **service.add_file(name, file.file.read())})
            except ReadOnlyError:
                raise
            except CommentaryError as error:
                refused.append({"name": name, "error": str(error)})
        return {"added": added, "refused": refused}

    @router.post("/documents/address")
    def add_address(wanted: Address) -> dict[str, Any]:
        """Fetch one web address into the sources, now and once."""
        fields = wanted.model_dump(exclude={"address"})
        given = {name: value for name, value in fields.items() if value}
        return service.add_address(wanted.address, given)

    @router.post("/documents/remove", response_model=Job, status_code=202)
    def remove(source: Source) -> Any:
        """Delete a source, and all that the index keeps of it, in the background."""
        return service.remove(source.path).as_json()

    return router


def problem(message: str, code: int, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": message}, code, headers)


def _known(_: Request, error: Exception) -> Response:
    code = next((code for kind, code in _CODES if isinstance(error, kind)), 422)
    return problem(str(error), code)


def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    said = []
    for one in error.errors():
        place = ".".join(str(part) for part in one["loc"] if part not in ("body", "query"))
        said.append(f"{place}: {one['msg']}" if place else str(one["msg"]))
    return problem("; ".join(said), 422)


def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem(str(error.detail), error.status_code, dict(error.headers or {}))


async def _whole(request: Request, call: Any) -> Response:
    """Whatever else goes wrong is told on the terminal, not to who asked."""
    try:
        answer: Response = await call(request)
    except Exception:
        LOG.exception("a request failed")
        return problem(FAULT, 500)
    return answer
