"""A line that names authors -> the people and institutions in it, as CSL has them."""

import re

Name = dict[str, str]

_INSTITUTION = re.compile(
    r"\b(?:academy|agency|association|authority|bank|board|bureau|cent(?:er|re)|college|commission|"
    r"committee|company|council|department|directorate|editors?|federation|foundation|fund|"
    r"government|group|inc|institute?|institution|laboratory|ltd|ministry|nations|network|office|"
    r"organi[sz]ation|parliament|party|press|school|secretariat|service|society|staff|team|trust|"
    r"union|university)\b|\bof the\b|^the\b",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*,?\s+(?:and|&)\s+", re.IGNORECASE)
_BY = re.compile(r"^(?:written\s+)?by:?\s+", re.IGNORECASE)
_TITLE = re.compile(r"^(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms)\.?\s+)+")
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[\s-]*){1,4}")


def names(text: str) -> list[Name]:
    """Each with `family` and, where there is one, `given` (and `suffix`), or with `literal` for an
    institution or a single word. Takes "A. Writer and B. Other", "Writer, A.; Other, B." and the
    like; what fits no such form is taken whole. Empty for blank text."""
    whole = _BY.sub("", " ".join(text.split())).strip(" ,;")
    if ";" in whole:
        return [_one(part) for part in whole.split(";") if part.strip(" ,")]
    parts = [part.strip(" ,") for part in _AND.split(whole) if part.strip(" ,")]
    # "Ministry of Trade and Industry" is one name, and so is "Trade and Industry Committee".
    is_institution = [bool(_INSTITUTION.search(part)) for part in parts]
    if parts and (is_institution[0] or (any(is_institution) and " " not in parts[0])):
        return [{"literal": whole}]
    return [name for part in parts for name in _comma(part)]


def _comma(text: str) -> list[Name]:
    """The names of a text without "and": a row of names, or inverted ones."""
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    if len(pieces) < 2 or _INSTITUTION.search(text):
        return [_one(text)] if pieces else []
    if len(pieces) % 2 == 0 and all(_INITIALS.fullmatch(piece) for piece in pieces[1::2]):
        return [_one(", ".join(pieces[at : at + 2])) for at in range(0, len(pieces), 2)]
    if len(pieces) == 2 and (" " not in pieces[0] or " " not in pieces[1]):
        return [_one(text)]
    if len(pieces) == 3 and _SUFFIX.fullmatch(pieces[2]):
        return [_one(text)]
    return [_one(piece) for piece in pieces]


def _one(text: str) -> Name:
    """One name: "Family, Given", "Given Family" or an institution."""
    text = text.strip(" ,")
    if _INSTITUTION.search(text):
        return {"literal": text}
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    suffix = ""
    if len(pieces) > 1 and _SUFFIX.fullmatch(pieces[-1]):
        suffix = pieces.pop()
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
