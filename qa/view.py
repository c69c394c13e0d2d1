"""One generation of a library, ready to be searched, and searching it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.embedder import Embedder, load_embedder
from index.errors import LibraryMismatch, LibraryMissing
from index.library import Library
from index.mend import derived
from index.reranker import Reranker
from qa.acronyms import in_the_words_of
from qa.conversation import Turn
from qa.facets import Facets, facets
from qa.records import Hit
from qa.retrieve import Retriever, Signals, hits, reranked


@dataclass(slots=True)
class View:
    """One generation of the library, ready to be searched; `users` are reading it just now. Its
    facets and its starter questions, by how many were wanted, are kept once they were asked for."""

    library: Library
    embedder: Embedder
    generation: int
    retriever: Retriever
    reranker: Reranker | None
    users: int = 0
    facets: Facets | None = None
    starters: dict[int, list[str]] = field(default_factory=dict)


def open_view(index: Path, library: Library, reranker: Reranker | None) -> View:
    """The library as it is now. Raises as `Assistant.open`, but that the library is open."""
    model = library.meta("model")
    if model is None:
        raise LibraryMissing(
            f"the first build in {index} has not ended; run commentary index --index {index}"
        )
    embedder = load_embedder(model)
    if embedder.sha256 != library.meta("model_sha256"):
        raise LibraryMismatch(
            f"the index in {index} was made with other weights of {model}; "
            f"bring it up to date: commentary index --index {index}"
        )
    vectors, lexical = derived(library, index)
    retriever = Retriever(library, vectors, lexical, embedder)
    return View(library, embedder, lexical.generation, retriever, reranker)


def facets_of(view: View) -> Facets:
    """The facets of the library in this generation."""
    if view.facets is None:
        view.facets = facets(view.library)
    return view.facets


def searched(
    view: View,
    asked: Sequence[Turn],
    filters: Mapping[str, str],
    instead: bool = False,
) -> list[Signals]:
    """What is found for the turns of a conversation, best first, in the words of the best document;
    with `instead` for the other way to read the question."""
    ranked = view.retriever.search(asked, filters, instead)
    if not ranked:
        return ranked
    best = view.library.document_by_key(ranked[0].found.document)
    other = in_the_words_of(best.text, asked)
    if other != list(asked):
        ranked = view.retriever.search(other, filters, instead)
    return reranked(ranked, other, view.reranker) if view.reranker else ranked


def with_hits(view: View, ranked: Sequence[Signals]) -> list[tuple[Signals, Hit]]:
    """What was found, each with its hit."""
    return list(zip(ranked, hits(ranked, view.library, len(ranked)), strict=True))
