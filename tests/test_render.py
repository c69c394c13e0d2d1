"""Escaping, links and the marked span, for whatever text a source holds."""

import hashlib
import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from index.records import FURNITURE, HEADING, PROSE, TITLE, Document, Mark, Passage, Sentence
from qa.records import Answer, Citation, Hit
from ui import render
from ui.render import source as pane
from ui.render import turn
from ui.render.escape import markdown_text
from ui.render.links import Target, parse_target, target
from ui.shown import shown

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
# Text that is all edges: what Markdown, HTML, mathematics and terminals give a meaning to.
HOSTILE = st.text(
    st.sampled_from(list("<>&[](){}!#*_`~|$\\-+=.:;@'\"/1ax \n\t\r\x00\x1b\u00a0\u2028\ufeff😀é"))
)
ANY = st.one_of(HOSTILE, st.text())
# The tags of a turn.
OWN = set("div h2 h3 p a span strong q section ul li details summary button svg use br".split())


class Seen(HTMLParser):
    """The tags and the text of some HTML, as a browser would see them."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.cited = ""
        self._inside = False
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = self._inside or tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "mark"

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._inside:
            self.cited += data


def document(
    text: str,
    id: str = "essay.txt",
    marks: tuple[Mark, ...] = (),
    pages: tuple[int, ...] = (),
    note: str = "",
) -> Document:
    digest = hashlib.sha256(text.encode()).hexdigest()
    known = ("A Title", "Ada Example", "Example Press", "2022", "")
    return Document(id, id, *known, text, digest, marks, pages, note)


def answer(source: Document, *spans: tuple[int, int], answered: bool = True) -> Answer:
    citations = tuple(
        Citation(number, source, start, end, source.text[start:end])
        for number, (start, end) in enumerate(spans, start=1)
    )
    passage = Passage(source.id, 0, len(source.text), source.text, "", "", ())
    hit = Hit(source, passage, 0, len(source.text), source.text, 0.5)
    text = " ".join(f"{c.quote} [{c.number}]" for c in citations) or "The sources do not say."
    kind = "sentences" if answered else "none"
    return Answer("Why?", answered, 0.5, text, citations if answered else (), (hit,), kind)


def shows(text: str) -> str:
    """What a browser shows of a text: it has no way to show NUL."""
    return text.replace("\0", "\ufffd")


@given(ANY)
def test_markdown_shows_a_text_as_it_stands(text: str) -> None:
    seen = Seen(PARSER.render(f"x{markdown_text(text)}x"))
    assert [tag for tag, _ in seen.tags] == ["p"]
    # This parser, unlike browsers, refuses a reference to a vertical tab.
    assert seen.text.removesuffix("\n") == f"x{shows(text)}x".replace("\v", "\ufffd")


@given(ANY.filter(str.strip))
def test_nothing_of_a_text_opens_a_block(text: str) -> None:
    seen = Seen(PARSER.render(markdown_text(text)))
    assert [tag for tag, _ in seen.tags] == ["p"]


@given(ANY.filter(bool))
def test_an_answer_holds_only_its_own_links(text: str) -> None:
    source = document(text)
    seen = Seen(turn.turn_html(shown(answer(source, (0, len(text))), {"author": text})))
    assert {tag for tag, _ in seen.tags} <= OWN
    found = [attributes["href"] for tag, attributes in seen.tags if tag == "a"]
    assert found == [target(source, 0, len(text))] * 3
    assert shows(text) in seen.text


@given(ANY.filter(bool))
def test_without_an_answer_the_nearest_passages_are_linked(text: str) -> None:
    source = document(text, id=text)
    seen = Seen(turn.turn_html(shown(answer(source, answered=False), {})))
    assert {tag for tag, _ in seen.tags} <= OWN
    (link,) = [attributes["href"] for tag, attributes in seen.tags if tag == "a"]
    assert link == target(source, 0, len(text))
    assert "Not answered" in seen.text
    assert "The sources do not say." in seen.text


def test_a_growing_answer_has_no_source_lines() -> None:
    part = shown(answer(document("One. Two."), (0, 4), (5, 9)), {})
    assert 'class="sources"' not in turn.turn_html(part, growing=True)
    assert turn.turn_html(part, growing=True).count('class="cite"') == 2


def test_of_several_documents_each_paragraph_says_whose_it_is() -> None:
    one, other = document("One."), document("Other.", id="other.txt")
    citations = (Citation(1, one, 0, 4, "One."), Citation(2, other, 0, 6, "Other."))
    both = Answer("Why?", True, 0.5, "One. [1]\n\nOther. [2]", citations, ())
    assert turn.turn_html(shown(both, {})).count('<span class="by">Ada Example (2022)</span>') == 2
    assert turn.turn_text(shown(both, {})).startswith("Ada Example (2022): One. [1]\n\nAda Example")
    assert "By date" not in turn.turn_html(shown(both, {}))
    alone = shown(answer(one, (0, 4)), {})
    assert 'class="by"' not in turn.turn_html(alone)
    assert turn.turn_text(alone).startswith("One. [1]")


def test_what_changed_is_said_to_come_by_date() -> None:
    one, other = replace(document("One."), published="2012"), document("Other.", id="other.txt")
    for first, second, is_told in ((one, other, True), (other, one, False)):
        citations = tuple(
            Citation(n, d, 0, len(d.text), d.text) for n, d in ((1, first), (2, second))
        )
        told = shown(Answer("How has it changed?", True, 0.5, "", citations, ()), {})
        assert ("By date, the oldest first." in turn.turn_html(told)) is is_told
        assert turn.turn_text(told).startswith("By date, the oldest first.\n\n") is is_told


@given(st.text(min_size=1, max_size=200), st.integers(0, 10**8), st.integers(1, 10**8))
def test_a_target_comes_back_as_it_was(name: str, start: int, length: int) -> None:
    source = document("text", id=name)
    link = target(source, start, start + length)
    assert not set(link) & set(" \n()[]<>\"'`")
    found = parse_target(link)
    assert found == Target(name, start, start + length, source.sha256[:12])
    assert found.link == link


def test_a_target_may_be_a_document_as_a_whole() -> None:
    source = document("text")
    found = parse_target(target(source, 0, 0))
    assert found == Target("essay.txt", 0, 0, source.sha256[:12])


@pytest.mark.parametrize(
    "link",
    [
        "",
        "#",
        "#cite-",
        "#cite-a.1.2",
        "#cite-a.1.2.short",
        "#cite-a.2.1.0123456789ab",
        "#cite-a.1.1.0123456789ab",
        "#cite-a.-1.2.0123456789ab",
        "#cite-a.1.2.0123456789AB",
        "#cite-a.1.2.0123456789abc",
        "#cite-a.b.1.2.0123456789ab",
        "#cite-a.1.9999999999.0123456789ab",
        "#cite-a.\u0661.\u0662.0123456789ab",
        "#cite-%ff.1.2.0123456789ab",
        "#cite-a.1.2.0123456789ab\n",
        "#cite-<script>.1.2.0123456789ab<script>",
        "javascript:alert(1)",
    ],
)
def test_other_targets_are_none(link: str) -> None:
    assert parse_target(link) is None


def test_a_target_fits_only_its_own_version() -> None:
    old, new = document("The first text."), document("The other text.")
    place = parse_target(target(old, 4, 9))
    assert place is not None
    assert place.fits(old)
    assert not place.fits(new)
    too_long = parse_target(target(old, 4, 99))
    assert too_long is not None
    assert not too_long.fits(old)


@given(ANY.filter(bool), st.data())
def test_the_mark_holds_exactly_the_span(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    kinds = data.draw(st.permutations([HEADING, FURNITURE, TITLE, "author", "field"]))
    marks = tuple(
        Mark(kind, left, right) for kind, left, right in zip(kinds, cuts, cuts[1:], strict=False)
    )
    starts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=4)))
    source = document(text, marks=marks, pages=(0, *starts) if starts else ())
    seen = Seen(pane.source_html(source, start, end))
    assert seen.cited == shows(text[start:end])
    assert seen.text == shows(text)
    assert {tag for tag, _ in seen.tags} <= {"div", "span", "mark"}
    assert sum(attributes.get("id") == "cited" for _, attributes in seen.tags) == 1


def test_headings_and_furniture_are_told_apart() -> None:
    text = "Head\n\nProse here.\n\nRead more"
    marks = (Mark(HEADING, 0, 4), Mark(FURNITURE, 19, 28))
    markup = pane.source_html(document(text, marks=marks), 6, 11)
    assert '<span class="heading" role="heading" aria-level="3">Head</span>' in markup
    assert '<span class="furniture">Read more</span>' in markup
    assert '<mark id="cited" tabindex="-1">Prose</mark>' in markup


def test_rows_of_a_table_stay_lines_and_a_wrapped_paragraph_is_one() -> None:
    row = "Name: {} | Office: keeper of the salt roads over the mountains and of their tolls"
    rows = "\n".join(row.format(name) for name in ("Ada", "Bo"))
    assert 'class="soft"' not in pane.source_html(document(rows), 0, 0)
    wrapped = (
        "The salt roads over the mountains were built by the monks\nof the valley, who kept them."
    )
    assert 'class="soft"' in pane.source_html(document(wrapped), 0, 0)


def test_of_a_long_source_a_window_is_shown() -> None:
    text = "".join(f"Line {number} of a long text.\n" for number in range(20_000))
    start = text.index("Line 15000 ")
    seen = Seen(pane.source_html(document(text), start, start + 10))
    assert seen.cited == "Line 15000"
    assert len(seen.text) < pane.WINDOW
    note, _, shown = seen.text.partition("are shown here.")
    assert f"{len(text):,}" in note
    shown = shown.removeprefix("Earlier text").removesuffix("Later text")
    assert shown.startswith("Line ")
    assert shown in text


@pytest.mark.parametrize("around", [0, 100_000, 149_000])
def test_of_a_long_span_the_window_marks_what_it_shows(around: int) -> None:
    text = "word " * 30_000
    look = pane.Look(around=around)
    first, last = pane.shown_span(document(text), 20_000, 110_000, look)
    markup = pane.source_html(document(text), 20_000, 110_000, "", look)
    assert Seen(markup).cited == text[max(first, 20_000) : max(min(last, 110_000), 20_000)]
    assert markup.count("<mark") == markup.count("</mark>")


@pytest.mark.parametrize("position", ["start", "end"])
def test_a_window_reaches_the_ends_of_a_long_source(position: str) -> None:
    text = "word " * 30_000
    start, end = (0, 4) if position == "start" else (len(text) - 5, len(text))
    seen = Seen(pane.source_html(document(text), start, end))
    assert seen.cited == text[start:end]


def test_the_pane_names_its_source() -> None:
    source = document("<b>Text</b>", id="a/<i>.txt")
    seen = Seen(pane.pane_html(source, 3, 7))
    for part in ("A Title", "Ada Example", "Example Press", "2022", "a/<i>.txt", "3\N{EN DASH}7"):
        assert part in seen.text
    assert seen.cited == "Text"
    assert not {"b", "i"} & {tag for tag, _ in seen.tags}


def test_a_source_without_its_older_text_is_shown_without_a_mark() -> None:
    seen = Seen(pane.changed_html(document("Another text.")))
    assert "This source has changed since the answer" in seen.text
    assert "not kept" in seen.text
    assert "Another text." in seen.text
    assert "mark" not in {tag for tag, _ in seen.tags}


def links(seen: Seen) -> list[str | None]:
    return [attributes["href"] for tag, attributes in seen.tags if tag == "a"]


@given(ANY.filter(bool), ANY)
def test_an_older_text_is_shown_as_it_was(old: str, new: str) -> None:
    source, present = document(old, id=old), document(new, id=old)
    seen = Seen(pane.older_html(source, 0, len(old), present))
    assert seen.cited == shows(old)
    assert "Older text" in seen.text
    (link,) = links(seen)
    place = parse_target(link or "")
    assert place is not None
    assert place.fits(present)
    if old in new:
        assert "the present text still has the cited words" in seen.text
        assert new[place.start : place.end] == old
    else:
        assert "the present text no longer has the cited words" in seen.text
        assert (place.start, place.end) == (0, 0)
    tags = {tag for tag, _ in seen.tags}
    assert tags <= {"div", "p", "strong", "a", "header", "h2", "span", "mark"}
    # The notice is read out with the mark.
    (mark,) = [attributes for tag, attributes in seen.tags if tag == "mark"]
    (notice,) = [a for _, a in seen.tags if a.get("id") == mark["aria-describedby"]]
    assert "older" in (notice["class"] or "").split()


def test_an_older_text_of_a_removed_source_leads_nowhere() -> None:
    seen = Seen(pane.older_html(document("The old text."), 4, 7, None))
    assert seen.cited == "old"
    assert "no longer among the sources" in seen.text
    assert links(seen) == []


def test_from_the_present_text_a_link_leads_back() -> None:
    old, new = document("The old text."), document("The new text.")
    back = parse_target(target(old, 4, 7))
    seen = Seen(pane.pane_html(new, 0, 0, back))
    assert "Present text" in seen.text
    assert links(seen) == [target(old, 4, 7)]
    assert "mark" not in {tag for tag, _ in seen.tags}
    assert "characters" not in seen.text


@given(ANY.filter(str.strip))
def test_a_note_stands_in_the_head(note: str) -> None:
    seen = Seen(pane.pane_html(document("Text.", note=note), 0, 5))
    assert f"Note: {shows(note)}" in seen.text
    assert {tag for tag, _ in seen.tags} <= {"div", "p", "header", "h2", "span", "mark"}
    assert "Note:" not in Seen(pane.pane_html(document("Text."), 0, 5)).text


# Page 3 has no text.
PAGED = document("One. Two goes on. Three.", pages=(0, 9, 18, 18))


def test_cards_name_the_page_of_each_citation() -> None:
    seen = Seen(turn.turn_html(shown(answer(PAGED, (0, 4), (0, 4), (5, 17), (18, 24)), {})))
    assert "A TitleAda Example · Example Press · 2022p. 1 1 2 pp. 1–2 3 p. 4 4" in seen.text


def test_nearest_passages_name_their_pages() -> None:
    unanswered = answer(PAGED, answered=False)
    assert "A Titlepp. 1–4" in Seen(turn.turn_html(shown(unanswered, {}))).text
    assert "essay.txt, pp. 1–4, characters 0" in render.answer_text(unanswered)


def test_the_terminal_names_the_page_before_the_characters() -> None:
    printed = render.answer_text(answer(PAGED, (0, 4), (5, 17)))
    assert "essay.txt, p. 1, characters 0–4" in printed
    assert "essay.txt, pp. 1–2, characters 5–17" in printed


def test_json_gives_the_page_on_which_a_place_begins() -> None:
    value = json.loads(json.dumps(render.answer_json(answer(PAGED, (5, 17), (18, 24)))))
    assert [citation["page"] for citation in value["citations"]] == [1, 4]
    assert [hit["page"] for hit in value["hits"]] == [1]
    value = json.loads(json.dumps(render.answer_json(answer(document("One."), (0, 4)))))
    assert value["citations"][0]["page"] is None
    assert value["hits"][0]["page"] is None


def test_the_pane_names_the_page_and_where_pages_begin() -> None:
    markup = pane.pane_html(PAGED, 5, 17)
    assert '<span data-page="pp. 1–2">pp. 1–2 of 4</span>' in markup
    seen = Seen(markup)
    assert seen.cited == "Two goes on."
    pages = [a for _, a in seen.tags if "data-name" in a]
    assert [page["data-name"] for page in pages] == ["p. 1", "p. 2", "p. 4"]
    assert [page["class"] for page in pages] == ["page", "page inside", "page inside"]


def test_an_answer_for_a_terminal_lists_its_places() -> None:
    source = document("One \x1b[31mred. Two.")
    printed = render.answer_text(answer(source, (0, 12), (13, 17)))
    assert "\x1b" not in printed
    assert (
        "[2] Ada Example, A Title, Example Press, 2022, essay.txt, characters 13\N{EN DASH}17"
        in printed
    )


def test_a_nearest_passage_is_shown_without_the_heading_over_it() -> None:
    text = "2. Costs\n\nThe ferry costs four crowns.\n\n3. Times\n\nIt leaves at nine."
    kinds = [("2. Costs", HEADING), ("The ferry", PROSE), ("3. Times", HEADING), ("It", PROSE)]
    parts = tuple(Sentence(text.index(words), len(text), kind) for words, kind in kinds)
    source = document(text)
    near = Hit(
        source, Passage(source.id, 0, len(text), text, "", "", parts), 0, len(text), text, 0.5
    )
    printed = render.answer_text(replace(answer(source, answered=False), hits=(near,)))
    assert "\n  The ferry costs four crowns. 3. Times It leaves at nine." in printed


def test_a_refusal_for_a_terminal_gives_the_nearest_passages() -> None:
    printed = render.answer_text(answer(document("One. Two."), answered=False))
    assert printed.startswith("The sources do not say.")
    assert "Nearest passages" in printed
    assert "One. Two." in printed


def test_json_holds_no_full_text() -> None:
    source = document("One. Two.")
    value = json.loads(json.dumps(render.answer_json(answer(source, (0, 4)))))
    assert value["answered"] is True
    assert value["citations"][0]["quote"] == "One."
    assert value["citations"][0]["document"]["sha256"] == source.sha256
    assert "text" not in value["citations"][0]["document"]
    assert value["hits"][0]["text"] == "One. Two."
