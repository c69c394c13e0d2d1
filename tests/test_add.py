"""Adding files: what is written, where, and what is left alone."""

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from add_fixtures import BOOK, PDF, SENTENCE, TEXT, WORD, file, folder, held
from reader_checks import paragraph, pdf

from index.add import add_source
from index.errors import SourceError
from index.readers import read

__all__ = ["folder"]


def test_a_text_without_fields_is_copied(tmp_path: Path, folder: Path) -> None:
    data = b"\xef\xbb\xbfA line\r\n\r\nand more\r\n"
    path = add_source(file(tmp_path, "a text.txt", data), folder)
    assert path == folder / "a text.txt"
    assert path.read_bytes() == data
    assert held(folder) == ["a text.txt"]


@pytest.mark.parametrize("ending", [".txt", ".text", ".md", ".markdown"])
def test_fields_stand_at_the_head_of_a_text(tmp_path: Path, folder: Path, ending: str) -> None:
    given = {"author": " Mira\nOkafor ", "title": 'The "Harbour": 🍑', "publisher": ""}
    path = add_source(file(tmp_path, f"x{ending}", TEXT), folder, given)
    assert path.name == f"x{ending}"
    assert path.read_text(encoding="utf-8") == (
        f"---\ntitle: 'The \"Harbour\": 🍑'\nauthor: Mira Okafor\n---\n\n{TEXT}"
    )
    [document] = read(path.name, path.read_bytes())
    assert (document.title, document.author) == ('The "Harbour": 🍑', "Mira Okafor")


FORMATS = [("Report.PDF", PDF), ("report.docx", WORD), ("report.epub", BOOK)]


@pytest.mark.parametrize(("name", "data"), FORMATS)
def test_fields_of_other_formats_stand_beside_them(
    tmp_path: Path, folder: Path, name: str, data: bytes
) -> None:
    fields = {"title": "T", "published": "2021-11-03"}
    path = add_source(file(tmp_path, name, data), folder, fields)
    assert path.name == f"{Path(name).stem}{path.suffix.lower()}"
    assert path.read_bytes() == data
    beside = path.with_name(f"{path.name}.md")
    assert beside.read_text() == "---\ntitle: T\npublished: 2021-11-03\n---\n"
    assert held(folder) == [path.name, beside.name]
    [document] = read(path.name, data, beside.read_bytes())
    assert (document.title, document.published) == ("T", "2021-11-03")
    assert SENTENCE in document.text


@pytest.mark.parametrize(("name", "data"), FORMATS)
def test_a_source_without_fields_stands_alone(
    tmp_path: Path, folder: Path, name: str, data: bytes
) -> None:
    path = add_source(file(tmp_path, name, data), folder)
    assert held(folder) == [path.name]


def test_a_text_in_utf_16_without_a_mark_takes_fields(tmp_path: Path, folder: Path) -> None:
    data = f"{SENTENCE}\n\n{SENTENCE}\n".encode("utf-16-le")
    [plain] = read("x.txt", data)
    assert SENTENCE in plain.text
    path = add_source(file(tmp_path, "x.txt", data), folder, {"title": "T"})
    [document] = read(path.name, path.read_bytes())
    assert (document.title, document.text) == ("T", f"title: T\n\n{plain.text}")


@pytest.mark.parametrize("between", ["Act one: the sea: a storm", "café"])
def test_lines_in_a_plain_text_are_no_front_matter(
    tmp_path: Path, folder: Path, between: str
) -> None:
    data = f"---\n{between}\n---\n{SENTENCE}\n".encode("cp1252")
    assert read("x.txt", data)
    path = add_source(file(tmp_path, "x.txt", data), folder, {"title": "T"})
    assert path.read_bytes() == b"---\ntitle: T\n---\n\n" + data


def test_front_matter_that_is_not_closed_is_said(tmp_path: Path, folder: Path) -> None:
    for fields in ({}, {"title": "T"}):
        with pytest.raises(SourceError, match="no closing line"):
            add_source(file(tmp_path, "x.md", f"---\nauthor: A\n\n{SENTENCE}"), folder, fields)


def test_json_lines_have_no_place_for_fields(tmp_path: Path, folder: Path) -> None:
    source = file(tmp_path, "x.jsonl", '{"_id": "1", "text": "Text."}\n')
    with pytest.raises(SourceError, match="holds the title, author of each"):
        add_source(source, folder, {"author": "A", "title": "T"})
    assert add_source(source, folder).read_bytes() == Path(source).read_bytes()


