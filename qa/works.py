"""Every work that mentions something: counted over the whole library, not over the best few.

The index of words finds all passages that have the topic's words; their sentences are then read
one by one, so that each that is counted is one that can be cited.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.languages import ENGLISH, language
from index.lexical import Lexical
from index.library import Library
from index.records import TITLE, Document, Sentence
from index.terms import head, terms, words
from qa.acronyms import defined
from qa.attribution import entry
from qa.cite import cite
from qa.records import Answer, Citation, Hit, Work
from qa.topics import asks_for_authors, plain
from qa.words import FUNCTION_WORDS, counted

# Citations that are shown of a work; all its mentions are counted.
_SHOWN = 3
# The terms of a name may stand so much further apart: "President Vladimir Putin".
_SLACK = 2
_FOUND, _NOT_FOUND = 0.95, 0.05
_EITHER = re.compile(r"\s+or\s+|\s*/\s*")
_QUOTED = re.compile(r"[“\"«„](?P<words>[^“”\"«»„]+)[”\"»“]")
_NAME = re.compile(r"[A-Z][\w’'-]*[a-z][\w’'-]*(?: [A-Z][\w’'-]*[a-z][\w’'-]*)+")


@dataclass(frozen=True, slots=True)
class _Part:
    """Terms that stand together: within `reach` terms, and where `is_exact` in their order."""

    terms: tuple[str, ...]
    reach: int
    is_exact: bool = False

    def stands_in(self, found: Sequence[str]) -> bool:
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


@dataclass(frozen=True, slots=True)
class _Mentioned:
    """A document and where it mentions the topic, in order. There is no place where only a title
    says it that is no part of the text."""

    document: Document
    places: tuple[Sentence, ...]


def works(
    question: str,
    topic: str,
    library: Library,
    lexical: Lexical,
    filters: Mapping[str, str],
    hits: Sequence[Hit],
) -> Answer:
    """All works that mention the topic, by date, each with its first mentions.

    A sentence (or a heading, or the title) mentions it when the topic's words stand in it, as they
    are stemmed, or in it and the one before; of "X or Y" one is enough, what is put in quotation
    marks stands there word for word, and an acronym that the works define counts as its name.
    `hits` are the nearest passages.
    """
    allowed = set(library.document_keys(filters))
    names = [name for name in _EITHER.split(plain(topic)) if _needle(name, ENGLISH)]
    found = _mentions(_needles(names, lexical.languages), library, lexical, allowed)
    others = _other_names(names, (mentioned.document for mentioned in found))
    if others:
        needles = _needles([*names, *others], lexical.languages)
        found = _mentions(needles, library, lexical, allowed)
    named = " or ".join([topic, *others])
    among = f"{counted(len(allowed), 'document')}{' that the filters leave' if filters else ''}"
    said = _counted(found, among, named)
    if not found:
        return Answer(question, False, _NOT_FOUND, said, (), tuple(hits), "none")
    if asks_for_authors(question):
        said = f"{said} {_by_author(found)}"
    listed = _listed(found)
    citations = tuple(citation for work in listed for citation in work.citations)
    text = "\n\n".join([said, *(_text(work) for work in listed)])
    return Answer(
        question, True, _FOUND, text, citations, tuple(hits), "works", works=tuple(listed)
    )


def headline(answer: Answer) -> str:
    """What we say ourselves at the head of such an answer; the rest of its text is quotes, each
    work's under its name."""
    return answer.text.partition("\n\n")[0]


def _needles(names: Iterable[str], languages: Sequence[str]) -> _Needles:
    """The parts of each of these names, in the terms of each of these languages, each once."""
    return list(dict.fromkeys(_needle(name, code) for name in names for code in languages))


def _needle(name: str, code: str) -> tuple[_Part, ...]:
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
        if rest[start:end].lower() not in FUNCTION_WORDS:
            take(rest[start:end], is_exact=False)
    return tuple(dict.fromkeys(parts))


