"""A turn of a conversation without the texts of its documents: what the page shows, the browser
keeps (`ui.kept`), and the exports write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from index.records import Document
from qa.records import Answer, Citation, Hit, Kind
from ui.render.links import NEAREST, excerpt, page_name


@dataclass(frozen=True, slots=True)
class Place:
    """A cited or near place. `document` is without its text and pages; `page` is as `page_name`
    says it; `paragraph` counts the paragraphs of the answer; the scores, in [0, 1], are those of
    the passage and of the sentence, -1 where they are not known; `rank` is the passage's, from 1,
    0 where it is not known."""

    document: Document
    number: int
    start: int
    end: int
    page: str
    quote: str
    paragraph: int = 0
    rank: int = 0
    passage: float = -1.0
    sentence: float = -1.0


@dataclass(frozen=True, slots=True)
class Listed:
    """A work of an exhaustive answer; `numbers` are those of its places."""

    document: Document
    mentions: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A question and what stands below it. `kind` and the others are those of `Answer`, and
    `failure` is the message of an error that came instead of one."""

    question: str
    filters: Mapping[str, str] = field(default_factory=dict)
    kind: Kind = "none"
    confidence: float = 0.0
    understood: str = ""
    missing: tuple[str, ...] = ()
    text: str = ""
    places: tuple[Place, ...] = ()
    near: tuple[Place, ...] = ()
    works: tuple[Listed, ...] = ()
    stopped: bool = False
    failure: str = ""

    @property
    def said(self) -> str:
        """What the answer says, as history for the next question."""
        if self.places and self.kind == "sentences":
            return " ".join(f"{place.quote} [{place.number}]" for place in self.places)
        return self.text

    @property
    def headline(self) -> str:
        """What stands in the answer's own words over the works that it lists."""
        return self.text.partition("\n\n")[0]

    @property
    def paragraphs(self) -> list[list[Place]]:
        """The places as they read: those of a paragraph together."""
        groups: dict[int, list[Place]] = {}
        for place in self.places:
            groups.setdefault(place.paragraph, []).append(place)
        return list(groups.values())

    @property
    def documents(self) -> list[tuple[Document, list[Place]]]:
        """The cited documents in the order of the answer, each with its places."""
        groups: dict[tuple[str, str], list[Place]] = {}
        for place in self.places:
            groups.setdefault((place.document.id, place.document.sha256), []).append(place)
        return [(places[0].document, places) for places in groups.values()]


def shown(answer: Answer, filters: Mapping[str, str]) -> Shown:
    """An answer as it is shown and kept."""
    paragraphs = {
        citation.number: count
        for count, paragraph in enumerate(answer.paragraphs)
        for citation in paragraph
    }
    return Shown(
        answer.question,
        dict(filters),
        answer.kind,
        answer.confidence,
        answer.understood,
        answer.missing,
        answer.text,
        tuple(_cited(c, paragraphs[c.number], answer.hits) for c in answer.citations),
        tuple(_near(hit, rank) for rank, hit in enumerate(answer.hits[:NEAREST], start=1))
        if answer.kind == "none"
        else (),
        tuple(
            Listed(_bare(work.document), work.mentions, tuple(c.number for c in work.citations))
            for work in answer.works
        ),
    )


def _bare(document: Document) -> Document:
    return replace(document, text="", marks=(), pages=(), note="")


def _cited(citation: Citation, paragraph: int, hits: Sequence[Hit]) -> Place:
    rank, passage, sentence = 0, -1.0, -1.0
    for position, hit in enumerate(hits, start=1):
        if hit.document.id != citation.document.id or not hit.start <= citation.start < hit.end:
            continue
        rank, passage = position, hit.score
        for part, score in zip(hit.passage.sentences, hit.sentence_scores, strict=False):
            if part.start <= citation.start < part.end:
                sentence = score
        break
    page = page_name(citation.document, citation.start, citation.end)
    return Place(
        _bare(citation.document), citation.number, citation.start, citation.end, page,
        citation.quote, paragraph, rank, round(passage, 3), round(sentence, 3),
    )  # fmt: skip


def _near(hit: Hit, rank: int) -> Place:
    page = page_name(hit.document, hit.start, hit.end)
    return Place(
        _bare(hit.document), 0, hit.start, hit.end, page, excerpt(hit), 0, rank,
        round(hit.score, 3),
    )  # fmt: skip
