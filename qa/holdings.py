"""Questions after the library's own list: telling which works are asked for.

Such a question says nothing else: "Which reports did the committee publish?" is one where the
committee is an author or a publisher of the library, and else a question for the texts.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from qa.facets import Facets
from qa.periods import PERIOD, span
from qa.speakers import named
from qa.topics import AUTHORS, LIST, OURS, SOME, START, WORK, WORKS

_WRITER, _HOUSE = "\0", "\1"  # where the name of an author and of a publisher stood
_IS = r"(?:(?:that |which )?(?:are|is|were|was|have been|has been|have|has|had|did|do|does) )?"
_WRITE = r"(?:writ(?:e|ten)|wrote|publish(?:ed)?|author(?:ed)?|contributed?|penn?(?:ed)?)"
_PUBLISH = r"(?:publish(?:ed)?|issued?|released?|carry|carried|r[ua]n)"
_APPEAR = r"(?:appear(?:ed)?|come out|came out)"
# What may be said of the works that are meant, one after the other.
_PARTS = {
    "author": rf"{_IS}(?:{_WRITER} {_WRITE}|(?:{_WRITE} )?(?:by|of|from) {_WRITER}(?!['’]s\b))",
    "publisher": rf"{_IS}(?:{_HOUSE} {_PUBLISH}|(?:(?:{_PUBLISH}|{_APPEAR}) )?"
    rf"(?:by|in|from|of) {_HOUSE})",
    "time": rf"(?:and )?{_IS}(?:(?:{_PUBLISH}|{_WRITE}|{_APPEAR}|dated?) )?"
    rf"(?P<period>{PERIOD})",
    "there": rf"(?:are (?:there|available|{OURS})|there are|exist|do (?:you|we|i) have|{OURS}"
    r"|(?:have|has) (?:you|we) got|you have|in total|altogether|(?:do )?you know(?: of)?)",
}
_PART = re.compile("|".join(f"(?P<{name}>{part})" for name, part in _PARTS.items()), re.IGNORECASE)
_NOUN = rf"(?:{WORKS}|{WORK}|things|everything|anything|something)"
_WHAT_IS = rf"(?:(?:what|which)(?: is| was| are| were|['’]s) |{LIST} )?"
_EDGE = r"(?P<edge>(?P<last>newest|latest|most recent)|oldest|earliest)"
_HEADS = tuple(
    re.compile(START + pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:which|what|how many) (?:of )?(?:the |these |my |our |your )?(?:other )?{_NOUN}\b",
        rf"(?:is|are) there (?:any|some|more|other)? ?{_NOUN}\b",
        rf"(?:do|have) (?:you|we|i) (?:have|got) (?:any |some )?{_NOUN}\b",
        rf"(?P<all>{LIST} {SOME}{WORKS}\b)",
        rf"{LIST} everything\b",
        rf"(?:all )?(?:the |my )?{WORKS}\b",
        rf"what(?: else)? (?=(?:has|have|did|was|is|were) (?:{_WRITER}|{_WRITE} by {_WRITER}"
        rf"|{_HOUSE} {_PUBLISH}|{_PUBLISH} by {_HOUSE}))",
        rf"what (?:is|do (?:you|we|i) have|(?:have|has) (?:you|we) got) (?={OURS})",
        rf"{_WHAT_IS}(?:the |my |our |your )?{_EDGE} (?:(?:{WORKS}|{WORK})\b"
        rf"|(?=(?:by|from) [{_WRITER}{_HOUSE}]))",
    )
)
_ONE = re.compile(rf"\b{WORK}\Z", re.IGNORECASE)
# The same where the names are not known yet, so that few questions need to look at them.
_GATES = (
    *_HEADS,
    re.compile(rf"{START}what\b.{{1,100}}\b{_WRITE}\b", re.IGNORECASE),
    re.compile(rf"{START}{_WHAT_IS}the {_EDGE} (?:by|from)\b", re.IGNORECASE),
)
# What somebody writes about something is what they say; what they publish on it are works.
_PUBLISHED_ON = re.compile(
    rf"{START}what (?:else )?(?:has|have|did)\b.{{1,100}}\bpublish(?:ed)? (?:on|about) "
    r"(?P<topic>.+)",
    re.IGNORECASE,
)
_WHO = tuple(
    re.compile(rf"{START}{pattern}\W*\Z", re.IGNORECASE)
    for pattern in (
        rf"who are (?:all )?the (?:authors|writers)(?: (?:there|here|{OURS}|of (?:the |these |my )?"
        rf"(?:library|collection|{WORKS})))?",
        rf"(?:which|what|how many) {AUTHORS}(?: are there| do (?:you|we|i) have| are {OURS}"
        rf"| {OURS})",
        rf"{LIST} {SOME}{AUTHORS}(?: {OURS})?",
        rf"(?:who|by whom) (?:wrote|has written|are|were) (?:all )?(?:the |these |my |our )?{WORKS}"
        r"(?: written by| by)?",
    )
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the list of works: those that pass these filters, each of which is `said`
    so of one work; or, with `authors`, who wrote them. Where one work `is_meant`, it may be one
    that the texts speak of. Of those at the `edge` only the oldest or the newest are wanted."""

    filters: Mapping[str, str] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    authors: bool = False
    is_meant: bool = False
    edge: Literal["first", "last", ""] = ""


