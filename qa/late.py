"""Late interaction: each token of a question finds its best token in a passage, and once more
within each sentence, weighted by how rare its word is (MaxSim: Khattab and Zaharia 2020, arXiv
2004.12832). Pure: what was found comes in, values go out.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from index.embedder import Query
from index.library.rows import Found
from index.terms import forms
from qa.conversation import Turn
from qa.naming import naming, spoken

Floats = NDArray[np.float32]
Places = NDArray[np.int64]

# Numpy's threads would only wait for those of the model to let go of the cores: with them a
# question takes four times as long on a busy machine.
ThreadpoolController().select(user_api="blas").limit(limits=1)

# What a turn keeps for each turn that it lies back.
_DECAY = 0.25
# What a token of the last question counts that names nothing ("how", "the", "?"), beside the
# rarity of words that do.
_PLAIN = 0.5
# What a word counts that the last question did not say but meant, beside its own.
_MEANT = 0.5
# What a token counts that stands in the sentence before: "I led the NIO. It was founded in 2001."
_BEFORE = 0.8
# Sentences in front of one, which say what it is about: "The reservoir … It … It would cost …".
_NEAR = 2
# Languages that write every noun with a capital.
_CAPITALS = frozenset({"de"})
# A byte of token bits -> its signs, float32 (256, 8).
_SIGNS = 2 * np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.float32) - 1


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the question that names something.

    forms: its terms, as it is indexed (lowercased, stemmed) in each language of the library.
    text: as it is written.
    rarity: its inverse document frequency, > 0.
    is_name: it is written with a capital inside the question, or has a digit; in German a capital
        has to stand inside the word.
    rows: its tokens among those of the question.
    """

    forms: tuple[str, ...]
    text: str
    rarity: float
    is_name: bool
    rows: tuple[int, ...]

    def stands_in(self, terms: AbstractSet[str]) -> bool:
        """Whether one of its forms is among these."""
        return not terms.isdisjoint(self.forms)


@dataclass(frozen=True, slots=True)
class Asked:
    """The tokens of all questions, float32 (n, d), their weights, float32 (n,), summing to 1; the
    words of the last question; the words of all questions, by their forms, each with what it
    counts; the last question's mean token, float32 (d,), unit length; and the languages of the
    library."""

    tokens: Floats
    weights: Floats
    words: tuple[Word, ...]
    counted: dict[tuple[str, ...], float]
    mean: Floats
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Late:
    """Late interaction with a passage: as a whole; with each sentence and the one before it, and
    with each alone; the cosine of each one's mean token, and how well each one, the two before it
    and the context have the question's rarest word; each word's best token; and the share of the
    question's terms, by weight, that stand there to the letter."""

    passage: float
    sentences: tuple[float, ...]
    own: tuple[float, ...]
    means: tuple[float, ...]
    rarest: tuple[float, ...]
    words: tuple[tuple[Word, float], ...]
    literal: float
    there: frozenset[str]


def asked_of(
    questions: Sequence[tuple[Turn, Query]],
    carry: float,
    own: int,
    rarity: Callable[[Sequence[str]], float],
    languages: tuple[str, ...],
) -> Asked:
    """All questions, the last one first, for late interaction: a word counts as it is rare and its
    turn recent, what was asked before as much as `carry` says; its tokens share that, but for the
    square root of their number. `languages` are those of the library."""
    total = sum(len(query.spans) for _, query in questions)
    weights = np.zeros(total, dtype=np.float32)
    last: tuple[Word, ...] = ()
    counted: dict[tuple[str, ...], float] = {}
    first = 0
    for turn, query in questions:
        if not turn.back:
            weights[first : first + len(query.spans)] = _PLAIN
        words = _words(turn.text, query, first, rarity, languages)
        for word in words:
            weight = word.rarity * (carry * _DECAY**turn.back if turn.back else 1.0)
            if not turn.back and query.spans[word.rows[0] - first][0] >= own:
                weight *= _MEANT
            weights[list(word.rows)] = weight / np.sqrt(len(word.rows))
            counted[word.forms] = max(counted.get(word.forms, 0.0), weight)
        last = last or tuple(words)
        first += len(query.spans)
    share = weights / max(float(weights.sum()), 1e-9)
    tokens = np.concatenate([query.tokens for _, query in questions])
    mean = questions[0][1].tokens.sum(axis=0)
    mean /= max(float(np.linalg.norm(mean)), 1e-9)
    return Asked(tokens, share, last, counted, mean, languages)


