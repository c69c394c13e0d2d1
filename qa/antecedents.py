"""Which author a pronoun stands for: "What does she recommend?" after "Who is the author?" is read
as "What does Ada Berg recommend?".

Only questions that ask for an author's words or works are read so, by how they are built
(`qa.speakers`, `qa.holdings`), and only where one author of the library can be meant: the one
whose words the question before asks for, whom its answer names first, or whom it names itself.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from qa.conversation import MARKER, Turn
from qa.facets import Facets
from qa.follow_up import EMPTY_IT, MORE, SWAP, WHO, WHO_IS_RIGHT, read
from qa.holdings import narrowed, wanted
from qa.names import names
from qa.phrases import phrases, proper_names
from qa.saying import CHANGES, MINDS, NOW, SAYS
from qa.speakers import Speaker, groups, named, speakers, subjects
from qa.talk import reply_to

_TOGETHER = 4  # authors at most that "they" stands for
_PRONOUN = re.compile(
    r"\b(?:(?P<one>he|him|she|his)|(?P<her>her)|(?P<many>they|them|their)|(?P<it>its?))\b",
    re.IGNORECASE,
)
_POSSESSIVE = {"his", "their", "its"}
# "Her" before another word than these is that of "her view".
_HER = re.compile(
    r" (?!(?:on|in|about|of|and|or|to|for|with|by|at|say|think|as|is|was)\b)[a-z]", re.IGNORECASE
)
# What an "it" does that is an office or an institute: a tax does none of it.
_IT_SAYS = re.compile(
    r"\b(?:does|did|has|would) (?:it|its) (?:\w+ly |also |then |itself )?(?:say|said|think|thought"
    r"|argue|claim|believe|conclude|recommend|propose|suggest|advise|warn|criticise|criticize)",
    re.IGNORECASE,
)
_LEFT = re.compile(
    r"\b(?:dis)?agree(?: with [\w’' -]{1,40})?\W*$|\b(?:it|its|they|them|their|theirs)\b"
    r"|\b(?:so|this|that|these|those"
    r"|the (?:first|second|third|other|former|latter|last)(?: one)?)\W*$",
    re.IGNORECASE,
)
# What stands before who did it, and before who is named first, "author: " among it.
_BY, _HEAD = re.compile(r"\bby $", re.IGNORECASE), re.compile(r"\W*(?:\w+: )?")
_ELSE = re.compile(r"(?<=\bwhat) (?:else|more)\b", re.IGNORECASE)
# Who nobody is, for a look at how a question is built.
_NOBODY = "Nobodyson"
_OF_NOBODY = Facets(((_NOBODY, 1),), (), "", "", 1)

# Who holds something, and so says it in what answers: "Who disagrees with her?".
_WHO_SAYS = re.compile(
    rf"\bwho(?: else)? (?:does not |doesn['’]t )?(?:\w+ly )?(?:{SAYS}|{CHANGES}|{MINDS})e?s?\b",
    re.IGNORECASE,
)

_Present = Callable[[], Facets]
_Spoken = Callable[[str], str]  # the authors of the document in which a sentence stands, or ""
_Name = tuple[str, str]  # as it was written, and as the filter of authors takes it


@dataclass(frozen=True, slots=True)
class _Before:
    """What a question goes on from: the question before it, its answer, and what both are about."""

    question: str
    answer: str
    names: tuple[str, ...]
    spoken: _Spoken


def with_authors(asked: Sequence[Turn], present: _Present, spoken: _Spoken) -> list[Turn]:
    """The turns of a conversation, each question with an author's name where a pronoun stands for
    it, and with what it leans on besides. What is present, and whose a sentence is, is looked at
    where need be."""
    told = list(asked)
    questions = [at for at, turn in enumerate(told) if not turn.is_answer]
    for at in reversed(questions):
        turn = told[at]
        before = _before([one for one in told if one.back > turn.back], spoken)
        if before is not None and (not turn.back or reply_to(turn.text) is None):
            question = turn.text.strip()
            if (whole := _with_author(question, before, present)) != question:
                told[at] = replace(turn, text=whole)
    return told


def _before(earlier: Sequence[Turn], spoken: _Spoken) -> _Before | None:
    said = [one for one in earlier if one.is_answer or reply_to(one.text) is None]
    question = next((one for one in said if not one.is_answer), None)
    if question is None:
        return None
    back = question.back
    answer = next((one.text for one in said if one.is_answer and one.back == back), "")
    about = read([replace(one, back=one.back - back) for one in said if one.back >= back])
    return _Before(about.frame, answer, about.names, spoken)


def _with_author(question: str, before: _Before, present: _Present) -> str:
    """A question with the author's name in place of its pronoun; as it was where none is meant."""
    pronoun = _PRONOUN.search(question)
    if MORE.fullmatch(question) and speakers(before.question, present):
        return question
    if pronoun and not proper_names(question[: pronoun.start()]):
        if not _asks(_put(question, pronoun, _NOBODY), lambda: _OF_NOBODY):
            return _on_the_topic(question, before, present)
        meant = _stands_for(pronoun, question, before, present)
        named_so = _put(question, pronoun, _joined([written for written, _ in meant]))
        if not meant or not _asks(named_so, present):
            return _on_the_topic(question, before, present)
        if wanted(named_so, present) or narrowed(named_so, present):
            return _on_the_topic(named_so, before, present)
        return _leaning(_ELSE.sub("", named_so), before, present)
    if swap := SWAP.fullmatch(question):
        return _swapped(question, swap["other"], before, present)
    return _leaning(question, before, present)


