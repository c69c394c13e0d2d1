"""What a text itself recommends, whatever its words for it: "I propose …", "We ask for three
changes", "the Commission should …", a list under "What should be done"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.terms import terms
from qa.candidates import Candidate
from qa.runs import Run, heading, how_many, runs
from qa.words import FUNCTION_WORDS, NUMBERS, content

_DO = (
    r"(?:recommend|propose|suggest|advise|advocate|urge|call for|call on|ask for|ask that|demand"
    r"|request|want|favou?r|prefer)"
)
_NOUN = (
    r"(?:recommendations?|proposals?|suggestions?|advice|demands?|requests?|prescriptions?"
    r"|remed(?:y|ies))"
)
_WORK = r"(?:article|text|report|paper|document|essay|commentary|brief|note|study)"
_OUGHT = r"(?:should|must|ought to|could)"
# Who is asked after is the text itself; whom another name stands for may recommend another thing.
_WHO = rf"(?:one|it|the authors?|the writers?|(?:the|this) {_WORK})"
_ASKED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\A\W*(?:(?:and|but|so) )?(?:what|which)\b.*\b(?:do|does|did|would|has|have) {_WHO}"
        rf" (?:\w+ ){{0,2}}?{_DO}(?:ed|d)?\b(?! against\W*\Z)",
        r"\A\W*(?:(?:and|but|so) )?(?:what|which)\b.*\b(?:is|are|was|were) "
        r"(?:recommended|proposed|suggested|advised|advocated)\b",
        rf"\A\W*(?:do|does|did) {_WHO} (?:\w+ ){{0,2}}?{_DO} (?:any|some)thing\b",
        rf"\A\W*(?:what|which) (?:\w+ )?{_NOUN} (?:do|does|did|has|have) {_WHO}\b",
        rf"\A\W*what (?:(?:do|does|did) {_WHO} (?:say|think|believe|argue) (?:that )?)?"
        rf"(?:{_OUGHT} (?:\w+ ){{1,4}}?(?:do|be done)"
        rf"|(?:\w+ ){{0,4}}?{_OUGHT} (?:do|be done|happen))\b",
        r"\A\W*(?:(?:what|which) (?:is|are|was|were) |(?:list|name|(?:give|show|tell) me|give"
        r"|summari[sz]e|outline) )?"
        rf"(?:all |each of )?(?:(?:the|this|their|its)(?: (?:authors?|writers?|{_WORK})"
        rf"(?:['’]s?)?)? )?(?:(?:own|main|key|central|most important|{'|'.join(NUMBERS)}) )*"
        rf"{_NOUN}\b",
    )
)
_OF_TEXT = re.compile(rf"\b(?:do|does|did|would|has|have) {_WHO}\b|\bthe authors?\b", re.IGNORECASE)
# Words of a question that say only that something is recommended, and by whom.
_ASKING = frozenset(
    terms(
        "recommend recommendation recommended propose proposed proposal suggest suggested "
        "suggestion advise advised advice advocate advocated urge call ask demand request want "
        "favour favor prefer prescription remedy author writer article text report paper document "
        "essay commentary brief note study list name summarize outline all main key central most "
        "important own else instead anything something offer happen thing measure step action "
        f"change {' '.join((*NUMBERS, *FUNCTION_WORDS))}"
    )
)

_MY = r"\b(?:I|we|this (?:article|paper|report|commentary|brief|note))\b"
_ALSO = r"(?: (?:also|therefore|thus|rather|would|do|strongly|only|can only|must|should))*"
# The text's own voice, recommending.
_PERFORMED = re.compile(
    rf"{_MY}{_ALSO} {_DO}s?\b(?! (?:to (?:know|understand|ask)\b|nothing))"
    rf"|{_MY}(?: \w+)? would (?:add|put|take|rather|make|give|begin|start)\b"
    rf"|{_MY}{_ALSO} (?:think|believe|hold|am convinced|are convinced|conclude|argue)s? "
    r"(?:that )?[^.;]*\b(?:should|must|ought to|needs? to"
    r"|best (?:way|answer|course|remedy|policy|thing|option))\b"
    r"|\b(?:my|our) (?:recommendation|proposal|suggestion|advice|demand|request|answer)s? "
    r"(?:is|are|would be)\b"
    r"|\bit would be (?:wise|wiser|better|best|right|prudent)\b"
    r"|\bthe (?:\w+ )?(?:course|answer|remedy|solution|way out|way forward) (?:would be|lies)\b"
    r"|\bin (?:my|our) (?:view|opinion),? the (?:\w+ )?(?:course|answer|remedy|solution)\b"
    r"|\bit is (?:recommended|proposed|suggested|advisable)\b"
    r"|\bwhat (?:is needed|(?:we|they|it|\w+) needs?)\b[^.;,]* (?:is|are)\b",
    re.IGNORECASE,
)
_SHOULD = re.compile(
    r"\b(?:should|must|ought (?:not )?to|(?:has|have) to|needs? to)\b"
    r"(?! (?:have|not have) (?:\w+ed|been)\b)",
    re.IGNORECASE,
)
# What may be said with these words and recommends nothing: "as it should be", "should Moscow ever",
# "what must be done", "the bill had to", "nobody has to".
_IDLE = re.compile(
    r"\bas (?:it|they|he|she|\w+s) (?:should|must)\b|(?:\A|[,;]) ?should (?:the |a )?\w+ \w+"
    r"|\b(?:what|that|which|who|whoever|why|how|nobody|nothing|none) (?:\w+ ){0,3}?"
    r"(?:should|must|has to|have to|needs? to|ought to)\b"
    r"|\bif\b[^,]*\b(?:should|must|has to|have to|needs? to)\b",
    re.IGNORECASE,
)
# Somebody else who says it: "Eurofer says that …".
_SAID_BY = re.compile(
    r"(?<!\bI )(?<!\bwe )\b(?:says?|said|argues?|argued|claims?|claimed|thinks?|thought|believes?"
    r"|believed|insists?|insisted|writes|wrote|demands?|demanded|asks?|asked|proposes|proposed"
    r"|recommends|recommended|suggests|suggested|warns?|warned|replies|replied|told|holds|held"
    r"|according to|in the view of)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“„«][^\"”“»]*[\"”»]")
_DENIED = re.compile(rf"{_MY}(?: \w+)? (?:do|did|would|can|could|shall|will)(?: not|n[’']t|not)\b")
# Under such a heading stands what is recommended.
_HEADED = re.compile(
    r"\b(?:recommendations?|proposals?|suggestions?|remed(?:y|ies)|way forward|way ahead|next steps"
    r"|what to do|what (?:\w+ ){1,3}(?:should|could|must|can|ought to|needs? to) (?:do|change)"
    r"|what (?:should|could|must|can|ought to|needs? to) (?:\w+ ){0,2}(?:be \w+|do|change))\b",
    re.IGNORECASE,
)
_LEANS = re.compile(
    rf"\W*(?:{_MY} (?:\w+ )?\w+ (?:that )?)?"
    r"(?:it(?! (?:would be|is) (?:\w+ )?\w+ (?:to|that)\b)|this|these|they|such)\b",
    re.IGNORECASE,
)
# Sentences in the text's own voice at most, and in all, beside points that come as a whole.
_OWN, _ENOUGH = 4, 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """That recommendations are asked for: the terms of what they are to be about, how many the
    question says they are, or 0, and whether those of the text itself are asked for, and not
    anybody's ("What should France do?")."""

    topic: frozenset[str]
    number: int
    is_own: bool


