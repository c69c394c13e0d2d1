"""JSON lines in the BEIR form: one document a line with `_id`, `title`, `text`, `metadata`."""

import json
from collections.abc import Iterator
from typing import Any

from index.errors import SourceError
from index.readers.common import make_document
from index.readers.encoding import decode
from index.readers.front_matter import NOTHING, FrontMatter, iso_date
from index.records import Document


def read_jsonl(path: str, data: bytes, given: FrontMatter = NOTHING) -> list[Document]:
    """The documents of a JSONL corpus, each with its line's `_id`; `text` is kept unchanged.

    Author, publisher, date and address are taken from `metadata` where they are strings there, a
    date as `iso_date` has it;
    `given` says nothing, as it would say the same of every line.
    Raises SourceError, naming the line, when a line is not such an object or repeats an `_id`.
    """
    documents: list[Document] = []
    seen: set[str] = set()
    text, _ = decode(data, guess=False)
    for number, line in enumerate(_lines(text), start=1):
        if not line.strip():
            continue
        try:
            document = _document(path, line)
        except SourceError as error:
            raise SourceError(f"line {number:,}: {error}") from error
        if document.id in seen:
            raise SourceError(f"line {number:,}: the _id {document.id!r} stands in it twice")
        seen.add(document.id)
        documents.append(document)
    if not documents:
        raise SourceError("there is no document in it")
    return documents


def _lines(text: str) -> Iterator[str]:
    """One after the other: a corpus is large enough once."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1
    yield text[start:]


def _document(path: str, line: str) -> Document:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise SourceError(f"not JSON: {error.msg} at character {error.pos + 1:,}") from error
    except RecursionError as error:
        raise SourceError("not JSON that can be read: too deep") from error
    if not isinstance(value, dict):
        raise SourceError("expected an object with _id, title and text")
    for name in ("_id", "text"):
        if not isinstance(value.get(name), str) or not value[name]:
            raise SourceError(f"expected {name} to be a text that is not empty")
    metadata = value.get("metadata")
    known: dict[str, Any] = metadata if isinstance(metadata, dict) else {}
    said = {
        name: known[name].strip()
        for name in ("author", "publisher", "published", "url")
        if isinstance(known.get(name), str)
    }
    return make_document(
        path,
        value["text"],
        id=value["_id"],
        title=value["title"].strip() if isinstance(value.get("title"), str) else "",
        **said | {"published": iso_date(said.get("published", ""))},
    )
