"""Passages by their words: BM25 with tantivy, derived from the library.

The only importer of tantivy. Words are lowercased and stemmed (English); the passage and its
context (title, heading, author, publisher) are two fields.
"""

import json
import math
import shutil
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import tantivy

from index.derived import Stamp, claimed, drop_stamp, read_stamp, write_stamp, written
from index.errors import LibraryError
from index.library import Library

FOLDER = "lexical"
_MEMORY = 64_000_000  # bytes of the writer's buffer
_ENGLISH = "en_stem"
# How much a word in the title or heading counts against one in the passage.
_CONTEXT_WEIGHT = 0.3
_DEAD = 0.1


class Lexical:
    """The words of all passages, by the passage's key."""

    def __init__(self, index: tantivy.Index, generation: int) -> None:
        self._index = index
        self._searcher = index.searcher()
        self.generation = generation

    @classmethod
    def create(cls, folder: Path | None) -> "Lexical":
        """An empty one in `folder`, in place of what is there, or in memory."""
        if folder is None:
            return cls(tantivy.Index(_schema()), 0)
        path = folder / FOLDER
        drop_stamp(path)
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(exist_ok=True)  # a reader that opened it just then left its lock
        return cls(tantivy.Index(_schema(), path=str(path), reuse=False), 0)

    @classmethod
    def load(cls, folder: Path, generation: int | None = None) -> "Lexical | None":
        """What is on disk, of this or of whatever generation; None when there is nothing to
        trust."""
        stamp = read_stamp(folder / FOLDER, generation)
        if stamp is None:
            return None
        try:
            return cls(tantivy.Index.open(str(folder / FOLDER)), stamp.generation)
        except (ValueError, OSError):
            return None

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def follow(self, library: Library, folder: Path | None) -> None:
        """Bring this up to the library's state; `folder` is where it lies. What changed is asked
        of the library, or, where it does not know, found by comparing keys.

        tantivy counts what was deleted among the passages that a word is rare in until it is
        merged away: where that is more than a share of _DEAD, all is written anew. Raises
        LibraryError when it cannot be written.
        """
        stamp = claimed(folder / FOLDER) if folder else None
        new, gone = self._changes(library, stamp)
        count = library.counts().passages
        if folder is not None:
            drop_stamp(folder / FOLDER)
        if gone or new:
            if folder is not None and len(gone) + self._dead(folder) > _DEAD * count:
                self._index = Lexical.create(folder)._index
                gone, new = [], library.passage_keys()
            try:
                self._change(gone, library.texts(new))
            except (ValueError, OSError) as error:
                where = folder / FOLDER if folder else "the memory's index of words"
                raise LibraryError(f"{where} cannot be written: {error}") from error
        self.generation = library.generation
        if folder is not None:
            last = max([stamp.last if stamp else 0, *new[-1:]])
            files = written(folder / FOLDER, stamp.files if stamp else None)
            write_stamp(folder / FOLDER, Stamp(self.generation, count, last, files))

    def _changes(self, library: Library, stamp: Stamp | None) -> tuple[list[int], list[int]]:
        """Keys of the passages to add and to remove, ascending."""
        changes = library.changes(self.generation, stamp.last) if stamp else None
        if stamp and changes:
            new, gone = changes
            if stamp.count + len(new) - len(gone) == library.counts().passages:
                return new, gone
        wanted = np.array(library.passage_keys(), dtype=np.int64)
        held = np.array(self.keys(), dtype=np.int64)
        return np.setdiff1d(wanted, held).tolist(), np.setdiff1d(held, wanted).tolist()

    def _dead(self, folder: Path) -> int:
        """How many deleted passages are still counted."""
        meta = json.loads((folder / FOLDER / "meta.json").read_text(encoding="utf-8"))
        deletes = [segment.get("deletes") or {} for segment in meta["segments"]]
        return sum(int(found.get("num_deleted_docs", 0)) for found in deletes)

    def _change(self, gone: Sequence[int], new: Iterable[tuple[int, str, str]]) -> None:
        writer = self._index.writer(_MEMORY, 1)
        if gone:
            writer.delete_documents_by_query(_one_of(gone))
        for key, text, context in new:
            writer.add_document(tantivy.Document(key=key, text=text, context=context))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(
        self, weights: Mapping[str, float], k: int, among: Sequence[int] | None = None
    ) -> dict[int, float]:
        """The `k` best passages by BM25 and their scores (>= 0), best first.

        `weights` maps terms (see `terms`) to how much each counts; `among` restricts the search
        to these passages.
        """
        queries = [
            tantivy.Query.boost_query(
                tantivy.Query.term_query(_schema(), field, term, "freq"), weight * factor
            )
            for term, weight in weights.items()
            for field, factor in (("text", 1.0), ("context", _CONTEXT_WEIGHT))
        ]
        if not queries or not len(self):
            return {}
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in queries])
        if among is not None:
            allowed = tantivy.Query.boost_query(_one_of(among), 0.0)
            query = tantivy.Query.boolean_query(
                [(tantivy.Occur.Must, query), (tantivy.Occur.Must, allowed)]
            )
        hits = self._searcher.search(query, k, count=False).hits
        keys = self._searcher.fast_field_values("key", [address for _, address in hits])
        return {
            int(key or 0): float(score or 0) for key, (score, _) in zip(keys, hits, strict=True)
        }

    def containing(self, groups: Iterable[Iterable[str]], field: str = "text") -> list[int]:
        """Keys of all passages that have, in their text (or their "context"), a term of each
        group."""
        query = tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, _any_of(field, group)) for group in groups]
        )
        return self._keys(tantivy.Query.const_score_query(query, 1.0))

    def rarity(self, terms: Iterable[str]) -> dict[str, float]:
        """Each term's inverse document frequency as in BM25 (Robertson and Zaragoza 2009, eq. 3.3,
        plus one inside the logarithm so that it stays above 0)."""
        count = len(self)
        found = {term: self._searcher.doc_freq("text", term) for term in terms}
        return {term: math.log(1 + (count - n + 0.5) / (n + 0.5)) for term, n in found.items()}

    def keys(self) -> list[int]:
        """Keys of all passages."""
        return self._keys(tantivy.Query.all_query())

    def _keys(self, query: tantivy.Query) -> list[int]:
        """Keys of all passages that a query finds."""
        count = len(self)
        if not count:
            return []
        hits = self._searcher.search(query, count, count=False).hits
        addresses = [address for _, address in hits]
        return [int(key or 0) for key in self._searcher.fast_field_values("key", addresses)]


def terms(text: str) -> list[str]:
    """A text's words as they are indexed: lowercased, stemmed, in order."""
    return _analyzer().analyze(text)


def head(term: str) -> str:
    """What every word that is indexed as this term begins with, lowercased. The stemmer cuts off
    endings and changes no more than two letters before them ("dying" is "die")."""
    return term[: max(1, len(term) - 2)]


def _any_of(field: str, terms: Iterable[str]) -> tantivy.Query:
    queries = [tantivy.Query.term_query(_schema(), field, term, "freq") for term in terms]
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _one_of(keys: Sequence[int]) -> tantivy.Query:
    return tantivy.Query.term_set_query(_schema(), "key", list(keys))


@cache
def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("key", indexed=True, fast=True)
    for field in ("text", "context"):
        builder.add_text_field(field, tokenizer_name=_ENGLISH, index_option="freq")
    return builder.build()


@cache
def _analyzer() -> tantivy.TextAnalyzer:
    """What tantivy does under the name of _ENGLISH, for questions."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(40))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )
