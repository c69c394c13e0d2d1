"""The lines of a PDF's pages with their places and sizes; the only importer of pypdfium2.

PDFium is not safe in more than one thread: everything that calls it holds a lock.
"""

import ctypes
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from index.errors import SourceError
from index.readers.common import MAX_CHARACTERS

_LOCK = threading.Lock()
_PASSWORD, _SECURITY = 4, 5  # PDFium's own numbers for these errors
_HYPHENS = "\x02\ufffe\xad"  # how PDFium gives a hyphen at the end of a line
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
    | {"\xa0": " ", "\uf0b7": "•", "\uf0a7": "•", "\u200b": "", "\ufeff": ""}
)
# What a raised small number has to stand behind to be one that leads to a footnote: m² is none.
_REFERENCED = re.compile(r"(?:[^\W\d_]{4}|[.,;:!?’”)\]\"'])$")
_CONTROL = re.compile("[\0-\x1f\x7f-\x9f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Line:
    """A run of text on one line; `left`, `right`, `low` in points from the page's lower left,
    `size` the height of its letters, `cut` whether its last word goes on in the next line, `cell`
    whether another run stands on the same line beside it."""

    text: str
    left: float
    right: float
    low: float
    size: float
    bold: bool
    cut: bool = False
    cell: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    height: float
    lines: tuple[Line, ...]


@dataclass(slots=True)
class _Letter:
    text: str
    left: float
    right: float
    low: float
    high: float
    bold: bool


def read_pages(data: bytes) -> tuple[list[Page], Mapping[str, str]]:
    """The pages of a PDF and its metadata (Title, Author, CreationDate).

    Raises SourceError when it is damaged or needs a password.
    """
    import pypdfium2

    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if error.err_code in (_PASSWORD, _SECURITY):
                raise SourceError(
                    "it is encrypted and needs a password; save a copy without one"
                ) from error
            raise SourceError(
                "it is damaged or not a PDF; fetch it anew, or open it and save a copy"
            ) from error
        try:
            pages, length = [], 0
            for number in range(len(document)):
                page = _page(document, number)
                length += sum(len(line.text) for line in page.lines)
                if length > MAX_CHARACTERS:
                    raise SourceError(f"more than {MAX_CHARACTERS:,} characters; split it")
                pages.append(page)
            return pages, document.get_metadata_dict()
        except pypdfium2.PdfiumError as error:
            raise SourceError(f"it is damaged: {error}; open it and save a copy") from error
        finally:
            document.close()


def _page(document: Any, number: int) -> Page:
    import pypdfium2

    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return Page(0, ())  # a page that is damaged has no text; the others may have
    try:
        text = page.get_textpage()
        try:
            return Page(page.get_height(), tuple(_lines(text.raw, text.count_chars())))
        finally:
            text.close()
    except pypdfium2.PdfiumError:
        return Page(0, ())
    finally:
        page.close()


def _lines(page: Any, count: int) -> list[Line]:
    """The lines in the order in which the PDF draws them; a wide gap in a line ends a run."""
    lines: list[Line] = []
    letters: list[_Letter] = []

    def end(cut: bool = False) -> None:
        runs = _runs(letters)
        made = [line for run in runs if (line := _line(run)) is not None]
        if made:
            beside = len(made) > 1
            lines.extend(replace(line, cell=beside) for line in made[:-1])
            lines.append(replace(made[-1], cell=beside, cut=cut))
        letters.clear()

    for letter in _letters(page, count):
        if letter.text in _HYPHENS:
            end(cut=True)
        elif letter.text in "\r\n ":  # PDFium ends a line at a raised number too
            letters.append(replace(letter, text=" "))
        else:
            if letters and _is_elsewhere(letters, letter):
                end()
            letters.append(letter)
    end()
    return lines


def _letters(page: Any, count: int) -> list[_Letter]:
    import pypdfium2.raw as pdfium

    letters: list[_Letter] = []
    box = pdfium.FS_RECTF()
    bold, high = False, 0
    for at in range(count):
        code = pdfium.FPDFText_GetUnicode(page, at)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
            high = 0
        if not 0 < code < 0x110000 or code in (0xFFFD, 0xFFFF):
            continue
        if not pdfium.FPDFText_GetLooseCharBox(page, at, ctypes.byref(box)):
            continue
        text = chr(code)
        if text not in " \r\n":
            if abs(pdfium.FPDFText_GetCharAngle(page, at)) % 6.28 > 0.2:
                continue  # a stamp along the margin, a watermark across the page
            bold = pdfium.FPDFText_GetFontWeight(page, at) >= 600
        letters.append(_Letter(text, box.left, box.right, box.bottom, box.top, bold))
    return letters


def _is_elsewhere(letters: list[_Letter], letter: _Letter) -> bool:
    """Whether a letter does not stand on the line of those before it."""
    near = [one for one in letters[-12:] if one.text != " "]
    if not near:
        return False
    last = max(near, key=lambda one: one.high - one.low)
    size = max(last.high - last.low, letter.high - letter.low)
    return abs((last.low + last.high) - (letter.low + letter.high)) / 2 > 0.7 * size


def _runs(letters: list[_Letter]) -> list[list[_Letter]]:
    """Letters of a line, parted where a gap is wider than any space between words."""
    runs: list[list[_Letter]] = [[]]
    last: _Letter | None = None
    for letter in letters:
        if letter.text != " " and last is not None:
            gap = letter.left - last.right
            if gap > 1.6 * (last.high - last.low) or letter.right < last.left:
                runs.append([])
        if letter.text != " ":
            last = letter
        runs[-1].append(letter)
    return runs


def _line(letters: list[_Letter]) -> Line | None:
    seen = [letter for letter in letters if letter.text.strip()]
    if not seen:
        return None
    sizes = sorted(letter.high - letter.low for letter in seen)
    size = sizes[len(sizes) // 2]
    lows = sorted(letter.low for letter in seen)
    low = lows[len(lows) // 2]
    text = ""
    for letter in letters:
        raised = letter.high - letter.low <= 0.87 * size and letter.low > low + 0.1 * size
        if not (raised and letter.text.isdigit() and _REFERENCED.search(text.rstrip())):
            text += letter.text
    text = " ".join(_CONTROL.sub("", text.translate(_LIGATURES)).split())
    if not text:
        return None
    return Line(
        text,
        min(letter.left for letter in seen),
        max(letter.right for letter in seen),
        low,
        size,
        sum(letter.bold for letter in seen) * 2 > len(seen),
    )
