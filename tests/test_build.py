"""Rebuilding the index: only what changed, all or nothing, nothing lost."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from conftest import texts_in
from filelock import FileLock

from index import build_index
from index.build import LOCK
from index.errors import LibraryBusy, SettingsError, SourceError
from index.lexical import Lexical
from index.library import Library
from index.settings import Settings, load_settings
from qa import Assistant
from qa import assistant as assistant_module
from qa.view import View, open_view

SALT = "Salt traders founded the port of Eastmouth in 1684.\n"
STEAM = "The paper mill sells its waste steam to the growers of Lindal.\n"


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, Path]:
    """A sources folder with two texts, and where its index goes."""
    folder = tmp_path / "sources"
    (folder / "deep").mkdir(parents=True)
    (folder / "salt.txt").write_text(SALT, encoding="utf-8")
    (folder / "deep" / "steam.txt").write_text(STEAM, encoding="utf-8")
    return folder, tmp_path / "index"


def test_a_second_build_does_nothing(place: tuple[Path, Path]) -> None:
    first = build_index(*place)
    assert (first.added, first.unchanged, first.failed) == (2, 0, [])
    second = build_index(*place)
    assert (second.added, second.changed, second.removed, second.unchanged) == (0, 0, 0, 2)
    assert second.embedded == 0
    assert second.passages == first.passages


def test_only_what_changed_is_embedded(place: tuple[Path, Path]) -> None:
    sources, index = place
    build_index(sources, index)
    (sources / "salt.txt").write_text(SALT + "\nIts lighthouse burned down.\n", encoding="utf-8")
    changed = build_index(sources, index)
    assert (changed.added, changed.changed, changed.unchanged) == (0, 1, 1)
    assert 1 <= changed.embedded <= 2

    (sources / "deep" / "steam.txt").rename(sources / "steam.txt")
    renamed = build_index(sources, index)
    assert (renamed.added, renamed.removed) == (1, 1)
    assert renamed.embedded == 0
    assert set(texts_in(index)) == {"salt.txt", "steam.txt"}

    (sources / "steam.txt").unlink()
    assert build_index(sources, index).removed == 1
    assert set(texts_in(index)) == {"salt.txt"}


def test_equal_texts_share_a_vector_and_keep_both_places(place: tuple[Path, Path]) -> None:
    sources, index = place
    build_index(sources, index)
    shutil.copy(sources / "salt.txt", sources / "deep" / "salt.txt")
    copied = build_index(sources, index)
    assert (copied.added, copied.embedded) == (1, 0)
    assistant = Assistant.open(index)
    found = {hit.document.id for hit in assistant.retrieve("When was Eastmouth founded?")}
    assert {"salt.txt", "deep/salt.txt"} <= found
    (sources / "salt.txt").unlink()
    build_index(sources, index)
    (hit, *_) = assistant.retrieve("When was Eastmouth founded?")
    assert hit.document.id == "deep/salt.txt"
    assistant.close()


def test_an_open_assistant_follows_the_index(place: tuple[Path, Path]) -> None:
    sources, index = place
    build_index(sources, index)
    assistant = Assistant.open(index)
    (sources / "owls.txt").write_text("Owls nest in the old lighthouse of Eastmouth.")
    build_index(sources, index)
    assert assistant.retrieve("Where do owls nest?")[0].document.id == "owls.txt"
    (sources / "owls.txt").unlink()
    build_index(sources, index)
    assert assistant.retrieve("Where do owls nest?")[0].document.id != "owls.txt"
    assistant.close()


def test_an_answer_does_not_wait_for_the_next_generation(
    place: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening one may take as long as a build that is just writing."""
    sources, index = place
    build_index(sources, index)
    opened = Assistant.open(index)
    (sources / "tea.txt").write_text("Tea came by the river.\n", "utf-8")
    begun, go_on = threading.Event(), threading.Event()

    def slow(*given: Any) -> View:
        begun.set()
        assert go_on.wait(30)
        return open_view(*given)

    monkeypatch.setattr(assistant_module, "open_view", slow)
    asking = threading.Thread(target=opened.ask, args=("Who brought tea?",))
    with opened._reading():  # a question at work
        build_index(sources, index)
        asking.start()
        assert begun.wait(30)
        ending = threading.Timer(5, go_on.set)  # or this test would never end
        ending.start()
        began = time.monotonic()
    assert time.monotonic() - began < 4
    ending.cancel()
    go_on.set()
    asking.join()
    assert opened.ask("Who brought tea?").hits[0].document.id == "tea.txt"
    opened.close()


