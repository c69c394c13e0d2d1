"""Answers and passages for a terminal, and as values for `json.dumps`."""

from collections.abc import Sequence

from index.records import ABOUT, Document
from qa.attribution import attributed, byline
from qa.records import Answer, Citation, Hit
from ui.render.confidence import confidence_words, is_unsure
from ui.render.escape import printable
from ui.render.links import NEAREST, excerpt, page_name, source_line


def answer_text(answer: Answer) -> str:
    """An answer for a terminal: its text, how sure it is where it is not, then a numbered list of
    what it cites."""
    lines = [f"Searched for: {answer.understood}", ""] if answer.understood else []
    lines += [attributed(answer)]
    if is_unsure(answer.kind, answer.confidence):
        words = confidence_words(answer.kind, answer.confidence)
        lines += ["", f"{words} (estimated probability {answer.confidence:.0%})"]
    if answer.missing:
        lines += ["", f"Not in what is cited: {', '.join(answer.missing)}"]
    if answer.citations:
        lines += ["", *(f"[{c.number}] {_line(c)}" for c in answer.citations)]
    elif answer.kind == "none" and answer.hits:
        lines += ["", "Nearest passages:"]
        for hit in answer.hits[:NEAREST]:
            lines += [f"- {_line(hit)}", f"  {excerpt(hit)}"]
    return printable("\n".join(lines))


def hits_text(hits: Sequence[Hit]) -> str:
    """Passages for a terminal, best first, each with its score and its place."""
    return printable(
        "\n\n".join(
            f"{number}. ({hit.score:.2f}) {_line(hit)}\n{hit.text.strip()}"
            for number, hit in enumerate(hits, start=1)
        )
    )


def _line(place: Citation | Hit) -> str:
    page = page_name(place.document, place.start, place.end)
    return source_line(place.document, page, place.start, place.end)


def answer_json(answer: Answer) -> dict[str, object]:
    """An answer as values for `json.dumps`; documents come without their text."""
    return {
        "question": answer.question,
        "answered": answer.answered,
        "kind": answer.kind,
        "confidence": answer.confidence,
        "understood": answer.understood,
        "missing": list(answer.missing),
        "text": answer.text,
        "citations": [_citation_json(citation) for citation in answer.citations],
        "works": [
            {
                "document": _document_json(work.document),
                "mentions": work.mentions,
                "citations": [citation.number for citation in work.citations],
            }
            for work in answer.works
        ],
        "hits": hits_json(answer.hits),
    }


def hits_json(hits: Sequence[Hit]) -> list[dict[str, object]]:
    """Passages as values for `json.dumps`; documents come without their text."""
    return [
        {
            "document": _document_json(hit.document),
            "passage": {
                "start": hit.passage.start,
                "end": hit.passage.end,
                "heading": hit.passage.heading,
            },
            "page": hit.page,
            "start": hit.start,
            "end": hit.end,
            "text": hit.text,
            "score": hit.score,
        }
        for hit in hits
    ]


def _citation_json(citation: Citation) -> dict[str, object]:
    return {
        "number": citation.number,
        "document": _document_json(citation.document),
        "page": citation.page,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "by": byline(citation.document),
    }


def _document_json(document: Document) -> dict[str, str]:
    return {name: getattr(document, name) for name in ABOUT}
