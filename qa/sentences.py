"""Ranked passages -> the sentences of an answer.

The sentence that answers best comes first, but for an account, which reads as its source does.
What goes with it is chosen by how probable it is that a person would have chosen it too, learned
by `python -m benchmarks.sentences`.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise

from index.dates import is_dated
from index.languages import language
from qa.candidates import Candidate, Found, are_parted, candidates
from qa.expects import (
    asks_for_account,
    asks_for_change,
    asks_for_fact,
    asks_why,
    must_fit,
    prefers_fit,
)
from qa.held import FORMER, TURNS, is_said
from qa.points import points
from qa.words import content

# Sentences of an answer at most, beside those that they lean on.
_MOST = 3
# How far below the best one's score others may lie: in its paragraph, in another paragraph of its
# passage, and elsewhere; there also what says nearly the same and contradicts it, or anything where
# documents are asked for what changed between them.
_MARGIN, _BESIDE, _ELSEWHERE, _OTHERWISE = 0.3, 0.1, 0.03, 0.1
# An account begins where its source does if the sentence there is this near to the best one.
_ACCOUNT = 0.08
# The probability that a sentence is one of those that answer: bias; late interaction and mean,
# less the best in the document; whether it begins its passage; one by the passage's number of
# sentences; whether it fits.
JOINS: tuple[float, ...] = (-1.39, 1.84, 2.63, 1.02, 0.55, 1.11)
# How far below the best sentence one may lie that has the time or number which is asked for.
_FITTING_MARGIN = 0.15
# A sentence that begins so leans on the one before it.
_LEANS = re.compile(
    r"\W*(?:it|its|he|his|she|her|they|their|this|these|that|those|such|both|the (?:former|latter)|"
    r"however|but|instead|nevertheless|therefore|thus|hence)\b",
    re.IGNORECASE,
)
# A short sentence that takes back the one before it: "It is not.", "I doubt that it is wise.",
# "Estonia and Latvia have not."
_TAKES_BACK = re.compile(
    r"(?=.*(?:\b(?:not|never|neither|cannot|doubt|wrong|mistake|mistaken|false|untrue|too|refused?|"
    r"reject(?:ed)?|disagree)\b|n[’']t\b))"
    r"\W*(?:(?:but|yet|still|however),? )?(?:it|they|this|that|these|those|i|we|he|she)\b|"
    r".*(?:\b(?:not|never)|n[’']t)\W*$",
    re.IGNORECASE | re.DOTALL,
)
_SHORT = 14  # words
# How many sentences behind a view that its author held once it may be given up: "I opposed the
# bridge in 2010. … I would build it now."
_TURN_WITHIN = 4
# A sentence with so few words that the question has not only repeats it.
_REPEATED = 2
_THE_REASON = re.compile(r"\b(?:reasons?|motives?)\b", re.IGNORECASE)
# Two sentences that share this much of the shorter one's words say the same.
_REPEAT = 0.75
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NOT = re.compile(r"\b(?:not|never|no|nor|cannot)\b|n[’']t\b", re.IGNORECASE)


def choose(question: str, found: Found, near: Found) -> list[Candidate]:
    """The sentences of an answer, in the order a reader wants: the one that answers best, then
    the others as they stand in their sources; all as they stand there for an account, by the
    sources' dates for a change; [] where none has what is asked for.

    `found` is what is shown, `near` all that was found in its documents.
    """
    ranked = sorted(candidates(question, found), key=lambda candidate: -candidate.score)
    is_of_one_thing = asks_for_fact(question) or prefers_fit(question)
    if not is_of_one_thing and (listed := points(question, ranked, near)):
        return listed.sentences
    fitting = [c for c in ranked if c.fits] if prefers_fit(question) else ranked
    if not fitting or fitting[0].score < ranked[0].score - _FITTING_MARGIN:
        if must_fit(question):
            return []
        fitting = ranked
    best = fitting[0]
    elsewhere = _OTHERWISE if asks_for_change(question) else _ELSEWHERE
    chosen = _with_best(best, fitting, elsewhere)
    reasons = _reasons_behind(question, chosen, ranked) if asks_why(question) else []
    row = list(dict.fromkeys([*chosen, *_leaned_on(chosen, ranked), *reasons]))
    row = _in_order(question, best, row)
    return with_what_takes_back(row, ranked)


def with_what_takes_back(
    chosen: Sequence[Candidate], ranked: Sequence[Candidate]
) -> list[Candidate]:
    """The chosen sentences, each with what stands behind it and takes it back, where there is such:
    without that the source would be quoted for what it rejects."""
    following = _following(ranked)
    row: list[Candidate] = []
    for candidate in chosen:
        behind = list(islice(_goes_on(candidate, following), _TURN_WITHIN))
        turn = next((n for n, c in enumerate(behind, start=1) if is_said(c.text, TURNS)), 0)
        is_former = bool(turn) and is_said(candidate.text, FORMER)
        takes_back = bool(behind) and _takes_back(behind[0])
        row += [candidate, *behind[: turn if is_former else takes_back]]
    return list(dict.fromkeys(row))  # one may have been chosen for itself too


def _goes_on(
    candidate: Candidate, following: Mapping[tuple[str, int], Candidate]
) -> Iterator[Candidate]:
    """The sentences behind one in its paragraph."""
    while behind := following.get((candidate.document.id, candidate.sentence.end)):
        if are_parted(candidate, behind) or not _adjoin(candidate, behind):
            return
        yield behind
        candidate = behind


def joins(candidate: Candidate, own: float, mean: float) -> float:
    """The probability that a sentence is one of those that answer, where the best late interaction
    in the document is `own` and the best mean `mean`."""
    bias, *weights = JOINS
    values = features(candidate, own, mean)
    return 1 / (1 + math.exp(-bias - sum(w * v for w, v in zip(weights, values, strict=True))))


def features(candidate: Candidate, own: float, mean: float) -> tuple[float, ...]:
    """What `joins` reads, in the order of JOINS without the bias."""
    return (
        candidate.own - own,
        candidate.mean - mean,
        float(candidate.place == 0),
        1 / candidate.count,
        float(candidate.fits),
    )


def _with_best(best: Candidate, ranked: Sequence[Candidate], elsewhere: float) -> list[Candidate]:
    """The best sentence and what goes with it, the most probable first: what lies within reach of
    it (`_reach`), or contradicts it; none that says the same.

    Their number, up to _MOST, is the one with the highest expected F1 against the sentences that
    a person would choose: twice the hits by what is chosen here and there together.
    """
    own = max(c.own for c in ranked if c.document.id == best.document.id)
    mean = max(c.mean for c in ranked if c.document.id == best.document.id)

    def goes_with(candidate: Candidate) -> bool:
        if candidate is best or candidate.text.endswith("?"):
            return False
        below = best.score - candidate.score
        if below <= _reach(candidate, best, elsewhere):
            return True
        return below <= _OTHERWISE and _contradict(candidate, best)

    among = [(joins(c, own, mean), c) for c in ranked if goes_with(c)]
    among.sort(key=lambda one: -one[0])
    hits = joins(best, own, mean)
    wanted = hits + sum(chance for chance, _ in among)
    chosen, count, highest = [best], 1, 2 * hits / (1 + wanted)
    for chance, candidate in among:
        if len(chosen) == _MOST:
            break
        if any(_repeats(candidate, other) for other in chosen):
            continue
        chosen.append(candidate)
        hits += chance
        if (expected := 2 * hits / (len(chosen) + wanted)) > highest:
            count, highest = len(chosen), expected
    return chosen[:count]


def _in_order(question: str, best: Candidate, chosen: Sequence[Candidate]) -> list[Candidate]:
    """The chosen sentences as `choose` gives them."""
    by_date = asks_for_change(question) and all(is_dated(c.document.published) for c in chosen)
    documents = list(dict.fromkeys(c.document.id for c in chosen))

    def place(candidate: Candidate) -> tuple[str, int, int]:
        document = candidate.document
        date = document.published if by_date else ""
        return date, documents.index(document.id), candidate.sentence.start

    row = sorted(chosen, key=place)
    is_account = asks_for_account(question) and row[0].score >= best.score - _ACCOUNT
    if is_account or (by_date and len(documents) > 1):
        return row
    return [best, *(candidate for candidate in row if candidate is not best)]


def _leaned_on(chosen: Sequence[Candidate], ranked: Sequence[Candidate]) -> list[Candidate]:
    """The sentences before those that cannot be read alone ("This …", "They …")."""
    rows: dict[str, list[Candidate]] = {}
    for candidate in sorted(ranked, key=lambda c: c.sentence.start):
        rows.setdefault(candidate.document.id, []).append(candidate)
    before: list[Candidate] = []
    for candidate in chosen:
        row = rows[candidate.document.id]
        at = next(n for n, c in enumerate(row) if c.sentence == candidate.sentence)
        if at and candidate.place and _LEANS.match(candidate.text):
            other = row[at - 1]
            is_new = all(c.sentence != other.sentence for c in (*chosen, *before))
            if is_new and _adjoin(other, candidate):
                before.append(other)
    return before


def _reasons_behind(
    question: str, chosen: Sequence[Candidate], ranked: Sequence[Candidate]
) -> list[Candidate]:
    """The sentences of their paragraphs behind those that only say what is asked about, or that
    there is a reason for it: "The reason is not timidity alone."."""
    following, asked = _following(ranked), content(question)
    found: list[Candidate] = []
    for candidate in chosen:
        new = content(candidate.text, language(candidate.document)) - asked
        if len(new) <= _REPEATED or _THE_REASON.search(candidate.text):
            found += islice(_goes_on(candidate, following), 1)
    return found


def _following(ranked: Sequence[Candidate]) -> dict[tuple[str, int], Candidate]:
    """The sentence behind each, by its document and its end."""
    row = sorted(ranked, key=lambda c: (c.document.id, c.sentence.start))
    pairs = pairwise(row)
    return {
        (one.document.id, one.sentence.end): other
        for one, other in pairs
        if one.document.id == other.document.id
    }


def _takes_back(behind: Candidate) -> bool:
    """Whether a sentence takes back the one before it: a short one."""
    return len(behind.text.split()) <= _SHORT and _TAKES_BACK.match(behind.text) is not None


def _adjoin(one: Candidate, behind: Candidate) -> bool:
    """Whether nothing stands between two sentences of a document, in their order."""
    return not one.document.text[one.sentence.end : behind.sentence.start].strip()


def _reach(one: Candidate, best: Candidate, elsewhere: float) -> float:
    """How far below the best sentence another may lie: one of its paragraph, of its passage, or
    one that stands `elsewhere`."""
    if one.document.id != best.document.id:
        return elsewhere
    if not are_parted(*sorted((one, best), key=lambda candidate: candidate.sentence.start)):
        return _MARGIN
    return _BESIDE if one.passage == best.passage else elsewhere


def _repeats(one: Candidate, other: Candidate) -> bool:
    """Whether two sentences say the same."""
    return _alike(one, other) and not _differ(one.text, other.text)


def _contradict(one: Candidate, other: Candidate) -> bool:
    """Whether two sentences say nearly the same, but for a number or a "not"."""
    return _differ(one.text, other.text) and _alike(one, other)


def _alike(one: Candidate, other: Candidate) -> bool:
    """Whether two sentences share most of the shorter one's words."""
    words = [content(c.text, language(c.document)) for c in (one, other)]
    smaller = min(len(found) for found in words)
    return len(words[0] & words[1]) >= _REPEAT * smaller if smaller else one.text == other.text


def _differ(one: str, other: str) -> bool:
    """Whether one of two sentences has a "not", or each a number that the other has not."""
    left, right = set(_NUMBER.findall(one)), set(_NUMBER.findall(other))
    return bool(left - right and right - left) or bool(_NOT.search(one)) != bool(_NOT.search(other))
