"""Web pages: the main text by trafilatura, without menus and footers, by way of Markdown.

Nothing is fetched: what a page refers to stays where it is.
"""

import logging
import re
from dataclasses import dataclass
from typing import Any

from index.errors import SourceError
from index.readers import markdown
from index.readers.encoding import decode
from index.readers.front_matter import NOTHING, FrontMatter, known
from index.readers.markup import to_markdown
from index.records import Document

_DECLARED = re.compile(
    rb"""<(?:meta\b[^>]*?\bcharset|\?xml\b[^>]*?\bencoding)\s*=\s*["']?([\w-]+)""", re.IGNORECASE
)
_TAG = re.compile(r"<[/!A-Za-z?]")
_MOST_TAGS = 100_000  # a longer page is no article, and would take long to take apart
# trafilatura's own elements, as HTML.
_TAGS = {"item": "li", "quote": "blockquote", "row": "tr", "cell": "td", "lb": "br", "code": "pre"}
_REFERENCES = "//sup[.//a[contains(@href, '#')]]"


@dataclass(frozen=True, slots=True)
class Article:
    """The main text of a web page as Markdown, and what the page says of it ("" where unknown)."""

    title: str
    author: str
    publisher: str
    published: str
    url: str
    markdown: str
    note: str = ""


def extract(data: bytes, url: str = "") -> Article:
    """The article in a page; `url` is where it came from, where that is known.

    Raises SourceError when the page has no main text.
    """
    declared = _DECLARED.search(data[:8192])
    source, note = decode(data, declared[1].decode("ascii", "replace") if declared else "")
    if len(_TAG.findall(source)) > _MOST_TAGS:
        raise SourceError(f"more than {_MOST_TAGS:,} elements; save the article alone")
    found = _trafilatura(source, url)
    if found is None or found.body is None:
        raise SourceError("there is no main text in it; save the article itself, or copy its text")
    _rename(found.body)
    text = to_markdown(found.body)
    if not text.strip():
        raise SourceError("there is no main text in it; save the article itself, or copy its text")
    return Article(
        title=_clean(found.title),
        author=_clean(found.author).replace("; ", ", "),
        publisher=_clean(found.sitename),
        published=_clean(found.date),
        url=url or _clean(found.url),
        markdown=text,
        note=note,
    )


def read_html(path: str, data: bytes, given: FrontMatter = NOTHING) -> list[Document]:
    """One document from a web page, as `extract` reads it."""
    article = extract(data)
    own = known(
        title=article.title,
        author=article.author,
        publisher=article.publisher,
        published=article.published,
        url=article.url,
    )
    return [markdown.document(path, article.markdown, own=own, given=given, note=article.note)]


def _trafilatura(source: str, url: str) -> Any:
    import trafilatura

    for name in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what is wrong is said by SourceError
    try:
        return trafilatura.bare_extraction(
            source,
            url=url or None,
            include_comments=False,
            include_tables=True,
            prune_xpath=_REFERENCES,
            with_metadata=True,
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    except Exception as error:  # whatever a page does to it, the other sources are read
        raise SourceError(f"it cannot be taken apart: {error or type(error).__name__}") from error


def _rename(body: Any) -> None:
    """trafilatura's tree as HTML, in place."""
    for element in body.iter():
        if element.tag == "head":
            level = re.fullmatch("h([1-6])", element.get("rend", ""))
            element.tag = f"h{level[1]}" if level else "h2"
        elif element.tag == "list":
            element.tag = "ol" if element.get("rend") == "ol" else "ul"
        elif element.tag == "cell" and element.get("role") == "head":
            element.tag = "th"
        elif element.tag in _TAGS:
            element.tag = _TAGS[element.tag]
    body.tag = "body"


def _clean(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
