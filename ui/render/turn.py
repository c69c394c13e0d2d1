"""A turn of the conversation as HTML: the question, what kind of answer it got, the answer."""

from collections.abc import Iterator, Sequence

from index.records import Document
from qa.attribution import by_date, byline, is_attributed
from qa.words import counted
from ui.render.confidence import confidence_words
from ui.render.escape import html_text
from ui.render.links import source_line, target, title_of
from ui.shown import Listed, Place, Shown

_FILTERS = {
    "author": "Author",
    "publisher": "Publisher",
    "document": "Document",
    "published_from": "From",
    "published_to": "To",
}
_CARDS = 4  # sources that are shown at once; the others on demand
_ROWS = 10  # works, likewise


def turn_html(turn: Shown, growing: bool = False) -> str:
    """A turn as the transcript holds it; `growing` while more of the answer is to come."""
    return question_html(turn) + f'<div class="reply">{_reply(turn, growing)}</div>'


def question_html(turn: Shown) -> str:
    """The question, what it was narrowed to, and what can be done with it."""
    chips = "".join(
        f'<span class="chip">{_FILTERS[name]}: {html_text(value)}</span>'
        for name, value in turn.filters.items()
    )
    only = f'<p class="asked-of">{chips}</p>' if chips else ""
    tools = _tool("edit", "pencil", "Edit the question") + _tool(
        "undo", "undo", "Take the question back"
    )
    return (
        f'<div class="asked"><h2 class="question">{html_text(turn.question.strip())}</h2>{only}'
        f'<div class="tools">{tools}</div></div>'
    )


def waiting_html(turn: Shown, message: str) -> str:
    """A turn whose answer has not begun."""
    return question_html(turn) + f'<div class="reply"><p class="status">{message}</p></div>'


def turn_text(turn: Shown) -> str:
    """What the copy button copies: the answer, then a line for each citation."""
    if turn.failure:
        return turn.failure
    places = turn.places or turn.near
    lines = [
        f"{f'[{p.number}]' if p.number else '-'} {source_line(p.document, p.page, p.start, p.end)}"
        for p in places
    ]
    attributed = _is_attributed(turn)
    body = "\n\n".join(
        (f"{byline(paragraph[0].document)}: " if attributed else "")
        + " ".join(f"{place.quote} [{place.number}]" for place in paragraph)
        for paragraph in turn.paragraphs
    )
    if said := _by_date(turn):
        body = f"{said}\n\n{body}"
    if turn.kind != "sentences":
        body = turn.text
    return "\n".join([body, "", *lines]) if lines else body


def _reply(turn: Shown, growing: bool) -> str:
    if turn.failure:
        return (
            f'<div class="verdict">{_badge("alert", "failed", "Not possible")}</div>'
            f'<div class="box failure"><p>{html_text(turn.failure)}</p></div>'
            f"{_tools(turn)}"
        )
    parts = [_verdict(turn), _understood(turn)]
    if turn.kind == "works":
        parts.append(_works(turn))
    elif turn.kind == "sentences":
        parts += ['<div class="said">', *_paragraphs(turn), "</div>"]
    elif turn.kind == "talk":
        parts.append(f'<p class="talk">{_lines(turn.text)}</p>')
    else:
        parts.append(f'<div class="box unanswered"><p>{_lines(turn.text)}</p></div>')
        parts.append(_nearest(turn.near))
    if turn.stopped:
        parts.append('<p class="status stopped">Stopped. This is not the whole answer.</p>')
    if growing:
        return "".join(parts)
    if turn.kind == "sentences":
        parts += [_missing(turn), _sources(turn.documents)]
    return "".join([*parts, _tools(turn)])


def _verdict(turn: Shown) -> str:
    """What kind of answer it is, in words and by the shape of its badge, and how sure it is."""
    if turn.kind == "talk":
        return f'<div class="verdict">{_badge("speech", "talk", "Reply")}</div>'
    if turn.kind == "works":
        badge = _badge("stack", "works", counted(len(turn.works), "work"))
    elif turn.kind == "none":
        badge = _badge("ring", "none", "Not answered")
    elif turn.missing:
        badge = _badge("half", "partly", "Partly answered")
    else:
        badge = _badge("check", "answered", "Answered")
    return f'<div class="verdict">{badge}{_confidence(turn)}</div>'


def _confidence(turn: Shown) -> str:
    words = confidence_words(turn.kind, turn.confidence)
    return (
        f'<details class="confidence"><summary>{words}</summary>'
        f"<p>The estimated probability that the sources answer this question is "
        f"<strong>{turn.confidence:.0%}</strong>.</p></details>"
    )


def _understood(turn: Shown) -> str:
    if not turn.understood:
        return ""
    return (
        f'<p class="understood"><span>Understood as</span> <q>{html_text(turn.understood)}</q></p>'
    )


def _paragraphs(turn: Shown) -> Iterator[str]:
    """The quotes; each paragraph says whose it is, where one has to ask."""
    attributed = _is_attributed(turn)
    last = ""
    if said := _by_date(turn):
        yield f'<p class="by">{said}</p>'
    for places in turn.paragraphs:
        document, by = places[0].document, ""
        if attributed and document.id != last:
            by, last = f'<span class="by">{html_text(byline(document))}</span>', document.id
        sentences = " ".join(
            f'<span class="quote">{html_text(place.quote)}</span>&#160;{_marker(place)}'
            for place in places
        )
        yield f"<p>{by}{sentences}</p>"


def _is_attributed(turn: Shown) -> bool:
    quotes = [place.quote for place in turn.places]
    return is_attributed(turn.question, (place.document for place in turn.places), quotes)


