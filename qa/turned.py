"""How authors changed their minds, as they tell it themselves: "I was wrong about time.", "I no
longer think so.".

A question after that has few words in common with what answers it, so that the sentences are told
by how they are built: where an author says "I" of a view that is given up or new.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.languages import language
from index.library import Library
from index.records import PROSE, Document, Sentence
from index.terms import terms
from qa.candidates import Candidate, are_parted
from qa.cite import Place
from qa.records import Hit
from qa.runs import heading, runs
from qa.saying import CHANGES, MINDS, NAME
from qa.speakers import Speaker
from qa.words import FUNCTION_WORDS

# Works of an author that are looked through, paragraphs that are shown, and sentences of each, with
# those before where it is asked why.
_WORKS, _PARAGRAPHS, _SENTENCES, _BEFORE = 12, 3, 6, 2
_ABOUT = 0.5  # the share of what is asked about that stands there
_ASKED = re.compile(
    rf"\b{CHANGES}\b|\b(?:get|got) (?:[\w’'-]+ ){{0,4}}wrong\b|\bchange of (?:mind|heart|view)"
    rf"|\bchang(?:e|ed) {NAME}['’]s? (?:\w+ )?(?:mind|view)|{NAME}['’]s? (?:\w+ ){{0,2}}"
    r"(?:minds?|views?|opinions?|positions?|thinking)\b(?: \w+){0,6} chang(?:e|ed)"
    rf"|{NAME} (?:\w+ )?(?:still|always|no longer)\b|\bwould {NAME} (?:ever )?{MINDS}\b",
    re.IGNORECASE,
)
_HYPOTHETICAL = re.compile(r"\bwhat (?:else )?(?:would|could|might)\b", re.IGNORECASE)
_WHY = re.compile(
    r"\b(?:why|what (?:\w+ )?(?:made|led|changed|convinced|persuaded))\b", re.IGNORECASE
)
# Words of such a question that do not say what about.
_PLAIN = frozenset(
    terms(
        "change changed mind minds view views opinion opinions position positions heart stance "
        "thinking revise revised reconsider reconsidered regret regretted admit admitted concede "
        "conceded abandon abandoned withdraw get got wrong mistake mistakes mistaken still always "
        "anything something things thing think thought believe believed say said argue argued hold "
        "claim claimed accept oppose opposed support supported against made led convinced "
        "persuaded come came round around error errors time years now author one me "
        "figure figures estimate estimates"
    )
)
_I = r"\b(?:I|[Ww]e)(?:['’](?:ve|d|m))?"
_VIEWED = (
    r"(?:argued|wrote|thought|believed|opposed|supported|claimed|dismissed|supposed|assumed|called"
    r"|predicted|held|denied|doubted|mocked|favou?red|rejected|expected|feared|trusted|said)"
)
_FORMER = re.compile(rf"{_I} (?:had |then |once |also |first |always ){{0,2}}{_VIEWED}\b")
_TURNS = re.compile(
    r"\bchang(?:e|ed|ing) (?:my|our) (?:\w+ )?(?:minds?|views?|opinions?|positions?)\b"
    r"|\b(?:what|where|how) (?:I|we) (?:got|went|was|were) (?:\w+ )?(?:wrong|mistaken)\b"
    rf"|{_I} (?:\w+ )?(?:now|no longer|used to) "
    rf"|{_I} (?:\w+ )?(?:was|were|am|are|been) (?:\w+ ){{0,2}}(?:wrong|mistaken|in error"
    r"|too (?:quick|hasty|harsh|optimistic|trusting|hopeful|cautious|kind|sure|confident))\b"
    rf"|{_I} (?:\w+ )?(?:got|misjudged|underestimated|overestimated|overlooked)\b"
    rf"|{_I} would not (?:\w+ ){{1,4}}(?:today|now|again)\b|{_I} would (?:\w+ ){{1,3}}now\b"
    rf"|{_I} (?:have |had |must |also )?(?:come (?:a?round|to (?:think|believe|see|accept|doubt))"
    r"|came (?:a?round|to (?:think|believe|see|accept|doubt))|reconsidered|revised|abandoned"
    r"|withdrawn|withdraw|retracted?|regret(?:ted)?|confess|stand corrected|recant(?:ed)?)\b"
    r"|\b(?:convinced|persuaded|converted|corrected) (?:me|us)\b"
    rf"|{_I} am (?:less|more) \w+ than I was\b"
    r"|\b[Mm]y (?:\w+ )?(?:mistake|error|change of (?:mind|heart))\b"
)
_GOES_ON = re.compile(r"\W*(?:I|We)\b")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """The sentences of a paragraph in which a view changes: which of them tell it, and how much of
    what is asked about stands there."""

    row: Sequence[Candidate]
    first: int
    last: int
    about: float
    is_led: bool


def asks_for_turn(question: str, by: Speaker) -> bool:
    """Whether a question asks if, why or when this author's mind changed."""
    put = question.replace(by.called, NAME)
    return bool(_ASKED.search(put)) and not _HYPOTHETICAL.search(put)


