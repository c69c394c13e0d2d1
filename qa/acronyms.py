"""Long names by which a question calls what a document mostly calls by an acronym.

"NATO Information Office (NIO)" defines one where the initials agree (after Schwartz and Hearst
2003, "A simple algorithm for identifying abbreviation definitions in biomedical text").
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.conversation import Turn

_SHORT = re.compile(r"\(([A-Z]{2,8})\)")
_BEFORE = re.compile(r"(?:[\w’'&–-]+ ){1,10}\Z")
_REACH = 200  # characters before an acronym in which its long name may stand
_SMALL = frozenset({"of", "for", "and", "the", "on", "in", "to", "de", "la", "&"})


def acronyms(text: str) -> dict[str, str]:
    """Long name -> acronym, for what the text defines and then mostly calls by its acronym."""
    return {
        name: short for name, short in defined(text).items() if text.count(short) > text.count(name)
    }


def defined(text: str) -> dict[str, str]:
    """Long name -> acronym, for what the text defines."""
    found: dict[str, str] = {}
    for match in _SHORT.finditer(text):
        before = _BEFORE.search(text[max(0, match.start() - _REACH) : match.start()])
        name = _name(before[0].split(), match[1]) if before else ""
        if name:
            found[name] = match[1]
    return found


def in_the_words_of(text: str, turns: Sequence[Turn]) -> list[Turn]:
    """The turns with long names put as the text mostly puts them."""
    known = acronyms(text)
    changed = list(turns)
    for name, short in known.items():
        pattern = re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE)
        changed = [replace(turn, text=pattern.sub(short, turn.text)) for turn in changed]
    return changed


def _name(words: Sequence[str], short: str) -> str:
    """The last words whose initials spell the acronym, or ""."""
    for first in range(len(words) - 1, -1, -1):
        parts = [
            part
            for word in words[first:]
            for part in re.split(r"[–-]", word)
            if part and part.lower() not in _SMALL
        ]
        if "".join(part[0].upper() for part in parts) == short and words[first][0].isupper():
            return " ".join(words[first:])
        if len(parts) > len(short):
            break
    return ""
