"""Exports hold what was said, its exact places, and nothing that comes alive."""

import io
import re
import zipfile
from html.parser import HTMLParser

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt

from index.records import Document
from ui.render.escape import xml_text
from ui.render.export import FORMATS, exported
from ui.render.references import STYLES, entries, note, quotation
from ui.shown import Listed, Place, Shown

ANY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


def conversation(text: str) -> list[Shown]:
    source = Document("a/b.txt", "a/b.txt", text, text, "", "2020", "", "", "0" * 64)
    first = Place(source, 1, 5, 9, "p. 3", text, 0)
    again = Place(source, 2, 12, 20, "", text, 1)
    return [
        Shown(text, {"author": text}, "sentences", 0.9, text, (text,), text, (first, again)),
        Shown(text, {}, "none", 0.1, text=text, near=(first,)),
        Shown(
            text,
            {},
            "works",
            0.9,
            text=text,
            places=(first, again),
            works=(Listed(source, 7, (1, 2)), Listed(source, 0, ())),
        ),
        Shown(text, failure=text),
    ]


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)


@given(ANY)
def test_nothing_of_a_text_is_markup(text: str) -> None:
    page = exported(conversation(text), text, "html", "plain").data.decode()
    own = "html head meta title style body h1 h2 h3 p sup a ol li ul".split()
    assert Tags(page).tags <= set(own)
    markdown = exported(conversation(text), text, "md", "plain").data.decode()
    shown = MarkdownIt("commonmark").render(markdown)
    assert Tags(shown).tags <= {"h1", "h2", "h3", "p", "em", "ul", "li"}


@given(ANY)
def test_a_word_file_is_whole_and_has_its_notes(text: str) -> None:
    file = exported(conversation(text), text, "docx", "plain")
    document = docx.Document(io.BytesIO(file.data))
    title = xml_text(" ".join(text.split()) or "Conversation")
    assert title.split() == document.paragraphs[0].text.split()
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        notes = etree.fromstring(archive.read("word/footnotes.xml"))
        kind = archive.read("[Content_Types].xml").decode()
    words = ["".join(note.itertext()) for note in notes]
    assert [note.get(f"{{{notes.nsmap['w']}}}id") for note in notes] == [
        "-1",
        "0",
        "1",
        "2",
        "3",
        "4",
        "5",
    ]
    assert "p. 3, characters 5–9." in words[2]
    assert "characters 12–20." in words[3]
    assert "footnotes+xml" in kind


@pytest.mark.parametrize("format", FORMATS)
def test_every_place_has_a_note_and_every_work_one_entry(format: str) -> None:
    file = exported(conversation("Grain"), "Of grain: part 1/2", format, "plain")
    assert file.name == f"Of-grain-part-1-2.{format}"
    if format == "docx":
        return
    text = file.data.decode()
    assert len(re.findall("characters 5–9", text)) == 3
    assert len(re.findall("Grain, Grain, 2020, a/b.txt", text.partition("Bibliography")[2])) == 1


def test_a_work_is_a_heading_and_each_of_its_quotes_an_item() -> None:
    _, _, works, _ = conversation("Grain.")
    text = exported([works], "Grain", "md", "plain").data.decode()
    # The title is the question, so that it stands there once.
    assert text.startswith(
        "# Grain.\n\n*2 works; estimated probability 90%*\n\nGrain.\n\n"
        "### Grain. (7 sentences)\n\n- Grain.[^1]\n- Grain.[^2]\n\n### Grain.\n\n[^1]: "
    )
    page = exported([works], "My own title", "html", "plain").data.decode()
    assert "<h1>My own title</h1><h2>Grain.</h2>" in page
    assert "<h3>Grain. (7 sentences)</h3><ul><li>Grain.<sup>" in page
    document = docx.Document(io.BytesIO(exported([works], "x", "docx", "plain").data))
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style]
    assert styles[4:7] == ["Heading 2", "List Bullet", "List Bullet"]


def test_markdown_reads_as_it_was_written() -> None:
    quote = "Launched (see 3) in June 1980. The price: 5 $ * 2 & more_or_less #1."
    shown = exported([Shown("Why?", kind="none", text=quote)], "x", "md", "plain").data.decode()
    assert "in June 1980. The price: 5 \\$ \\* 2 \\& more\\_or\\_less #1." in shown
    assert "&#" not in shown
    for text in ("1980. It flew", "3) points", "C #", "- no list", "# no heading"):
        html = MarkdownIt("commonmark").render(
            exported([Shown(text, kind="none", text=text)], "x", "md", "plain").data.decode()
        )
        assert f"<h2>{text}</h2>" in html
        assert f"<p>{text}</p>" in html


def test_a_conversation_without_citations_has_no_bibliography() -> None:
    talk = [Shown("Hello", kind="talk", text="Hello.\nAsk away.")]
    for format in FORMATS:
        assert b"Bibliography" not in exported(talk, "", format, "plain").data


def test_an_unknown_form_is_the_first_one() -> None:
    assert exported([], "", "exe", "none").name == "Conversation.md"


@pytest.mark.parametrize("style", STYLES)
def test_every_style_names_the_work_and_the_place(style: str) -> None:
    work = Document(
        "a", "a.pdf", "On Ports", "Mira Okafor", "Coastal Review", "2019-05-14", "", "", "0" * 64
    )
    place = Place(work, 1, 5, 9, "page 3", "The port silted up.")
    copied = quotation(place, style)
    assert "Okafor" in copied
    assert "2019" in copied
    assert "The port silted up." in copied
    footnote = note(place, style)
    assert "characters 5–9" in footnote
    assert "Okafor" in footnote
    assert len(entries([work, work], style)) == (2 if style == "plain" else 1)
