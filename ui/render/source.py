"""The source pane as HTML: who, when and where, then the text with the cited span marked."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.records import FIELD, FURNITURE, HEADING, METADATA, TITLE, Document, Mark
from ui.render.escape import html_text
from ui.render.links import Target, page_name, target, title_of

# A source longer than this is shown as a window around the cited place.
WINDOW = 60_000
# The id of the notice at the head of the pane.
_NOTICE = "text-version"
# A line end inside a paragraph that was wrapped by hand: it reads as a space; none before a row of
# a table.
_SOFT_BREAK = re.compile(r"(?<=[^\n|]{50})\n(?=[^\W\d_])(?![^\n]* \| )")
_EMPTY_LINES = re.compile(r"(?<=\n\n)\n+")


@dataclass(frozen=True, slots=True)
class Look:
    """How a reader looks at a text: `found` are the spans that were searched for, in order, `now`
    is the one in sight, and `around` the character that a long text is shown around; -1 for none.
    """

    found: Sequence[tuple[int, int]] = ()
    now: int = -1
    around: int = -1


AS_CITED = Look()


def pane_html(
    document: Document, start: int, end: int, back: Target | None = None, look: Look = AS_CITED
) -> str:
    """The source pane at a citation: who, when and where, then the text with the span marked.

    With nothing marked when both are 0. `back` is the citation of an older text from which the
    reader came to this one.
    """
    notice = ""
    if back is not None:
        notice = _notice(
            "Present text",
            "Below is this source as it is now, not as the answer cites it.",
            (back.link, "Back to the cited text"),
        )
    return _pane(document, start, end, source_html(document, start, end, "", look), notice)


def older_html(
    document: Document, start: int, end: int, present: Document | None, look: Look = AS_CITED
) -> str:
    """The source pane for a citation of an older text that is still kept, with the span marked,
    under a notice that it is one, and a link into the present text where there is one."""
    body = source_html(document, start, end, _NOTICE, look)
    if present is None:
        said = "It is no longer among the sources. Below is the text that the answer cites."
        return _pane(document, start, end, body, _notice("Removed source", said, is_old=True))
    said = "This source has changed since. Below is the text that the answer cites"
    at = -1
    if start < end:
        at = present.text.find(document.text[start:end])
        said += f"; the present text {'still has' if at >= 0 else 'no longer has'} the cited words"
    span = (at, at + end - start) if at >= 0 else (0, 0)
    way = (target(present, *span), "Open the present text")
    return _pane(document, start, end, body, _notice("Older text", f"{said}.", way, is_old=True))


def changed_html(document: Document, look: Look = AS_CITED) -> str:
    """The source pane for a citation of an older text that is not kept any more."""
    said = (
        "This source has changed since the answer. The text that the answer cites is not kept, so "
        "the cited place cannot be shown. Below is the present text."
    )
    return _pane(
        document, 0, 0, source_html(document, 0, 0, "", look), _notice("Present text", said)
    )


def missing_html() -> str:
    """The source pane for a link that leads to nothing; it repeats nothing of the link."""
    return '<p class="pane-note" role="status">This citation leads to no source in the library.</p>'


def _notice(name: str, said: str, way: tuple[str, str] | None = None, is_old: bool = False) -> str:
    """What is to be known of the text below: a name for it, a sentence, a link to another one."""
    link = f' <a href="{html_text(way[0])}">{way[1]}</a>' if way else ""
    return (
        f'<div id="{_NOTICE}" class="version{" older" if is_old else ""}" role="status">'
        f"<p><strong>{name}</strong> {said}{link}</p></div>"
    )


def _pane(document: Document, start: int, end: int, body: str, notice: str = "") -> str:
    about = " · ".join(
        html_text(part)
        for part in (document.author, document.publisher, document.published)
        if part
    )
    spans = f"<span>{html_text(document.path)}</span>"
    if start < end:
        page = page_name(document, start, end)
        if page:
            spans += f' <span data-page="{page}">{page} of {len(document.pages):,}</span>'
        spans += f" <span>characters {start:,}\N{EN DASH}{end:,}</span>"
    return (
        f'{notice}<header class="source-head"><h2>{html_text(title_of(document))}</h2>'
        + (f"<p>{about}</p>" if about else "")
        + f'<p class="source-place">{spans}</p>'
        + (f'<p class="source-note">Note: {html_text(document.note)}</p>' if document.note else "")
        + f"</header>{body}"
    )


def source_html(
    document: Document, start: int, end: int, described_by: str = "", look: Look = AS_CITED
) -> str:
    """The text of a document, escaped, with `text[start:end]` in `<mark id=cited>`.

    Headings are marked up and furniture is dimmed; where a page begins stands an empty element
    with its name; what was found is in `<mark class=found>`. An empty span marks nothing. Of a text
    longer than WINDOW only what surrounds the place in sight is shown, and a line says so.
    `described_by` is the id of what is read out with the mark.
    """
    text = document.text
    first, last = _window(text, *_in_sight(start, end, look))
    start, end = max(start, first), min(end, last)  # what is shown of the span
    found = [span for span in look.found if first <= span[0] and span[1] <= last]
    now = look.found[look.now] if 0 <= look.now < len(look.found) else None
    cuts = {first, last, start, end}
    cuts.update(edge for mark in document.marks for edge in (mark.start, mark.end))
    cuts.update(edge for span in found for edge in span)
    cuts.update(document.pages)
    pages = set(document.pages)
    described = f' aria-describedby="{described_by}"' if described_by else ""
    kinds = {mark.start: mark for mark in document.marks}
    hits = dict(found)
    parts: list[str] = []
    known: Mark | None = None
    hit = (0, 0)
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
        if left in hits:
            hit = (left, hits[left])
        piece = _piece(text[left:right], known.kind if known and left < known.end else "")
        if left < hit[1]:
            here = ' id="found"' if hit == now and left == hit[0] else ""
            piece = f'<mark class="found{" now" if hit == now else ""}"{here}>{piece}</mark>'
        parts.append(piece)
        if right == end > start:
            parts.append("</mark>")
    body = f'<div class="source-text">{"".join(parts)}</div>'
    if last - first == len(text):
        return body
    note = (
        f'<p class="pane-note">A long source: of its {len(text):,} characters, '
        f"{first:,} to {last:,} are shown here.</p>"
    )
    earlier = _turn_page("Earlier text", first) if first else ""
    later = _turn_page("Later text", last) if last < len(text) else ""
    return f"{note}{earlier}{body}{later}"


def _turn_page(name: str, around: int) -> str:
    return f'<button type="button" class="turn-page" data-around="{around}">{name}</button>'


def _in_sight(start: int, end: int, look: Look) -> tuple[int, int]:
    """What a long text is shown around."""
    if 0 <= look.now < len(look.found):
        return look.found[look.now]
    return (start, end) if look.around < 0 else (look.around, look.around)


def shown_span(document: Document, start: int, end: int, look: Look = AS_CITED) -> tuple[int, int]:
    """The part of the text that `source_html` shows."""
    return _window(document.text, *_in_sight(start, end, look))


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
    escaped = _SOFT_BREAK.sub(r'<span class="soft">\g<0></span>', html_text(text))
    escaped = _EMPTY_LINES.sub(r'<span class="surplus">\g<0></span>', escaped)
    if kind == HEADING:
        return f'<span class="heading" role="heading" aria-level="3">{escaped}</span>'
    if kind == TITLE:
        return f'<span class="title">{escaped}</span>'
    if kind in (FURNITURE, FIELD, *METADATA):
        return f'<span class="furniture">{escaped}</span>'
    return escaped