def _asks(question: str, present: _Present) -> bool:
    """Whether a question asks for the words or the works of one who is present."""
    return any(told(question, present) for told in (speakers, wanted, narrowed))


def _put(question: str, pronoun: re.Match[str], name: str) -> str:
    start, end = pronoun.span()
    is_hers = pronoun["her"] and _HER.match(question[end:]) and not _BY.search(question[:start])
    is_possessive = is_hers or pronoun[0].lower() in _POSSESSIVE
    return f"{question[:start]}{name}{'’s' if is_possessive else ''}{question[end:]}"


def _stands_for(
    pronoun: re.Match[str], question: str, before: _Before, present: _Present
) -> list[_Name]:
    """The authors that a pronoun stands for, each once; [] where nobody or more than one can be
    meant by "he", "she" or "it"."""
    if WHO_IS_RIGHT.match(before.question):
        return []
    asks_who = bool(WHO.search(before.question))
    by = speakers(before.question, present)
    meant = [(one.called, one.name) for one in by]
    if not meant and _WHO_SAYS.search(before.question):
        line = before.spoken(MARKER.split(before.answer.strip(), maxsplit=1)[0])
        meant = [(line, line)] if len(names(line)) == 1 else []
    if not meant:
        authors = [author for author, _ in present().authors]
        answer, about = _in_answer(before.answer, authors), _in_names(before.names, authors)
        meant = (answer if answer is not None else about) if asks_who else (about or answer or [])
    each = list({name: (written, name) for written, name in reversed(meant)}.values())[::-1]
    if len(each) > 1:
        return each if pronoun["many"] and len(each) <= _TOGETHER else []
    is_office = all("literal" in one for _, name in each for one in names(name)) or any(
        one.field == "publisher" for one in by
    )
    if pronoun["it"]:
        return each if is_office and _IT_SAYS.search(question) else []
    return each if is_office or asks_who or not pronoun["many"] else []


def _in_answer(answer: str, authors: Sequence[str]) -> list[_Name] | None:
    """The authors whom an answer names first in its sentences; [] where it is somebody else who is
    named, None where nobody is."""
    parts = [part.strip() for part in MARKER.split(answer)]
    meant = [found for part in parts if (found := _in_sentence(part, authors)) is not None]
    if not meant:
        return None
    return [one for found in meant for one in found] if meant[0] else []


