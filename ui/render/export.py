"""A conversation as a file: its questions and answers, a footnote for each cited place that names
it to the character, and a bibliography."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from index.records import Document
from qa.words import counted
from ui.render.escape import html_text, markdown_text
from ui.render.links import title_of
from ui.render.references import STYLES, entries, note
from ui.shown import Listed, Place, Shown

FORMATS = {"md": "Markdown", "html": "Web page (HTML)", "docx": "Word (DOCX)"}
_TYPES = {
    "md": "text/markdown;charset=utf-8",
    "html": "text/html;charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_NAME = 60  # characters of a file's name
# How a kind of paragraph begins in Markdown, and its element in HTML.
_MARKDOWN = {"text": "", "work": "### ", "item": "- "}
_HTML = {"text": "p", "work": "h3", "item": "li"}
_STYLE = (
    "body{max-width:42rem;margin:3rem auto;padding:0 1rem;font:1.05rem/1.6 Georgia,serif;"
    "color:#1c1f22;background:#fff}h1,h2,h3{line-height:1.3}h2{margin-top:2.5rem}"
    "p.state{font:.85rem/1.5 system-ui,sans-serif;color:#555}"
    "ol.notes,ul.bibliography{font-size:.9rem}sup a{text-decoration:none}"
    "li{overflow-wrap:anywhere}"
)


@dataclass(frozen=True, slots=True)
class File:
    """A file to save: its name, its media type and what is in it."""

    name: str
    type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Said:
    """A run of an exported paragraph: words, and the place that they quote, if any."""

    text: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Runs that stand together: as text, as the name of a work, or as an item of a list."""

    runs: list[Said]
    kind: Literal["text", "work", "item"] = "text"


@dataclass(frozen=True, slots=True)
class Part:
    """A turn as every format writes it: the question, "" where the title says it, a line on the
    answer, its paragraphs."""

    question: str
    state: str
    paragraphs: list[Paragraph]


def exported(turns: Sequence[Shown], title: str, format: str, style: str) -> File:
    """The conversation in one of FORMATS, its references in one of STYLES; anything else is taken
    for the first of them."""
    form = format if format in FORMATS else next(iter(FORMATS))
    kind = style if style in STYLES else next(iter(STYLES))
    heading = " ".join(title.split()) or "Conversation"
    parts = [_part(turn) for turn in turns]
    # The title is mostly the first question, or its beginning.
    if parts and (first := " ".join(parts[0].question.split())).startswith(heading):
        heading, parts[0] = first, replace(parts[0], question="")
    if form == "docx":
        from ui.render.word import word

        data = word(heading, parts, kind)
    else:
        data = {"md": _markdown, "html": _html}[form](heading, parts, kind).encode()
    name = re.sub(r"[^\w-]+", "-", heading)[:_NAME].strip("-") or "conversation"
    return File(f"{name}.{form}", _TYPES[form], data)


def cited(parts: Sequence[Part]) -> Iterator[Place]:
    """The cited places in the order of their footnotes; one place may have several."""
    for part in parts:
        for paragraph in part.paragraphs:
            yield from (said.place for said in paragraph.runs if said.place is not None)


def works(parts: Sequence[Part]) -> list[Document]:
    """The documents of the bibliography, each once."""
    return list({(p.document.id, p.document.sha256): p.document for p in cited(parts)}.values())


def _part(turn: Shown) -> Part:
    states = {"none": "Not answered", "talk": "", "works": counted(len(turn.works), "work")}
    state = states.get(turn.kind, "Partly answered" if turn.missing else "Answered")
    if turn.failure:
        return Part(turn.question, "Not possible", [Paragraph([Said(turn.failure)])])
    notes = [f"{state}; estimated probability {turn.confidence:.0%}" if state else ""]
    if turn.understood:
        notes.append(f"Understood as: {turn.understood}")
    if turn.missing:
        notes.append(f"Not in what is cited: {', '.join(turn.missing)}")
    if turn.stopped:
        notes.append("Stopped before its end")
    if turn.filters:
        notes.append(
            "Only " + ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in turn.filters.items())
        )
    return Part(turn.question, ". ".join(filter(None, notes)), _paragraphs(turn))


