"""The command line: output, exit codes, and errors in a line."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from filelock import FileLock

from index import build_index
from index.library import Library
from index.mend import LOCK
from qa import Assistant
from ui.cli import main
from ui.render import answer_text


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_help_names_every_command() -> None:
    result = run("--help")
    assert result.exit_code == 0
    for name in (
        "index", "ask", "search", "chat", "status", "verify", "add", "remove", "list",
        "bench", "eval",
    ):  # fmt: skip
        assert f"\n  {name} " in result.output
        assert run(name, "--help").exit_code == 0


def test_index_reports_what_it_did(sources: Path, tmp_path: Path) -> None:
    result = run("index", "--sources", sources, "--index", tmp_path / "i", "--json")
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert (report["added"], report["failed"]) == (2, [])
    again = run("index", "--sources", sources, "--index", tmp_path / "i")
    assert again.stdout.startswith("Nothing changed: 2 documents")


def test_bench_measures_the_library_at_hand(index: Path, tmp_path: Path) -> None:
    result = run("bench", "--index", index, "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["passages"] > 0
    assert found["encode"] > 0
    assert 0 < found["ask50"] <= found["ask95"]
    assert "answering  p50" in run("bench", "--index", index).stdout
    missing = run("bench", "--index", tmp_path / "nothing")
    assert missing.exit_code == 1
    assert "build it first" in missing.stderr


def test_a_bad_source_is_reported_on_stderr(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("Owls nest in the lighthouse.")
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe\x00")
    result = run("index", "--sources", tmp_path, "--index", tmp_path / ".index")
    assert result.exit_code == 0
    assert "not read: bad.txt: begins as UTF-16 does" in result.stderr
    status = run("status", "--index", tmp_path / ".index")
    assert "not read: bad.txt" in status.output


def test_nothing_to_index_is_an_error(tmp_path: Path) -> None:
    result = run("index", "--sources", tmp_path, "--index", tmp_path / ".index")
    assert result.exit_code == 1
    assert "put texts, web pages, PDFs, Word files or e-books into it" in result.stderr


def test_ask_prints_the_answer_and_its_sources(index: Path) -> None:
    result = run("ask", "--index", index, "When was the port of Eastmouth founded?")
    assert result.exit_code == 0
    assert "The port of Eastmouth was founded in 1684 by salt traders. [1]" in result.stdout
    assert "Mira Okafor" in result.stdout
    assert "\x1b[" not in result.stdout  # no colour away from a terminal


def test_what_the_terminal_has_no_letter_for_is_written_out(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The mills of Łódź were built in 1835.\n", "utf-8")
    build_index(tmp_path, tmp_path / ".index")
    command = [sys.executable, "-m", "ui.cli", "ask", "--index", str(tmp_path / ".index")]
    done = subprocess.run(
        [*command, "When were the mills built?"],
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=True,
    )
    assert rb"The mills of \u0141\xf3d\u017a were" in done.stdout.replace(b"\xf3", rb"\xf3")


def test_ask_as_json(index: Path) -> None:
    result = run("ask", "--index", index, "--json", "When was the port of Eastmouth founded?")
    answer = json.loads(result.stdout)
    assert answer["answered"] is True
    (citation, *_) = answer["citations"]
    assert citation["quote"].startswith("The port of Eastmouth was founded")
    assert citation["end"] - citation["start"] == len(citation["quote"])
    assert citation["document"]["author"] == "Mira Okafor"


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.3, "\n\nLow confidence (estimated probability 30%)\n\n[1] "),
        (0.6, "\n\nFair confidence (estimated probability 60%)\n\n[1] "),
        (0.8, "\n\n[1] "),
    ],
)
def test_an_unsure_answer_says_so(assistant: Assistant, share: float, said: str) -> None:
    answer = assistant.ask("When was the port of Eastmouth founded?")
    text = answer_text(replace(answer, confidence=share))
    assert text.startswith(answer.text + said)
    refused = assistant.ask("What is the capital of Peru?")
    assert "confidence" not in answer_text(refused)


def test_no_answer_exits_with_1(index: Path) -> None:
    result = run("ask", "--index", index, "What is the capital of Peru?")
    assert result.exit_code == 1
    assert "The sources do not answer this question." in result.stdout


def test_search(index: Path) -> None:
    result = run("search", "--index", index, "-k", "1", "--json", "Why did the ferries leave?")
    (hit,) = json.loads(result.stdout)
    assert "silted up" in hit["text"]
    assert "silted up" in run("search", "--index", index, "Why did the ferries leave?").stdout


def test_status_as_json(index: Path) -> None:
    status = json.loads(run("status", "--index", index, "--json").stdout)
    assert (status["documents"], status["model"]) == (2, "all-MiniLM-L6-v2")


@pytest.fixture
def place(tmp_path: Path) -> list[str]:
    """Sources and an index of our own, as options."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "owls.md").write_text(
        "---\nauthor: Mira Okafor\npublished: 2020-05-01\n---\nOwls nest in the lighthouse."
    )
    return ["--sources", str(tmp_path / "sources"), "--index", str(tmp_path / "index")]


