"""What a question names: the runs of its words that do, and those that are written as names."""

import re

from qa.words import FUNCTION_WORDS

_CAPITAL = re.compile(r"[A-Z\d]")
OWNS = re.compile(r"[’']s\b")


def proper_names(text: str) -> list[str]:
    """What is written as a name: with a capital elsewhere than at the beginning, or with a digit;
    "Hubble's primary mirror" of "who made Hubble's primary mirror". Other words part two names."""
    found: list[list[str]] = []
    for phrase in phrases(text):
        if not _CAPITAL.search(phrase[1:] if text.lstrip().startswith(phrase) else phrase):
            continue
        words = phrase.split()
        is_owned = False
        are_capital = [bool(_CAPITAL.search(word)) for word in words]
        for at, word in enumerate(words):
            if are_capital[at] and not (at and are_capital[at - 1]):
                found.append([word])
            elif are_capital[at] or (is_owned and not any(are_capital[at:])):
                found[-1].append(word)
            is_owned = bool(found) and bool(OWNS.search(" ".join(found[-1])))
    return list(dict.fromkeys(" ".join(words) for words in found))


def phrases(text: str) -> list[str]:
    """The runs of words of a text that name something, each once."""
    runs: list[list[str]] = [[]]
    for token in re.findall(r"[\w’'–-]+(?:&[\w’'–-]+)*|[^\w\s]", text):
        if token[0].isalnum() and token.lower() not in FUNCTION_WORDS:
            runs[-1].append(token)
        elif runs[-1]:
            runs.append([])
    return list(dict.fromkeys(" ".join(run) for run in runs if run))