def test_an_unknown_field(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(SourceError, match="no field 'editor'; known are title"):
        add_source(file(tmp_path, "x.txt", TEXT), folder, {"editor": "E"})


def test_the_same_content_is_said_and_not_added_twice(tmp_path: Path, folder: Path) -> None:
    said: list[str] = []
    first = add_source(file(tmp_path, "one.txt", TEXT), folder, {"title": "T"}, tell=said.append)
    assert not said
    below = folder / "below"
    below.mkdir()
    first = first.rename(below / "moved.txt")
    again = add_source(file(tmp_path, "two.txt", TEXT), folder, {"title": "T"}, tell=said.append)
    assert again == first
    assert said == [f"the same content is there already: {first}"]
    assert held(folder) == ["below", "moved.txt"]


def test_the_same_content_is_found_under_an_ending_in_capitals(
    tmp_path: Path, folder: Path
) -> None:
    folder.mkdir(parents=True)
    (folder / "By hand.PDF").write_bytes(PDF)
    assert add_source(file(tmp_path, "x.pdf", PDF), folder) == folder / "By hand.PDF"


def test_another_content_of_the_same_name_gets_a_number(tmp_path: Path, folder: Path) -> None:
    found = [
        add_source(file(tmp_path, name, text), folder).name
        for name, text in [("x.txt", TEXT), ("X.txt", "Another."), ("x.txt", "A third one.")]
    ]
    assert found == ["x.txt", "X (2).txt", "x (3).txt"]
    assert (folder / "x.txt").read_text() == TEXT


def test_fields_beside_what_is_there_already(tmp_path: Path, folder: Path) -> None:
    source = file(tmp_path, "r.pdf", PDF)
    path = add_source(source, folder, {"title": "T", "url": "https://x/"})
    assert add_source(source, folder, {"title": "T"}) == path
    assert add_source(source, folder) == path
    with pytest.raises(SourceError, match=r"with other fields; write them into .*r\.pdf\.md"):
        add_source(source, folder, {"title": "Another"})
    assert "title: T\n" in (folder / "r.pdf.md").read_text()


def test_stray_fields_are_not_taken_for_those_of_a_new_source(tmp_path: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "r.pdf.md").write_text("---\ntitle: Another\n---\n")
    assert add_source(file(tmp_path, "r.pdf", PDF), folder).name == "r (2).pdf"
    assert add_source(file(tmp_path, "s.pdf.md", TEXT), folder).name == "s pdf.md"


def test_what_cannot_be_read_is_not_added(tmp_path: Path, folder: Path) -> None:
    locked = pdf([paragraph(SENTENCE)], password="secret")
    for name, data, reason in [
        ("x.pdf", PDF[: len(PDF) // 2], "damaged or not a PDF"),
        ("x.pdf", locked, "needs a password"),
        ("x.docx", BOOK, "damaged or not a Word file"),
        ("x.epub", WORD, "damaged"),
        ("x.html", "<!doctype html><title>T</title>", "no main text"),
        ("x.jsonl", "{}", "text"),
        ("x.png", b"\x89PNG", "cannot be read"),
        ("x.txt", b"\0\1\2", "binary"),
        ("x.txt", " \n", "it is empty"),
    ]:
        given = {} if name == "x.jsonl" else {"title": "T"}
        with pytest.raises(SourceError, match=reason):
            add_source(file(tmp_path, name, data), folder, given)
    assert not folder.exists()


def test_paths_that_are_no_file(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.txt")
    for name, reason in [
        ("missing.txt", "no such file"),
        ("dangling", "no such file"),
        ("www.example.org", "begins with https"),
        ("", "folder"),
        (".", "it is a folder"),
        ("pipe.txt", "not a file with a content|no such file"),
        ("null\0.txt", "leads to no file"),
        ("loop", "leads to no file|cannot be used"),
        ("x" * 300, "cannot be used"),
    ]:
        with pytest.raises(SourceError, match=reason):
            add_source(f"{tmp_path}/{name}", folder)


def test_a_source_that_is_one_already(tmp_path: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "x.txt").write_text(TEXT)
    (tmp_path / "link.txt").symlink_to(folder / "x.txt")
    (tmp_path / "outside.txt").write_text(TEXT)
    (folder / "inside.txt").symlink_to(tmp_path / "outside.txt")
    for path in (folder / "x.txt", tmp_path / "link.txt", folder / "inside.txt"):
        with pytest.raises(SourceError, match=r"lies in .* already"):
            add_source(str(path), folder)


def test_a_folder_that_cannot_be_one(tmp_path: Path) -> None:
    source = file(tmp_path, "x.txt", TEXT)
    with pytest.raises(SourceError, match="is a file, expected the folder"):
        add_source(file(tmp_path, "y.txt", TEXT), Path(source))
    with pytest.raises(SourceError, match="cannot be used"):
        add_source(file(tmp_path, "y.txt", TEXT), Path(source) / "below")


@pytest.mark.parametrize("fails", [1, 2])
def test_a_full_disk_leaves_nothing(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    calls = []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == fails:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SourceError, match="No space left"):
        add_source(file(tmp_path, "x.pdf", PDF), folder, {"title": "T"})
    assert held(folder) == []


def test_a_file_system_without_links(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*args: object) -> None:
        raise PermissionError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    assert add_source(file(tmp_path, "x.txt", TEXT), folder).read_text() == TEXT
    assert held(folder) == ["x.txt"]


def test_many_at_once_get_names_of_their_own(tmp_path: Path, folder: Path) -> None:
    places = [tmp_path / str(number) for number in range(8)]
    for number, place in enumerate(places):
        place.mkdir()
        (place / "x.txt").write_text(f"Text {number}.")
    threads = [
        threading.Thread(target=add_source, args=(str(place / "x.txt"), folder)) for place in places
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(path.read_text() for path in folder.iterdir()) == [
        f"Text {number}." for number in range(8)
    ]


def test_nothing_that_asks_other_hosts_is_loaded_for_a_file() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import index.add, sys; print('httpcore' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    )
    assert done.stdout.strip() == "False"