def test_add_list_and_remove(place: list[str], tmp_path: Path) -> None:
    (tmp_path / "salt.txt").write_text("Salt traders came by sea.")
    added = run("add", *place, tmp_path / "salt.txt", "--author", "Ada Berg", "--published", "2021")
    assert added.exit_code == 0, added.stderr
    assert "2 documents added" in added.stdout
    assert "author: Ada Berg" in (tmp_path / "sources" / "salt.txt").read_text()
    assert (tmp_path / "salt.txt").read_text() == "Salt traders came by sea."

    assert "2 documents" in run("list", *place).stdout
    (listed,) = json.loads(run("list", *place, "--from", "2021", "--json").stdout)
    assert (listed["id"], listed["author"], listed["passages"]) == ("salt.txt", "Ada Berg", 1)
    assert "owls.md" in run("list", *place, "--author", "okafor", "--to", "2020").stdout

    kept = CliRunner().invoke(main, ["remove", *place, "salt.txt"], input="n\n")
    assert kept.exit_code == 1
    assert (tmp_path / "sources" / "salt.txt").exists()
    nobody = CliRunner().invoke(main, ["remove", *place, "salt.txt"], input="")
    assert nobody.exit_code == 1
    assert "nothing was deleted: there is nobody to ask; say --yes" in nobody.stderr
    assert "Aborted" not in nobody.output
    assert "1 removed" in run("remove", *place, "salt.txt", "--yes").stdout
    assert not (tmp_path / "sources" / "salt.txt").exists()
    assert "there is no source salt.txt" in run("remove", *place, "salt.txt", "--yes").stderr


def test_adding_what_cannot_be_added(place: list[str]) -> None:
    for source, says in (
        ("nowhere.txt", "there is no such file"),
        ("http://127.0.0.1:8080/x", "127.0.0.1"),
        ("ftp://example.org/x", "http"),
    ):
        result = run("add", *place, source)
        assert (result.exit_code, says in result.stderr) == (1, True), result.stderr
        assert "Traceback" not in result.output


def test_one_that_cannot_be_added_is_named_and_the_others_are(
    place: list[str], tmp_path: Path
) -> None:
    (tmp_path / "salt.txt").write_text("Salt traders came by sea.")
    result = run("add", *place, "nowhere.txt", tmp_path / "salt.txt")
    assert result.exit_code == 1
    assert "error: nowhere.txt: there is no such file" in result.stderr
    assert "2 documents added" in result.stdout


def test_what_cannot_follow_is_not_removed(place: list[str], tmp_path: Path) -> None:
    run("index", *place)
    with FileLock(tmp_path / "index" / LOCK):
        result = run("remove", *place, "owls.md", "--yes")
    assert (result.exit_code, "another build" in result.stderr) == (1, True)
    assert (tmp_path / "sources" / "owls.md").exists()


def test_a_source_that_breaks_is_said_to_be_kept(place: list[str], tmp_path: Path) -> None:
    run("index", *place)
    (tmp_path / "sources" / "owls.md").write_text("")
    for said in (run("index", *place).stderr, run("status", *place).stdout):
        assert "not read: owls.md: there is no text in it; what was read from it before" in said


