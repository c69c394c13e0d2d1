"""Which kind of question is asked, and its answer: what mentions something, the library's own list,
what an author says, or the sentences that answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from qa.answer import compose
from qa.catalogue import catalogue, narrowed, wanted
from qa.compared import compared
from qa.conversation import History, Turn, said, turns
from qa.expects import asks_for_fact
from qa.follow_up import Reading, Wanted, read
from qa.further import favoured, further, refused, says
from qa.own_words import in_own_words, openings, together
from qa.records import Answer, Hit
from qa.respelt import as_spelt
from qa.retrieve import hits
from qa.sides import comparison, with_other_sides
from qa.speakers import speakers
from qa.topics import discussed
from qa.view import View, facets_of, searched, with_hits
from qa.works import works

# The nearest passages, which are shown where nothing answers.
HITS = 8
# Below this an answer to a question that something was put into is not taken without a look at
# what else was meant.
_DOUBTFUL = 0.5


def answer_of(
    view: View, asked: Sequence[Turn], history: History, filters: Mapping[str, str]
) -> Answer:
    """The answer to the last of the turns that `asked` has of a conversation; `history` is all of
    it before; what is misspelt may be put right."""

    def answered(asked: Sequence[Turn], history: History) -> Answer:
        return _as_asked(view, asked, history, filters)

    return as_spelt(view, asked, history, answered)


def _as_asked(
    view: View, asked: Sequence[Turn], history: History, filters: Mapping[str, str]
) -> Answer:
    """The answer to the last of the turns, as it is spelt."""
    question, reading = asked[0].text, read(asked)
    topic = discussed(question)
    meant = "" if topic else reading.shown
    if topic is None and reading.wanted is Wanted.ANSWER:
        topic = discussed(question, reading.names) or discussed(reading.question)
    if topic is not None:
        near = _nearest(view, topic, filters)
        answer = works(question, topic, view.library, view.retriever.lexical, filters, near)
        return replace(answer, understood=meant)

    def answered(text: str, among: Mapping[str, str]) -> Answer:
        return _answered(view, turns(text, history), said(history), among)

    return _of_works(view, question, filters, answered) or answered(question, filters)


def _of_works(
    view: View,
    question: str,
    filters: Mapping[str, str],
    answered: Callable[[str, Mapping[str, str]], Answer],
) -> Answer | None:
    """The answer to a question after the library's own list, after a comparison of its documents
    or after what one of its authors says; None for any other. `answered` gives the sentences that
    answer a question, of the documents that pass filters."""
    present = partial(facets_of, view)
    if listed := wanted(question, present):
        near = _nearest(view, question, filters)
        answer = catalogue(question, listed, view.library, filters, near)
        if answer.answered or not listed.is_meant:
            return answer
    if narrow := narrowed(question, present):
        rest, also = narrow
        topic = discussed(rest)
        if topic is not None:
            near = _nearest(view, topic, filters)
            among = {**also, **filters}
            answer = works(rest, topic, view.library, view.retriever.lexical, among, near)
            return replace(answer, question=question)
    if about := compared(question):
        found = with_hits(view, searched(view, turns(about), filters))
        return comparison(question, about, found, [hit for _, hit in found[:HITS]])
    each = []
    for by in [] if "author" in filters else speakers(question, present):
        own = {**filters, "author": by.name}
        answers = [answered(one, own) for one in by.questions]
        if answers[0].hits:
            begin = partial(openings, view.library, own)
            others = partial(answered, question, filters)
            each.append((by, in_own_words(question, by, answers, begin, others)))
    return together(question, each) if len(each) > 1 else each[0][1] if each else None


def _answered(
    view: View, asked: Sequence[Turn], told: str, filters: Mapping[str, str] | None
) -> Answer:
    """The sentences of the library that answer, or an honest no; `told` is what was said before."""
    reading = read(asked)
    answer = _answer(view, asked, reading, told, filters)
    if reading.instead:
        if not says(answer, reading.names[0]):
            answer = refused(answer)
        if answer.confidence < _DOUBTFUL:
            other = _answer(view, asked, reading.instead, "", filters, instead=True)
            answer = max(answer, other, key=lambda one: (one.answered, one.confidence))
    return answer


def _answer(
    view: View,
    asked: Sequence[Turn],
    reading: Reading,
    told: str,
    filters: Mapping[str, str] | None,
    instead: bool = False,
) -> Answer:
    """The answer to a question as it is read."""
    ranked = searched(view, asked, filters, instead)
    # Of the documents that are shown everything that was found: a point of a list may lie
    # in a passage that by itself would not be shown.
    documents = {signals.found.document for signals in ranked[:HITS]}
    others = [signals for signals in ranked if signals.found.document in documents]
    found = with_hits(view, others)
    if reading.question != reading.frame and asks_for_fact(reading.question):  # "When?"
        found = favoured(found, next((turn.text for turn in asked if turn.is_answer), ""))
    if reading.wanted is Wanted.ANSWER:
        answer = compose(reading.question, ranked, found[:HITS], found)
        answer = with_other_sides(reading.question, answer, found)
    else:
        answer = further(reading, ranked, found[:HITS], told)
    return replace(answer, question=asked[0].text, understood=reading.shown)


def _nearest(view: View, question: str, filters: Mapping[str, str]) -> list[Hit]:
    """The passages that fit a question or a topic best."""
    return hits(searched(view, turns(question), filters), view.library, HITS)