def test_a_bad_source_costs_the_others_nothing(place: tuple[Path, Path]) -> None:
    sources, index = place
    build_index(sources, index)
    (sources / "bad.txt").write_bytes(b"\xff\xfe\x00")
    (sources / "gone.txt").symlink_to(sources / "nowhere")
    (sources / "new.txt").write_text("A new text about owls.")
    (sources / "salt.txt").write_bytes(b"caf\x00\xe9")
    report = build_index(sources, index)
    assert {path for path, _ in report.failed} == {"bad.txt", "gone.txt", "salt.txt"}
    assert all(reason for _, reason in report.failed)
    assert report.added == 1
    assert texts_in(index)["salt.txt"] == SALT  # what was read before is kept
    again = build_index(sources, index)
    assert again.failed == report.failed  # said each time, though the file is not read again


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is text")
def test_a_name_that_is_no_text_costs_the_others_nothing(place: tuple[Path, Path]) -> None:
    sources, index = place
    (sources / "caf\udce9").mkdir()  # the byte E9, as Python reads it
    (sources / "caf\udce9" / "salt.txt").write_text("Salt.\n", "utf-8")
    (sources / "th\udce9.txt").write_text("Tea.\n", "utf-8")
    report = build_index(sources, index)
    assert report.added == 2
    assert [path for path, _ in report.failed] == [r"caf\xe9", r"th\xe9.txt"]
    assert all("rename it" in reason for _, reason in report.failed)


def test_readmes_and_hidden_files_are_not_sources(place: tuple[Path, Path]) -> None:
    sources, index = place
    (sources / "README.md").write_text("About this folder.")
    (sources / ".notes.txt").write_text("Private.")
    (sources / ".git").mkdir()
    (sources / ".git" / "config.txt").write_text("x y z")
    assert build_index(sources, index).added == 2


def test_one_id_in_two_sources_is_said(place: tuple[Path, Path]) -> None:
    sources, index = place
    (sources / "a.jsonl").write_text('{"_id": "p1", "text": "First text."}')
    (sources / "b.jsonl").write_text('{"_id": "p1", "text": "Second text."}')
    report = build_index(sources, index)
    ((path, reason),) = report.failed
    assert path == "b.jsonl"
    assert "'p1' stands in a.jsonl already" in reason
    assert texts_in(index)["p1"] == "First text."


def test_a_missing_folder_is_an_error_and_loses_nothing(place: tuple[Path, Path]) -> None:
    sources, index = place
    build_index(sources, index)
    with pytest.raises(SourceError, match="there is no folder"):
        build_index(sources / "nowhere", index)
    assert len(texts_in(index)) == 2


def test_a_folder_that_cannot_be_looked_into_loses_nothing(
    place: tuple[Path, Path], tmp_path: Path
) -> None:
    sources, index = place
    build_index(sources, index)
    (sources / "deep").rename(tmp_path / "elsewhere")
    (sources / "deep").symlink_to(tmp_path / "elsewhere")
    report = build_index(sources, index)
    assert report.failed == [
        ("deep", "a link to a folder is not followed; put the folder itself there")
    ]
    assert (report.removed, report.unchanged) == (0, 2)
    assert "deep/steam.txt" in texts_in(index)
    (sources / "deep").unlink()
    assert build_index(sources, index).removed == 1


