"""What was found -> the sentences that answer, or an honest no."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.lexical import terms
from index.records import PROSE, Document, Sentence
from qa.about import about_the_work
from qa.answerable import THRESHOLD, probability
from qa.cite import cite
from qa.conversation import Turn
from qa.expects import fits, must_fit
from qa.records import Answer, Hit
from qa.retrieve import Signals
from qa.words import FUNCTION_WORDS

NOT_ANSWERED = "The sources do not answer this question."
NOTHING_THERE = (
    "There is nothing to search: the library, or what the filters leave of it, is empty."
)

# Sentences of an answer at most, and how far below the best one's score the others may lie: for a
# question after a fact, and for one that asks for reasons, steps or all of something.
_FACT = (2, 0.05)
_MANY = (5, 0.15)
_ASKS_FOR_MANY = re.compile(
    r"^\W*(?:and |but |so )?(?:why|list|describe|explain|summari[sz]e|outline|compare"
    r"|how(?! (?:many|much|old|long|far|often|big|large|tall|high|deep)))\b"
    r"|\bwhat (?:should|must|ought|can|could|are|were|kinds?|types?|ways)\b"
    r"|\bwhich (?:\w+ )?\w+s (?!is\b|was\b|has\b)|\b(?:reasons?|steps|elements|recommendations?"
    r"|examples|consequences|measures|advantages|differences?|ways)\b",
    re.IGNORECASE,
)
# What a passage's own score adds to a sentence's, and what a sentence has that holds the kind of
# thing that is asked for, or that is itself a question.
_PASSAGE_SHARE = 0.5
_FITS = 0.08
_IS_QUESTION = -0.15
# How far below the best sentence one may lie that has the time or number which is asked for.
_FITTING_MARGIN = 0.15
# "First, … Second, …" or "The first reason … The second reason …" among the first words of
# sentences, and how far ahead of the first one its lead may be.
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
_ORDINAL = re.compile(rf"\W*(?:[\w’']+ ){{0,3}}?({'|'.join(_ORDINALS)})(?:ly)?\b", re.IGNORECASE)
_LEAD = 4
_POINTS = re.compile(
    r"\b(?:list|reasons?|steps|elements|recommendations?|points|arguments|ways|measures)\b",
    re.IGNORECASE,
)
# Two sentences that share this much of the shorter one's words say the same.
_REPEAT = 0.75


@dataclass(frozen=True, slots=True)
class _Candidate:
    score: float
    document: Document
    sentence: Sentence

    @property
    def text(self) -> str:
        return self.document.text[self.sentence.start : self.sentence.end]


def compose(
    turns: Sequence[Turn], ranked: Sequence[Signals], hits: Sequence[Hit], near: Sequence[Hit]
) -> Answer:
    """The answer to the last question from what was found; `hits` are the first of `ranked`, and
    `near` all that was found in their documents.

    What the documents say of themselves (author, date, publisher, title) answers a question about
    the work; else the best sentences do, where it is probable enough that they answer.
    """
    question = turns[0].text
    if not hits:
        return Answer(question, False, 0.0, NOTHING_THERE, (), (), "none")
    lines = about_the_work(question, hits)
    if lines:
        return _answer(question, 0.95, [(hit.document, line) for hit, line in lines], hits)
    if lines is not None:
        return Answer(question, False, 0.05, NOT_ANSWERED, (), tuple(hits), "none")
    confidence = probability(ranked)
    chosen = _choose(question, hits, near) if confidence >= THRESHOLD else []
    if not chosen:
        confidence = min(confidence, THRESHOLD)
        return Answer(question, False, confidence, NOT_ANSWERED, (), tuple(hits), "none")
    return _answer(question, confidence, [(c.document, c.sentence) for c in chosen], hits)


def _answer(
    question: str,
    confidence: float,
    places: Sequence[tuple[Document, Sentence]],
    hits: Sequence[Hit],
) -> Answer:
    citations = tuple(
        cite(number, document, sentence.start, sentence.end)
        for number, (document, sentence) in enumerate(places, start=1)
    )
    answer = Answer(question, True, confidence, "", citations, tuple(hits))
    text = "\n\n".join(
        " ".join(f"{c.quote} [{c.number}]" for c in paragraph) for paragraph in answer.paragraphs
    )
    return Answer(question, True, confidence, text, citations, tuple(hits))


def _choose(question: str, hits: Sequence[Hit], near: Sequence[Hit]) -> list[_Candidate]:
    """The sentences of an answer, in the order a reader wants: the one that answers best, then
    the others as they stand in their sources."""
    many = bool(_ASKS_FOR_MANY.search(question))
    count, margin = _MANY if many else _FACT
    candidates = _candidates(question, hits)
    if many and (listed := _enumeration(question, candidates, near)):
        return listed
    candidates.sort(key=lambda candidate: -candidate.score)
    if must_fit(question) and candidates:
        least = candidates[0].score - _FITTING_MARGIN
        candidates = [c for c in candidates if c.score >= least and fits(question, c.text)]
    chosen: list[_Candidate] = []
    for candidate in candidates:
        if len(chosen) == count or candidate.score < candidates[0].score - margin:
            break
        if not any(_repeats(candidate.text, other.text) for other in chosen):
            chosen.append(candidate)
    place: dict[str, int] = {}
    for candidate in chosen:
        place.setdefault(candidate.document.id, len(place))
    rest = sorted(chosen[1:], key=lambda c: (place[c.document.id], c.sentence.start))
    return [*chosen[:1], *rest]


def _candidates(question: str, hits: Sequence[Hit]) -> list[_Candidate]:
    return [
        _Candidate(
            _score(question, hit.document.text[s.start : s.end], score, hit), hit.document, s
        )
        for hit in hits
        for s, score in zip(hit.passage.sentences, hit.sentence_scores, strict=True)
        if s.kind == PROSE
    ]


def _score(question: str, text: str, score: float, hit: Hit) -> float:
    kind = _IS_QUESTION if text.endswith("?") else _FITS if fits(question, text) else 0.0
    return score + _PASSAGE_SHARE * hit.score + kind


def _enumeration(
    question: str, candidates: Sequence[_Candidate], near: Sequence[Hit]
) -> list[_Candidate]:
    """The points "First, … Second, …" that the best sentence leads up to, with that sentence, or
    that it is one of where it or the question speaks of points; [] where there are none."""
    best = max(
        candidates, key=lambda c: c.score - _IS_QUESTION * c.text.endswith("?"), default=None
    )
    if best is None:
        return []
    row = _candidates(question, [hit for hit in near if hit.document.id == best.document.id])
    row.sort(key=lambda c: c.sentence.start)
    at = row.index(best)
    runs: list[list[int]] = []
    for place, candidate in enumerate(row):
        match = _ORDINAL.match(candidate.text)
        number = _ORDINALS.index(match[1].lower()) if match else -1
        if number == 0:
            runs.append([place])
        elif runs and number == len(runs[-1]):
            runs[-1].append(place)
    for run in runs:
        points = [row[place] for place in run]
        if len(run) > 1 and run[0] - _LEAD <= at < run[0]:
            return points if best.text.endswith("?") else [best, *points]
        if len(run) > 1 and at in run and _POINTS.search(f"{question} {best.text}"):
            return points
    return []


def _repeats(one: str, other: str) -> bool:
    """Whether two sentences share most of the shorter one's words."""
    words = [{term for term in terms(text) if term not in FUNCTION_WORDS} for text in (one, other)]
    smaller = min(len(found) for found in words)
    return len(words[0] & words[1]) >= _REPEAT * smaller if smaller else one == other
