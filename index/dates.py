"""A date as documents have it and filters compare it."""

import re
from datetime import date

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_YEAR = re.compile(r"[0-9]{4}")
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


def is_dated(text: str) -> bool:
    """Whether what a document gives as its date begins with its year, and so can be compared; of
    "31/12/2021" that cannot be said."""
    return bool(_YEAR.match(text))


def by_day(text: str) -> tuple[bool, str]:
    """What documents are sorted by for their dates: the dated first, by date."""
    return not is_dated(text), text


def is_date(text: str) -> bool:
    """Whether this is a day, a month or a year that there is: YYYY-MM-DD, YYYY-MM or YYYY."""
    if not text.isascii() or not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True
