"""One file or one web address into the sources folder, with what is known of it.

What is written can be read: a source is read once before it is kept. Nothing that is there is ever
written over.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from index.add.fields import FIELDS, WIDE, block, with_fields
from index.add.keep import keep
from index.add.names import safe_stem
from index.add.sniff import HTML, MARKDOWN, TEXT, ending_of
from index.errors import SourceError
from index.readers import READERS, read
from index.readers.common import name_title
from index.readers.html import extract

if TYPE_CHECKING:
    from index.add.fetch import Fetched

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def add_source(
    source: str,
    sources: Path,
    metadata: Mapping[str, str] | None = None,
    *,
    tell: Callable[[str], None] | None = None,
    fetch: "Callable[[str], Fetched] | None" = None,
) -> Path:
    """Put `source`, the path of a file or an http or https address, into the folder `sources`, and
    give the path that it has there.

    Markdown and plain text get the fields at their head and are otherwise unchanged; of a web page
    the main content is kept, as Markdown; every other format that can be read is kept as it is,
    with its fields beside it in NAME.ENDING.md. `metadata` may hold the FIELDS; what is given there
    wins over what the source says, and an address that was asked is the `url` of what it gave. The
    folder is made where there is none, and each file is written whole or not at all.

    The same content, anywhere in the folder, is not added twice: its path is returned, and `tell`
    is called with a line that says so, as it is with what the reader of a page has to say. Another
    content of the same name gets " (2)" behind it.

    Raises SourceError when there is nothing that can be read, when it lies in the folder already,
    when fields are given that have no place, and when the folder cannot be written to.
    """
    given = _given(metadata or {})
    say = tell or (lambda line: None)
    try:
        if _ADDRESS.match(source):
            fetched = (fetch or _fetch)(source)
            name, data, known = fetched.name, fetched.data, {"url": fetched.url}
            charset = fetched.charset
            ending = ending_of(name, data, fetched.media_type)
        else:
            path = _file(source, sources)
            name, data, known, charset = path.name, path.read_bytes(), {}, ""
            ending = ending_of(name, data)
        if not data.strip():
            raise SourceError("it is empty; there is nothing to read in it")
        if charset and ending in (*HTML, *TEXT):
            data = _in_utf8(data, charset, marked=ending in HTML)
        if ending in TEXT:
            read(f"text{ending}", data)  # before fields at its head hide what is wrong with it
        stem = name[: -len(ending)] if name.lower().endswith(ending) else _without_script(name)
        sidecar: dict[str, str] = {}
        if ending in HTML:
            stem, data = _page(data, stem, given, known.get("url", ""), say)
            ending = ".md"
        elif ending in TEXT:
            data = with_fields(data, given, known, strict=ending in MARKDOWN)
        elif ending == ".jsonl":
            if given:
                raise SourceError(
                    f"a .jsonl file holds the {', '.join(given)} of each of its documents itself; "
                    "add it without them"
                )
        else:
            sidecar = {field: (known | given)[field] for field in FIELDS if field in known | given}
        stem = safe_stem(stem)
        read(stem + ending, data)
        sources.mkdir(parents=True, exist_ok=True)
        return keep(sources, stem, ending, data, sidecar, given, say)
    except OSError as error:
        place = f" {error.filename}" if error.filename else ""
        raise SourceError(f"the file{place} cannot be used: {error.strerror or error}") from error


def _fetch(url: str) -> "Fetched":
    from index.add.fetch import fetch

    return fetch(url)


def _given(metadata: Mapping[str, str]) -> dict[str, str]:
    """The fields that are not empty, each on one line and without control characters."""
    unknown = [name for name in metadata if name not in FIELDS]
    if unknown:
        raise SourceError(f"no field {unknown[0]!r}; known are {', '.join(FIELDS)}")
    lines = {name: _line(metadata[name]) for name in FIELDS if name in metadata}
    return {name: line for name, line in lines.items() if line}


def _line(text: str) -> str:
    """One line that YAML can hold."""
    kept = (c for c in " ".join(text.split()) if unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def _file(source: str, sources: Path) -> Path:
    """The file that `source` names. Raises SourceError when it is none, or a source already."""
    path = Path(source)
    if sources.exists() and not sources.is_dir():
        raise SourceError(f"{sources} is a file, expected the folder of the sources")
    try:
        real = path.resolve(strict=True)
    except FileNotFoundError as error:
        raise SourceError(
            "there is no such file; name a file, or an address that begins with https://"
        ) from error
    except (RuntimeError, ValueError) as error:  # links in a circle, a null byte
        raise SourceError(f"it leads to no file: {error}") from error
    if real.is_dir():
        raise SourceError("it is a folder; name one file, or copy the folder to the sources")
    if not real.is_file():
        raise SourceError("it is not a file with a content of its own")
    folder = sources.resolve()
    if real.is_relative_to(folder) or path.parent.resolve().is_relative_to(folder):
        raise SourceError(f"it lies in {sources} already; run `commentary index` to read it")
    return path


def _in_utf8(data: bytes, charset: str, *, marked: bool) -> bytes:
    """A downloaded text in UTF-8, from the encoding that its server names. Text that is UTF-8
    stays so whatever the server says, and with a name that is wrong or unknown it is left alone.
    A byte order mark wins over both, and is put before what is `marked`: a page, which may say
    something else of itself."""
    if data.startswith(WIDE):
        return data
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What calls itself Latin 1 on the web is Windows' extension of it.
        western = charset in ("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii")
        try:
            text = data.decode("cp1252" if western else charset)
        except (LookupError, ValueError):
            return data
    else:
        if not marked:
            return data
    return text.encode("utf-8-sig" if marked else "utf-8", errors="replace")


def _without_script(name: str) -> str:
    """A download's name without an ending that says nothing of its format."""
    stem, dot, ending = name.rpartition(".")
    known = (*READERS, *HTML, ".php", ".asp", ".aspx", ".ashx", ".jsp", ".cgi", ".do")
    return stem if dot and stem and f".{ending.lower()}" in known else name


def _page(
    data: bytes, stem: str, given: dict[str, str], url: str, tell: Callable[[str], None]
) -> tuple[str, bytes]:
    """A web page's name without an ending, and its main content as Markdown with front matter."""
    article = extract(data, given.get("url", url))
    fields = {name: _line(getattr(article, name)) for name in FIELDS}
    fields |= given
    fields["title"] = fields["title"] or name_title(f"{stem or 'page'}.md")
    if article.note:
        tell(f"the page: {article.note}")
    head = block({name: value for name, value in fields.items() if value})
    return fields["title"], f"{head}\n{article.markdown.strip()}\n".encode(errors="replace")