def _mentions(
    needles: _Needles, library: Library, lexical: Lexical, allowed: set[int]
) -> list[_Mentioned]:
    """All documents that mention it, by date, those without one last."""
    passages: dict[int, set[tuple[Sentence, ...]]] = {}
    for needle in needles:
        groups = [[term] for part in needle for term in part.terms]
        for key, sentences in library.sentences(lexical.containing(groups)):
            passages.setdefault(key, set()).add(sentences)
        for key, _ in library.sentences(lexical.containing(groups, "context")):
            passages.setdefault(key, set())
    heads = {head(term) for needle in needles for part in needle for term in part.terms}
    found = []
    for key, document in library.documents_by_key(sorted(passages.keys() & allowed)):
        code = language(document) if len(lexical.languages) > 1 else lexical.languages[0]
        titles = [(Sentence(m.start, m.end, m.kind),) for m in document.marks if m.kind == TITLE]
        places = tuple(
            place
            for sentences in sorted({*titles, *passages[key]}, key=lambda some: some[0].start)
            for place in _places(needles, heads, document.text, sentences, code)
        )
        if places or _has_one(needles, [terms(document.title, code)]):
            found.append(_Mentioned(document, places))
    return sorted(
        found, key=lambda m: (not m.document.published, m.document.published, m.document.id)
    )


def _places(
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
    there_before: list[str] = []
    for sentence in sentences:
        said = text[sentence.start : sentence.end]
        lowered = said.lower()
        if code == ENGLISH and not any(head in lowered for head in heads):
            before = None
            continue
        there = terms(said, code)
        if _has_one(needles, [there]):
            yield sentence
            before = None
        elif before is not None and _has_one(needles, [there_before, there]):
            yield Sentence(before.start, sentence.end, sentence.kind)
            before = None
        else:
            before, there_before = sentence, there


def _has_one(needles: _Needles, texts: Sequence[Sequence[str]]) -> bool:
    """Whether every part of one of the needles stands in one of the texts."""
    return any(
        all(any(part.stands_in(text) for text in texts) for part in needle) for needle in needles
    )


def _other_names(names: Sequence[str], documents: Iterable[Document]) -> list[str]:
    """What the documents call by the same acronym, or the acronyms of what is named."""
    wanted = {tuple(terms(name)) for name in names if any(c.isupper() for c in name)}
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


def _listed(found: Sequence[_Mentioned]) -> list[Work]:
    """The works with their first mentions as citations, numbered through."""
    listed: list[Work] = []
    number = 0
    for mentioned in found:
        citations: list[Citation] = []
        for place in mentioned.places[:_SHOWN]:
            number += 1
            citations.append(cite(number, mentioned.document, place.start, place.end))
        listed.append(Work(mentioned.document, len(mentioned.places), tuple(citations)))
    return listed


def _counted(found: Sequence[_Mentioned], among: str, named: str) -> str:
    """The sentence that counts; it is ours, and no quote."""
    places = sum(len(mentioned.places) for mentioned in found)
    titled = sum(not mentioned.places for mentioned in found)
    parts = [f"{len(found):,} of {among} {'mentions' if len(found) == 1 else 'mention'} {named}"]
    if places:
        parts.append(f"in {counted(places, 'place')}")
    if titled:
        parts.append(f"{titled:,} of them in the title alone")
    return f"{', '.join(parts)}."


def _by_author(found: Sequence[_Mentioned]) -> str:
    counts = Counter(mentioned.document.author for mentioned in found)
    unknown = counts.pop("", 0)
    named = [f"{author} ({counted(count, 'document')})" for author, count in counts.items()]
    if unknown:
        named.append(f"unknown ({counted(unknown, 'document')})")
    return f"Authors: {', '.join(named)}."


def _text(work: Work) -> str:
    """A work's name and number of mentions, then its first ones, a line each."""
    name = entry(work.document)
    head = f"{name}: {counted(work.mentions, 'place') if work.mentions else 'in its title'}"
    return "\n".join([head, *(f"{c.quote} [{c.number}]" for c in work.citations)])
