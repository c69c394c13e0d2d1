"""Where the works mention something: over the whole library, not over the best few.

The index of words finds all passages that have the topic's words; their sentences are then read
one by one, so that each that is counted is one that can be cited.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.languages import ENGLISH, language
from index.lexical import Lexical
from index.library import Library
from index.records import TITLE, Document, Sentence
from index.terms import head, terms, words
from qa.acronyms import CAPITALS, defined
from qa.words import FUNCTION_WORDS

# The terms of a name may stand so much further apart: "President Vladimir Putin".
_SLACK = 2
_QUOTED = re.compile(r"[“\"«„](?P<words>[^“”\"«»„]+)[”\"»“]")
_NAME = re.compile(r"[A-Z][\w’'-]*[a-z][\w’'-]*(?: [A-Z][\w’'-]*[a-z][\w’'-]*)+")
_JOINED = re.compile(r",\s*(?:and\s+)?|\s+and\s+|\s*&\s*|\s+as well as\s+", re.IGNORECASE)
_EITHER = re.compile(r"\s+or\s+|\s*/\s*")


@dataclass(frozen=True, slots=True)
class _Part:
    """Terms that stand together: within `reach` terms, and where `is_exact` in their order. An
    acronym that is a word too ("US") has to stand there as it is `written`."""

    terms: tuple[str, ...]
    reach: int
    is_exact: bool = False
    written: str = ""

    def stands_in(self, found: Sequence[str], said: str) -> bool:
        if self.written and not re.search(rf"\b{self.written}\b", said):
            return False
        if len(self.terms) == 1:
            return self.terms[0] in found
        if not set(self.terms) <= set(found):
            return False
        size = len(self.terms) if self.is_exact else self.reach
        windows = (found[at : at + size] for at in range(max(1, len(found) - size + 1)))
        if self.is_exact:
            return any(tuple(window) == self.terms for window in windows)
        return any(set(self.terms) <= set(window) for window in windows)


# What a mention has: every part of one of these.
_Needles = Sequence[Sequence[_Part]]
# The terms of a text, and the text.
_Said = tuple[Sequence[str], str]


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A document, its key and where it mentions the topic, in order. There is no place where only a
    title says it that is no part of the text."""

    key: int
    document: Document
    places: tuple[Sentence, ...]


def alternatives(topic: str) -> list[str]:
    """The parts of "X or Y", each of which names something."""
    return [name for name in _EITHER.split(topic) if needle(name, ENGLISH)]


def needles_of(names: Iterable[str], languages: Sequence[str]) -> _Needles:
    """The parts of each of these names, in the terms of each of these languages, each once."""
    return list(dict.fromkeys(needle(name, code) for name in names for code in languages))


def needle(name: str, code: str) -> tuple[_Part, ...]:
    """The parts of a name of the topic, in the terms of a language; () where it names nothing."""
    parts = []

    def take(text: str, is_exact: bool) -> str:
        found = tuple(terms(text, code))
        if found:
            parts.append(_Part(found, len(found) + _SLACK, is_exact))
        return " "

    rest = _QUOTED.sub(lambda match: take(match["words"], is_exact=True), name)
    rest = _NAME.sub(lambda match: take(match[0], is_exact=False), rest)
    for start, end in words(rest, (code,)):
        if rest[start:end] in CAPITALS:
            found = tuple(terms(rest[start:end], code))
            parts.append(_Part(found, len(found), written=rest[start:end]))
        elif rest[start:end].lower() not in FUNCTION_WORDS:
            take(rest[start:end], is_exact=False)
    return tuple(dict.fromkeys(parts))


def mentions(
    names: Iterable[str], library: Library, lexical: Lexical, allowed: set[int]
) -> list[Mentioned]:
    """All documents of those `allowed` that mention one of these names, by date, those without one
    last."""
    needles = needles_of(names, lexical.languages)
    passages: dict[int, set[tuple[Sentence, ...]]] = {}
    for parts in needles:
        groups = [[term] for part in parts for term in part.terms]
        for key, sentences in library.sentences(lexical.containing(groups)):
            passages.setdefault(key, set()).add(sentences)
        for key, _ in library.sentences(lexical.containing(groups, "context")):
            passages.setdefault(key, set())
    heads = {head(term) for parts in needles for part in parts for term in part.terms}
    found = []
    for key, document in library.documents_by_key(sorted(passages.keys() & allowed)):
        code = language(document) if len(lexical.languages) > 1 else lexical.languages[0]
        titles = [(Sentence(m.start, m.end, m.kind),) for m in document.marks if m.kind == TITLE]
        places = tuple(
            place
            for sentences in sorted({*titles, *passages[key]}, key=lambda some: some[0].start)
            for place in places_of(needles, heads, document.text, sentences, code)
        )
        if places or _has_one(needles, [(terms(document.title, code), document.title)]):
            found.append(Mentioned(key, document, places))
    return sorted(
        found, key=lambda m: (not m.document.published, m.document.published, m.document.id)
    )


def places_of(
    needles: _Needles,
    heads: Collection[str],
    text: str,
    sentences: Sequence[Sentence],
    code: str,
) -> Iterator[Sentence]:
    """The sentences in a row that have a needle, or two neighbours that have it together. Of
    English ones only one that has what a term of a needle begins with (`heads`) is worth
    stemming."""
    before: Sentence | None = None
    there_before: _Said = ([], "")
    for sentence in sentences:
        said = text[sentence.start : sentence.end]
        lowered = said.lower()
        if code == ENGLISH and not any(head in lowered for head in heads):
            before = None
            continue
        there = (terms(said, code), said)
        if _has_one(needles, [there]):
            yield sentence
            before = None
        elif before is not None and _has_one(needles, [there_before, there]):
            yield Sentence(before.start, sentence.end, sentence.kind)
            before = None
        else:
            before, there_before = sentence, there


def _has_one(needles: _Needles, texts: Sequence[_Said]) -> bool:
    """Whether every part of one of the needles stands in one of the texts."""
    return any(
        all(any(part.stands_in(*text) for text in texts) for part in parts) for parts in needles
    )


def other_names(names: Sequence[str], documents: Iterable[Document]) -> list[str]:
    """What the documents call by the same acronym, or the acronyms of what is named."""
    wanted = {tuple(terms(name)) for name in names if " " in name or name != name.lower()}
    others: dict[str, None] = {}
    if wanted:
        for document in documents:
            for long, short in defined(document.text).items():
                pair = (tuple(terms(long)), tuple(terms(short)))
                if pair[0] in wanted and pair[1] not in wanted:
                    others[short] = None
                elif pair[1] in wanted and pair[0] not in wanted:
                    others[long] = None
    return list(others)


def joined(topic: str) -> list[str]:
    """The parts of "X, Y and Z", each of which names something; [] where there are no two, or
    something is put in quotation marks."""
    if _QUOTED.search(topic):
        return []
    parts = [part for part in _JOINED.split(topic) if part and needle(part, ENGLISH)]
    return parts if len(parts) > 1 else []
