"""Summaries: "Summarise Okafor's article.", "What does Mira Okafor argue?".

A summary is made of a work's own sentences: those of its abstract, or else the first ones of its
body and those that conclude it. A byline and a biography are none of them. An author's family name
is enough where one author of the library has it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from index.library import Library
from index.records import HEADING, PROSE, Document, Sentence
from qa.answer import quoting
from qa.biographies import of_authors
from qa.cite import Place
from qa.facets import Facets
from qa.names import names
from qa.records import Answer, Hit
from qa.saying import NAME, TITLE
from qa.speakers import named
from qa.topics import WORK, WORKS

_SURE, _UNSURE = 0.5, 0.05  # how sure it is that a summary is what was asked for, and a no
_WORKS_SHOWN = 3
# Sentences of one work: of its abstract, of its beginning, of its conclusion; and where several
# works are shown.
_ONE, _SEVERAL = (4, 3, 2), (2, 2, 1)

_WHO = rf"{TITLE}{NAME}"
_OWN = r"(?:['’]s|(?<=s)['’]|['’])"
_WHOSE = rf"{TITLE}{NAME}{_OWN}?"
_OF_WORK = rf"(?:\w+ ){{0,2}}?(?:{WORKS}|{WORK}|writings?|work|contribution|paper|note)"
_MAIN = r"(?:(?:main|key|central|core|principal|most important|overall|basic) )?"
_GIST = (
    r"(?:arguments?|points?|ideas?|messages?|thesis|theses|claims?|line of argument|argumentation"
    r"|reasoning|contents?)"
)
# A person, whose words are meant, or what that person wrote.
_MEANT = rf"(?:the {_OF_WORK} (?:written )?(?:by|of|from) {_WHO}|{_WHOSE} {_OF_WORK}|{_WHO})"
_BY_WORK = rf"(?: in (?:his|her|their|the|this|that) {_OF_WORK})?"
_SUM = (
    r"(?:summari[sz]e|sum up|outline|recap|condense|give (?:me |us )?(?:a|an|the) "
    r"(?:(?:short|brief|quick|concise) )?(?:summary|overview|outline|gist|synopsis|abstract) of"
    r"|(?:(?:a|an|the) )?(?:(?:short|brief|quick|concise) )?(?:summary|overview|outline|gist"
    r"|synopsis) of|tl;?dr:?)"
)
_SAY = r"(?:argue|say|claim|write|maintain|contend|assert|think|believe|discuss)"
_SO = r"(?:really |actually |mainly |essentially |basically )?"
_SHORT = (
    r"(?:,? (?:please|briefly|in short|in brief|in a nutshell|for me"
    r"|in (?:a few|one|two|three|\d) (?:words?|sentences?|lines?)))*"
)
_QUESTIONS = tuple(
    r"\W*(?:(?:and|but|so|please|now|then|ok|(?:can|could|would|will) you)\b,? )*"
    rf"(?:{pattern}){_SHORT}\W*"
    for pattern in (
        rf"(?:briefly )?{_SUM} (?:the {_MAIN}{_GIST} (?:of|by|in|from) )?{_MEANT}",
        rf"(?:briefly )?{_SUM} {_WHOSE} {_MAIN}{_GIST}",
        rf"what (?:is|are|was|were) the {_MAIN}{_GIST} (?:of|by|in|from) {_MEANT}",
        rf"what (?:is|are|was|were) {_WHOSE} {_MAIN}{_GIST}",
        rf"what (?:does|do|did) {_WHO} {_SO}{_SAY}{_BY_WORK}",
        rf"what (?:does|do|did) (?:the {_OF_WORK} by {_WHO}|{_WHOSE} {_OF_WORK}) {_SO}{_SAY}",
        rf"what (?:is|was) (?:the {_OF_WORK} (?:by|of|from) {_WHO}|{_WHOSE} {_OF_WORK}) about",
    )
)
_ANYBODY = r"\w[\w.,'’& -]{0,100}?"
# First letters of words, but of "the" and of what follows it: "the berg" is nobody.
_STARTS = re.compile(r"(?<![\w'’])(?<!the )[^\W\d_](?!he )", re.IGNORECASE)
_JOINED = re.compile(rf"(?:,|,? (?:and|&)) {TITLE}", re.IGNORECASE)
_NUMBER = re.compile(r"^(?:(?:\d+|[IVX]+)[.):]?)+\s+|\W+$")
_ABSTRACT = re.compile(
    r"(?:executive |short )?(?:abstract|summary)"
    r"|(?:key|main) (?:points|findings|messages|takeaways)"
    r"|(?:in brief|at a glance|tl;?dr|synopsis|zusammenfassung|résumé|resumen|riassunto"
    r"|samenvatting|resumo)",
    re.IGNORECASE,
)
_CONCLUSION = re.compile(
    r"(?:(?:summary|discussion) and )?(?:conclusions?|concluding (?:remarks|thoughts|comments))"
    r"(?: and (?:outlook|recommendations|discussion))?|(?:final|closing) (?:remarks|thoughts)"
    r"|in conclusion|fazit|schluss|conclusión|conclusiones|conclusioni|conclusie|conclusão",
    re.IGNORECASE,
)
_CONCLUDES = re.compile(
    r"(?:in (?:conclusion|sum|summary|short)|to (?:conclude|sum up|summari[sz]e)"
    r"|summing up|all in all|i conclude|we conclude)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?…。！？؟।][\"”’')\]»]*\Z")


@dataclass(frozen=True, slots=True)
class Summary:
    """The sentences that sum works up, and what was asked for with them, for the reader's eyes."""

    places: tuple[Place, ...]
    meant: str


