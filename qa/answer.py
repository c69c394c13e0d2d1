"""What was found -> a cited answer, or an honest no."""

from collections.abc import Sequence
from dataclasses import replace

from index.languages import language
from index.terms import terms
from qa.about import about_the_work
from qa.acronyms import also_called
from qa.answerable import THRESHOLD, probability
from qa.candidates import Found
from qa.cite import Place, cite
from qa.expects import prefers_fit
from qa.points import are_all_asked_for
from qa.records import Answer, Hit
from qa.retrieve import Signals
from qa.sentences import choose

# How probable it is that what a work says of itself answers, where it is asked for, that it does
# not where nothing is said, and that the points of an account do.
_SAID, _UNSAID, _LISTED = 0.95, 0.05, 0.9
# The most probable that an answer is which lacks the number or the sum that is asked for, or has
# that of something else.
_UNFIT = 0.7
NOT_ANSWERED = "The sources do not answer this question."
NOTHING_THERE = (
    "There is nothing to search: the library, or what the filters leave of it, is empty."
)


def compose(question: str, ranked: Sequence[Signals], found: Found, near: Found) -> Answer:
    """The answer to a question that stands alone, from what was found; `found` are the first of
    `ranked` with their hits, and `near` all that was found in their documents.

    What the documents say of themselves (author, date, publisher, title) answers a question about
    the work; else the best sentences do, where it is probable enough that they answer.
    """
    hits = tuple(hit for _, hit in found)
    if not hits:
        return unanswered(question, 0.0, (), NOTHING_THERE)
    lines = about_the_work(question, hits)
    if lines:
        places = [(hit.document, line.start, line.end) for hit, line in lines]
        return quoting(question, _SAID, places, hits)
    if lines is not None:
        return unanswered(question, _UNSAID, hits)
    confidence = probability(ranked)
    if confidence < _LISTED and are_all_asked_for(question, found, near):
        confidence = _LISTED
    chosen = choose(question, found, near) if confidence >= THRESHOLD else []
    if not chosen:
        return unanswered(question, min(confidence, THRESHOLD), hits)
    if prefers_fit(question) and not any(c.fits and c.has_subject for c in chosen):
        confidence = min(confidence, _UNFIT)
    places = [(c.document, c.sentence.start, c.sentence.end) for c in chosen]
    return quoting(question, confidence, places, hits, missing=_missing(ranked[0], places))


def unanswered(
    question: str, confidence: float, hits: tuple[Hit, ...], text: str = NOT_ANSWERED
) -> Answer:
    """An honest no; `hits` are the nearest passages."""
    return Answer(question, False, confidence, text, (), hits, "none")


def quoting(
    question: str,
    confidence: float,
    places: Sequence[Place],
    hits: tuple[Hit, ...],
    meant: str = "",
    missing: tuple[str, ...] = (),
) -> Answer:
    """An answer that is made of these places, in their order."""
    citations = tuple(cite(number, *place) for number, place in enumerate(places, start=1))
    answer = Answer(
        question, True, confidence, "", citations, hits, understood=meant, missing=missing
    )
    text = "\n\n".join(
        " ".join(f"{c.quote} [{c.number}]" for c in paragraph) for paragraph in answer.paragraphs
    )
    return replace(answer, text=text)


def _missing(best: Signals, places: Sequence[Place]) -> tuple[str, ...]:
    """The question's names and numbers that stand nowhere in what is cited, under no name, nor in
    the best passage."""
    names = [word.text for word, _ in best.words if word.is_name and not word.stands_in(best.there)]
    return not_in(tuple(dict.fromkeys(names)), places)


def not_in(names: Sequence[str], places: Sequence[Place]) -> tuple[str, ...]:
    """Those of the names that stand nowhere in these places, under no name, nor in the titles,
    authors and publishers of their documents."""
    for document, start, end in places if names else ():
        cited, code = document.text[start:end], language(document)
        about = (document.title, document.author, document.publisher, document.published)
        others = also_called(cited, document.text)
        there = set(terms(" ".join((cited, *about, *others)), code))
        names = [name for name in names if there.isdisjoint(terms(name, code))]
    return tuple(names)
