"""The points of an account (see `qa.runs`), for a question that they answer as a whole."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from index.terms import terms
from qa.candidates import IS_QUESTION, Candidate, Found, candidates
from qa.names import names
from qa.proposals import Wanted, as_many, proposals, recommendations_wanted
from qa.runs import ORDINAL, Run, how_many, runs
from qa.words import FUNCTION_WORDS, NUMBERS, ORDINALS, content

_POINTS = re.compile(
    r"\b(?:list|reasons?|steps|elements|recommendations?|points|arguments|ways|measures)\b",
    re.IGNORECASE,
)
# A word that may be a plural.
_PLURAL = re.compile(r"\b[a-z]{3,}s\b(?![’'])")
# Words of a question that say only that points are asked for ("the lessons that were drawn"), and
# of what work.
_ASKING = frozenset(
    terms(
        f"{' '.join((*ORDINALS, *NUMBERS))} list all every name number main key "
        "most important central point author writer commentary article text report document paper "
        "essay digest summarize outline "
        "draw drawn drew learn learned learnt give given gave make made offer offered cite cited "
        "mention mentioned state stated present presented identify identified listed named"
    )
)
_BINDING = frozenset(terms(" ".join(FUNCTION_WORDS)))
# What the author does with them, but for what takes them away; and that it is the author who is
# asked, so that the documents are the author's own.
_DOES = re.compile(
    r"\A\W*(?:(?:and|but|so) )?(?:what|which)\b.*\b(?:do|does|did|has|have) "
    r"(?:one|it|they|the authors?|the (?:article|report|text|paper)) "
    r"(?!reject|ignore|oppose|dismiss|refuse|drop|forget|omit)(\w+)",
    re.IGNORECASE,
)
_BY_AUTHOR = re.compile(r"\bthe authors?(?:['’]s?)?\b", re.IGNORECASE)
# What is asked for: "What three conditions …", "What are the author's conditions …".
_HEAD = re.compile(
    r"\A\W*(?:(?:what|which)(?: (?:is|are|was|were))? |list |name |give |summari[sz]e )?(?:all )?"
    r"(?:the )?(?:authors?['’]s? )?((?:[\w-]+ ){0,2}[\w-]+)",
    re.IGNORECASE,
)
_THING = frozenset(terms("things"))
_NAME = re.compile(r"(?<=\w )[A-Z][\w’'-]+")


@dataclass(frozen=True, slots=True)
class Points:
    """The sentences of an account's points, in order, and whether the question asks for nothing
    else, so that they answer it whatever else it has in common with the text."""

    sentences: list[Candidate]
    is_all: bool = False


def points(question: str, ranked: Sequence[Candidate], near: Found) -> Points | None:
    """The points that the question asks for by their name ("the lessons", "the third reason"),
    that the best sentence leads up to, with that sentence, or that it is one of where it or the
    question speaks of points; None where there are none.

    `ranked` are the sentences that may answer, `near` all that was found in their documents.
    """
    best = max(ranked, key=lambda c: c.score - IS_QUESTION * c.text.endswith("?"), default=None)
    if best is None:
        return None
    row = _row(question, near, best.document.id)
    here = runs(row)
    asked, rest = _asked_for(question), content(question) - _ASKING - _BINDING - _done(question)
    wanted = recommendations_wanted(question)
    if wanted and (found := _recommended(question, wanted, near, is_counted=True)):
        return Points(found, True)
    for run in _fitting(question, asked, here):
        named = asked & _name(run) or asked
        is_head = bool(named & _head(question))
        if _stand(question, rest - _name(run), run, row if is_head else ()):
            is_all = rest <= _name(run) or (is_head and bool(_BY_AUTHOR.search(question)))
            return Points(_of_number(question, named, run), is_all)
    if wanted and (found := _recommended(question, wanted, near)):
        return Points(found, wanted.is_own)
    if found := _of_that_number(question, rest, near):
        return Points(found, True)
    if asked and rest <= asked:  # nothing says in which document they are
        for id in dict.fromkeys(hit.document.id for _, hit in near):
            for run in _fitting(question, asked, runs(_row(question, near, id))):
                if rest <= _name(run):
                    return Points(_of_number(question, rest, run), True)
    at = next(n for n, candidate in enumerate(row) if candidate.sentence == best.sentence)
    for run in here:
        if len(run.points) == 1:
            continue
        if at in run.leads:
            is_there = run.lead is not None and run.lead.sentence == best.sentence
            lead = [] if best.text.endswith("?") or is_there else [best]
            return Points([*lead, *run.sentences])
        is_one = any(candidate.sentence == best.sentence for candidate in run.sentences)
        says_what = run.lead and run.name & content(run.lead.text)  # not "I draw four."
        if is_one and (says_what or _POINTS.search(f"{question} {best.text}")):
            return Points(run.sentences)
    return None


def are_all_asked_for(question: str, found: Found, near: Found) -> bool:
    """Whether a question asks for points that are there, and for nothing else: they answer it,
    however little else it has in common with the text."""
    listed = points(question, candidates(question, found), near)
    return listed is not None and listed.is_all


def _row(question: str, near: Found, document: str) -> list[Candidate]:
    """What was found of a document, in its order."""
    row = candidates(question, [one for one in near if one[1].document.id == document])
    return sorted(row, key=lambda candidate: candidate.sentence.start)


def _of_number(question: str, named: frozenset[str], run: Run) -> list[Candidate]:
    """The sentences of the point that the question asks for by its number, or of all."""
    match = ORDINAL.search(question)
    if match and named & content(" ".join(question[match.end() :].split()[:1])):
        number = ORDINALS.index(match[1].lower())
        if number < len(run.points):
            return run.points[number]
    return run.sentences


def _asked_for(question: str) -> frozenset[str]:
    """The terms of what may be points: of its words in the plural, and behind an ordinal."""
    numbered = (question[match.end() :].split()[:1] for match in ORDINAL.finditer(question))
    return (
        content(" ".join([*_PLURAL.findall(question), *chain.from_iterable(numbered)])) - _BINDING
    )


def _head(question: str) -> frozenset[str]:
    """The terms of the first noun that a question asks for."""
    match = _HEAD.match(question)
    return content(match[1]) if match else frozenset()


def _done(question: str) -> frozenset[str]:
    """The terms of what an author does with points: "What conditions does the author set?"."""
    match = _DOES.search(question)
    return content(match[1]) if match else frozenset()


def _name(run: Run) -> frozenset[str]:
    """The terms of what points are: by what counts or announces them, and by their heading."""
    return run.name | content(run.heading)


def _fitting(question: str, asked: frozenset[str], here: Sequence[Run]) -> list[Run]:
    """The points that a question asks for by their name (or, where nothing else is asked for
    first, by their heading), those of the number that it gives first; or those that are only
    numbered, where the title names them."""
    number = how_many(question)
    many = number[0] if number else 0
    head = asked & _head(question)
    named = [run for run in here if asked & run.name or head & _name(run)]
    named.sort(key=lambda run: (many not in (0, run.number), not asked & run.name, -run.number))
    if named:
        return named
    return [
        run
        for run in here
        if not run.name and head & _title(run) and (run.number == many or (not many and run.leads))
    ]


def _of_that_number(question: str, rest: frozenset[str], near: Found) -> list[Candidate]:
    """The points of any document that are as many as the question says, of that name or of none,
    where all else that it asks for stands there: "The port has three things: …"."""
    number = how_many(question)
    for id in dict.fromkeys(hit.document.id for _, hit in near if number):
        for run in runs(_row(question, near, id)):
            what = content(number[1]) if number else frozenset()
            is_such = bool(run.name & what) or run.name == _THING
            said = content(" ".join(one.text for one in run.sentences))
            if number and run.number == number[0] and is_such and frozenset() < rest - what <= said:
                return run.sentences
    return []


def _title(run: Run) -> frozenset[str]:
    return content(run.points[0][0].document.title)


def _recommended(
    question: str, wanted: Wanted, near: Found, is_counted: bool = False
) -> list[Candidate]:
    """What the best document recommends, and what others by its authors do; with `is_counted` the
    recommendations that are as many as the question says."""
    found: list[Candidate] = []
    authors: frozenset[str] = frozenset()
    for id in dict.fromkeys(hit.document.id for _, hit in near):
        row = _row(question, near, id)
        if not row or (found and not authors & _authors(row[0])):
            continue
        if is_counted:
            these = as_many(row, wanted)
            if these:
                return these
        elif these := proposals(row, wanted.topic):
            found += these
            authors = authors or _authors(row[0])
    return found


def _authors(candidate: Candidate) -> frozenset[str]:
    people = names(candidate.document.author)
    return frozenset(f"{one.get('family', '')} {one.get('literal', '')}" for one in people)


def _stand(question: str, others: frozenset[str], run: Run, row: Sequence[Candidate]) -> bool:
    """Whether what else a question names stands in the points, or says what work they are of; or,
    where the points are what is asked for, in the `row` of their document: what is no name, and
    its names too if the points are asked for as the author's own."""
    document = run.points[0][0].document
    texts = [document.title, document.author, document.publisher]
    said = content(" ".join([*texts, *(sentence.text for sentence in run.sentences)]))
    around = content(" ".join(one.text for one in row))
    if not _BY_AUTHOR.search(question):
        around -= content(" ".join(_NAME.findall(question)))
    return others <= said | around
