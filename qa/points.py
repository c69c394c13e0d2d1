"""The points of an account, for a question that they answer as a whole: counted off ("First, …
Second, …", "the third reason") or set out as a list under its heading or behind its lead.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from index.terms import terms
from qa.candidates import IS_QUESTION, Candidate, Found, candidates
from qa.words import content

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)})(?:ly)?\b", re.IGNORECASE)
# Words before an ordinal that leads its sentence, and behind one that say what is counted: "the
# fourth and possibly most important reason".
_BEFORE, _BEHIND = 3, 5
# How many sentences ahead of the first point what leads up to them may be.
_LEAD = 4
# More than these are a table or an index, and no answer.
_MOST = 20
_POINTS = re.compile(
    r"\b(?:list|reasons?|steps|elements|recommendations?|points|arguments|ways|measures)\b",
    re.IGNORECASE,
)
# What stands in a line in front of an item; a word that may be a plural.
_BULLET = re.compile(r"[ \t]*(?:[-*+•‣·–]|\d{1,2}[.)]|\(?[a-z][.)])[ \t]+", re.IGNORECASE)
_PLURAL = re.compile(r"\b[a-z]{3,}s\b(?![’'])")
# Words of a question that say only that points are asked for ("the lessons that were drawn"), and
# of what work.
_ASKING = frozenset(
    terms(
        f"{' '.join(_ORDINALS)} two three four five six seven list all every name number main key "
        "most important central point author writer commentary article text report document paper "
        "essay digest summarize outline "
        "draw drawn drew learn learned learnt give given gave make made offer offered cite cited "
        "mention mentioned state stated present presented identify identified listed named"
    )
)


@dataclass(frozen=True, slots=True)
class Points:
    """The sentences of an account's points, in order, and whether the question asks for nothing
    else, so that they answer it whatever else it has in common with the text."""

    sentences: list[Candidate]
    is_all: bool = False


@dataclass(slots=True)
class _Run:
    """Points that belong together: the sentences of each; the terms that say what they are; the
    sentences of the document that may lead up to them, by their numbers there; and the one that a
    list goes on from."""

    points: list[list[Candidate]]
    name: frozenset[str]
    leads: range = range(0)
    lead: Candidate | None = None

    @property
    def sentences(self) -> list[Candidate]:
        """All of them, behind the one that they go on from."""
        own = [sentence for point in self.points for sentence in point]
        return [self.lead, *own] if self.lead else own


def points(question: str, ranked: Sequence[Candidate], near: Found) -> Points | None:
    """The points that the question asks for by their name ("the lessons", "the third reason"),
    that the best sentence leads up to, with that sentence, or that it is one of where it or the
    question speaks of points; None where there are none.

    `ranked` are the sentences that may answer, `near` all that was found in their documents.
    """
    best = max(ranked, key=lambda c: c.score - IS_QUESTION * c.text.endswith("?"), default=None)
    if best is None:
        return None
    row = _row(question, near, best.document.id)
    runs = _runs(row)
    asked, rest = _asked_for(question), content(question) - _ASKING
    for run in runs:
        if (named := asked & run.name) and _stand(rest - run.name, run):
            return Points(_of_number(question, named, run), rest <= run.name)
    if asked and rest <= asked:  # nothing says in which document they are
        for id in dict.fromkeys(hit.document.id for _, hit in near):
            for run in _runs(_row(question, near, id)):
                if rest <= run.name:
                    return Points(_of_number(question, rest, run), True)
    at = next(n for n, candidate in enumerate(row) if candidate.sentence == best.sentence)
    for run in runs:
        if at in run.leads:
            lead = [] if best.text.endswith("?") else [best]
            return Points([*lead, *run.sentences])
        is_one = any(candidate.sentence == best.sentence for candidate in run.sentences)
        if is_one and (run.lead or _POINTS.search(f"{question} {best.text}")):
            return Points(run.sentences)
    return None


def are_all_asked_for(question: str, found: Found, near: Found) -> bool:
    """Whether a question asks for points that are there, and for nothing else: they answer it,
    however little else it has in common with the text."""
    listed = points(question, candidates(question, found), near)
    return listed is not None and listed.is_all


def _row(question: str, near: Found, document: str) -> list[Candidate]:
    """What was found of a document, in its order."""
    row = candidates(question, [one for one in near if one[1].document.id == document])
    return sorted(row, key=lambda candidate: candidate.sentence.start)


def _runs(row: Sequence[Candidate]) -> list[_Run]:
    found = (*_named(row), *_led(row), *_listed(row))
    return [run for run in found if len(run.points) > 1 and len(run.sentences) <= _MOST]


def _named(row: Sequence[Candidate]) -> list[_Run]:
    """ "The first reason … The second reason …": sentences that count up the same thing."""
    runs: list[_Run] = []
    for candidate in row:
        match = _ORDINAL.search(candidate.text)
        if match is None:
            continue
        number = _ORDINALS.index(match[1].lower())
        name = content(" ".join(candidate.text[match.end() :].split()[:_BEHIND]))
        if number == 0:
            runs.append(_Run([[candidate]], name))
            continue
        for run in reversed(runs):
            if len(run.points) == number and run.name & name:
                run.points.append([candidate])
                run.name &= name
                break
    return runs


def _led(row: Sequence[Candidate]) -> list[_Run]:
    """ "First, … Second, …": sentences that begin so."""
    runs: list[_Run] = []
    for place, candidate in enumerate(row):
        match = _ORDINAL.search(candidate.text)
        if match is None or len(candidate.text[: match.start()].split()) > _BEFORE:
            continue
        number = _ORDINALS.index(match[1].lower())
        if number == 0:
            runs.append(_Run([[candidate]], frozenset(), range(place - _LEAD, place)))
        elif runs and number == len(runs[-1].points):
            runs[-1].points.append([candidate])
    return runs


def _listed(row: Sequence[Candidate]) -> list[_Run]:
    """The items of each list; its name is the line above it."""
    runs: list[_Run] = []
    end = -1  # of the sentence before, where it is one of a list's
    for place, candidate in enumerate(row):
        text, start = candidate.document.text, candidate.sentence.start
        between = text[end:start] if end >= 0 else "\n\n"
        is_item = bool(_BULLET.fullmatch(_line_before(text, start)))
        if is_item and between.count("\n") == 1:
            runs[-1].points.append([candidate])
        elif is_item:
            lines = text[: start - len(_line_before(text, start))].split("\n")
            lead = next((line for line in reversed(lines) if line.strip()), "")
            runs.append(_Run([[candidate]], content(lead)))
            if place and row[place - 1].text.endswith(":"):
                runs[-1].lead = row[place - 1]
        elif end >= 0 and "\n" not in between:
            runs[-1].points[-1].append(candidate)
        else:
            end = -1
            continue
        end = candidate.sentence.end
    return runs


def _of_number(question: str, named: frozenset[str], run: _Run) -> list[Candidate]:
    """The sentences of the point that the question asks for by its number, or of all."""
    match = _ORDINAL.search(question)
    if match and named & content(" ".join(question[match.end() :].split()[:1])):
        number = _ORDINALS.index(match[1].lower())
        if number < len(run.points):
            return run.points[number]
    return run.sentences


def _asked_for(question: str) -> frozenset[str]:
    """The terms of what may be points: of its words in the plural, and behind an ordinal."""
    numbered = (question[match.end() :].split()[:1] for match in _ORDINAL.finditer(question))
    return content(" ".join([*_PLURAL.findall(question), *chain.from_iterable(numbered)]))


def _stand(others: frozenset[str], run: _Run) -> bool:
    """Whether what else a question names stands in the points, or says what work they are of."""
    document = run.points[0][0].document
    texts = [document.title, document.author, document.publisher]
    texts += [sentence.text for sentence in run.sentences]
    return others <= content(" ".join(texts))


def _line_before(text: str, place: int) -> str:
    """The line that a place stands in, up to there."""
    return text[text.rfind("\n", 0, place) + 1 : place]
