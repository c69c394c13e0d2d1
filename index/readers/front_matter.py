"""Front matter: what is known of a work, as lines at the head of its text.

The lines stay there so that an answer to "who wrote this" has a place to cite. Every format goes
through `compose`: Markdown and plain text with the lines that they begin with, PDF, HTML, DOCX and
EPUB with lines made of their metadata, and all of them with a sidecar whose fields win.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import yaml

from index.errors import SourceError
from index.readers.common import first_line_title, make_document, name_title
from index.readers.encoding import decode
from index.readers.plain import ordered
from index.records import AUTHOR, FIELD, METADATA, PUBLISHED, PUBLISHER, TITLE, Document, Mark

URL = "url"
# Names under which writers put each field, the first that is present wins.
NAMES = {
    TITLE: ("title",),
    AUTHOR: ("author", "authors", "by"),
    PUBLISHER: ("publisher", "publication", "source"),
    PUBLISHED: ("published", "date", "published_on", "publication_date"),
    URL: ("url", "link", "canonical_url"),
}
_FIELDS = {name: which for which, names in NAMES.items() for name in names}
_FENCED = re.compile(r"\s*---[ \t]*\n(?P<block>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_UNCLOSED = re.compile(r"\s*---[ \t]*\n[A-Za-z_][\w -]*:[ \t]\S")
_KEY = re.compile(r"^(?P<key>[A-Za-z_][\w -]*?)[ \t]*:", re.MULTILINE)
_EMPTY = ("", "~", "null")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """`values` by field (title, author, publisher, published, url); `lines` as (field, text) in
    their order, the field being FIELD where it is another one."""

    values: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[tuple[str, str], ...] = ()

    def over(self, other: "FrontMatter") -> "FrontMatter":
        """Both, this one winning."""
        kept = tuple(
            (which, line)
            for which, line in other.lines
            if which == FIELD or which not in self.values
        )
        return FrontMatter({**other.values, **self.values}, self.lines + kept)


NOTHING = FrontMatter()


def known(created: str = "", **values: str) -> FrontMatter:
    """Front matter made of values, a line each; empty ones are left out. `created` is the day on
    which the file was made: a line too, and no date of the work, which may be older by years."""
    clean = {which: " ".join(value.split()) for which, value in values.items() if value.strip()}
    lines = [(which, f"{which}: {value}") for which, value in clean.items()]
    return FrontMatter(clean, (*lines, *([(FIELD, f"created: {created}")] if created else [])))


def parse(source: str, *, strict: bool = True) -> tuple[FrontMatter, str]:
    """The front matter that a text begins with, and the text after it.

    When not `strict`, what does not parse or names no known field is text. Raises SourceError
    where it is, and the front matter does not parse.
    """
    match = _FENCED.match(source)
    if match is None:
        if strict and _UNCLOSED.match(source):
            raise SourceError("its front matter has no closing line ---; add it")
        return NOTHING, source
    try:
        fields = yaml.load(match["block"], yaml.BaseLoader)  # every value as it is written
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if not strict:
            return NOTHING, source
        reason = " ".join(str(error).replace('in "<unicode string>", ', "").split())
        raise SourceError(
            f"its front matter does not parse: {reason} (a value with a colon needs quotes)"
        ) from error
    if not isinstance(fields, dict) or not (
        strict or any(str(key).lower() in _FIELDS for key in fields)
    ):
        return NOTHING, source
    lower = {str(key).lower(): value for key, value in reversed(fields.items())}
    values = {}
    for which, names in NAMES.items():
        value = next((v for v in (_plain(lower.get(name)) for name in names) if v), "")
        if value:
            values[which] = value
    return FrontMatter(values, tuple(_lines(match["block"]))), source[match.end() :].lstrip("\n")


def parse_sidecar(data: bytes) -> FrontMatter:
    """The front matter in a file that holds nothing else. Raises SourceError for any other."""
    try:
        text, _ = decode(data)
        front, rest = parse(text)
    except SourceError as error:
        raise SourceError(f"the front matter that goes with it: {error}") from error
    if rest.strip():
        raise SourceError("the front matter that goes with it has text outside its two lines ---")
    return front


def _plain(value: Any) -> str:
    """A value as one line: of a list its items, of a mapping its name."""
    if isinstance(value, list):
        return ", ".join(filter(None, (_plain(v) for v in value if not isinstance(v, list))))
    if isinstance(value, dict):
        named = next((value[k] for k in ("name", "title", "text") if k in value), None)
        return named.strip() if isinstance(named, str) else ""
    return "" if not isinstance(value, str) or value in _EMPTY else " ".join(value.split())


def _lines(block: str) -> Iterable[tuple[str, str]]:
    """Each key of the block with all of its lines, as they stand."""
    keys = list(_KEY.finditer(block))
    ends = [*(key.start() for key in keys[1:]), len(block)]
    for key, end in zip(keys, ends, strict=True):
        which = _FIELDS.get(key["key"].lower(), FIELD)
        yield which, block[key.start() : end].rstrip()


def iso_date(written: str) -> str:
    """A date as YYYY-MM-DD, or YYYY-MM, so that dates can be compared; what is no date that is
    plain to read is left as it is written."""
    if not written:
        return written
    plain = re.sub(r"\bSept\b", "Sep", written.replace(".", "").replace(",", ""))
    for form in ("%d %B %Y", "%B %d %Y", "%d %b %Y", "%b %d %Y", "%Y/%m/%d"):
        with suppress(ValueError):
            return datetime.strptime(plain, form).date().isoformat()
    for form in ("%B %Y", "%b %Y"):
        with suppress(ValueError):
            return datetime.strptime(plain, form).date().isoformat()[:7]
    return written[:10] if re.match(r"\d{4}-\d\d-\d\d[T ]", written) else written


def compose(
    path: str,
    body: str,
    marks: Iterable[Mark] = (),
    *,
    own: FrontMatter = NOTHING,
    given: FrontMatter = NOTHING,
    title: str = "",
    pages: Iterable[int] = (),
    note: str = "",
) -> Document:
    """A document of a text under the front matter that is known of it.

    `own` is the source's, `given` came beside it and wins; `title` is what the text itself
    suggests. `marks` and `pages` count in `body`. A byline in the text counts where the front
    matter does not name that field.

    Raises SourceError when there is no text.
    """
    if not body.strip():
        raise SourceError("there is no text in it")
    front = given.over(own)
    head = ""
    mine: list[Mark] = []
    for which, line in front.lines:
        kind = which if which in METADATA else FIELD
        mine.append(Mark(kind, len(head), len(head) + len(line)))
        head += line + "\n"
    if head:
        head += "\n"
    shift, said = len(head), {mark.kind for mark in mine} - {FIELD}
    moved = [
        Mark(FIELD if m.kind in said else m.kind, m.start + shift, m.end + shift) for m in marks
    ]
    starts = list(pages)
    return make_document(
        path,
        head + body,
        title=front.values.get(TITLE) or title or first_line_title(body) or name_title(path),
        author=front.values.get(AUTHOR, ""),
        publisher=front.values.get(PUBLISHER, ""),
        published=iso_date(front.values.get(PUBLISHED, "")),
        url=front.values.get(URL, ""),
        marks=ordered(mine + moved),
        pages=[0, *(start + shift for start in starts[1:])] if starts else (),
        note=note,
    )
