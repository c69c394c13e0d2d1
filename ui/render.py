"""Answers and sources as Markdown, HTML, plain text and JSON: all escaping is here.

A source is untrusted text. In Markdown every character of it that could mean something there is
written as a character reference, so that it shows as it stands and does nothing; in HTML it is
escaped; for a terminal its control characters are replaced.
"""

import html
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from index.records import FIELD, FURNITURE, HEADING, METADATA, TITLE, Document, Mark
from qa.records import Answer, Citation, Hit

# A source longer than this is shown as a window around the cited place.
WINDOW = 60_000
# Characters of a text's hash that a link carries to tell one version from another.
_VERSION = 12
_EXCERPT = 240
# Passages that are named where there is no answer.
_NEAREST = 3

_TARGET = re.compile(
    rf"#?cite-([^.\s]{{1,3000}})\.([0-9]{{1,9}})\.([0-9]{{1,9}})\.([0-9a-f]{{{_VERSION}}})"
)
# Whatever Markdown, its tables, links, mathematics or a trimmed edge could make of a text. Line
# ends are among it, so that a text is always one line and only its beginning can open a block.
_MARKDOWN = re.compile(
    r"[\ufeff\\`*_\[\]{}<>&|~$^@]|[^\S \x1c-\x1f\x85]|\A | \Z|(?<= ) "
    r"|\A[!-/:-@]|(?<=\d)[.)](?=\s|\Z)|:(?=//)|(?<=[wW]{3})\."
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# A line end inside a paragraph that was wrapped by hand: it reads as a space.
_SOFT_BREAK = re.compile(r"(?<=[^\n|]{50})\n(?=[^\W\d_])")
_EMPTY_LINES = re.compile(r"(?<=\n\n)\n+")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a citation link points: a span of a document, and the start of its text's hash."""

    document_id: str
    start: int
    end: int
    version: str

    def fits(self, document: Document) -> bool:
        """Whether the span lies in this document's text and was cut from this version of it."""
        return document.sha256.startswith(self.version) and self.end <= len(document.text)


def target(document: Document, start: int, end: int) -> str:
    """The hash link of a span, such as `#cite-essay%2Etxt.10.25.0123456789ab`."""
    name = quote(document.id, safe="").replace(".", "%2E")
    return f"#cite-{name}.{start}.{end}.{document.sha256[:_VERSION]}"


def parse_target(link: str) -> Target | None:
    """The reverse of `target`; None for anything that `target` does not make."""
    match = _TARGET.fullmatch(link)
    if match is None:
        return None
    try:
        name = unquote(match[1], errors="strict")
    except UnicodeDecodeError:
        return None
    start, end = int(match[2]), int(match[3])
    return Target(name, start, end, match[4]) if start < end else None


def markdown_text(text: str) -> str:
    """Text as Markdown that shows it character for character and does nothing else."""
    return _MARKDOWN.sub(lambda match: f"&#{ord(match[0])};", text).replace("\0", "\ufffd")


def question_markdown(question: str) -> str:
    """A reader's own question, as the chat shows it."""
    return markdown_text(question.strip())


def answer_markdown(answer: Answer, sources: bool = True) -> str:
    """An answer for the chat: quotes with linked markers, then a line for each cited source.

    Without an answer: its text, then links to the nearest passages. `sources` False leaves the
    lines below the quotes out, for an answer that is still growing.
    """
    if not answer.answered:
        return _not_answered(answer)
    body = "\n\n".join(
        " ".join(f"{markdown_text(c.quote)}&#160;{_marker(c)}" for c in paragraph)
        for paragraph in answer.paragraphs
    )
    if not sources:
        return body
    lines = "\n\n".join(
        f"{' '.join(_marker(c) for c in citations)} {_reference(citations[0].document)}"
        for citations in _by_document(answer.citations)
    )
    return f'{body}\n\n<div class="sources">\n\n{lines}\n\n</div>'


def status_markdown(message: str) -> str:
    """A line about the answer's progress, in place of an answer or below one that was stopped."""
    return f'<div class="status">{markdown_text(message)}</div>'


def failure_markdown(message: str) -> str:
    """What the chat shows in place of an answer when there is an error."""
    return f'<div class="failure">\n\n{markdown_text(message)}\n\n</div>'


def _marker(citation: Citation) -> str:
    link = target(citation.document, citation.start, citation.end)
    return f"[[{citation.number}]]({link})"


def _reference(document: Document) -> str:
    """Title, author and date on one line of Markdown."""
    about = ", ".join(part for part in (document.author, document.published) if part)
    title = f"**{markdown_text(_title(document))}**"
    return f"{title} · {markdown_text(about)}" if about else title


def _title(document: Document) -> str:
    return " ".join(document.title.split()) or document.path


def _by_document(citations: Sequence[Citation]) -> list[list[Citation]]:
    """Citations of the same text together, in the order of the answer."""
    groups: dict[tuple[str, str], list[Citation]] = {}
    for citation in citations:
        document = citation.document
        groups.setdefault((document.id, document.sha256), []).append(citation)
    return list(groups.values())


def _not_answered(answer: Answer) -> str:
    text = f'<div class="unanswered">\n\n**Not answered**\n\n{markdown_text(answer.text)}\n\n</div>'
    if not answer.hits:
        return text
    nearest = "\n".join(
        f"- [{markdown_text(_title(hit.document))}]({target(hit.document, hit.start, hit.end)})"
        f" {markdown_text(_excerpt(hit.text))}"
        for hit in answer.hits[:_NEAREST]
    )
    return f'{text}\n\n<div class="nearest">\n\nNearest passages\n\n{nearest}\n\n</div>'


def _excerpt(text: str) -> str:
    """The beginning of a passage on one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= _EXCERPT:
        return line
    return line[:_EXCERPT].rsplit(" ", 1)[0] + " …"


def answer_text(answer: Answer) -> str:
    """An answer for a terminal: its text, then a numbered list of what it cites."""
    lines = [answer.text, ""] if answer.citations or answer.hits else [answer.text]
    if answer.answered:
        lines += [
            f"[{c.number}] {_source_line(c.document, c.start, c.end)}" for c in answer.citations
        ]
    elif answer.hits:
        lines.append("Nearest passages:")
        for hit in answer.hits[:_NEAREST]:
            place = _source_line(hit.document, hit.start, hit.end)
            lines += [f"- {place}", f"  {_excerpt(hit.text)}"]
    return printable("\n".join(lines))


def hits_text(hits: Sequence[Hit]) -> str:
    """Passages for a terminal, best first, each with its score and its place."""
    return printable(
        "\n\n".join(
            f"{number}. ({hit.score:.2f}) {_source_line(hit.document, hit.start, hit.end)}\n"
            f"{hit.text.strip()}"
            for number, hit in enumerate(hits, start=1)
        )
    )


def _source_line(document: Document, start: int, end: int) -> str:
    parts = (
        document.author,
        _title(document),
        document.publisher,
        document.published,
        document.path,
        f"characters {start}\N{EN DASH}{end}",
    )
    return ", ".join(" ".join(part.split()) for part in parts if part)


def printable(text: str) -> str:
    """Without the control characters that a terminal would obey."""
    return _CONTROL.sub("\ufffd", text)


def answer_json(answer: Answer) -> dict[str, object]:
    """An answer as values for `json.dumps`; documents come without their text."""
    return {
        "question": answer.question,
        "answered": answer.answered,
        "confidence": answer.confidence,
        "text": answer.text,
        "citations": [
            {
                "number": c.number,
                "document": _document_json(c.document),
                "start": c.start,
                "end": c.end,
                "quote": c.quote,
            }
            for c in answer.citations
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
            "start": hit.start,
            "end": hit.end,
            "text": hit.text,
            "score": hit.score,
        }
        for hit in hits
    ]


def _document_json(document: Document) -> dict[str, str]:
    names = ("id", "path", "title", "author", "publisher", "published", "url", "sha256")
    return {name: getattr(document, name) for name in names}


def notice_html(message: str) -> str:
    """A short message beside the question box, read out by a screen reader; "" for none."""
    return f'<p role="alert">{_escape(message)}</p>' if message else ""


def pane_html(document: Document, start: int, end: int) -> str:
    """The source pane at a citation: who, when and where, then the text with the span marked."""
    return _pane(
        document, f"characters {start:,}\N{EN DASH}{end:,}", source_html(document, start, end)
    )


def changed_html(document: Document) -> str:
    """The source pane for a citation of an older version of a document."""
    body = (
        '<p class="pane-note" role="status">This source has changed since the answer, so the '
        "cited place cannot be shown. This is its text now.</p>" + source_html(document, 0, 0)
    )
    return _pane(document, "changed since the answer", body)


def missing_html() -> str:
    """The source pane for a link that leads to nothing; it repeats nothing of the link."""
    return '<p class="pane-note" role="status">This citation leads to no source in the library.</p>'


def _pane(document: Document, place: str, body: str) -> str:
    about = " · ".join(
        _escape(part) for part in (document.author, document.publisher, document.published) if part
    )
    return (
        f'<header class="source-head"><h2>{_escape(_title(document))}</h2>'
        + (f'<p class="source-about">{about}</p>' if about else "")
        + f'<p class="source-place"><span>{_escape(document.path)}</span> <span>{place}</span></p>'
        f"</header>{body}"
    )


def source_html(document: Document, start: int, end: int) -> str:
    """The text of a document, escaped, with `text[start:end]` in `<mark id=cited>`.

    Headings are marked up and furniture is dimmed. An empty span marks nothing. Of a text longer
    than WINDOW only what surrounds the span is shown, and a line says so.
    """
    text = document.text
    first, last = _window(text, start, end)
    cuts = {first, last, start, end}
    cuts.update(edge for mark in document.marks for edge in (mark.start, mark.end))
    kinds = {mark.start: mark for mark in document.marks}
    parts: list[str] = []
    known: Mark | None = None
    for left, right in itertools.pairwise(sorted(cuts)):
        known = kinds.get(left, known)
        if not first <= left < last:
            continue
        if left == start < end:
            parts.append('<mark id="cited" tabindex="-1">')
        parts.append(_piece(text[left:right], known.kind if known and left < known.end else ""))
        if right == end > start:
            parts.append("</mark>")
    note = ""
    if last - first < len(text):
        note = (
            f'<p class="pane-note">A long source: of its {len(text):,} characters, '
            f"{first:,} to {last:,} are shown here.</p>"
        )
    return f'{note}<div class="source-text">{"".join(parts)}</div>'


def _window(text: str, start: int, end: int) -> tuple[int, int]:
    """What to show of a text: all of it, or lines around the span."""
    if len(text) <= WINDOW:
        return 0, len(text)
    first, last = max(0, start - WINDOW // 3), min(len(text), end + WINDOW // 3)
    # Whole lines, where there is a line end near.
    line = text.find("\n", first, min(start, first + 2000))
    first = line + 1 if first and line >= 0 else first
    line = text.rfind("\n", max(end, last - 2000), last)
    return first, line if last < len(text) and line >= 0 else last


def _piece(text: str, kind: str) -> str:
    """A stretch of one kind. Every character is kept; line ends only look different."""
    escaped = _SOFT_BREAK.sub(r'<span class="soft">\g<0></span>', _escape(text))
    escaped = _EMPTY_LINES.sub(r'<span class="surplus">\g<0></span>', escaped)
    if kind == HEADING:
        return f'<span class="heading" role="heading" aria-level="3">{escaped}</span>'
    if kind == TITLE:
        return f'<span class="title">{escaped}</span>'
    if kind in (FURNITURE, FIELD, *METADATA):
        return f'<span class="furniture">{escaped}</span>'
    return escaped


def _escape(text: str) -> str:
    """Text for HTML. A raw CR would turn into LF and NUL would vanish."""
    return html.escape(text).replace("\r", "&#13;").replace("\0", "\ufffd")