def wanted(question: str, present: Callable[[], Facets]) -> Wanted | None:
    """What a question asks of the list of works; None for a question about anything else. What is
    present is looked at where need be."""
    question = " ".join(question.split()).rstrip(" ?!.")
    if any(pattern.match(question) for pattern in _WHO):
        return Wanted(authors=True)
    if not any(pattern.match(question) for pattern in _GATES):
        return None
    for head, found, rest in _parted(question, present):
        is_meant = bool(_ONE.search(head[0]))
        asked = head.groupdict()
        edge: Literal["first", "last", ""] = ""
        if asked.get("edge"):
            edge = "last" if asked["last"] else "first"
        if not rest and (found.filters or found.is_all or edge or asked.get("all")):
            return Wanted(found.filters, tuple(found.said), is_meant=is_meant, edge=edge)
    return None


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A question after some of the works ("Which reports by Ada Berg mention it?"): `question`
    without what tells which, and that as `filters` and as it is `said` of works."""

    question: str
    filters: Mapping[str, str]
    said: str


def narrowed(question: str, present: Callable[[], Facets]) -> Narrowed | None:
    """A question after works of which some are left out; None where nothing leaves them out."""
    question = " ".join(question.split())
    published = _PUBLISHED_ON.match(question.rstrip(" ?!."))
    if not published and not any(pattern.match(question) for pattern in _HEADS):
        return None
    for head, found, rest in _parted(question, present):
        if rest and found.filters:
            said = " ".join(one.partition(" ")[2] for one in found.said)
            if published:
                about = f"Which documents are about {published['topic']}"
                return Narrowed(about, found.filters, said)
            return Narrowed(f"{head[0].strip()} {rest}", found.filters, said)
    return None


@dataclass(slots=True)
class _Told:
    """What is told of the works that are meant: as filters, and as it is said of one work."""

    filters: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    is_all: bool = False  # that they are there is told, and no more


def _parted(
    question: str, present: Callable[[], Facets]
) -> Iterator[tuple[re.Match[str], _Told, str]]:
    """Each head that a question begins with, what is told of the works behind it, and the rest."""
    put, (writer, as_written), (house, as_put) = _named(question, present())
    for head in _HEADS:
        match = head.match(put)
        if match is None:
            continue
        rest, told = put[match.end() :], _Told()
        while part := _PART.match(rest := rest.strip(" ,")):
            if part["author"]:
                told.filters["author"] = writer
                told.said.append(f"is by {writer}")
            elif part["publisher"]:
                told.filters["publisher"] = house
                told.said.append(f"was published by {house}")
            elif part["time"]:
                dates = span(part["period"])
                if dates is None:
                    break
                both = zip(("published_from", "published_to"), dates, strict=True)
                told.filters |= {name: day for name, day in both if day}
                is_of = part["period"].lower().startswith(("from ", "of "))
                told.said.append(f"{'is' if is_of else 'was published'} {part['period']}")
            else:
                told.is_all = True
            rest = rest[part.end() :]
        yield match, told, rest.replace(_WRITER, as_written).replace(_HOUSE, as_put)


def _named(question: str, present: Facets) -> tuple[str, tuple[str, str], tuple[str, str]]:
    """The question with marks where the names of an author and a publisher stood, and these, as
    filters take them and as they were written."""
    writer = house = ("", "")
    for start, end, name in named(question, [author for author, _ in present.authors]):
        writer = (name, question[start:end])
        question = f"{question[:start]}{_WRITER}{question[end:]}"
        break
    for publisher in sorted((name for name, _ in present.publishers), key=len, reverse=True):
        pattern = rf"(?<!\w)(?:the )?{re.escape(publisher)}(?!\w)"
        match = re.search(pattern, question, re.IGNORECASE)
        if match:
            house = (publisher, match[0])
            question = f"{question[: match.start()]}{_HOUSE}{question[match.end() :]}"
            break
    return question, writer, house
