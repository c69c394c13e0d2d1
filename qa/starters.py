"""Questions to begin with, made from the names that the library's own documents dwell on."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from index.languages import language
from index.library import Library
from index.records import AUTHOR, PROSE, Document
from qa.words import FUNCTION_WORDS

_LOOKED_AT = 40  # documents
_TITLE = 90  # characters of a title that a question still can carry
# Two or more capitalised words in a row, "of" and the like between them, behind a small word or an
# article; and what follows them.
_NAME = re.compile(
    r"(?<![\w’'–-])(?P<before>The|[a-z][\w’'–-]*[,;]?) "
    r"(?P<name>[A-Z][\w’'–-]+(?: (?:(?:of|for|on|the) ){0,2}[A-Z][\w’'–-]+)+)"
    r"(?P<after>\W{0,2}[\w’'–-]*)"
)
# Where a paragraph ends, and how running text does, as a title or a line of a table does not.
_BETWEEN = re.compile(r"\n[ \t]*\n")
_ENDS = re.compile(r"[.!?:][\"”’')\]]*\Z")
# In these every noun has a capital.
_NOUNS = frozenset({"de"})


def starters(library: Library) -> Iterator[str]:
    """Questions that the library may answer, the documents taking turns."""
    documents = list(islice(library.documents(), _LOOKED_AT))
    yield from _in_turn([_about(document) for document in documents])


def _about(document: Document) -> Iterator[str]:
    """Questions about one document: its most frequent names, then who wrote it."""
    names = [name for name in _names(document) if name not in document.author][:6]
    for at, name in enumerate(names):
        yield f"What is said about {name}?"
        if at == 1:
            yield from _who_wrote(document)
    if len(names) < 2:
        yield from _who_wrote(document)


def _names(document: Document) -> list[str]:
    """The names of a document's running text, the most frequent first, each with its article if
    it mostly has one there."""
    if language(document) in _NOUNS:
        return []
    alone: Counter[str] = Counter()
    articles: Counter[str] = Counter()
    for paragraph in _paragraphs(document):
        for match in _NAME.finditer(paragraph):
            if _stands_alone(match["after"]):
                alone[match["name"]] += 1
                articles[match["name"]] += match["before"].lower() == "the"
    return [
        f"the {name}" if 2 * articles[name] > count else name for name, count in alone.most_common()
    ]


def _stands_alone(after: str) -> bool:
    """Whether a name ends before this, and is no part of something longer: "the Emsland power
    station", "Trade and Industry"."""
    if not after.startswith(" "):
        return not after.startswith(("-", "–", "/", "&"))
    word = after.strip().lower()
    goes_on = word in FUNCTION_WORDS or word.endswith("ed")  # "opened", a verb
    return word not in ("and", "&") and (not word[:1].isalnum() or goes_on)


def _paragraphs(document: Document) -> Iterator[str]:
    """The paragraphs of running text: of what is marked as nothing else."""
    at = 0
    for start, end in [
        *((mark.start, mark.end) for mark in document.marks if mark.kind != PROSE),
        (len(document.text), 0),
    ]:
        for paragraph in map(str.strip, _BETWEEN.split(document.text[at:start])):
            if _ENDS.search(paragraph) and paragraph != document.title:
                yield paragraph
        at = end


def _who_wrote(document: Document) -> Iterator[str]:
    if any(mark.kind == AUTHOR for mark in document.marks) and 0 < len(document.title) <= _TITLE:
        yield f"Who wrote “{document.title}”{'' if document.title[-1] in '?!' else '?'}"


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
