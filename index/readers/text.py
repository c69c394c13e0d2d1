"""Plain text: the text is kept as it is; its layout tells title, author, date and furniture."""

import re

from index.readers.common import decode, first_line_title, make_document
from index.records import AUTHOR, FURNITURE, PUBLISHED, TITLE, Document, Mark

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
)
_DATE = (
    rf"(?:\d{{1,2}} (?:{_MONTHS})\.? \d{{4}}|(?:{_MONTHS})\.? \d{{1,2}}, \d{{4}}|\d{{4}}-\d\d-\d\d)"
)
_NAME = r"[^\W\d_][\w.'’-]*(?: (?:[^\W\d_][\w.'’-]*|and|&)){1,7}"

_BYLINE = re.compile(
    rf"^(?P<label>written by|authors?|by)\b[ \t]*:?[ \t]*(?:\n\s*)?(?P<name>{_NAME})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_DATELINE = re.compile(
    rf"^(?:(?:published|date|posted|updated)(?: on)?[ \t]*:?[ \t]*)?(?P<date>{_DATE})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
# Blocks that a web page leaves in a copied text, each a line alone.
_FURNITURE_LINE = re.compile(
    r"^(?:view profile|footnotes|share(?: this)?|read more|related content|"
    r"explore our related content|subscribe|back to top)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
# Pull quotes: a line "quote", then the sentence that stands in the running text as well.
_PULL_QUOTE = re.compile(r"^quote[ \t]*\n(?P<quote>\S[^\n]*)$", re.IGNORECASE | re.MULTILINE)


def read_text(path: str, data: bytes) -> list[Document]:
    """One document from plain text in UTF-8. Raises SourceError when it cannot be decoded."""
    text = decode(data)
    marks: list[Mark] = []
    title = first_line_title(text)
    if title:
        start = text.index(title)
        marks.append(Mark(TITLE, start, start + len(title)))
    author = published = ""
    byline = next((m for m in _BYLINE.finditer(text) if _is_name(m["name"])), None)
    if byline:
        author = byline["name"].strip()
        marks.append(Mark(FURNITURE, byline.start(), byline.start("name")))
        marks.append(Mark(AUTHOR, byline.start("name"), byline.start("name") + len(author)))
    dateline = _DATELINE.search(text)
    if dateline:
        published = dateline["date"]
        marks.append(Mark(PUBLISHED, dateline.start("date"), dateline.end("date")))
    marks += [Mark(FURNITURE, m.start(), m.end()) for m in _FURNITURE_LINE.finditer(text)]
    for match in _PULL_QUOTE.finditer(text):
        if text.count(match["quote"].strip()) > 1:
            marks.append(Mark(FURNITURE, match.start(), match.end()))
    return [
        make_document(
            path, text, title=title, author=author, published=published, marks=_ordered(marks)
        )
    ]


def _is_name(text: str) -> bool:
    """Whether every word but "and", "de", "van" and the like starts with a capital."""
    words = text.split()
    capitals = [word for word in words if word[0].isupper()]
    return len(capitals) >= 2 and all(word[0].isupper() or len(word) <= 3 for word in words)


def _ordered(marks: list[Mark]) -> list[Mark]:
    """Marks by place; one that overlaps an earlier one is dropped, an empty one too."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda m: m.start):
        if mark.start < mark.end and (not kept or kept[-1].end <= mark.start):
            kept.append(mark)
    return kept