def test_places_that_cannot_be_used(place: tuple[Path, Path]) -> None:
    sources, _ = place
    with pytest.raises(SettingsError, match="a folder of its own"):
        build_index(sources, sources)
    with pytest.raises(SourceError, match="is a file"):
        build_index(sources / "salt.txt", sources / "index")


def test_another_passage_size_builds_anew(place: tuple[Path, Path]) -> None:
    sources, index = place
    long = "The council met again to speak of the breakwater and the ferries. " * 20
    (sources / "long.txt").write_text(long)
    before = build_index(sources, index)
    after = build_index(sources, index, Settings(passage_tokens=40))
    assert after.passages > before.passages
    assert build_index(sources, index).embedded == 0  # an index keeps its settings


def test_two_builds_at_once(place: tuple[Path, Path]) -> None:
    sources, index = place
    build_index(sources, index)
    with FileLock(index / LOCK), pytest.raises(LibraryBusy, match="another build"):
        build_index(sources, index)


@pytest.mark.parametrize(
    "derived", ["vectors.faiss", "vectors.faiss.json", "lexical", "lexical.json"]
)
def test_what_is_derived_is_made_again(place: tuple[Path, Path], derived: str) -> None:
    sources, index = place
    build_index(sources, index)
    path = index / derived
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assistant = Assistant.open(index)
    assert assistant.retrieve("Who founded Eastmouth?")[0].document.id == "salt.txt"
    assistant.close()