def summarised(question: str, present: Callable[[], Facets]) -> tuple[str, tuple[str, ...]] | None:
    """The author whose works a question wants summed up, as the filter of authors takes it, and
    all who may be meant by that name; None where a question wants anything more or else."""
    question = " ".join(question.split())
    if not any(gate.fullmatch(question) for gate in _patterns(_ANYBODY)):
        return None
    authors = [author for author, _ in present().authors]
    if question.islower():  # typed in haste, and a family name is told by its capital
        question = _STARTS.sub(lambda letter: letter[0].upper(), question)
    found = list(named(question, authors))
    between = [question[one[1] : two[0]] for one, two in pairwise(found)]
    if not found or not all(map(_JOINED.fullmatch, between)):
        return None
    start, end = found[0][0], found[-1][1]
    name = found[0][2] if len(found) == 1 else _together([name for *_, name in found], authors)
    put = f"{question[:start]}{NAME}{question[end:]}"
    if not name:
        return None
    if not any(pattern.fullmatch(put) for pattern in _patterns()):
        return None
    return name, _called(question[start:end], name, authors) if len(found) == 1 else ()


@cache
def _patterns(name: str = NAME) -> tuple[re.Pattern[str], ...]:
    """How a question asks for a summary of what somebody wrote, of that name or, by _ANYBODY, of
    whatever may be one, so that few questions need to look at the authors. Compiling them takes
    longer than a question: they are made when they are first needed."""
    return tuple(re.compile(one.replace(NAME, name), re.IGNORECASE) for one in _QUESTIONS)


def summing_up(
    question: str,
    asked: tuple[str, tuple[str, ...]],
    library: Library,
    filters: Mapping[str, str],
    hits: Sequence[Hit],
) -> Answer | None:
    """The answer to a question for a summary; None where there is nothing to sum up. `filters` are
    those of the author's works, `hits` the nearest passages."""
    name, people = asked
    if len(people) > 1:
        said = f"Several authors are called {name}: {', '.join(people)}. Ask for one of them."
        return Answer(question, False, _UNSURE, said, (), tuple(hits), "none")
    summary = summary_of(library, f"documents by {name}", filters)
    return None if summary is None else answer_with(summary, question, hits)


