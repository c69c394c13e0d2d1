"""What commands say of an index: builds, its state, its documents, what is wrong with it."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.build import BuildReport
from index.records import ABOUT, Document
from index.renew import DAMAGED
from index.settings import DEFAULT_MODEL
from index.status import Pending, Status
from index.verify import Verdict
from qa.words import counted
from ui.render import printable

if TYPE_CHECKING:
    from qa.bench import Bench


def build_text(report: BuildReport) -> str:
    """A build in one line, or two when all was made anew."""
    if not report.is_change:
        return (
            f"Nothing changed: {counted(report.unchanged, 'document')}, "
            f"{counted(report.passages, 'passage')}."
        )
    anew = f"Made anew: {report.renewed}.\n" if report.renewed else ""
    return printable(
        f"{anew}{counted(report.added, 'document')} added, {report.changed:,} changed, "
        f"{report.removed:,} removed, {report.unchanged:,} unchanged; "
        f"{counted(report.passages, 'passage')}, {counted(report.embedded, 'text')} embedded "
        f"in {report.seconds:.1f} s."
    )


def source_lines(failed: Sequence[tuple[str, str]], noted: Sequence[tuple[str, str]]) -> list[str]:
    """A line for each source that could not be read, or only with a reservation."""
    return [
        *(printable(f"not read: {path}: {reason}") for path, reason in failed),
        *(printable(f"note: {path}: {note}") for path, note in noted),
    ]


def status_lines(status: Status, sources: Path) -> Iterator[tuple[str, str]]:
    """Name and value of everything but the failures; `sources` is where changes were looked for."""
    yield "index", status.index
    yield "documents", f"{status.documents:,}"
    yield "passages", f"{status.passages:,}"
    yield "generation", f"{status.generation:,}"
    if status.generation:
        yield "built", time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(status.built))
    else:
        yield "built", "not yet: nothing is indexed so far; commentary index goes on"
    english = " (English)" if status.model == DEFAULT_MODEL else ""
    yield "model", f"{status.model}{english}, at most {status.passage_tokens} tokens a passage"
    yield "run by", status.route
    yield "size", f"{status.size / 1e6:,.1f} MB"
    if status.pending is None:
        yield "on disk", printable(f"there is no folder {sources}; --sources names it")
    else:
        yield "on disk", _pending(status.pending)


def _pending(pending: Pending) -> str:
    kinds = (("new", pending.added), ("changed", pending.changed), ("gone", pending.removed))
    parts = [f"{len(paths):,} {kind}" for kind, paths in kinds if paths]
    if not parts:
        return "nothing changed since"
    return f"{', '.join(parts)} since; commentary index takes it up"


def bench_lines(found: "Bench") -> Iterator[tuple[str, str]]:
    """Name and value of what was measured."""
    yield "machine", found.machine
    yield "run by", found.route
    yield "passages", f"{found.passages:,}"
    yield "opening", f"{found.load:.2f} s"
    yield "encoding", f"{found.encode:.1f} ms a question"
    yield "answering", f"p50 {found.ask50:.1f} ms, p95 {found.ask95:.1f} ms"
    yield "embedding", f"{found.build:.1f} passages/s"


def listing_text(documents: Sequence[tuple[Document, int]]) -> str:
    """A document on two lines: its id, then what is known of it."""
    lines = []
    for document, passages in documents:
        known = (document.title, document.author, document.publisher, document.published)
        about = ", ".join(" ".join(part.split()) for part in known if part)
        place = "" if document.id == document.path else f" in {document.path}"
        lines.append(f"{document.id}{place}\n    {about} ({counted(passages, 'passage')})")
    lines.append(counted(len(documents), "document"))
    return printable("\n".join(lines))


def listing_json(documents: Sequence[tuple[Document, int]]) -> list[dict[str, object]]:
    return [
        {
            **{name: getattr(document, name) for name in (*ABOUT, "note")},
            "characters": len(document.text),
            "pages": len(document.pages),
            "passages": passages,
        }
        for document, passages in documents
    ]


def verdict_text(verdict: Verdict) -> str:
    """What a check found, a problem a line, and what to do."""
    lines = [f"mended: {problem.place}: {problem.what}" for problem in verdict.mended]
    if verdict.lost != 0:
        lines.append(f"what could not be read is kept in {DAMAGED}, in the folder of the index")
    lines += [
        f"{problem.place}: {problem.what}; mend it: {problem.remedy}"
        for problem in verdict.problems
    ]
    if not verdict.problems:
        lines.append(
            f"Sound: {counted(verdict.documents, 'document')}, "
            f"{counted(verdict.passages, 'passage')}, every byte, row and span as it was written."
        )
    return printable("\n".join(lines))
