"""A question -> ranked passages.

Dense search (faiss) and BM25 (tantivy) find candidates over the same passages; their scores, not
their ranks, are added; the best of them are read again by late interaction: each word of the
question finds its best token, weighted by how rare the word is (MaxSim: Khattab and Zaharia 2020,
arXiv 2004.12832), once over the whole passage and once within each sentence.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.embedder import Embedder, Embedding, Query
from index.errors import QuestionError
from index.lexical import Lexical, terms
from index.library import Library
from index.library.rows import Found
from index.vectors import Vectors
from qa.conversation import Turn
from qa.filters import checked
from qa.records import Hit
from qa.words import FUNCTION_WORDS

Floats = NDArray[np.float32]

_POOL = 100  # candidates from each search
_LATE = 40  # of these, how many are read again

# What each signal adds to a score, and what a turn keeps for each turn that it lies back, in the
# first search and in late interaction (docs/design.md says how they were chosen).
_DENSE, _LEXICAL, _PASSAGE, _SENTENCE = 0.6, 0.4, 1.0, 2.0
_SEARCH_DECAY, _LATE_DECAY = 0.6, 0.25
# What the assistant's last answer adds to the question's vector.
_ANSWER = 0.3
# What a word counts that stands in the sentence before: "I led the NIO. It was founded in 2001."
_BEFORE = 0.8
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the question that names something.

    term: as it is indexed (lowercased, stemmed).
    rarity: its inverse document frequency, > 0.
    is_name: it is written with a capital inside the question, or has a digit.
    rows: its tokens among those of the question.
    """

    term: str
    rarity: float
    is_name: bool
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a passage.

    dense: cosine of question and passage, all turns, in [-1, 1].
    lexical: BM25 of all turns, >= 0.
    passage, sentences: late interaction in [-1, 1], the last turns' words against the passage's
        tokens, and against each sentence's (those of the one before it count _BEFORE); the
        context's tokens count in both.
    words: each word of the last question that names something, and the cosine of its best token.
    score: all of it, in [0, 1].
    """

    found: Found
    dense: float
    lexical: float
    passage: float
    sentences: tuple[float, ...]
    words: tuple[tuple[Word, float], ...]
    score: float


@dataclass(frozen=True, slots=True)
class _Asked:
    """The tokens of all turns, float32 (n, d), their weights, float32 (n,), summing to 1, and the
    words of the last turn."""

    tokens: Floats
    weights: Floats
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class _Late:
    """Late interaction with a passage: as a whole, with its best sentence alone, with each
    sentence and the one before it, and each word's best token."""

    passage: float
    sentence: float
    sentences: tuple[float, ...]
    words: tuple[tuple[Word, float], ...]


