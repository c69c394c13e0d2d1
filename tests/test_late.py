"""Late interaction over many passages at once gives what its definition gives for each alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embedder import Embedding
from index.library.rows import Found
from index.records import PROSE, Passage, Sentence
from qa.late import Asked, Word, interact

DIMENSION = 16
WORDS = (Word(("led",), "led", 2.0, False, (0,)), Word(("nato",), "NATO", 3.0, True, (1, 2)))

# For each passage: how many tokens its context has, and each of its sentences.
shapes = st.lists(st.tuples(st.integers(0, 3), st.lists(st.integers(0, 3), max_size=4)), max_size=4)


@given(shapes, st.integers(0, 2**32 - 1))
def test_many_at_once_as_each_by_definition(shape: list[tuple[int, list[int]]], seed: int) -> None:
    random = np.random.default_rng(seed)
    asked, found = question(random), [passage(random, *one) for one in shape]

    for one, late in zip(found, interact(asked, found), strict=True):
        whole = [*vectors(one.context), *vectors(one.embedding)]
        if not len(one.embedding.bits):
            assert (late.passage, late.words) == (0.0, ())
            assert set(late.sentences) | set(late.own) | set(late.means) <= {0.0}
            continue
        assert late.passage == pytest.approx(asked.weights @ best(asked, whole), abs=1e-5)
        for word, cosine in late.words:
            expected = best(asked, whole)[list(word.rows)].mean()
            assert cosine == pytest.approx(expected, abs=1e-5)
        before = best(asked, vectors(one.context))
        for at, sentence in enumerate(one.passage.sentences):
            tokens = [
                vector
                for vector, start in zip(vectors(one.embedding), one.embedding.starts, strict=True)
                if sentence.start <= start + one.passage.start < sentence.end
            ]
            own = best(asked, [*vectors(one.context), *tokens])
            assert late.own[at] == pytest.approx(asked.weights @ own, abs=1e-5)
            led = asked.weights @ np.maximum(own, before)
            assert late.sentences[at] == pytest.approx(led, abs=1e-5)
            total = np.sum(tokens, axis=0) if tokens else np.zeros(DIMENSION)
            mean = asked.mean @ total / max(float(np.linalg.norm(total)), 1e-9)
            assert late.means[at] == pytest.approx(mean, abs=1e-5)
            before = 0.8 * best(asked, tokens)


def question(random: np.random.Generator) -> Asked:
    tokens = random.standard_normal((3, DIMENSION)).astype(np.float32)
    tokens /= np.linalg.norm(tokens, axis=1, keepdims=True)
    mean = tokens.sum(axis=0)
    weights = np.array([0.2, 0.3, 0.5], dtype=np.float32)
    return Asked(tokens, weights, WORDS, {}, mean / np.linalg.norm(mean), ("en",))


def passage(random: np.random.Generator, context: int, sentences: list[int]) -> Found:
    """A passage at character 100 with sentences of so many tokens, ten characters each, and a
    blank between sentences."""
    starts, rows, end = [], [], 0
    for count in sentences:
        rows.append(Sentence(100 + end, 100 + end + 10 * count, PROSE))
        starts += [end + 10 * token for token in range(count)]
        end += 10 * count + 1
    own = embedding(random, np.array(starts, dtype=np.int32))
    about = embedding(random, np.arange(context, dtype=np.int32))
    return Found(1, 1, Passage("id", 100, 100 + end, "text", "", "", tuple(rows)), own, about)


def embedding(random: np.random.Generator, starts: np.ndarray) -> Embedding:
    bits = random.integers(0, 256, (len(starts), DIMENSION // 8), dtype=np.uint8)
    return Embedding(np.zeros(DIMENSION, dtype=np.float32), bits, starts)


def vectors(embedding: Embedding) -> list[np.ndarray]:
    signs = np.unpackbits(embedding.bits, axis=1).astype(np.float32) * 2 - 1
    return list(signs / np.sqrt(DIMENSION))


def best(asked: Asked, tokens: list[np.ndarray]) -> np.ndarray:
    if not tokens:
        return np.full(len(asked.tokens), -1.0)
    return np.max(asked.tokens @ np.stack(tokens).T, axis=1)
