"""Passages by their words: BM25 with tantivy, derived from the library.

Each passage is indexed by the terms of its document's language (`index.terms`); the passage and its
context (title, heading, author, publisher) are two fields, the language is a third. With
`index.terms` the only importer of tantivy.
"""

import json
import math
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

import numpy as np
import tantivy

from index.derived import Stamp, claimed, drop_stamp, move_stamp, read_stamp, write_stamp, written
from index.errors import LibraryError
from index.languages import ENGLISH, NAMES
from index.library import Library
from index.library.database import chunks
from index.terms import terms

FOLDER = "lexical"
_MEMORY = 64_000_000  # bytes of the writer's buffer
# Counted up when passages are indexed in another way: what is of another form is made anew.
FORM = 2
# How much a word in the title or heading counts against one in the passage.
_CONTEXT_WEIGHT = 0.3
_DEAD = 0.1  # of the passages: the most that may be counted although they were deleted
_ASIDE = "lexical.next"


class Lexical:
    """The words of all passages, by the passage's key.

    `spoken` has the languages of the passages, codes of `index.languages`, English first: for each
    how many passages are in it, and the key of one.
    """

    def __init__(
        self,
        index: tantivy.Index,
        generation: int = 0,
        spoken: Mapping[str, Sequence[int]] | None = None,
    ) -> None:
        self._index = index
        self._searcher = index.searcher()
        self.generation = generation
        self.spoken = spoken or {}

    @classmethod
    def create(cls, folder: Path | None) -> "Lexical":
        """An empty one in `folder`, in place of what is there, or in memory."""
        if folder is None:
            return cls(tantivy.Index(_schema()))
        path = folder / FOLDER
        drop_stamp(path)
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(exist_ok=True)  # a reader that opened it just then left its lock
        return cls(tantivy.Index(_schema(), path=str(path), reuse=False))

    @classmethod
    def load(cls, folder: Path, generation: int | None = None) -> "Lexical | None":
        """What is on disk, of this or of whatever generation; None when there is nothing to
        trust."""
        stamp = read_stamp(folder / FOLDER, generation)
        if stamp is None or stamp.form != FORM:
            return None
        try:
            index = tantivy.Index.open(str(folder / FOLDER))
            return cls(index, stamp.generation, stamp.languages)
        except (ValueError, OSError):
            return None

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the passages; English where there is none."""
        return tuple(self.spoken) or (ENGLISH,)

    def follow(self, library: Library, folder: Path | None) -> None:
        """Bring this up to the library's state; `folder` is where it lies. What changed is asked
        of the library, or, where it does not know, found by comparing keys.

        Raises LibraryError when it cannot be written.
        """
        stamp = claimed(folder / FOLDER) if folder else None
        new, gone = self._changes(library, stamp)
        count = library.counts().passages
        if folder is not None:
            drop_stamp(folder / FOLDER)
        if gone or new:
            try:
                self._change(gone, _passages(library, new))
            except (ValueError, OSError) as error:
                where = folder / FOLDER if folder else "the memory's index of words"
                raise LibraryError(f"{where} cannot be written: {error}") from error
        self.generation = library.generation
        if folder is not None:
            last = max([stamp.last if stamp else 0, *new[-1:]])
            files = written(folder / FOLDER, stamp.files if stamp else None)
            stamp = Stamp(self.generation, count, last, files, form=FORM, languages=self.spoken)
            write_stamp(folder / FOLDER, stamp)

    @classmethod
    def sweep(cls, library: Library, folder: Path) -> None:
        """Write all words anew where too many deleted passages are among them: tantivy counts
        these for how rare a word is until it merges them away.

        They are written beside what is there, which answers meanwhile, and take its place at once.
        The lock is held. Where it cannot be done, what is there stays, or is made again.
        """
        aside = folder / _ASIDE
        shutil.rmtree(aside, ignore_errors=True)
        with suppress(OSError, ValueError, KeyError, LibraryError):
            if _dead(folder / FOLDER) <= _DEAD * library.counts().passages:
                return
            aside.mkdir()
            cls.create(aside).follow(library, aside)
            drop_stamp(folder / FOLDER)
            shutil.rmtree(folder / FOLDER)
            (aside / FOLDER).rename(folder / FOLDER)
            move_stamp(aside / FOLDER, folder / FOLDER)
        shutil.rmtree(aside, ignore_errors=True)

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

    def _change(self, gone: Sequence[int], new: Iterable[tantivy.Document]) -> None:
        writer = self._index.writer(_MEMORY, 1)
        if gone:
            writer.delete_documents_by_query(_one_of(gone))
        for passage in new:
            writer.add_document(passage)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()
        self.spoken = self._count_languages()

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
        found = self._searcher.search(query, k, count=False)
        scores = [float(score or 0) for score, _ in found.hits]
        return dict(zip(self._keys_of(found), scores, strict=True))

    def containing(self, groups: Iterable[Iterable[str]], field: str = "text") -> list[int]:
        """Keys of all passages that have, in their text (or their "context"), a term of each
        group."""
        query = tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, _any_of(field, group)) for group in groups]
        )
        return self._keys(tantivy.Query.const_score_query(query, 1.0))

    def rarity(self, forms: Iterable[str]) -> float:
        """The inverse document frequency, as in BM25 (Robertson and Zaragoza 2009, eq. 3.3, plus
        one inside the logarithm so that it stays above 0), of a word with these terms; a passage
        has mostly one of them, that of its language."""
        count = len(self)
        n = min(count, sum(self._searcher.doc_freq("text", form) for form in forms))
        return math.log(1 + (count - n + 0.5) / (n + 0.5))

    def count(self, forms: Iterable[str]) -> int:
        """In how many passages a word with these terms stands, or in what is known of them."""
        fields = ("text", "context")
        return sum(self._searcher.doc_freq(field, form) for form in forms for field in fields)

    def beginning(self, prefix: str) -> list[tuple[str, int]]:
        """The terms of the passages that begin so, each with how many have it, most first."""
        return [
            (term, int(count)) for term, count in self._searcher.terms_with_prefix("text", prefix)
        ]

    def _count_languages(self) -> dict[str, Sequence[int]]:
        found: dict[str, Sequence[int]] = {}
        for code in sorted(NAMES, key=lambda code: code != ENGLISH):
            if self._searcher.doc_freq("language", code):  # counts what was deleted too
                hits = self._searcher.search(_in_language(code), 1)
                count: int = hits.count  # type: ignore[attr-defined]  # its stub forgets it
                if count:
                    found[code] = (count, *self._keys_of(hits))
        return found

    def keys(self) -> list[int]:
        """Keys of all passages."""
        return self._keys(tantivy.Query.all_query())

    def _keys(self, query: tantivy.Query) -> list[int]:
        """Keys of all passages that a query finds."""
        count = len(self)
        return self._keys_of(self._searcher.search(query, count, count=False)) if count else []

    def _keys_of(self, found: tantivy.SearchResult) -> list[int]:
        addresses = [address for _, address in found.hits]
        return [int(key or 0) for key in self._searcher.fast_field_values("key", addresses)]


def _dead(path: Path) -> int:
    """How many deleted passages are still counted."""
    meta = json.loads((path / "meta.json").read_text(encoding="utf-8"))
    deletes = [segment.get("deletes") or {} for segment in meta["segments"]]
    return sum(int(found.get("num_deleted_docs", 0)) for found in deletes)


def _passages(library: Library, keys: Sequence[int]) -> Iterator[tantivy.Document]:
    """What is indexed of these passages."""
    for some in chunks(keys):
        languages = library.languages(some)
        for key, text, context in library.texts(some):
            code = languages[key]
            fields = {
                "text": " ".join(terms(text, code)),
                "context": " ".join(terms(context, code)),
            }
            yield tantivy.Document(key=key, language=code, **fields)


def _any_of(field: str, terms: Iterable[str]) -> tantivy.Query:
    queries = [tantivy.Query.term_query(_schema(), field, term, "freq") for term in terms]
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _in_language(language: str) -> tantivy.Query:
    query = tantivy.Query.term_query(_schema(), "language", language, "basic")
    return tantivy.Query.const_score_query(query, 1.0)


def _one_of(keys: Sequence[int]) -> tantivy.Query:
    return tantivy.Query.term_set_query(_schema(), "key", list(keys))


@cache
def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("key", indexed=True, fast=True)
    builder.add_text_field("language", tokenizer_name="raw", index_option="basic")
    for field in ("text", "context"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()
