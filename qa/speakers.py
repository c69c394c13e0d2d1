"""Whose words a question asks for: "What does Mira Okafor think about the ferries?" is to be
answered by what she wrote.

Such a question is told by how it is built around the name of an author of the library, or else of a
publisher. One that only names a person ("What did Mira Okafor found?") asks for anything that is
said of them.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from index.terms import terms
from qa.facets import Facets
from qa.names import Name, names
from qa.saying import (
    HOW,
    JOINED,
    ME,
    NAME,
    OF_ANYBODY,
    OF_OTHERS,
    OF_WORKS,
    SAYS,
    SELF,
    VIEW,
    WHEN,
    askings,
    gates,
    takings,
)
from qa.words import FUNCTION_WORDS

_LONGEST = 10  # words of a name
# Letters with a stroke have no accent that Unicode could take off; an apostrophe may be curly.
_STROKES = str.maketrans("łøđħŧ’", "lodht'")
# What asks for an author's words and for nothing in particular.
_NO_TOPIC = re.compile(
    rf"(?:say|think|argue|write|written|claim|believe|views?|opinions?|positions?|stances?|thesis"
    r"|arguments?|case|main|key|central|points?|ideas?|messages?|short|brief(?:ly)?|author|outline"
    rf"|summari[sz]e|summary|sum|overview|contents?|{OF_WORKS})",
    re.IGNORECASE,
)
_MINE = tuple(
    (re.compile(pattern, re.IGNORECASE), mine)
    for pattern, mine in (
        (r"\bdoes I\b", "do I"),
        (r"\bhas I\b", "have I"),
        (r"\bis I\b", "am I"),
        (r"\b(?:his|her|their)\b", "my"),
        (r"\b(?:he|she|they)\b", "I"),
    )
)
_SAYING = re.compile(rf"(?:{SAYS}|{VIEW}|{OF_WORKS}|{HOW}|author)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Speaker:
    """An author or a publisher whose words are asked for: `name` as the filter `field` takes it,
    `family` is what of the name others call them by, `called` what the question does, and
    `questions` what their own documents are asked, which name them seldom: each may find the
    answer. `about` is what they are asked besides where the question takes a stance for granted, ""
    elsewhere; `when` is the time of the documents, where not all are asked."""

    name: str
    family: str
    called: str
    questions: tuple[str, ...]
    about: str = ""
    field: Literal["author", "publisher"] = "author"
    when: str = ""

    @property
    def documents(self) -> str:
        """The documents that are asked, as an answer speaks of them."""
        return f"documents {self.credit} {self.name}" + (f", {self.when}" if self.when else "")

    @property
    def credit(self) -> str:
        """What stands before the name where documents are said to be theirs."""
        return "published by" if self.field == "publisher" else "by"

    @property
    def asks_for_all(self) -> bool:
        """Whether nothing in particular is asked for: "What does she argue?", a summary."""
        return all(_NO_TOPIC.fullmatch(word) for word in _naming(self.questions[0]))

    @property
    def topic(self) -> frozenset[str]:
        """The terms of what the author is asked about."""
        return frozenset(terms(" ".join(subjects(self.questions[0]))))


def speakers(question: str, present: Callable[[], Facets]) -> list[Speaker]:
    """The authors whose words a question asks for, in its order, or else the publishers; [] where
    it asks for nobody's, or for those of somebody who is none of these that are present (which is
    looked at where need be)."""
    question = " ".join(question.split())
    if not any(gate.search(question) for gate in gates()):
        return []
    there = present()
    authors = groups(question, [author for author, _ in there.authors])
    if found := _asked_of(question, authors):
        return found
    publishers = groups(question, [publisher for publisher, _ in there.publishers], _whole)
    found = _asked_of(question, publishers)
    return [replace(by, field="publisher", family=by.called) for by in found]


def _asked_of(question: str, groups: Sequence[Sequence[tuple[int, int, str]]]) -> list[Speaker]:
    """Those of whom a question asks what they say, by the first form that fits around some names
    that are joined in it; []."""
    ways = [
        (group, f"{question[: group[0][0]]}{NAME}{question[group[-1][1] :]}") for group in groups
    ]
    for pattern, instead in askings():
        for group, put in ways:
            match = pattern.search(put)
            if match and not OF_OTHERS.search(put):
                called = [(name, question[start:end]) for start, end, name in group]
                asked = _put(put[: match.start(1)], instead, put[match.end(1) :])
                takes = next((taken for one in takings() if (taken := one.match(put))), None)
                about = f"What does one say about {takes['topic']}?" if takes else ""
                return [
                    Speaker(name, family_of(one, name), one, asked, about) for name, one in called
                ]
    return []


def _put(head: str, instead: str, tail: str) -> tuple[str, ...]:
    """What an author's own documents are asked, with what stands for the author in the middle."""
    ways = (instead, OF_ANYBODY.get(instead, instead))
    asked = [_tidy(WHEN.sub("", f"{head}{way}{tail}")) for way in ways]
    if instead in (SELF, ME):
        asked[0] = _tidy(in_first_person(asked[0]))
    return tuple(dict.fromkeys(asked))


