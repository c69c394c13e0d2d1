"""Adding web pages and downloads: what is kept of them, and what is known of them then."""

from pathlib import Path

import pytest
from add_fixtures import (
    BOOK,
    PAGE,
    PDF,
    SENTENCE,
    TEXT,
    WORD,
    Server,
    answer,
    file,
    folder,
    get,
    gives,
    held,
    page,
    server,
    to,
)

from index.add import add_source
from index.errors import SourceError
from index.readers import read
from index.records import Document

__all__ = ["folder", "server"]

RUSSIAN = "Россия и её соседи говорят о хлебе, о море и о дорогах, которые ведут к порту."


def reread(path: Path) -> Document:
    beside = path.with_name(f"{path.name}.md")
    [document] = read(
        path.name, path.read_bytes(), beside.read_bytes() if beside.exists() else None
    )
    return document


# ---- pages -----------------------------------------------------------------------------------


def test_a_page_becomes_markdown(tmp_path: Path, folder: Path) -> None:
    head = (
        "<meta charset=utf-8><meta name=author content='Mira Okafor'>"
        "<meta property=og:site_name content=Harbour>"
        "<meta property=article:published_time content=2021-11-03T10:00:00Z>"
        "<link rel=canonical href=https://harbour.example/salt>"
    )
    path = add_source(file(tmp_path, "p.HTM", page(head=head)), folder, {"publisher": "RUSI"})
    assert path.name == "Salt the “roads” of it.md"
    assert held(folder) == [path.name]
    assert path.read_text(encoding="utf-8") == (
        "---\ntitle: 'Salt: the “roads” of it'\nauthor: Mira Okafor\npublisher: RUSI\n"
        "published: 2021-11-03\nurl: https://harbour.example/salt\n---\n\n"
        f"{SENTENCE}\n\nThen the railway came to the valley.\n"
    )
    document = reread(path)
    assert (document.title, document.published) == ("Salt: the “roads” of it", "2021-11-03")


def test_the_same_page_is_not_added_twice(tmp_path: Path, folder: Path) -> None:
    said: list[str] = []
    first = add_source(file(tmp_path, "p.html", PAGE), folder)
    assert add_source(file(tmp_path, "q.html", PAGE), folder, tell=said.append) == first
    assert said == [f"the same content is there already: {first}"]


def test_a_page_without_a_title_is_named_for_its_file(tmp_path: Path, folder: Path) -> None:
    path = add_source(file(tmp_path, "my-page.html", page(title="")), folder)
    assert path.name == "my page.md"
    assert "title: my page\n" in path.read_text()


@pytest.mark.parametrize(
    ("name", "title"),
    [("No. 5 of it.html", "No. 5 of it"), ("www.harbour.example", "www.harbour.example")],
)
def test_a_dot_in_a_name_does_not_end_the_title(folder: Path, name: str, title: str) -> None:
    untitled = page(title="").encode()
    path = add_source("https://x.org/", folder, fetch=gives(untitled, "text/html", name))
    assert path.name == f"{title}.md"
    assert reread(path).title == title


def test_a_title_leads_to_no_other_folder(tmp_path: Path, folder: Path) -> None:
    path = add_source(file(tmp_path, "p.html", page(title="../../etc/cron.md")), folder)
    assert path == folder / "etc cron md.md"


def test_what_the_reader_of_a_page_has_to_say_is_told(tmp_path: Path, folder: Path) -> None:
    said: list[str] = []
    undeclared = (
        page(head="").replace(SENTENCE, f"{RUSSIAN} " * 5).replace("“", "").replace("”", "")
    )
    path = add_source(
        file(tmp_path, "p.html", undeclared.encode("cp1251")), folder, tell=said.append
    )
    assert said == ["the page: read as windows-1251"]
    assert RUSSIAN in reread(path).text


@pytest.mark.parametrize(
    "own", ["", "https://rusi.org/a", "https://another.org/a", "https://[", "javascript:x"]
)
def test_a_page_has_the_address_that_was_asked_whatever_it_says(folder: Path, own: str) -> None:
    head = f"<meta charset=utf-8><link rel=canonical href='{own}'>"
    data = page(head=head).encode()
    path = add_source("https://www.rusi.org/a?b=1", folder, fetch=gives(data, "text/html"))
    assert reread(path).url == "https://www.rusi.org/a?b=1"


