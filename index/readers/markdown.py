"""Markdown: front matter as metadata, the body as plain text with its headings marked.

Of the body, emphasis, link targets, images and raw HTML are left out; headings
keep their text, list items their bullet or number, tables a line a row (`table.py`).
"""

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.errors import SourceError
from index.readers import around
from index.readers.encoding import decode
from index.readers.front_matter import NOTHING, FrontMatter, compose, parse
from index.readers.plain import Plain
from index.readers.table import lines_of
from index.records import AUTHOR, HEADING, PROSE, Document

_PARSER = MarkdownIt("commonmark").enable("table")


def read_markdown(path: str, data: bytes, given: FrontMatter = NOTHING) -> list[Document]:
    """One document from Markdown.

    Raises SourceError when it cannot be decoded or its front matter does not parse.
    """
    source, note = decode(data)
    own, body = parse(source)
    return [document(path, body, own=own, given=given, note=note)]


def document(
    path: str,
    body: str,
    *,
    own: FrontMatter = NOTHING,
    given: FrontMatter = NOTHING,
    note: str = "",
) -> Document:
    """A document of a Markdown body, for every format that goes by way of Markdown.

    Raises SourceError when there is no text in it.
    """
    plain = to_plain(body)
    text = plain.text
    author = given.over(own).values.get(AUTHOR, "")
    found, marks = around.find(text, plain.marks, author=author)
    heading = next((text[m.start : m.end] for m in plain.marks if m.kind == HEADING), "")
    if not text.strip():
        raise SourceError("there is no text in it")
    own = own.over(found)
    return compose(path, text, marks, own=own, given=given, title=heading, note=note)


def to_plain(body: str) -> Plain:
    """The body's text, with its headings marked."""
    plain = Plain()
    lists: list[int | None] = []  # the next number of each open list, None for bullets
    bullet = ""
    tokens = _PARSER.parse(body)
    rows: list[list[str]] = []  # of the table that is open
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
        elif kind == "table_open":
            rows = []
        elif kind == "table_close":
            is_headed = any(rows[0])  # without a name in it, it is there for the form alone
            lines = lines_of(rows if is_headed else rows[1:], is_headed)
            for number, line in enumerate(lines):
                plain.put(line, "\n\n" if number == 0 else "\n")
        elif kind == "tr_open":
            rows.append([])
        elif kind in ("fence", "code_block"):
            plain.put(token.content.rstrip("\n"))
        elif kind == "inline":
            text = _inline(token.children or [])
            opener = tokens[position - 1].type
            if opener in ("th_open", "td_open"):
                rows[-1].append(text)
            elif text.strip():
                indent = "  " * (len(lists) - 1) if bullet else ""
                gap = "\n" if bullet and lists else "\n\n"
                plain.put(indent + bullet, gap)
                plain.put(text, "", HEADING if opener == "heading_open" else PROSE)
                bullet = ""
    return plain


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
