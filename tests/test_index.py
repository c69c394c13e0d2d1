"""The rooms of the index by themselves: model, vectors, words, library."""

import contextlib
import json
import os
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import vector_base, vector_log, weights
from index.embedder import Embedder, Embedding
from index.errors import (
    LibraryDamaged,
    LibraryError,
    LibraryMismatch,
    LibraryMissing,
    ModelError,
)
from index.lexical import Lexical
from index.library import Library
from index.library.database import FILE
from index.library.rows import pack, unpack
from index.library.writer import _OLD, _STAGED, WritableLibrary
from index.mend import bring_up, mend
from index.readers import read
from index.records import PROSE, Passage, Sentence
from index.status import status_of
from index.terms import terms
from index.vectors import Vectors
from index.weights import model_folder
from ui.report import status_lines


def test_vectors_are_the_models_own(embedder: Embedder) -> None:
    from sentence_transformers import SentenceTransformer

    texts = ["Salt traders founded the port.", "Owls 🍑 nest in the lighthouse, don't they?"]
    model = SentenceTransformer(str(model_folder(embedder.name)))
    expected = model.encode(texts, normalize_embeddings=True)
    for text, found, vector in zip(texts, embedder.embed(texts), expected, strict=True):
        assert found.vector.dtype == np.float32
        assert float(found.vector @ vector) > 0.999
        assert found.bits.shape == (len(found.starts), embedder.dimension // 8)
        assert found.starts[0] == 0
        assert found.starts.tolist() == embedder.starts([text])[0]


def test_a_query_names_its_tokens(embedder: Embedder) -> None:
    (query,) = embedder.queries(["Who founded Eastmouth?"])
    assert query.tokens.shape == (len(query.spans), embedder.dimension)
    assert np.allclose(np.linalg.norm(query.tokens, axis=1), 1, atol=1e-5)
    assert query.spans[0] == (0, 3)


def test_nothing_is_cut_off_silently(embedder: Embedder) -> None:
    with pytest.raises(ModelError, match="lower passage_tokens"):
        embedder.embed(["word " * 600])


def test_altered_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "DEFAULT_SHA256", "0" * 64)
    with pytest.raises(ModelError, match="expected 0000000000000000…; install them again"):
        Embedder()


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"has no model\.safetensors"):
        Embedder(str(tmp_path))
    with pytest.raises(ModelError, match="cannot be loaded"):
        Embedder("no-such-model-anywhere")


def test_known_vectors_come_in_order_with_their_cosines(tmp_path: Path, embedder: Embedder) -> None:
    library = WritableLibrary(tmp_path)
    texts = ["north", "north-east", "east"]
    angles = [0.0, np.pi / 4, np.pi / 2]
    with library.transaction():
        library.put_meta({"dimension": 2})
        _store(library, texts, [np.array([np.cos(a), np.sin(a)]) for a in angles])
    vectors = Vectors.of(library)
    found = vectors.search(np.array([1.0, 0.0], dtype=np.float32), 3)
    assert [row.passage.text for row in library.passages(list(found))] == texts
    assert list(found.values()) == pytest.approx([1.0, np.sqrt(0.5), 0.0], abs=0.01)
    assert (
        list(vectors.search(np.array([0.0, 1.0], dtype=np.float32), 3, list(found)[:1]))
        == list(found)[:1]
    )
    vectors.save(tmp_path)
    loaded = Vectors.load(tmp_path)
    assert loaded is not None
    assert (len(loaded), loaded.generation) == (3, 1)
    library.close()


def test_rare_words_weigh_more(tmp_path: Path) -> None:
    library = WritableLibrary(tmp_path)
    texts = ["the harbour and the ferry", "the harbour and the owl", "the harbour"]
    with library.transaction():
        library.put_meta({"dimension": 2})
        _store(library, texts, [np.array([1.0, 0.0])] * 3)
    lexical = Lexical.create(None)
    lexical.follow(library, None)
    rarity = [lexical.rarity([word]) for word in ("unknown", "owl", "harbour")]
    assert rarity == sorted(rarity, reverse=True)
    assert min(rarity) > 0
    found = lexical.search({"owl": 1.0, "harbour": 1.0}, 10)
    (best, *rest) = found
    assert [text for key, text, _ in library.texts([best])] == [texts[1]]
    assert len(rest) == 2
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert terms("The FERRIES' harbours") == ["the", "ferri", "harbour"]
    library.close()


def test_words_are_made_anew_while_a_reader_opens_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """tantivy's readers put a lock into the folder, which then cannot be removed."""
    Lexical.create(tmp_path)
    remove = shutil.rmtree

    def beside_a_reader(path: Path, **given: bool) -> None:
        remove(path, **given)
        path.mkdir()
        (path / ".tantivy-meta.lock").touch()

    monkeypatch.setattr(shutil, "rmtree", beside_a_reader)
    assert len(Lexical.create(tmp_path)) == 0


