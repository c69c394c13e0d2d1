"""A question -> ranked passages.

Dense search (faiss) and BM25 (tantivy) find candidates over the same passages; their scores, not
their ranks, are added, and the best of them are read again by late interaction (`qa.late`). What
each signal counts was learned by `python -m benchmarks.ranking`, once for questions that stand
alone and once for follow-ups; nothing in it knows a question's words.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.embedder import Embedder, Query
from index.errors import QuestionError
from index.lexical import Lexical
from index.library import Library
from index.library.rows import Found
from index.reranker import Reranker
from index.vectors import Vectors
from qa.conversation import Turn
from qa.follow_up import Reading, read
from qa.late import Asked, Floats, Word, asked_of, content_terms, interact
from qa.records import Hit

_POOL = 100  # candidates from each search
_LATE = 40  # of these, how many are read again
_RERANKED = 20  # and of these, how many by a cross-encoder, where there is one
_RERANKER = 0.5  # what its score counts

# The first search: what each of both counts, and what a turn keeps for each turn that it lies back.
_DENSE, _LEXICAL = 0.6, 0.4
_SEARCH_DECAY = 0.6
# What the assistant's last answer adds to the question's vector.
_ANSWER = 0.3
# What an exchange keeps for each one that it lies back, where all say what the talk is about.
_TALK_DECAY = 0.9
# Texts whose vectors are kept: a conversation sends its earlier turns again with each question.
_KEPT = 64

SIGNALS = ("dense", "lexical", "passage", "sentence", "mean", "literal", "talk")
# Shares of a score, in the order of SIGNALS.
ALONE = (0.0, 0.0, 0.39, 0.425, 0.185, 0.0, 0.0)
FOLLOW_UP = (0.1, 0.06, 0.25, 0.18, 0.19, 0.1, 0.12)
# For a model without usable token vectors.
_TOKENLESS = (0.6, 0.4, 0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a passage.

    dense: cosine of question and passage, all turns, in [-1, 1].
    lexical: BM25 of all turns, >= 0.
    passage: late interaction with the whole passage, in [-1, 1].
    sentences: the same within each sentence, where the one before it and the context count too.
    own: the same without the one before.
    means: cosine of the question's mean token and each sentence's.
    rarest: the best token of the question's rarest word in each sentence, the two before it or the
        context.
    words: each word of the last question that names something, and the cosine of its best token.
    there: all terms of the passage, its title and its heading.
    values: float32 (7,), in the order of SIGNALS, what the score is made of.
    score: all of it, in [0, 1].
    """

    found: Found
    dense: float
    lexical: float
    passage: float
    sentences: tuple[float, ...]
    own: tuple[float, ...]
    means: tuple[float, ...]
    rarest: tuple[float, ...]
    words: tuple[tuple[Word, float], ...]
    there: frozenset[str]
    values: Floats
    score: float


class Retriever:
    """Searches one generation of a library."""

    def __init__(
        self, library: Library, vectors: Vectors, lexical: Lexical, embedder: Embedder
    ) -> None:
        self._library = library
        self._vectors = vectors
        self.lexical = lexical
        self._embedder = embedder
        self._queries: OrderedDict[str, Query] = OrderedDict()
        self._lock = threading.Lock()

    def search(
        self,
        turns: Sequence[Turn],
        filters: Mapping[str, str],
        instead: bool = False,
    ) -> list[Signals]:
        """The best passages, best first, at most _LATE, of the documents that pass the filters
        (as `qa.filters.checked` gives them); with `instead`, those for the other way to read the
        question."""
        reading = read(turns, instead)
        turns = [replace(turns[0], text=reading.searched), *turns[1:]]
        queries = self._embedded([turn.text for turn in turns])
        vector = _joined(turns, queries, reading.carry)
        with self._library.snapshot():
            keys, by_word = self._candidates(turns, reading.carry, vector, filters)
            found = self._library.passages(keys)
        if not found:
            return []
        # Equals come in the order of their places, not in that in which they were indexed.
        found.sort(key=lambda one: (one.passage.document_id, one.passage.start))
        best_by_word = max(by_word.values(), default=1.0)
        asked = self._asked(turns, queries, reading)
        talk = _talk(turns, queries)
        shares = np.array(ALONE)
        if talk is not None:
            shares += reading.carry * (np.array(FOLLOW_UP) - shares)
        if not asked.tokens.size:
            shares = np.array(_TOKENLESS)
        ranked = []
        for one, late in zip(found, interact(asked, found), strict=True):
            dense = float(one.embedding.vector @ vector)
            lexical = by_word.get(one.key, 0.0)
            about = 0.0 if talk is None else float(one.embedding.vector @ talk)
            best = max(late.sentences, default=0.0)
            mean = max(late.means, default=0.0)
            values = np.array(
                [dense, lexical / best_by_word, late.passage, best, mean, late.literal, about],
                dtype=np.float32,
            )
            score = float(values @ shares)
            ranked.append(
                Signals(
                    found=one,
                    dense=dense,
                    lexical=lexical,
                    passage=late.passage,
                    sentences=late.sentences,
                    own=late.own,
                    means=late.means,
                    rarest=late.rarest,
                    words=late.words,
                    there=late.there,
                    values=values,
                    score=min(max(score, 0.0), 1.0),
                )
            )
        return sorted(ranked, key=lambda signals: -signals.score)

    def _embedded(self, texts: Sequence[str]) -> list[Query]:
        """The vectors of these texts; those of the last ones are kept."""
        with self._lock:
            known = {text: self._queries[text] for text in texts if text in self._queries}
        new = list(dict.fromkeys(text for text in texts if text not in known))
        if new:
            known.update(zip(new, self._embedder.queries(new), strict=True))
        with self._lock:
            for text in texts:
                self._queries[text] = known[text]
                self._queries.move_to_end(text)
            while len(self._queries) > _KEPT:
                self._queries.popitem(last=False)
        return [known[text] for text in texts]

    def _asked(self, turns: Sequence[Turn], queries: Sequence[Query], reading: Reading) -> Asked:
        """The questions for late interaction; there, unlike in the first search, the last one has
        the names that its pronoun stands for."""
        questions = [
            (turn, query) for turn, query in zip(turns, queries, strict=True) if not turn.is_answer
        ]
        last = replace(turns[0], text=reading.question)
        questions[0] = (last, self._embedded([last.text])[0])
        own = len(reading.question)
        if reading.question.startswith(reading.searched):
            own = len(reading.searched)
        return asked_of(questions, reading.carry, own, self.lexical.rarity, self.lexical.languages)

    def _candidates(
        self,
        turns: Sequence[Turn],
        carry: float,
        vector: Floats,
        filters: Mapping[str, str],
    ) -> tuple[list[int], dict[int, float]]:
        """Keys of the best _LATE of the passages that either search finds, and the BM25 of each
        that has a word. The vectors are those that are searched, which may be rounded."""
        among = self._library.filtered(filters) if filters else None
        weights: dict[str, float] = {}
        for turn in (turn for turn in turns if not turn.is_answer):
            for term in content_terms(turn.text, self.lexical.languages):
                weights[term] = weights.get(term, 0.0) + _kept(turn, carry)
        by_word = self.lexical.search(weights, _POOL, among)
        by_vector = self._vectors.search(vector, _POOL, among)
        keys = np.array(sorted({*by_vector, *by_word}), dtype=np.int64)
        dense = self._vectors.vectors(keys) @ vector
        lexical = np.array([by_word.get(key, 0.0) for key in keys.tolist()], dtype=np.float32)
        score = _DENSE * _share(dense) + _LEXICAL * _share(lexical)
        best = np.argsort(-score, kind="stable")[:_LATE]
        return keys[best].tolist(), by_word


