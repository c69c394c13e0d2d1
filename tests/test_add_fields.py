"""Fields at the head of a text: whatever they hold, they come back and the text stays."""

import pytest
from add_fixtures import TEXT
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.add.fields import FIELDS, block, with_fields
from index.errors import SourceError
from index.readers import read

lines = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=60)


def written_out(fields: dict[str, str]) -> dict[str, str]:
    """As `add_source` cleans them, without what YAML holds for nothing."""
    fields = {name: " ".join(value.split()) for name, value in fields.items()}
    return {name: value for name, value in fields.items() if value not in ("", "~", "null")}


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, lines)))
@settings(max_examples=200)
@example({"title": 'A "quoted": title # with -- --- ... and 🍑'})
@example({"title": "---", "author": "'", "publisher": "[x", "published": "2021-02-30"})
@example({"title": "no", "author": "yes", "publisher": "1e3", "published": "2021-11-03"})
@example({"title": "﻿x", "author": "&a *a !x", "publisher": "%x", "url": "https://x/?a=1&b"})
@example({"title": "x" * 500 + " " + "y" * 500})
def test_fields_come_back_through_the_reader(fields: dict[str, str]) -> None:
    fields = written_out(fields)
    for data in (TEXT.encode(), b"---\nkind: memo\n---\nBody it is.\n"):
        written = with_fields(data, fields, {})
        for name in ("x.md", "x.txt"):
            [document] = read(name, written)
            assert {field: getattr(document, field) for field in fields} == fields
        assert written.endswith(data.rpartition(b"---\n")[2])
        assert with_fields(written, fields, {}) == written


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, lines)), st.booleans())
def test_fields_come_back_from_beside_a_source(fields: dict[str, str], ascii_only: bool) -> None:
    fields = written_out(fields)
    beside = block(fields, ascii_only=ascii_only)
    assert beside.isascii() or not ascii_only
    [document] = read("x.txt", TEXT.encode(), beside.encode())
    assert {field: getattr(document, field) for field in fields} == fields


@given(st.binary(max_size=200))
@example(b"\r\n\r\nwindows\r\n")
@example(b"latin \xe9 text")
@example(b"---\nnot closed")
def test_the_text_stays_byte_for_byte(data: bytes) -> None:
    assert with_fields(data, {}, {}) == data
    try:
        written = with_fields(data, {"title": "Ä title"}, {})
    except SourceError:
        return
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        return  # UTF-16 or UTF-32, which become UTF-8
    assert written.endswith(data.removeprefix(b"\xef\xbb\xbf")) or b"---" in data


def test_fields_of_a_text_are_kept_and_given_ones_win() -> None:
    data = (
        b"---\r\nTitle: Ours\r\nversion: 1.10  # as it is\r\nauthors:\r\n- A\r\n- B\r\n"
        b"link: https://own/\r\ndate: 2020\r\n---\r\nBody\r\n"
    )
    given = {"title": "Theirs", "author": "C", "published": "2021-11-03"}
    assert with_fields(data, given, {"url": "https://x/"}) == (
        b"---\ntitle: Theirs\nauthor: C\npublished: 2021-11-03\nversion: 1.10  # as it is\r\n"
        b"link: https://own/\r\n---\nBody\r\n"
    )


def test_front_matter_that_grows_without_end_is_not_followed() -> None:
    grows = "".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(12))
    data = f"---\na0: &a0 [x]\n{grows}title: *a12\n---\nBody\n".encode()
    written = with_fields(data, {"title": "T"}, {"url": "https://x/"})
    assert written.startswith(b"---\ntitle: T\nurl: https://x/\na0: &a0 [x]\n")


def test_a_byte_order_mark_stays_first() -> None:
    written = with_fields(b"\xef\xbb\xbfBody\n\nmore", {"title": "T"}, {})
    assert written == b"\xef\xbb\xbf---\ntitle: T\n---\n\nBody\n\nmore"


def test_utf_16_becomes_utf_8() -> None:
    written = with_fields("Café\n\nmore".encode("utf-16"), {"title": "T"}, {})
    assert written.decode() == "---\ntitle: T\n---\n\nCafé\n\nmore"


@pytest.mark.parametrize(
    "data",
    [
        b"---\n{a: b, c: d}\n---\nBody",
        b"---\ntitle: [\n---\nBody",
        b"---\ntitle: caf\xe9\n---\nBody",
        b"\xff\xfe\x00",
    ],
)
def test_front_matter_that_cannot_be_kept(data: bytes) -> None:
    with pytest.raises(SourceError):
        with_fields(data, {"title": "T"}, {})
