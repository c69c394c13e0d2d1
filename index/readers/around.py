"""Every mark of a text whose headings are known: byline, date and furniture with them."""

from collections.abc import Sequence

from index.readers import byline, furniture
from index.readers.common import first_line_title
from index.readers.front_matter import FrontMatter
from index.readers.plain import fill
from index.records import HEADING, TITLE, Mark

_BEFORE = 200  # characters that may stand before a title: a rubric, a number


def find(
    text: str, marks: Sequence[Mark], size_title: str | None = None, author: str = ""
) -> tuple[FrontMatter, list[Mark]]:
    """What the text says of itself, and its marks in order.

    A heading that is furniture ("Related content") or a byline's label is no heading. Where
    headings are told by their size alone, pull quotes are among them: any but `size_title`, the
    title, may be one then. `author` is who wrote it where its file says so.
    """
    found, places = byline.find(text, _title_end(text, marks), author)
    fixed = [
        mark
        for mark in marks
        if mark.kind in (HEADING, TITLE)
        and (size_title is None or text[mark.start : mark.end] == size_title)
    ]
    titles = [mark for mark in marks if mark.kind == TITLE]
    known = fill(fill(titles, places), furniture.find(text, fixed))
    return found, fill(known, list(marks))


def _title_end(text: str, marks: Sequence[Mark]) -> int:
    """Where the title ends: the first heading that little stands before, else what looks like a
    title in the first line; 0 where there is none."""
    first = next((mark for mark in marks if mark.kind in (HEADING, TITLE)), None)
    if first is not None and first.start <= _BEFORE:
        return first.end
    title = first_line_title(text)
    return text.index(title) + len(title) if title and not byline.is_credited(title) else 0
