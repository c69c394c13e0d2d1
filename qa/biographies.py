"""What a work says of its author, which answers who that is and nothing that the author says."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from index.biography import biographies
from index.library import Library
from index.records import FURNITURE, METADATA, Document, Sentence
from index.terms import terms
from qa.facets import Facets
from qa.records import Hit
from qa.retrieve import Signals
from qa.saying import TITLE
from qa.speakers import bare, family_of, named

_LOOKED = 5  # works of an author that are looked through
_WHO_IS = re.compile(
    rf"\A\W*(?:and |so )?who(?: is|['’]s| was) {TITLE}(?P<name>[\w.'’ -]+?)\W*\Z", re.IGNORECASE
)
_GOES_ON = re.compile(r"\W*(?:he|she|they|his|her|their)\b", re.IGNORECASE)
_HEAD = 2_000  # characters in which the front matter and the credits stand


def of_authors(document: Document) -> list[tuple[int, int]]:
    """Where the biographies of a document's authors stand."""
    if not document.author:
        return []
    head = [m.end for m in document.marks if m.kind in METADATA and m.start < _HEAD]
    return biographies(document.text, document.author, max(head, default=0))


def without(found: Sequence[tuple[Signals, Hit]]) -> list[tuple[Signals, Hit]]:
    """What was found, where no sentence of a biography can answer."""
    lives = {hit.document.id: of_authors(hit.document) for _, hit in found}
    return [(signals, _but(hit, lives[hit.document.id])) for signals, hit in found]


def introduced(
    question: str,
    present: Callable[[], Facets],
    library: Library,
    filters: Mapping[str, str],
) -> list[tuple[Document, int, int]]:
    """The sentences with which the latest of an author's documents that does so introduces its
    author, of those that pass the filters, where that is asked ("Who is Mira Okafor?"); [] for any
    other question."""
    asked = _WHO_IS.match(" ".join(question.split()))
    if not asked:
        return []
    whole = asked["name"]
    found = list(named(whole, [author for author, _ in present().authors]))
    if len(found) != 1 or (found[0][0], found[0][1]) != (0, len(whole)):
        return []
    name = found[0][2]
    keys = [key for key, *_ in library.by_date({**filters, "author": name})][: -_LOOKED - 1 : -1]
    documents = dict(library.documents_by_key(keys))
    family = set(terms(bare(family_of(whole, name))))
    for key in keys:
        passages = sorted(library.passages_of(key), key=lambda one: one.passage.start)
        every = [one for found in passages for one in found.passage.sentences]
        places = list(_about(family, documents[key], every))
        if places:
            return places
    return []


def _about(
    family: set[str], document: Document, sentences: Sequence[Sentence]
) -> Iterator[tuple[Document, int, int]]:
    """The sentences of a document's biographies on the author of this family name."""
    for first, last in of_authors(document):
        is_meant = False
        for one in sentences:
            if first <= one.start < last:
                text = document.text[one.start : one.end]
                is_meant = family <= set(terms(bare(text))) or (
                    is_meant and bool(_GOES_ON.match(text))
                )
                if is_meant:
                    yield document, one.start, one.end


def _but(hit: Hit, lives: Sequence[tuple[int, int]]) -> Hit:
    if not any(first < hit.passage.end and hit.passage.start < last for first, last in lives):
        return hit
    sentences = tuple(
        Sentence(one.start, one.end, FURNITURE)
        if any(first <= one.start < last for first, last in lives)
        else one
        for one in hit.passage.sentences
    )
    return replace(hit, passage=replace(hit.passage, sentences=sentences))
