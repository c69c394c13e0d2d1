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
from qa.biographies import of_authors
from qa.candidates import Candidate, are_parted
from qa.cite import Place
from qa.held import FORMER, GAVE_UP, KEPT, STILL_SO, TURNS, WOULD_TURN, is_said
from qa.runs import heading
from qa.saying import CHANGES, MINDS, NAME
from qa.speakers import Speaker
from qa.words import NUMBERS, ORDINALS

# Works of an author that are looked through, paragraphs that are shown, and sentences of each, with
# those before where it is asked why.
_WORKS, _PARAGRAPHS, _SENTENCES, _BEFORE = 12, 3, 6, 2
_AUTHORS = 20  # authors who are looked at where it is asked which of them
_ABOUT = 0.5  # the share of what is asked about that stands there
# Whether, or why, it is still so; what somebody still says about something is any view of theirs.
_STILL = re.compile(
    r"(?:\A\W*(?:(?:and|but|so|then|why|when|how) )*(?:(?:does|do|did|is|are|was|were|has|had) )?"
    rf"{NAME} (?:\w+ )?(?:still|always)|{NAME} (?:\w+ )?no longer)\b"
    rf"|\bwhat (?:else )?(?:do|does) {NAME} still \w+\W*\Z",
    re.IGNORECASE,
)
_ACCEPTS = re.compile(
    r"(?:(?:\A|\b(?:and|but|when|why|how|(?:under|on|in) (?:what|which) \w+))\W*"
    rf"w(?:ould|ill) {NAME}|\bw(?:ould|ill) {NAME} ever) {MINDS}\b",
    re.IGNORECASE,
)
_ASKED = re.compile(
    rf"\b{CHANGES}\b|\b(?:get|got) (?:[\w’'-]+ ){{0,4}}wrong\b|\bchange of (?:mind|heart|view)"
    rf"|\bchang(?:e|ed) {NAME}['’]s? (?:\w+ )?(?:mind|view)|{NAME}['’]s? (?:\w+ ){{0,2}}"
    r"(?:minds?|views?|opinions?|positions?|thinking)\b(?: \w+){0,6} chang(?:e|ed)"
    rf"|\bchang(?:e|ed) (?:in|about) {NAME}['’]s? (?:\w+ )?(?:mind|view|opinion|position|thinking)"
    rf"|\bdifferences? between {NAME}['’]s (?:[\w-]+ ){{0,4}}(?:views?|opinions?|positions?)\b"
    rf"|{_STILL.pattern}|{_ACCEPTS.pattern}",
    re.IGNORECASE,
)
_WHOSE = re.compile(
    r"\W*(?:who|which (?:of the )?(?:authors?|writers?|commentators?))(?: (?:has|have))? changed "
    r"(?:his|her|their) (?:minds?|views?|opinions?|positions?)"
    r"(?: (?:about|on|of|over) (?P<topic>.+?))?\W*",
    re.IGNORECASE,
)
_WOULD = re.compile(r"\b(?:would|could|might|will)\b", re.IGNORECASE)
_WHAT_WOULD = re.compile(r"\bwhat (?:else )?(?:would|could|might) (?!\w+ have\b)", re.IGNORECASE)
_NOT = re.compile(r"\bnot\b|n['’]t\b|\bunchanged\b", re.IGNORECASE)
_WHY = re.compile(
    r"\b(?:why|what (?:\w+ )?(?:made|led|changed|convinced|persuaded))\b", re.IGNORECASE
)
# Words of such a question that do not say what about.
_PLAIN = frozenset(
    terms(
        "change changed mind minds view views opinion opinions position positions heart stance "
        "thinking revise revised reconsider reconsidered rethink rethought regret regretted "
        "admit admitted concede conceded abandon abandoned withdraw get got wrong mistake "
        "mistakes mistaken still always "
        "anything something things thing think thought believe believed say said argue argued hold "
        "claim claimed accept oppose opposed support supported against made led convinced "
        "persuaded come came round around error errors time years now author one me "
        "figure figures estimate estimates favour favor critical sceptical "
        "skeptical difference differences differ"
    )
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_STILL_ASKED = re.compile(r"\b(?:still|always)\b", re.IGNORECASE)
_GOES_ON = re.compile(r"\W*(?:I|We|If)\b")
# "Three events changed my mind." and what each of them was.
_COUNT = re.compile(rf"\b({'|'.join(NUMBERS)}) (?:\w+ )?\w+s\b", re.IGNORECASE)
_COUNTED = re.compile(rf"\W*(?:the )?({'|'.join(ORDINALS)})(?:ly)?\b", re.IGNORECASE)
_NAMES_ONLY = 6  # words of a sentence that only names what the next one tells


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """The sentences of a paragraph in which a view changes: which of them tell it, and how much of
    what is asked about stands there, and in these; `is_counted` where it goes on to count them off,
    `is_headed` where its heading says that this is what it is about."""

    row: Sequence[Candidate]
    first: int
    last: int
    about: tuple[float, float]
    is_counted: bool
    is_headed: bool


def asks_for_turn(question: str, by: Speaker) -> bool:
    """Whether a question asks if, why or when this author's mind changed."""
    return bool(_ASKED.search(question.replace(by.called, NAME)))


def whose_turn(question: str) -> str | None:
    """What a question asks who changed their mind about ("Which authors changed their mind about
    trees?"), "" where it is anything; None for any other question."""
    match = _WHOSE.fullmatch(" ".join(question.split()))
    return None if match is None else match["topic"] or ""


def each_turned(
    topic: str, authors: Sequence[str], library: Library, filters: Mapping[str, str]
) -> list[Place]:
    """Where each of these authors tells of a view that they held and gave up, of this topic where
    it is not ""."""
    about = f" about {topic}" if topic else ""
    result: list[Place] = []
    for author in authors[:_AUTHORS]:
        by = Speaker(author, author, author, (f"Why did I change my mind{about}?",))
        own = {**filters, "author": author}
        places = turned(f"Did {author} change their mind{about}?", by, library, own)
        said = [document.text[start:end] for document, start, end in places]
        is_told = set(terms(topic)) <= set(terms(" ".join(said)))
        is_other = all(any(is_said(one, turn) for one in said) for turn in (FORMER, TURNS))
        if is_other or (is_told and any(is_said(one, GAVE_UP) for one in said)):
            result += places[:_SENTENCES]
    return list(dict.fromkeys(result))


def turned(question: str, by: Speaker, library: Library, filters: Mapping[str, str]) -> list[Place]:
    """Where the author's documents, those that pass the filters, tell that their author's view of
    what is asked about changed, by date; [] where they do not."""
    keys = [key for key, *_ in library.by_date(filters)][-_WORKS:]
    documents = dict(library.documents_by_key(keys))
    topic = frozenset(term for term in by.topic - _PLAIN if not _YEAR.fullmatch(term))
    found = [
        one
        for key in keys
        for one in _paragraphs(documents[key], _sentences(library, key), topic, question)
    ]
    if not found or (topic and max(one.about[0] for one in found) < _ABOUT):
        return []
    is_why = bool(_WHY.search(question))
    return [
        (one.document, one.sentence.start, one.sentence.end)
        for paragraph in _chosen(found, is_why)
        for one in _told(paragraph, topic, is_why)
    ]


def _chosen(found: Sequence[_Paragraph], is_why: bool) -> Sequence[_Paragraph]:
    """Of paragraphs those that are most about what is asked, or, where it is nothing in particular
    or why, those that are there to tell it."""
    most = max(one.about for one in found)
    best = [one for one in found if one.about == most]
    there = {one.row[0].document.id for one in best}
    if is_why:
        near = [one for one in found if one.row[0].document.id in there]
        if counted := [one for one in near if one.is_counted]:
            return counted
        # a reason seldom names again what it is the reason for
        best = [one for one in near if one.about[0] == most[0]]
    if not most[0]:
        best = [one for one in best if one.is_headed] or best
        last = best[-1].row[0].document.id
        return [one for one in best if one.row[0].document.id == last][:_PARAGRAPHS]
    return best[-_PARAGRAPHS:]


def _sentences(library: Library, key: int) -> list[Sentence]:
    passages = sorted(library.passages_of(key), key=lambda found: found.passage.start)
    return [one for found in passages for one in found.passage.sentences]


def _row(document: Document, sentences: Sequence[Sentence]) -> list[Candidate]:
    """Sentences as candidates that nothing was asked of."""
    return [
        Candidate(0.0, document, one, False, 0.0, 0.0, 0.0, 0, n, len(sentences))
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
    document: Document, sentences: Sequence[Sentence], topic: frozenset[str], question: str
) -> Iterator[_Paragraph]:
    """The paragraphs of a document in which its author's view changes, would or, where that is
    asked, does not."""
    is_still = bool(_STILL_ASKED.search(question))
    turns = [KEPT] if _NOT.search(question) else [TURNS] * (not _WHAT_WOULD.search(question))
    if is_still and not topic:
        turns = [KEPT]
    turns += [KEPT] * bool(topic) + [STILL_SO] * is_still
    turns += [WOULD_TURN] * bool(_WOULD.search(question))
    lives = of_authors(document)
    row = [
        one
        for one in _row(document, sentences)
        if not any(first <= one.sentence.start < last for first, last in lives)
    ]
    title, code = set(terms(document.title)), language(document)
    at = 0
    while at < len(row):
        here = _same_paragraph(row[at:])
        at += len(here)
        above = heading(here[0])
        former = [n for n, one in enumerate(here) if is_said(one.text, FORMER)]
        marks = [n for n, one in enumerate(here) if is_said(one.text, *turns)]
        is_headed = any(turn.search(above) for turn in turns)
        if not marks and is_headed:
            is_first = at == len(here) or heading(row[at - len(here) - 1]) != above
            marks = former or [0, len(here) - 1] * is_first
        if not marks:
            continue
        said = set(terms(" ".join([above, *(one.text for one in here)]), code))
        if not is_still and len(topic & said) < _ABOUT * len(topic):
            said |= title
        marked = set(terms(" ".join(here[n].text for n in {*marks, *former}), code))
        most = len(topic) or 1
        about = len(topic & said) / most, len(topic & marked) / most
        counted = ((n, whole) for n in marks if (whole := _counted(here[n:], row[at:])))
        if found := next(counted, None):
            whole = [*here[min(marks + former) : found[0]], *found[1]]
            yield _Paragraph(whole, 0, len(whole) - 1, about, True, is_headed)
        else:
            marks += former
            yield _Paragraph(here, min(marks), max(marks), about, False, is_headed)


def _counted(here: Sequence[Candidate], behind: Sequence[Candidate]) -> list[Candidate]:
    """A sentence that says how many, with those behind it that count them off; [] for any other."""
    count = _COUNT.search(here[0].text)
    whole, number = [here[0]], 0
    rest = [*here[1:], *behind]
    for at, one in enumerate(rest):
        ordinal = _COUNTED.match(one.text)
        if count and ordinal and ORDINALS.index(ordinal[1].lower()) == number:
            number += 1
            is_name = len(one.text.split()) <= _NAMES_ONLY
            whole += rest[at : at + 1 + is_name]
    return whole if count and number == NUMBERS.index(count[1].lower()) + 2 else []


def _told(paragraph: _Paragraph, topic: frozenset[str], is_why: bool) -> Sequence[Candidate]:
    """The sentences of a paragraph that tell the change."""
    row, first, last = paragraph.row, paragraph.first, paragraph.last
    if paragraph.is_counted:
        return row
    if behind := row[last + 1 : last + 2]:
        told = set(terms(" ".join(one.text for one in row[first : last + 1])))
        last += bool(_GOES_ON.match(behind[0].text) or topic & set(terms(behind[0].text)) - told)
    if is_why:
        first = max(0, first - _BEFORE)
    return row[first : last + 1][:_SENTENCES]
