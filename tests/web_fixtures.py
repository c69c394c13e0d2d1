"""A real library and its page for the browser tests: `site` serves it from a thread."""

import gc
import hashlib
import io
import os
import random
import shutil
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from index import build_index
from index.errors import LibraryDamaged
from index.records import Document
from qa import Answer, Assistant, Citation, Hit
from qa.facets import Facets
from qa.records import Work
from ui import web
from ui.server import Guard

GRAIN = """Grain and the Sea 😀

By Ada Example
3 May 2022

The harbour 😀 of Lumen shipped four million tonnes of grain in 2021. Insurance for its ships \
doubled within a month. Underwriters blamed the mines that drift near the strait.

Rail carried the rest of the harvest to the border. The gauge of the track changes there, so each \
wagon is lifted onto other wheels. A crew of six needs about twenty minutes for one wagon.
"""
LIGHTS = """---
title: Lights on the Coast
author: Ben Sample
publisher: Example Institute
published: 2023
---

# Keepers

The lighthouse at Cape Orrin was built by Clara Voss in 1874. It stands 41 metres above the water.

# Power

Solar panels replaced the diesel engine in 2009. Each battery lasts nine nights without sun.
"""
TOLLS = """Tolls at Carrow

The bridge at Carrow charged a toll of four shillings for each cart. Tomas – “the miller” – paid \
it for thirty years.
"""
DREDGING = [
    ["Dredgers cleared the mouth of the river Tamsin in 1931, and nobody has done it again since."],
    ["The sandbank off Merrow Point wrecked eleven barges in 1952, so a bell hangs there."],
]
# CANARY stands for the address of a server that must never be asked for anything.
HOSTILE = [
    "<script>window.__xss = 1</script>",
    "<img src=x onerror='window.__xss = 2'>",
    "<svg onload='window.__xss = 3'>",
    "![picture](CANARY/a.png)",
    '<img src="CANARY/b.png">',
    "[link](javascript:window.__xss=4)",
    "[![picture](CANARY/c.png)](#cite-x.0.1.000000000000)",
    "[1]: CANARY/d.png",
    "```mermaid\ngraph TD; A[<img src=CANARY/e.png>]\n```",
    "<style>body { background: url(CANARY/f.png) }</style>",
    "# Heading",
    "1. item",
    "$$\\href{javascript:window.__xss=5}{x}$$ and $x$",
    "CANARY/autolink and www.example.org and a@example.org",
    "</mark></div><iframe src=CANARY/g></iframe>",
    "A | B\n--- | ---\n1 | 2",
    "&lt;b&gt; &amp; &#60;",
    "[1] He wrote **this** and _that_ ~~there~~.",
    "text\n===",
    "    indented",
    "right to left: \u202egnorw\u202c and \u2067isolated\u2069, \u05e9\u05dc\u05d5\u05dd",
    "zero\u200bwidth\u200d and\ufeff joined\u2060 words\u00ad",
    "| a | b |\n" * 400,
    "{{value}} ${window.__xss=6} `x` {{#each value}}",
    '" onmouseover=window.__xss=7 x="',
]
# Of others' making: pytest-base-url's fixture, Gradio's use of pandas and the event loops that it
# leaves behind.
IGNORED = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio"),
]
ASSISTED = "Who built the lighthouse at Cape Orrin?"


def hostile_texts(canary: str) -> list[str]:
    """Texts that try to become something else, chosen ones and random ones (always the same)."""
    pick = random.Random(7)
    pieces = [*"<>&[](){}!#*_`~|$\\-+=.:;@'\"/1ax \n", "😀", "é", "www.", "http://", "&#", "<b>"]
    texts = [text.replace("CANARY", canary) for text in HOSTILE]
    texts += ["".join(pick.choices(pieces, k=pick.randint(1, 40))) for _ in range(150)]
    return [text for text in texts if text.strip()]


def make_document(id: str, texts: Sequence[str]) -> tuple[Document, list[tuple[int, int]]]:
    """A document of these texts, each a paragraph, and where they stand in it."""
    between = "\n\n* * *\n\n"
    spans, position = [], 0
    for text in texts:
        spans.append((position, position + len(text)))
        position += len(text) + len(between)
    text = between.join(texts)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(id, id, "<b>T</b>", "*A*", "", "2020", "", text, digest), spans