def recommendations_wanted(question: str) -> Wanted | None:
    """Whether a question asks what the text itself recommends; None for any other."""
    if not any(pattern.search(question) for pattern in _ASKED):
        return None
    number = how_many(question)
    many, what = number or (0, "")
    topic = content(question) - _ASKING - content(what)
    return Wanted(topic, many, not topic or bool(_OF_TEXT.search(question)))


def as_many(row: Sequence[Candidate], wanted: Wanted) -> list[Candidate]:
    """The recommendations of a document that are as many as a question says, where it asks for
    nothing else; [] where there are none."""
    if wanted.number and not wanted.topic:
        for run in runs(row):
            if run.number == wanted.number and _recommends(run):
                return run.sentences
    return []


def proposals(row: Sequence[Candidate], topic: frozenset[str]) -> list[Candidate]:
    """The sentences of a document (`row`, in its order) that say what it recommends, those of one
    announcement with its points; with a topic those that name it. [] where there are none."""
    whole = [run for run in runs(row) if _recommends(run)]
    listed = [sentence for run in whole for sentence in run.sentences]
    own = [one for one in row if one not in listed and is_own(one.text)]
    if topic:
        headed = [run for run in whole if topic <= content(run.heading)]
        groups = [run.sentences for run in headed]
        groups += [point for run in whole if run not in headed for point in run.points]
        groups += [[one] for one in own]
        groups += [[one] for one in row if is_due(one.text) and one not in listed]
        fitting = [
            group
            for number, group in enumerate(groups)
            if number < len(headed) or topic <= _said(group)
        ]
        fitting = fitting or [group for group in groups if topic <= content(heading(group[0]))]
        return _ordered([one for group in fitting for one in group][: _OWN + _ENOUGH])
    chosen = [*listed, *own[:_OWN]]
    if len(listed) < 2 and len(chosen) < _ENOUGH:
        more = [one for one in row if one not in chosen and is_due(one.text)]
        under = [one for one in more if _HEADED.search(heading(one))]
        more = [*under, *(one for one in more if one not in under)]
        chosen += more[: _ENOUGH - len(chosen)]
    return _ordered([*chosen, *_leaned_on(chosen, row)])


def _leaned_on(chosen: Sequence[Candidate], row: Sequence[Candidate]) -> list[Candidate]:
    """The sentences before those that say of "this" or "it" what should be done."""
    at = {candidate.sentence.start: place for place, candidate in enumerate(row)}
    places = [at[one.sentence.start] for one in chosen if _LEANS.match(one.text)]
    return [row[place - 1] for place in places if place]


def _recommends(run: Run) -> bool:
    """Whether points are what the text recommends: by their heading, by what announces them, or by
    each that says what should be done."""
    if run.heading and _HEADED.search(run.heading):
        return True
    first = run.points[0][0].text
    lead = run.lead.text if run.lead else first if len(run.points) == 1 else ""
    if lead and (is_own(lead) or is_due(lead)):
        return True
    return all(any(is_due(one.text) for one in point) for point in run.points)


def is_own(text: str) -> bool:
    """Whether a sentence recommends something in the text's own voice."""
    bare = _QUOTED.sub("", text)
    return not (text.endswith("?") or _DENIED.search(bare)) and bool(_PERFORMED.search(bare))


def is_due(text: str) -> bool:
    """Whether a sentence says, and not by another's mouth, that something should be done."""
    bare = _IDLE.sub("", _QUOTED.sub("", text))
    match = _SHOULD.search(bare)
    is_own = match is not None and not _SAID_BY.search(bare[: match.start()])
    return is_own and not text.endswith("?") and not _DENIED.search(bare)


def _said(group: Sequence[Candidate]) -> frozenset[str]:
    return content(" ".join(one.text for one in group))


def _ordered(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Each once, as they stand in the text."""
    unique = {one.sentence.start: one for one in chosen}
    return [unique[start] for start in sorted(unique)]
