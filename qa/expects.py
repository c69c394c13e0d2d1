"""What kind of thing a question asks for, by its question word, and whether a sentence has one."""

import re
from dataclasses import dataclass
from functools import lru_cache

from index.dates import MONTHS

_TIME = (
    f"{'|'.join(MONTHS)}|"
    "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|spring|summer|autumn|winter|century|centuries|"
    "decades?|years?|months?|weeks?|ago|today|yesterday|end of|BC|BCE|BP|AD|era|age|when|whenever"
)
_NUMBER = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|"
    "millions?|billions?|half|(?:a|one|two|three) (?:third|quarter)s?|once|twice|no|none|"
    "many|several"
)
_LASTING = (
    "until|till|since|for ?ever|permanent(?:ly)?|temporar(?:y|ily)|indefinite(?:ly)?|as long as|"
    "long(?:er)?|short(?:er)?|brief(?:ly)?|minutes?|hours?|days?|nights?|overnight|lifetime"
)
_SHARE = (
    r"%|\bper ?cent|\b(?:half|halves|thirds?|quarters?|fifths?|sixths?|tenths?|majority|minority|"
    r"most|all|none|every|double[ds]?)\b"
    rf"|\b(?:\d+|{_NUMBER}) (?:in|out of|of) (?:every |each |the )?(?:\d+|{_NUMBER})\b"
)
_MONEY = (
    r"[$€£¥₹]|%|\bper ?cent|\b(?:dollars?|cents?|euros?|pounds?|pence|sterling|francs?|yen|yuan|"
    r"renminbi|won|rupees?|roubles?|rubles?|crowns?|kron(?:a|e|or|er)|zloty(?:s|ch)?|forints?|"
    r"lira|pesos?|reais|rand|dirhams?|riyals?|shekels?|marks|USD|EUR|GBP|CHF|JPY|CNY|"
    r"free|nothing)\b|\d ?(?:m|bn|tn|k|times)\b"
    # not "150 million cubic metres"
    r"|\b(?:m|b|tr)illions?\b(?! (?:of )?(?!(?:a|an|and|at|by|each|for|from|in|more|on|or|over|per|"
    r"to|was|were|with)\b)\w)"
)
# "What is a storm overflow?", and how a sentence says so.
_WHAT_IS = re.compile(
    r"(?:so |and |but )?what(?: exactly)? (?:is|are|was|were|does|do) (?:an? |the )?"
    r"((?:(?!(?:his|her|their|its|my|our|your|of|for|in|about)\b)[\w’'-]+ ??){1,4})(?: mean)?\W*",
    re.IGNORECASE,
)
_IS = r"(?:is|are|was|were|means?|meant|refers?|denotes?|describes?|stands? for)\b"
_DEFINED = (
    rf"\b{{0}}\b[”\"’]?(?:,? {_IS}|, (?:an?|the) )"
    r"|\bby (?:an? |the )?[“\"‘]?{0}\b.*\bmeans?\b"
)
_ASKING = "did|was|were|is|are|does|do|will|has|had|have|would|should|can|could|'s|’s"  # verbs
_WHY = re.compile(
    r"\A\W*(?:and |but |so )?why\b|\bfor what reasons?\b"
    r"|\bwhat (?:is|was|are|were) the reasons?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of question, what a sentence that answers it has, and whether nothing else will do,
    or is taken only where no sentence that comes near has it."""

    asked: re.Pattern[str]
    present: re.Pattern[str]
    needed: bool = False
    preferred: bool = False


_KINDS = (
    _Kind(
        re.compile(
            rf"\bwhen ?(?:{_ASKING})\b|\b(?:what|which) (?:year|date|day|month|century|decade)\b",
            re.IGNORECASE,
        ),
        re.compile(rf"\b[1-9]\d{{2,3}}s?\b|\b(?:{_TIME})\b", re.IGNORECASE),
        needed=True,
    ),
    _Kind(
        re.compile(r"\bwhat (?:percent(?:age)?|fraction|proportion|share)\b", re.IGNORECASE),
        re.compile(_SHARE, re.IGNORECASE),
        needed=True,
    ),
    _Kind(
        re.compile(
            rf"\bhow much money\b|\bhow much (?:more )?(?:{_ASKING}|must)\b.*"
            r"\b(?:costs?|charged?|pay|paid|spen[dt]|invest(?:ed)?|earn(?:ed)?|worth|owed?|fined)\b",
            re.IGNORECASE,
        ),
        re.compile(_MONEY, re.IGNORECASE),
        needed=True,
    ),
    _Kind(
        re.compile(
            r"\bhow (?:expensive|costly|cheap)\b|\bwhat\b.*\bcosts?\b(?! of (?:living|war)\b)"
            r"|\bwhat (?:is|was|are|were|will be|would be) (?:the )?(?:\w+ ){0,2}?"
            r"(?:price|budget|fee|fine|salary|wage|rent|turnover|revenue|profit|margin|dividend)s?\b"
            r"|^\W*(?!wh|how\b)\S.*\b(?:costs?|price|budget)\W*$",
            re.IGNORECASE,
        ),
        re.compile(_MONEY, re.IGNORECASE),
        preferred=True,
    ),
    _Kind(
        re.compile(r"\bhow long\b", re.IGNORECASE),
        re.compile(rf"\d|\b(?:{_NUMBER}|{_TIME}|{_LASTING})\b", re.IGNORECASE),
        needed=True,
    ),
    _Kind(
        re.compile(r"\bhow (?:many|old|tall)\b|\bwhat number\b", re.IGNORECASE),
        re.compile(rf"\d|\b(?:{_NUMBER})\b", re.IGNORECASE),
        needed=True,
    ),
    _Kind(
        re.compile(
            r"\bhow (?:much|far|often|large|big|high|deep|fast)\b|\bwhat amount\b", re.IGNORECASE
        ),
        re.compile(rf"\d|\b(?:{_NUMBER})\b", re.IGNORECASE),
        preferred=True,
    ),
    _Kind(
        re.compile(r"\bwho(?:m|se)?\b", re.IGNORECASE),
        re.compile(r"(?<=[\w,;:’'\"”)(] )[A-Z]\w+|\bI\b|\A[A-Z]\w+ [A-Z]"),
    ),
    _Kind(
        _WHY,
        re.compile(
            r"\b(?:because|reasons?|since(?! (?:then\b|\d|(?-i:[A-Z])))|due to|owing to|"
            r"thanks to|so that|in order to|caused?|"
            r"motives?|therefore|thus|as a result|fear(?:s|ed|ing)?|afraid)\b",
            re.IGNORECASE,
        ),
    ),
)

_FACT = re.compile(
    r"\b(?:when|who|whom|whose|where|how (?:many|much|old|long|far|often|big|large|tall|"
    r"high|deep))\b"
    r"|\b(?:what|which) (?:year|date|day|month|century|number|percentage|city|country|name)\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"^\W*(?:and |but |so )?(?:why|list|describe|explain|summari[sz]e|outline|compare)\b"
    r"|\b(?:reasons?|steps|elements|recommendations?|examples|consequences|measures|advantages|"
    r"differences?|ways)\b",
    re.IGNORECASE,
)

# A question word; and what asks for an account: how and why, what a thing means, does or is for,
# whether something is so, or no question at all ("summary of …").
_ASKED = re.compile(r"\b(?:wh(?:at|ich|en|ere|o|om|ose)|how)\b", re.IGNORECASE)
_ACCOUNT = re.compile(
    r"^\W*(?:and |but |so )?(?:explain|describe|summari[sz]e|summary|outline|compare|discuss|list|"
    r"tell|give|is|are|was|were|does|do|did|has|have|had|can|could|will|would|should)\b"
    r"|\bwhy\b"
    r"|\bhow (?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|to)\b"
    r"|\bwhat (?:happen|caus)"
    r"|\b(?:meanings?|purposes?|functions?|roles?|importance|significance|differences?|effects?|"
    r"impacts?|consequences|causes|reasons?|origins?|advantages|disadvantages|arguments)\b"
    r"|\bwhat\b.{1,60}\b(?:mean|do|about|represent|stand for|say|argue|think)"
    r"(?: (?:in|on|of|to|by|about|during|for)\b|\W*$)",
    re.IGNORECASE,
)

_CHANGE = re.compile(
    r"\bhow (?:has|have|had|did|does|do)\b.*"
    r"\b(?:change[ds]?|evolved?|developed|develop|shift(?:ed)?)\b"
    r"|\bover (?:time|the (?:years|decades))\b|\bthrough the years\b"
    r"|\b(?:evolution|development) of\b|\bchanges in the (?:views?|positions?|polic(?:y|ies))\b",
    re.IGNORECASE,
)


def fits(question: str, sentence: str) -> bool:
    """Whether a sentence has a time for "when", a number for "how many", a sum for "how much did it
    cost", a name for "who", a word that gives reasons for "why"; True for every other question."""
    kind = _kind(question)
    return kind is None or bool(kind.present.search(sentence))


def defines(question: str, sentence: str) -> bool:
    """Whether a question asks what a thing is, and a sentence says so: "A tide mill is …"."""
    defined = _definition(question)
    return defined is not None and bool(defined.search(sentence))


@lru_cache
def _definition(question: str) -> re.Pattern[str] | None:
    """How a sentence says what the thing is that a question asks for; None for any other."""
    match = _WHAT_IS.fullmatch(question.strip())
    if match is None or _kind(question):
        return None
    return re.compile(_DEFINED.format(re.escape(match[1])), re.IGNORECASE)


def prefers_fit(question: str) -> bool:
    """Whether a sentence that fits goes before one that does not: one with a number or a sum."""
    kind = _kind(question)
    return kind is not None and (kind.needed or kind.preferred)


def must_fit(question: str) -> bool:
    """Whether only a sentence that fits can answer: one with a time, a number, a share or a sum."""
    kind = _kind(question)
    return kind is not None and kind.needed


@lru_cache  # it is asked for each sentence
def _kind(question: str) -> _Kind | None:
    return next((kind for kind in _KINDS if kind.asked.search(question)), None)


def asks_why(question: str) -> bool:
    """Whether a question asks for reasons."""
    return bool(_WHY.search(question))


def asks_for_fact(question: str) -> bool:
    """Whether a question asks for one thing (a time, a person, a place, a number) and not for
    reasons, steps or an account."""
    return bool(_FACT.search(question)) and not _MORE.search(question)


def asks_for_account(question: str) -> bool:
    """Whether a question asks for an explanation or an overview, which reads in the order in
    which its source gives it."""
    is_topic = not _ASKED.search(question) and not question.rstrip().endswith("?")
    return bool(is_topic or _ACCOUNT.search(question)) and not asks_for_fact(question)


def asks_for_change(question: str) -> bool:
    """Whether a question asks how something changed, which sources tell by their dates."""
    return bool(_CHANGE.search(question)) and not asks_for_fact(question)