class Retriever:
    """Searches one generation of a library."""

    def __init__(
        self, library: Library, vectors: Vectors, lexical: Lexical, embedder: Embedder
    ) -> None:
        self._library = library
        self._vectors = vectors
        self.lexical = lexical
        self._embedder = embedder

    def search(
        self, turns: Sequence[Turn], filters: Mapping[str, str] | None = None
    ) -> list[Signals]:
        """The best passages, best first; at most _LATE. Raises QuestionError for a filter that
        cannot be used."""
        queries = self._embedder.queries([turn.text for turn in turns])
        with self._library.snapshot():
            found, dense, lexical = self._candidates(turns, queries, filters)
        if not found:
            return []
        first = _DENSE * _share(dense) + _LEXICAL * _share(lexical)
        best = np.argsort(-first, kind="stable")[:_LATE]
        asked = self._asked(
            [pair for pair in zip(turns, queries, strict=True) if not pair[0].is_answer]
        )
        late = [_late(asked, found[i]) for i in best]
        passages = np.array([one.passage for one in late])
        sentences = np.array([one.sentence for one in late])
        total = first[best] + _PASSAGE * passages + _SENTENCE * sentences
        total = np.clip(total / (_DENSE + _LEXICAL + _PASSAGE + _SENTENCE), 0.0, 1.0)
        ranked = [
            Signals(
                found=found[i],
                dense=float(dense[i]),
                lexical=float(lexical[i]),
                passage=late[at].passage,
                sentences=late[at].sentences,
                words=late[at].words,
                score=float(total[at]),
            )
            for at, i in enumerate(best)
        ]
        return sorted(ranked, key=lambda signals: -signals.score)

    def _candidates(
        self, turns: Sequence[Turn], queries: Sequence[Query], filters: Mapping[str, str] | None
    ) -> tuple[list[Found], Floats, Floats]:
        """Passages that either search finds, with both scores of each."""
        chosen = checked(filters)
        among = self._library.filtered(chosen) if chosen else None
        vector = _joined(turns, queries)
        weights: dict[str, float] = {}
        for turn in (turn for turn in turns if not turn.is_answer):
            for term in _content_terms(turn.text):
                weights[term] = weights.get(term, 0.0) + _SEARCH_DECAY**turn.back
        by_word = self.lexical.search(weights, _POOL, among)
        by_vector = self._vectors.search(vector, _POOL, among)
        found = self._library.passages(list(dict.fromkeys([*by_vector, *by_word])))
        # Equals come in the order of their places, not in that in which they were indexed.
        found.sort(key=lambda one: (one.passage.document_id, one.passage.start))
        dense = np.array([float(row.embedding.vector @ vector) for row in found], dtype=np.float32)
        lexical = np.array([by_word.get(row.key, 0.0) for row in found], dtype=np.float32)
        return found, dense, lexical

    def _asked(self, questions: Sequence[tuple[Turn, Query]]) -> _Asked:
        """All questions for late interaction: a word counts as it is rare and its turn recent."""
        words: list[Word] = []
        last = 0
        total = sum(len(query.spans) for _, query in questions)
        weights = np.zeros(total, dtype=np.float32)
        first = 0
        for turn, query in questions:
            for word in self._words(turn.text, query, first):
                weights[list(word.rows)] = word.rarity * _LATE_DECAY**turn.back
                words.append(word)
            last = last or len(words)
            first += len(query.spans)
        share = weights / max(float(weights.sum()), 1e-9)
        tokens = np.concatenate([query.tokens for _, query in questions])
        return _Asked(tokens, share, tuple(words[:last]))

    def _words(self, text: str, query: Query, first: int) -> list[Word]:
        """The words that name something, or all where none does; `first` is the row of the text's
        first token."""
        matches = list(_WORD.finditer(text))
        naming = [match for match in matches if match[0].lower() not in FUNCTION_WORDS]
        words = []
        for match in naming or matches:
            term = next(iter(terms(match[0])), match[0])
            rows = tuple(
                first + at
                for at, (start, _) in enumerate(query.spans)
                if match.start() <= start < match.end()
            )
            if rows:
                inside = match.start() > 0 and match[0][0].isupper()
                is_name = inside or any(character.isdigit() for character in match[0])
                words.append(Word(term, self.lexical.rarity([term])[term], is_name, rows))
        return words


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


def _content_terms(text: str) -> list[str]:
    words = [word for word in _WORD.findall(text) if word.lower() not in FUNCTION_WORDS]
    return terms(" ".join(words)) or terms(text)


def _joined(turns: Sequence[Turn], queries: Sequence[Query]) -> Floats:
    """The turns' vectors, weighted and of unit length together."""
    weights = [_ANSWER if turn.is_answer else _SEARCH_DECAY**turn.back for turn in turns]
    vector = np.array(weights, dtype=np.float32) @ np.stack([query.vector for query in queries])
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), dtype=np.float32)


def _share(values: Floats) -> Floats:
    """Each value as a share of the best, in [0, 1]."""
    best = float(values.max(initial=0.0))
    return np.clip(values, 0.0, None) / best if best > 0 else np.zeros_like(values)


def _late(asked: _Asked, found: Found) -> _Late:
    """MaxSim over the passage, over each of its sentences, and of each word over the passage."""
    passage = found.passage
    cosines = asked.tokens @ _signs(found.embedding, asked.tokens.shape[1]).T
    about = asked.tokens @ _signs(found.context, asked.tokens.shape[1]).T
    if not cosines.shape[1]:
        return _Late(0.0, 0.0, (0.0,) * len(passage.sentences), ())
    context = about.max(axis=1, initial=-1.0)
    whole = np.maximum(cosines.max(axis=1), context)
    starts = found.embedding.starts + passage.start
    alone, scores = [], []
    before = context
    for sentence in passage.sentences:
        first, last = np.searchsorted(starts, (sentence.start, sentence.end))
        own = cosines[:, first:last].max(axis=1, initial=-1.0)
        best = np.maximum(own, context)
        alone.append(float(asked.weights @ best))
        scores.append(float(asked.weights @ np.maximum(best, before)))
        before = _BEFORE * own
    words = tuple((word, float(whole[list(word.rows)].mean())) for word in asked.words)
    return _Late(float(asked.weights @ whole), max(alone, default=0.0), tuple(scores), words)


def _signs(embedding: Embedding, dimension: int) -> Floats:
    """Token bits as float32 (n, d) of unit length."""
    bits = np.unpackbits(embedding.bits, axis=1, count=dimension).astype(np.float32)
    return (2 * bits - 1) / np.float32(np.sqrt(dimension))
