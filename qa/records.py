"""What a question brings back. All values are frozen; offsets count in `document.text`."""

from dataclasses import dataclass
from typing import Literal

from index.records import Document, Passage

# Sentences that answer; the works that discuss something, all of them; an honest no; a reply to
# what is no question for the sources (a greeting, thanks, an order).
Kind = Literal["sentences", "works", "none", "talk"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    `text` equals `document.text[start:end]`; `score` is in [0, 1], higher is better;
    `sentence_scores` (also [0, 1]) runs parallel to `passage.sentences`: how well each fits the
    question.
    """

    document: Document
    passage: Passage
    start: int
    end: int
    text: str
    score: float
    sentence_scores: tuple[float, ...] = ()

    @property
    def page(self) -> int | None:
        """The page on which it begins; None without pages."""
        return self.document.page(self.start)


@dataclass(frozen=True, slots=True)
class Citation:
    """A place that an answer quotes: `document.text[start:end] == quote`, always.

    `number` counts from 1 in the order of the answer. Only `qa.cite` makes one.
    """

    number: int
    document: Document
    start: int
    end: int
    quote: str

    @property
    def page(self) -> int | None:
        """The page on which it begins; None without pages."""
        return self.document.page(self.start)


@dataclass(frozen=True, slots=True)
class Work:
    """A document that an exhaustive answer lists.

    `mentions` counts the sentences, in the whole document, that are about what was asked;
    `citations` are the first of them.
    """

    document: Document
    mentions: int
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or an honest no.

    `answered` False is a value, not an error: `text` says so, `citations` is empty and `hits`
    holds the nearest passages. `confidence` in [0, 1] is the estimated probability that the
    sources answer the question. `text` is plain, with a marker such as [1] after each quote.
    `understood` is the question that was searched for, where it is another one than was asked (a
    follow-up, a misspelt word), else "". `missing` are the question's names and numbers that stand
    nowhere in what is cited: an answer with some is a partial one. `works` is for kind "works":
    every document, not the best few; `citations` then holds those of all works, numbered through.
    """

    question: str
    answered: bool
    confidence: float
    text: str
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    kind: Kind = "sentences"
    understood: str = ""
    missing: tuple[str, ...] = ()
    works: tuple[Work, ...] = ()

    @property
    def paragraphs(self) -> tuple[tuple[Citation, ...], ...]:
        """The citations as they read: neighbours in one source run on, others start a paragraph."""
        groups: list[list[Citation]] = []
        for citation in self.citations:
            last = groups[-1][-1] if groups else None
            if (
                last is not None
                and last.document.id == citation.document.id
                and last.end <= citation.start
                and not last.document.text[last.end : citation.start].strip()
            ):
                groups[-1].append(citation)
            else:
                groups.append([citation])
        return tuple(tuple(group) for group in groups)
