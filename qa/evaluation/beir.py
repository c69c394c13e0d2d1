"""Reads a folder of judged questions in BEIR form: corpus.jsonl, queries.jsonl, qrels/test.tsv.

What a query's `metadata` may add: `answerable` (bool), `answers` (strings one of which the answer
holds), `selected_sentences` (a list of annotations, each a list of sentences), `references`
(answers as someone wrote them), `history` (the turns before), `filters` (as in `Assistant.ask`)
and `kind` (any word).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import EvaluationError, QuestionError
from qa.conversation import turns

CORPUS = "corpus.jsonl"


@dataclass(frozen=True, slots=True)
class Query:
    """A question with its graded documents (only those above 0) and what is known of it."""

    id: str
    text: str
    relevant: dict[str, int]
    history: tuple[dict[str, str], ...] = ()
    answerable: bool | None = None
    answers: tuple[str, ...] = ()
    selected: tuple[tuple[str, ...], ...] = ()
    references: tuple[str, ...] = ()
    kind: str = ""
    filters: tuple[tuple[str, str], ...] = ()

    @property
    def turn(self) -> int:
        """How many questions came before."""
        return sum(turn["role"] == "user" for turn in self.history)

    @property
    def gold(self) -> str | None:
        """The document with the highest grade, the first of them; None without any."""
        return max(self.relevant, key=lambda id: self.relevant[id], default=None)


@dataclass(frozen=True, slots=True)
class Folder:
    """The questions of a folder. `corpus` is its corpus.jsonl, None where it has none."""

    name: str
    corpus: Path | None
    queries: tuple[Query, ...]


def read_folders(paths: Sequence[Path]) -> list[Folder]:
    """The folders, named by their last part, made unique by a number where need be.

    Raises EvaluationError as `read_folder` does.
    """
    folders: list[Folder] = []
    for path in paths:
        stem = name = path.resolve().name or "root"
        taken = {folder.name for folder in folders}
        count = 1
        while name in taken:
            count += 1
            name = f"{stem}-{count}"
        folders.append(read_folder(path, name))
    return folders


def read_folder(path: Path, name: str) -> Folder:
    """The questions that count: those with a judged document, or said to be answerable or not.
    (BEIR keeps the questions of all splits in one queries.jsonl.)

    Raises EvaluationError, naming file and line, when a file is missing or not in this form.
    """
    if not path.is_dir():
        raise EvaluationError(
            f"{path}: expected a folder with queries.jsonl and qrels/test.tsv, found none"
        )
    qrels = _qrels(path / "qrels" / "test.tsv")
    queries = list(_queries(path / "queries.jsonl", qrels))
    if unknown := qrels.keys() - {query.id for query in queries}:
        raise EvaluationError(
            f"{path}: qrels/test.tsv judges {min(unknown)!r}, which queries.jsonl does not have"
        )
    counted = tuple(q for q in queries if q.relevant or q.answerable is not None)
    if not counted:
        raise EvaluationError(
            f"{path}: no question has a judged document or says whether it is answerable"
        )
    corpus = path / CORPUS
    return Folder(name, corpus if corpus.is_file() else None, counted)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise EvaluationError(f"{path} is missing; expected a folder in BEIR form") from None
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise EvaluationError(f"{path}: expected UTF-8, found something else") from None
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line.rstrip("\r")


def _qrels(path: Path) -> dict[str, dict[str, int]]:
    """Query id -> document id -> grade above 0."""
    graded: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        if number == 1 and line.split("\t")[-1].strip() == "score":
            continue
        columns = line.split("\t")
        try:
            query, document, score = columns
            grade = int(float(score))
        except (ValueError, OverflowError):
            raise EvaluationError(
                f"{path}, line {number:,}: expected query-id, corpus-id and a number, "
                f"apart by tabs, found {line[:80]!r}"
            ) from None
        judged = graded.setdefault(query, {})
        if grade > 0:
            judged[document] = grade
    return graded


def _queries(path: Path, qrels: dict[str, dict[str, int]]) -> Iterator[Query]:
    seen: set[str] = set()
    for number, line in _lines(path):
        try:
            query = _query(line, qrels)
        except (EvaluationError, QuestionError) as error:
            raise EvaluationError(f"{path}, line {number:,}: {error}") from error
        if query.id in seen:
            raise EvaluationError(f"{path}, line {number:,}: the _id {query.id!r} is there twice")
        seen.add(query.id)
        yield query


def _query(line: str, qrels: dict[str, dict[str, int]]) -> Query:
    try:
        value = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise EvaluationError("not JSON that can be read") from error
    if not isinstance(value, dict) or not all(
        isinstance(value.get(name), str) for name in ("_id", "text")
    ):
        raise EvaluationError("expected an object with the texts _id and text")
    metadata = value.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise EvaluationError("expected metadata to be an object")
    history = metadata.get("history") or []
    if not isinstance(history, list):
        raise EvaluationError("expected metadata.history to be a list of turns")
    turns(value["text"], history)
    answerable = metadata.get("answerable")
    if not isinstance(answerable, bool | None):
        raise EvaluationError("expected metadata.answerable to be true or false")
    selected = metadata.get("selected_sentences") or []
    if not isinstance(selected, list):
        raise EvaluationError("expected metadata.selected_sentences to be a list of lists")
    return Query(
        id=value["_id"],
        text=value["text"],
        relevant=qrels.get(value["_id"], {}),
        history=tuple({"role": turn["role"], "content": turn["content"]} for turn in history),
        answerable=answerable,
        answers=_texts(metadata, "answers"),
        selected=tuple(
            _texts({"selected_sentences": one}, "selected_sentences") for one in selected
        ),
        references=_texts(metadata, "references"),
        kind=metadata["kind"] if isinstance(metadata.get("kind"), str) else "",
        filters=_filters(metadata.get("filters") or {}),
    )


def _filters(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise EvaluationError("expected metadata.filters to be an object of texts")
    return tuple(value.items())


def _texts(metadata: dict[str, Any], name: str) -> tuple[str, ...]:
    value = metadata.get(name) or []
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise EvaluationError(f"expected metadata.{name} to hold lists of texts")
    return tuple(text for text in value if text.strip())
