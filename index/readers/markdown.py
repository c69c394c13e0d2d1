"""Markdown: front matter as metadata, the body as plain text with its headings marked.

The front matter's lines stay at the head of the text, so that an answer to "who wrote this" has a
place to cite. Of the body, emphasis, link targets, images and raw HTML are left out; headings
keep their text, list items their bullet or number, tables a line a row.
"""

import re
from collections.abc import Sequence

import frontmatter
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.errors import SourceError
from index.readers.common import decode, make_document
from index.records import (
    AUTHOR,
    FIELD,
    HEADING,
    PUBLISHED,
    PUBLISHER,
    TITLE,
    Document,
    Mark,
)

# Names under which writers put each field, the first that is present wins.
_NAMES = {
    TITLE: ("title",),
    AUTHOR: ("author", "authors", "by"),
    PUBLISHER: ("publisher", "publication", "source"),
    PUBLISHED: ("published", "date", "published_on", "publication_date"),
    "url": ("url", "link", "canonical_url"),
}
_KEY = re.compile(r"^(?P<key>[A-Za-z_][\w -]*?)\s*[:=]", re.MULTILINE)
_UNCLOSED = re.compile(r"\s*---[ \t]*\n[A-Za-z_][\w -]*:[ \t]\S")
_PARSER = MarkdownIt("commonmark").enable("table")


def read_markdown(path: str, data: bytes) -> list[Document]:
    """One document from Markdown in UTF-8.

    Raises SourceError when it cannot be decoded or its front matter does not parse.
    """
    source = decode(data)
    try:
        fields, body = frontmatter.parse(source)
    except (yaml.YAMLError, ValueError) as error:
        reason = " ".join(str(error).replace('in "<unicode string>", ', "").split())
        raise SourceError(f"its front matter does not parse: {reason}") from error
    if not fields and _UNCLOSED.match(source):
        raise SourceError("its front matter has no closing line ---; add it")
    head, marks = _front_matter(source, body) if fields else ("", [])
    text, headings = _plain(body)
    shift = len(head)
    marks += [Mark(HEADING, start + shift, end + shift) for start, end in headings]
    values = {name: _value(fields, names) for name, names in _NAMES.items()}
    if not values[TITLE] and headings:
        values[TITLE] = text[slice(*headings[0])]
    if not text:
        raise SourceError("there is no text in it")
    return [make_document(path, head + text, marks=marks, **values)]


def _value(fields: dict[str, object], names: Sequence[str]) -> str:
    value = next((fields[name] for name in names if fields.get(name) not in (None, "")), "")
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value).strip()


def _front_matter(source: str, body: str) -> tuple[str, list[Mark]]:
    """The front matter as it stands, without its fences, and a mark for each field."""
    block = source[: source.rindex(body)] if body else source
    block = re.sub(r"\A\s*(?:---|\+\+\+|;;;)[^\n]*\n", "", block)
    block = re.sub(r"\n(?:---|\+\+\+|;;;)[^\n]*\s*\Z", "\n", block).strip("\n")
    kinds = {name: kind for kind, names in _NAMES.items() if kind != "url" for name in names}
    keys = list(_KEY.finditer(block))
    ends = [key.start() for key in keys[1:]] + [len(block)]
    marks = [
        Mark(kinds.get(key["key"].lower(), FIELD), key.start(), len(block[:end].rstrip()))
        for key, end in zip(keys, ends, strict=True)
    ]
    return block + "\n\n", marks


def _plain(body: str) -> tuple[str, list[tuple[int, int]]]:
    """The body's text, and the spans of its headings in it."""
    lines: list[str] = []
    headings: list[tuple[int, int]] = []
    length = 0
    lists: list[int | None] = []  # the next number of each open list, None for bullets
    bullet = ""
    tokens = _PARSER.parse(body)
    cells: list[str] = []

    def put(text: str, gap: str = "\n\n") -> None:
        nonlocal length
        if lines:
            length += len(gap)
            lines.append(gap)
        lines.append(text)
        length += len(text)

    for position, token in enumerate(tokens):
        kind = token.type
        if kind == "bullet_list_open":
            lists.append(None)
        elif kind == "ordered_list_open":
            lists.append(int(token.attrs.get("start", 1)))
        elif kind in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif kind == "list_item_open":
            number = lists[-1]
            bullet = "- " if number is None else f"{number}. "
            if number is not None:
                lists[-1] = number + 1
        elif kind == "tr_open":
            cells = []
        elif kind == "tr_close":
            put(" | ".join(cells), "\n" if lines else "")
        elif kind in ("fence", "code_block"):
            put(token.content.rstrip("\n"))
        elif kind == "inline":
            text = _inline(token.children or [])
            opener = tokens[position - 1].type
            if opener in ("th_open", "td_open"):
                cells.append(text)
            elif text.strip():
                indent = "  " * (len(lists) - 1) if bullet else ""
                put(indent + bullet + text, "\n" if bullet and len(lists) else "\n\n")
                bullet = ""
                if opener == "heading_open":
                    headings.append((length - len(text), length))
    return "".join(lines), headings


def _inline(tokens: Sequence[Token]) -> str:
    """The text of a line's tokens: no emphasis, no link targets, no images, no raw HTML."""
    parts: list[str] = []
    for token in tokens:
        if token.type in ("text", "code_inline"):
            parts.append(token.content)
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak":
            parts.append("\n")
    return "".join(parts).strip()
