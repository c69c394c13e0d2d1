"""What format a source is in, and the name of the file that it becomes."""

import io
import zipfile
from unicodedata import category, normalize

import pytest
from add_fixtures import BOOK, PAGE, PDF, WORD
from hypothesis import example, given
from hypothesis import strategies as st

from index.add.names import safe_stem
from index.add.sniff import ending_of
from index.errors import SourceError


def zipped(name: str, content: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "media_type", "ending"),
    [
        ("a.txt", b"text", None, ".txt"),
        ("A.TXT", b"text", None, ".txt"),
        ("a.markdown", b"text", None, ".markdown"),
        ("a.htm", b"text", None, ".htm"),
        ("a.pdf", PDF, None, ".pdf"),
        ("no-ending", PDF, None, ".pdf"),
        ("no-ending", PAGE, None, ".html"),
        ("a.md", PAGE, None, ".md"),  # a file is what its name says
        ("a", PDF, "application/pdf", ".pdf"),
        ("a", b"\n\0junk" + PDF, "application/pdf", ".pdf"),
        ("a", PDF, "application/octet-stream", ".pdf"),
        ("a.pdf", PAGE, "application/pdf", ".html"),
        ("a.php", b" <!-- x --> <p>text", "text/html", ".html"),
        ("a", b"\xef\xbb\xbf <HTML>", "", ".html"),
        ("a", b'<?xml version="1.0"?><html xmlns="x">', "application/xml", ".html"),
        ("a.md", b"# Title", "text/plain", ".md"),
        ("a.jsonl", b"{}", "text/plain", ".jsonl"),
        ("a.py", b"text", "text/plain", ".txt"),
        ("a.pdf", b"text", "text/plain", ".txt"),
        ("a", b"text", "text/markdown", ".md"),
        ("a.txt", b"text", "application/octet-stream", ".txt"),
        ("a", WORD, "application/zip", ".docx"),
        ("a", BOOK, "", ".epub"),
        ("a", zipped("mimetype", "application/epub+zip"), "", ".epub"),
        ("no-ending", WORD, None, ".docx"),
    ],
)
def test_formats(name: str, data: bytes, media_type: str | None, ending: str) -> None:
    assert ending_of(name, data, media_type) == ending


@pytest.mark.parametrize(
    ("name", "data", "media_type", "reason"),
    [
        ("a.png", b"\x89PNG", None, r"ending in \.png cannot be read; expected one of \.txt"),
        ("a", b"text", None, "without an ending cannot be read"),
        ("a.md", b"\x89PNG", "image/png", "image/png cannot be read"),
        ("a.zip", zipped("notes.csv", "a,b"), "application/zip", "application/zip cannot be read"),
        ("a.json", b"{}", "application/json", "application/json cannot be read"),
        ("a", b"text", "", "without a type cannot be read"),
        ("a.pdf", b"text", "application/pdf", "it is not a PDF"),
        ("a", b"text", "application/epub+zip", "it is not a EPUB"),
    ],
)
def test_formats_that_are_not_read(
    name: str, data: bytes, media_type: str | None, reason: str
) -> None:
    with pytest.raises(SourceError, match=reason):
        ending_of(name, data, media_type)


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        (
            "Russia–NATO Relations: Crisis or Opportunity?",
            "Russia–NATO Relations Crisis or Opportunity",
        ),
        ("../../etc/passwd", "etc passwd"),
        ("a\\b/c\0d\ne", "a b c d e"),
        (".hidden", "hidden"),
        ("-rf", "rf"),
        ("con", "_con"),
        ("COM1.backup", "_COM1.backup"),
        ("lpt¹", "_lpt¹"),
        ("ReadMe", "_ReadMe"),
        ("name. . ", "name"),
        ("report.pdf", "report pdf"),
        ("notes.md", "notes md"),
        ("exe\u202egnp.txt", "exegnp txt"),
        ("e\u0301", "é"),
        ("", "source"),
        ("???", "source"),
        ("\ud800", "source"),
    ],
)
def test_names(text: str, stem: str) -> None:
    assert safe_stem(text) == stem


@given(st.text(max_size=120))
@example("🍑" * 100)
@example("." * 200 + "x")
@example("x" * 79 + " y")
@example("aux" + "\u200d" + ".md")
def test_every_name_is_safe(text: str) -> None:
    stem = safe_stem(text)
    assert 0 < len(stem) <= 80
    assert len(stem.encode()) <= 181
    assert not set(stem) & set('<>:"/\\|?*')
    assert not any(category(character) in ("Cc", "Cf", "Cs") for character in stem)
    assert stem[0] not in ".-~ "
    assert stem[-1] not in ". "
    assert stem.upper() not in ("README", "CON", "AUX", "NUL")
    assert normalize("NFC", stem) == stem
    assert safe_stem(stem) == stem
