"""Ends of English sentences that look like abbreviations: "It convinced me. I opposed it."

sentencex takes "me." for Maine and "no." for number whatever follows, but for some hundred words
that often open a sentence.
"""

import re
from collections.abc import Iterator

# Abbreviations that are everyday words where they are written small, and May.
_WORDS = "arc|ark|art|con|fed|ill|ken|mar|may|May|me|miss|no|ok|ore"
# Abbreviations that often end a sentence, and stand before no name that is the letter A or I.
_LAST = r"etc|Inc|Ltd|Corp|Jr|Sr|[ap]\.m|[A-Z]\.[A-Z]|[A-Z]{2}"
# What is no "I" and no "A" of a sentence: "art. I of the treaty", "no. A is".
_AFTER_NUMBER = r"(?:of|and|or|to|in|at|on|by|as|for|is|says|provides)\b"
_OPENER = rf"(?:I(?:['’][a-z]+)?|A|Nobody|Somebody) (?!{_AFTER_NUMBER})[a-z]"
_QUOTED = r"[\"“‘'(\[]?"
_END = re.compile(
    rf"(?<![\w.'’/-])(?:(?:{_WORDS})\.\s+(?={_QUOTED}(?:{_OPENER}|[A-Z][a-z’']))"
    rf"|(?:{_LAST})\.\s+(?={_QUOTED}{_OPENER}))"
)
# What opens and what closes; a ’ within a word is an apostrophe.
_MARK = re.compile(r"[(\[“”)\]\"‘]|’(?!\w)")
_CLOSES = {")": "(", "]": "[", "”": "“", "’": "‘"}


def begins(text: str, start: int, end: int) -> Iterator[int]:
    """Where further sentences begin in `text[start:end]`, one sentence to sentencex, ascending.

    What stands in brackets or quotation marks is left whole, as sentencex leaves it.
    """
    is_open: dict[str, bool] = {}
    at = start
    for match in _END.finditer(text, start, end):
        for mark in _MARK.findall(text, at, match.start()):
            if mark in _CLOSES:
                is_open[_CLOSES[mark]] = False
            else:
                is_open[mark] = mark != '"' or not is_open.get(mark, False)
        at = match.start()
        if not any(is_open.values()):
            yield match.end()
