"""EPUB: its chapters in their order, by way of Markdown; what its package says of the work."""

import posixpath
import re
import zipfile
from typing import Any
from urllib.parse import unquote

from index.errors import SourceError
from index.readers import markdown
from index.readers.archive import member, open_archive, parse_xml
from index.readers.common import MAX_CHARACTERS
from index.readers.encoding import decode
from index.readers.front_matter import NOTHING, FrontMatter, known
from index.readers.markup import to_markdown
from index.records import Document

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
# Fonts are scrambled in this way without any protection of the text.
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_CHAPTER = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def read_epub(path: str, data: bytes, given: FrontMatter = NOTHING) -> list[Document]:
    """One document from an EPUB.

    Raises SourceError when it is damaged or its text is protected.
    """
    with open_archive(data, "an EPUB") as archive:
        _refuse_protected(archive)
        package_name, package = _package(archive)
        own = known(
            title=", ".join(_said(package, "title")[:1]),
            author=", ".join(_said(package, "creator")),
            publisher=", ".join(_said(package, "publisher")[:1]),
            published="".join(_said(package, "date")[:1])[:10],
        )
        chapters = []
        length = 0
        for name in _spine(package, posixpath.dirname(package_name)):
            chapters.append(_chapter(member(archive, name)))
            length += len(chapters[-1])
            if length > MAX_CHARACTERS:
                raise SourceError(f"more than {MAX_CHARACTERS:,} characters; split it")
    return [markdown.document(path, "\n\n".join(chapters), own=own, given=given)]


def _refuse_protected(archive: zipfile.ZipFile) -> None:
    if _ENCRYPTION not in archive.namelist():
        return
    root = parse_xml(archive, _ENCRYPTION)
    methods = {e.get("Algorithm") for e in root.iter("{*}EncryptionMethod")}
    if methods - set(_FONTS):
        raise SourceError("its text is protected (DRM) and cannot be read; use a copy without it")


def _package(archive: zipfile.ZipFile) -> tuple[str, Any]:
    root = parse_xml(archive, _CONTAINER)
    name = next((e.get("full-path") for e in root.iter("{*}rootfile") if e.get("full-path")), None)
    if not name:
        raise SourceError("it is damaged: its container names no package")
    return name, parse_xml(archive, name)


def _said(package: Any, name: str) -> list[str]:
    """What the package says under a Dublin Core name."""
    texts = (
        " ".join("".join(e.itertext()).split())
        for e in package.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}")
    )
    return [text for text in texts if text and text.casefold() not in ("unknown", "untitled")]


def _spine(package: Any, folder: str) -> list[str]:
    """The names of the chapters in their order, each once; a table of contents is left out."""
    items = {item.get("id"): item for item in package.iter("{*}item")}
    names = []
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or not item.get("href") or "nav" in (item.get("properties") or "").split():
            continue
        if item.get("media-type") in _CHAPTER:
            href = unquote(item.get("href").partition("#")[0])
            names.append(posixpath.normpath(posixpath.join(folder, href)))
    if not names:
        raise SourceError("it is damaged: it names no chapters")
    return list(dict.fromkeys(names))


def _chapter(data: bytes) -> str:
    from lxml import etree, html

    declared = re.search(rb"""encoding\s*=\s*["']([\w-]+)""", data[:200])
    text, _ = decode(data, declared[1].decode() if declared else "")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        root = html.document_fromstring(text)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""  # a chapter without any text
    return to_markdown(root)
