"""Ranked passages -> the sentences that may answer, each with how well it does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.records import PROSE, Document, Sentence
from qa.expects import defines, fits
from qa.records import Hit
from qa.retrieve import Signals

# What a passage's own score adds to a sentence's late interaction, and what a sentence has that
# holds the kind of thing that is asked for, once more where it defines what is asked about, or that
# is itself a question.
_PASSAGE_SHARE, _FITS, IS_QUESTION = 0.45, 0.066, -0.15
# The best token of the question's rarest word where a sentence speaks of it: .48 or more for nine
# of ten right sentences with the number that is asked for, .43 at most for a word like
# "Reservoir" where "transfer" is asked for.
_SUBJECT = 0.43
_PARAGRAPH = re.compile(r"\n\s*\n")
Found = Sequence[tuple[Signals, Hit]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer; `score` says how well, `fits` whether it has the kind of thing
    that is asked for, `own`, `mean` and `rarest` are its signals (see `Signals`), `place` is its
    number in its passage, which starts at `passage` and has `count` sentences."""

    score: float
    document: Document
    sentence: Sentence
    fits: bool
    own: float
    mean: float
    rarest: float
    passage: int
    place: int
    count: int

    @property
    def has_subject(self) -> bool:
        """Whether it, or what stands before it, speaks of what the question names."""
        return self.rarest >= _SUBJECT

    @property
    def text(self) -> str:
        return self.document.text[self.sentence.start : self.sentence.end]


def candidates(question: str, found: Found) -> list[Candidate]:
    """All sentences of what was found, in its order."""
    result = []
    for signals, hit in found:
        sentences = hit.passage.sentences
        for at, sentence in enumerate(sentences):
            if sentence.kind != PROSE:
                continue
            text = hit.document.text[sentence.start : sentence.end]
            fit = fits(question, text)
            kind = IS_QUESTION if text.endswith("?") else _FITS * (fit + defines(question, text))
            score = signals.sentences[at] + _PASSAGE_SHARE * hit.score + kind
            result.append(
                Candidate(
                    score,
                    hit.document,
                    sentence,
                    fit,
                    signals.own[at],
                    signals.means[at],
                    signals.rarest[at],
                    hit.start,
                    at,
                    len(sentences),
                )
            )
    return result


def are_parted(one: Candidate, other: Candidate) -> bool:
    """Whether a paragraph ends between two sentences of a document, in their order."""
    between = one.document.text[one.sentence.end : other.sentence.start]
    return _PARAGRAPH.search(between) is not None