@pytest.mark.parametrize("model", ["owner/no-such-model", "a/b/c", "bad name!"])
def test_a_model_that_is_not_there(place: list[str], tmp_path: Path, model: str) -> None:
    settings = tmp_path / "own.toml"
    settings.write_text(f"model = '{model}'")
    result = run("index", *place, "--settings", settings)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stderr.startswith("error: ")


def test_verify_says_and_mends(place: list[str], tmp_path: Path) -> None:
    run("index", *place)
    assert run("verify", *place).stdout.startswith("Sound: 1 document, 1 passage")
    (tmp_path / "index" / "vectors.faiss").write_bytes(b"")
    broken = run("verify", *place)
    assert broken.exit_code == 1
    assert "vectors.faiss: is missing, or not what was written" in broken.stdout
    assert "commentary verify --repair" in broken.stdout
    assert json.loads(run("verify", *place, "--json").stdout)["problems"]
    assert run("verify", *place, "--repair").exit_code == 0
    assert run("verify", *place).exit_code == 0


def test_status_says_what_is_new(place: list[str], tmp_path: Path) -> None:
    run("index", *place)
    said = run("status", *place).stdout
    assert "nothing changed since" in said
    assert "all-MiniLM-L6-v2 (English)" in said
    (tmp_path / "sources" / "new.txt").write_bytes("Café, naïve, déjà vu, señor.".encode("cp1252"))
    assert "1 new since; commentary index takes it up" in run("status", *place).stdout
    noted = run("index", *place)
    assert "note: new.txt: read as" in noted.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("ask", "--index", "nowhere", "Why?"), 1, "build it first: commentary index"),
        (("status", "--index", "nowhere"), 1, "there is no index in nowhere"),
        (("verify", "--index", "nowhere"), 1, "there is no index in nowhere"),
        (("list", "--index", "nowhere"), 1, "there is no index in nowhere"),
        (("index", "--sources", "nowhere"), 1, "there is no folder nowhere"),
        (("ask", "--index", "nowhere"), 2, "Missing argument"),
        (("search", "-k", "99", "Why?"), 2, "99"),
        (("sing",), 2, "No such command"),
        (("list", "--from", "yesterday"), 2, "'yesterday' is not a date such as"),
        (("add", "x.txt", "--published", "2024-02-31"), 2, "is not a date such as"),
        (("ask", "--colour", "x"), 2, "No such option"),
    ],
)
def test_errors_are_lines_and_exit_codes(
    arguments: tuple[str, ...],
    code: int,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == code
    assert says in result.stderr
    assert "Traceback" not in result.output


def test_a_question_out_of_bounds(index: Path) -> None:
    for question, says in (("  ", "the question is empty"), ("x" * 20_000, "20,000 characters")):
        result = run("ask", "--index", index, question)
        assert (result.exit_code, says in result.stderr) == (2, True)
    reversed_range = ("--from", "2024", "--to", "2020-05")
    for command in (("ask", "Why?"), ("search", "Why?"), ("list",)):
        result = run(*command, "--index", index, *reversed_range)
        assert result.exit_code == 2
        assert "begins with 2024 and ends with 2020-05; exchange the two" in result.stderr


def test_an_empty_list_says_why(index: Path) -> None:
    result = run("list", "--index", index, "--author", "zzz")
    assert (result.exit_code, result.stdout) == (0, "0 documents\n")
    assert "No document is by an author “zzz”; the authors are Mira Okafor" in result.stderr
    result = run("list", "--index", index, "--author", "zzz", "--json")
    assert json.loads(result.stdout) == []


def test_status_without_the_sources_or_a_first_build(index: Path, tmp_path: Path) -> None:
    said = run("status", "--index", index, "--sources", tmp_path / "nope").stdout
    assert f"there is no folder {tmp_path / 'nope'}" in said
    # What a build leaves that was stopped before its end.
    (tmp_path / "stopped").mkdir()
    Library(tmp_path / "stopped", writable=True).close()
    said = run("status", "--index", tmp_path / "stopped").stdout
    assert "built      not yet" in said


def test_unknown_settings(sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "commentary.toml").write_text("colour = 'red'")
    result = run("index", "--sources", sources)
    assert result.exit_code == 1
    assert "unknown setting colour" in result.stderr
