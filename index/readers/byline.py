"""Author and date where a text's own layout makes them plain: a line "Written by", a date alone."""

import re

from index.readers.front_matter import FrontMatter
from index.records import AUTHOR, FURNITURE, PUBLISHED, Mark

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


def find(text: str) -> tuple[FrontMatter, list[Mark]]:
    """The author and the date that the text names, and the marks of those places."""
    values: dict[str, str] = {}
    marks: list[Mark] = []
    byline = next((m for m in _BYLINE.finditer(text) if _is_name(m["name"])), None)
    if byline:
        values[AUTHOR] = byline["name"].strip()
        start = byline.start("name")
        marks.append(Mark(FURNITURE, byline.start(), start))
        marks.append(Mark(AUTHOR, start, start + len(values[AUTHOR])))
    dateline = _DATELINE.search(text)
    if dateline:
        values[PUBLISHED] = dateline["date"]
        marks.append(Mark(PUBLISHED, dateline.start("date"), dateline.end("date")))
    return FrontMatter(values), marks


def _is_name(text: str) -> bool:
    """Whether every word but "and", "de", "van" and the like starts with a capital."""
    words = text.split()
    capitals = [word for word in words if word[0].isupper()]
    return len(capitals) >= 2 and all(word[0].isupper() or len(word) <= 3 for word in words)
