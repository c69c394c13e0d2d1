"""Every work that mentions something, or that does not, counted and listed."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from index.lexical import Lexical
from index.library import Library
from index.records import TITLE
from index.terms import forms
from qa.acronyms import usual
from qa.attribution import entry
from qa.catalogue import listing
from qa.cite import cite
from qa.holdings import Narrowed
from qa.mentions import Mentioned, alternatives, joined, mentions, other_names
from qa.records import Answer, Citation, Hit, Work
from qa.topics import asks_for_authors, asks_without, plain, stance
from qa.words import counted

# Citations that are shown of a work; all its mentions are counted.
_SHOWN = 3
# How sure it is that the works are those that are asked for; of what they say for or against
# something only the mentions are known.
_FOUND, _TO_BE_READ, _NOT_FOUND = 0.95, 0.5, 0.05


def works(
    question: str,
    topic: str,
    library: Library,
    lexical: Lexical,
    filters: Mapping[str, str],
    hits: Sequence[Hit],
    narrow: Narrowed | None = None,
) -> Answer:
    """All works that mention the topic, by date, each with its first mentions.

    A sentence (or a heading, or the title) mentions it when the topic's words stand in it, as they
    are stemmed, or in it and the one before; of "X or Y" one is enough, and of "X and Y" where they
    stand nowhere together; what is put in quotation marks stands there word for word, and an
    acronym that the works define, or that everybody uses, counts as its name. Where that is asked,
    all works that do not. `hits` are the nearest passages. `filters` are those that were chosen,
    and `narrow` says which works the question itself is about.
    """
    allowed = set(library.document_keys(filters))
    if narrow:
        allowed &= set(library.document_keys(narrow.filters))
    names = alternatives(plain(topic))
    others = [other for name in names for other in usual(name)]
    found = mentions([*names, *others], library, lexical, allowed)
    if more := other_names([*names, *others], (mentioned.document for mentioned in found)):
        others += more
        found = mentions([*names, *others], library, lexical, allowed)
    named = " or ".join(
        [topic, *(other.strip("“”") for other in others if _stands(other, lexical))]
    )
    among = f"{counted(len(allowed), 'document')}{f' {narrow.said}' if narrow else ''}"
    among += " that the filters leave" if filters else ""
    said = _counted(found, among, named)
    if not found and (parts := joined(plain(topic))):
        each = [mentions([part, *usual(part)], library, lexical, allowed) for part in parts]
        every = [name for part in parts for name in (part, *usual(part))]
        found = mentions(every, library, lexical, allowed)
        said = f"{said.removesuffix('.')} in one place. {_apart(parts, each)}"
        named = " or ".join(parts)
    if asks_without(question):
        return _without(question, found, named, among, library, allowed, hits)
    if not found:
        return Answer(question, False, _NOT_FOUND, said, (), tuple(hits), "none")
    if asks_for_authors(question):
        said = f"{said} {_by_author(found)}"
    sure = _FOUND
    if taken := stance(question):
        sure = _TO_BE_READ
        said += f" Only mentions are counted: whether they {taken} it has to be read."
    listed = _listed(found)
    citations = tuple(citation for work in listed for citation in work.citations)
    text = "\n\n".join([said, *(_text(work) for work in listed)])
    return Answer(question, True, sure, text, citations, tuple(hits), "works", works=tuple(listed))


def headline(answer: Answer) -> str:
    """What we say ourselves at the head of such an answer; the rest of its text is quotes, each
    work's under its name."""
    return answer.text.partition("\n\n")[0]


def _stands(name: str, lexical: Lexical) -> bool:
    """Whether all words of a name stand in one passage."""
    groups = [forms(word, lexical.languages) for word in re.findall(r"\w+", name)]
    return bool(lexical.containing(groups))


def _listed(found: Sequence[Mentioned]) -> list[Work]:
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


def _counted(found: Sequence[Mentioned], among: str, named: str) -> str:
    """The sentence that counts; it is ours, and no quote."""
    places = sum(len(mentioned.places) for mentioned in found)
    titled = sum(not mentioned.places for mentioned in found)
    parts = [f"{len(found):,} of {among} {'mentions' if len(found) == 1 else 'mention'} {named}"]
    if places:
        parts.append(f"in {counted(places, 'place')}")
    if titled:
        parts.append(f"{titled:,} of them in the title alone")
    return f"{', '.join(parts)}."


def _apart(names: Sequence[str], each: Sequence[Sequence[Mentioned]]) -> str:
    """The sentence that counts each of the parts that stand nowhere together."""
    counts = ", ".join(
        f"{name} in {counted(len(found), 'document')}"
        for name, found in zip(names, each, strict=True)
    )
    documents = [{mentioned.document.id for mentioned in found} for found in each]
    every = len(set.intersection(*documents))
    verb = "has" if every == 1 else "have"
    return f"Taken apart: {counts}; {counted(every, 'document')} {verb} all of them."


def _without(
    question: str,
    found: Sequence[Mentioned],
    named: str,
    among: str,
    library: Library,
    allowed: set[int],
    hits: Sequence[Hit],
) -> Answer:
    """The works of those `allowed` that do not mention it, where `found` do."""
    mentioning = {mentioned.key for mentioned in found}
    keys = [key for key, *_ in library.by_date({}) if key in allowed - mentioning]
    said = f"{len(keys):,} of {among} {'does' if len(keys) == 1 else 'do'} not mention {named}."
    if taken := stance(question):
        said += f" Whether the others {taken} it has to be read."
    if not keys:
        return Answer(question, False, _NOT_FOUND, said, (), tuple(hits), "none")
    return listing(question, said, library, keys, {TITLE}, hits)


def _by_author(found: Sequence[Mentioned]) -> str:
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
