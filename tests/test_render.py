"""Escaping, links and the marked span, for whatever text a source holds."""

import hashlib
import json
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from index.records import FURNITURE, HEADING, TITLE, Document, Mark, Passage
from qa.records import Answer, Citation, Hit
from ui import render

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
# Text that is all edges: what Markdown, HTML, mathematics and terminals give a meaning to.
HOSTILE = st.text(
    st.sampled_from(list("<>&[](){}!#*_`~|$\\-+=.:;@'\"/1ax \n\t\r\x00\x1b\u00a0\u2028\ufeff😀é"))
)
ANY = st.one_of(HOSTILE, st.text())


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


def document(text: str, id: str = "essay.txt", marks: tuple[Mark, ...] = ()) -> Document:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(
        id, id, "A Title", "Ada Example", "Example Press", "2022", "", text, digest, marks
    )


def answer(source: Document, *spans: tuple[int, int], answered: bool = True) -> Answer:
    citations = tuple(
        Citation(number, source, start, end, source.text[start:end])
        for number, (start, end) in enumerate(spans, start=1)
    )
    passage = Passage(source.id, 0, len(source.text), source.text, "", "", ())
    hit = Hit(source, passage, 0, len(source.text), source.text, 0.5)
    text = " ".join(f"{c.quote} [{c.number}]" for c in citations) or "The sources do not say."
    return Answer("Why?", answered, 0.5, text, citations if answered else (), (hit,))


def shows(text: str) -> str:
    """What a browser shows of a text: it has no way to show NUL."""
    return text.replace("\0", "\ufffd")


@given(ANY)
def test_markdown_shows_a_text_as_it_stands(text: str) -> None:
    seen = Seen(PARSER.render(f"x{render.markdown_text(text)}x"))
    assert [tag for tag, _ in seen.tags] == ["p"]
    # This parser, unlike browsers, refuses a reference to a vertical tab.
    assert seen.text.removesuffix("\n") == f"x{shows(text)}x".replace("\v", "\ufffd")


@given(ANY.filter(str.strip))
def test_nothing_of_a_text_opens_a_block(text: str) -> None:
    seen = Seen(PARSER.render(render.markdown_text(text)))
    assert [tag for tag, _ in seen.tags] == ["p"]


@given(ANY.filter(bool))
def test_an_answer_holds_only_its_own_links(text: str) -> None:
    source = document(text)
    seen = Seen(PARSER.render(render.answer_markdown(answer(source, (0, len(text))))))
    assert {tag for tag, _ in seen.tags} <= {"p", "a", "div", "strong"}
    links = [attributes["href"] for tag, attributes in seen.tags if tag == "a"]
    assert links == [render.target(source, 0, len(text))] * 2
    assert shows(text).replace("\v", "\ufffd") in seen.text


@given(ANY.filter(bool))
def test_without_an_answer_the_nearest_passages_are_linked(text: str) -> None:
    source = document(text, id=text)
    seen = Seen(PARSER.render(render.answer_markdown(answer(source, answered=False))))
    assert {tag for tag, _ in seen.tags} <= {"p", "a", "div", "strong", "ul", "li"}
    (link,) = [attributes["href"] for tag, attributes in seen.tags if tag == "a"]
    assert link == render.target(source, 0, len(text))
    assert "Not answered" in seen.text
    assert "The sources do not say." in seen.text


def test_markers_in_a_quote_are_not_links() -> None:
    source = document("He wrote [1] and [[2]](#cite-x.0.1.000000000000) in 1990.")
    markdown = render.answer_markdown(answer(source, (0, len(source.text))))
    seen = Seen(PARSER.render(markdown))
    assert source.text in seen.text
    assert {a["href"] for tag, a in seen.tags if tag == "a"} == {
        render.target(source, 0, len(source.text))
    }


def test_a_growing_answer_has_no_source_lines() -> None:
    source = document("One. Two.")
    part = render.answer_markdown(answer(source, (0, 4), (5, 9)), sources=False)
    assert "sources" not in part
    assert part.count("](#cite-") == 2


