"""Which lines of a PDF's pages are running headers and footers, and in which order to read them."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from index.readers.pdf_lines import Line, Page

_NUMBER = re.compile(r"\d+|\b[ivxlc]{1,7}\b", re.IGNORECASE)
_EDGE = 0.12  # of a page's height, where running lines stand
LARGER = 1.12  # times the size of the text, and a line may be a heading
SMALLER = 0.92  # and a footnote
_STRIPS = 32  # of a page's width, by which lines stand above each other


def running(pages: Sequence[Page]) -> set[tuple[int, Line]]:
    """The (index of the page, line) of headers, footers and page numbers.

    A header says the same, but for its numbers, at the same height of a fifth of the pages, or of
    two where it is the first or last line there; larger than the text, it has to stand on three, as
    two may have a heading in common. A number alone has to count the pages; what stands on one line
    with it goes with it.
    """
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[round(line.size, 1)] += len(line.text)
    largest = LARGER * max(sizes, key=lambda size: sizes[size], default=0)
    places: dict[tuple[str, int], list[tuple[int, Line]]] = defaultdict(list)
    for number, page in enumerate(pages):
        for line in _edges(page):
            key = _NUMBER.sub("#", line.text).casefold()
            places[key, round(line.low / 6)].append((number, line))
    found: set[tuple[int, Line]] = set()
    for (key, _), lines in places.items():
        count = len({number for number, _ in lines})
        if count < 2 or (count == 2 and lines[0][1].size > largest):
            continue
        if re.sub(r"[\W_]|page|of", "", key):
            outermost = [one for one in lines if one[1] in _outermost(pages[one[0]])]
            found.update(lines if len(lines) >= max(2, len(pages) / 5) else outermost)
        else:
            found.update(_counting(lines))
    return found | {
        (number, line)
        for number, beside in found
        for line in _edges(pages[number])
        if not re.search(r"[^\W\d_]", beside.text) and abs(line.low - beside.low) < 1
    }


def _edges(page: Page) -> list[Line]:
    """The lines near the upper and the lower edge that a gap, or another size, parts from the text
    between them."""
    edge = page.height * _EDGE
    rows = sorted(page.lines, key=lambda line: line.low)
    found = []
    for ordered, near in (
        (rows, (page.height - edge, page.height)),
        (rows[::-1], (0, edge)),
    ):
        apart, row = False, ordered[:1]  # the row before, nearer to the middle of the page
        for line in ordered:
            if abs(line.low - row[0].low) > 0.5 * line.size:
                gap = abs(line.low - row[0].low) > 1.8 * max(line.size, row[0].size)
                other = abs(line.size - row[0].size) > 0.08 * max(line.size, row[0].size)
                apart = (apart and near[0] <= row[0].low <= near[1]) or gap or other
                row = [line]
            if near[0] <= line.low <= near[1] and (apart or len(page.lines) == 1):
                found.append(line)
    return found


def _outermost(page: Page) -> tuple[Line, Line]:
    return (
        max(page.lines, key=lambda line: line.low),
        min(page.lines, key=lambda line: line.low),
    )


def _counting(lines: Sequence[tuple[int, Line]]) -> list[tuple[int, Line]]:
    """Those whose first number goes up by one from page to page."""
    offsets: Counter[int] = Counter()
    numbers: list[tuple[int, int, Line]] = []
    for page, line in lines:
        match = re.search(r"\d+", line.text)
        value = int(match[0][:9]) if match else _roman(line.text)
        offsets[value - page] += 1
        numbers.append((value - page, page, line))
    return [(page, line) for offset, page, line in numbers if offsets[offset] > 1]


def _roman(text: str) -> int:
    values = [dict(zip("ivxlc", (1, 5, 10, 50, 100), strict=True)).get(c, 0) for c in text.lower()]
    return sum(
        -value if any(value < later for later in values[at + 1 :]) else value
        for at, value in enumerate(values)
    )


def in_reading_order(lines: Sequence[Line], body: float) -> list[Line]:
    """The lines as they are drawn; where columns are drawn row by row, column by column. `body` is
    the size of the text. What stands at the foot of the page comes last, whenever it is drawn."""
    foot = _foot(lines, body)
    lower = set(foot)
    return [*_by_column([one for one in lines if one not in lower]), *_by_column(foot)]


def _foot(lines: Sequence[Line], body: float) -> list[Line]:
    """Footnotes: small lines below all of the text of their column; without any, what is drawn
    first although it stands below all the rest."""
    left = min((line.left for line in lines), default=0)
    strip = (max((line.right for line in lines), default=0) - left) / _STRIPS or 1

    def strips(line: Line) -> range:
        return range(int((line.left - left) / strip), int((line.right - left) / strip) + 1)

    lowest: dict[int, float] = {}  # of the text, by the strip of the page's width
    for line in lines:
        if line.size >= SMALLER * body:
            lowest |= {at: min(line.low, lowest.get(at, line.low)) for at in strips(line)}
    foot = [
        line
        for line in lines
        if line.size < SMALLER * body
        and any(at in lowest for at in strips(line))
        and all(line.low < lowest.get(at, line.low + 1) for at in strips(line))
    ]
    if foot:
        return foot
    rest = list(accumulate((line.low for line in reversed(lines)), min))[::-1]
    tops = accumulate((line.low + line.size for line in lines), max)
    ends = [at for at, top in enumerate(tops, start=1) if at < len(lines) and top < rest[at]]
    return list(lines[: ends[-1]]) if ends else []


def _by_column(lines: Sequence[Line]) -> list[Line]:
    gutter = _gutter(lines)
    if gutter is None:
        return _joined(lines)
    ordered: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []
    for line in lines:
        plain = replace(line, cell=False)
        if line.right <= gutter:
            left.append(plain)
        elif line.left >= gutter:
            right.append(plain)
        else:  # over both columns: what stands above it comes first
            ordered += [*left, *right, plain]
            left, right = [], []
    return [*ordered, *left, *right]


def _gutter(lines: Sequence[Line]) -> float | None:
    """Where the right column begins, if there are two, drawn row by row: many lines in a row have
    a neighbour that begins at one place, and both are as long as lines of prose are."""
    pairs = [
        (one, two)
        for one, two in pairwise(lines)
        if one.cell and two.cell and abs(one.low - two.low) < 0.3 * one.size
    ]
    begins = Counter(round(two.left / 4) for _, two in pairs)
    if not begins or begins.most_common(1)[0][1] < 4:
        return None
    place = begins.most_common(1)[0][0] * 4 - 4
    longs = sum(len(one.text) + len(two.text) > 50 for one, two in pairs)
    crossing = sum(line.left < place < line.right for line in lines)
    return place if longs * 2 > len(pairs) and crossing < len(pairs) else None


def _joined(lines: Sequence[Line]) -> list[Line]:
    """Runs that stand on one line, put together; `cell` stays with the rows of a table, in which
    runs begin below each other, and goes with the wide spaces of justified prose."""
    rows: list[list[Line]] = []
    for line in lines:
        last = rows[-1][-1] if rows else None
        beside = last is not None and last.cell and line.cell
        if (
            last
            and beside
            and abs(last.low - line.low) < 0.3 * last.size
            and line.left >= last.right
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    made: list[Line] = []
    for at, row in enumerate(rows):
        near = [other for other in (rows[at - 1 : at] + rows[at + 1 : at + 2]) if len(other) > 1]
        places = {round(run.left) for other in near for run in other[1:]}
        is_row = any(abs(run.left - place) <= 2 for run in row[1:] for place in places)
        text = " ".join(run.text for run in row)
        made.append(replace(row[0], text=text, right=row[-1].right, cut=row[-1].cut, cell=is_row))
    return made
