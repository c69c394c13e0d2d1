"""More on what was asked before: what was not said yet."""

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.answer import NOT_ANSWERED, compose
from qa.answerable import THRESHOLD
from qa.candidates import Found, candidates
from qa.conversation import MARKER
from qa.follow_up import Reading
from qa.phrases import phrases
from qa.records import Answer, Hit
from qa.retrieve import Signals
from qa.words import content, in_small

# How far below the best sentence of all one may lie that still is about what was asked.
_BELOW = 0.3
# What the sentence just cited has ahead of others where a word asks on after it.
_CITED = 0.15
_IT = re.compile(r"\bits?\b", re.IGNORECASE)
# A name as it is written everywhere: each word with a capital, and nobody's.
_NAME = re.compile(r"[A-Z][^\W_’']+(?:[ &-][A-Z\d][^\W_’']*)*|[A-Z](?:&[A-Z])+")


def further(reading: Reading, ranked: Sequence[Signals], found: Found, told: str) -> Answer:
    """The answer to the question before from what is left of what was found without the sentences
    that were told; an honest no where nothing is."""
    said = " ".join(told.split())
    question = ", ".join(phrases(reading.question))
    left = [_without(signals, hit, said) for signals, hit in found]
    best = max((c.score for c in candidates(question, found)), default=0.0)
    rest = max((c.score for c in candidates(question, left)), default=0.0)
    answer = compose(question, ranked, left, left)
    if rest < best - _BELOW:
        answer = refused(answer)
    return replace(answer, hits=tuple(hit for _, hit in found))


def favoured(found: Found, answer: str) -> list[tuple[Signals, Hit]]:
    """What was found, where the sentence that the last answer began with counts more."""
    first = MARKER.split(" ".join(answer.split()), maxsplit=1)[0]
    result = []
    for signals, hit in found:
        told = (first and quote == first for quote in _quotes(hit))
        scores = zip(signals.sentences, told, strict=True)
        sentences = tuple(score + _CITED * bool(is_told) for score, is_told in scores)
        result.append((replace(signals, sentences=sentences), hit))
    return result


def with_its_name(
    question: str, reading: Reading, found: list[tuple[Signals, Hit]]
) -> list[tuple[Signals, Hit]]:
    """What was found in the documents that have the name for which an "it" of the question
    stands, where there are such: what else saves money is not what it saves."""
    if not _IT.search(question):
        return found
    rest = question.lower()
    its = [one.lower() for one in reading.names if _NAME.fullmatch(one) and one.lower() not in rest]
    texts = {hit.document.id: in_small(hit.document.text) for _, hit in found if its}
    among = [one for one in found if any(name in texts[one[1].document.id] for name in its)]
    return among or found


def says(answer: Answer, words: str) -> bool:
    """Whether one of these words that names something stands in what is cited, or in its title."""
    wanted = content(words)
    there = {
        term
        for citation in answer.citations
        for term in content(f"{citation.quote} {citation.document.title}")
    }
    return not wanted or bool(wanted & there)


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


def is_told(hit: Hit, said: str) -> list[bool]:
    """Whether each sentence of a passage was told."""
    return [quote in said for quote in _quotes(hit)]


def _quotes(hit: Hit) -> list[str]:
    """The sentences of a passage, on one line each."""
    text = hit.document.text
    return [" ".join(text[s.start : s.end].split()) for s in hit.passage.sentences]


def _without(signals: Signals, hit: Hit, said: str) -> tuple[Signals, Hit]:
    """A passage without the sentences that were told."""
    return only(signals, hit, [at for at, is_said in enumerate(is_told(hit, said)) if not is_said])


def only(signals: Signals, hit: Hit, keep: Sequence[int]) -> tuple[Signals, Hit]:
    """A passage with these of its sentences, by their numbers."""
    passage = replace(hit.passage, sentences=tuple(hit.passage.sentences[at] for at in keep))
    fewer = replace(
        signals,
        sentences=tuple(signals.sentences[at] for at in keep),
        own=tuple(signals.own[at] for at in keep),
        means=tuple(signals.means[at] for at in keep),
        rarest=tuple(signals.rarest[at] for at in keep),
    )
    return fewer, replace(hit, passage=passage)
