"""Whatever byte of an index changes: it is noticed, nothing is answered from it, and it is mended.

`pytest tests/test_damage.py --flips 1000` flips more than the default.
"""

import contextlib
import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import HARBOUR, ORCHARDS

from index import build_index
from index.errors import CommentaryError, LibraryDamaged, LibraryMissing
from index.library.database import FILE
from index.verify import verify
from qa import Assistant

QUESTIONS = ("When was the port of Eastmouth founded?", "Who sells the steam?")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sources and an index that was changed once, so that it holds an older version too."""
    place = tmp_path_factory.mktemp("sound")
    (place / "sources").mkdir()
    (place / "sources" / "harbour.md").write_text(HARBOUR, encoding="utf-8")
    (place / "sources" / "orchards.txt").write_text(ORCHARDS[:300], encoding="utf-8")
    build_index(place / "sources", place / "index")
    (place / "sources" / "orchards.txt").write_text(ORCHARDS, encoding="utf-8")
    build_index(place / "sources", place / "index")
    return place


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Iterator[Path]:
    shutil.copytree(sound, tmp_path / "copy")
    return tmp_path / "copy"


def answers(index: Path) -> list[str]:
    assistant = Assistant.open(index)
    try:
        return [assistant.ask(question).text for question in QUESTIONS]
    finally:
        assistant.close()


def files(index: Path) -> list[Path]:
    """Every file that says something; -shm is SQLite's scratch and made anew at each opening."""
    found = (path for path in index.rglob("*") if path.is_file() and path.stat().st_size)
    return sorted(path.relative_to(index) for path in found if not path.name.endswith("-shm"))


def test_any_byte(sound: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    rng = random.Random(3)
    expected = answers(sound / "index")
    names = files(sound / "index")
    for number in range(request.config.getoption("--flips")):
        # Each file in turn, and the library itself as often as all others together.
        name = Path(FILE) if number % 2 else names[number // 2 % len(names)]
        place = tmp_path / str(number)
        shutil.copytree(sound, place)
        file = place / "index" / name
        data = bytearray(file.read_bytes())
        at = rng.randrange(len(data))
        data[at] ^= 1 << rng.randrange(8)
        file.write_bytes(data)
        where = f"{name}, byte {at}"

        assert verify(place / "index").problems, where
        with contextlib.suppress(CommentaryError):  # any other error fails the test
            assert answers(place / "index") == expected, where
        left = verify(place / "index", repair=True).problems
        assert {problem.remedy for problem in left} <= {"commentary index"}, where
        build_index(place / "sources", place / "index")
        assert answers(place / "index") == expected, where
        assert verify(place / "index").problems == [], where
        shutil.rmtree(place)


def change(index: Path, sql: str) -> None:
    """Write to the library past us, as a stray program might."""
    connection = sqlite3.connect(index / FILE)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.executescript(sql)
    connection.close()


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("UPDATE documents SET text = replace(text, '1684', '1685')", "is damaged"),
        ("UPDATE embeddings SET vector = zeroblob(1536) WHERE key = 1", "is damaged"),
        ("UPDATE passages SET start = start + 1", "is damaged"),
        ("DELETE FROM passages WHERE key = (SELECT max(key) FROM passages)", "passages"),
        ("DELETE FROM embeddings WHERE key = 1", "is missing"),
        ("UPDATE meta SET value = 7 WHERE name = 'generation'", "table meta is damaged"),
        ("UPDATE documents SET state = 2", "documents"),
    ],
)
def test_what_was_changed_by_another_program_is_said_and_mended(
    copy: Path, sql: str, says: str
) -> None:
    expected = answers(copy / "index")
    change(copy / "index", sql)
    problems = verify(copy / "index").problems
    assert any(says in problem.what for problem in problems), problems
    left = verify(copy / "index", repair=True).problems
    assert {problem.remedy for problem in left} <= {"commentary index"}
    build_index(copy / "sources", copy / "index")
    assert answers(copy / "index") == expected


def test_a_repair_needs_no_sources(copy: Path) -> None:
    expected = answers(copy / "index")
    shutil.rmtree(copy / "sources")
    change(copy / "index", "DELETE FROM embeddings; DELETE FROM passages;")
    with pytest.raises(LibraryDamaged, match="commentary verify --repair"):
        answers(copy / "index")
    verdict = verify(copy / "index", repair=True)
    assert (verdict.problems, verdict.lost) == ([], 0)
    assert answers(copy / "index") == expected


def test_what_cannot_be_saved_is_counted_and_kept_aside(copy: Path) -> None:
    expected = answers(copy / "index")
    change(copy / "index", "UPDATE documents SET text = 'x' WHERE id = 'harbour.md'")
    verdict = verify(copy / "index", repair=True)
    assert (verdict.lost, verdict.documents) == (1, 1)
    assert [problem.remedy for problem in verdict.problems] == ["commentary index"]
    assert (copy / "index" / f"{FILE}.damaged").exists()
    build_index(copy / "sources", copy / "index")
    assert answers(copy / "index") == expected


def test_a_file_that_is_no_database_is_replaced(copy: Path) -> None:
    expected = answers(copy / "index")
    (copy / "index" / FILE).write_bytes(b"no database" * 1000)
    with pytest.raises(LibraryDamaged):
        answers(copy / "index")
    assert verify(copy / "index").problems
    verdict = verify(copy / "index", repair=True)
    assert verdict.lost is None
    assert [problem.remedy for problem in verdict.problems] == ["commentary index"]
    assert build_index(copy / "sources", copy / "index").added == 2
    assert answers(copy / "index") == expected


def test_an_open_assistant_sees_the_repair(copy: Path) -> None:
    assistant = Assistant.open(copy / "index")
    expected = assistant.ask(QUESTIONS[0]).text
    change(copy / "index", "DELETE FROM embeddings")
    with pytest.raises(LibraryDamaged):
        assistant.ask(QUESTIONS[0])
    verify(copy / "index", repair=True)
    assert assistant.ask(QUESTIONS[0]).text == expected
    assistant.close()


def test_nothing_to_verify(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing, match="build it first"):
        verify(tmp_path)