def test_opening_beside_a_build_does_not_wait_for_its_end(
    place: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    sources, index = place
    build_index(sources, index)
    (index / "vectors.faiss.json").unlink()
    monkeypatch.setattr("index.mend._PATIENCE", 0.1)
    with FileLock(index / LOCK):
        assistant = Assistant.open(index)
        assert assistant.retrieve("Who founded Eastmouth?")[0].document.id == "salt.txt"
        assistant.close()
    assert not (index / "vectors.faiss.json").exists()  # only who holds the lock writes


def test_a_killed_build_leaves_the_last_state(place: tuple[Path, Path]) -> None:
    sources, index = place
    build_index(sources, index)
    for number in range(300):
        (sources / f"{number}.txt").write_text(f"Report {number} says that the dredging went on.")
    code = "import sys; from index import build_index; build_index(sys.argv[1], sys.argv[2])"
    process = subprocess.Popen(
        [sys.executable, "-c", code, sources, index], cwd=Path(__file__).parents[1]
    )
    wal = index / "library.sqlite3-wal"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (wal.exists() and wal.stat().st_size):
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert len(texts_in(index)) in (2, 302)
    assistant = Assistant.open(index)
    assert assistant.retrieve("Who founded Eastmouth?")[0].document.id == "salt.txt"
    assistant.close()
    report = build_index(sources, index)
    assert report.added + report.unchanged == 302


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_said(place: tuple[Path, Path]) -> None:
    sources, index = place
    (sources / "salt.txt").chmod(0)
    assert build_index(sources, index).failed[0][0] == "salt.txt"


def test_settings_say_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "commentary.toml"
    for text, says in [
        ("modle = 'x'", "unknown setting modle; the settings are model, passage_tokens, reranker"),
        ("passage_tokens = 3", "from 32 to 8192"),
        ("passage_tokens = 'many'", "from 32 to 8192"),
        ("model = ''", "must be the name"),
        ("reranker = 3", "reranker must be the name or the folder"),
        ("model = ", "cannot be read as settings"),
    ]:
        file.write_text(text)
        with pytest.raises(SettingsError, match=says):
            load_settings(file)
    file.write_text("passage_tokens = 100")
    assert load_settings(file) == Settings(passage_tokens=100)


def test_progress_only_grows(place: tuple[Path, Path]) -> None:
    sources, index = place
    for number in range(200):
        (sources / f"{number}.txt").write_text(f"Report {number} is about ship {number * 7}.")
    told: list[tuple[str, int, int]] = []
    build_index(sources, index, progress=lambda *step: told.append(step))
    assert {(stage, total) for stage, _, total in told} == {("indexing", 202)}
    done = [step[1] for step in told]
    assert (min(done), done[-1]) == (0, 202)
    assert len({number for number in done if 0 < number < 202}) > 2


def test_an_earlier_source_takes_a_document_over_and_gives_it_back(
    place: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    sources, index = place
    monkeypatch.setattr("index.sources._TICK", 0)  # every file has a stamp at once

    def put(name: str, text: str) -> None:
        (sources / name).write_text(json.dumps({"_id": "x", "title": "", "text": text}))

    put("m.jsonl", "The ferry leaves at noon.")
    first = build_index(sources, index)
    assert (first.added, first.failed) == (3, [])
    for name, holds in (("z.jsonl", "m.jsonl"), ("b.jsonl", "b.jsonl")):
        put(name, f"The ferry of {name} leaves at one.")
        for _ in range(2):  # it is said each time
            report = build_index(sources, index)
            with closing(Library.open(index)) as library:
                held = library.document("x")
            assert held is not None
            assert held.path == holds
            assert {path for path, _ in report.failed} == {"z.jsonl", "m.jsonl"} - {holds}
            assert report.unchanged + report.changed == 3
    (sources / "b.jsonl").unlink()
    report = build_index(sources, index)
    assert (report.changed, report.removed, report.unchanged) == (1, 0, 2)
    assert [path for path, _ in report.failed] == ["z.jsonl"]
    with closing(Library.open(index)) as library:
        held = library.document("x")
    assert held is not None
    assert held.text == "The ferry leaves at noon."


def _ships(sources: Path) -> None:
    """Twelve documents of a passage each."""
    for number in range(12):
        (sources / f"{number}.txt").write_text(f"Ship {number} carries salt to Eastmouth.")


def test_deleted_words_are_swept_while_what_stands_answers(
    place: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    sources, index = place
    _ships(sources)
    build_index(*place)
    for number in range(9):
        (sources / f"{number}.txt").unlink()
    follow, seen = Lexical.follow, []

    def look(self: Lexical, library: Library, folder: Path | None) -> None:
        if folder != index:  # what is written aside
            held = Lexical.load(index, library.generation)
            assert held is not None
            seen.append(len(held))
        follow(self, library, folder)

    monkeypatch.setattr(Lexical, "follow", look)
    build_index(*place)
    assert seen == [5]
    swept = Lexical.load(index)
    assert swept is not None
    assert len(swept) == 5
    with closing(Library.open(index)) as library:
        assert swept.generation == library.generation
        assert sorted(swept.keys()) == library.passage_keys()
    # As a library has it that was built from scratch, where nothing was ever deleted.
    shutil.rmtree(index)
    build_index(*place)
    fresh = Lexical.load(index)
    assert fresh is not None
    assert sorted(swept.search({"salt": 1.0}, 9).values()) == pytest.approx(
        sorted(fresh.search({"salt": 1.0}, 9).values())
    )
    assert not (index / "lexical.next").exists()


def test_a_sweep_that_cannot_be_finished_leaves_what_stands(
    place: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    sources, index = place
    _ships(sources)
    build_index(*place)
    (sources / "3.txt").unlink()
    (sources / "4.txt").unlink()
    with monkeypatch.context() as patch:
        patch.setattr("index.lexical.shutil.rmtree", lambda *_, **__: None)
        (index / "lexical.next").mkdir()  # cannot be made: it is there, and stays
        build_index(*place)
    held = Lexical.load(index)
    assert held is not None
    assert len(held) == 12
    build_index(*place)
    held = Lexical.load(index)
    assert held is not None
    assert len(held) == 12
    assert not (index / "lexical.next").exists()
