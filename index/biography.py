"""The paragraph in which a work introduces its author: "Mira Okafor is a fellow at …".

It answers who the author is, and nothing that the author says. It is told by where it stands and
how it begins: one of the first or the last paragraphs, with the author's whole name and a verb in
the third person, which nobody else's text needs to say of its author.
"""

import re

_AT_END, _AT_START = 4, 3  # paragraphs that are looked at
_LONGEST = 900  # characters of a paragraph that may be one
_PARAGRAPH = re.compile(r"\S(?:.|\n(?![ \t]*\n))*")
_RANK = (
    r"(?:(?:the )?(?:dr|prof(?:essor)?|mr|mrs|ms|sir|dame|lord|lady|general|colonel|major|captain"
    r"|admiral|ambassador|judge|rev)\b\.?(?: \([^)]{1,20}\))? )*"
)
_DOES = (
    r"(?:is|was|has|have|are|were|heads|headed|leads|led|directs|directed|works|worked|teaches"
    r"|taught|writes|wrote|serves|served|holds|held|runs|ran|chairs|chaired|edits|edited"
    r"|commanded|covers|studies|studied|specialises|specializes|researches|lectures|advises"
    r"|advised|joined|founded|co-founded|lives|reports|contributes|blogs)\b"
)
_BETWEEN = r"(?:,[^.,]{1,80},)?(?: \([^)]{1,60}\))?(?: (?:currently|also|now|previously|formerly))?"
_AND = re.compile(r"\s*(?:[,;&]|\band\b|\bwith\b)\s*", re.IGNORECASE)


def biographies(text: str, author: str, start: int = 0) -> list[tuple[int, int]]:
    """Where the paragraphs of `text[start:]` stand that introduce its author, a line that may name
    several; offsets are of `text`."""
    people = [re.escape(one) for one in _AND.split(author) if " " in one.strip()]
    if not people:
        return []
    name = rf"(?:{'|'.join(people)})"
    begins = re.compile(
        rf"\W{{0,3}}(?:about the authors?\W{{1,3}})?{_RANK}{name}(?:(?:,| and|, and) {name})*"
        rf"{_BETWEEN} {_DOES}",
        re.IGNORECASE,
    )
    found = [match.span() for match in _PARAGRAPH.finditer(text, start)]
    edges = dict.fromkeys([*found[:_AT_START], *found[-_AT_END:]])
    return [
        (first, last)
        for first, last in edges
        if last - first <= _LONGEST and begins.match(text, first)
    ]
