"""Questions about a work itself: who wrote it, when it was published, by whom, its title."""

import re
from collections.abc import Sequence

from index.records import AUTHOR, PUBLISHED, PUBLISHER, TITLE, Sentence
from index.terms import terms
from qa.records import Hit
from qa.words import FUNCTION_WORDS

_WORK = (
    r"(?:commentar(?:y|ies)|articles?|pieces?|reports?|papers?|documents?|texts?|essays?|"
    r"digests?|sources?|analys[ie]s|posts?|briefs?|op-eds?)"
)
_ASKED = (
    (
        AUTHOR,
        re.compile(
            r"\bwho(?:'s|’s)? (?:wrote|authored|penned)\b"
            r"|\bwho (?:is|was|are|were) the (?:authors?|writers?)\b"
            r"|\bby whom (?:is|was|were)\b.*\bwritten\b"
            r"|\bwho (?:is|was|were) .*\bwritten by\b|^\W*(?:the )?authors?\W*$"
            rf"|\bwho (?:is|are) the {_WORK}(?:'s|’s)? (?:authors?|writers?)\b"
            r"|\bwhat is the (?:name of the author|author(?:'s|’s) name)\b",
            re.IGNORECASE,
        ),
    ),
    (
        PUBLISHED,
        re.compile(
            r"\bwhen (?:was|were) .*\b(?:published|written)\b"
            r"|\bwhen (?:did|has) .{1,80} (?:say|said|write|written|publish) (?:this|that|it|so)\b"
            rf"|\bwhen did (?:this|that|the) {_WORK} (?:appear|come out)\b"
            rf"|\b(?:publication date|date of publication)\b"
            rf"|\bwhat is the date of (?:this|the) {_WORK}",
            re.IGNORECASE,
        ),
    ),
    (
        PUBLISHER,
        re.compile(
            r"\bwho published\b|\bwho (?:is|was) the publisher\b"
            r"|\bwhere (?:was|is|were) .*\bpublished\b"
            r"|\b(?:which|what) (?:[\w-]+ ){0,3}published (?:this|that|it|the)\b"
            r"|^\W*(?:the )?publisher\W*$",
            re.IGNORECASE,
        ),
    ),
    (
        TITLE,
        re.compile(
            r"\bwhat(?:'s|’s| is| was) (?:the )?(?:title|name|headline) of "
            rf"(?:this|the|that) {_WORK}"
            rf"|\bwhat(?:'s|’s| is| was) (?:this|the|that) {_WORK} called\b"
            r"|^\W*(?:the )?(?:title|headline)\W*$",
            re.IGNORECASE,
        ),
    ),
)
# "The paper that the graph was based on" may be one that a source speaks of.
_OF_ANOTHER = re.compile(rf"\b{_WORK}\b.*\b(?:that|which|whose)\b", re.IGNORECASE)
# Words of such a question that do not say which work is meant.
_PLAIN = frozenset(
    terms(
        "wrote authored penned author authors writer writers written published publisher publish "
        "appear released come date publication title headline name called work whole original "
        "think tank institute outlet organisation organization magazine journal site website "
        "commentary commentaries article articles piece pieces report reports paper papers "
        "document documents text texts essay essays digest digests source sources analysis "
        "post posts brief op ed"
    )
)
_WORKS = 3


def about_the_work(question: str, hits: Sequence[Hit]) -> list[tuple[Hit, Sentence]] | None:
    """The lines in which the works that are meant answer the question about them: [] where they do
    not say, None where the question is not about a work.

    A work is meant when the question names nothing else, or only words of its title, author,
    publisher or date, or, after "the article on", of its passage that was found.
    """
    kind = next((kind for kind, pattern in _ASKED if pattern.search(question)), None)
    if kind is None:
        return None
    named = {
        term
        for term in terms(question)
        if term not in _PLAIN and term not in FUNCTION_WORDS and len(term) > 1
    }
    meant = {hit.document.id: hit for hit in reversed(hits) if _is_meant(question, hit, named)}
    if not meant:
        return None
    lines = []
    for hit in sorted(meant.values(), key=lambda hit: -hit.score):
        mark = next((mark for mark in hit.document.marks if mark.kind == kind), None)
        if mark is not None:
            lines.append((hit, Sentence(mark.start, mark.end, kind)))
    if not lines and _OF_ANOTHER.search(question):
        return None
    return lines[:_WORKS]


def _is_meant(question: str, hit: Hit, named: set[str]) -> bool:
    document = hit.document
    about = " ".join((document.title, document.author, document.publisher, document.published))
    if re.search(rf"\b{_WORK}\b", question, re.IGNORECASE):
        about += " " + hit.text
    return named <= set(terms(about))