@given(st.text(min_size=1, max_size=200), st.integers(0, 10**8), st.integers(1, 10**8))
def test_a_target_comes_back_as_it_was(name: str, start: int, length: int) -> None:
    source = document("text", id=name)
    link = render.target(source, start, start + length)
    assert not set(link) & set(" \n()[]<>\"'`")
    found = render.parse_target(link)
    assert found == render.Target(name, start, start + length, source.sha256[:12])


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
    assert render.parse_target(link) is None


def test_a_target_fits_only_its_own_version() -> None:
    old, new = document("The first text."), document("The other text.")
    target = render.parse_target(render.target(old, 4, 9))
    assert target is not None
    assert target.fits(old)
    assert not target.fits(new)
    too_long = render.parse_target(render.target(old, 4, 99))
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
    seen = Seen(render.source_html(document(text, marks=marks), start, end))
    assert seen.cited == shows(text[start:end])
    assert seen.text == shows(text)
    assert {tag for tag, _ in seen.tags} <= {"div", "span", "mark"}
    assert sum(attributes.get("id") == "cited" for _, attributes in seen.tags) == 1


def test_headings_and_furniture_are_told_apart() -> None:
    text = "Head\n\nProse here.\n\nRead more"
    marks = (Mark(HEADING, 0, 4), Mark(FURNITURE, 19, 28))
    markup = render.source_html(document(text, marks=marks), 6, 11)
    assert '<span class="heading" role="heading" aria-level="3">Head</span>' in markup
    assert '<span class="furniture">Read more</span>' in markup
    assert '<mark id="cited" tabindex="-1">Prose</mark>' in markup


def test_of_a_long_source_a_window_is_shown() -> None:
    text = "".join(f"Line {number} of a long text.\n" for number in range(20_000))
    start = text.index("Line 15000 ")
    seen = Seen(render.source_html(document(text), start, start + 10))
    assert seen.cited == "Line 15000"
    assert len(seen.text) < render.WINDOW
    note, _, shown = seen.text.partition("are shown here.")
    assert f"{len(text):,}" in note
    assert shown.startswith("Line ")
    assert shown in text


@pytest.mark.parametrize("position", ["start", "end"])
def test_a_window_reaches_the_ends_of_a_long_source(position: str) -> None:
    text = "word " * 30_000
    start, end = (0, 4) if position == "start" else (len(text) - 5, len(text))
    seen = Seen(render.source_html(document(text), start, end))
    assert seen.cited == text[start:end]


def test_the_pane_names_its_source() -> None:
    source = document("<b>Text</b>", id="a/<i>.txt")
    seen = Seen(render.pane_html(source, 3, 7))
    for part in ("A Title", "Ada Example", "Example Press", "2022", "a/<i>.txt", "3\N{EN DASH}7"):
        assert part in seen.text
    assert seen.cited == "Text"
    assert not {"b", "i"} & {tag for tag, _ in seen.tags}


def test_a_changed_source_is_shown_without_a_mark() -> None:
    seen = Seen(render.changed_html(document("Another text.")))
    assert "This source has changed since the answer" in seen.text
    assert "Another text." in seen.text
    assert "mark" not in {tag for tag, _ in seen.tags}


def test_an_answer_for_a_terminal_lists_its_places() -> None:
    source = document("One \x1b[31mred. Two.")
    printed = render.answer_text(answer(source, (0, 12), (13, 17)))
    assert "\x1b" not in printed
    assert (
        "[2] Ada Example, A Title, Example Press, 2022, essay.txt, characters 13\N{EN DASH}17"
        in printed
    )


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


@given(ANY.filter(bool))
def test_a_notice_is_escaped(text: str) -> None:
    seen = Seen(render.notice_html(text))
    assert [tag for tag, _ in seen.tags] == ["p"]
    assert seen.text == shows(text)
