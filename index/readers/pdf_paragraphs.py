"""The lines of a PDF's pages to paragraphs and headings, over the ends of pages too."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from index.readers.pdf_lines import Line, Page
from index.readers.pdf_page import LARGER, SMALLER, in_reading_order, running
from index.readers.plain import Plain
from index.records import HEADING, PROSE

_BULLET = re.compile(r"(?:[•●▪■◦‣–—*-]|\(?(?:\d{1,3}|[a-z])[.)])\s+\S")
# A number with its full stop may end a sentence, where a capital begins the next.
_NUMBER = re.compile(r"(?!1\.)\d{1,3}\.\s+([^\W\d_])")
_COUNTED = re.compile(r"\(?\d{1,3}[.)]\s")
_RUNS_ON = re.compile(r"[^\W\d_][,;]?$")
_ENDED = re.compile(r"[.!?:…][\"'’”»)\]]*$")
_SHORT = 0.75  # of the widest line: no line of a paragraph but its last is so short
_TITLES = 3  # blocks among which the title is


@dataclass(slots=True)
class _Block:
    """Lines of one paragraph; `page` is where it begins, `breaks` (characters of it, page) where
    it goes over the end of a page."""

    lines: list[Line]
    page: int
    is_heading: bool = False
    breaks: list[tuple[int, int]] = field(default_factory=list)  # (index of a line, page)


def to_text(pages: Sequence[Page]) -> tuple[Plain, list[int], str]:
    """The text with its headings marked, where each page starts in it, and its title if large."""
    dropped = running(pages)
    sizes: Counter[float] = Counter()
    bold: Counter[bool] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[round(line.size, 1)] += len(line.text)
            bold[line.bold] += len(line.text)
    body = sizes.most_common(1)[0][0]
    blocks: list[_Block] = []
    for number, page in enumerate(pages):
        lines = [line for line in page.lines if (number, line) not in dropped]
        made = _blocks(in_reading_order(lines, body), number, body, bold[True] > bold[False])
        if made and blocks:
            _go_on(blocks, made, body)
        blocks += made
    words = Counter(
        re.findall(
            r"[^\W\d_]+(?:-[^\W\d_]+)*",
            " ".join(line.text.casefold() for block in blocks for line in block.lines),
        )
    )
    plain = Plain()
    starts: dict[int, int] = {}
    for block in blocks:
        text, places = _join(block, words)
        at = plain.put(text, kind=HEADING if block.is_heading else PROSE)
        for place, number in ((0, block.page), *places):
            starts.setdefault(number, at + place)
    return plain, _all_starts(starts, len(pages), plain.length), _title(blocks, body, words)


def _all_starts(starts: Mapping[int, int], pages: int, length: int) -> list[int]:
    """Where every page starts, ascending; one without text where the next one does."""
    made = [starts.get(page, -1) for page in range(pages)]
    after = length
    for page in reversed(range(pages)):
        after = made[page] = min(after, made[page]) if made[page] >= 0 else after
    return [0, *made[1:]]


def _title(blocks: Sequence[_Block], body: float, words: Counter[str]) -> str:
    """The largest heading of the first page with text."""
    first = [b for b in blocks if b.is_heading and b.page == blocks[0].page]
    largest = max(first, key=lambda block: block.lines[0].size, default=None)
    return _join(largest, words)[0] if largest and largest.lines[0].size > 1.15 * body else ""


def _blocks(lines: Iterable[Line], page: int, body: float, is_bold: bool) -> list[_Block]:
    """Paragraphs and headings of one page."""
    blocks: list[_Block] = []
    run: list[Line] = []
    lines = list(lines)
    gaps = Counter(
        round((above.low - below.low) / below.size, 1)
        for above, below in pairwise(lines)
        if 0 < above.low - below.low < 2.5 * below.size
    )
    usual = gaps.most_common(1)[0][0] if gaps else 1.2
    widest = _widest(lines)
    for line in lines:
        if run and _parts(run, line, usual, body, widest):
            blocks.append(_Block(run, page))
            run = []
        run.append(line)
    if run:
        blocks.append(_Block(run, page))
    for block in blocks:
        block.is_heading = _is_heading(block.lines, body, is_bold)
    return list(_credits_apart(blocks)) if page == 0 else blocks


def _credits_apart(blocks: Sequence[_Block]) -> Iterator[_Block]:
    """The blocks, where short lines between the title and the first full line, such as those of
    name, institute and date, each stand alone."""
    width = _widest([one for block in blocks for one in block.lines])
    is_below = False
    for at, block in enumerate(blocks):
        is_short = all(
            one.right - one.left < _SHORT * width and not one.text[0].islower()
            for one in block.lines
        )
        is_below = (is_below and is_short) or (block.is_heading and at < _TITLES)
        if is_below and not block.is_heading and not _ENDED.search(block.lines[-1].text):
            yield from (_Block([one], block.page) for one in block.lines)
        else:
            yield block


def _parts(run: Sequence[Line], line: Line, usual: float, body: float, widest: float) -> bool:
    """Whether a line begins a paragraph of its own."""
    last = run[-1]
    if max(line.size, last.size) * 0.92 > min(line.size, last.size):
        return True
    if line.bold != last.bold and not _is_full(last, run):
        return True  # while a bold word may fill a line within a paragraph
    if _is_item(run, line, widest):
        return True
    if last.cell and line.cell:
        return False  # rows of a table
    down = last.low - line.low
    if down < -0.5 * line.size or line.left > last.right:  # the next column
        return bool(_ENDED.search(last.text)) and not last.cut
    if down > (usual + 0.35) * line.size:
        return True
    left = min(one.left for one in run[1:]) if len(run) > 1 else last.left
    indented = line.left - left > 0.8 * line.size and not _BULLET.match(run[0].text)
    ended = bool(_ENDED.search(last.text))
    if line.size <= LARGER * body and line.text[0].isupper() and not last.cut:
        width = max(last.right, line.right) - left
        if last.right - left < 0.5 * width:
            return True  # a short line, such as an item of a list without its bullet
    return ended and (indented or not _is_full(last, run, line))


def _is_item(above: Sequence[Line], line: Line, widest: float) -> bool:
    """Whether a line below these begins an item of a list; it does not where its number ends the
    sentence that fills the line above."""
    number, last = _NUMBER.match(line.text), above[-1]
    if number is None or not number[1].isupper():
        return bool(_BULLET.match(line.text))
    is_full = last.right - last.left > _SHORT * widest and _is_full(last, above, line)
    return not is_full or not _RUNS_ON.search(last.text) or bool(_COUNTED.match(above[0].text))


def _widest(lines: Sequence[Line]) -> float:
    return max((one.right - one.left for one in lines), default=0.0)


def _is_full(last: Line, run: Sequence[Line], line: Line | None = None) -> bool:
    """Whether a line reaches about as far to the right as its neighbours do."""
    right: float = max(one.right for one in (*run, *((line,) if line else ())))
    return last.right > right - 0.2 * (right - min(one.left for one in run))


def _is_heading(lines: Sequence[Line], body: float, is_bold: bool) -> bool:
    text = " ".join(line.text for line in lines)
    if len(text) > 200 or len(lines) > 4 or not re.search(r"[^\W\d_]", text):
        return False
    if all(line.size > LARGER * body for line in lines):
        return True
    return (
        not is_bold
        and all(line.bold and line.size > 0.95 * body for line in lines)
        and len(text) <= 120
        and not _ENDED.search(text)
    )


def _go_on(blocks: list[_Block], made: list[_Block], body: float) -> None:
    """Put a paragraph that is torn by the end of a page together again, its footnotes before it."""
    at = len(blocks) - 1
    page = blocks[at].page
    while at > 0 and blocks[at].page == page and blocks[at].lines[0].size < SMALLER * body:
        at -= 1
    torn, next = blocks[at], made[0]
    same = abs(torn.lines[-1].size - next.lines[0].size) <= 0.08 * body
    if torn.is_heading or next.is_heading or not same:
        return
    if _is_item(torn.lines, next.lines[0], _widest(torn.lines + next.lines)):
        return
    if _ENDED.search(torn.lines[-1].text) and not torn.lines[-1].cut:
        return
    torn.breaks.append((len(torn.lines), next.page))
    torn.breaks += [(len(torn.lines) + index, page) for index, page in next.breaks]
    torn.lines = torn.lines + next.lines
    del made[0], blocks[at]
    blocks.append(torn)


def _join(block: _Block, words: Mapping[str, int]) -> tuple[str, list[tuple[int, int]]]:
    """The text of a paragraph, and (place, page) where a page starts in it."""
    text, places = "", []
    breaks = dict(block.breaks)
    for index, line in enumerate(block.lines):
        if index:
            before = block.lines[index - 1]
            text += _between(text, before, line)
            if text.endswith("-") and _drops(text, line, words):
                text = text[:-1]
        if index in breaks:
            places.append((len(text), breaks[index]))
        text += line.text
    return text, places


def _between(text: str, before: Line, line: Line) -> str:
    if before.cut:
        return "-"
    if re.search(r"\w[-‐]$", text) and line.text[:1].isalnum():
        return ""
    return "\n" if before.cell and line.cell and before.low > line.low + 1 else " "


def _drops(text: str, line: Line, words: Mapping[str, int]) -> bool:
    """Whether the hyphen at the end of a line only parts a word."""
    first = re.search(r"([^\W\d_]+)-$", text)
    second = re.match(r"[^\W\d_]+", line.text)
    if not first or not second or not second[0][0].islower():
        return False
    one, two = first[1].casefold(), second[0].casefold()
    if words.get(one + two):
        return True
    return not (words.get(f"{one}-{two}") or (words.get(one) and words.get(two, 0) > 1))
