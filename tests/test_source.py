"""What the source pane asks for, without a browser: finding words, pictures of pages."""

import io
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from web_fixtures import DREDGING, pdf

from index.errors import SourceError
from index.readers.pdf_picture import picture
from index.records import Document
from ui.render import source as pane
from ui.source import _file, find


@given(st.text(), st.text(max_size=3))
def test_what_is_found_are_the_words(text: str, words: str) -> None:
    spans = find(text, words)
    for start, end in spans:
        found, wanted = text[start:end].casefold().split(), words.casefold().split()
        assert len(found) == len(wanted)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))
    if words.split() and " ".join(words.split()) in text:
        assert spans


def test_words_are_found_over_line_ends_and_whatever_their_case() -> None:
    assert find("The old\n  PORT of old ports.", "old port") == [(4, 14), (18, 26)]
    assert find("a.b a+b", "a+b") == [(4, 7)]
    assert find("text", "  ") == []


@given(st.text(min_size=1), st.data())
def test_found_words_change_nothing_of_the_text(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=6)))
    found = list(zip(cuts[::2], cuts[1::2], strict=False))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    document = Document("a", "a", "", "", "", "", "", text, "0" * 64)
    markup = pane.source_html(document, start, end, "", pane.Look(found, 0))
    assert markup.count('id="cited"') == 1
    assert markup.count('id="found"') == (1 if found else 0)
    assert markup.count("<mark") == markup.count("</mark>")


def test_a_page_is_drawn_with_the_quote_marked() -> None:
    data = pdf(DREDGING)
    plain, marked = (
        Image.open(io.BytesIO(picture(data, 2, quote)))
        for quote in ("", "The sandbank off Merrow Point wrecked eleven barges in 1952")
    )
    assert plain.size == marked.size
    assert plain.width == 1200
    colours = {colour for _, colour in marked.getcolors(1 << 20) or []}
    assert (253, 226, 130) in colours
    assert (253, 226, 130) not in {colour for _, colour in plain.getcolors(1 << 20) or []}


@pytest.mark.parametrize(("data", "page"), [(b"no pdf", 1), (pdf(DREDGING), 3)])
def test_a_page_that_cannot_be_drawn_is_an_error(data: bytes, page: int) -> None:
    with pytest.raises(SourceError):
        picture(data, page)


def test_only_a_pdf_below_the_sources_is_read(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    for name in ("sources/a.pdf", "secret.pdf", "sources/b.txt"):
        (tmp_path / name).write_bytes(b"x")

    def at(path: str) -> Path | None:
        return _file(Document(path, path, "", "", "", "", "", "", "0" * 64), sources)

    assert at("a.pdf") == (sources / "a.pdf").resolve()
    assert [at("../secret.pdf"), at("b.txt"), at("none.pdf"), at(str(tmp_path / "secret.pdf"))] == [
        None
    ] * 4
