"""Bytes in, documents out; what cannot be read is said."""

import contextlib
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SourceError
from index.readers import read
from index.records import AUTHOR, FURNITURE, HEADING, KINDS, PUBLISHED, TITLE, Document


def marked(document: Document, kind: str) -> list[str]:
    return [document.text[m.start : m.end] for m in document.marks if m.kind == kind]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.txt", b"", "no text"),
        ("a.txt", b" \n\t\n", "no text"),
        ("a.md", b"---\ntitle: x\n---\n", "no text"),
        ("a.txt", "naïve".encode("latin-1"), "not UTF-8: byte 0xef at position 2"),
        ("a.txt", b"\x00\x01\x02", "binary"),
        ("a.pdf", b"%PDF-1.7", "no reader for .pdf"),
        ("a", b"text", "a file without an ending"),
        ("a.md", b"---\ntitle: [x\n---\ntext", "front matter does not parse"),
        ("a.md", b"---\ntitle: x\ntext", "no closing line ---"),
        ("a.jsonl", b"", "no document"),
        ("a.jsonl", b"{", "line 1: not JSON"),
        ("a.jsonl", b"[]", "line 1: expected an object"),
        ("a.jsonl", b'{"_id": "1"}', "line 1: expected text"),
        ("a.jsonl", b'{"_id": 1, "text": "x"}', "line 1: expected _id"),
        ("a.jsonl", b'{"_id": "1", "text": "\\ud800"}', "half a surrogate pair"),
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
    assert document.published == "14 May 2019"
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
    assert "a | b\n1 | 2" in document.text
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
    assert document.text.strip()
    assert document.title
    end = 0
    for mark in document.marks:
        assert mark.kind in KINDS
        assert end <= mark.start < mark.end <= len(document.text)
        end = mark.end


@given(st.binary(max_size=300), st.sampled_from([".txt", ".md", ".jsonl"]))
def test_any_bytes_give_documents_or_a_reason(data: bytes, suffix: str) -> None:
    with contextlib.suppress(SourceError):  # any other error would fail the test
        assert read("x" + suffix, data)