def interact(asked: Asked, found: Sequence[Found]) -> list[Late]:
    """MaxSim over each passage, over each of its sentences, and of each word over the passage."""
    there = [present(searched(one), asked.languages) for one in found]
    if not (found and asked.tokens.size):
        return [_without_tokens(asked, *one) for one in zip(found, there, strict=True)]
    signs, parts, sentences = _tokens_of(found, asked.tokens.shape[1])
    scale = np.float32(np.sqrt(asked.tokens.shape[1]))
    cosines = asked.tokens @ signs.T / scale
    best = _best_within(cosines, np.concatenate([parts, sentences]))
    sums = _sums_within(signs, sentences)
    means = sums @ asked.mean / np.maximum(np.linalg.norm(sums, axis=1), 1e-9)
    averages = _averages(asked)
    counts = [len(one.passage.sentences) for one in found]
    contexts = best[:, : len(parts) : 2].repeat(counts, axis=1)
    rarest = _rarest(asked, best[:, len(parts) :], contexts, counts)
    results, first = [], 0
    for at, (one, terms) in enumerate(zip(found, there, strict=True)):
        last = first + len(one.passage.sentences)
        context = best[:, 2 * at, None]
        alone = best[:, len(parts) + first : len(parts) + last]
        whole = np.maximum(best[:, 2 * at + 1], context[:, 0])
        own = np.maximum(alone, context)
        before = np.concatenate([context, _BEFORE * alone], axis=1)[:, : own.shape[1]]
        late = Late(
            float(asked.weights @ whole),
            tuple((asked.weights @ np.maximum(own, before)).tolist()),
            tuple((asked.weights @ own).tolist()),
            tuple(means[first:last].tolist()),
            tuple(rarest[first:last].tolist()),
            # BLAS now and then sets a floating point flag over as few numbers as these.
            tuple(zip(asked.words, np.einsum("wt,t->w", averages, whole).tolist(), strict=True)),
            _literal(asked, terms),
            terms,
        )
        results.append(late if len(one.embedding.bits) else _without_tokens(asked, one, terms))
        first = last
    return results


@lru_cache(maxsize=1024)
def present(passage_text: str, languages: tuple[str, ...]) -> frozenset[str]:
    """The terms that stand in a text in one of these languages; those of the last texts are
    kept."""
    return frozenset(forms(passage_text, languages))


def searched(found: Found) -> str:
    """All text of a passage: its own, its title, its heading."""
    return f"{found.passage.text} {found.passage.title} {found.passage.heading}"


def content_terms(text: str, languages: Sequence[str]) -> list[str]:
    """The terms of a text's words that name something, or of all where none does, in each of these
    languages."""
    spans = naming(text, languages)
    found = [form for start, end in spans for form in forms(text[start:end], languages)]
    return found or list(forms(text, languages))


def _words(
    text: str,
    query: Query,
    first: int,
    rarity: Callable[[Sequence[str]], float],
    languages: tuple[str, ...],
) -> list[Word]:
    """The words that name something, or all where none does; `first` is the row of the text's
    first token."""
    has_capitals = spoken(text, languages) in _CAPITALS
    words = []
    for begin, end in naming(text, languages):
        word = text[begin:end]
        found = forms(word, languages) or (word,)
        rows = tuple(
            first + at for at, (start, _) in enumerate(query.spans) if begin <= start < end
        )
        if rows:
            named = word[1:] != word[1:].lower() if has_capitals else begin and word[0].isupper()
            is_name = bool(named) or any(character.isdigit() for character in word)
            words.append(Word(found, word, rarity(found), is_name, rows))
    return words


