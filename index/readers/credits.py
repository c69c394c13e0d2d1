"""The lines of credits right below a title: who wrote the text, who published it, and when.

"By Mira Okafor, Harbour Review, 3 May 2024", or the three on lines of their own. Each is taken
only where it is certain: a wrong author is worse than none. A name without "by" may be a subtitle,
a place or somebody whom the text is about, and so it needs a witness: the front matter, the
author's biography, or that a house and a date follow on its line; and the text may not speak of
somebody of that name.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from index.biography import biographies
from index.dates import MONTHS
from index.readers.credit_words import is_certain, is_credit, is_house, is_person, people
from index.records import AUTHOR, FURNITURE, PUBLISHED, PUBLISHER, Mark

_MONTH = rf"(?:{'|'.join(MONTHS)}|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
DATE = rf"(?:\d{{1,2}} {_MONTH}\.? \d{{4}}|{_MONTH}\.? \d{{1,2}}, \d{{4}}|\d{{4}}-\d\d-\d\d)"
_MOST_LINES, _LONGEST = 5, 200  # lines of credits, and characters of one
_STANDFIRST = 50  # words of what may stand between the title and them
_SEPARATOR = re.compile(r"[ \t]*[·•|][ \t]*|[ \t]+[–—][ \t]+|,[ \t]+")
_STRONG = re.compile(r"[ \t][·•|][ \t]")
_DATED = re.compile(
    rf"(?P<label>(?:(?:first )?published|posted|dated?)(?: on)?:?[ \t]+)?"
    rf"(?<!\w)(?P<date>{DATE}|{_MONTH} \d{{4}})(?=[ \t]*(?:[·•|,–—]|\Z))",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:(?:written|text|words) by|by|authors?:)[ \t]+", re.IGNORECASE)
_AND = re.compile(r"(?:and|&) |.* (?:and|&) ", re.IGNORECASE)
_QUOTES = re.compile(r"\A[\"“”„«»‘']|[\"“”«»’']\W*\Z")


@dataclass(slots=True)
class _Line:
    """A line that may be one of credits; `parts` are (start, end) in the text, first the one that
    may name the author."""

    start: int
    end: int
    parts: list[tuple[int, int]] = field(default_factory=list)
    date: tuple[int, int] | None = None
    is_labelled: bool = False
    is_strong: bool = False  # parted by more than commas


def find(text: str, start: int, known: str = "") -> list[Mark]:
    """The marks of the credits that `text[start:]` begins with, in order; their parts that say
    nothing are furniture. `known` is who wrote the text, where its file says so."""
    lines = list(_lines(text, start))
    body = lines[-1].end if lines else start
    author = next((a for line in lines if (a := _author(text, line, body, known))), None)
    credited = lines if author else [line for line in lines if _speaks_for_itself(text, line)]
    dates = [line.date for line in credited if line.date]
    house = _house(text, credited, author, body)
    marks: list[Mark] = [Mark(AUTHOR, *author)] if author else []
    marks += [Mark(PUBLISHER, *house)] if house else []
    marks += [Mark(PUBLISHED, *dates[0])] if len(dates) == 1 else []
    marks.sort(key=lambda mark: mark.start)
    last = marks[-1].start if marks else start
    return list(_with_the_rest([line for line in credited if line.start <= last], marks))


def _house(
    text: str, lines: Sequence[_Line], author: tuple[int, int] | None, body: int
) -> tuple[int, int] | None:
    """Who published it: named on the author's line, beside a date, or in the biography; alone it
    may be what the first section is about."""
    is_dated = any(line.date for line in lines)
    lives = biographies(text, text[slice(*author)], body) if author else []
    for line in lines:
        for start, end in line.parts:
            beside = is_dated or (author is not None and line.start <= author[0] < line.end)
            told = any(text[start:end] in text[first:last] for first, last in lives)
            if is_house(text[start:end]) and (beside or told):
                return start, end
    return None


def _lines(text: str, start: int) -> Iterator[_Line]:
    """The lines of credits below the title that ends at `start`, behind at most one paragraph."""
    found: list[_Line] = []
    at, skipped, is_begun = start, "", False
    while at < len(text) and len(found) < _MOST_LINES:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = _parsed(text, at, end)
        if not text[at:end].strip():
            is_begun = is_begun or bool(skipped)
        elif line is not None:
            found.append(line)
        elif found or is_begun or len(skipped.split()) > _STANDFIRST:
            break
        else:
            skipped += " " + text[at:end]
        at = end + 1
    if not _QUOTES.search(skipped.strip()):
        yield from found


def _parsed(text: str, start: int, end: int) -> _Line | None:
    """A line taken apart; None for one that cannot be of credits."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if not 0 < end - start <= _LONGEST:
        return None
    line = _Line(start, end, is_strong=bool(_STRONG.search(text, start, end)))
    dates = list(_DATED.finditer(text[:end], start))
    if len(dates) > 1:
        return None
    gaps = [(start, start)]
    for match in dates:
        line.date = match.span("date")
        gaps.append(match.span())
    gaps.append((end, end))
    for (_, left), (right, _) in pairwise(gaps):
        inner = (place for m in _SEPARATOR.finditer(text, left, right) for place in m.span())
        cuts = [left, *inner, right]
        for first, last in zip(cuts[::2], cuts[1::2], strict=True):
            piece = text[first:last]
            first += len(piece) - len(piece.lstrip())
            last -= len(piece) - len(piece.rstrip())
            if first < last:
                line.parts.append((first, last))
    for number, (first, last) in enumerate(line.parts):
        if label := _LABEL.match(text, first, last):
            line.is_labelled = True
            line.parts = [(label.end(), last), *line.parts[number + 1 :], *line.parts[:number]]
            break
    fits = all(is_credit(text[slice(*part)]) for part in line.parts)
    return line if fits and (line.parts or line.date) else None


