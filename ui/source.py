"""What the source pane asks for: a text at a citation, words in it, a page of it as a picture.

Everything that a page posts is checked here; an answer is either values for the pane or a message.
"""

import base64
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from index.errors import CommentaryError
from index.records import Document
from qa import Assistant
from ui.render import source as pane
from ui.render.escape import html_text
from ui.render.links import Target, page_name, parse_target, title_of
from ui.render.references import quotation
from ui.shown import Place

_MAX_FOUND = 2_000  # places of a word that are counted
_MAX_WORDS = 200  # characters that are looked for
_PICTURES = ".pdf"  # the files whose pages can be drawn


def open_source(assistant: Assistant, asked: object, sources: Path | None) -> dict[str, Any]:
    """What the pane shows for `asked`: {"link", "origin", "find", "now", "around"}, all but the
    link optional. `origin` is the citation that the reader came from."""
    wanted = asked if isinstance(asked, dict) else {}
    target = parse_target(wanted.get("link"))
    if target is None:
        return {"html": pane.missing_html()}
    back = parse_target(wanted.get("origin"))
    try:
        return _opened(assistant, target, back if back != target else None, wanted, sources)
    except CommentaryError as error:
        return {"html": f'<p class="pane-note" role="alert">{html_text(str(error))}</p>'}


def _opened(
    assistant: Assistant,
    target: Target,
    back: Target | None,
    wanted: Mapping[str, object],
    sources: Path | None,
) -> dict[str, Any]:
    """The text that a link was cut from, be it the present one or an older one that is kept."""
    present = assistant.document(target.document_id)
    start, end = target.start, target.end
    if present is not None and target.fits(present):
        look = _look(present, wanted)
        return _values(
            present, start, end, look, pane.pane_html(present, start, end, back, look), sources
        )
    document = assistant.document(target.document_id, target.version)
    if document is None:
        if present is None:
            return {"html": pane.missing_html()}
        look = _look(present, wanted)
        return _values(present, 0, 0, look, pane.changed_html(present, look), None)
    if not target.fits(document):
        return {"html": pane.missing_html()}
    look = _look(document, wanted)
    older = pane.older_html(document, start, end, present, look)
    return _values(document, start, end, look, older, None)


def _values(
    document: Document, start: int, end: int, look: pane.Look, html: str, sources: Path | None
) -> dict[str, Any]:
    page = document.page(start) if start < end else None
    return {
        "html": html,
        "title": title_of(document),
        "id": document.id,
        "length": len(document.text),
        "window": pane.shown_span(document, start, end, look),
        "place": page_name(document, start, end) if start < end else "",
        "found": len(look.found),
        "now": look.now,
        "picture": page is not None and _file(document, sources) is not None,
    }


def _look(document: Document, wanted: Mapping[str, object]) -> pane.Look:
    words, now, around = wanted.get("find"), wanted.get("now"), wanted.get("around")
    found = find(document.text, words[:_MAX_WORDS]) if isinstance(words, str) else []
    at = now if isinstance(now, int) and 0 <= now < len(found) else (0 if found else -1)
    near = around if isinstance(around, int) and 0 <= around <= len(document.text) else -1
    return pane.Look(found, at, near)


def find(text: str, words: str) -> list[tuple[int, int]]:
    """Where these words stand, whatever their case and the spaces and line ends between them."""
    parts = [re.escape(part) for part in words.split()]
    if not parts:
        return []
    spans: list[tuple[int, int]] = []
    for match in re.finditer(r"\s+".join(parts), text, re.IGNORECASE):
        spans.append(match.span())
        if len(spans) == _MAX_FOUND:
            break
    return spans


def cited_line(assistant: Assistant, asked: object) -> str:
    """One citation as text in a style: {"link", "style"}; "" where there is none."""
    wanted = asked if isinstance(asked, dict) else {}
    target = parse_target(wanted.get("link"))
    if target is None:
        return ""
    document = assistant.document(target.document_id, target.version)
    if document is None or not target.fits(document):
        return ""
    page = page_name(document, target.start, target.end)
    quote = document.text[target.start : target.end]
    place = Place(document, 0, target.start, target.end, page, quote)
    return quotation(place, str(wanted.get("style")))


def page_picture(assistant: Assistant, asked: object, sources: Path | None) -> dict[str, str]:
    """The page that a citation stands on, as a picture in a data URL: {"link"} -> {"src", "page"},
    or {"problem"} where there is none."""
    from index.readers.pdf_picture import picture

    wanted = asked if isinstance(asked, dict) else {}
    target = parse_target(wanted.get("link"))
    # Of the present text only: the file of an older one is gone.
    document = assistant.document(target.document_id) if target else None
    if target is None or document is None or not target.fits(document):
        return {"problem": "This citation leads to no page."}
    path, page = _file(document, sources), document.page(target.start)
    if path is None or page is None:
        return {"problem": "The file is not at hand; only its text is kept."}
    try:
        drawn = picture(path.read_bytes(), page, document.text[target.start : target.end])
    except (OSError, CommentaryError) as error:
        return {"problem": f"The page cannot be shown: {error}"}
    return {
        "src": f"data:image/png;base64,{base64.b64encode(drawn).decode()}",
        "page": page_name(document, target.start, target.start + 1),
    }


def _file(document: Document, sources: Path | None) -> Path | None:
    """The PDF that a document was read from, where it is at hand."""
    if sources is None or not document.path.lower().endswith(_PICTURES):
        return None
    folder = sources.resolve()
    path = (folder / document.path).resolve()
    return path if path.is_relative_to(folder) and path.is_file() else None
