"""Bytes in, documents out; what cannot be read is said."""

import contextlib
import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_checks import check, marked, read_one

from index.errors import SourceError
from index.readers import READERS, read
from index.records import AUTHOR, FURNITURE, HEADING, PUBLISHED, PUBLISHER, TITLE


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.txt", b"", "no text"),
        ("a.txt", b" \n\t\n", "no text"),
        ("a.md", b"---\ntitle: x\n---\n", "no text"),
        ("a.txt", "naïve".encode("latin-1"), "not UTF-8: byte 0xef at position 2"),
        ("a.txt", b"\x00\x01\x02", "binary"),
        ("a.doc", b"text", "no reader for .doc"),
        (
            "a.txt",
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>stream\nx\x9c\x01\x02",
            "save it as UTF-8",
        ),
        ("a.txt", b"\x81\x8d\x8f\x90\x9d", "not UTF-8"),
        ("a.txt", b"\xff\xfea", "begins as UTF-16 does"),
        ("a.jsonl", '{"_id": "1", "text": "naïve"}'.encode("latin-1"), "not UTF-8"),
        ("a", b"text", "a file without an ending"),
        ("a.md", b"---\ntitle: [x\n---\ntext", "front matter does not parse"),
        ("a.md", b"---\ntitle: x\ntext", "no closing line ---"),
        ("a.jsonl", b"", "no document"),
        ("a.jsonl", b"{", "line 1: not JSON"),
        ("a.jsonl", b"[]", "line 1: expected an object"),
        ("a.jsonl", b'{"_id": "1"}', "line 1: expected text"),
        ("a.jsonl", b'{"_id": 1, "text": "x"}', "line 1: expected _id"),
        ("a.jsonl", b'{"_id": "1", "text": "\\ud800"}', "half a surrogate pair"),
        ("a.jsonl", b'{"_id": "\\ud800", "text": "x"}', "half a surrogate pair"),
        ("a.jsonl", b'{"_id": "1", "title": "\\ud800", "text": "x"}', "half a surrogate pair"),
        ("a.md", b'---\ntitle: "\\ud800"\n---\nSalt is good.', "half a surrogate pair"),
        ("a.md", b'---\nurl: "\\ud800"\n---\nSalt is good.', "half a surrogate pair"),
        ("a.jsonl", b'{"_id":"1","text":"x"}\n{"_id":"1","text":"y"}', "line 2: the _id '1'"),
    ],
)
def test_what_cannot_be_read_is_said(name: str, data: bytes, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        read(name, data)


def test_plain_text_tells_title_author_date_and_furniture() -> None:
    text = (
        "Orchards under glass\n\n14 May 2019\n\nThe steam is cheap and plentiful.\n\n"
        "quote\nThe steam is cheap and plentiful\n\nWRITTEN BY\n\nMira Okafor\n\nView profile\n"
    )
    (document,) = read("x.txt", text.encode())
    assert document.text == text
    assert (document.title, document.author) == ("Orchards under glass", "Mira Okafor")
    assert document.published == "2019-05-14"
    assert marked(document, TITLE) == ["Orchards under glass"]
    assert marked(document, AUTHOR) == ["Mira Okafor"]
    assert marked(document, PUBLISHED) == ["14 May 2019"]
    furniture = "".join(marked(document, FURNITURE))
    assert "View profile" in furniture
    assert "quote" in furniture
    assert document.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_text_without_a_title_takes_its_name() -> None:
    (document,) = read("a/nato-and_russia.txt", b"One sentence stands here alone.")
    assert document.title == "nato and russia"
    assert document.id == "a/nato-and_russia.txt"


def test_line_ends_and_byte_order_mark_are_normalised() -> None:
    (document,) = read("x.txt", b"\xef\xbb\xbfOne.\r\nTwo.\rThree.")
    assert document.text == "One.\nTwo.\nThree."


def test_markdown_keeps_front_matter_citable_and_drops_markup() -> None:
    source = (
        "---\ntitle: 'On *salt*'\nauthors: [A. One, B. Two]\ndate: 2021-03-04\nlicence: CC\n---\n"
        "# Salt\n\nSee [the **map**](http://x.test) and ![a picture](p.png) `code`.\n"
        "Wrapped by hand.\n\n1. first\n2. second\n   - inner\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        "<script>alert(1)</script>\n"
    )
    (document,) = read("x.md", source.encode())
    assert (document.title, document.author) == ("On *salt*", "A. One, B. Two")
    assert document.published == "2021-03-04"
    assert marked(document, AUTHOR) == ["authors: [A. One, B. Two]"]
    assert marked(document, HEADING) == ["Salt"]
    assert "See the map and  code. Wrapped by hand." in document.text
    assert "1. first\n2. second\n  - inner" in document.text
    assert document.text.endswith("\n\na: 1 | b: 2")
    assert "script" not in document.text


def test_jsonl_keeps_ids_and_texts_as_they_are() -> None:
    lines = [
        {"_id": "p1", "title": "T", "text": "A.\r\n\r\nB. 🍑", "metadata": {"author": "X Y"}},
        {"_id": "p2", "text": "Only text."},
    ]
    documents = read("c.jsonl", "\n".join(json.dumps(line) for line in lines).encode())
    assert [document.id for document in documents] == ["p1", "p2"]
    assert [document.text for document in documents] == ["A.\r\n\r\nB. 🍑", "Only text."]
    assert (documents[0].title, documents[0].author) == ("T", "X Y")


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=400),
    st.sampled_from([".txt", ".md"]),
)
def test_any_text_gives_a_sound_document_or_a_reason(text: str, suffix: str) -> None:
    try:
        (document,) = read("x" + suffix, text.encode())
    except SourceError:
        return  # any other error would fail the test
    check(document)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(sorted(READERS)))
