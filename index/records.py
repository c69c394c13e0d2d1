"""The values that every part hands on. All are frozen; offsets are half-open and count
Unicode code points of `Document.text`, as Python's slices do."""

from bisect import bisect_right
from dataclasses import dataclass

# What a reader or the splitter knows of a span. Prose answers questions of substance, the
# front-matter kinds answer "who wrote this" and "when", headings are context, and furniture
# (menus, "written by", related content) is shown but never answered from.
PROSE = "prose"
HEADING = "heading"
FURNITURE = "furniture"
TITLE = "title"
AUTHOR = "author"
PUBLISHER = "publisher"
PUBLISHED = "published"
FIELD = "field"  # any other line of front matter
METADATA = (TITLE, AUTHOR, PUBLISHER, PUBLISHED, FIELD)
KINDS = (PROSE, HEADING, FURNITURE, *METADATA)
# What is told of a document (fields of `Document`) where its text is not.
ABOUT = ("id", "path", "title", "author", "publisher", "published", "url", "sha256")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a reader knows of `text[start:end]`; `kind` is one of KINDS. Marks are in order and do
    not overlap; what no mark covers is prose."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """A source as it is stored and shown.

    `id` is the path below the sources folder, or the `_id` of a JSONL line; `text` is what the
    reader extracted, and every offset counts in it; `sha256` is the hex digest of `text` in
    UTF-8, so that a citation names the version that it was cut from. Unknown metadata is "".
    `pages` holds where each page starts in `text`, ascending from 0, for a source that has pages.
    `note` is what its reader wants said of it: an encoding that was guessed, pages without text.
    """

    id: str
    path: str
    title: str
    author: str
    publisher: str
    published: str
    url: str
    text: str
    sha256: str
    marks: tuple[Mark, ...] = ()
    pages: tuple[int, ...] = ()
    note: str = ""

    def page(self, offset: int) -> int | None:
        """The page, counted from 1, on which the character at `offset` stands; None without
        pages."""
        return bisect_right(self.pages, offset) if self.pages else None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or a piece of one that is longer than a passage; `kind` is one of KINDS."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole sentences in a row, small enough for the model's window.

    `text` equals `document.text[start:end]`. `title`, the document's, and `heading`, the one that
    the passage stands under (or "", also where it begins with its own), are searched with it but
    are no part of it.
    """

    document_id: str
    start: int
    end: int
    text: str
    title: str
    heading: str
    sentences: tuple[Sentence, ...]
