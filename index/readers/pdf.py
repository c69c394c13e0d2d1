"""PDF: lines joined to paragraphs, over the ends of pages too; headings told by their size.

Running headers, footers and page numbers are dropped, as they would stand within sentences. So are
the small raised numbers that lead to footnotes. A footnote stands before the paragraph that goes on
on the next page.
"""

import re
from collections.abc import Mapping, Sequence

from index.errors import SourceError
from index.readers import around
from index.readers.front_matter import NOTHING, FrontMatter, compose, known
from index.readers.pdf_letters import PageLetters, read_letters
from index.readers.pdf_lines import Page, lines_of
from index.readers.pdf_paragraphs import to_text
from index.records import AUTHOR, TITLE, Document

_NO_TITLE = re.compile(
    r"^(?:untitled|\(anonymous\)|title|document|print|slide|presentation|layout|report)?[ \d-]*$"
    r"|^(?:microsoft|powerpoint|word|adobe|print)\b.*|.*\.(?:docx?|pdf|indd|qxd|pptx?|tex|dvi|rtf)$",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"(?:anonymous|unknown|author|user|owner|admin(?:istrator)?|default|root|microsoft.*|adobe.*"
    r"|windows.*|python-docx|\(anonymous\)|pc|hp|dell|lenovo)?\d*",
    re.IGNORECASE,
)


def read_pdf(path: str, data: bytes, given: FrontMatter = NOTHING) -> list[Document]:
    """One document from a PDF with text in it.

    Raises SourceError for one that is damaged, needs a password or has no text.
    """
    letters, metadata = read_letters(data)
    pages = [_page(page) for page in letters]
    empty = [number for number, page in enumerate(pages, start=1) if not page.lines]
    if len(empty) == len(pages):
        raise SourceError(
            "there is no text in it, only pictures of pages; was it scanned? run OCR over it first"
        )
    plain, starts, title = to_text(pages)
    own = _metadata(metadata)
    author = given.over(own).values.get(AUTHOR, "")
    found, marks = around.find(plain.text, plain.marks, title, author)
    return [
        compose(
            path,
            plain.text,
            marks,
            own=FrontMatter({**own.values, **found.values}, _but(own, found)),
            given=given,
            title=title,
            pages=starts,
            note=f"{_numbers(empty)} no text (scanned?)" if empty else "",
        )
    ]


def _page(page: PageLetters) -> Page:
    lines = lines_of(page.letters)
    if page.is_turned:
        lines.sort(key=lambda line: (-round(line.low), line.left))
    return Page(page.height, tuple(lines))


def _but(own: FrontMatter, found: FrontMatter) -> tuple[tuple[str, str], ...]:
    """The lines of what the text does not say itself, which knows better."""
    return tuple(line for line in own.lines if line[0] not in found.values)


def _metadata(metadata: Mapping[str, str]) -> FrontMatter:
    title, author = metadata.get("Title", "").strip(), metadata.get("Author", "").strip()
    date = re.match(r"(?:D:)?(\d{4})(\d\d)(\d\d)", metadata.get("CreationDate", ""))
    values = {
        TITLE: "" if _NO_TITLE.match(title) else title,
        AUTHOR: "" if _NO_AUTHOR.fullmatch(author) else author,
    }
    return known("-".join(date.groups()) if date else "", **values)


def _numbers(pages: Sequence[int]) -> str:
    """ "page 3 has", "pages 3 and 5 to 7 have"."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and runs[-1][-1] == page - 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    said = [str(r[0]) if len(r) == 1 else f"{r[0]} to {r[-1]}" for r in runs]
    if len(pages) == 1:
        return f"page {pages[0]} has"
    return (
        f"pages {', '.join(said[:-1])} and {said[-1]} have" if said[1:] else f"pages {said[0]} have"
    )
