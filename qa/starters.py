"""Questions to begin with, made from the names that the library's own documents dwell on."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from index.library import Library
from index.records import AUTHOR, Document

_LOOKED_AT = 40  # documents
_TITLE = 90  # characters of a title that a question still can carry
# Two or more capitalised words in a row, "of" and the like between them.
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w’'–-]+(?: (?:(?:of|for|and|on|the) ){0,2}[A-Z][\w’'–-]+)+")


def starters(library: Library) -> Iterator[str]:
    """Questions that the library may answer, the documents taking turns."""
    documents = list(islice(library.documents(), _LOOKED_AT))
    yield from _in_turn([_about(document) for document in documents])


def _about(document: Document) -> Iterator[str]:
    """Questions about one document: its most frequent names, then who wrote it."""
    counts = Counter(match[0] for match in _NAME.finditer(document.text))
    names = [name for name, _ in counts.most_common(6) if name not in document.author]
    for at, name in enumerate(names):
        yield f"What is said about {_the(document, name)}{name}?"
        if at == 1 and any(mark.kind == AUTHOR for mark in document.marks):
            yield _who_wrote(document)
    if len(names) < 2 and any(mark.kind == AUTHOR for mark in document.marks):
        yield _who_wrote(document)


def _the(document: Document, name: str) -> str:
    """ "the " where the document itself mostly puts it before the name."""
    with_article = len(re.findall(rf"\b[Tt]he {re.escape(name)}", document.text))
    return "the " if 2 * with_article > document.text.count(name) else ""


def _who_wrote(document: Document) -> str:
    return f"Who wrote “{document.title}”?" if len(document.title) <= _TITLE else "Who wrote this?"


def _in_turn(sequences: list[Iterator[str]]) -> Iterator[str]:
    """The first of each, then the second of each, and so on; each text once."""
    seen: set[str] = set()
    while sequences:
        left = []
        for sequence in sequences:
            text = next(sequence, None)
            if text is not None:
                left.append(sequence)
                if text not in seen:
                    seen.add(text)
                    yield text
        sequences = left
