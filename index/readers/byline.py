"""Author, publisher and date where a text's own layout makes them plain: the lines of credits below
its title, a line "Written by", a date alone."""

import re

from index.readers import credits
from index.readers.credits import DATE
from index.readers.front_matter import FrontMatter
from index.readers.plain import fill
from index.records import AUTHOR, FURNITURE, METADATA, PUBLISHED, Mark

_NAME = r"[^\W\d_][\w.'’-]*(?: (?:[^\W\d_][\w.'’-]*|and|&)){1,7}"

_BYLINE = re.compile(
    rf"^(?P<label>written by|authors?|by)\b[ \t]*:?[ \t]*(?:\n\s*)?(?P<name>{_NAME})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_DATELINE = re.compile(
    rf"^(?:(?:published|date|posted|updated)(?: on)?[ \t]*:?[ \t]*)?(?P<date>{DATE})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)


def find(text: str, title_end: int = 0, known: str = "") -> tuple[FrontMatter, list[Mark]]:
    """What the text names of author, publisher and date, and the marks of those places in order.
    `title_end` is where its title ends, `known` who wrote it as its file says."""
    marks = credits.find(text, title_end, known)
    values = {mark.kind: text[mark.start : mark.end] for mark in marks if mark.kind in METADATA}
    more: list[Mark] = []
    byline = next((m for m in _BYLINE.finditer(text) if _is_name(m["name"])), None)
    if byline and AUTHOR not in values:
        values[AUTHOR] = byline["name"].strip()
        start = byline.start("name")
        more.append(Mark(FURNITURE, byline.start(), start))
        more.append(Mark(AUTHOR, start, start + len(values[AUTHOR])))
    dateline = _DATELINE.search(text)
    if dateline and PUBLISHED not in values:
        values[PUBLISHED] = dateline["date"]
        more.append(Mark(PUBLISHED, dateline.start("date"), dateline.end("date")))
    return FrontMatter(values), fill(marks, more)


def _is_name(text: str) -> bool:
    """Whether every word but "and", "de", "van" and the like starts with a capital."""
    words = text.split()
    capitals = [word for word in words if word[0].isupper()]
    return len(capitals) >= 2 and all(word[0].isupper() or len(word) <= 3 for word in words)


def is_credited(line: str) -> bool:
    """Whether a line that begins a text is one of credits, and no title."""
    return bool(credits.find(line, 0))