def _in_sentence(sentence: str, authors: Sequence[str]) -> list[_Name] | None:
    """The same of one sentence: who did it, who stands first in it, or else all authors in it."""
    each = groups(sentence, authors)
    people = [one for one in proper_names(sentence) if " " in one]
    starts = [sentence.find(one) for one in people]
    meant = [group for group in each if _BY.search(sentence[: group[0][0]])]
    if not meant and each and not any(_BY.search(sentence[:start]) for start in starts):
        first = each[0][0][0]
        if first <= min(starts, default=first):
            meant = each[:1] if _HEAD.fullmatch(sentence[:first]) else each
    if not meant and not people:
        return None
    return [(sentence[start:end], name) for group in meant for start, end, name in group]


def _in_names(about: Sequence[str], authors: Sequence[str]) -> list[_Name]:
    """The author who is named first of what a question is about, if nobody else is before."""
    for one in about:
        for start, end, name in named(one, authors):
            return [(one[start:end], name)]
        if len(one.split()) > 1 and one.istitle():
            return []
    return []


def _swapped(question: str, other: str, before: _Before, present: _Present) -> str:
    """ "And the harbour?", "And Bo Lund's view?" after a question for an author's words, as one for
    their words on something else, or for somebody else's on the same."""
    by, others = speakers(before.question, present), speakers(question, present)
    topic = _topic(before, present)
    if topic and others and all(one.asks_for_all for one in others):
        return f"What does {_joined([one.called for one in others])} say about {topic}?"
    authors = [author for author, _ in present().authors]
    if not by or any(named(other, authors)):
        return _said_by(question, other, before.question, by, authors)
    other = re.sub(r"^(?:about|on|of|for) ", "", other)
    return f"What does {_joined([one.called for one in by])} say about {other}?"


def _said_by(
    question: str, other: str, before: str, by: Sequence[Speaker], authors: Sequence[str]
) -> str:
    """ "And Bo Lund?" after a question for an author's words on something that has a name too,
    which is not whose place he takes."""
    is_author = any((start, end) == (0, len(other)) for start, end, _ in named(other, authors))
    if len(by) != 1 or not is_author or proper_names(before)[-1:] == [by[0].called]:
        return question
    return before.replace(by[0].called, other, 1)


def _on_the_topic(question: str, before: _Before, present: _Present) -> str:
    """A question with an "it" that stands for what an author was asked about, with that for it."""
    empty = [one.span() for one in EMPTY_IT.finditer(question)]
    it = next((one for one in _PRONOUN.finditer(question) if one["it"]), None)
    if it is None or any(start <= it.start() < end for start, end in empty):
        return question
    topic = _topic(before, present)
    return _put(question, it, topic) if topic else question


def _topic(before: _Before, present: _Present) -> str:
    """The one thing that an author was asked about, as the question has it; "" for none or more."""
    topics = _topics(before, present)
    if len(topics) != 1:
        return ""
    whole = re.search(rf"(?:\b(?:the|an?) )?{re.escape(topics[0])}", before.question)
    return whole[0] if whole else topics[0]


def _topics(before: _Before, present: _Present) -> list[str]:
    """What the question before asks of an author's words; [] where it asks for nobody's."""
    by = speakers(before.question, present)
    return [one for one in phrases(by[0].questions[0]) if subjects(one)] if by else []


def _leaning(question: str, before: _Before, present: _Present) -> str:
    """A question for an author's words that points at what the one before asks about, with that:
    "Why does Ada Berg think so? (salt tax)", "What does she think now about the salt tax?"."""
    left = _LEFT.search(EMPTY_IT.sub(" ", question))
    is_now = not left and bool(NOW.search(question))
    by = speakers(question, present) if left or is_now else []
    if is_now and by and by[0].asks_for_all and (topic := _topic(before, present)):
        return f"{question.rstrip(' ?!.')} about {topic}?"
    # What stands before it may be what it points at: "about the tax and its makers".
    if not by or not left or subjects(question[: left.start()].replace(by[-1].called, " ")):
        return question
    topics = _topics(before, present) or [one for one in before.names if subjects(one)]
    shown = [one for one in topics if one.lower() not in question.lower()][:3]
    return f"{question} ({', '.join(shown)})" if shown else question


def _joined(called: Sequence[str]) -> str:
    *first, last = called or [""]
    return f"{', '.join(first)} and {last}" if first else last
