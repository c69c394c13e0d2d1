"""HTML elements to Markdown, for every format that holds them: headings, lists, tables, quotes."""

import re
from dataclasses import dataclass
from typing import Any

_SKIPPED = frozenset(
    "script style head title nav template noscript svg math iframe object audio video canvas form "
    "button select textarea".split()
)
_BLOCKS = frozenset(
    "p div section article main aside header footer dl dt dd figure figcaption hr body html "
    "address details summary hgroup center caption td th tr thead tbody tfoot".split()
)
_MARKUP = re.compile(r"[\\`*_|~]|<(?=[A-Za-z/!?])|&(?=#|\w+;)|\](?=[(\[:])|!(?=\[)")
_OPENING = re.compile(r"^(\d{1,9})(?=[.)](?:\s|$))|^(?=[-+=#>\[])", re.MULTILINE)
_BREAK = "\v"  # stands for <br> until the white space around it is settled
_DEEPEST = 200  # elements within elements; what goes deeper is no page that somebody wrote
_WIDEST = 100  # columns, in which a cell may stand over several
_NESTED = 6  # lists and quotes within each other; deeper ones stand at this depth


def to_markdown(root: Any) -> str:
    """Markdown of an lxml tree of HTML elements. Text is escaped, so that it reads as it stood."""
    writer = _Writer()
    writer.walk(root, 0)
    writer.end()
    return writer.markdown()


@dataclass(slots=True)
class _Holder:
    """A list item or a quote: what its first line begins with, and what its other lines do."""

    first: str
    rest: str
    begun: bool = False


class _Writer:
    def __init__(self) -> None:
        self._lines: list[str] = []
        self._text: list[str] = []  # of the block that is open
        self._level = 0  # of the heading that is open, 0 in a paragraph
        self._holders: list[_Holder] = []
        self._lists = 0
        self._tight = False

    def markdown(self) -> str:
        return "\n".join(self._lines).strip("\n") + "\n"

    def end(self) -> None:
        """End the block that is open."""
        joined = " ".join("".join(self._text).replace(_BREAK, f" {_BREAK} ").split(" "))
        self._text.clear()
        lines = [" ".join(line.split()) for line in joined.split(_BREAK)]
        lines = [_escape(line) for line in lines if line]
        if not lines:
            return
        if self._level:
            self._put(["#" * self._level + " " + " ".join(lines)])
        else:
            self._put([line + "\\" for line in lines[:-1]] + lines[-1:])

    def _put(self, lines: list[str]) -> None:
        is_item = bool(self._holders) and not self._holders[-1].begun
        if self._lines and not (is_item and self._tight):
            self._lines.append("")
        for line in lines:
            prefix = "".join(h.rest if h.begun else h.first for h in self._holders)
            for holder in self._holders:
                holder.begun = True
            self._lines.append((prefix + line).rstrip())
        self._tight = is_item

    def walk(self, element: Any, depth: int) -> None:
        """Write an element, without the text that stands behind it."""
        tag = element.tag if isinstance(element.tag, str) else ""
        tag = tag.rpartition("}")[2].lower()
        if not tag or tag in _SKIPPED or depth > _DEEPEST or _is_reference(element, tag):
            return
        if tag == "br":
            self._text.append(_BREAK)
        elif re.fullmatch("h[1-6]", tag):
            self.end()
            self._level = int(tag[1])
            self._inside(element, depth)
            self.end()
            self._level = 0
        elif tag in ("ul", "ol"):
            self.end()
            self._list(element, depth, tag == "ol")
        elif tag == "blockquote":
            self.end()
            self._held(_Holder("> ", "> "), element, depth)
        elif tag == "table":
            self.end()
            self._table(element)
        elif tag == "pre":
            self.end()
            self._pre("".join(element.itertext()))
        elif tag in _BLOCKS or tag == "li":
            self.end()
            self._inside(element, depth)
            self.end()
        else:
            self._inside(element, depth)

    def _inside(self, element: Any, depth: int) -> None:
        self._text.append(element.text or "")
        for child in element:
            self.walk(child, depth + 1)
            self._text.append(child.tail or "")

    def _held(self, holder: _Holder, element: Any, depth: int) -> None:
        nested = len(self._holders) < _NESTED
        if nested:
            self._holders.append(holder)
        self._inside(element, depth)
        self.end()
        if nested:
            self._holders.pop()

    def _list(self, element: Any, depth: int, is_numbered: bool) -> None:
        self._lists += 1
        number = _number(element.get("start"))
        self._tight = False
        for child in element:
            if isinstance(child.tag, str) and child.tag.rpartition("}")[2].lower() == "li":
                # another sign than the list before, or they would be one
                sign = f"{number}{'.)'[self._lists % 2]} " if is_numbered else "- "
                number += 1
                self._held(_Holder(sign, " " * len(sign)), child, depth + 1)
            else:
                self.walk(child, depth + 1)
            self._text.append(child.tail or "")
            self.end()
        self._tight = False

    def _table(self, element: Any) -> None:
        found = [
            [cell for cell in row if _is(cell, "td", "th")]
            for row in element.iter()
            if _is(row, "tr")
        ]
        named = [all(_is(cell, "th") for cell in row) for row in found]
        rows = [row for row in zip(_grid(found), named, strict=True) if any(row[0])]
        width = max((len(row) for row, _ in rows), default=0)
        while width > 1 and len(rows) > 1 and rows[0][0][0] and not any(rows[0][0][1:]):
            self._put([_escape(rows.pop(0)[0][0])])  # what stands over all columns, as a caption
        if not rows:
            return
        if not rows[0][1]:
            rows.insert(0, ([], False))  # Markdown wants names; empty ones say that there are none
        head, *body = (row for row, _ in rows)
        lines = ["| " + " | ".join(map(_escape, row)) + " |" for row in body]
        names = [*map(_escape, head), *[""] * (width - len(head))]
        self._put(["| " + " | ".join(names) + " |", "|" + " --- |" * width, *lines])

    def _pre(self, text: str) -> None:
        text = text.strip("\n").replace("\r", "")
        if text.strip():
            fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
            self._put([fence, *text.split("\n"), fence])


def _is(element: Any, *tags: str) -> bool:
    return isinstance(element.tag, str) and element.tag.rpartition("}")[2].lower() in tags


def _grid(rows: list[list[Any]]) -> list[list[str]]:
    """The texts of a table's cells; where a cell stands over several columns or rows the other
    places are empty."""
    grid: list[list[str]] = []
    over: dict[int, int] = {}  # column -> rows, this one too, in which a cell stands there
    for row in rows:
        texts: list[str] = []
        for cell in row:
            while over.get(len(texts), 0):
                texts.append("")
            wide, deep = (_number(cell.get(name)) for name in ("colspan", "rowspan"))
            for part in (
                " ".join("".join(cell.itertext()).split()),
                *[""] * (min(wide, _WIDEST) - 1),
            ):
                if part or len(texts) < _WIDEST:
                    over[len(texts)] = deep if len(texts) < _WIDEST else 0
                    texts.append(part)
        over = {at: left - 1 for at, left in over.items() if left > 1}
        grid.append(texts)
    return grid


def _is_reference(element: Any, tag: str) -> bool:
    """Whether it is the small number that leads to a footnote."""
    return tag == "sup" and any(_is(child, "a") for child in element.iter())


def _number(value: str | None) -> int:
    return int(value) if value and re.fullmatch(r"\d{1,6}", value, re.ASCII) else 1


def _escape(text: str) -> str:
    return _OPENING.sub(r"\1\\", _MARKUP.sub(r"\\\g<0>", text))