# ---- downloads -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "media_type", "name", "added"),
    [
        (PDF, "application/pdf", "Download.ASPX", "Download.pdf"),
        (b"\n\0junk" + PDF, "application/pdf", "junk", "junk.pdf"),
        (WORD, "application/octet-stream", "word.php", "word.docx"),
        (BOOK, "application/zip", "book.epub", "book.epub"),
        (TEXT.encode(), "text/plain", "name", "name.txt"),
        (TEXT.encode(), "text/markdown", "name.cgi", "name.md"),
        (PAGE, "application/pdf", "r.pdf", "Salt the “roads” of it.md"),  # an error page
    ],
)
def test_downloads_know_their_address(
    folder: Path, data: bytes, media_type: str, name: str, added: str
) -> None:
    fetch = gives(data, media_type, name)
    path = add_source("HTTPS://x.org/r", folder, {"author": "A"}, fetch=fetch)
    assert path.name == added
    document = reread(path)
    assert (document.url, document.author) == ("HTTPS://x.org/r", "A")


@pytest.mark.parametrize("data", [PDF, PAGE, TEXT.encode()])
def test_an_address_that_is_given_wins(folder: Path, data: bytes) -> None:
    fetch = gives(data, "text/plain")
    path = add_source("https://x.org/g", folder, {"url": "https://y.org/"}, fetch=fetch)
    assert reread(path).url == "https://y.org/"


def test_json_lines_are_downloaded_as_they_are(folder: Path) -> None:
    data = b'{"_id": "1", "text": "Text."}'
    path = add_source("https://x/", folder, fetch=gives(data, "application/jsonl"))
    assert (path.suffix, path.read_bytes()) == (".jsonl", data)


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("café".encode("cp1252"), "iso-8859-1", "café"),
        ("“café”".encode("cp1252"), "iso-8859-1", "“café”"),
        ("кризис".encode("koi8-r"), "koi8-r", "кризис"),
        ("café".encode(), "iso-8859-1", "café"),
        ("café".encode(), "nonsense", "café"),
        pytest.param(
            SENTENCE.encode("utf-16"),
            "iso-8859-1",
            SENTENCE,
        ),
    ],
)
def test_the_encoding_that_a_server_names(
    folder: Path, data: bytes, charset: str, text: str
) -> None:
    path = add_source("https://x/", folder, fetch=gives(data, "text/plain", charset=charset))
    assert path.read_text(encoding="utf-8").endswith(f"\n{text}")


@pytest.mark.parametrize("charset", ["nonsense", "rot13", "idna", "zlib", "utf-7", "undefined"])
def test_an_encoding_that_is_none_changes_nothing(folder: Path, charset: str) -> None:
    data = ("Le café est là où il était, près de la forêt. " * 5).encode("cp1252")
    path = add_source("https://x/", folder, fetch=gives(data, "text/plain", charset=charset))
    assert path.read_bytes().endswith(b"\n" + data)


@pytest.mark.parametrize(
    ("encoding", "charset"),
    [
        ("koi8-r", "koi8-r"),
        ("utf-8", "koi8-r"),
        pytest.param(
            "utf-16",
            "iso-8859-1",
        ),
    ],
)
def test_the_encoding_of_a_page_reaches_its_reader(
    folder: Path, encoding: str, charset: str
) -> None:
    data = page(title=RUSSIAN).encode(encoding)
    path = add_source("https://x/", folder, fetch=gives(data, "text/html", charset=charset))
    assert reread(path).title == RUSSIAN


def test_from_the_address_to_the_folder(server: Server, folder: Path) -> None:
    server.routes["/a"] = to("/t?x=1")
    server.routes["/t"] = answer(
        "Ä text.".encode("cp1252"),
        Content_Type="text/plain; charset=windows-1252",
        Content_Disposition='attachment; filename="../Ä name: x.txt"'.encode().decode("latin-1"),
    )
    path = add_source(server.url("/a"), folder, {"published": "2021-11-03"}, fetch=get)
    assert path.name == "Ä name x.txt"
    assert path.read_text(encoding="utf-8") == (
        f"---\npublished: 2021-11-03\nurl: {server.url('/t?x=1')}\n---\n\nÄ text."
    )


def test_a_download_that_cannot_be_read_is_not_added(server: Server, folder: Path) -> None:
    server.routes["/r.pdf"] = answer(PDF[: len(PDF) // 2], Content_Type="application/pdf")
    with pytest.raises(SourceError, match="damaged or not a PDF"):
        add_source(server.url("/r.pdf"), folder, fetch=get)
    assert not folder.exists()
