"""The letters of a PDF's page to lines, with their places and sizes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.readers.pdf_letters import Letter

_HYPHENS = "\x02\ufffe\xad"  # how PDFium gives a hyphen at the end of a line
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
    | {"\xa0": " ", "\uf0b7": "•", "\uf0a7": "•", "\u200b": "", "\ufeff": ""}
)
# What a raised small number has to stand behind to be one that leads to a footnote: a word, a mark,
# a year, a share or a number with its thousands apart. m² and 10⁶ are none.
_REFERENCED = re.compile(
    r"(?:[^\W\d_]{4}|[.,;:!?’”)\]\"'%]|(?<![\w.,])(?:1[5-9]|20)\d\d|\d,\d{3})$"
)
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


def lines_of(all_letters: Sequence[Letter]) -> list[Line]:
    """The lines in the order in which the PDF draws them; a wide gap in a line ends a run."""
    lines: list[Line] = []
    letters: list[Letter] = []

    def end(cut: bool = False) -> None:
        runs = _runs(letters)
        made = [line for run in runs if (line := _line(run)) is not None]
        if made:
            beside = len(made) > 1
            lines.extend(replace(line, cell=beside) for line in made[:-1])
            lines.append(replace(made[-1], cell=beside, cut=cut))
        letters.clear()

    for letter in all_letters:
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


def _is_elsewhere(letters: list[Letter], letter: Letter) -> bool:
    """Whether a letter does not stand on the line of those before it."""
    near = [one for one in letters[-12:] if one.text != " "]
    if not near:
        return False
    last = max(near, key=lambda one: one.high - one.low)
    size = max(last.high - last.low, letter.high - letter.low)
    return abs((last.low + last.high) - (letter.low + letter.high)) / 2 > 0.7 * size


def _runs(letters: list[Letter]) -> list[list[Letter]]:
    """Letters of a line, parted where a gap is wider than any space between words."""
    runs: list[list[Letter]] = [[]]
    last: Letter | None = None
    for letter in letters:
        if letter.text != " " and last is not None:
            gap = letter.left - last.right
            if gap > 1.6 * (last.high - last.low) or letter.right < last.left:
                runs.append([])
        if letter.text != " ":
            last = letter
        runs[-1].append(letter)
    return runs


def _line(letters: list[Letter]) -> Line | None:
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
