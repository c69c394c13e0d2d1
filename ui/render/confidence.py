"""How sure an answer is, in words: the same on the page and in a terminal."""

from qa.records import Kind

# From which estimated probability on an answer is called what; the first of them is sure.
_ANSWERED = ((0.8, "High confidence"), (0.55, "Fair confidence"), (0.0, "Low confidence"))
_NEAR = 0.15  # from which on something in the sources comes near a question without an answer


def confidence_words(kind: Kind, share: float) -> str:
    """What an estimated probability of this share means for an answer of this kind; "" for a
    reply to what is no question."""
    if kind == "talk":
        return ""
    if kind == "none":
        return "Nothing comes near" if share < _NEAR else "Some passages come near"
    return next(words for least, words in _ANSWERED if share >= least)


def is_unsure(kind: Kind, share: float) -> bool:
    """Whether an answer, be it of sentences or of works, is one to be looked at twice."""
    return kind in ("sentences", "works") and share < _ANSWERED[0][0]
