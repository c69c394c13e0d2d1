"""Word files and EPUBs made by real writers; damaged, protected and oversized ones."""

import datetime
import io
import random
import zipfile

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_checks import epub, marked, read_one

from index.errors import SourceError
from index.readers import read
from index.records import AUTHOR, FIELD, HEADING, PUBLISHED, TITLE


def word_file(*, author: str = "Mira Okafor", title: str = "The Salt Roads") -> bytes:
    source = docx.Document()
    source.core_properties.author = author
    source.core_properties.title = title
    source.core_properties.created = datetime.datetime(2021, 10, 29, 12, 0)
    source.add_heading("The Salt Roads", 0)
    source.add_paragraph("The roads were built by the monks. They needed salt.")
    source.add_heading("Trade", 1)
    source.add_paragraph("Two things were traded:")
    source.add_paragraph("salt from the coast", style="List Bullet")
    source.add_paragraph("wool from the hills", style="List Bullet")
    source.add_paragraph("the first toll", style="List Number")
    source.add_paragraph("the second toll", style="List Number")
    table = source.add_table(2, 2)
    for row, cells in enumerate((("Year", "Tons"), ("1210", "30"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    source.add_paragraph("Then the railway came.")
    source.sections[0].header.paragraphs[0].text = "Running header"
    out = io.BytesIO()
    source.save(out)
    return out.getvalue()


WORD = word_file()
CHAPTERS = [
    "<h1>Salt</h1><p>The roads were built by the <em>monks</em>.</p><ul><li>salt</li></ul>",
    "<h2>Rail</h2><p>Then the railway came &amp; took it all.<sup><a href='#n'>2</a></sup></p>",
]
BOOK = epub(CHAPTERS)


def test_a_word_file() -> None:
    document = read_one("a.docx", WORD)
    assert (document.title, document.author) == ("The Salt Roads", "Mira Okafor")
    assert marked(document, TITLE) == ["title: The Salt Roads"]
    assert (document.published, marked(document, FIELD)) == ("", ["created: 2021-10-29"])
    assert marked(document, HEADING) == ["The Salt Roads", "Trade"]
    assert (
        "- salt from the coast\n- wool from the hills\n1. the first toll\n2. the" in document.text
    )
    assert "\n\nYear: 1210 | Tons: 30\n\n" in document.text
    assert document.text.endswith("\n\nThen the railway came.")
    assert "Running header" not in document.text


def test_what_a_template_says_of_itself_is_not_said_of_the_text() -> None:
    source = docx.Document()
    source.add_paragraph("The roads were built by the monks. They needed salt.")
    source.add_paragraph("By Mira Okafor")
    out = io.BytesIO()
    source.save(out)
    document = read_one("salt-roads.docx", out.getvalue())
    assert (document.author, document.published) == ("Mira Okafor", "")
    assert marked(document, AUTHOR) == ["Mira Okafor"]


def test_a_day_that_the_text_or_its_front_matter_names_is_its_date() -> None:
    source = docx.Document(io.BytesIO(WORD))
    source.paragraphs[0].insert_paragraph_before("4 May 2019")
    out = io.BytesIO()
    source.save(out)
    dated = read_one("a.docx", out.getvalue())
    assert (dated.published, marked(dated, PUBLISHED)) == ("2019-05-04", ["4 May 2019"])
    beside = read_one("a.docx", WORD, b"---\npublished: 2018-03\n---\n")
    assert (beside.published, marked(beside, PUBLISHED)) == ("2018-03", ["published: 2018-03"])


def test_footnotes_of_a_word_file_stand_at_its_end() -> None:
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    note = "<w:footnote w:id='2'><w:p><w:r><w:t>See the chronicle.</w:t></w:r></w:p></w:footnote>"
    line = "<w:footnote w:id='0' w:type='separator'><w:p/></w:footnote>"
    footnotes = f"<w:footnotes xmlns:w='{w}'>{line}{note}</w:footnotes>"
    text = read_one("a.docx", with_files(WORD, {"word/footnotes.xml": footnotes.encode()})).text
    assert text.endswith("Then the railway came.\n\n1. See the chronicle.")


def test_an_epub() -> None:
    document = read_one("a.epub", BOOK)
    assert (document.title, document.author) == ("The Salt Roads", "Mira Okafor")
    assert (document.publisher, document.published) == ("Harbour Press", "2019-05-14")
    assert marked(document, HEADING) == ["Salt", "Rail"]
    assert document.text.endswith(
        "Salt\n\nThe roads were built by the monks.\n- salt\n\nRail\n\n"
        "Then the railway came & took it all."
    )


def with_files(data: bytes, files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            if info.filename not in files:
                new.writestr(info.filename, old.read(info))
        for name, content in files.items():
            new.writestr(name, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


LOCKED = (
    b"<e><EncryptionMethod xmlns='x' Algorithm='http://www.w3.org/2001/04/xmlenc#aes128-cbc'/></e>"
)
BOMB = b"\0" * 210_000_000


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.docx", b"", "not a zip"),
        ("a.docx", b"PK\x03\x04", "not a zip"),
        ("a.docx", b"\xd0\xcf\x11\xe0" + b"\0" * 99, "password"),
        ("a.docx", BOOK, "damaged or not a Word file"),
        ("a.docx", WORD[: len(WORD) // 2], "not a zip"),
        ("a.epub", b"hello", "not a zip"),
        ("a.epub", WORD, "container.xml is missing"),
        ("a.epub", with_files(BOOK, {"META-INF/encryption.xml": LOCKED}), "DRM"),
        ("a.epub", with_files(BOOK, {"OEBPS/book.opf": b"<package/>"}), "no chapters"),
        ("a.epub", with_files(BOOK, {"OEBPS/book.opf": b"%"}), "not XML"),
    ],
)
def test_what_cannot_be_read_is_said(name: str, data: bytes, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        read(name, data)


@pytest.mark.parametrize(("name", "data"), [("a.docx", WORD), ("a.epub", BOOK)])
def test_a_zip_bomb_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(SourceError, match="unpacks to"):
        read(name, with_files(data, {"word/document.xml": BOMB}))


def test_entities_are_refused() -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 20}">' for n in range(1, 9))
    said = f'<!DOCTYPE x [<!ENTITY a0 "ha">{laughs}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    package = zipfile.ZipFile(io.BytesIO(BOOK)).read("OEBPS/book.opf").decode()
    package = said + package.replace("The Salt Roads", "&a8;&f;")
    for name, data in (
        ("a.epub", with_files(BOOK, {"OEBPS/book.opf": package.encode()})),
        ("a.docx", with_files(WORD, {"word/document.xml": package.encode()})),
    ):
        with pytest.raises(SourceError, match="declares XML entities"):
            read(name, data)


@settings(max_examples=60, deadline=None)
@given(st.integers(0), st.sampled_from([("a.docx", WORD), ("a.epub", BOOK)]))
def test_a_damaged_file_gives_a_document_or_a_reason(seed: int, source: tuple[str, bytes]) -> None:
    chance = random.Random(seed)
    name, data = source[0], bytearray(source[1])
    for _ in range(chance.randrange(30)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if chance.random() < 0.3:
        del data[chance.randrange(len(data)) :]
    try:
        read_one(name, bytes(data))
    except SourceError:
        return  # any other error would fail the test


@settings(max_examples=60, deadline=None)
@given(st.integers(0), st.sampled_from([("a.docx", WORD), ("a.epub", BOOK)]))
def test_damage_within_a_file_too(seed: int, source: tuple[str, bytes]) -> None:
    chance = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(source[1])) as archive:
        name = chance.choice(
            [n for n in archive.namelist() if n.endswith((".xml", "html", ".opf"))]
        )
        data = bytearray(archive.read(name))
    for _ in range(chance.randrange(1, 10)):
        at = chance.randrange(len(data))
        data[at : at + chance.randrange(20)] = bytes([chance.randrange(256)])
    try:
        read_one(source[0], with_files(source[1], {name: bytes(data)}))
    except SourceError:
        return  # any other error would fail the test
