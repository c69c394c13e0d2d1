"""Builds in the background: one at a time, whoever starts them."""

import time
from pathlib import Path

from serve_fixtures import make_library

from index.build import build_lock
from ui.rebuild import BuildState, Rebuild


def ended(rebuild: Rebuild) -> BuildState:
    deadline = time.monotonic() + 60
    while rebuild.state.running:
        assert time.monotonic() < deadline, "the build did not end"
        time.sleep(0.02)
    return rebuild.state


def test_what_is_asked_for_meanwhile_is_done_after(tmp_path: Path) -> None:
    sources, index = make_library(tmp_path)
    rebuild = Rebuild(sources, index)
    with build_lock(index):  # another program builds
        assert rebuild.start().running
        (sources / "tunnel.txt").write_text("The tunnel was dug by forty miners.\n", "utf-8")
        rebuild.start(remove=["grain.txt", "gone.txt"])
    state = ended(rebuild)
    assert state.error == ""
    assert not (sources / "grain.txt").exists()
    assert ended(rebuild).report is not None


def test_an_error_is_said_and_the_next_build_is_a_new_one(tmp_path: Path) -> None:
    sources, index = make_library(tmp_path)
    rebuild = Rebuild(sources, index)
    sources.rename(tmp_path / "away")
    rebuild.start()
    assert "source_texts" in ended(rebuild).error
    (tmp_path / "away").rename(sources)
    rebuild.start()
    assert ended(rebuild).error == ""


def test_following_is_seen_when_it_changes_something(tmp_path: Path) -> None:
    sources, index = make_library(tmp_path)
    rebuild = Rebuild(sources, index)
    rebuild.follow()
    assert rebuild.state.count == 0
    assert not rebuild.state.running
    (sources / "tunnel.txt").write_text("The tunnel was dug by forty miners.\n", "utf-8")
    rebuild.follow()
    assert rebuild.state.count == 1
    assert rebuild.state.report is not None
    assert rebuild.state.report.added == 1
