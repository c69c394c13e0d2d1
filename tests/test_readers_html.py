"""Web pages: the article alone, with what the page says of it."""

import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from reader_checks import marked, read_one

from index.errors import SourceError
from index.readers import read
from index.readers.html import extract
from index.readers.markdown import to_plain
from index.readers.markup import to_markdown
from index.records import AUTHOR, FURNITURE, HEADING, PUBLISHED, PUBLISHER, TITLE

PAGE = """<!doctype html><html lang=en><head><meta charset=utf-8>
<title>Salt roads | Harbour Institute</title><meta name=author content="Mira Okafor">
<meta property="og:site_name" content="Harbour Institute">
<meta property="article:published_time" content="2021-10-29T10:00:00Z">
<link rel=canonical href="https://harbour.example/salt"></head><body>
<nav><ul><li><a href=/>Home</a></li><li><a href=/about>About the institute</a></li></ul></nav>
<article><h1>Salt roads</h1>
<p>The <b>salt</b> roads were built in 1210 by the monks of the
valley,<sup><a href="#f1">1</a></sup> who needed them.
Here 5 &lt; 6 &amp; a_b_c * d [x](y) stays as it is.</p>
<blockquote><p>“The roads carried more salt than any river did”</p></blockquote>
<h2>Trade</h2><p>In those years the roads carried more salt than any river did. The tolls paid for
<a href="/walls">the walls</a>.</p>
<ul><li>First item of the list</li><li>Second item<ul><li>inner one</li></ul></li></ul>
<ol><li>One thing</li><li>Two things</li></ol>
<table><tr><th>Year</th><th>Tons</th></tr><tr><td>1210</td><td>30</td></tr></table>
<p>Finally the roads were closed when the railway came to the valley in 1870, and nobody missed
them.</p><p>Sign up to our newsletter</p></article>
<footer>© 2021 Harbour Institute. Cookie policy</footer></body></html>"""


def test_an_article_without_its_page() -> None:
    document = read_one("salt.html", PAGE.encode())
    assert (document.title, document.author) == ("Salt roads", "Mira Okafor")
    assert (document.publisher, document.published) == ("Harbour Institute", "2021-10-29")
    assert document.url == "https://harbour.example/salt"
    assert document.text.startswith("title: Salt roads\nauthor: Mira Okafor\npublisher: Harbour")
    assert [marked(document, kind) for kind in (TITLE, AUTHOR, PUBLISHER, PUBLISHED)] == [
        ["title: Salt roads"],
        ["author: Mira Okafor"],
        ["publisher: Harbour Institute"],
        ["published: 2021-10-29"],
    ]
    assert marked(document, HEADING) == ["Salt roads", "Trade"]
    assert (
        "The salt roads were built in 1210 by the monks of the valley, who needed them. "
        "Here 5 < 6 & a_b_c * d [x](y) stays as it is."
    ) in document.text
    assert "- First item of the list\n- Second item\n  - inner one" in document.text
    assert "1. One thing\n2. Two things" in document.text
    assert "\n\nYear: 1210 | Tons: 30\n\n" in document.text
    assert "About the institute" not in document.text
    furniture = marked(document, FURNITURE)
    assert "“The roads carried more salt than any river did”" in furniture
    assert "Cookie policy" not in "".join(set(document.text.split("\n")) - set(furniture))


def test_extract_gives_markdown_and_takes_an_address() -> None:
    article = extract(PAGE.encode(), "https://other.example/a")
    assert article.url == "https://other.example/a"
    assert "## Trade" in article.markdown
    assert "- First item of the list" in article.markdown


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1251", "shift_jis"])
def test_encodings_of_a_page(encoding: str) -> None:
    said = {"windows-1251": "Россия и её соседи", "shift_jis": "外務大臣が発表した"}
    text = said.get(encoding, "naïve ‘quotes’")
    page = PAGE.replace("charset=utf-8", f'charset="{encoding}"').replace("The tolls", text)
    assert text in read_one("salt.htm", page.encode(encoding, "replace")).text


def test_xhtml_with_a_declaration() -> None:
    page = '<?xml version="1.0" encoding="utf-8"?>\n' + PAGE
    assert "closed when the railway" in read_one("salt.xhtml", page.encode()).text


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<html></html>",
        "<script>" + "a" * 100_000,
        "<div>" * 20_000 + "hello",
        "<p><b>" * 200_000,
        '<!DOCTYPE a [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><p>&c;</p>',
        "<ul><li>" * 3_000,
        "<nav><a href=/>Home</a></nav>",
    ],
)
def test_a_page_without_an_article_is_said(page: str) -> None:
    with pytest.raises(SourceError):
        read("x.html", page.encode())


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a reader went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    page = PAGE.replace("<head>", '<head><base href="http://127.0.0.1:9/"><script src=/x></script>')
    read_one("x.html", page.encode())


def test_external_entities_stay_outside() -> None:
    page = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + PAGE.replace("Two", "&e;")
    assert "root:" not in read_one("x.xhtml", page.encode()).text


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_a_text_goes_through_markdown_unchanged(text: str) -> None:
    element = lxml_html.Element("div")
    for tag in ("p", "h2", "blockquote"):
        child = lxml_html.Element(tag)
        child.text = text
        element.append(child)
    lines = to_plain(to_markdown(element)).text.split("\n\n")
    whole = " ".join(text.split())
    assert lines == ([whole] * 3 if whole else [""])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_page_gives_a_document_or_a_reason(data: st.DataObject) -> None:
    page = bytearray(PAGE.encode())
    for _ in range(data.draw(st.integers(0, 20))):
        page[data.draw(st.integers(0, len(page) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_one("x.html", bytes(page[: data.draw(st.integers(0, len(page)))]))
    except SourceError:
        return  # any other error would fail the test
