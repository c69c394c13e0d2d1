"""A page of a PDF as a picture, with the cited words marked on it."""

import io
from collections.abc import Iterator
from typing import Any

from index.errors import SourceError
from index.readers.pdf_letters import LOCK

_WIDTH = 1_200  # pixels
_MOST = 8.0  # by how much a small page is enlarged at most
_MARK = (253, 226, 130)
# The words at both ends of a quote by which it is found, where the whole is not.
_ENDS = 4


def picture(data: bytes, page: int, quote: str = "") -> bytes:
    """The page of this number, from 1, as a PNG. What of `quote` is found on it is marked.

    Raises SourceError when it cannot be drawn.
    """
    import pypdfium2

    with LOCK:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise SourceError("it is damaged or needs a password") from error
        try:
            if not 1 <= page <= len(document):
                raise SourceError(f"it has {len(document):,} pages, not {page:,}")
            return _drawn(document[page - 1], quote)
        except pypdfium2.PdfiumError as error:
            raise SourceError(f"it is damaged: {error}") from error
        finally:
            document.close()


def _drawn(page: Any, quote: str) -> bytes:
    from PIL import Image, ImageChops, ImageDraw

    left, _, _, high = page.get_bbox()
    scale = min(_WIDTH / max(page.get_width(), 1.0), _MOST)
    drawn = page.render(scale=scale).to_pil().convert("RGB")
    if quote and not page.get_rotation():
        marks = Image.new("RGB", drawn.size, "white")
        pen = ImageDraw.Draw(marks)
        for x, y, to_x, to_y in _boxes(page, quote):
            corners = (x - left, high - to_y, to_x - left, high - y)
            pen.rectangle([corner * scale for corner in corners], fill=_MARK)
        drawn = ImageChops.multiply(drawn, marks)
    out = io.BytesIO()
    drawn.save(out, "PNG", optimize=False)
    return out.getvalue()


def _boxes(page: Any, quote: str) -> Iterator[tuple[float, float, float, float]]:
    """Where the quote stands on the page, line by line: left, low, right, high in points."""
    text = page.get_textpage()
    try:
        words = quote.split()
        whole = _found(text, " ".join(words))
        if whole is None:
            first, last = (_found(text, " ".join(some)) for some in (words[:_ENDS], words[-_ENDS:]))
            if first is None:
                return
            end = last[0] + last[1] if last and last[0] > first[0] else first[0] + first[1]
            whole = (first[0], end - first[0])
        for at in range(text.count_rects(*whole)):
            yield text.get_rect(at)
    finally:
        text.close()


def _found(text: Any, words: str) -> tuple[int, int] | None:
    """Index and count of the letters of these words, the first time that they stand there."""
    if not words:
        return None
    searcher = text.search(words, match_case=True)
    try:
        found: tuple[int, int] | None = searcher.get_next()
        return found
    finally:
        searcher.close()
