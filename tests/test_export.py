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
from ui.shown import Place, Shown

ANY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


def conversation(text: str) -> list[Shown]:
    source = Document("a/b.txt", "a/b.txt", text, text, "", "2020", "", "", "0" * 64)
    first = Place(source, 1, 5, 9, "p. 3", text, 0)
    again = Place(source, 2, 12, 20, "", text, 1)
    return [
        Shown(text, {"author": text}, "sentences", 0.9, text, (text,), text, (first, again)),
        Shown(text, {}, "none", 0.1, text=text, near=(first,)),
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
    own = "html head meta title style body h1 h2 p sup a ol li ul".split()
    assert Tags(page).tags <= set(own)
    markdown = exported(conversation(text), text, "md", "plain").data.decode()
    shown = MarkdownIt("commonmark").render(markdown)
    assert Tags(shown).tags <= {"h1", "h2", "p", "em", "ul", "li"}


@given(ANY)
def test_a_word_file_is_whole_and_has_its_notes(text: str) -> None:
    file = exported(conversation(text), text, "docx", "plain")
    document = docx.Document(io.BytesIO(file.data))
    assert xml_text(text).split() == document.paragraphs[1].text.split()
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        notes = etree.fromstring(archive.read("word/footnotes.xml"))
        kind = archive.read("[Content_Types].xml").decode()
    words = ["".join(note.itertext()) for note in notes]
    assert [note.get(f"{{{notes.nsmap['w']}}}id") for note in notes] == ["-1", "0", "1", "2", "3"]
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
    assert len(re.findall("characters 5–9", text)) == 2
    assert len(re.findall("Grain, Grain, 2020, a/b.txt", text.partition("Bibliography")[2])) == 1


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