def _author(text: str, line: _Line, body: int, known: str) -> tuple[int, int] | None:
    """Where the line names the author for certain."""
    if not line.parts:
        return None
    start, end = line.parts[0]
    # "A B, C D and E F": what "and" joins is a list, commas alone may part anything.
    for number, (_, last) in enumerate(line.parts[1:], start=1):
        joined = text[slice(*line.parts[number])]
        if _AND.match(joined) and people(text[start:last]):
            end = last
    named = people(text[start:end])
    if not named:
        return None
    others = [text[slice(*part)] for part in line.parts if not start <= part[0] < end]
    if any(map(is_person, others)):
        return None  # it may be another author
    if line.is_labelled or _same(named, known):
        return start, end
    if text[start - 1 : start] in ("—", "–", "-") or _is_spoken_of(text, named, body):
        return None
    is_placed = line.date is not None and any(map(is_house, others))
    is_witnessed = all(biographies(text, name, body) for name in named)
    is_whole = is_placed and not _is_common(text, text[start:end], body)
    return (start, end) if is_witnessed or is_whole or all(map(is_certain, named)) else None


def _same(named: Sequence[str], known: str) -> bool:
    """Whether the author who is known is one of these."""
    folded = known.casefold()
    return any(name.casefold() in folded for name in named)


def _is_spoken_of(text: str, named: Sequence[str], body: int) -> bool:
    """Whether the text speaks of one of these by their family name, outside their biographies."""
    for name in named:
        rest, at = "", body
        for first, last in biographies(text, name, body):
            rest, at = rest + text[at:first], last
        rest += text[at:]
        if re.search(rf"\b{re.escape(name.split()[-1])}\b", rest):
            return True
    return False


def _is_common(text: str, name: str, body: int) -> bool:
    """Whether the text has one of these words in small letters: what it is about, not a name."""
    words = [word.casefold().rstrip("s") for word in re.findall(r"[^\W\d_]{3,}", name)]
    there = {word.rstrip("s") for word in re.findall(r"\b[^\W\d_A-Z]{3,}", text[body:])}
    return any(word in there for word in words)


def _speaks_for_itself(text: str, line: _Line) -> bool:
    """Whether a line without an author still is one of credits: a house and a date, parted by
    more than a comma, which could part an event from its day."""
    house = any(is_house(text[slice(*part)]) for part in line.parts)
    return line.is_strong and line.date is not None and house


def _with_the_rest(lines: Sequence[_Line], marks: Sequence[Mark]) -> Iterator[Mark]:
    """The marks, and what they leave of their lines as furniture."""
    for line in lines:
        own = [mark for mark in marks if line.start <= mark.start < line.end]
        at = line.start
        for mark in (*own, Mark(FURNITURE, line.end, line.end)):
            if at < mark.start:
                yield Mark(FURNITURE, at, mark.start)
            if mark.start < mark.end:
                yield mark
            at = mark.end
