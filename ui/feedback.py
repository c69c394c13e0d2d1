"""Thumbs and notes, kept beside the index as questions that `commentary eval` can read.

The form is BEIR's: queries.jsonl and qrels/test.tsv, without a corpus, since the index is one. A
question whose answer was good names the cited documents and quotes; one whose refusal was good is
noted as not answerable, and one that should have been answered as answerable.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from filelock import FileLock

from ui.shown import Shown

_MAX_NOTE = 2_000  # characters
_MAX_SIZE = 20_000_000  # bytes of queries.jsonl
_HEAD = "query-id\tcorpus-id\tscore"


class FeedbackFull(Exception):
    """There is no room for another question."""


def keep(folder: Path, turn: Shown, is_good: bool, note: str = "") -> None:
    """Add a question to the folder, in place of what was kept of the same question and answer.

    Raises FeedbackFull or OSError, and then nothing has changed.
    """
    queries, qrels = folder / "queries.jsonl", folder / "qrels" / "test.tsv"
    query = _query(turn, is_good, note)
    qrels.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        if queries.exists() and queries.stat().st_size > _MAX_SIZE:
            raise FeedbackFull(f"{queries} is full; move it elsewhere")
        lines = [line for line in _lines(queries) if _id(line) != query["_id"]]
        judged = [
            line for line in _lines(qrels) if line.split("\t")[0] not in (query["_id"], "query-id")
        ]
        documents = dict.fromkeys(place.document.id for place in turn.places if is_good)
        # An id may hold anything but what parts the columns.
        judged += [
            f"{query['_id']}\t{document}\t1"
            for document in documents
            if not set(document) & set("\t\r\n")
        ]
        _write(qrels, [_HEAD, *judged])
        _write(queries, [*lines, json.dumps(query, ensure_ascii=False)])


def _query(turn: Shown, is_good: bool, note: str) -> dict[str, Any]:
    said = json.dumps([turn.question, turn.understood, turn.said, turn.kind])
    metadata: dict[str, Any] = {"kind": turn.kind, "good": is_good}
    if turn.kind in ("sentences", "works") and is_good:
        metadata["answerable"] = True
        metadata["answers"] = [place.quote for place in turn.places]
    elif turn.kind == "none":
        metadata["answerable"] = not is_good
    if turn.filters:
        metadata["filters"] = dict(turn.filters)
    if note.strip():
        metadata["note"] = note.strip()[:_MAX_NOTE]
    return {
        "_id": hashlib.sha256(said.encode()).hexdigest()[:16],
        "text": turn.understood or turn.question,
        "metadata": metadata,
    }


def _lines(path: Path) -> list[str]:
    lines = path.read_text("utf-8").split("\n") if path.exists() else []
    return [line for line in lines if line]


def _id(line: str) -> object:
    """The id of a question; None of a line that others wrote and that is none."""
    try:
        query = json.loads(line)
    except ValueError:
        return None
    return query.get("_id") if isinstance(query, dict) else None


def _write(path: Path, lines: Iterable[str]) -> None:
    """Write the file whole or not at all."""
    part = path.with_name(path.name + ".partial")
    part.write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="\n")
    part.replace(path)
