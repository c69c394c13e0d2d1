"""`commentary eval`: small folders of judged questions, with figures worked out by hand."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from index.errors import EvaluationError
from qa.evaluation import measures
from qa.evaluation.beir import read_folder, read_folders
from ui.cli import main

PORT = {
    "corpus": {
        "harbour": "The port of Eastmouth was founded in 1684 by salt traders. "
        "Its first lighthouse burned down in 1702.",
        "ferries": "The ferries moved to Westhaven because the channel had silted up. "
        "Dredging would have cost more than the ferries earned.",
    },
    "queries": [
        {
            "_id": "a", "text": "When was the port of Eastmouth founded?",
            "metadata": {
                "answerable": True, "answers": ["1684"], "kind": "DATE",
                "selected_sentences": [
                    ["The port of Eastmouth was founded in 1684 by `` salt '' traders ."]
                ],
                "references": ["The port of Eastmouth was founded in 1684 by salt traders."],
            },
        },
        {
            "_id": "b", "text": "Why did they move?",
            "metadata": {
                "answerable": True, "answers": ["silted up"],
                "history": [
                    {"role": "user", "content": "Where did the ferries move?"},
                    {"role": "assistant", "content": "The ferries moved to Westhaven."},
                ],
            },
        },
        {
            "_id": "c", "text": "Who composed the opera Rigoletto?",
            "metadata": {"answerable": False},
        },
        {"_id": "train", "text": "A question of another split."},
    ],
    "qrels": "query-id\tcorpus-id\tscore\na\tharbour\t1\nb\tferries\t1\n",
}  # fmt: skip
ORCHARD = {
    "corpus": {"mill": "Growers near Lindal heat their glasshouses with steam from the mill."},
    "queries": [{"_id": "m", "text": "How do growers near Lindal heat their glasshouses?",
                 "metadata": {"answerable": True}}],
    "qrels": "query-id\tcorpus-id\tscore\nm\tmill\t1\n",
}  # fmt: skip


def write(folder: Path, parts: dict[str, object]) -> Path:
    (folder / "qrels").mkdir(parents=True)
    corpus, queries = parts["corpus"], parts["queries"]
    assert isinstance(corpus, dict)
    assert isinstance(queries, list)
    lines = [json.dumps({"_id": id, "title": "", "text": text}) for id, text in corpus.items()]
    (folder / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    lines = [json.dumps(query) for query in queries]
    (folder / "queries.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text(str(parts["qrels"]), encoding="utf-8")
    return folder


@pytest.fixture
def port(tmp_path: Path) -> Path:
    return write(tmp_path / "port", PORT)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["eval", *map(str, arguments)])


def test_figures_of_a_folder(port: Path, tmp_path: Path) -> None:
    picture = tmp_path / "p.svg"
    result = run(port, "--json", "--plot", picture)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["merged"] is False
    one = found["folders"]["port"]
    assert one["questions"] == 3  # not the one that nobody judged
    assert one["retrieval"] == {
        "questions": 2, "ndcg_at_10": 1.0, "recall_at_5": 1.0, "recall_at_10": 1.0, "mrr": 1.0,
    }  # fmt: skip
    assert one["retrieval_last_turn"]["questions"] == 2
    assert one["answer_sentence"] == {
        "questions": 2, "first": 1.0, "first_three": 1.0,
        "ranked_first": 1.0, "ranked_first_three": 1.0,
    }  # fmt: skip
    for place in ("from_passage", "from_corpus"):
        assert one[place] == {
            "questions": 1, "refused": 0.0, "sentence_f1": 1.0, "rouge_l": 1.0,
        }  # fmt: skip
    known = one["answerability"]
    assert (known["answerable"], known["unanswerable"], known["auroc"]) == (2, 1, 1.0)
    assert (known["wrongly_refused"], known["wrongly_answered"]) == (0.0, 0.0)
    assert set(one["by_turn"]) == {"0", "1"}
    assert one["by_turn"]["1"]["ndcg_at_10"] == 1.0
    assert list(one["by_kind"]) == ["DATE"]
    assert one["citations"]["checked"] == one["citations"]["exact"] > 0
    assert 0 < one["latency"]["p50_ms"] <= one["latency"]["p95_ms"]
    assert one["others"] is None
    assert (found["together"]["questions"], found["together"]["auroc"]) == (3, 1.0)
    assert "<svg" in picture.read_text(encoding="utf-8")


def test_a_wrongful_no_counts_as_a_miss_but_its_sentences_are_ranked(port: Path) -> None:
    query = {
        "_id": "a",
        "text": "Which harbour lighthouse keeper of Reykjavik did the Bolivian senate reward?",
        "metadata": {"answerable": True, "answers": ["lighthouse"]},
    }
    (port / "queries.jsonl").write_text(json.dumps(query), encoding="utf-8")
    (port / "qrels" / "test.tsv").write_text("a\tharbour\t1\n", encoding="utf-8")
    result = run(port, "--json")
    assert result.exit_code == 0, result.output
    one = json.loads(result.stdout)["folders"]["port"]
    assert one["answerability"]["wrongly_refused"] == 1.0
    found = one["answer_sentence"]
    assert (found["first"], found["first_three"]) == (0.0, 0.0)
    assert found["ranked_first_three"] == 1.0


def test_one_index_for_all_is_kept_and_used_again(port: Path, tmp_path: Path) -> None:
    orchard = write(tmp_path / "orchard", ORCHARD)
    index = tmp_path / "kept"
    first = run(port, orchard, "--merge", "--index", index, "--json")
    assert first.exit_code == 0, first.output
    assert list(json.loads(first.stdout)["folders"]) == ["port", "orchard"]
    assert "all together:\n  answerable or not" in run(port, orchard, "--merge").stdout
    (orchard / "corpus.jsonl").unlink()  # now a folder of questions to an index that is there
    again = run(orchard, "--index", index)
    assert again.exit_code == 0, again.output
    assert "nDCG@10 1.0000" in again.stdout
    alone = run(port, "--index", index)
    assert alone.exit_code == 1  # a build would take the orchard for deleted
    assert "holds orchard/corpus.jsonl, which is none of these corpora" in alone.stderr


def test_questions_on_other_matters(port: Path, tmp_path: Path) -> None:
    result = run(port, write(tmp_path / "orchard", ORCHARD), "--others", "--json")
    assert result.exit_code == 0, result.output
    folders = json.loads(result.stdout)["folders"]
    assert folders["port"]["others"] == {"questions": 1, "auroc": 1.0, "wrongly_answered": 0.0}
    assert folders["orchard"]["others"]["questions"] == 3


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("queries.jsonl", "{", "queries.jsonl, line 1: not JSON"),
        ("queries.jsonl", '{"_id": 3}', "line 1: expected an object with the texts _id and text"),
        ("queries.jsonl", '{"_id": "z", "text": " "}', "line 1: the question is empty"),
        ("queries.jsonl", '{"_id": "z", "text": "Why?"}', "which queries.jsonl does not have"),
        (
            "queries.jsonl",
            '{"_id": "a", "text": "Why?", "metadata": {"answerable": 1}}',
            "metadata.answerable to be true or false",
        ),
        ("qrels/test.tsv", "a harbour 1", "line 1: expected query-id, corpus-id and a number"),
        ("corpus.jsonl", "[]", "port/corpus.jsonl cannot be read: line 1"),
    ],
)
def test_a_folder_in_another_form_is_an_error_in_a_line(
    port: Path, name: str, text: str, message: str
) -> None:
    (port / name).write_text(text, encoding="utf-8")
    result = run(port)
    assert result.exit_code == 1
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_what_cannot_be_measured(port: Path, tmp_path: Path) -> None:
    assert "expected a folder" in run(tmp_path / "nowhere").stderr
    (port / "corpus.jsonl").unlink()
    assert "name the index" in run(port).stderr
    assert "build it first" in run(port, "--index", tmp_path / "none").stderr
    other = write(tmp_path / "orchard", ORCHARD)
    assert "name the index" in run(port, other, "--index", tmp_path / "none").stderr
    (other / "corpus.jsonl").unlink()
    both = run(port, other, "--others", "--index", tmp_path / "none")
    assert "has no corpus.jsonl to ask" in both.stderr
    (port / "qrels" / "test.tsv").unlink()
    assert "test.tsv is missing" in run(port).stderr
    assert run(port, "--others").exit_code == 2
    assert run(port, "--plot", "scores.gif").exit_code == 2
    assert run().exit_code == 2


def test_folders_of_one_name_are_told_apart(port: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "more" / "port", ORCHARD)
    assert [folder.name for folder in read_folders([port, other])] == ["port", "port-2"]


def test_retrieval_by_hand() -> None:
    found = measures.retrieval(
        {"a": ["x", "y"], "b": ["x", *"cdefg", "y"], "c": []},
        {"a": {"y": 1}, "b": {"x": 1, "y": 1}, "c": {"x": 1}},
    )
    log = 0.6309297535714575  # 1 / log2(3): the second place
    assert found["a"] == {
        "ndcg_at_10": pytest.approx(log), "recall_at_5": 1, "recall_at_10": 1, "mrr": 0.5,
    }  # fmt: skip
    assert found["b"]["ndcg_at_10"] == pytest.approx((1 + 1 / 3) / (1 + log))
    assert (found["b"]["recall_at_5"], found["b"]["recall_at_10"]) == (0.5, 1)
    assert set(found["c"].values()) == {0}


def test_sentences_match_through_tokenised_punctuation() -> None:
    selected = ["He said `` no '' -LRB- twice -RRB- , then left .", "It rained -- a lot ."]
    assert measures.sentence_f1(['He said "no" (twice), then left.'], [selected]) == pytest.approx(
        2 / 3  # all of one, half of the other
    )
    assert measures.sentence_f1(["It rained – a lot."], [selected, ["It rained -- a lot ."]]) == 1
    assert measures.sentence_f1(["Owls."], [selected]) == 0
    assert measures.sentence_f1([], [selected]) == 0


def test_rouge_takes_the_best_reference_and_stems() -> None:
    assert measures.rouge_l("the ferries moved", ["nothing", "the ferry moves"]) == 1
    # Longest common subsequence 2 of 4 and of 2 words: precision .5, recall 1.
    assert measures.rouge_l("one two three four", ["two four"]) == pytest.approx(2 / 3)


def test_calibration_and_ranks_by_hand() -> None:
    chances, answers = [0.95, 0.85, 0.15, 0.05], [True, False, False, False]
    assert measures.auroc(chances, answers) == 1
    assert measures.auroc([0.5], [True]) is None
    assert measures.calibration_error(chances, answers) == pytest.approx(
        (0.05 + 0.85 + 0.15 + 0.05) / 4
    )
    assert measures.bins([1.0], [True]) == [(1, 1.0, 1.0)]


@given(st.binary(max_size=200))
def test_no_bytes_in_a_folder_give_anything_but_our_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = write(tmp_path_factory.mktemp("fuzz") / "port", PORT)
    (folder / "queries.jsonl").write_bytes(data)
    with pytest.raises(EvaluationError):
        read_folder(folder, "port")


def test_a_question_is_asked_under_its_filters(port: Path) -> None:
    query = {
        "_id": "a",
        "text": "When was the port of Eastmouth founded?",
        "metadata": {"answerable": True, "filters": {"document": "ferries"}},
    }
    (port / "queries.jsonl").write_text(json.dumps(query), encoding="utf-8")
    (port / "qrels" / "test.tsv").write_text("a\tharbour\t1\n", encoding="utf-8")
    result = run(port, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["folders"]["port"]["retrieval"]["mrr"] == 0
    query["metadata"] = {"answerable": True, "filters": ["ferries"]}
    (port / "queries.jsonl").write_text(json.dumps(query), encoding="utf-8")
    assert "metadata.filters to be an object of texts" in run(port).stderr
