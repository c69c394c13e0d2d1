"""A follow-up -> a question that stands alone: what it leans on, and how it is read.

A follow-up goes on from the question just before it, which may go on from the one before that; an
older one is never reached over a question that stands alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from qa.conversation import MARKER, Turn
from qa.phrases import OWNS, phrases, proper_names
from qa.talk import reply_to
from qa.words import FUNCTION_WORDS

_SHOWN = 3  # names at most that a question is said to lean on
_ENOUGH = 2  # words that name something, with which a question without a name may stand alone

# How much of what was asked before counts for a question: for one that leans on it; for one that is
# whole, but names nothing with a capital; and for one that does, where it only parts equals.
_LEANS, _WHOLE, _NAMED = 1.0, 0.6, 0.1

_PRONOUN = re.compile(
    r"\b(?:it|its|he|him|his|she|her|hers|they|them|their|theirs)\b", re.IGNORECASE
)
_PERSON = re.compile(r"\b(?:he|him|his|she|her|hers)\b", re.IGNORECASE)
# "It" that stands for nothing: "how long does it take to", "is it true that".
EMPTY_IT = re.compile(
    r"\bit (?:takes?|took)\b|\b(?:is|was) it (?:\w+ly )?(?:true|possible|likely|necessary|safe|easy"
    r"|hard|difficult|legal|important|worth|a good idea) (?:that|to|for)\b"
    r"|\b(?:does|did|will|would) it (?:take|mean|matter) (?:to|for|that|if)\b",
    re.IGNORECASE,
)
_IS_RIGHT = r"\A\W*who(?: of them)? (?:is|was) (?:right|wrong|correct|mistaken)"
_POINTS = re.compile(
    r"\b(?:this|that|these|those)\W*$"
    r"|\b(?:is|are|was|were|does|do|did) (?:this|that|these|those)\b"
    r"|\bthe (?:first|second|third|other|former|latter|last)(?: one)?\W*$"
    rf"|{_IS_RIGHT}\W*\Z"
    r"|\A\W*which(?: one)? (?:is|are|was|were|would be|will be) (?:the )?(?:more|less|most|least"
    r"|better|best|worse|worst|\w{3,}er|\w{3,}est)\b(?: \w+)?\W*\Z",
    re.IGNORECASE,
)
# What it would help with is left unsaid.
_HELPS = re.compile(
    r"\A\W*(?:do|does|did|will|would|can|could|might) [^?]*\b(?:help|suffice|be enough"
    r"|make (?:a|any|much|much of a|the) difference)\W*\Z",
    re.IGNORECASE,
)
# A time that the question before is asked for too, which is put into it at its end.
_TIME = r"(?:before|after|during|since|until|till|prior to|by the end of)"
_AT_TIME = re.compile(rf"\A{_TIME} (?!(?:that|this|then|it)\b)\S", re.IGNORECASE)
_TIMED = re.compile(rf" {_TIME} [^?!.]+(?=\W*\Z)", re.IGNORECASE)
_REFERS = re.compile(r"\b(?:this|these|those|such|another|others?|else)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\b(?:who|whom|whose|what|when|where|which|why|how)\b"
    r"|^\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|should|would|will)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^\W*(?:(?:and|but|so|or|then|also|ok|okay|well|now)\b[\s,]*)+", re.IGNORECASE
)
_BARE = re.compile(
    r"\W*(?P<word>why|when|where|who|how|how (?:many|much|long|often|old)|by whom|since when"
    r"|until when|what for)(?: not| so| exactly| then| (?:is|was|did) (?:that|it)(?: so| happen)?)?"
    r"\W*",
    re.IGNORECASE,
)
SWAP = re.compile(
    r"\W*(?:(?:and|but|or|so|then)\b[\s,]*)*(?:what about|how about|what of|and for|and in|and)\b"
    r"\s*(?P<other>[^?!.]+?)\W*",
    re.IGNORECASE,
)
_CORRECTS = re.compile(
    r"\W*(?:(?:no|nope|sorry|oops|wait|actually|but)\b[\s,.!]*)*i (?:mean|meant)\b\W*"
    r"(?P<other>.+)",
    re.IGNORECASE | re.DOTALL,
)
_OF_IT = r"(?: (?:about|on|of) (?:it|this|that|them|him|her))?"
MORE = re.compile(
    rf"\W*(?:please )?(?:(?:(?:can|could) you )?(?:please )?(?:tell me|say|give me|show me) "
    rf"(?:a (?:bit|little) )?(?:some )?more(?: details?)?{_OF_IT}"
    rf"|(?:any )?more(?: details?)?{_OF_IT}"
    rf"|go on|continue|(?:(?:can|could) you )?(?:please )?elaborate(?: on (?:it|this|that))?"
    rf"|what else|anything else|is there (?:anything )?(?:more|else)"
    rf"|what (?:else|more) (?:(?:is|was) (?:said|there)|(?:does|did|do) (?:he|she|they|it) (?:say"
    rf"|think|write|argue|recommend)){_OF_IT})(?:,? please)?\W*",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\W*(?:and |but )?(?:(?:does|did) (?:any(?:one|body)|some(?:one|body)) (?:else )?(?:disagree"
    r"|object|contradict (?:it|this|that))(?: with (?:it|this|that))?"
    r"|(?:do|does) (?:all|every(?:one|body)|the others|others) agree(?: with (?:it|this|that))?"
    r"|who (?:disagrees|objects)(?: with (?:it|this|that))?"
    r"|what do (?:the )?others (?:say|think)(?: (?:about|of) (?:it|this|that))?"
    r"|(?:is|are) there (?:any |an )?(?:other|another|different|opposing) (?:views?|opinions?))\W*",
    re.IGNORECASE,
)
# Who did it, in an answer to "who": "… by Lew Allen", or its first words.
_AGENT = re.compile(r"(?:\bby |\A(?:\w+: )?)(?P<name>[A-Z][\w’'.-]+(?: [A-Z][\w’'.-]*){1,3})")
WHO = re.compile(r"\bwho\b", re.IGNORECASE)
# What is for the reader to judge: no one is named for it.
WHO_IS_RIGHT = re.compile(rf"{_IS_RIGHT}\b", re.IGNORECASE)
_CAPITAL = re.compile(r"[A-Z\d]")
_IN_PLACE = re.compile(r"^\W*(?:for|in|on|at|to|with|of|from|by) ", re.IGNORECASE)
_DETERMINED = re.compile(r"\b(?:the|an?) [\w’'-]+", re.IGNORECASE)
_ARTICLES = re.compile(r"\b(?:the|an?) ", re.IGNORECASE)
_ARTICLE = r"(?:(?:the|an?) )?"
# What a question was said to lean on, and what is put in another's place: a name, or words that
# are none and have no article.
_HANDED_ON = re.compile(r" \([^()]*\)\W*\Z")
_BARE_NAME = re.compile(r"[A-Z\d][^’']*")
_BARE_WORDS = re.compile(r"(?!(?:the|an?|his|her|its|their) )[^A-Z\d]+", re.DOTALL)


class Wanted(Enum):
    """What a question wants of what is found."""

    ANSWER = "what answers it"
    MORE = "what was not said yet"
    OTHERS = "what other documents say"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a question is read.

    question: what stands alone, to be answered.
    searched: what the first search takes for it.
    frame: what a question after it goes on from.
    shown: how it is read, for the reader's eyes; "" where it is read as it was asked.
    names: what it is about, and so what one after it may lean on.
    carry: how much of what was asked before counts, in [0, 1].
    instead: how else it may be read, where the sources do not answer this.
    """

    question: str
    searched: str
    frame: str
    shown: str = ""
    names: tuple[str, ...] = ()
    carry: float = _LEANS
    wanted: Wanted = Wanted.ANSWER
    instead: "Reading | None" = None


