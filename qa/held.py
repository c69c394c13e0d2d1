"""What the author of a text says of a view of their own: that they held it, gave it up, or keep it.
Told by how a sentence is built, in English."""

import re

_I = r"\b(?:I|[Ww]e)(?:['’](?:ve|d|m))?"
_VIEWED = (
    r"(?:argued|wrote|thought|believed|opposed|supported|claimed|dismissed|supposed|assumed|called"
    r"|predicted|held|denied|doubted|mocked|favou?red|rejected|expected|feared|trusted|said)"
)
FORMER = re.compile(rf"{_I} (?:had |then |once |also |first |always ){{0,2}}{_VIEWED}\b")
KEPT = re.compile(
    rf"{_I}(?: have| had)?(?: not| never|n['’]t) changed?\b"
    r"|\b(?:has|have|had)(?: not|n['’]t) changed"
    rf"|\bnor (?:have|has) (?:I|we|my)\b|\bunchanged\b|{_I} stand by\b",
    re.IGNORECASE,
)
STILL_SO = re.compile(rf"{_I} (?:\w+ )?still\b")
WOULD_TURN = re.compile(
    rf"{_I} (?:would|should|might|could)(?: have to)? (?:think again|reconsider|change)\b"
    r"|\bwould (?:change|convince|persuade) (?:my (?:mind|view)|mine|me|us)\b"
)
# With "now" no other view, only what comes next.
_GOES_ON = r"(?:propos|suggest|recommend|ask|turn|come|go|move|live|work)(?:e|ed|s)?\b"
TURNS = re.compile(
    r"(?<!would )(?<!could )(?<!might )(?<!not )(?<!never )"
    r"\bchang(?:e|ed|ing) (?:my|our) (?:\w+ )?(?:minds?|views?|opinions?|positions?)\b"
    r"|\b(?:what|where|how) (?:I|we) (?:got|went|was|were) (?:\w+ )?(?:wrong|mistaken)\b"
    rf"|{_I} (?:\w+ )?(?:now (?!{_GOES_ON})|no longer |used to )"
    rf"|{_I} (?:\w+ )?(?:was|were|am|are|been) (?:\w+ ){{0,2}}(?:wrong|mistaken|in error"
    r"|too (?:quick|hasty|harsh|optimistic|trusting|hopeful|cautious|kind|sure|confident))\b"
    rf"|{_I} (?:\w+ )?(?:got|misjudged|underestimated|overestimated|overlooked)\b"
    rf"|{_I} would not (?:\w+ ){{1,4}}(?:today|now|again)\b|{_I} would (?:\w+ ){{1,3}}now\b"
    rf"|{_I} (?:have |had |must |also )?(?:come (?:a?round|to (?:think|believe|see|accept|doubt))"
    r"|came (?:a?round|to (?:think|believe|see|accept|doubt))|reconsidered|revised|abandoned"
    r"|withdrawn|withdraw|retracted?|regret(?:ted)?|confess|stand corrected|recant(?:ed)?)\b"
    r"|\b(?:convinced|persuaded|converted|corrected|cured) (?:me|us)\b"
    rf"|{_I} am (?:less|more) \w+ than I was\b"
    r"|\b[Mm]y (?:\w+ )?(?:mistake|error|confession|change of (?:mind|heart))\b"
    r"|\ba (?:\w+ )?confession\b|\bright to (?:rebuke|correct|criticise|criticize) (?:me|us)\b"
)
# What says by itself that a view was held and is given up.
GAVE_UP = re.compile(
    r"(?<!would )(?<!could )(?<!might )(?<!not )(?<!never )"
    r"\bchang(?:e|ed|ing) (?:my|our) (?:\w+ )?(?:minds?|views?|opinions?|positions?)\b"
    rf"|{_I} (?:no longer|used to) (?:believe|think|hold|do so|do|see|say|argue|support|oppose"
    r"|want|doubt|favou?r|defend|expect|fear|trust)\b"
    rf"|{_I} (?:was|were|have been) (?:\w+ )?(?:wrong|mistaken)\b"
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|(?<!\w)‘[^’]*’(?!\w)")


def is_said(text: str, *patterns: re.Pattern[str]) -> bool:
    """Whether one of these stands in a text, outside of what it quotes."""
    return any(pattern.search(unquoted(text)) for pattern in patterns)


def unquoted(text: str) -> str:
    """A text without what stands in quotation marks, which somebody else may say."""
    return _QUOTED.sub(" ", text)