def _paragraphs(turn: Shown) -> list[Paragraph]:
    if turn.kind == "works":
        by_number = {place.number: place for place in turn.places}
        listed = [
            paragraph
            for work in turn.works
            for paragraph in _work(work, [by_number[n] for n in work.numbers if n in by_number])
        ]
        counted_up = [Paragraph([Said(turn.headline)])] if turn.headline else []
        return [*counted_up, *listed]
    if turn.kind == "sentences":
        return [
            Paragraph([Said(place.quote, place) for place in group]) for group in turn.paragraphs
        ]
    nearest = [Paragraph([Said(f"Near: {place.quote}", place)]) for place in turn.near]
    return [Paragraph([Said(turn.text)]), *nearest]


def _work(work: Listed, places: Sequence[Place]) -> list[Paragraph]:
    mentions = f" ({counted(work.mentions, 'sentence')})" if work.mentions else ""
    quotes = [Paragraph([Said(place.quote, place)], "item") for place in places]
    return [Paragraph([Said(f"{title_of(work.document)}{mentions}")], "work"), *quotes]


def _markdown(title: str, parts: Sequence[Part], style: str) -> str:
    lines = [f"# {markdown_text(title)}", ""]
    number = 0
    for part in parts:
        if part.question:
            lines += [f"## {markdown_text(part.question)}", ""]
        if part.state:
            lines += [f"*{markdown_text(part.state)}*", ""]
        for kind, group in groupby(part.paragraphs, lambda paragraph: paragraph.kind):
            for paragraph in group:
                runs = []
                for said in paragraph.runs:
                    number += said.place is not None
                    mark = f"[^{number}]" if said.place else ""
                    runs.append(f"{markdown_text(said.text)}{mark}")
                lines.append(_MARKDOWN[kind] + " ".join(runs))
                if kind != "item":
                    lines.append("")
            if kind == "item":
                lines.append("")
    for count, place in enumerate(cited(parts), start=1):
        lines.append(f"[^{count}]: {markdown_text(note(place, style))}")
    if number:
        listed = (f"- {markdown_text(entry)}" for entry in entries(works(parts), style))
        lines += ["", "## Bibliography", "", *listed]
    return "\n".join(lines).rstrip("\n") + "\n"


def _html(title: str, parts: Sequence[Part], style: str) -> str:
    body = [f"<h1>{html_text(title)}</h1>"]
    number = 0
    for part in parts:
        if part.question:
            body.append(f"<h2>{html_text(part.question)}</h2>")
        if part.state:
            body.append(f'<p class="state">{html_text(part.state)}</p>')
        for kind, group in groupby(part.paragraphs, lambda paragraph: paragraph.kind):
            some = []
            for paragraph in group:
                runs = []
                for said in paragraph.runs:
                    mark = ""
                    if said.place:
                        number += 1
                        mark = f'<sup><a id="ref-{number}" href="#note-{number}">{number}</a></sup>'
                    runs.append(html_text(said.text) + mark)
                some.append(f"<{_HTML[kind]}>{' '.join(runs)}</{_HTML[kind]}>")
            body.append(f"<ul>{''.join(some)}</ul>" if kind == "item" else "".join(some))
    if number:
        notes = "".join(
            f'<li id="note-{count}">{html_text(note(place, style))} '
            f'<a href="#ref-{count}" aria-label="Back to {count}">↩</a></li>'
            for count, place in enumerate(cited(parts), start=1)
        )
        listed = "".join(f"<li>{html_text(one)}</li>" for one in entries(works(parts), style))
        body.append(f'<h2>Notes</h2><ol class="notes">{notes}</ol>')
        body.append(f'<h2>Bibliography</h2><ul class="bibliography">{listed}</ul>')
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{html_text(title)}</title><style>{_STYLE}</style></head>"
        f"<body>{''.join(body)}</body></html>\n"
    )
