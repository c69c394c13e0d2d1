"""Questions that texts may answer each in its own way: whether something is so, whether the works
agree on it, what their views are."""

import re
from collections.abc import Sequence

from qa.topics import AUTHORS, START, WORKS

_WHETHER = re.compile(
    r"^\W*(?:(?:and|but|so|or|then),? )*(?:is|are|was|were|does|do|did|has|have|had|can|could|will"
    r"|would|should|must|may|might)\b(?! (?:you|we|i)\b)",
    re.IGNORECASE,
)
_THE = (
    r"(?:(?:all|any|both|most|some|different|various|other|several) )?(?:of )?"
    r"(?:the |these |those |my |our |your )?"
)
_THEY = rf"{_THE}(?:different |various |other )?(?:{WORKS}|{AUTHORS})"
_SPLIT = (
    r"(?:(?:dis)?agree|differ|conflict|contradict (?:each other|one another|themselves)"
    r"|argue|diverge)"
)
_ON = r"(?:about|on|over|as to|regarding|concerning|in their views? (?:of|on)|that|whether|if)"
_DEBATE = r"(?:debates?|discussions?|controvers(?:y|ies)|disputes?|disagreements?)"
_OVERVIEW = (
    r"(?:(?:give|write|offer)(?: me| us)? )?(?:an? |the )?(?:(?:short|brief|quick) )?"
    r"(?:overview|summary|outline|account|survey) of"
)
_BOTH = r"(?:for (?:and|or) against|in favou?r (?:of )?(?:and|or) against|pro and con(?:tra)?)"
_VIEWS = r"(?:views?|opinions?|positions?|stances?|arguments?|perspectives?|points of view)"


def _patterns(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(rf"{START}{pattern} (?P<topic>\S.*)", re.IGNORECASE | re.DOTALL)
        for pattern in patterns
    )


_COMPARE = _patterns(
    rf"(?:do|does|did) {_THEY} {_SPLIT} {_ON}",
    rf"(?:how|where|why|in what) (?:do|does|did) {_THEY} {_SPLIT} {_ON}",
    rf"(?:is|are) there (?:any |a |some )?(?:disagreements?|agreement|consensus|differences?"
    rf"|contradictions?|conflicts?) (?:among|between|in|across) {_THEY} {_ON}",
    r"what (?:are|were) (?:the )?(?:different|differing|opposing|various|conflicting) "
    rf"{_VIEWS} (?:of {_THEY} )?(?:about|on|of|over)",
    rf"(?:compare|contrast) (?:the )?(?:different )?{_VIEWS} (?:(?:of|in) {_THEY} )?"
    r"(?:about|on|of|over)",
    rf"compare what {_THEY} (?:say|write|think|argue) (?:about|on|of)",
)
_SURVEY = _patterns(
    rf"(?:{_OVERVIEW}|summari[sz]e|sum up|outline|describe|explain|map) the "
    rf"(?:{_DEBATE}|(?:different |various |main )?{_VIEWS}) {_ON}",
    rf"what (?:is|was) the {_DEBATE} {_ON}",
    rf"what (?:are|were) (?:the )?(?:main |key |best )?(?:arguments?|reasons|points) {_BOTH}",
    r"what (?:are|were) (?:the )?pros and cons of",
    rf"(?:where|how) (?:do|does|did) {_THEY} (?:stand on|see|view|judge|assess|evaluate)",
    rf"what do {_THEY} (?:say|think|write|argue|have to say) (?:about|on|of)",
    r"what (?:is|was|has been) (?:being )?(?:said|written) (?:about|on|of)",
)


def asks_whether(question: str) -> bool:
    """Whether a question asks if something is so, which can be answered either way."""
    return bool(_WHETHER.match(question))


def compared(question: str) -> str | None:
    """What a question asks the documents to be compared on ("Do the commentaries disagree about
    it?"), or what all of them say of ("What is said about it?"); None for any other."""
    return _topic(question, (*_COMPARE, *_SURVEY))


def surveyed(question: str) -> bool:
    """Whether what all documents say is asked for, and need not be compared."""
    return _topic(question, _SURVEY) is not None


def _topic(question: str, patterns: Sequence[re.Pattern[str]]) -> str | None:
    question = " ".join(question.split())
    matches = (pattern.match(question) for pattern in patterns)
    match = next(filter(None, matches), None)
    return (match["topic"].strip(" ?!.,;:") or None) if match else None


def for_the_reader(documents: int) -> str:
    """What is said of a comparison of so many documents; it is ours, and no quote."""
    if documents == 1:
        return "Only one document speaks of this clearly enough to be compared."
    return "What each says of it, by date; whether they agree is for the reader to judge."
