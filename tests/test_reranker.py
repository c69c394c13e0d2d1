"""A cross-encoder over the best passages: chosen in the settings, seen in ranks and scores."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from index import build_index
from index.errors import ModelError
from index.reranker import Reranker
from index.settings import DEFAULT_MODEL, load_settings
from index.weights import model_folder
from qa import Assistant, Hit
from ui.cli import main

ROOT = Path(__file__).parents[1]
QUESTION = "When was the port of Eastmouth founded?"


def save_encoder(folder: Path, labels: int = 1, spread: float = 1.0) -> Path:
    """A tiny cross-encoder whose weights are chance, always the same."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    tokenizer = AutoTokenizer.from_pretrained(str(model_folder(DEFAULT_MODEL)))
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=128,
        num_labels=labels,
        initializer_range=spread,
    )
    tokenizer.model_max_length = 128
    BertForSequenceClassification(config).save_pretrained(str(folder))
    tokenizer.save_pretrained(str(folder))
    return folder


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of 30 passages that a question about a port fits more or less."""
    folder = tmp_path_factory.mktemp("shelf")
    for n in range(30):
        text = f"The port of Eastmouth, pier {n}, was founded in {1600 + n} by traders of salt."
        (folder / f"{n:02}.md").write_text(f"# Pier {n}\n\n{text}\n", encoding="utf-8")
    build_index(folder, folder / ".index")
    return folder / ".index"


def found(index: Path, reranker: Any = "") -> list[Hit]:
    assistant = Assistant.open(index, str(reranker))
    hits = assistant.retrieve(QUESTION, k=30)
    assistant.close()
    return hits


def test_the_best_passages_are_ranked_once_more(shelf: Path, encoder: Path) -> None:
    before, after = found(shelf), found(shelf, encoder)
    order, again = ([hit.document.id for hit in hits] for hits in (before, after))
    assert again != order
    assert sorted(again[:20]) == sorted(order[:20])  # the others stay where they are
    assert again[20:] == order[20:]
    scores = [hit.score for hit in after]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert [hit.document.id for hit in found(shelf, encoder)] == again
    given = {hit.document.id: hit.score for hit in before}
    passages = [f"{hit.passage.title}\n{hit.passage.text}" for hit in after[:20]]
    for hit, score in zip(
        after[:20], Reranker(str(encoder)).scores(QUESTION, passages), strict=True
    ):
        assert hit.score == pytest.approx((score + given[hit.document.id]) / 2, abs=1e-5)


def test_a_follow_up_is_read_with_what_it_leans_on(shelf: Path, encoder: Path) -> None:
    assistant = Assistant.open(shelf, str(encoder))
    plain = Assistant.open(shelf)
    said = [{"role": "user", "content": "What is the port of Eastmouth?"}]
    (given,) = (h for h in plain.retrieve("Who founded it?", 1, said))
    after = {h.document.id: h for h in assistant.retrieve("Who founded it?", 30, said)}
    text = f"{given.passage.title}\n{given.passage.text}"
    (score,) = Reranker(str(encoder)).scores("Who founded it? (Eastmouth)", [text])
    assert after[given.document.id].score == pytest.approx((score + given.score) / 2, abs=1e-5)
    assistant.close()
    plain.close()


def test_scores_are_shares(encoder: Path) -> None:
    reranker = Reranker(str(encoder))
    scores = reranker.scores(QUESTION, ["", "Salt.", "salt " * 900])
    assert scores.shape == (3,)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert len(reranker.scores(QUESTION, [])) == 0


def test_a_reranker_that_cannot_be_used(shelf: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    many = save_encoder(tmp_path / "many", labels=3)
    for name, says in [
        (tmp_path / "empty", "cannot be loaded: .*take `reranker` out of the settings"),
        (many, "gives 3 scores a passage, expected one"),
        (model_folder(DEFAULT_MODEL), "is no cross-encoder"),
    ]:
        assistant = Assistant.open(shelf, str(name))  # nothing is loaded before a question
        with pytest.raises(ModelError, match=says):
            assistant.ask(QUESTION)
        assistant.close()


def test_the_command_reads_it_from_the_settings(
    shelf: Path, encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.toml").write_text(f"reranker = '{encoder}'")
    assert load_settings("own.toml").reranker == str(encoder)

    def run(*arguments: object) -> str:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert result.exit_code == 0, result.output
        return result.stdout

    place = ("--index", shelf, "--sources", shelf.parent)
    plain = run("search", *place, QUESTION)
    chosen = run("search", *place, "--settings", "own.toml", QUESTION)
    assert chosen != plain
    (tmp_path / "own.toml").rename(tmp_path / "commentary.toml")
    assert run("search", *place, QUESTION) == chosen
    report = run("index", *place)
    assert report.startswith("Nothing changed")  # and no new index is made for it


def test_without_it_nothing_is_imported(shelf: Path) -> None:
    code = (
        "import sys; from qa import Assistant; "
        f"Assistant.open({str(shelf)!r}).ask({QUESTION!r}); "
        "sys.exit(', '.join({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)) "
        "or 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
