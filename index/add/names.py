"""File names that every system takes, made from titles and from what servers suggest."""

import os
import unicodedata
from itertools import count
from pathlib import Path, PurePosixPath

from index.readers import READERS

# Room for " (99)", an ending, the ".md" beside it and ".partial" within what file systems take.
_CHARACTERS = 80
_BYTES = 180

_FORBIDDEN = frozenset('<>:"/\\|?*')
_DEVICES = frozenset(
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"]
    + [device + number for device in ("COM", "LPT") for number in "0123456789¹²³"]
)


def safe_stem(text: str) -> str:
    """A file name without its ending: at most 80 characters and 180 bytes, with no separator,
    nothing that Windows forbids and nothing that cannot be seen, never hidden, never a README and
    never the name of a file with fields beside another source (REPORT.pdf)."""
    stem = "".join(map(_visible, unicodedata.normalize("NFC", text)))
    stem = unicodedata.normalize("NFC", " ".join(stem.split()))[:_CHARACTERS]
    stem = stem.encode()[:_BYTES].decode(errors="ignore").lstrip(" .-~").rstrip(" .")
    beside = PurePosixPath(stem).suffix
    if beside.lower() in READERS:
        stem = f"{stem[: -len(beside)]} {beside[1:]}"
    device = stem.partition(".")[0].strip().upper()
    if device in _DEVICES or stem.upper() == "README":
        stem = f"_{stem}"
    return stem or "source"


def free_stem(folder: Path, stem: str, ending: str) -> str:
    """`stem`, or `stem (2)` and so on, under which the folder holds neither a file of this ending
    nor fields beside one, on systems that tell capitals apart and on those that do not."""
    taken = {_folded(name) for name in os.listdir(folder)}  # noqa: PTH208 names, not paths
    for number in count(1):
        free = stem if number == 1 else f"{stem} ({number})"
        if not taken & {_folded(free + ending), _folded(f"{free}{ending}.md")}:
            return free
    raise AssertionError("numbers do not end")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _visible(character: str) -> str:
    """The character; a space for one that no file name may hold, nothing for one without a form."""
    if character in _FORBIDDEN or character.isspace():
        return " "
    category = unicodedata.category(character)
    if category == "Cc":
        return " "
    return "" if category in ("Cf", "Cs", "Co") or ord(character) & 0xFFFE == 0xFFFE else character