def test_any_bytes_give_documents_or_a_reason(data: bytes, suffix: str) -> None:
    with contextlib.suppress(SourceError):  # any other error would fail the test
        for document in read("x" + suffix, data):
            check(document)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("windows-1252", "The minister said: “We won’t go – not now.” He didn’t stay."),
        ("windows-1252", "It’s naïve to think so. The office was closed, and nobody came back."),
        ("windows-1252", "Über die Brücke führt kein Weg zurück. Die Länder müssen kämpfen."),
        ("windows-1251", "Россия приостановила отношения с НАТО. Министр объявил об этом."),
        ("koi8-r", "Россия приостановила отношения с НАТО. Министр объявил об этом."),
        ("windows-1250", "Rosja zawiesiła stosunki z NATO. Minister ogłosił to w październiku."),
        ("cp932", "ロシアは関係を停止した。外務大臣が十月に発表した。"),
        ("gb18030", "俄罗斯宣布中止与北约的关系。外交部长在十月宣布了这一决定。"),
    ],
)
def test_an_encoding_is_guessed_and_said(encoding: str, text: str) -> None:
    document = read_one("x.txt", text.encode(encoding))
    assert document.text == text
    assert document.note == f"read as {encoding}"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("name", ["x.txt", "x.md", "x.jsonl"])
def test_a_byte_order_mark_tells_the_encoding(encoding: str, name: str) -> None:
    source = '{"_id": "1", "text": "Naïve 🍑"}' if name == "x.jsonl" else "Naïve 🍑"
    document = read_one(name, source.encode(encoding))
    assert (document.text, document.note) == ("Naïve 🍑", "")


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("12 May 2024", "2024-05-12"),
        ("Sept. 3, 2021", "2021-09-03"),
        ("3 Dec 1999", "1999-12-03"),
        ("May 2024", "2024-05"),
        ("2021-10-29T10:00:00Z", "2021-10-29"),
        ("2021", "2021"),
        ("31/12/2021", "31/12/2021"),
        ("yesterday", "yesterday"),
    ],
)
def test_dates_can_be_compared(written: str, read_as: str) -> None:
    source = f"---\npublished: {written}\n---\nSalt is good.\n"
    (document,) = read("x.md", source.encode())
    assert document.published == read_as
    assert marked(document, PUBLISHED) == [f"published: {written}"]  # as it stands


FRONT = b"---\ntitle: On Salt\nauthor: {name: Mira Okafor}\npublished: yesterday\n---\n"


def test_plain_text_may_begin_with_front_matter() -> None:
    document = read_one("x.txt", FRONT + b"\nThe *roads* were built.\n\nBy Other Name\n")
    assert (document.title, document.author) == ("On Salt", "Mira Okafor")
    assert document.published == "yesterday"
    assert document.text == (
        "title: On Salt\nauthor: {name: Mira Okafor}\npublished: yesterday\n\n"
        "The *roads* were built.\n\nBy Other Name\n"
    )
    assert marked(document, AUTHOR) == ["author: {name: Mira Okafor}"]
    for text in (b"---\nNo: front matter [\n---\nSalt is good.", b"---\nDear Sir\n---\nSalt."):
        assert read_one("x.txt", text).text == text.decode()


@pytest.mark.parametrize(
    ("block", "author"),
    [
        ("authors:\n  - name: A One\n  - name: B Two", "A One, B Two"),
        ("authors: [A One, [B], {x: 1}]", "A One"),
        ("by: 007", "007"),
        ("author: ~\nby: A One", "A One"),
        ("Author: A One", "A One"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nauthor: [*b, *b]", ""),
    ],
)
def test_values_of_front_matter(block: str, author: str) -> None:
    document = read_one("x.md", f"---\n{block}\n---\nSalt is good.".encode())
    assert document.author == author


@pytest.mark.parametrize("name", ["x.txt", "x.md"])
def test_a_sidecar_wins(name: str) -> None:
    own = b"---\ntitle: Old\nauthor: Old Name\nlicence: CC\n---\n"
    given = b"---\nauthor: New Name\npublisher: Press\n---\n"
    (document,) = read(name, own + b"Salt is good.", given)
    check(document)
    assert (document.title, document.author, document.publisher) == ("Old", "New Name", "Press")
    assert document.text == (
        "author: New Name\npublisher: Press\ntitle: Old\nlicence: CC\n\nSalt is good."
    )
    assert marked(document, PUBLISHER) == ["publisher: Press"]
    (document,) = read(name, b"Salt is good.\n\nWritten by\n\nOld Name", given)
    assert document.author == "New Name"
    assert marked(document, AUTHOR) == ["author: New Name"]


@pytest.mark.parametrize("given", [b"---\ntitle: [\n---\n", b"---\ntitle: x\n---\ntext", b"text"])
def test_a_sidecar_that_is_none_is_said(given: bytes) -> None:
    with pytest.raises(SourceError, match="the front matter that goes with it"):
        read("x.txt", b"Salt is good.", given)
