"""The runtimes of a model: one gives what the other gives, and falls back by itself."""

import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index import build_index
from index.cache import VARIABLE as CACHE
from index.cache import file_sha256
from index.choice import VARIABLE as ROUTE
from index.choice import choose, route_of
from index.embedder import Embedder
from index.errors import ModelError
from index.prepared import WEIGHTS, place, read
from index.route import DOCUMENT, QUERY, SAMPLE
from index.settings import DEFAULT_MODEL
from index.together import Together
from index.torch_route import TorchRoute
from index.weights import model_folder

ROOT = Path(__file__).parents[1]
TEXTS = (*SAMPLE, " ".join(SAMPLE), "Yes.", "", "Prag — 1968 🍑 naïve, don't")


@pytest.fixture(scope="module")
def reference() -> TorchRoute:
    return TorchRoute(model_folder(DEFAULT_MODEL) or "", full=True)


@pytest.fixture
def own_cache(embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with the prepared model, which a test may damage; its folder."""
    prepared = place(embedder.name)
    monkeypatch.setenv(CACHE, str(tmp_path / "cache"))
    shutil.copytree(prepared, place(embedder.name))
    return place(embedder.name)


def test_a_token_is_the_sum_of_what_the_last_two_layers_give_it(reference: TorchRoute) -> None:
    import torch

    text = "Deterrence depends on capability, credibility and communication."
    model = reference.model[0].model
    inputs = reference.model.tokenizer([text], return_tensors="pt")
    with torch.no_grad():
        layers = [x[0].numpy() for x in model(**inputs, output_hidden_states=True).hidden_states]
    (encoded,) = reference.encode([text], DOCUMENT)
    units = [layer / np.linalg.norm(layer, axis=1, keepdims=True) for layer in layers]
    np.testing.assert_allclose(encoded.tokens, units[-1] + units[-2], atol=1e-4)
    pooled = layers[-1].mean(axis=0)
    np.testing.assert_allclose(encoded.vector, pooled / np.linalg.norm(pooled), atol=1e-4)
    one = TorchRoute(reference.source, full=True, layers=(1,)).encode([text], DOCUMENT)[0]
    np.testing.assert_allclose(one.tokens, units[-1], atol=1e-4)
    np.testing.assert_allclose(one.vector, encoded.vector, atol=1e-6)


def test_the_prepared_model_gives_the_references_vectors(
    embedder: Embedder, reference: TorchRoute
) -> None:
    assert embedder.runtime.startswith("OpenVINO")
    other = Embedder(route=reference)
    assert embedder.window == other.window
    assert embedder.starts(TEXTS) == other.starts(TEXTS)
    for one, two in zip(embedder.embed(TEXTS), other.embed(TEXTS), strict=True):
        assert float(one.vector @ two.vector) > 0.999
        assert one.starts.tolist() == two.starts.tolist()
        if one.bits.size:  # bits of what lies next to the mean may fall on either side
            assert np.unpackbits(one.bits ^ two.bits).mean() < 0.02
    for left, right in zip(embedder.queries(TEXTS), other.queries(TEXTS), strict=True):
        assert left.spans == right.spans
        assert float(left.vector @ right.vector) > 0.999


def test_what_is_too_long_is_cut_off_alike(embedder: Embedder, reference: TorchRoute) -> None:
    long = " ".join(SAMPLE * 3)
    one, two = (route.encode([long], QUERY)[0] for route in (choose(DEFAULT_MODEL), reference))
    assert one.length == two.length > len(one.tokens) == len(two.tokens) == reference.longest
    assert one.spans.tolist() == two.spans.tolist()
    assert float(one.vector @ two.vector) > 0.999


def test_texts_are_counted_whole_while_others_are_cut_off(reference: TorchRoute) -> None:
    text, stop = "owl " * 400, threading.Event()
    wrong: list[int] = []
    whole = len(reference.spans([text], special=False)[0])

    def count() -> None:
        while not stop.is_set():
            wrong.extend(
                n for s in reference.spans([text] * 3, special=False) if (n := len(s)) != whole
            )

    thread = threading.Thread(target=count)
    thread.start()
    try:
        for _ in range(3):
            reference.encode([text] * 2, DOCUMENT)
        for _ in range(100):
            reference._spans([text] * 3, special=True, cut=True)
    finally:
        stop.set()
        thread.join()
    assert whole == 400
    assert wrong == []


def test_texts_keep_their_order_in_batches_by_length(embedder: Embedder) -> None:
    texts = [" ".join(SAMPLE[: n % 5 + 1]) + f" {n}" for n in range(60)]
    together = embedder.embed(texts)
    for text, found in list(zip(texts, together, strict=True))[::7]:
        assert float(embedder.embed([text])[0].vector @ found.vector) > 0.999


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a priority of their own on Linux")
def test_many_texts_give_way_to_questions() -> None:
    def priorities() -> list[int]:
        threads = [int(task.name) for task in Path("/proc/self/task").iterdir()]
        return [os.getpriority(os.PRIO_PROCESS, thread) for thread in threads]

    own, fresh = os.getpriority(os.PRIO_PROCESS, 0), Embedder()
    fresh.queries(["Who founded Eastmouth?"])
    lower = min(own + 10, 19)
    before = priorities().count(lower)
    fresh.embed([f"The port was founded in {year}." for year in range(1600, 1664)])
    assert priorities().count(lower) > before
    assert os.getpriority(os.PRIO_PROCESS, 0) == own


def test_status_says_which_route_and_why(
    embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert route_of(DEFAULT_MODEL).startswith("OpenVINO, ")
    monkeypatch.setenv(CACHE, str(tmp_path))
    assert "the next use prepares it" in route_of(DEFAULT_MODEL)
    monkeypatch.setenv(ROUTE, "sentence-transformers")
    assert "asks for it" in route_of(DEFAULT_MODEL)
    assert choose(DEFAULT_MODEL).name.startswith("sentence-transformers")
    monkeypatch.setenv(ROUTE, "abacus")
    with pytest.raises(ModelError, match="must be openvino or sentence-transformers"):
        route_of(DEFAULT_MODEL)


def test_a_damaged_model_is_made_again(own_cache: Path) -> None:
    data = bytearray((own_cache / WEIGHTS).read_bytes())
    data[len(data) // 2] ^= 0x40
    (own_cache / WEIGHTS).write_bytes(data)
    assert read(own_cache) is None
    route = choose(DEFAULT_MODEL)
    assert route.name.startswith("OpenVINO")
    assert read(own_cache) is not None


def test_a_damaged_compiled_form_is_made_again(own_cache: Path) -> None:
    choose(DEFAULT_MODEL)
    blobs = list((own_cache / "compiled").glob("*"))
    assert blobs
    for blob in blobs:
        data = bytearray(blob.read_bytes())
        data[len(data) // 2] ^= 0x40
        blob.unlink()
        blob.write_bytes(data)
    route = choose(DEFAULT_MODEL)
    assert route.name.startswith("OpenVINO")
    assert not any(blob.exists() and blob.read_bytes() == data for blob in blobs)


def test_a_cache_that_cannot_be_written_falls_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv(CACHE, str(tmp_path / "file"))
    route = choose(DEFAULT_MODEL)
    assert route.name.startswith("sentence-transformers")
    assert len(route.encode(["Owls nest."], DOCUMENT)) == 1


def test_without_openvino_it_falls_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.choice.find_spec", lambda name: None)
    assert route_of(DEFAULT_MODEL).endswith("openvino is not installed")
    assert choose(DEFAULT_MODEL).name.startswith("sentence-transformers")


def test_a_sum_is_computed_anew_when_the_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE, str(tmp_path / "cache"))
    file = tmp_path / "file"
    file.write_bytes(b"one")
    first = file_sha256(file)
    file.write_bytes(b"two")
    assert file_sha256(file) != first


def test_calls_done_together_get_their_own_results_and_errors() -> None:
    double = Together[int, int](lambda items: [2 * item for item in items], 8)
    assert double([1, 2]) == [2, 4]
    assert double([]) == []

    def refuse(items: list[int]) -> list[int]:
        raise ModelError("no")

    with pytest.raises(ModelError, match="no"):
        Together(refuse, 8)([1])


def test_no_more_calls_than_these_are_done_together() -> None:
    batches: list[int] = []
    at_work, go_on = threading.Event(), threading.Event()

    def work(items: list[int]) -> list[int]:
        batches.append(len(items))
        at_work.set()
        go_on.wait()
        return [2 * item for item in items]

    double = Together(work, 8)
    with ThreadPoolExecutor(21) as pool:
        first = pool.submit(double, [0])
        at_work.wait()
        others = [pool.submit(double, [number]) for number in range(1, 21)]
        while len(double._waiting) < len(others):
            time.sleep(0.001)
        go_on.set()
        found = [call.result() for call in (first, *others)]
    assert found == [[2 * number] for number in range(21)]
    assert batches == [1, 8, 8, 4]


@pytest.mark.parametrize(
    "code",
    [
        "import index",
        "import qa",
        "from ui.cli import main; main(['--help'], standalone_mode=False)",
        "from qa import Assistant; a = Assistant.open(INDEX); assert a.ask(QUESTION).answered",
    ],
)
def test_what_is_not_imported(code: str, embedder: Embedder, index: Path) -> None:
    heavy = "torch transformers sentence_transformers gradio fastapi scipy sklearn"
    if "Assistant" not in code:
        heavy += " faiss tantivy openvino"
    code = (
        f"import sys; INDEX, QUESTION = {str(index)!r}, 'When was Eastmouth founded?'\n{code}\n"
        f"sys.exit(', '.join(set({heavy.split()!r}) & set(sys.modules)) or 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def test_one_index_is_used_by_both_routes(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = build_index(sources, tmp_path)
    assert report.embedded
    code = (
        "from qa import Assistant; import sys; "
        "print(Assistant.open(sys.argv[1]).ask(sys.argv[2]).text)"
    )
    answers = set()
    for route in ("openvino", "sentence-transformers"):
        monkeypatch.setenv(ROUTE, route)
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path), "Why did the ferries leave?"],
            check=True,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        answers.add(done.stdout)
    assert len(answers) == 1
