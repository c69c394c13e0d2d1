"""What kind of thing a question asks for, by its question word, and whether a sentence has one."""

import re

_MONTH = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
)
_NUMBER = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|"
    "millions?|billions?|half|third|quarter|once|twice|no|none|many|several"
)
# Question -> what a sentence that answers it has in it.
_KINDS = (
    (
        re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|decade)\b", re.I),
        re.compile(rf"\b(?:1\d{{3}}|20\d\d)\b|\b(?:{_MONTH})\b|\b(?:century|decade|years?)\b", re.I),
    ),
    (
        re.compile(
            r"\bhow (?:many|much|long|old|far|often|large|big|tall|high|deep|fast)\b"
            r"|\bwhat (?:percentage|number|fraction|proportion|share|amount)\b",
            re.I,
        ),
        re.compile(rf"\d|\b(?:{_NUMBER})\b", re.I),
    ),
    (
        re.compile(r"\bwho(?:m|se)?\b", re.I),
        re.compile(r"(?<=[\w,;:’'\"”)(] )[A-Z]\w+|\bI\b|\A[A-Z]\w+ [A-Z]"),
    ),
)


def fits(question: str, sentence: str) -> bool:
    """Whether a sentence has a date for "when", a number for "how many", a name for "who"; True
    for every other question."""
    for asked, present in _KINDS:
        if asked.search(question):
            return bool(present.search(sentence))
    return True
