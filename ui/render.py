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
from qa.attribution import attributed, byline
from qa.records import Answer, Citation, Hit

# A source longer than this is shown as a window around the cited place.
WINDOW = 60_000
# Characters of a text's hash that a link carries to tell one version from another.
_VERSION = 12
_EXCERPT = 240
# Passages that are named where there is no answer.
_NEAREST = 3
# The id of the notice at the head of the pane.
_NOTICE = "text-version"

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

    @property
    def link(self) -> str:
        """The hash link, such as `#cite-essay%2Etxt.10.25.0123456789ab`."""
        name = quote(self.document_id, safe="").replace(".", "%2E")
        return f"#cite-{name}.{self.start}.{self.end}.{self.version}"


def target(document: Document, start: int, end: int) -> str:
    """The hash link of a span; of the document as a whole when both ends are 0."""
    return Target(document.id, start, end, document.sha256[:_VERSION]).link


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
    return Target(name, start, end, match[4]) if start < end or end == 0 else None


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
        f"{_markers(citations)} {_reference(citations[0].document)}"
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


def _markers(citations: Sequence[Citation]) -> str:
    """The markers of one source; with pages, each run of them and the page that it stands on."""
    runs = itertools.groupby(citations, key=lambda c: page_name(c.document, c.start, c.end))
    parts = []
    for page, run in runs:
        markers = " ".join(_marker(c) for c in run)
        # Held together: a page at the beginning of a line would seem to be the next marker's.
        parts.append(f"{markers}&#160;{page.replace(' ', '&#160;')} ·" if page else markers)
    return " ".join(parts)


def page_name(document: Document, start: int, end: int) -> str:
    """The pages that a span stands on, as "p. 3" or "pp. 3–4"; "" without pages."""
    first, last = document.page(start), document.page(max(start, end - 1))
    if first is None:
        return ""
    return f"p. {first}" if first == last else f"pp. {first}\N{EN DASH}{last}"


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
        f"- [{markdown_text(_place(hit))}]({target(hit.document, hit.start, hit.end)})"
        f" {markdown_text(_excerpt(hit.text))}"
        for hit in answer.hits[:_NEAREST]
    )
    return f'{text}\n\n<div class="nearest">\n\nNearest passages\n\n{nearest}\n\n</div>'


def _place(hit: Hit) -> str:
    """Title and page."""
    page = page_name(hit.document, hit.start, hit.end)
    return f"{_title(hit.document)}, {page}" if page else _title(hit.document)


