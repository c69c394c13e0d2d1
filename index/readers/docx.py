"""Word files (DOCX): paragraphs, headings by their style, lists, tables a row a line
(`table.py`), footnotes.

Headers, footers, comments and what was deleted in tracked changes are left out. Footnotes stand at
the end, their numbers in the text are left out.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

from index.errors import SourceError
from index.readers import around
from index.readers.archive import open_archive, parse_xml, xml_member
from index.readers.docx_lists import Lists
from index.readers.docx_lists import W as _W
from index.readers.front_matter import NOTHING, FrontMatter, compose, known
from index.readers.plain import Plain
from index.readers.table import lines_of
from index.records import AUTHOR, HEADING, TITLE, Document

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING = re.compile(r"(?:heading|title|überschrift|titre|título|titel)\b", re.IGNORECASE)
_FOOTNOTES = "word/footnotes.xml"
_NO_TITLE = re.compile(r"(?:untitled|document|title|word document|.*\.docx?)?\d*", re.IGNORECASE)
_NO_AUTHOR = re.compile(
    r"(?:python-docx|microsoft.*|author|user|owner|admin(?:istrator)?|unknown|windows.*)?\d*",
    re.IGNORECASE,
)
_MOST_COLUMNS = 63  # that Word allows
_TEMPLATE_YEAR = 2013  # when python-docx's template was made, which a text then seems to be


def read_docx(path: str, data: bytes, given: FrontMatter = NOTHING) -> list[Document]:
    """One document from a Word file. Raises SourceError when it is damaged or encrypted."""
    import docx

    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise SourceError("it is encrypted, or a .doc; save it as .docx without a password")
    with open_archive(data, "a Word file") as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                xml_member(archive, name)
        notes = _footnotes(archive) if _FOOTNOTES in archive.namelist() else []
    try:
        source = docx.Document(io.BytesIO(data))
        plain = _text(source)
        own = _properties(source.core_properties)
    except Exception as error:  # python-docx meets a damaged file with errors of many kinds
        raise SourceError(
            f"it is damaged or not a Word file ({type(error).__name__}); open it and save a copy"
        ) from error
    for number, note in enumerate(notes, start=1):
        plain.put(f"{number}. {note}", "\n\n" if number == 1 else "\n")
    text = plain.text
    author = given.over(own).values.get(AUTHOR, "")
    found, marks = around.find(text, plain.marks, author=author)
    title = next((text[m.start : m.end] for m in plain.marks if m.kind == HEADING), "")
    lines = tuple(line for line in own.lines if line[0] not in found.values)
    own = FrontMatter({**own.values, **found.values}, lines)
    return [compose(path, text, marks, own=own, given=given, title=title)]


def _properties(core: Any) -> FrontMatter:
    title, author = (core.title or "").strip(), (core.author or "").strip()
    created = core.created
    template = created is None or created.year <= _TEMPLATE_YEAR
    return known(
        "" if template else created.date().isoformat(),
        **{
            TITLE: "" if _NO_TITLE.fullmatch(title) else title,
            AUTHOR: "" if _NO_AUTHOR.fullmatch(author) else author.replace(";", ", "),
        },
    )


def _text(source: Any) -> Plain:
    from docx.text.paragraph import Paragraph

    plain = Plain()
    lists = Lists(source)
    was_item = False
    for block in _content(source.element.body, source):
        if not isinstance(block, Paragraph):
            for number, line in enumerate(lines_of(*_table(block))):
                plain.put(line, "\n\n" if number == 0 else "\n")
            was_item = False
            continue
        text = _paragraph(block._p)
        if not text:
            continue
        style = block.style.name if block.style is not None else ""
        if _HEADING.match(style or ""):
            plain.put(text, kind=HEADING)
            was_item = False
            continue
        bullet = lists.bullet(block)
        plain.put(bullet, "\n" if bullet and was_item else "\n\n")
        plain.put(text, "")
        was_item = bool(bullet)
    return plain


def _content(parent: Any, source: Any) -> Iterator[Any]:
    """Paragraphs and tables (as elements), within content controls too, without a table of
    contents."""
    from docx.text.paragraph import Paragraph

    for element in parent:
        if element.tag == f"{_W}p":
            yield Paragraph(element, source._body)
        elif element.tag == f"{_W}tbl":
            yield element
        elif element.tag == f"{_W}sdt":
            gallery = next(element.iter(f"{_W}docPartGallery"), None)
            content = element.find(f"{_W}sdtContent")
            contents = gallery is not None and "Contents" in (gallery.get(f"{_W}val") or "")
            if content is not None and not contents:
                yield from _content(content, source)


def _paragraph(paragraph: Any) -> str:
    """What a paragraph says, with links and inserted text, without what was deleted or moved, and
    without the second form in which a text box is kept for older programs."""
    parts: list[str] = []
    unseen = {
        element
        for other in paragraph.iter(f"{_W}moveFrom", _FALLBACK)
        for element in other.iter(f"{_W}t")
    }
    for element in paragraph.iter():
        if element in unseen:
            continue
        if element.tag == f"{_W}t":
            parts.append(element.text or "")
        elif element.tag == f"{_W}tab":
            parts.append(" ")
        elif element.tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif element.tag == f"{_W}noBreakHyphen":
            parts.append("-")
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _table(table: Any) -> tuple[list[list[str]], bool]:
    """The cells of each row, a merged one once with empty ones behind it, and whether the first row
    names the columns: it is repeated on every page, or it alone is bold."""
    rows = [
        [part for cell in row.tc_lst for part in (_cell(cell), *[""] * (_span(cell) - 1))]
        for row in table.tr_lst
    ]
    if not rows:
        return rows, False
    repeated = _is_on(table.tr_lst[0], f"{_W}trPr/{_W}tblHeader")
    bold = [all(_is_on(run, f"{_W}rPr/{_W}b") for run in _runs(row)) for row in table.tr_lst]
    return rows, repeated or (bold[0] and not all(bold))


def _cell(cell: Any) -> str:
    parts = filter(None, (_paragraph(p) for p in cell.iter(f"{_W}p")))
    return " ".join(parts).replace("\n", " ")


def _span(cell: Any) -> int:
    """Over how many columns a cell stands."""
    return min(max(int(cell.grid_span), 1), _MOST_COLUMNS)


def _runs(row: Any) -> Iterator[Any]:
    """The runs of a row that have text."""
    return (run for run in row.iter(f"{_W}r") if run.find(f"{_W}t") is not None)


def _is_on(element: Any, path: str) -> bool:
    """Whether a property of Word's that is on or off is on."""
    found = element.find(path)
    return found is not None and found.get(f"{_W}val") not in ("0", "false", "off")


def _footnotes(archive: Any) -> list[str]:
    root = parse_xml(archive, _FOOTNOTES)
    texts = (
        " ".join(filter(None, (_paragraph(p) for p in note.iter(f"{_W}p"))))
        for note in root.iter(f"{_W}footnote")
        if note.get(f"{_W}type") is None
    )
    return [text for text in texts if text]
