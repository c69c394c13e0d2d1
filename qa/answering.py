"""Which kind of question is asked, and its answer: what mentions something, the library's own list,
what an author says, or the sentences that answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from qa import biographies
from qa.answer import compose, quoting
from qa.antecedents import with_authors
from qa.capitals import with_capitals
from qa.catalogue import catalogue
from qa.compared import compared
from qa.conversation import MAX_QUESTION, History, Turn, last_said, said
from qa.expects import asks_for_fact
from qa.follow_up import SWAP, Reading, Wanted, read
from qa.further import favoured, further, refused, says, with_its_name
from qa.holdings import narrowed, wanted
from qa.mentions import mentions
from qa.own_words import TOLD, in_own_words, in_turn, together
from qa.records import Answer, Hit
from qa.respelt import as_spelt
from qa.retrieve import hits
from qa.sides import comparison, elsewhere, with_other_sides
from qa.speakers import named, speakers
from qa.summary import summarised, summary_of, summing_up
from qa.times import of_its_time, of_now, to_date
from qa.topics import discussed
from qa.turned import asks_for_turn, each_turned, turned, whose_turn
from qa.view import View, facets_of, searched, with_hits
from qa.voices import subject, without_others
from qa.works import works

# The nearest passages, which are shown where nothing answers.
HITS = 8
# Below this an answer to a question that something was put into is not taken without a look at
# what else was meant.
_DOUBTFUL = 0.5
# How sure an answer is that the author's own introduction gives.
_KNOWN = 0.9


def answer_of(
    view: View, asked: Sequence[Turn], history: History, filters: Mapping[str, str]
) -> Answer:
    """The answer to the last of the turns that `asked` has of a conversation; `history` is all of
    it before; what is misspelt may be put right."""

    def answered(asked: Sequence[Turn], history: History) -> Answer:
        answer = _as_asked(view, _with_capitals(view, asked), history, filters)
        return replace(answer, question=asked[0].text)

    return as_spelt(view, asked, history, answered)


def _as_asked(
    view: View, asked: Sequence[Turn], history: History, filters: Mapping[str, str]
) -> Answer:
    """The answer to the last of the turns, as it is spelt."""
    typed, asked = asked[0].text, _with_authors(view, asked)
    question, reading = asked[0].text, read(asked)
    topic = discussed(question)
    restated = question if question != typed else ""
    meant = restated if topic else reading.shown or restated
    if topic is None and reading.wanted is Wanted.ANSWER:
        topic = discussed(question, reading.names) or discussed(reading.question)
    if topic is not None:
        near = _nearest(view, topic, filters)
        answer = works(question, topic, view.library, view.retriever.lexical, filters, near)
        return replace(answer, question=typed, understood=meant)

    def answered(text: str, among: Mapping[str, str], own: bool = False) -> Answer:
        return _answered(view, [Turn(text, 0)], "", among, own)

    told = said(history)
    if reading.wanted is Wanted.OTHERS:
        return replace(_elsewhere(view, reading, history, filters), question=typed)
    if reading.wanted is Wanted.ANSWER:
        for text in dict.fromkeys((question, reading.question)):
            if by_works := _of_works(view, text, filters, answered):
                meant = by_works.understood or (text if text != typed else "")
                answer = replace(by_works, question=typed, understood=meant)
                is_swap = SWAP.fullmatch(typed) and not _names_author(view, typed)
                if not answer.answered and restated and is_swap:
                    other = answered(typed, filters)  # not what the author says of it
                    return other if other.answered else answer
                return answer
    elif "author" not in filters:
        by = speakers(reading.frame, partial(facets_of, view))
        filters = {**filters, "author": by[0].name} if len(by) == 1 else filters
    answer = _answered(view, asked, told, filters)
    return replace(answer, question=typed, understood=answer.understood or restated)


def _elsewhere(
    view: View, reading: Reading, history: History, filters: Mapping[str, str]
) -> Answer:
    """What others say to the question before: other documents than those last cited, and none of
    the author's whose words it asked for."""
    by = speakers(reading.frame, partial(facets_of, view))
    question = by[0].questions[-1] if by else reading.question
    found = with_hits(view, searched(view, [Turn(question, 0)], filters))
    near = [hit for _, hit in found[:HITS]]
    answer = elsewhere(question, found, last_said(history), {one.name for one in by}, near)
    return replace(answer, understood=reading.shown)


def _with_capitals(view: View, asked: Sequence[Turn]) -> list[Turn]:
    """The turns with the capitals of authors' names where they have none."""
    parts = (partial(facets_of, view), view.retriever.lexical, view.library, view.embedder)
    return [
        turn if turn.is_answer else replace(turn, text=with_capitals(turn.text, *parts))
        for turn in asked
    ]


def _with_authors(view: View, asked: Sequence[Turn]) -> list[Turn]:
    """The turns with the authors' names for the pronouns that stand for them."""

    def spoken(sentence: str) -> str:
        said = " ".join(sentence.split())
        near = _nearest(view, said[:MAX_QUESTION], {}) if said else []
        whose = (hit.document.author for hit in near if said in " ".join(hit.text.split()))
        return next(whose, "")

    return with_authors(asked, partial(facets_of, view), spoken)