def _excerpt(text: str) -> str:
    """The beginning of a passage on one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= _EXCERPT:
        return line
    return line[:_EXCERPT].rsplit(" ", 1)[0] + " …"


def answer_text(answer: Answer) -> str:
    """An answer for a terminal: its text, then a numbered list of what it cites."""
    text = attributed(answer)
    lines = [text, ""] if answer.citations or answer.hits else [text]
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
        page_name(document, start, end),
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
        "kind": answer.kind,
        "confidence": answer.confidence,
        "text": answer.text,
        "citations": [
            {
                "number": c.number,
                "document": _document_json(c.document),
                "page": c.page,
                "start": c.start,
                "end": c.end,
                "quote": c.quote,
                "by": byline(c.document),
            }
            for c in answer.citations
        ],
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


def _document_json(document: Document) -> dict[str, str]:
    names = ("id", "path", "title", "author", "publisher", "published", "url", "sha256")
    return {name: getattr(document, name) for name in names}


def notice_html(message: str) -> str:
    """A short message beside the question box, read out by a screen reader; "" for none."""
    return f'<p role="alert">{_escape(message)}</p>' if message else ""


def pane_html(document: Document, start: int, end: int, back: Target | None = None) -> str:
    """The source pane at a citation: who, when and where, then the text with the span marked.

    With nothing marked when both are 0. `back` is the citation of an older text from which the
    reader came to this one.
    """
    notice = ""
    if back is not None:
        notice = _notice(
            "Present text",
            "Below is this source as it is now, not as the answer cites it.",
            (back, "Back to the cited text"),
        )
    return _pane(document, start, end, source_html(document, start, end), notice)


def older_html(document: Document, start: int, end: int, present: Document | None) -> str:
    """The source pane for a citation of an older text that is still kept, with the span marked,
    under a notice that it is one, and a link into the present text where there is one."""
    body = source_html(document, start, end, described_by=_NOTICE)
    if present is None:
        said = "It is no longer among the sources. Below is the text that the answer cites."
        return _pane(document, start, end, body, _notice("Removed source", said, is_old=True))
    said = "This source has changed since. Below is the text that the answer cites"
    at = -1
    if start < end:
        at = present.text.find(document.text[start:end])
        said += f"; the present text {'still has' if at >= 0 else 'no longer has'} the cited words"
    span = (at, at + end - start) if at >= 0 else (0, 0)
    way = (Target(present.id, *span, present.sha256[:_VERSION]), "Open the present text")
    return _pane(document, start, end, body, _notice("Older text", f"{said}.", way, is_old=True))


def changed_html(document: Document) -> str:
    """The source pane for a citation of an older text that is not kept any more."""
    said = (
        "This source has changed since the answer. The text that the answer cites is not kept, so "
        "the cited place cannot be shown. Below is the present text."
    )
    return _pane(document, 0, 0, source_html(document, 0, 0), _notice("Present text", said))


def missing_html() -> str:
    """The source pane for a link that leads to nothing; it repeats nothing of the link."""
    return '<p class="pane-note" role="status">This citation leads to no source in the library.</p>'


def _notice(
    name: str, said: str, way: tuple[Target, str] | None = None, is_old: bool = False
) -> str:
    """What is to be known of the text below: a name for it, a sentence, a link to another one."""
    link = f' <a href="{_escape(way[0].link)}">{way[1]}</a>' if way else ""
    return (
        f'<div id="{_NOTICE}" class="version{" older" if is_old else ""}" role="status">'
        f"<p><strong>{name}</strong> {said}{link}</p></div>"
    )


def _pane(document: Document, start: int, end: int, body: str, notice: str = "") -> str:
    about = " · ".join(
        _escape(part) for part in (document.author, document.publisher, document.published) if part
    )
    spans = f"<span>{_escape(document.path)}</span>"
    if start < end:
        page = page_name(document, start, end)
        if page:
            spans += f' <span data-page="{page}">{page} of {len(document.pages):,}</span>'
        spans += f" <span>characters {start:,}\N{EN DASH}{end:,}</span>"
    return (
        f'{notice}<header class="source-head"><h2>{_escape(_title(document))}</h2>'
        + (f'<p class="source-about">{about}</p>' if about else "")
        + f'<p class="source-place">{spans}</p>'
        + (f'<p class="source-note">Note: {_escape(document.note)}</p>' if document.note else "")
        + f"</header>{body}"
    )


def source_html(document: Document, start: int, end: int, described_by: str = "") -> str:
    """The text of a document, escaped, with `text[start:end]` in `<mark id=cited>`.

    Headings are marked up and furniture is dimmed; where a page begins stands an empty element
    with its name. An empty span marks nothing. Of a text longer than WINDOW only what surrounds
    the span is shown, and a line says so. `described_by` is the id of what is read out with the
    mark.
    """
    text = document.text
    first, last = _window(text, start, end)
    cuts = {first, last, start, end}
    cuts.update(edge for mark in document.marks for edge in (mark.start, mark.end))
    cuts.update(document.pages)
    pages = set(document.pages)
    described = f' aria-describedby="{described_by}"' if described_by else ""
    kinds = {mark.start: mark for mark in document.marks}
    parts: list[str] = []
    known: Mark | None = None
    for left, right in itertools.pairwise(sorted(cuts)):
        known = kinds.get(left, known)
        if not first <= left < last:
            continue
        if left in pages:
            # Nothing that would be copied with the text: the style sheet shows the label.
            name = f"p. {document.page(left)}"
            inside = " inside" if left and text[left - 1] != "\n" else ""
            parts.append(f'<span class="page{inside}" data-name="{name}"></span>')
        if left == start < end:
            parts.append(f'<mark id="cited" tabindex="-1"{described}>')
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