def _store(library: WritableLibrary, texts: list[str], vectors: list[np.ndarray]) -> None:
    no_tokens = np.zeros((0, 1), np.uint8), np.zeros(0, np.int32)
    library.put_embeddings(
        (text, Embedding(vector.astype(np.float32), *no_tokens))
        for text, vector in zip(texts, vectors, strict=True)
    )
    staged = []
    for number, text in enumerate(texts):
        (document,) = read(f"{number}.txt", text.encode())
        sentence = Sentence(0, len(text), PROSE)
        passage = Passage(document.id, 0, len(text), text, "", "", (sentence,))
        staged.append((document, [passage]))
    library.publish(library.stage(staged), [], {})


def test_what_goes_in_comes_out(tmp_path: Path, index: Path) -> None:
    library = Library.open(index)
    documents = list(library.documents())
    assert {document.id for document in documents} == {"harbour.md", "orchards.txt"}
    found = library.passages(library.passage_keys())
    for row in found:
        document = library.document(row.passage.document_id)
        assert document is not None
        assert document.text[row.passage.start : row.passage.end] == row.passage.text
        assert len(row.embedding.starts) == len(row.embedding.bits) > 0
        for sentence in row.passage.sentences:
            assert row.passage.start <= sentence.start < sentence.end <= row.passage.end
    library.close()


def test_a_library_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing, match="build it first"):
        Library.open(tmp_path)
    WritableLibrary(tmp_path).close()
    library = WritableLibrary(tmp_path)
    with library.transaction():
        library.put_meta({"schema": 99})
    library.close()
    with pytest.raises(LibraryMismatch, match="schema 99"):
        Library.open(tmp_path)
    (tmp_path / FILE).write_bytes(os.urandom(5000))
    for leftover in tmp_path.glob(FILE + "-*"):
        leftover.unlink()
    with pytest.raises(LibraryDamaged, match="damaged"):
        Library.open(tmp_path)


def test_rows_that_nobody_read_to_the_end_outlive_the_library(index: Path) -> None:
    library = Library.open(index)
    rows = library.rows("SELECT key FROM passages")
    assert next(rows)
    library.close()
    rows.close()  # as the garbage collector does; any error fails the test


def test_a_thread_that_ended_holds_nothing_open(index: Path) -> None:
    library = Library.open(index)
    library.counts()
    for _ in range(20):
        thread = threading.Thread(target=library.counts)
        thread.start()
        thread.join()
    assert len(library._all) <= 2  # of this thread and of the last one
    library.close()


def test_a_failed_change_leaves_nothing(tmp_path: Path) -> None:
    library = WritableLibrary(tmp_path)

    def change() -> None:
        with library.transaction():
            library.put_meta({"generation": 7})
            _store(library, ["salt", "salt"], [np.zeros(2), np.zeros(2)])  # one text, two vectors

    with pytest.raises(LibraryError):
        change()
    assert library.generation == 0
    assert library.embedding_keys(["salt"]) == {}
    library.close()


def test_status(index: Path) -> None:
    status = status_of(index)
    assert (status.documents, status.generation, status.failed) == (2, 1, [])
    assert status.size > 10_000
    assert dict(status_lines(status, index))["documents"] == "2"


def test_vectors_follow_by_their_log(tmp_path: Path, embedder: Embedder) -> None:
    """A change is appended; what is loaded is what was said, whatever stops the writing."""
    library = WritableLibrary(tmp_path)
    with library.transaction():
        library.put_meta({"dimension": 2})
        _store(library, ["a", "b"], [np.array([1.0, 0.0]), np.array([0.0, 1.0])])
    bring_up(library, tmp_path)
    file, log = tmp_path / vector_log.FILE, tmp_path / vector_log.LOG
    whole = file.read_bytes()
    with library.transaction():
        _store(library, ["c"], [np.array([0.6, 0.8])])  # in place of "a": it is document 0 too
    stamp = (tmp_path / f"{vector_log.FILE}.json").read_bytes()
    bring_up(library, tmp_path)
    assert file.read_bytes() == whole
    held = Vectors.load(tmp_path, library.generation)
    assert held is not None
    found = held.search(np.array([0.6, 0.8], dtype=np.float32), 5)
    texts = {key: text for key, text, _ in library.texts(list(found))}
    assert [texts[key] for key in found] == ["c", "b"]
    assert list(found.values()) == pytest.approx([1.0, 0.8], abs=0.01)
    assert list(held.keys()) == library.passage_keys()
    for few in (1, 2):  # as many as are gone, and more
        assert list(held.search(np.array([0.6, 0.8], dtype=np.float32), few)) == list(found)[:few]

    # Cut off between the log and the stamp: the state before stands, and the next append is whole.
    after = (tmp_path / f"{vector_log.FILE}.json").read_bytes()
    (tmp_path / f"{vector_log.FILE}.json").write_bytes(stamp)
    assert Vectors.load(tmp_path, library.generation) is None
    before = Vectors.load(tmp_path)
    assert before is not None
    assert (len(before), before.generation) == (2, library.generation - 1)
    bring_up(library, tmp_path)
    assert json.loads((tmp_path / f"{vector_log.FILE}.json").read_bytes()) == json.loads(after)

    # A block that is not what was written is never used.
    data = bytearray(log.read_bytes())
    data[-1] ^= 64
    log.write_bytes(data)
    assert Vectors.load(tmp_path) is None
    vectors, _ = mend(library, tmp_path)
    assert list(vectors.keys()) == library.passage_keys()
    assert not log.exists()
    library.close()