def read(turns: Sequence[Turn], instead: bool = False) -> Reading:
    """How the last question of a conversation is read, or how else it may be."""
    answers = {turn.back: turn.text for turn in turns if turn.is_answer}
    reading = _read(
        [
            (turn.text.strip(), answers.get(turn.back, ""))
            for turn in turns
            if not turn.is_answer and (not turn.back or reply_to(turn.text) is None)
        ]
    )
    return reading.instead or reading if instead else reading


def _read(asked: Sequence[tuple[str, str]]) -> Reading:
    """How the first of these questions is read; those before it follow, each with its answer."""
    question = asked[0][0]
    if len(asked) == 1:
        return _alone(question)
    before = _read(asked[1:])
    if MORE.fullmatch(question):
        return _after(question, before, Wanted.MORE)
    if _OTHERS.fullmatch(question):
        return _after(question, before, Wanted.OTHERS)
    if bare := _BARE.fullmatch(question):
        reading = _after(question, before)
        asking = f"{bare['word'].capitalize()} was it: {before.frame}"
        return replace(reading, question=asking, searched=asking)
    if corrected := _CORRECTS.fullmatch(question):
        other = corrected["other"]
        if not _ASKS.search(other):
            return _swapped(question, other, before)
        meant = _read([(other, ""), *asked[1:]])
        return replace(meant, searched=question, shown=meant.shown or other, carry=_LEANS)
    swap = SWAP.fullmatch(question)
    if swap and not any(one.search(swap["other"]) for one in (_ASKS, _PRONOUN, _POINTS)):
        return _swapped(question, swap["other"], before)
    own = _OPENING.sub("", question)
    if _leans(own):
        return _with(question, _meant(own, before, asked[1][1]))
    if _HELPS.match(own) and not proper_names(own):
        return _with(question, phrases(before.frame))
    return _alone(question, _carry(own))