def _by_date(turn: Shown) -> str:
    """What is said of the order of an answer that tells a change by the dates of its sources."""
    documents = [place.document for place in turn.places]
    return by_date(turn.understood or turn.question, documents)


def _marker(place: Place) -> str:
    """The numbered link to a place; pane.js reads its scores for "why this passage"."""
    where = ", ".join(part for part in (title_of(place.document), place.page) if part)
    return (
        f'<a class="cite" href="{_link(place)}" {_data(place)}'
        f' aria-label="{place.number}: {html_text(where)}">{place.number}</a>'
    )


def _data(place: Place) -> str:
    values = {
        "title": html_text(title_of(place.document)),
        "number": place.number,
        "rank": place.rank,
        "passage": place.passage,
        "sentence": place.sentence,
    }
    return " ".join(f'data-{name}="{value}"' for name, value in values.items())


def _link(place: Place) -> str:
    return html_text(target(place.document, place.start, place.end))


def _missing(turn: Shown) -> str:
    if not turn.missing:
        return ""
    names = ", ".join(f"<strong>{html_text(name)}</strong>" for name in turn.missing)
    return f'<p class="box missing">Not in what is cited: {names}</p>'


def _sources(documents: Sequence[tuple[Document, Sequence[Place]]]) -> str:
    cards = [_card(document, places) for document, places in documents]
    if not cards:
        return ""
    count = counted(len(cards), "source")
    return (
        f'<section class="sources" aria-label="{count}"><h3>{count}</h3>'
        f"{_folded(cards, _CARDS, 'cards')}</section>"
    )


def _card(document: Document, places: Sequence[Place]) -> str:
    runs: list[str] = []
    for at, place in enumerate(places):
        if place.page and (at == 0 or places[at - 1].page != place.page):
            runs.append(f'<span class="page-label">{place.page}</span>')
        runs.append(_marker(place))
    return (
        f'<li class="card"><a class="title" href="{_link(places[0])}" {_data(places[0])}>'
        f"{html_text(title_of(document))}</a>{_about(document)}"
        f'<p class="marks">{" ".join(runs)}</p></li>'
    )


def _about(document: Document) -> str:
    known = (document.author, document.publisher, document.published)
    about = " · ".join(html_text(" ".join(part.split())) for part in known if part)
    return f'<p class="about">{about}</p>' if about else ""


def _nearest(places: Sequence[Place]) -> str:
    if not places:
        return ""
    rows = "".join(
        f'<li class="card"><a class="title" href="{_link(place)}" {_data(place)}>'
        f"{html_text(title_of(place.document))}</a>"
        + (f'<span class="page-label">{place.page}</span>' if place.page else "")
        + f'{_about(place.document)}<p class="excerpt">{html_text(place.quote)}</p></li>'
        for place in places
    )
    return (
        '<section class="nearest" aria-label="Nearest passages"><h3>Nearest passages</h3>'
        f'<ul class="rows">{rows}</ul></section>'
    )


def _works(turn: Shown) -> str:
    by_number = {place.number: place for place in turn.places}
    rows = [
        _work(work, [by_number[number] for number in work.numbers if number in by_number])
        for work in turn.works
    ]
    return f'<p class="counted">{html_text(turn.headline)}</p>{_folded(rows, _ROWS, "rows works")}'


def _work(work: Listed, places: Sequence[Place]) -> str:
    title = html_text(title_of(work.document))
    if places:
        title = f'<a class="title" href="{_link(places[0])}" {_data(places[0])}>{title}</a>'
    quotes = "".join(f"<li>{html_text(place.quote)}&#160;{_marker(place)}</li>" for place in places)
    count = counted(work.mentions, "sentence") if work.mentions else "about this work"
    below = f"<details><summary>{count}</summary><ul>{quotes}</ul></details>" if quotes else ""
    below = below or (f"<p>{count}</p>" if work.mentions else "")
    return f'<li class="card">{title}{_about(work.document)}{below}</li>'


def _folded(items: Sequence[str], first: int, name: str) -> str:
    """A list whose first items are in sight, the others on demand."""
    if len(items) <= first + 1:
        return f'<ul class="{name}">{"".join(items)}</ul>'
    rest = items[first:]
    return (
        f'<ul class="{name}">{"".join(items[:first])}</ul><details class="more">'
        f'<summary>Show {len(rest):,} more</summary><ul class="{name}">{"".join(rest)}</ul>'
        "</details>"
    )


def _tools(turn: Shown) -> str:
    """What can be done with an answer. Thumbs are shown where they can be kept (see page.css)."""
    parts = [_tool("copy", "copy", "Copy the answer with its sources")]
    parts.append(_tool("retry", "retry", "Ask again"))
    if not turn.failure:
        parts.append(_tool("up", "up", "Good answer"))
        parts.append(_tool("down", "down", "Bad answer"))
    return f'<div class="tools">{"".join(parts)}</div>'


def _tool(act: str, icon: str, label: str) -> str:
    return (
        f'<button type="button" class="tool" data-act="{act}" aria-label="{label}" title="{label}">'
        f"{_icon(icon)}</button>"
    )


def _badge(icon: str, kind: str, words: str) -> str:
    return f'<span class="badge is-{kind}">{_icon(icon)}{words}</span>'


def _icon(name: str) -> str:
    return f'<svg class="icon" aria-hidden="true"><use href="#i-{name}"></use></svg>'


def _lines(text: str) -> str:
    return html_text(text.strip()).replace("\n", "<br>")