def reranked(ranked: Sequence[Signals], turns: Sequence[Turn], reranker: Reranker) -> list[Signals]:
    """What was found, the first _RERANKED of it read once more, question and passage together.

    Each score is mixed with the cross-encoder's; the rest counts as if it had 0 there, and so
    stays behind. Raises ModelError.
    """
    question = read(turns).question
    best = [signals.found.passage for signals in ranked[:_RERANKED]]
    texts = [f"{p.title}\n{p.text}" if p.title else p.text for p in best]
    given = np.zeros(len(ranked))
    given[: len(texts)] = reranker.scores(question, texts)
    mixed = [
        replace(signals, score=_RERANKER * float(score) + (1 - _RERANKER) * signals.score)
        for signals, score in zip(ranked, given, strict=True)
    ]
    return sorted(mixed, key=lambda signals: -signals.score)


def checked_k(k: object) -> int:
    """`k` when it is a number of passages that can be asked for; else raises QuestionError."""
    if type(k) is not int or not 1 <= k <= _LATE:
        raise QuestionError(f"k must be a whole number from 1 to {_LATE}, found {k!r}")
    return k


def hits(ranked: Sequence[Signals], library: Library, k: int) -> list[Hit]:
    """The first `k` of what was found, as values for the outside."""
    documents = {signals.found.document: None for signals in ranked[:k]}
    loaded = {key: library.document_by_key(key) for key in documents}
    return [
        Hit(
            document=loaded[signals.found.document],
            passage=signals.found.passage,
            start=signals.found.passage.start,
            end=signals.found.passage.end,
            text=signals.found.passage.text,
            score=signals.score,
            sentence_scores=tuple(max(0.0, score) for score in signals.sentences),
        )
        for signals in ranked[:k]
    ]


def _joined(turns: Sequence[Turn], queries: Sequence[Query], carry: float) -> Floats:
    """The turns' vectors, weighted and of unit length together."""
    weights = [
        (carry * _ANSWER if turn.back == 1 else 0.0) if turn.is_answer else _kept(turn, carry)
        for turn in turns
    ]
    vector = np.array(weights, dtype=np.float32) @ np.stack([query.vector for query in queries])
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), dtype=np.float32)


def _kept(turn: Turn, carry: float) -> float:
    """What a question counts in the first search."""
    return carry * _SEARCH_DECAY**turn.back if turn.back else 1.0


def _share(values: Floats) -> Floats:
    """Each value as a share of the best, in [0, 1]."""
    best = float(values.max(initial=0.0))
    return np.clip(values, 0.0, None) / best if best > 0 else np.zeros_like(values)


def _talk(turns: Sequence[Turn], queries: Sequence[Query]) -> Floats | None:
    """What the talk was about before this question, float32 (d,), unit length: all its turns;
    None where there was none."""
    earlier = [(turn, query) for turn, query in zip(turns, queries, strict=True) if turn.back]
    if not earlier:
        return None
    vector = sum(_TALK_DECAY ** (turn.back - 1) * query.vector for turn, query in earlier)
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), dtype=np.float32)
