"""What stands before the items of a Word file's lists: Word draws it, the text does not hold it."""

from collections import defaultdict
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Lists:
    """The lists of one file; items have to be asked for in their order."""

    def __init__(self, source: Any) -> None:
        self._formats = _formats(source)
        self._counts: dict[tuple[int, int], int] = defaultdict(int)

    def bullet(self, paragraph: Any) -> str:
        """A bullet, or the item's number; "" for a paragraph that is no item."""
        style = paragraph.style
        number = _numbering(paragraph._p.pPr)
        if number is None and style is not None:
            number = _numbering(style.element.pPr)
        if number is None or number[0] == 0:
            is_bullet = style is not None and (style.name or "").startswith("List Bullet")
            return "- " if is_bullet else ""
        indent = "  " * min(number[1], 8)
        if self._formats.get(number, "bullet") in ("bullet", "none"):
            return f"{indent}- "
        self._counts[number] += 1
        for key in self._counts:
            if key[0] == number[0] and key[1] > number[1]:
                self._counts[key] = 0
        return f"{indent}{self._counts[number]}. "


def _formats(source: Any) -> dict[tuple[int, int], str]:
    """The number format of each level of each list, by the list's id."""
    try:
        root = source.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return {}
    levels: dict[str, dict[int, str]] = {}
    for abstract in root.iter(f"{W}abstractNum"):
        levels[abstract.get(f"{W}abstractNumId")] = {
            int(level.get(f"{W}ilvl")): form.get(f"{W}val")
            for level in abstract.iter(f"{W}lvl")
            if (form := level.find(f"{W}numFmt")) is not None
        }
    formats = {}
    for num in root.iter(f"{W}num"):
        abstract = num.find(f"{W}abstractNumId")
        for level, form in levels.get(abstract.get(f"{W}val"), {}).items():
            formats[int(num.get(f"{W}numId")), level] = form
    return formats


def _numbering(properties: Any) -> tuple[int, int] | None:
    number = None if properties is None else properties.numPr
    if number is None or number.numId is None:
        return None
    return number.numId.val, 0 if number.ilvl is None else number.ilvl.val
