"""What holds of every document, and sources of each format made by real writers."""

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageTemplate,
    Paragraph,
)

from index.passages import split
from index.readers import read
from index.records import KINDS, Document


def words(texts: Sequence[str]) -> list[list[int]]:
    """A tokenizer whose tokens are words and single marks."""
    return [[m.start() for m in re.finditer(r"\w+|[^\w\s]", text)] for text in texts]


def marked(document: Document, kind: str) -> list[str]:
    return [document.text[m.start : m.end] for m in document.marks if m.kind == kind]


def check(document: Document) -> None:
    """What holds of every document."""
    assert document.text.strip()
    assert document.title
    end = 0
    for mark in document.marks:
        assert mark.kind in KINDS
        assert end <= mark.start < mark.end <= len(document.text)
        end = mark.end
    if document.pages:
        assert document.pages[0] == 0
        assert list(document.pages) == sorted(document.pages)
        assert document.pages[-1] <= len(document.text)
    for passage in split(document, words, 60):
        assert passage.text == document.text[passage.start : passage.end]


def read_one(name: str, data: bytes, front_matter: bytes | None = None) -> Document:
    (document,) = read(name, data, front_matter)
    check(document)
    return document


BODY = ParagraphStyle("body", getSampleStyleSheet()["Normal"], leading=13, spaceAfter=8)
HEAD = ParagraphStyle("head", BODY, fontName="Helvetica-Bold", fontSize=15, leading=18)
TITLE = ParagraphStyle("title", HEAD, fontSize=22, leading=26)
SMALL = ParagraphStyle("small", BODY, fontSize=7, leading=9)


def pdf(
    story: Sequence[Flowable],
    *,
    columns: int = 1,
    header: str = "",
    footer: str = "",
    password: str = "",
    **metadata: str,
) -> bytes:
    """A PDF of paragraphs; "%d" in the header or footer is the number of the page."""
    width, height = A4

    def edge(canvas: Canvas, document: Any) -> None:
        canvas.setFont("Helvetica", 8)
        for text, at in ((header, height - 40), (footer, 30)):
            canvas.drawString(70, at, text.replace("%d", str(document.page)))

    out = io.BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        encrypt=StandardEncryption(password) if password else None,
        invariant=1,
        **metadata,
    )
    gap = 20
    each = (width - 140 - gap * (columns - 1)) / columns
    frames = [
        Frame(70 + n * (each + gap), 70, each, height - 140, 0, 0, 0, 0) for n in range(columns)
    ]
    document.addPageTemplates([PageTemplate("page", frames, onPage=edge)])
    document.build(list(story))
    return out.getvalue()


def paragraph(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    return Paragraph(text, style)


def epub(
    chapters: Sequence[str],
    *,
    package: str = "",
    files: dict[str, bytes] | None = None,
) -> bytes:
    """An EPUB of the bodies of its chapters, as XHTML."""
    names = [f"c{n}.xhtml" for n in range(len(chapters))]
    items = "".join(
        f'<item id="{n}" href="text/{n}" media-type="application/xhtml+xml"/>' for n in names
    )
    spine = "".join(f'<itemref idref="{n}"/>' for n in names)
    said = package or (
        "<dc:title>The Salt Roads</dc:title><dc:creator>Mira Okafor</dc:creator>"
        "<dc:publisher>Harbour Press</dc:publisher><dc:date>2019-05-14T00:00:00Z</dc:date>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
        )
        archive.writestr(
            "OEBPS/book.opf",
            '<package xmlns="http://www.idpf.org/2007/opf" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<metadata>{said}</metadata><manifest>{items}</manifest><spine>{spine}</spine>"
            "</package>",
        )
        for name, chapter in zip(names, chapters, strict=True):
            archive.writestr(
                f"OEBPS/text/{name}",
                '<?xml version="1.0" encoding="utf-8"?><html '
                f'xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head>'
                f"<body>{chapter}</body></html>",
            )
        for name, data in (files or {}).items():
            archive.writestr(name, data)
    return out.getvalue()