def _literal(asked: Asked, there: frozenset[str]) -> float:
    total = sum(asked.counted.values())
    found = sum(w for words, w in asked.counted.items() if not there.isdisjoint(words))
    return found / total if total else 0.0


def _without_tokens(asked: Asked, found: Found, there: frozenset[str]) -> Late:
    none = (0.0,) * len(found.passage.sentences)
    return Late(0.0, none, none, none, (1.0,) * len(none), (), _literal(asked, there), there)


def _tokens_of(found: Sequence[Found], dimension: int) -> tuple[Floats, Places, Places]:
    """The signs of all tokens, float32 (n + 1, d) of -1 and 1, with one more that stands nowhere;
    and half-open places among them, int64 (m, 2): of each passage's context and of the whole, and
    of all sentences."""
    bits, parts, end = [], [], 0
    sentences: list[list[int]] = []
    for one in found:
        own = end + len(one.context.bits)
        bits += [one.context.bits, one.embedding.bits]
        parts += [(end, own), (own, own + len(one.embedding.bits))]
        starts = one.embedding.starts + one.passage.start
        bounds = [(sentence.start, sentence.end) for sentence in one.passage.sentences]
        sentences += (own + np.searchsorted(starts, bounds)).tolist() if bounds else []
        end = own + len(one.embedding.bits)
    rows = np.concatenate([*bits, np.zeros((1, bits[0].shape[1]), dtype=np.uint8)])
    signs = _SIGNS.take(rows, axis=0).reshape(len(rows), -1)[:, :dimension]
    return (
        signs,
        np.array(parts, dtype=np.int64),
        np.array(sentences, dtype=np.int64).reshape(-1, 2),
    )


def _best_within(cosines: Floats, spans: Places) -> Floats:
    """The greatest cosine of each row, float32 (rows, m), within each span; -1 where it is
    empty."""
    # Every other run is what lies between two spans.
    best = np.maximum.reduceat(cosines, spans.ravel(), axis=1)[:, ::2]
    return np.where(spans[:, 0] < spans[:, 1], best, np.float32(-1.0))


def _sums_within(signs: Floats, spans: Places) -> Floats:
    """The sum of the signs within each span, float32 (m, d)."""
    sums = [signs[first:last].sum(axis=0) for first, last in spans.tolist()]
    return np.array(sums, dtype=np.float32).reshape(-1, signs.shape[1])


def _rarest(asked: Asked, best: Floats, context: Floats, counts: Sequence[int]) -> Floats:
    """The best token of the question's rarest word in each sentence, _NEAR before it in its
    passage and the context, float32 (sentences,); `best` has the best token of each sentence and
    `context` that of its context, float32 (tokens, sentences); `counts` the passages' sentences."""
    if not asked.words:
        return np.ones(best.shape[1], dtype=np.float32)
    rows = list(max(asked.words, key=lambda word: word.rarity).rows)
    place = np.concatenate([np.arange(count) for count in counts])
    near = np.maximum(best, context)[rows]
    for back in range(1, _NEAR + 1):
        before = np.where(place[back:] >= back, best[rows][:, :-back], np.float32(-1.0))
        near[:, back:] = np.maximum(near[:, back:], before)
    return np.asarray(near.mean(axis=0), dtype=np.float32)


def _averages(asked: Asked) -> Floats:
    """Float32 (words, tokens): what gives each word the mean of its tokens."""
    averages = np.zeros((len(asked.words), len(asked.tokens)), dtype=np.float32)
    for row, word in zip(averages, asked.words, strict=True):
        row[list(word.rows)] = 1 / len(word.rows)
    return averages
