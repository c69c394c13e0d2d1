"""A line that names authors -> the people and institutions in it, as CSL has them."""

import re

Name = dict[str, str]

_INSTITUTION = re.compile(
    r"\b(?:academy|agency|alliance|assembly|association|authority|bank|board|bureau|"
    r"cent(?:er|re)|coalition|college|commission|committee|company|consortium|corporation|council|"
    r"department|directorate|editors?|embassy|federation|forum|foundation|fund|government|group|"
    r"inc|initiative|institut[eo]?|institution|laboratory|ltd|\w*minist(?:ry|erium|ère|erio)|"
    r"nations|network|office|organi[sz]ation|parliament|party|press|programme|school|"
    r"secretariat|service|society|staff|\w*stiftung|team|trust|union|universi\w+)\b|"
    r"\bof the\b|^the\b",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*,?\s+(?:and|with|&)\s+", re.IGNORECASE)
_ET_AL = re.compile(r",?\s+et\s+al\b\.?", re.IGNORECASE)
_BY = re.compile(r"^(?:written\s+)?by:?\s+", re.IGNORECASE)
_TITLE = re.compile(r"^(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms)\.?\s+)+")
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV", re.IGNORECASE)
_DEGREE = re.compile(r"Ph\.?\s?D\.?|D\.?Phil\.?|MBA|[BM]\.?Sc\.?|[COM]BE|Esq\.?", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[\s-]*){1,4}")


def names(text: str) -> list[Name]:
    """Each with `family` and, where there is one, `given` (and `suffix`), or with `literal` for an
    institution or a single word. Takes "A. Writer and B. Other", "Writer, A.; Other, B." and the
    like; what fits no such form is taken whole. "et al." becomes the name "others", a degree a
    suffix. Empty for blank text."""
    whole = _BY.sub("", " ".join(text.split())).strip(" ,;")
    whole = _ET_AL.sub(" and others", whole)
    if ";" not in whole:
        return [name for part in _people(whole) for name in _comma(part)]
    parts = [part.strip(" ,") for part in whole.split(";")]
    return [_one(name) for part in parts if part for name in _people(part)]


def _people(whole: str) -> list[str]:
    """The parts of a text that "and" joins, unless it is all one institution."""
    parts = [part.strip(" ,") for part in _AND.split(whole) if part.strip(" ,")]
    # "Ministry of Trade and Industry" is one name, and so is "Trade and Industry Committee".
    is_institution = [bool(_INSTITUTION.search(part)) for part in parts]
    if parts and (is_institution[0] or (any(is_institution) and " " not in parts[0])):
        return [whole]
    return parts


def _comma(text: str) -> list[Name]:
    """The names of a text without "and": a row of names, or inverted ones."""
    pieces = _pieces(text)
    if len(pieces) < 2 or _INSTITUTION.search(text):
        return [_one(text)] if pieces else []
    if len(pieces) % 2 == 0 and all(_INITIALS.fullmatch(piece) for piece in pieces[1::2]):
        return [_one(", ".join(pieces[at : at + 2])) for at in range(0, len(pieces), 2)]
    if len(pieces) == 2 and (" " not in pieces[0] or " " not in pieces[1]):
        return [_one(text)]
    if len(pieces) == 3 and _SUFFIX.fullmatch(pieces[2]):
        return [_one(text)]
    return [_one(piece) for piece in pieces]


def _pieces(text: str) -> list[str]:
    """What commas part, a degree with the name before it."""
    pieces: list[str] = []
    for piece in (piece.strip() for piece in text.split(",")):
        if pieces and _DEGREE.fullmatch(piece):
            pieces[-1] += f", {piece}"
        elif piece:
            pieces.append(piece)
    return pieces


def _one(text: str) -> Name:
    """One name: "Family, Given", "Given Family" or an institution."""
    text = text.strip(" ,")
    if _INSTITUTION.search(text) or "(" in text:  # "(ed.)" is no family name
        return {"literal": text}
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    suffix = ""
    while len(pieces) > 1 and (_SUFFIX.fullmatch(pieces[-1]) or _DEGREE.fullmatch(pieces[-1])):
        suffix = f"{pieces.pop()} {suffix}".strip()
    if len(pieces) > 1:
        name = {"family": pieces[0], "given": _TITLE.sub("", " ".join(pieces[1:]))}
    else:
        words = (_TITLE.sub("", pieces[0]) if pieces else text).split()
        if len(words) > 2 and _SUFFIX.fullmatch(words[-1]):
            suffix = words.pop()
        if len(words) < 2:
            return {"literal": text}
        at = len(words) - 1
        while at > 1 and words[at - 1].islower():  # Ludwig | van Beethoven
            at -= 1
        name = {"given": " ".join(words[:at]), "family": " ".join(words[at:])}
    return {**name, "suffix": suffix} if suffix else name