@dataclass
class Listening:
    """A real Assistant that notes what it is asked, and gives set answers to set questions."""

    assistant: Assistant
    answers: dict[str, Answer] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    asked: list[tuple[str, list[Mapping[str, str]]]] = field(default_factory=list)
    filters: list[dict[str, str]] = field(default_factory=list)

    def ask(
        self,
        question: str,
        history: Sequence[Mapping[str, str]] = (),
        filters: Mapping[str, str] | None = None,
    ) -> Answer:
        self.asked.append((question, list(history)))
        self.filters.append(dict(filters or {}))
        if question == "broken":
            raise LibraryDamaged("the index is damaged; build it again")
        if question == "faulty":
            raise RuntimeError("a secret detail")
        return self.answers.get(question) or self.assistant.ask(question, history, filters)

    def document(self, id: str, sha256: str | None = None) -> Document | None:
        document = self.documents.get(id)
        if document is None:
            return self.assistant.document(id, sha256)
        return document if document.sha256.startswith(sha256 or "") else None

    def starters(self, count: int = 4) -> list[str]:
        return [ASSISTED, "What doubled within a month?"][:count]

    def facets(self) -> Facets:
        return self.assistant.facets()

    def titles(self, words: str, count: int = 8) -> list[tuple[str, str]]:
        return self.assistant.titles(words, count)

    def quote(self, question: str, id: str, texts: Sequence[str], **more: Any) -> None:
        """Answer a question with these texts, as quotes of a document of that id."""
        document, spans = make_document(id, texts)
        self.documents[id] = document
        citations = tuple(
            Citation(number, document, start, end, document.text[start:end])
            for number, (start, end) in enumerate(spans, start=1)
        )
        text = " ".join(f"{c.quote} [{c.number}]" for c in citations)
        self.answers[question] = Answer(question, True, 0.9, text, citations, (), **more)

    def refuse(self, question: str) -> None:
        """Leave a question unanswered, with the nearest passages of another."""
        hits: tuple[Hit, ...] = self.assistant.ask(ASSISTED).hits
        said = "The sources do not say."
        self.answers[question] = Answer(question, False, 0.1, said, (), hits, "none")

    def list_works(self, question: str) -> None:
        """Answer a question with the two works of the library."""
        both = self.assistant.retrieve("ships and lights", k=40)
        first = {hit.document.id: hit for hit in reversed(both)}.values()
        citations = tuple(
            Citation(number, hit.document, hit.start, hit.end, hit.text)
            for number, hit in enumerate(first, start=1)
        )
        works = tuple(Work(c.document, 3, (c,)) for c in citations)
        self.answers[question] = Answer(
            question,
            True,
            0.9,
            "2 works discuss this.",
            citations,
            tuple(both),
            "works",
            works=works,
        )

    def talk(self, question: str) -> None:
        """Reply to what is no question."""
        self.answers[question] = Answer(question, False, 0.0, "Hello. Ask away.", (), (), "talk")


@dataclass(frozen=True)
class Site:
    """A served page."""

    url: str
    assistant: Listening
    feedback: Path


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index over two small texts."""
    folder = tmp_path_factory.mktemp("library")
    sources = folder / "source_texts"
    sources.mkdir()
    (sources / "grain.txt").write_text(GRAIN, "utf-8")
    (sources / "lights.md").write_text(LIGHTS, "utf-8")
    build_index(sources, folder / ".index")
    return folder / ".index"


@pytest.fixture(scope="session")
def site(library: Path) -> Iterator[Site]:
    """The page over the library, served from a thread."""
    with served(library, library.parent / "source_texts") as site:
        yield site


@dataclass(frozen=True)
class Changing:
    """A page over sources that a test may change."""

    site: Site
    sources: Path
    index: Path

    def build(self) -> None:
        build_index(self.sources, self.index)


@pytest.fixture
def changing(tmp_path: Path) -> Iterator[Changing]:
    """A page of its own over the two texts, one more that is to change, and a PDF."""
    sources, index = tmp_path / "source_texts", tmp_path / ".index"
    sources.mkdir()
    (sources / "grain.txt").write_text(GRAIN, "utf-8")
    (sources / "lights.md").write_text(LIGHTS, "utf-8")
    (sources / "tolls.txt").write_bytes(TOLLS.encode("cp1252"))
    (sources / "dredging.pdf").write_bytes(pdf(DREDGING))
    build_index(sources, index)
    with served(index, sources) as site:
        yield Changing(site, sources, index)


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """A PDF of these lines on these pages."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    for lines in pages:
        for number, line in enumerate(lines):
            canvas.drawString(70, 760 - 14 * number, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@contextmanager
def threaded(app: Any, log_level: str, port: int = 0) -> Iterator[str]:
    """The address at which an application is served from a thread, behind the guard."""
    config = uvicorn.Config(
        Guard(app, "127.0.0.1"), port=port, log_level=log_level, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < deadline, "the server did not start in time"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=5)


@contextmanager
def served(index: Path, sources: Path, port: int = 0, read_only: bool = False) -> Iterator[Site]:
    """The page over an index, served from a thread."""
    assistant = Listening(Assistant.open(index))
    feedback = index / "feedback"
    kept = None if read_only else feedback
    app: Any = web.mount(web.build_app(assistant, sources, kept, {"library": "Library"}))  # type: ignore[arg-type]
    gc.collect()  # what Gradio leaves behind is met here, not in a test that comes later
    try:
        with threaded(app, "warning", port) as address:
            yield Site(address, assistant, feedback)
    finally:
        assistant.assistant.close()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Which browser Playwright starts; a test without one is skipped, or fails where it must not
    be missing."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        message = "no Chromium found: install the system package chromium to run the browser tests"
        if os.environ.get("COMMENTARY_REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    quiet = ["background-networking", "component-update", "sync", "quic", "gpu"]
    switches = [f"--disable-{name}" for name in quiet]
    return {
        "executable_path": program,
        "args": [*switches, "--no-first-run", "--no-sandbox"],
    }
