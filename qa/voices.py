"""Whose "I" it is: where a question has one author for its subject, what others say of themselves
is no answer to it."""

import re
from collections.abc import Callable, Sequence

from index.terms import terms
from qa.facets import Facets
from qa.further import only
from qa.held import unquoted
from qa.records import Hit
from qa.retrieve import Signals
from qa.saying import ASKS, BETWEEN, MADE, NAME, TITLE
from qa.speakers import bare, family_of, groups

_SUBJECT = re.compile(
    rf"\b{ASKS}(?:n['’]t)? {TITLE}{NAME}{BETWEEN} (?!be(?:en)?\b)\w"
    rf"|\b(?:is|was) {TITLE}{NAME} (?:\w+ ){{0,2}}(?:right|wrong|mistaken|correct)\b"
    rf"|\b{MADE} {TITLE}{NAME}|\bchang(?:e|ed) {TITLE}{NAME}['’]s? (?:mind|view)",
    re.IGNORECASE,
)
_GATE = re.compile(_SUBJECT.pattern.replace(NAME, r"\w[\w.,'’ -]{0,100}?"), re.IGNORECASE)
# A sentence behind one that names somebody is of them too if it begins so.
_OF_THEM = re.compile(r"\W*(?:but |yet |and )?(?:he|she|his|her)\b", re.IGNORECASE)
# "I" behind a word without a capital, or the first one: not that of "Elizabeth I".
_FIRST_PERSON = re.compile(
    r"(?:\A\W*(?:\w+,? )?|\b[a-z0-9][\w’'-]*[,;:]? |[,;:()–—-] ?)I\b(?!\.\w)"
    r"|\b(?:[Mm]y|[Mm]e|[Ww]e|[Oo]ur|[Oo]urs|us|[Mm]yself|[Oo]urselves)\b"
)


def subject(question: str, present: Callable[[], Facets]) -> str:
    """The family name of the one author of the library whom a question asks to have done, held or
    changed something; "" where there is none."""
    question = " ".join(question.split())
    if not _GATE.search(question):
        return ""
    for group in groups(question, [author for author, _ in present().authors]):
        put = f"{question[: group[0][0]]}{NAME}{question[group[-1][1] :]}"
        if len(group) == 1 and _SUBJECT.search(put):
            start, end, name = group[0]
            return family_of(question[start:end], name)
    return ""


def without_others(found: Sequence[tuple[Signals, Hit]], family: str) -> list[tuple[Signals, Hit]]:
    """What was found, without the sentences in which somebody else than the author of this family
    name says "I" and does not name that author."""
    name = set(terms(bare(family)))
    return [
        (signals, hit) if _is_by(hit, name) else _but(signals, hit, name) for signals, hit in found
    ]


def _is_by(hit: Hit, name: set[str]) -> bool:
    return name <= set(terms(bare(hit.document.author)))


def _but(signals: Signals, hit: Hit, name: set[str]) -> tuple[Signals, Hit]:
    text = hit.document.text
    keep = []
    was_named = False
    for at, one in enumerate(hit.passage.sentences):
        said = text[one.start : one.end]
        is_named = name <= set(terms(bare(said))) or (was_named and bool(_OF_THEM.match(said)))
        if is_named or not says_i(said):
            keep.append(at)
        was_named = is_named
    return only(signals, hit, keep)


def says_i(sentence: str) -> bool:
    """Whether a sentence is in the first person outside of quotation marks."""
    return bool(_FIRST_PERSON.search(unquoted(sentence)))
