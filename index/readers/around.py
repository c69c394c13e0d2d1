"""Every mark of a text whose headings are known: byline, date and furniture with them."""

from collections.abc import Sequence

from index.readers import byline, furniture
from index.readers.front_matter import FrontMatter
from index.readers.plain import fill
from index.records import HEADING, TITLE, Mark


def find(
    text: str, marks: Sequence[Mark], size_title: str | None = None
) -> tuple[FrontMatter, list[Mark]]:
    """What the text says of itself, and its marks in order.

    A heading that is furniture ("Related content") or a byline's label is no heading. Where
    headings are told by their size alone, pull quotes are among them: any but `size_title`, the
    title, may be one then.
    """
    found, places = byline.find(text)
    fixed = [
        mark
        for mark in marks
        if mark.kind in (HEADING, TITLE)
        and (size_title is None or text[mark.start : mark.end] == size_title)
    ]
    titles = [mark for mark in marks if mark.kind == TITLE]
    known = fill(fill(titles, places), furniture.find(text, fixed))
    return found, fill(known, list(marks))