def _of_works(
    view: View,
    question: str,
    filters: Mapping[str, str],
    answered: Callable[..., Answer],
) -> Answer | None:
    """The answer to a question after the library's own list, after a comparison of its documents
    or after what one of its authors or publishers says; None for any other. `answered` gives the
    sentences that answer a question, of the documents that pass filters; where these are an
    author's own words, no biography among them."""
    present = partial(facets_of, view)
    if listed := wanted(question, present):
        near = _nearest(view, question, filters)
        answer = catalogue(question, listed, view.library, filters, near)
        if answer.answered or not listed.is_meant:
            return answer
    if narrow := narrowed(question, present):
        topic = discussed(narrow.question)
        if topic is not None:
            near = _nearest(view, topic, {**narrow.filters, **filters})
            lexical, rest = view.retriever.lexical, narrow.question
            answer = works(rest, topic, view.library, lexical, filters, near, narrow)
            return replace(answer, question=question)
    if "author" not in filters and (
        lives := biographies.introduced(question, present, view.library, filters)
    ):
        return quoting(question, _KNOWN, lives, tuple(_nearest(view, question, filters)))
    if about := compared(question):
        found = with_hits(view, searched(view, [Turn(about, 0)], filters))
        return comparison(question, about, found, [hit for _, hit in found[:HITS]])
    if "author" not in filters and (asked := summarised(question, present)):
        own = {**filters, "author": asked[0]}
        near = _nearest(view, question, own)
        if short := summing_up(question, asked, view.library, own, near):
            return short
    turn = whose_turn(question)
    if turn is not None and "author" not in filters:
        authors = [author for author, _ in present().authors]
        if places := each_turned(turn, authors, view.library, filters):
            return quoting(question, TOLD, places, tuple(_nearest(view, question, filters)))
    each = []
    for by in speakers(question, present):
        if by.field in filters:
            continue
        own = {**filters, by.field: by.name}
        of_a_time = of_its_time(view.library, by, own, answered) or of_now(
            view.library, question, by, own, answered
        )
        by, own, answers = of_a_time or (
            by,
            own,
            [answered(one, own, True) for one in by.questions],
        )
        is_sure = any(one.answered and one.confidence >= _DOUBTFUL for one in answers)
        if by.field == "publisher" and not is_sure and _is_spoken_of(by.name, view):
            continue
        if asks_for_turn(question, by) and (places := turned(question, by, view.library, own)):
            each.append((by, in_turn(question, by, places, answers[0].hits)))
        elif answers[0].hits:
            answers = to_date(view.library, by, own, answers, answered)
            summary = partial(summary_of, view.library, by.documents, own)
            others = partial(answered, question, filters)
            of_it = partial(answered, by.about, own, True)
            each.append((by, in_own_words(question, by, answers, summary, others, of_it)))
    return together(question, each) if len(each) > 1 else each[0][1] if each else None


def _names_author(view: View, text: str) -> bool:
    """Whether a text names an author of the library."""
    return any(named(text, [author for author, _ in facets_of(view).authors]))


def _is_spoken_of(name: str, view: View) -> bool:
    """Whether the texts themselves speak of somebody, so that what is said of them may be meant."""
    library, lexical = view.library, view.retriever.lexical
    return bool(mentions([name], library, lexical, set(library.document_keys({}))))


def _answered(
    view: View,
    asked: Sequence[Turn],
    told: str,
    filters: Mapping[str, str],
    own: bool = False,
) -> Answer:
    """The sentences of the library that answer, or an honest no; `told` is what was said before.
    For an author's `own` words biographies are left out."""
    reading = read(asked)
    answer = _answer(view, asked, reading, told, filters, own=own)
    if reading.instead:
        if not says(answer, reading.names[0]):
            answer = refused(answer)
        if answer.confidence < _DOUBTFUL:
            other = _answer(view, asked, reading.instead, "", filters, instead=True, own=own)
            answer = max(answer, other, key=lambda one: (one.answered, one.confidence))
    return answer


def _answer(
    view: View,
    asked: Sequence[Turn],
    reading: Reading,
    told: str,
    filters: Mapping[str, str],
    instead: bool = False,
    own: bool = False,
) -> Answer:
    """The answer to a question as it is read."""
    ranked = searched(view, asked, filters, instead)
    # Of the documents that are shown everything that was found: a point of a list may lie
    # in a passage that by itself would not be shown.
    documents = {signals.found.document for signals in ranked[:HITS]}
    others = [signals for signals in ranked if signals.found.document in documents]
    found = with_hits(view, others)
    if own:
        found = biographies.without(found)
    elif family := subject(reading.question, partial(facets_of, view)):
        found = without_others(found, family)
    if reading.shown:
        found = with_its_name(asked[0].text, reading, found)
    ranked = [signals for signals, _ in found]
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
    return hits(searched(view, [Turn(question, 0)], filters), view.library, HITS)
