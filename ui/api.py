"""The HTTP API: /api/v1, described by /api/v1/openapi.json. An answer and passages are what the
command's --json prints; errors are problem JSON.

Nothing here trusts what is posted; what may be changed is checked here and not in a page.
"""

import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, FastAPI, HTTPException, Query, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from index.add import add_source
from index.errors import SourceError
from index.library import Library
from index.library.catalogue import SORTS, entries, failures, overview
from index.remove import find_source
from index.status import status_of
from qa import Assistant
from ui import api_models as models
from ui.api_errors import REFUSALS, add_handlers
from ui.metrics import Metrics
from ui.problem import problem
from ui.rebuild import Rebuild
from ui.render import answer_json, hits_json
from ui.server import UPLOAD
from ui.sessions import Seats

# Questions at work at once, and how many may wait for their turn: more would only wait longer.
_WORKERS, _WAITING = 4, 256
_UPLOADS = 2
Done = TypeVar("Done")
Name = Annotated[str, Query(min_length=1, max_length=1000)]


class Api:
    """The routes over one library; `read_only` refuses all that changes it."""

    def __init__(
        self,
        assistant: Assistant,
        rebuild: Rebuild,
        sources: Path,
        index: Path,
        *,
        read_only: bool,
        metrics: Metrics,
        seats: Seats,
    ) -> None:
        self._assistant, self._rebuild = assistant, rebuild
        self._sources, self._index = sources, index
        self._read_only = read_only
        self._metrics, self._seats = metrics, seats
        self._workers, self._uploads = CapacityLimiter(_WORKERS), CapacityLimiter(_UPLOADS)

    def app(self) -> FastAPI:
        """A web application with these routes and no page."""
        app = FastAPI(
            title="Commentary",
            version=version("commentary-qa"),
            description="Questions to a library of commentaries; every answer is cited.",
            openapi_url="/api/v1/openapi.json",
            docs_url=None,
            redoc_url=None,
        )
        add_handlers(app)  # before any router: these are for the application's own routes only
        app.include_router(self._asking())
        app.include_router(self._looking())
        app.include_router(self._changing())
        app.add_api_route("/healthz", self._healthz, include_in_schema=False)
        app.add_api_route("/metrics", self._figures, include_in_schema=False)
        _add_end(app)
        return app

    def _asking(self) -> APIRouter:
        router = APIRouter(prefix="/api/v1", tags=["questions"], responses=REFUSALS)

        @router.post("/ask", response_model=models.Answer)
        async def ask(asked: models.Question) -> dict[str, object]:
            """The sentences that answer a question, each cited, or an honest no."""
            answer = await self._work(
                lambda: self._assistant.ask(asked.question, asked.turns, asked.filters or None)
            )
            return answer_json(answer)

        @router.post("/retrieve", response_model=list[models.Hit])
        async def retrieve(asked: models.Search) -> list[dict[str, object]]:
            """The passages that fit a question best, best first."""
            hits = await self._work(
                lambda: self._assistant.retrieve(
                    asked.question, asked.k, asked.turns, asked.filters or None
                )
            )
            return hits_json(hits)

        return router

    def _looking(self) -> APIRouter:
        router = APIRouter(prefix="/api/v1", tags=["library"], responses=REFUSALS)

        @router.get("/documents", response_model=models.Documents)
        def documents(
            words: Annotated[str, Query(max_length=200)] = "",
            sort: Literal[
                "title", "author", "publisher", "published", "passages", "path"
            ] = "title",
            descending: bool = False,
            limit: Annotated[int, Query(ge=1, le=200)] = 50,
            offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
        ) -> dict[str, object]:
            """The documents whose title, author, publisher, date or id has all these words."""
            assert sort in SORTS
            with closing(Library.open(self._index)) as library, library.snapshot():
                found, total = entries(library, words, sort, descending, limit, offset)
            return {"total": total, "documents": [asdict(entry) for entry in found]}

        @router.get("/overview", response_model=models.Overview)
        def spread() -> dict[str, object]:
            """How the documents spread over time and by publisher, and what could not be read."""
            with closing(Library.open(self._index)) as library, library.snapshot():
                failed, count = failures(library)
                counts = library.counts()
                return {
                    **asdict(overview(library)),
                    **asdict(counts),
                    "failed": failed,
                    "failed_count": count,
                }

        @router.get("/status", response_model=models.Status)
        def status() -> dict[str, object]:
            """What the index holds, and what could not be read."""
            said = status_of(self._index).as_json()
            return {name: value for name, value in said.items() if name not in ("index", "pending")}

        @router.get("/rebuild", response_model=models.Build)
        async def build() -> dict[str, object]:
            """How far the build is, or what came of the last one."""
            return self._rebuild.state.as_json()

        @router.get("/session", response_model=models.Session)
        async def session(request: Request) -> dict[str, object]:
            """Who asks, and what they may do."""
            return {"user": getattr(request.state, "user", None), "read_only": self._read_only}

        return router

    def _changing(self) -> APIRouter:
        router = APIRouter(prefix="/api/v1", tags=["changes"], responses=REFUSALS)

        @router.post("/rebuild", response_model=models.Build, status_code=202)
        async def rebuild() -> dict[str, object]:
            """Bring the index up to date with the sources, in the background."""
            self._may_change()
            return self._rebuild.start().as_json()

        @router.post(
            "/sources", response_model=models.Added, status_code=201,
            openapi_extra={"requestBody": {"required": True, "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
        )  # fmt: skip
        async def upload(request: Request, name: Name) -> dict[str, object]:
            """Put a file, the body, among the sources; `name` says what it is called."""
            self._may_change()
            return await self._upload(request, name)

        @router.post("/sources/address", response_model=models.Added, status_code=201)
        async def add_address(given: models.Address) -> dict[str, object]:
            """Fetch a web address once and put what it gives among the sources."""
            self._may_change()
            return await run_sync(self._add, given.url, limiter=self._uploads)

        @router.delete("/sources", response_model=models.Build, status_code=202)
        def remove(path: Name) -> dict[str, object]:
            """Delete a source (its path below their folder), and all that the index keeps of it."""
            self._may_change()
            try:
                is_one = path.isprintable() and path == find_source(path, self._sources)
            except SourceError:
                is_one = False
            if not is_one:
                raise HTTPException(404, "There is no such source; expected a document's path.")
            return self._rebuild.start(remove=[path]).as_json()

        return router

    async def _work(self, question: Callable[[], Done]) -> Done:
        """Ask in a thread, when it is this question's turn."""
        if self._workers.statistics().tasks_waiting >= _WAITING:
            raise HTTPException(
                503,
                "Too many questions wait already; try again in a minute.",
                {"Retry-After": "60"},
            )
        with self._metrics.waiting.track_inprogress():
            await self._workers.acquire()
        try:
            return await run_sync(question)
        finally:
            self._workers.release()

    def _may_change(self) -> None:
        if self._read_only:
            raise HTTPException(403, "This library is open for reading only.")

    async def _upload(self, request: Request, name: str) -> dict[str, object]:
        base = PurePosixPath(name.replace("\\", "/")).name
        is_plain = base == name and name not in (".", "..") and name.isprintable()
        if not is_plain or len(name.encode()) > 200:
            raise SourceError(
                "the name cannot be a file's; expected one without a folder, such as report.pdf"
            )
        with tempfile.TemporaryDirectory(prefix="commentary-") as folder:
            path, size = Path(folder) / base, 0
            with path.open("wb") as file:
                async for chunk in request.stream():
                    size += len(chunk)
                    if size > UPLOAD:
                        raise HTTPException(413, _too_large())
                    file.write(chunk)
            return await run_sync(self._add, str(path), limiter=self._uploads)

    def _add(self, source: str) -> dict[str, object]:
        notes: list[str] = []
        path = add_source(source, self._sources, tell=notes.append)
        self._rebuild.start()
        return {"path": path.relative_to(self._sources).as_posix(), "notes": notes}

    def _healthz(self) -> Mapping[str, object]:
        with closing(Library.open(self._index)) as library:
            return {"status": "ok", "generation": library.generation}

    def _figures(self) -> Response:
        state = self._rebuild.state
        text = self._metrics.text(self._index, self._seats.taken, state.running, bool(state.error))
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4")


def _add_end(app: FastAPI) -> None:
    """What else begins with /api/v1 is no page's."""
    described: dict[str, Any] = app.openapi()["paths"]

    async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
        await _nothing(scope)(scope, receive, send)

    def _nothing(scope: Scope) -> Response:
        methods = [method.upper() for method in described.get(scope["path"], {})]
        if methods:
            expected = ", ".join(methods)
            return problem(405, f"Expected {expected}.", {"Allow": expected})
        return problem(404, "There is nothing here; /api/v1/openapi.json says what there is.")

    app.mount("/api/v1", nothing)


def _too_large() -> str:
    return f"The file is larger than {UPLOAD // 1_000_000} MB, which is as much as is taken."
