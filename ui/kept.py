"""A turn as a browser keeps it, and back.

What comes back is JSON that anybody may have changed. `read_conversation` takes it only whole and
within limits; all of it stays untrusted text, escaped where it is shown.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, get_args

from index.characters import HALF
from index.library.documents import FILTERS
from index.records import ABOUT, Document
from qa import MAX_QUESTION
from qa.records import Kind
from ui.render.links import NEAREST
from ui.shown import Listed, Place, Shown

MAX_TURNS = 500
_MAX_PLACES = 12_000  # of a turn: what lists works lists all of them
_MAX_NAME = 3_000  # characters of a title, a path, a name
_MAX_TEXT = 50_000  # characters of a quote or a message
_SHA256 = re.compile(r"[0-9a-f]{64}")


class NotKept(ValueError):
    """What a browser posted is no conversation that this program wrote."""


def kept(turn: Shown) -> dict[str, Any]:
    """A turn as JSON; each document stands in it once."""
    documents: dict[Document, int] = {}

    def at(document: Document) -> int:
        return documents.setdefault(document, len(documents))

    value: dict[str, Any] = {
        name.name: getattr(turn, name.name)
        for name in fields(turn)
        if name.name not in ("places", "near", "works")
    }
    value["filters"], value["missing"] = dict(turn.filters), list(turn.missing)
    for name in ("places", "near"):
        places: tuple[Place, ...] = getattr(turn, name)
        value[name] = [
            {f.name: getattr(place, f.name) for f in fields(place)}
            | {"document": at(place.document)}
            for place in places
        ]
    value["works"] = [
        asdict(work) | {"document": at(work.document), "numbers": list(work.numbers)}
        for work in turn.works
    ]
    value["documents"] = [{name: getattr(d, name) for name in ABOUT} for d in documents]
    return value


def read_conversation(value: object) -> list[Shown]:
    """The turns of a kept conversation; raises NotKept when it is not one."""
    turns = _list(value, MAX_TURNS)
    return [read_turn(turn) for turn in turns]


def read_turn(value: object) -> Shown:
    """The reverse of `kept`; raises NotKept for anything that it does not make."""
    turn = _map(value)
    documents = [_document(_map(one)) for one in _list(turn.get("documents"), _MAX_PLACES)]
    kinds: tuple[Kind, ...] = get_args(Kind)
    kind = next((kind for kind in kinds if kind == turn.get("kind")), None)
    if kind is None:
        raise NotKept("kind")
    filters = _map(turn.get("filters"))
    if not set(filters) <= FILTERS.keys():
        raise NotKept("filters")
    return Shown(
        _text(turn, "question", MAX_QUESTION),
        {name: _text(filters, name) for name in filters},
        kind,
        _share(turn, "confidence"),
        _text(turn, "understood", _MAX_TEXT),
        tuple(_text({"name": one}, "name") for one in _list(turn.get("missing"), 100)),
        _text(turn, "text", 50 * _MAX_TEXT),
        tuple(_place(_map(one), documents) for one in _list(turn.get("places"), _MAX_PLACES)),
        tuple(_place(_map(one), documents) for one in _list(turn.get("near"), NEAREST)),
        tuple(_work(_map(one), documents) for one in _list(turn.get("works"), _MAX_PLACES)),
        turn.get("stopped") is True,
        _text(turn, "failure", _MAX_TEXT),
    )


def read_filters(value: object) -> dict[str, str]:
    """The filters that a page posted, without the blank ones; raises NotKept."""
    given = _map(value)
    if not set(given) <= FILTERS.keys():
        raise NotKept("filters")
    texts = {name: _text(given, name).strip() for name in given}
    return {name: text for name, text in texts.items() if text}


def _place(value: Mapping[str, object], documents: Sequence[Document]) -> Place:
    start, end = _count(value, "start"), _count(value, "end")
    if start >= end:
        raise NotKept("place")
    return Place(
        _one_of(value, documents),
        _count(value, "number"),
        start,
        end,
        _text(value, "page", 40),
        _text(value, "quote", _MAX_TEXT),
        _count(value, "paragraph"),
        _count(value, "rank"),
        _share(value, "passage"),
        _share(value, "sentence"),
    )


def _work(value: Mapping[str, object], documents: Sequence[Document]) -> Listed:
    numbers = [_count({"n": n}, "n") for n in _list(value.get("numbers"), _MAX_PLACES)]
    return Listed(_one_of(value, documents), _count(value, "mentions"), tuple(numbers))


def _document(value: Mapping[str, object]) -> Document:
    texts: Any = {name: _text(value, name) for name in ABOUT}
    if not _SHA256.fullmatch(texts["sha256"]) or not texts["id"]:
        raise NotKept("document")
    return Document(**texts, text="")


def _one_of(value: Mapping[str, object], documents: Sequence[Document]) -> Document:
    at = _count(value, "document")
    if at >= len(documents):
        raise NotKept("document")
    return documents[at]


def _map(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise NotKept("object")
    return value


def _list(value: object, most: int) -> Sequence[object]:
    if not isinstance(value, list) or len(value) > most:
        raise NotKept("list")
    return value


def _text(value: Mapping[str, object], name: str, most: int = _MAX_NAME) -> str:
    text = value.get(name)
    if not isinstance(text, str) or len(text) > most or HALF.search(text):
        raise NotKept(name)
    return text


def _count(value: Mapping[str, object], name: str) -> int:
    number = value.get(name)
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 10**9:
        raise NotKept(name)
    return number


def _share(value: Mapping[str, object], name: str) -> float:
    number = value.get(name)
    if not isinstance(number, int | float) or isinstance(number, bool) or not -1 <= number <= 1:
        raise NotKept(name)
    return float(number)
