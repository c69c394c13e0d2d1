"""Hits -> the sentences that answer, or an honest no."""

from collections.abc import Sequence

from index.records import HEADING
from qa.cite import cite
from qa.records import Answer, Hit
from qa.retrieve import Signals


def compose(question: str, ranked: Sequence[Signals], hits: Sequence[Hit]) -> Answer:
    pool = [
        (score + 0.5 * hit.score, hit, sentence)
        for hit in hits
        for sentence, score in zip(hit.passage.sentences, hit.sentence_scores, strict=True)
        if sentence.kind != HEADING
    ]
    pool.sort(key=lambda item: -item[0])
    citations = tuple(
        cite(n, hit.document, s.start, s.end, hit.document.text[s.start : s.end])
        for n, (_, hit, s) in enumerate(pool[:3], start=1)
    )
    return Answer(question, True, 0.5, " ".join(c.quote for c in citations), citations, tuple(hits))
