"""What every reader needs: the making of a Document."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from index.characters import HALF
from index.errors import SourceError
from index.records import Document, Mark

# A text this long is a corpus, not a commentary; a guard against a stray dump, not a format limit.
MAX_CHARACTERS = 20_000_000


def make_document(
    path: str,
    text: str,
    *,
    id: str = "",
    title: str = "",
    author: str = "",
    publisher: str = "",
    published: str = "",
    url: str = "",
    marks: Iterable[Mark] = (),
    pages: Iterable[int] = (),
    note: str = "",
) -> Document:
    """A Document with its hash; `id` is the path and `title` comes from the text or the name
    where they are not given.

    Raises SourceError when there is no text, too much of it, or when it or what is known of it
    is not Unicode.
    """
    if not text.strip():
        raise SourceError("there is no text in it")
    if len(text) > MAX_CHARACTERS:
        raise SourceError(
            f"a text of {len(text):,} characters, at most {MAX_CHARACTERS:,} are read; split it"
        )
    for what in (text, id, title, author, publisher, published, url):
        if half := HALF.search(what):
            raise SourceError(
                f"the text is not Unicode: half a surrogate pair at position {half.start():,} of "
                f"{what[:60]!r}"
            )
    return Document(
        id=id or path,
        path=path,
        title=title or first_line_title(text) or name_title(path),
        author=author,
        publisher=publisher,
        published=published,
        url=url,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        marks=tuple(marks),
        pages=tuple(pages),
        note=note,
    )


def first_line_title(text: str) -> str:
    """The first line where it looks like a title: short, not a sentence, and not the whole text."""
    first, _, rest = text.strip().partition("\n")
    first = first.strip()
    if rest.strip() and len(first) <= 150 and re.search(r"\w", first) and first[-1] not in ".:;,":
        return first
    return ""


def name_title(path: str) -> str:
    """A title made from the file's name: "nato-and_russia.txt" gives "nato and russia"."""
    return re.sub(r"[-_\s]+", " ", PurePosixPath(path).stem).strip() or path
