"""Late interaction: each token of a question finds its best token in a passage, and once more
within each sentence, weighted by how rare its word is (MaxSim: Khattab and Zaharia 2020, arXiv
2004.12832). Pure: what was found comes in, values go out.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.embedder import Embedding, Query
from index.lexical import terms
from index.library.rows import Found
from qa.conversation import Turn
from qa.words import FUNCTION_WORDS

Floats = NDArray[np.float32]

# What a turn keeps for each turn that it lies back.
_DECAY = 0.25
# What a token of the last question counts that names nothing ("how", "the", "?"), beside the
# rarity of words that do.
_PLAIN = 0.5
# What a token counts that stands in the sentence before: "I led the NIO. It was founded in 2001."
_BEFORE = 0.8
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the question that names something.

    term: as it is indexed (lowercased, stemmed).
    text: as it is written.
    rarity: its inverse document frequency, > 0.
    is_name: it is written with a capital inside the question, or has a digit.
    rows: its tokens among those of the question.
    """

    term: str
    text: str
    rarity: float
    is_name: bool
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The tokens of all questions, float32 (n, d), their weights, float32 (n,), summing to 1; the
    words of the last question; each term of all questions with what it counts; and the last
    question's mean token, float32 (d,), unit length."""

    tokens: Floats
    weights: Floats
    words: tuple[Word, ...]
    terms: dict[str, float]
    mean: Floats


@dataclass(frozen=True, slots=True)
class Late:
    """Late interaction with a passage: as a whole; with each sentence and the one before it, and
    with each alone; the cosine of each one's mean token; each word's best token; and the share of
    the question's terms, by weight, that stand there to the letter."""

    passage: float
    sentences: tuple[float, ...]
    own: tuple[float, ...]
    means: tuple[float, ...]
    words: tuple[tuple[Word, float], ...]
    literal: float


def asked_of(questions: Sequence[tuple[Turn, Query]], rarity: Callable[[str], float]) -> Asked:
    """All questions, the last one first, for late interaction: a word counts as it is rare and its
    turn recent; its tokens share that, but for the square root of their number."""
    total = sum(len(query.spans) for _, query in questions)
    weights = np.zeros(total, dtype=np.float32)
    last: tuple[Word, ...] = ()
    counted: dict[str, float] = {}
    first = 0
    for turn, query in questions:
        if not turn.back:
            weights[first : first + len(query.spans)] = _PLAIN
        words = _words(turn.text, query, first, rarity)
        for word in words:
            weight = word.rarity * _DECAY**turn.back
            weights[list(word.rows)] = weight / np.sqrt(len(word.rows))
            counted[word.term] = max(counted.get(word.term, 0.0), weight)
        last = last or tuple(words)
        first += len(query.spans)
    share = weights / max(float(weights.sum()), 1e-9)
    tokens = np.concatenate([query.tokens for _, query in questions])
    mean = questions[0][1].tokens.sum(axis=0)
    return Asked(tokens, share, last, counted, mean / max(float(np.linalg.norm(mean)), 1e-9))


def interact(asked: Asked, found: Found) -> Late:
    """MaxSim over the passage, over each of its sentences, and of each word over the passage."""
    passage = found.passage
    signs = _signs(found.embedding, asked.tokens.shape[1])
    cosines = asked.tokens @ signs.T
    about = asked.tokens @ _signs(found.context, asked.tokens.shape[1]).T
    none = (0.0,) * len(passage.sentences)
    present = set(terms(f"{passage.text} {passage.title} {passage.heading}"))
    total = sum(asked.terms.values())
    literal = sum(weight for term, weight in asked.terms.items() if term in present)
    literal = literal / total if total else 0.0
    if not cosines.size:
        return Late(0.0, none, none, none, (), literal)
    context = about.max(axis=1, initial=-1.0)
    whole = np.maximum(cosines.max(axis=1), context)
    starts = found.embedding.starts + passage.start
    scores, own, means = [], [], []
    before = context
    for sentence in passage.sentences:
        first, last = np.searchsorted(starts, (sentence.start, sentence.end))
        alone = cosines[:, first:last].max(axis=1, initial=-1.0)
        best = np.maximum(alone, context)
        own.append(float(asked.weights @ best))
        scores.append(float(asked.weights @ np.maximum(best, before)))
        mean = signs[first:last].sum(axis=0)
        means.append(float(asked.mean @ mean) / max(float(np.linalg.norm(mean)), 1e-9))
        before = _BEFORE * alone
    words = tuple((word, float(whole[list(word.rows)].mean())) for word in asked.words)
    return Late(
        float(asked.weights @ whole), tuple(scores), tuple(own), tuple(means), words, literal
    )


def content_terms(text: str) -> list[str]:
    """The terms of a text's words that name something, or of all where none does."""
    words = [word for word in _WORD.findall(text) if word.lower() not in FUNCTION_WORDS]
    return terms(" ".join(words)) or terms(text)


def _words(text: str, query: Query, first: int, rarity: Callable[[str], float]) -> list[Word]:
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
            words.append(Word(term, match[0], rarity(term), is_name, rows))
    return words


def _signs(embedding: Embedding, dimension: int) -> Floats:
    """Token bits as float32 (n, d) of unit length."""
    bits = np.unpackbits(embedding.bits, axis=1, count=dimension).astype(np.float32)
    return (2 * bits - 1) / np.float32(np.sqrt(dimension))
