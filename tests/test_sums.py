"""The sums of the database's pages: whatever is written, and wherever that stops, none is wrong."""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import LibraryError
from index.library.database import FILE, Database
from index.library.seal import broken_pages, seal
from index.library.sums import Head, SumsFile, read_all

PAGE = 4096
SMALL = 5  # sums in a block: a few pages make several


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.library.sums._SUMS", SMALL)


def put(database: Database, name: int, size: int) -> None:
    with database.transaction():
        values = (f"x{name}", "y" * size)
        database.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", values)


def test_each_change_leaves_every_page_with_its_sum() -> None:
    @settings(max_examples=30)
    @given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40_000)), max_size=8))
    def check(changes: list[tuple[int, int]]) -> None:
        with (
            tempfile.TemporaryDirectory() as place,
            closing(Database(Path(place), writable=True)) as database,
        ):
            for name, size in changes:
                put(database, name, size)
                seal(database)
                sums = read_all(Path(place) / f"{FILE}.sums")
                assert sums is not None
                assert sums.all()
                assert len(sums) * PAGE == (Path(place) / FILE).stat().st_size
                assert broken_pages(database) == []

    check()


def test_a_byte_that_changed_is_told_by_its_page(tmp_path: Path) -> None:
    with closing(Database(tmp_path, writable=True)) as database:
        put(database, 0, 100_000)
        seal(database)
        pages = (tmp_path / FILE).stat().st_size // PAGE
        with (tmp_path / FILE).open("r+b") as file:
            file.seek((pages - 1) * PAGE + 77)
            byte = file.read(1)[0]
            file.seek(-1, 1)
            file.write(bytes([byte ^ 1]))
        assert broken_pages(database) == [pages]


@pytest.mark.parametrize("writes", range(12))
def test_wherever_it_stops_no_sum_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    done = 0
    write = SumsFile._write

    def stop(file: SumsFile, at: int, data: bytes) -> None:
        nonlocal done
        if done == writes:
            write(file, at, data[: len(data) // 2])  # torn
            raise OSError("the power is off")
        done += 1
        write(file, at, data)

    with closing(Database(tmp_path, writable=True)) as database:
        put(database, 0, 60_000)
        seal(database)
        put(database, 1, 50_000)
        put(database, 0, 60_001)
        with monkeypatch.context() as patch:
            patch.setattr(SumsFile, "_write", stop)
            with pytest.raises(LibraryError, match="what was indexed before is kept"):
                seal(database)
        assert not broken_pages(database)  # none, or no sums to go by
        put(database, 2, 10)
        seal(database)
        assert broken_pages(database) == []
        sums = read_all(tmp_path / f"{FILE}.sums")
        assert sums is not None
        assert sums.all()


def test_a_change_writes_the_blocks_that_it_touches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    write = SumsFile._write

    def count(file: SumsFile, at: int, data: bytes) -> None:
        written.append(len(data))
        write(file, at, data)

    with closing(Database(tmp_path, writable=True)) as database:
        for name in range(9):
            put(database, name, 100_000)
        seal(database)
        sums = read_all(tmp_path / f"{FILE}.sums")
        assert sums is not None
        monkeypatch.setattr(SumsFile, "_write", count)
        put(database, 10, 1)
        seal(database)
        assert len(sums) > 40 * SMALL
        assert len(written) < 10
        written.clear()
        seal(database)  # nothing changed
        assert written == []


@given(st.binary(max_size=9000))
@settings(max_examples=50)
def test_what_is_no_file_of_sums_says_nothing(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "sums"
        path.write_bytes(data)
        assert read_all(path) is None
        with closing(SumsFile(path)) as file:
            assert file.head() is None


def test_any_byte_of_the_sums_counts(tmp_path: Path) -> None:
    with closing(Database(tmp_path, writable=True)) as database:
        put(database, 0, 30_000)
        seal(database)
    path = tmp_path / f"{FILE}.sums"
    data = path.read_bytes()
    for at in range(0, len(data), 7):
        path.write_bytes(data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :])
        assert read_all(path) is None
    for cut in (1, 4 * (SMALL + 1), len(data) - 100):
        path.write_bytes(data[:-cut])
        assert read_all(path) is None
    path.write_bytes(data)
    with closing(SumsFile(path)) as file:
        assert file.head() == Head((tmp_path / FILE).stat().st_size // PAGE, True)
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        assert connection.execute("PRAGMA page_size").fetchone() == (PAGE,)