def _alone(question: str, carry: float = _LEANS) -> Reading:
    """The question as it was asked."""
    return Reading(question, question, question, "", tuple(_about(question)), carry)


def _after(question: str, before: Reading, wanted: Wanted = Wanted.ANSWER) -> Reading:
    """The question before once more."""
    frame = before.frame
    shown = f"{question} ({frame.rstrip(' ?.!')})"
    return Reading(frame, before.searched, frame, shown, before.names, wanted=wanted)


def _swapped(question: str, other: str, before: Reading) -> Reading:
    """The question before with something else in it: "When did it reach Germany?", "And France?".
    A name takes the place of the last name there, other words that of the first."""
    frame = before.frame
    if _AT_TIME.match(other):
        rest = _TIMED.sub("", frame).rstrip(" ?!.")
        restated = f"{rest} {other.rstrip(' ?!.')}?"
        return Reading(restated, restated, restated, restated, before.names)
    other = _IN_PLACE.sub("", other).rstrip(" ?!.")
    there = proper_names(frame)
    slots = there or [match[0] for match in _DETERMINED.finditer(frame)]
    if not slots:
        return _with(question, before.names, searched=False)
    handed = _HANDED_ON.search(frame)
    if handed and there and slots[0] in handed[0] and _BARE_WORDS.fullmatch(other):
        return _with(question, before.names)
    if not there and _BARE_NAME.fullmatch(other):
        restated = f"{frame} ({other})"
        names = (other, *before.names)
        return Reading(
            restated, restated, restated, restated, names, instead=_alone(question, _NAMED)
        )
    slot = slots[-1 if _CAPITAL.search(other) else 0]
    place = rf"(?<!\w){_ARTICLE}{re.escape(slot)}(?!\w)"
    restated = re.sub(place, lambda _: other, frame, count=1)
    names = (other, *(name for name in before.names if name != slot))
    return Reading(restated, restated, restated, restated, names, instead=_alone(question, _NAMED))


def _with(question: str, about: Sequence[str], searched: bool = True) -> Reading:
    """The question with what it leans on behind it, which is searched for or only shown."""
    names = [one for one in about if one.lower() not in question.lower()][:_SHOWN]
    if not names:
        return _alone(question)
    whole = f"{question} ({', '.join(names)})"
    together = (*proper_names(question), *names)
    return Reading(whole if searched else question, question, whole, whole, together)


def _meant(question: str, before: Reading, answer: str) -> list[str]:
    """What a pronoun of the question means: who did what was asked for, for "he" or "she"; else
    what the question before is about. Of names that were themselves handed on, those that the
    answer begins with."""
    about = list(before.names)
    first = MARKER.split(answer.strip(), maxsplit=1)[0]
    if _PERSON.search(question) and WHO.search(before.frame):
        agent = _AGENT.search(first)
        if agent and not set(agent["name"].split()) & set(" ".join(about).split()):
            return [agent["name"], *about]
    if not before.shown:
        return about
    there = set(re.findall(r"\w+", first))
    bare = [[OWNS.sub("", word) for word in name.split()] for name in about]
    there -= FUNCTION_WORDS
    narrowed = [" ".join(word for word in words if word in there) for words in bare]
    return [name for name in narrowed if name] or about


def _leans(question: str) -> bool:
    """Whether a question has a pronoun without a name in front of it that it could stand for, or
    points at something."""
    rest = EMPTY_IT.sub(" ", question)
    pronoun = _PRONOUN.search(rest)
    if pronoun and not proper_names(rest[: pronoun.start()]):
        return True
    return bool(_POINTS.search(question))


def _carry(question: str) -> float:
    """What of the talk before counts for a question that does not lean on it."""
    if not _ASKS.search(question) or _REFERS.search(question):
        return _LEANS
    if proper_names(question):
        return _NAMED
    return _WHOLE if sum(len(one.split()) for one in phrases(question)) >= _ENOUGH else _LEANS


def _about(question: str) -> list[str]:
    """The names of a question, or what it gives an article, or its other words that name
    something."""
    every = phrases(question)
    after = [m.end() for m in _ARTICLES.finditer(question)]
    given = [one for one in every if any(question.startswith(one, at) for at in after)]
    return proper_names(question) or given or every
