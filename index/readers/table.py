"""The rows of a table as lines, each cell under the name of its column where the table names them.

A row is cited by itself: of "Rolls-Royce SMR | 470" nobody knows what it says, of "Design:
Rolls-Royce SMR | Output (MW): 470" everybody. A wrong name would be worse than none: where a source
does not say that its first row names the columns, it has to be plain from what stands below it.
"""

import re
from collections.abc import Sequence

# Longer than any name of a column.
_LONGEST = 80
_VALUE = re.compile(r"[^\w(]{0,3}\d")
_UNIT = re.compile(r"\S\s*[(\[][^()\[\]]+[)\]]$|%$")

Row = Sequence[str]


def lines_of(rows: Sequence[Row], is_headed: bool) -> list[str]:
    """A line for each row that has any text; `is_headed` says that the first row, as the source
    has it, names the columns. Where it does, its names stand with every cell, and it is no line of
    its own."""
    if not rows:
        return []
    head, *body = rows
    lines = [*map(_plain, body)]
    if _may_name(head, body) and (is_headed or _is_over_values(head, body)):
        lines = [_named(head, row) for row in body]
    else:
        lines.insert(0, _plain(head))
    return [line for line in lines if line]


def _plain(row: Row) -> str:
    """Its cells, without the empty ones that it ends with."""
    last = max((at for at, cell in enumerate(row, start=1) if cell), default=0)
    return " | ".join(row[:last])


def _named(head: Row, row: Row) -> str:
    """A row under the names of its columns; one that has but its first cell parts the table."""
    if len(row) > len(head) or not any(row[1:]):
        return _plain(row)
    names = [name.rstrip(" :") for name in head]
    return " | ".join(
        f"{name}: {cell}" if name else cell for name, cell in zip(names, row, strict=False) if cell
    )


def _may_name(head: Row, body: Sequence[Row]) -> bool:
    """Whether all columns but the first, whose place may be empty, have a name of their own."""
    return (
        len(head) > 1
        and any(any(row[1:]) for row in body)
        and all(head[1:])
        and len({name.casefold() for name in head}) == len(head)
        and max(map(len, head)) <= _LONGEST
    )


def _is_over_values(head: Row, body: Sequence[Row]) -> bool:
    """Whether names stand above a column of numbers. Where there are two columns a first row with
    a name may be one like the others ("Country | Japan", "People | 125 million"), unless both hold
    numbers, or the name has a unit."""
    if any(_VALUE.match(name) for name in head):
        return False
    columns = [[row[at] for row in body if row[at : at + 1] and row[at]] for at in range(len(head))]
    values = [at for at, cells in enumerate(columns) if cells and all(map(_VALUE.match, cells))]
    return bool(values) and (
        len(head) > 2 or len(values) == 2 or any(_UNIT.search(head[at]) for at in values)
    )
