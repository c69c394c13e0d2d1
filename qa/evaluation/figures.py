"""From what was asked of judged folders to figures (`qa.evaluation.records`)."""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.evaluation import measures
from qa.evaluation.beir import Query
from qa.evaluation.records import (
    Answerability,
    AnswerSentence,
    Citations,
    Group,
    Quotes,
    Result,
    Retrieval,
    Together,
)
from qa.records import Answer


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that was measured of it."""

    query: Query
    answer: Answer
    seconds: float
    from_passage: Answer | None  # asked of the gold document alone
    ranked: tuple[str, ...]  # the sentences of an answer, also where it was a no


def together(results: Sequence[Result]) -> Together | None:
    """Answerability over all folders: a folder with answers only says nothing of it by itself.
    None where no question says whether it is answerable."""
    scores = [score for result in results for score in result.scores]
    if not scores:
        return None
    chances, answers = [chance for chance, _ in scores], [answerable for _, answerable in scores]
    error = measures.calibration_error(chances, answers)
    return Together(len(scores), measures.auroc(chances, answers), error)


def retrieval(figures: dict[str, dict[str, float]]) -> Retrieval | None:
    """The means of what `measures.retrieval` gives; None of nothing."""
    if not figures:
        return None
    names = ("ndcg_at_10", "recall_at_5", "recall_at_10", "mrr")
    count = len(figures)
    return Retrieval(
        count, **{name: sum(one[name] for one in figures.values()) / count for name in names}
    )


def answer_sentence(asked: Sequence[Asked]) -> AnswerSentence | None:
    """None where no question says what its answer holds. As it was answered a no finds nothing."""
    having = [one for one in asked if one.query.answers]
    if not having:
        return None

    def share(first: int, ranked: bool) -> float:
        return sum(
            (ranked or one.answer.answered)
            and any(a in text for text in one.ranked[:first] for a in one.query.answers)
            for one in having
        ) / len(having)

    return AnswerSentence(
        len(having), share(1, False), share(3, False), share(1, True), share(3, True)
    )


def quotes(asked: Sequence[tuple[Query, Answer | None]]) -> Quotes | None:
    """None where nothing was asked. A no quotes nothing and scores 0."""
    sentences, texts = [], []
    count = refused = 0
    for query, answer in asked:
        if answer is None:
            continue
        count += 1
        refused += not answer.answered
        quotes = [citation.quote for citation in answer.citations]
        if query.selected:
            sentences.append(measures.sentence_f1(quotes, query.selected))
        if query.references:
            texts.append(measures.rouge_l(" ".join(quotes), query.references))
    if not count:
        return None
    return Quotes(count, refused / count, measures.mean(sentences), measures.mean(texts))


def answerability(asked: Sequence[Asked]) -> Answerability | None:
    """None where no question says whether it is answerable."""
    known = [one for one in asked if one.query.answerable is not None]
    if not known:
        return None
    chances = [one.answer.confidence for one in known]
    answers = [bool(one.query.answerable) for one in known]
    yes = [not one.answer.answered for one in known if one.query.answerable]
    no = [one.answer.answered for one in known if not one.query.answerable]
    return Answerability(
        answerable=len(yes),
        unanswerable=len(no),
        auroc=measures.auroc(chances, answers),
        wrongly_refused=measures.mean(yes),
        wrongly_answered=measures.mean(no),
        calibration_error=measures.calibration_error(chances, answers),
    )


def group(asked: Sequence[Asked], figures: dict[str, dict[str, float]]) -> Group:
    """What came of some questions, at least one; `figures` are as in `retrieval`."""
    ndcg = [figures[one.query.id]["ndcg_at_10"] for one in asked if one.query.id in figures]
    return Group(
        questions=len(asked),
        ndcg_at_10=measures.mean(ndcg),
        answered=sum(one.answer.answered for one in asked) / len(asked),
        probability=sum(one.answer.confidence for one in asked) / len(asked),
    )


def citations(asked: Sequence[Asked]) -> Citations:
    """How many citations there were, and how many stand in the text where they say."""
    answers = [a for one in asked for a in (one.answer, one.from_passage) if a is not None]
    found = [citation for answer in answers for citation in answer.citations]
    return Citations(len(found), sum(c.document.text[c.start : c.end] == c.quote for c in found))
