"""A time as a question names it ("in May 2023", "before 2020", "between 1990 and 1995") -> the
first and the last date of it, as filters have them."""

import re
from datetime import date

from index.dates import MONTHS, is_date

_MONTHS = [name.lower() for name in MONTHS]
_MONTH = "|".join(f"{name}|{name[:4]}|{name[:3]}" for name in _MONTHS)
_DATE = (
    rf"(?:\d{{4}}-\d\d-\d\d|\d{{4}}-\d\d|(?:the )?\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTH}) "
    rf"\d{{4}}|(?:{_MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|(?:{_MONTH})\.?,? \d{{4}}"
    r"|(?:the )?\d{3}0s|(?:the year )?\d{4})"
)
# A time as it follows "published"; its dates are worked out by `span`.
PERIOD = (
    rf"(?:(?:between|from) {_DATE} (?:and|to|till|until|through) {_DATE}"
    rf"|(?:from )?(?:in|on|during|from|of|before|after|since|until|till|up to|by|for) {_DATE}"
    r"(?: (?:on|onwards?|or (?:later|earlier)))?)"
)
_WITHIN = re.compile(rf" ?\b{PERIOD}(?=\W*$|,? (?:about|on|of|that)\b)", re.IGNORECASE)
_PERIOD = re.compile(rf"(?P<how>[a-z ]+?) (?P<first>{_DATE})(?:.*? (?P<last>{_DATE})\b)?(?P<on>.*)")
_DAY = re.compile(
    rf"(?:the )?(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?)?(?P<month>{_MONTH})\.?,?"
    r"(?: (?P<after>\d{1,2})(?:st|nd|rd|th)?,?)? (?P<year>\d{4})"
)


def dated(question: str) -> tuple[str, str, dict[str, str]] | None:
    """A question without the time that it names, the time as it is written, and as filters have
    it; None where it names none."""
    match = _WITHIN.search(question)
    dates = span(match[0]) if match else None
    if match is None or dates is None:
        return None
    both = zip(("published_from", "published_to"), dates, strict=True)
    rest = f"{question[: match.start()]}{question[match.end() :]}"
    return rest, match[0].strip(), {name: day for name, day in both if day}


def span(text: str) -> tuple[str, str] | None:
    """The first and the last date (YYYY, YYYY-MM or YYYY-MM-DD; "" for an open end) of what PERIOD
    matches; None where there is no such date."""
    match = _PERIOD.fullmatch(" ".join(text.lower().split()))
    dates = [_dates(match[name]) for name in ("first", "last") if match and match[name]]
    if match is None or not dates or None in dates:
        return None
    first, last = dates[0] or ("", ""), dates[-1] or ("", "")
    how = match["how"].removeprefix("from ")
    if match["last"]:
        return first[0], last[1]
    if how == "before":
        return "", beside(first[0], -1)
    if how == "after":
        return beside(first[1], 1), ""
    if how == "since" or "on" in match["on"] or "later" in match["on"]:
        return first[0], ""
    if how in ("until", "till", "up to", "by") or "earlier" in match["on"]:
        return "", first[1]
    return first


def _dates(text: str) -> tuple[str, str] | None:
    """The first and the last date of what _DATE matches."""
    text = text.removeprefix("the ").removeprefix("year ")
    if text.endswith("0s"):
        return (text[:-1], f"{text[:3]}9") if is_date(text[:-1]) else None
    match = _DAY.fullmatch(text)
    if match:
        month = next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(match["month"][:3]))
        day = match["day"] or match["after"]
        text = f"{match['year']}-{month:02}" + (f"-{int(day):02}" if day else "")
    return (text, text) if is_date(text) else None


def beside(day: str, by: int) -> str:
    """The year, the month or the day that follows (`by` 1) or goes before (-1); at an end of the
    calendar the same once more."""
    year = int(day[:4])
    if len(day) == 4:
        other = f"{year + by:04}"
    elif len(day) == 7:
        months = year * 12 + int(day[5:]) - 1 + by
        other = f"{months // 12:04}-{months % 12 + 1:02}"
    else:
        ordinal = date.fromisoformat(day).toordinal() + by
        is_there = 1 <= ordinal <= date.max.toordinal()
        other = str(date.fromordinal(ordinal)) if is_there else ""
    return other if is_date(other) else day
