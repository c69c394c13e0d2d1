"""An author's documents of the time that a question is after: one that it names, now, or, for an
answer of long ago, since."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from index.dates import is_date
from index.library import Library
from qa.answer import quoting
from qa.periods import beside, dated
from qa.records import Answer
from qa.runs import how_many
from qa.saying import NOW
from qa.speakers import Speaker

# How sure an author's later documents have to be to be heard besides.
_HEARD = 0.35


def of_its_time(
    library: Library, by: Speaker, own: Mapping[str, str], answered: Callable[..., Answer]
) -> tuple[Speaker, dict[str, str], list[Answer]] | None:
    """An author's documents of the time that a question names, and what they answer without it;
    None where there are none, or no others, or they do not answer: then it may be the time of what
    is asked."""
    found = [one for question in by.questions if (one := dated(question))]
    if len(found) < len(by.questions):
        return None
    _, said, dates = found[0]
    within = {**own, **dates}
    count = len(library.document_keys(within))
    if not 0 < count < len(library.document_keys(own)) or not dates.keys().isdisjoint(own):
        return None
    answers = [answered(rest, within, True) for rest, *_ in found]
    if not any(answer.answered for answer in answers):
        return None
    return replace(by, when=said), within, answers


def of_now(
    library: Library,
    question: str,
    by: Speaker,
    own: Mapping[str, str],
    answered: Callable[..., Answer],
) -> tuple[Speaker, dict[str, str], list[Answer]] | None:
    """An author's latest document where it is asked what they say now, and its answers; None where
    it does not answer, or is all that there is."""
    works = library.by_date(own) if NOW.search(question) else []
    dates = [published for *_, published in works if is_date(published)]
    if not dates or len(set(dates)) == 1:
        return None
    latest = {**own, "published_from": dates[-1]}
    answers = [answered(one, latest, True) for one in by.questions]
    if not any(answer.answered and answer.confidence >= _HEARD for answer in answers):
        return None
    return replace(by, when=f"since {dates[-1]}"), latest, answers


def to_date(
    library: Library,
    by: Speaker,
    own: Mapping[str, str],
    answers: list[Answer],
    answered: Callable[..., Answer],
) -> list[Answer]:
    """The best of an author's answers, with what they say to the same in a later document than it
    is of, where there is one that answers: a view of long ago may no longer be theirs. What is
    asked for by its number ("her four proposals") stands in one place."""
    best = max(answers, key=lambda answer: answer.confidence)
    dates = [c.document.published for c in best.citations]
    if not dates or not all(map(is_date, dates)) or any(map(how_many, by.questions)):
        return answers
    later = {**own, "published_from": beside(max(dates), 1)}
    if own.get("published_from", "") > max(dates) or not library.document_keys(later):
        return answers
    last = max((answered(one, later, True) for one in by.questions), key=lambda one: one.confidence)
    if not last.answered or last.confidence < _HEARD:
        return answers
    places = [(c.document, c.start, c.end) for c in (*best.citations, *last.citations)]
    return [quoting(best.question, best.confidence, places, (*best.hits, *last.hits))]