def turned(question: str, by: Speaker, library: Library, filters: Mapping[str, str]) -> list[Place]:
    """Where the author's documents, those that pass the filters, tell that their author's view of
    what is asked about changed, by date; [] where they do not."""
    keys = [key for key, *_ in library.by_date(filters)][-_WORKS:]
    documents = dict(library.documents_by_key(keys))
    topic = by.topic - _PLAIN
    is_why = bool(_WHY.search(question))
    found = [
        one
        for key in keys
        for one in _paragraphs(documents[key], _sentences(library, key), topic, is_why)
    ]
    most = max((one.about for one in found), default=0.0)
    if topic and most < _ABOUT:
        return []
    best = [one for one in found if one.about == most]
    if is_why and any(one.is_led for one in best):
        best = [one for one in best if one.is_led]
    return [
        (one.document, one.sentence.start, one.sentence.end)
        for paragraph in best[-_PARAGRAPHS:]
        for one in _told(paragraph, is_why)
    ]


def completed(places: Sequence[Place], hits: Sequence[Hit]) -> list[Place]:
    """The places of an answer, a view that its author held once with what follows in its paragraph
    up to where it is given up: without that an old view would be quoted for theirs."""
    every: dict[tuple[str, int], Candidate] = {}
    for hit in hits:
        for one in _row(hit.document, hit.passage.sentences):
            every[hit.document.id, one.sentence.start] = one
    row = sorted(every.values(), key=lambda one: (one.document.id, one.sentence.start))
    result: list[Place] = []
    for place in places:
        document, start, end = place
        result.append(place)
        at = next((n for n, c in enumerate(row) if _is_at(c, document, start)), None)
        if at is None or not _FORMER.search(document.text[start:end]):
            continue
        rest = _same_paragraph(row[at:])[1:_SENTENCES]
        last = max((n for n, one in enumerate(rest, 1) if _TURNS.search(one.text)), default=0)
        result += [(c.document, c.sentence.start, c.sentence.end) for c in rest[:last]]
    return list(dict.fromkeys(result))


def _is_at(one: Candidate, document: Document, start: int) -> bool:
    return one.document.id == document.id and one.sentence.start == start


def _sentences(library: Library, key: int) -> list[Sentence]:
    passages = sorted(library.passages_of(key), key=lambda found: found.passage.start)
    return [one for found in passages for one in found.passage.sentences]


def _row(document: Document, sentences: Sequence[Sentence]) -> list[Candidate]:
    """Sentences as candidates that nothing was asked of."""
    return [
        Candidate(0.0, document, one, False, 0.0, 0.0, 0, n, len(sentences))
        for n, one in enumerate(sentences)
        if one.kind == PROSE
    ]


def _same_paragraph(row: Sequence[Candidate]) -> list[Candidate]:
    """The first of these sentences with those of its paragraph behind it."""
    result = list(row[:1])
    for one in row[1:]:
        if one.document.id != result[-1].document.id or are_parted(result[-1], one):
            break
        result.append(one)
    return result


def _paragraphs(
    document: Document, sentences: Sequence[Sentence], topic: frozenset[str], is_why: bool
) -> Iterator[_Paragraph]:
    """The paragraphs of a document in which its author's view changes."""
    row = _row(document, sentences)
    code = language(document)
    led = {c.sentence.start: run.sentences for run in runs(row) for c in (run.lead,) if c}
    at = 0
    while at < len(row):
        here = _same_paragraph(row[at:])
        at += len(here)
        above = heading(here[0])
        former = [n for n, one in enumerate(here) if _FORMER.search(one.text)]
        turns = [n for n, one in enumerate(here) if _TURNS.search(one.text)]
        if not turns and _TURNS.search(above):
            turns = former or [0]
        if not turns:
            continue
        marks = turns + former
        said = set(terms(" ".join([above, *(one.text for one in here)]), code))
        if topic and len(topic & said) < _ABOUT * len(topic):
            said |= set(terms(document.title, code)) - FUNCTION_WORDS
        about = len(topic & said) / len(topic) if topic else 0.0
        points = next(
            (led[here[n].sentence.start] for n in turns if here[n].sentence.start in led), ()
        )
        if is_why and points:
            whole = [here[turns[0]], *(one for one in points if one != here[turns[0]])]
            yield _Paragraph(whole, 0, len(whole) - 1, about, True)
        else:
            yield _Paragraph(here, min(marks), max(marks), about, False)


def _told(paragraph: _Paragraph, is_why: bool) -> Sequence[Candidate]:
    """The sentences of a paragraph that tell the change."""
    row, first, last = paragraph.row, paragraph.first, paragraph.last
    if paragraph.is_led:
        return row
    if last + 1 < len(row) and _GOES_ON.match(row[last + 1].text):
        last += 1
    if is_why:
        first = max(0, first - _BEFORE)
    return row[first : last + 1][:_SENTENCES]
