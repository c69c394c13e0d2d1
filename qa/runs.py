"""Points that stand together in an account: counted off ("First, … Second, …", "the third
reason"), set out as a list, or announced by their number ("I see two reasons. …").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.records import HEADING
from qa.candidates import Candidate, are_parted
from qa.words import NUMBERS, ORDINALS, SHELL_NOUNS, content

ORDINAL = re.compile(rf"\b({'|'.join(ORDINALS)})(?:ly)?\b", re.IGNORECASE)
# Words before an ordinal that leads its sentence, and behind one that say what is counted: "the
# fourth and possibly most important reason".
_BEFORE, _BEHIND = 3, 5
# How many sentences ahead of the first point what leads up to them may be.
_LEAD = 4
# More than these are a table or an index, and no answer.
_MOST = 20
# A point of so few words names what its paragraph goes on to say; a sentence of so few words
# behind a point says whether it holds ("This is fair.").
_NAMES_ONLY, _REMARK = 6, 6
_HOLDS = re.compile(
    r"\W*(?:it|this|that|they|these|those|i|we)(?: \w+)? (?:is|are|was|were|do|does|did|has|have"
    r"|had|will|would|can|doubt|agree|disagree|reject)\b",
    re.IGNORECASE,
)
# What stands in a line in front of an item.
_BULLET = re.compile(r"[ \t]*(?:[-*+•‣·–]|\d{1,2}[.)]|\(?[a-z][.)])[ \t]+", re.IGNORECASE)
# "three good reasons": a number and what is counted.
_COUNT = re.compile(
    rf"\b({'|'.join(NUMBERS)})((?: (?!of\b|or\b|to\b|and\b)[a-z-]+){{0,2}}? [a-z]{{3,}}s)\b"
    r"(?! (?:ago|later|old|long)\b)",
    re.IGNORECASE,
)
# What is counted where sentences follow one by one without a number of their own; of other things
# ("three children") the next sentences may say anything.
_SAID = re.compile(rf"\b{SHELL_NOUNS}$", re.IGNORECASE)
# An announcement has no more words than these; one whose number stands alone ("I draw four."), and
# what is counted in its own sentence, the heading right above or the sentence before, than those.
_SHORT, _BARE = 14, 6
_ALONE = re.compile(rf"\b({'|'.join(NUMBERS)})[.:]?\Z", re.IGNORECASE)
_COUNTED = re.compile(rf"\b{SHELL_NOUNS}\b", re.IGNORECASE)
# How many sentences behind points may name them: "I take the third objection seriously."
_NAMED_BEHIND = 3
_THING = content("things")


@dataclass(slots=True)
class Run:
    """Points that belong together: the sentences of each; the terms that say what they are; the
    sentences of the document that may lead up to them, by their numbers there; the one that a
    list goes on from; the heading that they stand under; and how many they are."""

    points: list[list[Candidate]]
    name: frozenset[str]
    leads: range = range(0)
    lead: Candidate | None = None
    heading: str = ""
    number: int = 0

    @property
    def sentences(self) -> list[Candidate]:
        """All of them, behind the one that they go on from."""
        own = [sentence for point in self.points for sentence in point]
        return [self.lead, *own] if self.lead else own


def runs(row: Sequence[Candidate]) -> list[Run]:
    """The points that stand in what was found of a document, in its order."""
    found = (*_named(row), *_led(row), *_listed(row), *_announced(row))
    several = [run for run in found if run.number or len(run.points) > 1]
    for run in several:
        run.number = run.number or len(run.points)
        first = run.points[0][0]
        run.heading = heading(first)
    return [run for run in several if len(run.sentences) <= _MOST]


def heading(candidate: Candidate) -> str:
    """The heading that a sentence stands under, or ""."""
    document = candidate.document
    marks = [m for m in document.marks if m.kind == HEADING and m.end <= candidate.sentence.start]
    return document.text[marks[-1].start : marks[-1].end] if marks else ""


def how_many(text: str) -> tuple[int, str] | None:
    """How many of what a text speaks of: "three good reasons"."""
    match = _COUNT.search(text)
    return (NUMBERS.index(match[1].lower()) + 2, match[2]) if match else None


def _named(row: Sequence[Candidate]) -> list[Run]:
    """ "The first reason … The second reason …": sentences that count up the same thing."""
    found: list[Run] = []
    for place, candidate in enumerate(row):
        match = ORDINAL.search(candidate.text)
        if match is None:
            continue
        number = ORDINALS.index(match[1].lower())
        name = content(" ".join(candidate.text[match.end() :].split()[:_BEHIND]))
        if number == 0:
            found.append(Run([_whole(row, place)], name))
            continue
        for run in reversed(found):
            if len(run.points) == number and run.name & name:
                run.points.append(_whole(row, place))
                run.name &= name
                break
    return found


def _led(row: Sequence[Candidate]) -> list[Run]:
    """ "First, … Second, …": sentences that begin so; what announces them gives the name."""
    found: list[Run] = []
    for place, candidate in enumerate(row):
        match = ORDINAL.search(candidate.text)
        if match is None or len(candidate.text[: match.start()].split()) > _BEFORE:
            continue
        number = ORDINALS.index(match[1].lower())
        if number == 0:
            name = _announces(row[place - 1])[1] if place else frozenset()
            leads = range(place - (1 if name else _LEAD), place)
            found.append(Run([_whole(row, place)], name, leads))
        elif found and number == len(found[-1].points):
            found[-1].points.append(_whole(row, place))
    return found


def _listed(row: Sequence[Candidate]) -> list[Run]:
    """The items of each list; its name is the line above it."""
    found: list[Run] = []
    end = -1  # of the sentence before, where it is one of a list's
    for place, candidate in enumerate(row):
        text, start = candidate.document.text, candidate.sentence.start
        between = text[end:start] if end >= 0 else "\n\n"
        is_item = bool(_BULLET.fullmatch(_line_before(text, start)))
        if is_item and between.count("\n") == 1:
            found[-1].points.append([candidate])
        elif is_item:
            lines = text[: start - len(_line_before(text, start))].split("\n")
            lead = next((line for line in reversed(lines) if line.strip()), "")
            before = row[place - 1] if place and _ends(row[place - 1], lead) else None
            is_lead = before and (before.text.endswith(":") or _announces(before)[0])
            name = content(before.text if before and is_lead else lead)
            found.append(Run([[candidate]], name, lead=before if is_lead else None))
        elif end >= 0 and "\n" not in between:
            found[-1].points[-1].append(candidate)
        else:
            end = -1
            continue
        end = candidate.sentence.end
    return found


def _announced(row: Sequence[Candidate]) -> list[Run]:
    """ "Three conditions should be met: …, … and …"; "I see two reasons. …": points behind their
    number, in its sentence or in those that follow in its paragraph."""
    found: list[Run] = []
    for place, candidate in enumerate(row):
        number, name = _announces(candidate)
        is_bare = not number
        if is_bare:
            number, name = _announces_bare(row, place)
        if not number:
            continue
        match = _COUNT.search(candidate.text)
        behind = candidate.text[match.end() :] if match else ""
        before, colon, items = behind.partition(":")
        if colon and items.strip():
            parts = re.split(r"[,;]\s+(?:and |or )?|\s(?:and|or)\s", items)
            if len(parts) >= number and not re.search(r"[.;]", before):
                found.append(Run([[candidate]], name, number=number))
            continue
        points = _following(row, place)[:number]
        is_said = is_bare or (match is not None and _SAID.search(match[2]))
        if not is_said or len(points) < number:
            continue
        text, start = candidate.document.text, points[0].sentence.start
        is_other = ORDINAL.search(points[0].text) or _BULLET.fullmatch(_line_before(text, start))
        if is_other or any(one.text.endswith("?") for one in points):
            continue
        name |= _named_behind(row[place + number + 1 :], number) if name == _THING else frozenset()
        found.append(Run([[one] for one in points], name, range(place, place + 1), candidate))
    return found


def _named_behind(after: Sequence[Candidate], number: int) -> frozenset[str]:
    """What the text behind so many points calls one of them: "the third objection"."""
    for candidate in after[:_NAMED_BEHIND]:
        match = ORDINAL.search(candidate.text)
        if match and ORDINALS.index(match[1].lower()) < number:
            return content(" ".join(candidate.text[match.end() :].split()[:1]))
    return frozenset()


def _announces(candidate: Candidate) -> tuple[int, frozenset[str]]:
    """How many points of what name a sentence announces; (0, no terms) where it does not."""
    found = how_many(candidate.text)
    is_short = len(candidate.text.split()) <= _SHORT or ":" in candidate.text
    return (found[0], content(found[1])) if found and is_short else (0, frozenset())


def _announces_bare(row: Sequence[Candidate], place: int) -> tuple[int, frozenset[str]]:
    """As `_announces`, of a sentence that ends in its number: "I draw four." below "Lessons"."""
    candidate = row[place]
    match = _ALONE.search(candidate.text)
    if match is None or len(candidate.text.split()) > _BARE:
        return 0, frozenset()
    line, end = heading(candidate), candidate.sentence.start
    is_first = line and candidate.document.text[:end].rstrip().endswith(line)
    is_after = place and not are_parted(row[place - 1], candidate)
    before = line if is_first else (row[place - 1].text if is_after else "")
    counted = _COUNTED.search(candidate.text) or _COUNTED.search(before)
    return (
        (NUMBERS.index(match[1].lower()) + 2, content(counted[0])) if counted else (0, frozenset())
    )


def _ends(before: Candidate, line: str) -> bool:
    """Whether a sentence ends a line."""
    return line.rstrip().endswith(before.text.splitlines()[-1])


def _whole(row: Sequence[Candidate], place: int) -> list[Candidate]:
    """A point with what belongs to it: what follows one that only names a thing ("First, money."),
    and the remark behind it that says whether it holds ("This is fair.")."""
    after = _following(row, place)
    point = [row[place]]
    if after and not ORDINAL.search(after[0].text) and not after[0].text.endswith("?"):
        is_name = len(row[place].text.split()) <= _NAMES_ONLY
        is_remark = len(after[0].text.split()) <= _REMARK and _HOLDS.match(after[0].text)
        if is_name or is_remark:
            point.append(after[0])
    return point


def _following(row: Sequence[Candidate], place: int) -> list[Candidate]:
    """The sentences that follow one in its paragraph."""
    after: list[Candidate] = []
    for before, candidate in pairwise(row[place:]):
        if are_parted(before, candidate):
            break
        after.append(candidate)
    return after


def _line_before(text: str, place: int) -> str:
    """The line that a place stands in, up to there."""
    return text[text.rfind("\n", 0, place) + 1 : place]
