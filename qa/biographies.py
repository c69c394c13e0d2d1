"""What a work says of its author, which answers who that is and nothing that the author says."""

from collections.abc import Sequence
from dataclasses import replace

from index.biography import biographies
from index.records import FURNITURE, METADATA, Document, Sentence
from qa.records import Hit
from qa.retrieve import Signals

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