def answer_with(summary: Summary, question: str, hits: Sequence[Hit]) -> Answer:
    """The answer that a summary is; `hits` are the nearest passages."""
    return quoting(question, _SURE, summary.places, tuple(hits), summary.meant)


def summary_of(library: Library, works: str, filters: Mapping[str, str]) -> Summary | None:
    """The summary of the works that pass these filters, the last ones first; None where they
    have no text. `works` says which they are."""
    keys = [key for key, *_ in library.by_date(filters)][: -_WORKS_SHOWN - 1 : -1]
    documents = dict(library.documents_by_key(keys))
    places: list[Place] = []
    begins = concludes = False
    for key in keys:
        passages = sorted(library.passages_of(key), key=lambda found: found.passage.start)
        sentences = [one for found in passages for one in found.passage.sentences]
        most = _ONE if len(keys) == 1 else _SEVERAL
        abstract, opening, conclusion = _parts(documents[key], sentences, most)
        chosen = abstract or [*opening, *(one for one in conclusion if one not in opening)]
        begins |= not abstract
        concludes |= len(chosen) > len(abstract or opening)
        places += [(documents[key], one.start, one.end) for one in chosen]
    if not places:
        return None
    how = "begin" + (" and conclude" if concludes else "") if begins else "sum themselves up"
    return Summary(tuple(places), f"How do the {works} {how}?")


def _parts(
    document: Document, sentences: Sequence[Sentence], most: tuple[int, int, int]
) -> tuple[list[Sentence], list[Sentence], list[Sentence]]:
    """The first sentences of a work's abstract, of its body and of its conclusion, each [] where
    there is none."""
    lives = of_authors(document)
    abstract: list[Sentence] = []
    body: list[Sentence] = []
    conclusion: list[Sentence] = []
    section = body
    for one in sentences:
        text = document.text[one.start : one.end]
        if one.kind == HEADING:
            section = _section(text, abstract, body, conclusion)
            continue
        is_life = any(first <= one.start < last for first, last in lives)
        if one.kind == PROSE and _ENDS.search(text) and not is_life:
            section.append(one)
    if not conclusion:
        conclusion = list(_concluding(document, body))
    return abstract[: most[0]], body[: most[1]], conclusion[: most[2]]


def _section(
    heading: str, abstract: list[Sentence], body: list[Sentence], conclusion: list[Sentence]
) -> list[Sentence]:
    """Which of these the sentences under a heading belong to."""
    plain = _NUMBER.sub("", heading.strip())
    if _ABSTRACT.fullmatch(plain):
        return abstract
    return conclusion if _CONCLUSION.fullmatch(plain) else body


def _concluding(document: Document, body: Sequence[Sentence]) -> Iterator[Sentence]:
    """What concludes a body without such a heading: from the last sentence of its second half
    that says so."""
    half = range(len(body) - 1, len(body) // 2, -1)
    at = next((n for n in half if _CONCLUDES.match(document.text, body[n].start)), None)
    yield from [] if at is None else body[at:]


def _together(each: Sequence[str], authors: Sequence[str]) -> str:
    """The line that names these authors together, or ""."""
    return next(
        (line for line in authors if all(name.casefold() in line.casefold() for name in each)), ""
    )


def _called(said: str, name: str, authors: Sequence[str]) -> tuple[str, ...]:
    """The people that may be meant by a name, where the filter of authors takes several."""
    family = said.split()[-1].casefold()
    people = {
        f"{one.get('given', '')} {one['family']}".strip()
        for author in authors
        if name.casefold() in author.casefold()
        for one in names(author)
        if one.get("family", "").casefold().split()[-1:] == [family]
    }
    full = {one for one in people if len(one.split()[0].rstrip(".")) > 1}
    return tuple(sorted(full)) if " " not in said and len(full) > 1 else ()
