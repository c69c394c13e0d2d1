"""Who else answers: what documents of other authors say where a question can be answered either
way or anybody is asked to disagree, and what each of them says where it is asked whether they
agree.

Words do not tell whether two texts contradict each other: both are shown, with whose they are and
of when, for the reader to judge.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from index.dates import by_day
from index.languages import language
from index.records import Document
from qa.answer import NOTHING_THERE, not_in, quoting, unanswered
from qa.answerable import probability
from qa.biographies import without
from qa.candidates import Found, candidates
from qa.cite import Place
from qa.compared import asks_whether, for_the_reader, surveyed
from qa.further import is_told, only
from qa.phrases import proper_names
from qa.records import Answer, Hit
from qa.retrieve import Signals
from qa.sentences import choose, with_what_takes_back
from qa.words import content, in_small

# A document's own probability of answering from which it is heard, how many are besides those of
# the answer or in a comparison, and how many of a document's sentences.
_HEARD, _OTHERS, _COMPARED, _SENTENCES = 0.5, 3, 8, 3
NOBODY_ELSE = "No other document answers this."


def with_other_sides(question: str, answer: Answer, found: Found) -> Answer:
    """The answer to a question after whether something is so, with what documents by others say
    that answer it too; any other answer as it is. `found` is all that was found in them."""
    if answer.kind != "sentences" or not asks_whether(question):
        return answer
    heard = {_voice(citation.document) for citation in answer.citations} | {""}
    others: dict[str, Found] = {}
    for document, some in _speaking(found):
        if _voice(document) not in heard:
            others.setdefault(_voice(document), some)
    places = [place for some in list(others.values())[:_OTHERS] for place in _said(question, some)]
    if not places:
        return answer
    places = [*((c.document, c.start, c.end) for c in answer.citations), *places]
    confidence, missing = answer.confidence, not_in(answer.missing, places)
    return quoting(answer.question, confidence, places, answer.hits, answer.understood, missing)


def elsewhere(
    question: str, found: Found, told: str, names: Collection[str], hits: Sequence[Hit]
) -> Answer:
    """What documents say to the question that do not stand in what was `told`, and are by none of
    these names; an honest no where none of them speaks of what it asks. `found` is what was found
    for it, `hits` the nearest passages."""
    said = " ".join(told.split())
    cited = {hit.document.id for _, hit in found if any(is_told(hit, said))}
    left = [
        (signals, hit)
        for signals, hit in found
        if hit.document.id not in cited and hit.document.author not in names
    ]
    wanted = [name.lower() for name in proper_names(question) if " " in name and name.istitle()]
    heard = [some for document, some in _speaking(left) if _has_all(document, wanted)][:_OTHERS]
    places = [place for some in heard for place in _said(question, some)]
    if not places:
        text = NOBODY_ELSE if found else NOTHING_THERE
        return unanswered(question, 0.0, tuple(hits), text)
    sure = max(probability([signals for signals, _ in some]) for some in heard)
    return quoting(question, sure, places, tuple(hits))


def comparison(question: str, topic: str, found: Found, hits: Sequence[Hit]) -> Answer | None:
    """What each document says of the topic, by date; None where none does, or a single one, which
    is no comparison, where none is asked for. `found` is what was found for the topic."""
    speaking = _speaking(without(found))[:_COMPARED]
    if len(speaking) == 1 and surveyed(question):
        return None
    speaking.sort(key=lambda one: by_day(one[0].published))
    places = [place for _, some in speaking for place in _told(topic, some)]
    if not places:
        return None
    sure = max(probability([signals for signals, _ in some]) for _, some in speaking)
    answer = quoting(question, sure, places, tuple(hits))
    return replace(answer, text=f"{for_the_reader(len(speaking))}\n\n{answer.text}")


def _speaking(found: Found) -> list[tuple[Document, Found]]:
    """The documents that answer by themselves, the most probable first, each with what was found
    in it."""
    each: dict[str, list[tuple[Signals, Hit]]] = {}
    for signals, hit in found:
        each.setdefault(hit.document.id, []).append((signals, hit))
    sure = [(probability([signals for signals, _ in some]), some) for some in each.values()]
    sure.sort(key=lambda one: -one[0])
    return [(some[0][1].document, some) for chance, some in sure if chance >= _HEARD]


def _said(question: str, some: Found) -> list[Place]:
    """The sentences of one document that answer."""
    best = sorted(choose(question, some, some), key=lambda candidate: -candidate.score)
    chosen = sorted(best[:_SENTENCES], key=lambda candidate: candidate.sentence.start)
    chosen = with_what_takes_back(chosen, candidates(question, some))
    return [(c.document, c.sentence.start, c.sentence.end) for c in chosen]


def _told(topic: str, some: Found) -> list[Place]:
    """The sentences of one document on a topic, of those that name it where there are such; a
    single one with that which leads up to it: what is held of a thing often stands before what
    names it."""
    naming = [only(signals, hit, _naming(topic, hit)) for signals, hit in some]
    among = naming if any(hit.passage.sentences for _, hit in naming) else some
    row = sorted(candidates(topic, some), key=lambda candidate: candidate.sentence.start)
    chosen = with_what_takes_back(choose(topic, among, among), row)
    if len(chosen) == 1 and chosen[0].place:
        at = next(n for n, other in enumerate(row) if other.sentence == chosen[0].sentence)
        chosen = [row[at - 1], *chosen] if at else chosen
    chosen = sorted(chosen, key=lambda candidate: candidate.sentence.start)
    return [(c.document, c.sentence.start, c.sentence.end) for c in chosen]


def _has_all(document: Document, names: Sequence[str]) -> bool:
    """Whether all of these names, in small letters, stand in a document."""
    text = in_small(document.text) if names else ""
    return all(name in text for name in names)


def _naming(topic: str, hit: Hit) -> list[int]:
    """The numbers of a passage's sentences that have at least half of the topic's words."""
    code, text = language(hit.document), hit.document.text
    wanted = content(topic, code)
    parts = hit.passage.sentences
    shared = [len(wanted & content(text[part.start : part.end], code)) for part in parts]
    return [at for at, count in enumerate(shared) if 2 * count >= max(len(wanted), 1)]


def _voice(document: Document) -> str:
    """Who speaks in a document; "" where that is not known."""
    return document.author or document.publisher