def in_first_person(question: str) -> str:
    """A question about an "I" as the author would ask it: "What did I get wrong in my report?"."""
    for pattern, mine in _MINE:
        question = pattern.sub(mine, question)
    return question


def subjects(question: str) -> list[str]:
    """The words that name something in a question for somebody's words, but that they are said."""
    return [word for word in _naming(question) if not _SAYING.fullmatch(word)]


def groups(
    question: str, authors: Sequence[str], read: Callable[[str], list[Name]] = names
) -> list[list[tuple[int, int, str]]]:
    """The names of authors in a question, those together that are joined ("A, B and C")."""
    groups: list[list[tuple[int, int, str]]] = []
    for one in named(question, authors, read):
        if groups and JOINED.fullmatch(question[groups[-1][-1][1] : one[0]]):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def named(
    question: str, authors: Sequence[str], read: Callable[[str], list[Name]] = names
) -> Iterator[tuple[int, int, str]]:
    """Where a text names some of these authors (lines that may name several, which `read` reads),
    and each as the filter of authors takes it. A name of one word has a capital and is a family
    name, or all of an institution's."""
    spans = [match.span() for match in re.finditer(r"[\w-]+(?:['’](?!s\b)\w+)*\.?", question)]
    words = {_plain(question[start:end]) for start, end in spans}
    among = [(author, read(author)) for author in authors if any(w in bare(author) for w in words)]
    at = 0
    while among and at < len(spans):
        for last in range(min(at + _LONGEST, len(spans)), at, -1):
            start, end = spans[at][0], spans[last - 1][1]
            end -= question[start:end].endswith(".")
            said = _words(question[start:end])
            if not said or (len(said) == 1 and not question[start].isupper()):
                continue
            found = [a for a, people in among if any(_means(said, one) for one in people)]
            if found:
                yield start, end, _filter(question[start:end], said, found)
                at = last - 1
                break
        at += 1


def family_of(called: str, name: str) -> str:
    """What of a name is never left out: of an institution's all of it."""
    is_whole = any("literal" in one for one in names(name))
    return called if is_whole else _words(called)[-1]


def _whole(publisher: str) -> list[Name]:
    """A publisher's name, of which nothing may be left out."""
    return [{"literal": publisher}]


def _naming(question: str) -> list[str]:
    words = re.findall(r"[^\W_]+", question)
    return [word for word in words if word.lower() not in FUNCTION_WORDS]


def _tidy(question: str) -> str:
    rest = re.sub(r" +(?=[ ?.!,]|$)|^[ ,;:]+", "", question)
    return rest[:1].upper() + rest[1:]


def _filter(name: str, said: Sequence[str], found: Sequence[str]) -> str:
    """What the filter of authors takes for a name that these authors have: of several it is the
    name, as it stands in a question or, with its accents, in one of their lines."""
    if len(found) == 1:
        return found[0]
    lines = [author.split() for author in found]
    runs = (words[at : at + len(said)] for words in lines for at in range(len(words)))
    written = (" ".join(run).strip(" ,;") for run in runs if _words(" ".join(run)) == list(said))
    there = [author.casefold() for author in found]
    given = (one for one in (name, *written) if any(one.casefold() in author for author in there))
    return next(given, found[0])


def _means(said: Sequence[str], person: dict[str, str]) -> bool:
    """Whether these words are the name of a person or an institution; given names may be left
    out or be initials."""
    family, given = _words(person.get("family", "")), _words(person.get("given", ""))
    if not family:
        return list(said) == _words(person.get("literal", ""))
    return said[-1] == family[-1] and all(
        word in family or any(word in (one, one[0]) for one in given) for word in said[:-1]
    )


def _words(name: str) -> list[str]:
    words = [plain for word in name.split() if (plain := _plain(word))]
    return words[1:] if len(words) > 1 and words[0] == "the" else words


def _plain(word: str) -> str:
    return re.sub(r"\A\W+|\W+\Z", "", bare(word))


def bare(text: str) -> str:
    """A text without capitals, accents and curly apostrophes: names are often asked for without
    theirs."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_STROKES))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
