"""What the parts of a line of credits are, by their words: people, institutions, series, places."""

import re

from index.dates import MONTHS

_CAPITAL = r"[^\W\d_a-zà-öø-ÿ][\w.'’-]*"
_PARTICLE = (
    r"(?:de|del|della|da|dos|das|di|du|van|von|der|den|ten|ter|zu|la|le|al|bin|ibn|el|y|e|st\.?)"
)
_TITLE = r"(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Dame|Lord|Ambassador|General|Colonel)\b\.? )"
_NAME = re.compile(rf"{_TITLE}*{_CAPITAL}(?: (?:{_CAPITAL}|{_PARTICLE})){{0,4}} {_CAPITAL}")
_TITLES = re.compile(rf"\A{_TITLE}+")
_CERTAIN = re.compile(rf"{_TITLE}.*|.*(?<!\w)[^\W\d_]\..*")
_JOINED = re.compile(r"(?:,\s+|\s+)(?:and|&)\s+|,\s+", re.IGNORECASE)
_SMALL = rf"(?:of|for|and|the|on|in|at|to|&|und|für|des|pour|et|voor|{_PARTICLE})"
_TITLED = re.compile(rf"(?:{_SMALL} )?{_CAPITAL}(?: (?:{_CAPITAL}|{_SMALL}|[\d/.]+))*")

# A house that publishes: an outlet or an institute.
_HOUSE = re.compile(
    r"\b(?:academy|agency|alliance|association|bureau|cent(?:er|re|rum)|chronicle|club|coalition"
    r"|colloquium|council|courier|dialogue|digest|forum|foundation|fund|gazette|herald"
    r"|initiative|institut[eo]?|\w+institut|instytut|journal|lab|laborator(?:y|ies)|magazine"
    r"|monitor|network|news|observator(?:y|io|ium)|observatoire|organi[sz]ation|policy|affairs"
    r"|post|press|project|quarterly|review|roundtable|secretariat|society|\w*stiftung|think"
    r" tank|times|tribune|trust|watch|weekly|zeitung)\b",
    re.IGNORECASE,
)
# Where somebody works who writes elsewhere.
_EMPLOYER = re.compile(
    r"\b(?:bank|board|college|commission|committee|company|department|directorate|embassy|faculty"
    r"|government|group|hochschule|inc|ltd|\w*minist(?:ry|erium|ère|erio)|nations|office"
    r"|parliament|party|school|service|universi\w+)\b",
    re.IGNORECASE,
)
_SERIES = re.compile(
    r"\b(?:analys[ie]s|article|blog|briefs?|briefing|column|comment|commentar(?:y|ies)|essays?"
    r"|insights?|interview|issue|lecture|memo|notes?|no|number|opinion|op-ed|papers?|perspective"
    r"|publication|release|reports?|series|speech|statement|stud(?:y|ies)|summary|transcript"
    r"|update|version|viewpoint|vol|volume|working)\b|\d",
    re.IGNORECASE,
)
# First words of places of two words, and words that no person is called.
_PLACE = re.compile(
    r"(?:new|north(?:ern)?|south(?:ern)?|east(?:ern)?|west(?:ern)?|central|san|santa|são|sao|saint"
    r"|st\.?|los|las|el|port|cape|mount|lake|fort|hong|rio|tel|buenos|addis|abu|kuala|saudi|sri"
    r"|sierra|costa|burkina|ivory|great|united|puerto|dar|phnom|mexico|czech|von"
    r"|the|our|a|an|about|after|against|at|before|beyond|for|from|how|in|inside|into|on|to|towards?"
    r"|what|when|where|who|why|with|without"
    rf"|{'|'.join(MONTHS)})\b",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"\b(?:staff|writer|guest|contributor|correspondent|editors?|editorial|special|desk|team"
    r"|reporter|author|authors|climate|defen[cs]e|econom\w+|energy|environment\w*|europe\w*"
    r"|foreign|global|international|nuclear|politic\w*|research|security|trade|war|world|cit(?:y"
    r"|ies)|islands?|kingdom|republic|states?|street|sea|seas|ocean|gulf|bay|coast|river|valley"
    r"|mountains?|middle|north|south|east|west|spring|summer|autumn|winter|day|week|year|years"
    r"|senior|junior|fellow|director|president|chair|chairman|head|chief|minister|analyst"
    r"|researcher|associate|advis[eo]r|expert|economist|journalist|partner|manager|officer"
    r"|executive|emeritus|emerita|visiting|assistant|deputy|former|secretary|lecturer|scholar)\b",
    re.IGNORECASE,
)
_ROLE = re.compile(r"[a-z][\w'’-]*(?: [\w'’-]+){0,7}|\d{1,3}[ -]min(?:ute)?s?(?: read)?")


def is_house(part: str) -> bool:
    """Whether a part names an outlet or an institute that publishes."""
    return bool(
        " " in part
        and len(part.split()) <= 9
        and _TITLED.fullmatch(part)
        and _HOUSE.search(part)
        and not _EMPLOYER.search(part)
        and not _SERIES.search(part)
    )


def is_person(part: str) -> bool:
    """Whether a part can be no more and no less than the name of a person."""
    bare = _TITLES.sub("", part)
    return bool(
        _NAME.fullmatch(part)
        and len(part.split()) <= 6
        and not any(one.search(bare) for one in (_HOUSE, _EMPLOYER, _SERIES, _NOBODY))
        and not _PLACE.match(bare)
    )


def people(part: str) -> list[str]:
    """The people of a part that names nothing else: "A B", "A B and C D", "A B, C D and E F"."""
    each = _JOINED.split(part)
    return each if all(map(is_person, each)) else []


def is_certain(name: str) -> bool:
    """Whether a name has what a subtitle has not: a title of a person, or an initial."""
    return bool(_CERTAIN.fullmatch(name))


def is_credit(part: str) -> bool:
    """Whether a part may stand in a line of credits, whatever it says: capitalised words, the
    number of a series, what somebody is ("senior fellow")."""
    few = len(part.split()) <= 9
    return (
        few and part[-1:] not in ".!?:;" and bool(_TITLED.fullmatch(part) or _ROLE.fullmatch(part))
    )
