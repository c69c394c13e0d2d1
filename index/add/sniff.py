"""What format a source is in: what its bytes say, then what its server or its name says."""

from pathlib import PurePosixPath

from index.errors import SourceError
from index.readers import READERS

HTML = (".html", ".htm", ".xhtml")
MARKDOWN = (".md", ".markdown")
TEXT = (*MARKDOWN, ".txt", ".text")

_MEDIA_TYPES = {
    "application/epub+zip": ".epub",
    "application/jsonl": ".jsonl",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/x-jsonlines": ".jsonl",
    "application/x-ndjson": ".jsonl",
    "application/x-pdf": ".pdf",
    "application/xhtml+xml": ".html",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
    "text/x-markdown": ".md",
}
_NO_TEXT = ("audio/", "font/", "image/", "video/")


def ending_of(name: str, data: bytes, media_type: str | None = None) -> str:
    """The ending, with its dot, of a format that can be read.

    A file on this machine (no `media_type`) is what its name says, and what its bytes say where
    the name says nothing. For a download the bytes come first (a PDF served as something else is
    a PDF, an error page served as a PDF is HTML), then the media type, then the name.

    Raises SourceError when it is of no such format.
    """
    named = PurePosixPath(name).suffix.lower()
    readable = (*READERS, *(ending for ending in HTML if ending not in READERS))
    said = _MEDIA_TYPES.get(media_type or "", "")
    found = _found(data)
    if media_type is None:
        ending = named if named in readable else found
        what = f"a file ending in {named}" if named else "a file without an ending"
    else:
        what = media_type or "a download without a type"
        if found:
            ending = found
        elif said == ".pdf" and b"%PDF-" in data[:1024]:
            ending = said  # some PDFs have a few bytes before their head
        elif said in (".pdf", ".docx", ".epub"):
            raise SourceError(
                f"it was sent as {media_type}, but it is not a {said[1:].upper()}; open the "
                "address in a browser to see what it is"
            )
        elif said == ".txt" and named in (*TEXT, ".jsonl"):
            ending = named
        else:
            ending = said or ("" if what.startswith(_NO_TEXT) else named)
    if ending not in readable:
        raise SourceError(f"{what} cannot be read; expected one of {', '.join(readable)}")
    return ending


def _found(data: bytes) -> str:
    """The ending of a format that shows in the first bytes, or ""."""
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    lower = head.lower()
    if lower.startswith((b"<!doctype html", b"<html")) or (
        lower.startswith(b"<?xml") and b"<html" in lower
    ):
        return ".html"
    if head.startswith(b"%PDF-"):
        return ".pdf"
    if head.startswith(b"PK\x03\x04"):
        if b"word/document.xml" in data:
            return ".docx"
        if b"application/epub+zip" in data[:200] or b"META-INF/container.xml" in data:
            return ".epub"
    return ""
