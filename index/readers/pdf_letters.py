"""The letters of a PDF with their places. Only this and pdf_picture.py import pypdfium2.

PDFium is not safe in more than one thread: everything that calls it holds a lock.
"""

import ctypes
import math
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from index.errors import SourceError
from index.readers.common import MAX_CHARACTERS

LOCK = threading.Lock()
_PASSWORD, _SECURITY = 4, 5  # PDFium's own numbers for these errors


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in its box, in points from the lower left of the page as it is read. White space
    may be "\\r" and "\\n", at the ends of lines, where PDFium puts them."""

    text: str
    left: float
    right: float
    low: float
    high: float
    bold: bool


@dataclass(frozen=True, slots=True)
class PageLetters:
    """`is_turned` says that the letters were, for which PDFium does not know their order."""

    height: float
    letters: tuple[Letter, ...]
    is_turned: bool = False


def read_letters(data: bytes) -> tuple[list[PageLetters], Mapping[str, str]]:
    """The letters of every page of a PDF and its metadata (Title, Author, CreationDate).

    Raises SourceError when it is damaged or needs a password.
    """
    import pypdfium2

    with LOCK:
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
                pages.append(_page(document, number))
                length += len(pages[-1].letters)
                if length > MAX_CHARACTERS:
                    raise SourceError(f"more than {MAX_CHARACTERS:,} characters; split it")
            return pages, document.get_metadata_dict()
        except pypdfium2.PdfiumError as error:
            raise SourceError(f"it is damaged: {error}; open it and save a copy") from error
        finally:
            document.close()


def _page(document: Any, number: int) -> PageLetters:
    """A page; one that is damaged has no letters, as the others may have."""
    import pypdfium2

    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return PageLetters(0, ())
    try:
        text = page.get_textpage()
        try:
            # of its boxes the one that a page may have from the tree it stands in
            return _upright(_letters(text.raw, text.count_chars()), *page.get_bbox())
        finally:
            text.close()
    except pypdfium2.PdfiumError:
        return PageLetters(0, ())
    finally:
        page.close()


def _letters(page: Any, count: int) -> list[tuple[Letter, int]]:
    """Each letter, and by how many right angles it is turned (-1: by something between)."""
    import pypdfium2.raw as pdfium

    letters: list[tuple[Letter, int]] = []
    box = pdfium.FS_RECTF()
    bold, turned, high = False, 0, 0
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
            angles = pdfium.FPDFText_GetCharAngle(page, at) / (math.pi / 2)
            turned = round(angles) % 4 if abs(angles - round(angles)) < 0.1 else -1
            bold = pdfium.FPDFText_GetFontWeight(page, at) >= 600
        letters.append((Letter(text, box.left, box.right, box.bottom, box.top, bold), turned))
    return letters


def _upright(
    letters: list[tuple[Letter, int]], left: float, low: float, right: float, high: float
) -> PageLetters:
    """The page turned so that most of its letters stand upright. Others are left out: a stamp
    along the margin, a watermark across the page."""
    turns = Counter(turned for letter, turned in letters if letter.text.strip() and turned >= 0)
    most = turns.most_common(1)[0][0] if turns else 0
    kept = []
    for one, turned in letters:
        if turned != most:
            continue
        x0, x1, y0, y1 = one.left - left, one.right - left, one.low - low, one.high - low
        width, height = right - left, high - low
        if turned == 1:
            x0, x1, y0, y1 = height - y1, height - y0, x0, x1
        elif turned == 2:
            x0, x1, y0, y1 = width - x1, width - x0, height - y1, height - y0
        elif turned == 3:
            x0, x1, y0, y1 = y0, y1, width - x1, width - x0
        kept.append(Letter(one.text, x0, x1, y0, y1, one.bold))
    return PageLetters((right - left) if most % 2 else (high - low), tuple(kept), most != 0)
