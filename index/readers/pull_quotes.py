"""Pull quotes: a sentence of the running text that a page shows a second time, in large letters.

An answer would say it twice. Letters and their order count, marks and capitals do not.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from index.readers.plain import Block
from index.records import FURNITURE, Mark

_WORD = re.compile(r"[^\W_]+")
_QUOTE_LABEL = re.compile(r"\s*(?:pull )?quote[ \t]*:?[ \t]*(?:\n|$)", re.IGNORECASE)
_SHORTEST_QUOTE = 8  # words; a shorter repetition is no pull quote
_SHORTEST_LABELLED = 4  # behind a line "quote"
_LONGEST_QUOTE = 80
_MOST_ALIKE = 50  # pull quotes that begin with the same words


def find(blocks: Sequence[Block]) -> list[Mark]:
    """Paragraphs whose words all stand, in a row, within another and longer paragraph; also with a
    line "quote" before them, in the same paragraph or as one of its own."""
    if len(blocks) < 2:
        return []
    labels: list[Mark | None] = []
    words: list[list[str]] = []
    for at, block in enumerate(blocks):
        label = _QUOTE_LABEL.match(block.text)
        if label and label.end() < len(block.text):
            labels.append(Mark(FURNITURE, block.start, block.end))
            words.append(_words(block.text[label.end() :]))
            continue
        before = blocks[at - 1] if at else None
        is_label = before is not None and _QUOTE_LABEL.fullmatch(before.text)
        labels.append(Mark(FURNITURE, before.start, before.end) if before and is_label else None)
        words.append(_words(block.text))
    # the first words of what may be a pull quote -> all its words -> the paragraphs that say it
    wanted: dict[tuple[str, ...], dict[tuple[str, ...], list[int]]] = defaultdict(dict)
    labelled: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, own in enumerate(words):
        if (_SHORTEST_LABELLED if labels[at] else _SHORTEST_QUOTE) <= len(own) <= _LONGEST_QUOTE:
            alike = wanted[tuple(own[:_SHORTEST_LABELLED])]
            if len(alike) < _MOST_ALIKE:
                alike.setdefault(tuple(own), []).append(at)
            if labels[at]:
                labelled[tuple(own)].append(at)
    begins = {own[0] for own in wanted}
    repeated: set[int] = set()
    for at, own in enumerate(words):
        if not labels[at]:
            repeated.update(labelled.get(tuple(own), ()))
        for first, word in enumerate(own):
            if word not in begins:
                continue
            alike = wanted.get(tuple(own[first : first + _SHORTEST_LABELLED]), {})
            for said in list(alike):
                if len(said) < len(own) and tuple(own[first : first + len(said)]) == said:
                    repeated.update(alike.pop(said))
    found = {Mark(FURNITURE, blocks[at].start, blocks[at].end) for at in repeated}
    return [*found, *(mark for at in repeated if (mark := labels[at]))]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