def test_a_long_log_becomes_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_log, "_LEAST", 100)
    library = WritableLibrary(tmp_path)
    with library.transaction():
        library.put_meta({"dimension": 2})
    merged = 0
    for turn in range(12):
        with library.transaction():
            texts = [f"{turn} {number}" for number in range(3)]
            _store(library, texts, [np.array([np.cos(turn), np.sin(turn)])] * 3)
        bring_up(library, tmp_path)
        merged += not (tmp_path / vector_log.LOG).exists()
        held = Vectors.load(tmp_path, library.generation)
        assert held is not None
        assert list(held.keys()) == library.passage_keys()
    assert merged > 1
    library.close()


def test_vectors_in_lists_are_found_as_by_comparing_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large library is searched in part, and finds what a search of the whole finds: also after
    changes, which lie beside it, and exactly where only some passages may be found."""
    rng = np.random.default_rng(1)
    centres = rng.standard_normal((40, 16))
    points = centres[rng.integers(40, size=3000)] + 0.3 * rng.standard_normal((3000, 16))
    points = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    library = WritableLibrary(tmp_path)
    with library.transaction():
        library.put_meta({"dimension": 16})
        _store(library, [f"{n}" for n in range(2500)], list(points[:2500]))
    monkeypatch.setattr(vector_base, "_EXACT", 1000)
    bring_up(library, tmp_path)
    with library.transaction():  # in place of the first 500
        _store(library, [f"new {n}" for n in range(500)], list(points[2500:]))
    bring_up(library, tmp_path)
    assert (tmp_path / vector_log.LOG).exists()

    held = Vectors.load(tmp_path, library.generation)
    assert held is not None
    keys = np.array(library.passage_keys())
    assert held.keys().tolist() == keys.tolist()
    true = library.vectors(keys.tolist())
    questions = true[rng.integers(len(true), size=50)] + 0.1 * rng.standard_normal((50, 16))
    recall, some = [], keys[::7]
    for question in questions.astype(np.float32):
        best = set(keys[np.argsort(-true @ question)[:10]].tolist())
        recall.append(len(best & set(held.search(question, 10))) / 10)
        exact = some[np.argsort(-true[::7] @ question)[:20]].tolist()
        found = held.search(question, 20, some.tolist())
        assert len(found) == 20
        assert len({*found} & {*exact}) >= 19  # a byte a dimension may swap the last two
        assert sorted(found.values(), reverse=True) == list(found.values())
    assert np.mean(recall) > 0.95
    library.close()


def test_changes_are_known_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.library.writer._REMEMBERED", 2)
    library = WritableLibrary(tmp_path)
    states = []
    with library.transaction():
        library.put_meta({"dimension": 2})
    for turn in range(5):
        with library.transaction():
            _store(library, [f"{turn}"], [np.array([1.0, 0.0])])
        states.append((library.generation, library.passage_keys()))
    for generation, keys in states:
        changes = library.changes(generation, keys[-1])
        if generation < library.generation - 2:
            assert changes is None
        else:
            new, gone = changes or ([], [])
            assert sorted({*keys, *new} - set(gone)) == library.passage_keys()
    library.close()


@given(
    st.lists(st.integers(0, 2**31 - 1), max_size=300).map(sorted),
    st.integers(1, 40),
    st.integers(0, 2**32 - 1),
)
def test_an_embedding_comes_back_as_it_was(starts: list[int], dimension: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    vector = rng.standard_normal(dimension).astype(np.float32)
    vector /= np.linalg.norm(vector)
    bits = rng.integers(0, 256, (len(starts), -(-dimension // 8)), dtype=np.uint8)
    back = unpack(*pack(Embedding(vector, bits, np.array(starts, dtype=np.int32))))
    assert back.starts.dtype == np.int32
    assert back.starts.tolist() == starts
    assert np.array_equal(back.bits, bits)
    assert back.vector.dtype == np.float32
    assert back.vector @ vector > 1 - 1e-3


def test_what_is_not_current_is_found_without_a_look_at_all_documents(tmp_path: Path) -> None:
    with contextlib.closing(WritableLibrary(tmp_path)) as library:
        for which in (_STAGED, _OLD):
            sql = f"EXPLAIN QUERY PLAN SELECT key FROM documents WHERE {which}"
            assert all(
                "USING COVERING INDEX documents_other" in row[3] for row in library.rows(sql)
            )
