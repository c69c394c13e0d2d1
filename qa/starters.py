"""Questions to begin with, made from what the library's own documents dwell on: their subjects, and
the names in them that are named more than once."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice

from index.languages import ENGLISH, language
from index.library import Library
from index.records import AUTHOR, PROSE, Document
from qa.subjects import subjects
from qa.words import FUNCTION_WORDS

_LOOKED_AT = 40  # documents
_SUBJECTS = 6  # that come before all else
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
    """Questions that the library may answer: its subjects, then the documents taking turns."""
    documents = list(islice(library.documents(), _LOOKED_AT))
    english = [document for document in documents if language(document) == ENGLISH]
    common = (f"What is said about {name}?" for name in subjects(english)[:_SUBJECTS])
    names = [_names(document) for document in documents]
    spread = Counter(name for counts in names for name in counts)
    each = [
        _about(document, counts, spread) for document, counts in zip(documents, names, strict=True)
    ]
    yield from _once(chain(common, _in_turn(each)))


def _about(document: Document, names: Counter[str], spread: Counter[str]) -> Iterator[str]:
    """Questions about one document: its most frequent names, but those named once in all, then who
    wrote it."""
    kept = [
        name
        for name, count in names.most_common()
        if name not in document.author and (count > 1 or spread[name] > 1)
    ][:6]
    for at, name in enumerate(kept):
        yield f"What is said about {name}?"
        if at == 1:
            yield from _who_wrote(document)
    if len(kept) < 2:
        yield from _who_wrote(document)


def _names(document: Document) -> Counter[str]:
    """The names of a document's running text and how often they stand there, each with its article
    if it mostly has one."""
    if language(document) in _NOUNS:
        return Counter()
    alone: Counter[str] = Counter()
    articles: Counter[str] = Counter()
    for paragraph in _paragraphs(document):
        for match in _NAME.finditer(paragraph):
            if _stands_alone(match["after"]):
                alone[match["name"]] += 1
                articles[match["name"]] += match["before"].lower() == "the"
    return Counter(
        {
            f"the {name}" if 2 * articles[name] > count else name: count
            for name, count in alone.items()
        }
    )


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
    """The first of each, then the second of each, and so on."""
    while sequences:
        left = []
        for sequence in sequences:
            text = next(sequence, None)
            if text is not None:
                left.append(sequence)
                yield text
        sequences = left


def _once(texts: Iterator[str]) -> Iterator[str]:
    """Each text once; "the transfers" is "transfers"."""
    seen: set[str] = set()
    for text in texts:
        key = text.replace(" the ", " ").casefold()
        if key not in seen:
            seen.add(key)
            yield text
