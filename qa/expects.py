"""What kind of thing a question asks for, by its question word, and whether a sentence has one."""

import re

_TIME = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|spring|summer|autumn|winter|century|centuries|"
    "decades?|years?|months?|weeks?|ago|today|yesterday|BC|BCE|AD|era|age"
)
_NUMBER = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|"
    "millions?|billions?|half|third|quarter|once|twice|no|none|many|several"
)
_COUNT = re.compile(r"\bhow many\b|\bwhat (?:percentage|number|fraction|proportion)\b", re.I)
# Question -> what a sentence that answers it has in it.
_KINDS = (
    (
        re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|decade)\b", re.I),
        re.compile(rf"\b[1-9]\d{{2,3}}s?\b|\b(?:{_TIME})\b", re.I),
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
    (
        re.compile(
            r"\A\W*(?:and |but |so )?why\b|\bfor what reasons?\b"
            r"|\bwhat (?:is|was|are|were) the reasons?\b",
            re.I,
        ),
        re.compile(
            r"\b(?:because|reasons?|since|due to|owing to|thanks to|so that|in order to|caused?|"
            r"motives?|therefore|thus|as a result|fear(?:s|ed|ing)?)\b",
            re.I,
        ),
    ),
)


def fits(question: str, sentence: str) -> bool:
    """Whether a sentence has a time for "when", a number for "how many", a name for "who", a word
    that gives reasons for "why"; True for every other question."""
    for asked, present in _KINDS:
        if asked.search(question):
            return bool(present.search(sentence))
    return True


def asks_for_a_count(question: str) -> bool:
    """Whether nothing without a number can answer."""
    return bool(_COUNT.search(question))
