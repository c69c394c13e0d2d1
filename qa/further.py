"""More on what was asked before: what was not said yet, or what other documents say."""

from collections.abc import Sequence
from dataclasses import replace

from qa.answer import NOT_ANSWERED, compose
from qa.answerable import THRESHOLD
from qa.candidates import Found, candidates
from qa.conversation import Turn
from qa.follow_up import Reading, Wanted
from qa.records import Answer, Hit
from qa.retrieve import Signals

# How far below the best sentence of all one may lie that still is about what was asked.
_BELOW = 0.3


def further(reading: Reading, ranked: Sequence[Signals], found: Found, told: str) -> Answer:
    """The answer to the question before from what is left of what was found: without the sentences
    that were told, or without the documents that any of these stand in."""
    said = " ".join(told.split())
    if reading.wanted is Wanted.MORE:
        question = ", ".join(reading.names)
        left = [_without(signals, hit, said) for signals, hit in found]
    else:
        question = reading.question
        cited = {hit.document.id for _, hit in found if any(_said(hit, said))}
        left = [(signals, hit) for signals, hit in found if hit.document.id not in cited]
    hits = tuple(hit for _, hit in found)
    best = max((c.score for c in candidates(question, found)), default=0.0)
    rest = max((c.score for c in candidates(question, left)), default=0.0)
    if rest < best - _BELOW:
        left = []
    answer = compose([Turn(question, 0)], ranked, left, left)
    return replace(answer, hits=hits)


def refused(answer: Answer) -> Answer:
    """A no in place of an answer that does not say what was asked."""
    return replace(
        answer,
        answered=False,
        confidence=min(answer.confidence, THRESHOLD),
        text=NOT_ANSWERED,
        citations=(),
        kind="none",
        missing=(),
    )


def _said(hit: Hit, said: str) -> list[bool]:
    """Whether each sentence of a passage was told."""
    text = hit.document.text
    quotes = (" ".join(text[s.start : s.end].split()) for s in hit.passage.sentences)
    return [quote in said for quote in quotes]


def _without(signals: Signals, hit: Hit, said: str) -> tuple[Signals, Hit]:
    """A passage without the sentences that were told."""
    keep = [at for at, is_said in enumerate(_said(hit, said)) if not is_said]
    passage = replace(hit.passage, sentences=tuple(hit.passage.sentences[at] for at in keep))
    fewer = replace(
        signals,
        sentences=tuple(signals.sentences[at] for at in keep),
        own=tuple(signals.own[at] for at in keep),
        means=tuple(signals.means[at] for at in keep),
    )
    return fewer, replace(hit, passage=passage)
