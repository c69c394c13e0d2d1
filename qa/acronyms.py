"""Names and their acronyms: those that a document defines, and a few that everybody uses.

"NATO Information Office (NIO)" defines one where the initials agree (after Schwartz and Hearst
2003, "A simple algorithm for identifying abbreviation definitions in biomedical text").
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from qa.conversation import Turn
from qa.words import FUNCTION_WORDS

_SHORT = re.compile(r"\(([A-Z]{2,8})\)")
_BEFORE = re.compile(r"(?:[\w’'&–-]+ ){1,10}\Z")
_REACH = 200  # characters before an acronym in which its long name may stand
_PLAIN = 3  # letters of an acronym that may stand for words without capitals
# Names that nobody explains, each with what it is called too: the one name that is meant wherever
# these letters stand.
_USUAL = (
    ("European Union", "EU"),
    ("United Nations", "UN"),
    ("United States", "US", "USA", "U.S."),
    ("United Kingdom", "UK", "U.K."),
    ("North Atlantic Treaty Organization", "NATO", "North Atlantic Treaty Organisation"),
    ("International Monetary Fund", "IMF"),
    ("World Trade Organization", "WTO", "World Trade Organisation"),
)
# Of these, what is one in capitals alone: "us" is a word, and so are the others elsewhere.
CAPITALS = frozenset({"EU", "UN", "US", "USA"})
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


def usual(name: str) -> list[str]:
    """What else a name, or one that has it in it ("EU sanctions"), is called by everybody; what has
    dots is in quotation marks, to be found as it is written."""
    found = [name]
    for names in _USUAL:
        others = [f"“{other}”" if "." in other else other for other in names]
        plain = [other.casefold().rstrip(".") for other in names]
        if name.casefold().rstrip(".") in plain and name not in FUNCTION_WORDS:
            return [one for one, said in zip(others, plain, strict=True) if said != name.casefold()]
        standing = _standing(names)
        for one in [one for one in found if standing.search(one) and "“" not in one]:
            found += [standing.sub(other, one) for other in others]
    return [one for one in dict.fromkeys(found) if one != name]


def also_called(text: str, whole: str) -> Iterator[str]:
    """The other names of what a text names, as everybody calls it or as the whole of which it is a
    part defines it."""
    for names in (*_USUAL, *defined(whole).items()):
        if _standing(names).search(text):
            yield from names


def _standing(names: Sequence[str]) -> re.Pattern[str]:
    """Where one of these names stands: the longest that does."""
    ordered = sorted(names, key=len, reverse=True)
    parts = (re.escape(one) if one in CAPITALS else f"(?i:{re.escape(one)})" for one in ordered)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")


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
        is_named = words[first][0].isupper() or len(short) >= _PLAIN
        if "".join(part[0].upper() for part in parts) == short and is_named:
            return " ".join(words[first:])
        if len(parts) > len(short):
            break
    return ""
