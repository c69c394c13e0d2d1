"""Thumbs as questions in BEIR form."""

import json
from pathlib import Path

import pytest

from index.records import Document
from ui import feedback
from ui.shown import Place, Shown


def document(id: str) -> Document:
    return Document(id, id, "", "", "", "", "", "", "0" * 64)


def turn(*ids: str, question: str = "Who?", understood: str = "") -> Shown:
    places = tuple(
        Place(document(id), number, 0, 4, "", f"quote {number}")
        for number, id in enumerate(ids, start=1)
    )
    kind = "sentences" if ids else "none"
    return Shown(question, {}, kind, 0.5, understood, text="No.", places=places)  # type: ignore[arg-type]


def queries(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "queries.jsonl").read_text("utf-8").splitlines()]


def rows(folder: Path) -> list[str]:
    return (folder / "qrels" / "test.tsv").read_text("utf-8").splitlines()


def test_a_good_answer_names_its_documents_and_quotes(tmp_path: Path) -> None:
    feedback.keep(
        tmp_path, turn("a.txt", "a.txt", "b.txt", understood="Who was it?"), True, " Yes "
    )
    (query,) = queries(tmp_path)
    assert query["text"] == "Who was it?"
    assert query["metadata"] == {
        "kind": "sentences",
        "good": True,
        "answerable": True,
        "answers": ["quote 1", "quote 2", "quote 3"],
        "note": "Yes",
    }
    id = query["_id"]
    assert rows(tmp_path) == ["query-id\tcorpus-id\tscore", f"{id}\ta.txt\t1", f"{id}\tb.txt\t1"]


def test_a_bad_answer_claims_nothing_but_that(tmp_path: Path) -> None:
    feedback.keep(tmp_path, turn("a.txt"), False)
    (query,) = queries(tmp_path)
    assert query["metadata"] == {"kind": "sentences", "good": False}
    assert len(rows(tmp_path)) == 1


@pytest.mark.parametrize("is_good", [True, False])
def test_a_refusal_is_right_or_there_is_an_answer(tmp_path: Path, is_good: bool) -> None:
    feedback.keep(tmp_path, turn(), is_good)
    (query,) = queries(tmp_path)
    assert query["metadata"] == {"kind": "none", "good": is_good, "answerable": not is_good}


def test_who_judges_again_judges_anew(tmp_path: Path) -> None:
    feedback.keep(tmp_path, turn("a.txt"), True)
    feedback.keep(tmp_path, turn("b.txt", question="Other\u2028?"), True)
    feedback.keep(tmp_path, turn("a.txt"), False, "wrong\nindeed")
    assert [query["text"] for query in queries_of(tmp_path)] == ["Other\u2028?", "Who?"]
    assert [row.split("\t")[1] for row in rows(tmp_path)[1:]] == ["b.txt"]


def queries_of(folder: Path) -> list[dict[str, object]]:
    lines = (folder / "queries.jsonl").read_text("utf-8").split("\n")[:-1]
    return [json.loads(line) for line in lines]


def test_what_others_wrote_into_the_file_stays(tmp_path: Path) -> None:
    feedback.keep(tmp_path, turn("a.txt"), True)
    by_hand = ['{"text": "no id"}', "no JSON", '["_id"]', '{"_id": "mine", "text": "Where?"}']
    with (tmp_path / "queries.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n".join(by_hand))  # and no line end
    with (tmp_path / "qrels" / "test.tsv").open("a", encoding="utf-8") as file:
        file.write("mine\tb.txt\t1")
    feedback.keep(tmp_path, turn("c.txt", question="When?"), True)
    lines = (tmp_path / "queries.jsonl").read_text("utf-8").splitlines()
    assert lines[1:-1] == by_hand
    assert "mine\tb.txt\t1" in rows(tmp_path)


def test_an_id_that_would_break_a_row_is_left_out(tmp_path: Path) -> None:
    feedback.keep(tmp_path, turn("a\tb", "c.txt"), True)
    assert [row.split("\t")[1] for row in rows(tmp_path)[1:]] == ["c.txt"]


def test_a_full_file_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    feedback.keep(tmp_path, turn("a.txt"), True)
    before = rows(tmp_path)
    monkeypatch.setattr(feedback, "_MAX_SIZE", 10)
    with pytest.raises(feedback.FeedbackFull, match=r"queries\.jsonl is full"):
        feedback.keep(tmp_path, turn("b.txt"), True)
    assert rows(tmp_path) == before
