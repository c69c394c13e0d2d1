"""Plain text with its marks, put together block by block."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from index.records import PROSE, Mark


@dataclass(frozen=True, slots=True)
class Block:
    """Lines in a row without an empty one between them."""

    start: int
    end: int
    text: str


class Plain:
    """A text that grows at its end, and the marks of what is not prose in it."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.length = 0
        self.marks: list[Mark] = []

    def put(self, text: str, gap: str = "\n\n", kind: str = PROSE) -> int:
        """Add `text` after `gap` (which the first text goes without); where it starts."""
        if self._parts and gap:
            self._parts.append(gap)
            self.length += len(gap)
        start = self.length
        self._parts.append(text)
        self.length += len(text)
        if kind != PROSE and start < self.length:
            self.marks.append(Mark(kind, start, self.length))
        return start

    @property
    def text(self) -> str:
        return "".join(self._parts)


def ordered(marks: list[Mark]) -> list[Mark]:
    """Marks by place; one that overlaps an earlier one is dropped, an empty one too."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda m: m.start):
        if mark.start < mark.end and (not kept or kept[-1].end <= mark.start):
            kept.append(mark)
    return kept


def fill(marks: list[Mark], more: list[Mark]) -> list[Mark]:
    """`marks`, which are in order, and of `more` those that touch none of them."""
    starts, ends = [mark.start for mark in marks], [mark.end for mark in marks]
    free = [
        mark for mark in more if bisect_left(starts, mark.end) == bisect_right(ends, mark.start)
    ]
    return ordered([*marks, *free])


def blocks_of(text: str) -> Iterator[Block]:
    """The blocks of a text, in order."""
    at = start = end = 0
    for line in [*text.split("\n"), ""]:
        if line.strip():
            start = at if start == end else start
            end = at + len(line)
        elif start < end:
            yield Block(start, end, text[start:end])
            start = end
        at += len(line) + 1
