"""From the bytes of a source to its documents: one module a format, nothing else reads a source."""

from collections.abc import Callable
from pathlib import PurePosixPath

from index.errors import SourceError
from index.readers.docx import read_docx
from index.readers.epub import read_epub
from index.readers.front_matter import NOTHING, FrontMatter, parse_sidecar
from index.readers.html import read_html
from index.readers.jsonl import read_jsonl
from index.readers.markdown import read_markdown
from index.readers.pdf import read_pdf
from index.readers.text import read_text
from index.records import Document

READERS: dict[str, Callable[[str, bytes, FrontMatter], list[Document]]] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".jsonl": read_jsonl,
    ".pdf": read_pdf,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".docx": read_docx,
    ".epub": read_epub,
}


# Endings that front matter may stand beside, as NAME.md beside NAME; Markdown holds its own.
SIDECARS = frozenset(READERS) - {".md", ".markdown", ".jsonl"}


def read(path: str, data: bytes, front_matter: bytes | None = None) -> list[Document]:
    """Read one source. `path` is its path below the sources folder, with forward slashes.

    `front_matter` is a Markdown file that holds nothing but front matter; its fields win over the
    source's own metadata. A JSONL source takes none.

    Raises SourceError with the reason when the source, or its front matter, cannot be read.
    """
    suffix = PurePosixPath(path).suffix.lower()
    reader = READERS.get(suffix)
    if reader is None:
        raise SourceError(
            f"no reader for {suffix or 'a file without an ending'}; "
            f"save it as one of {', '.join(READERS)}"
        )
    return reader(path, data, parse_sidecar(front_matter) if front_matter else NOTHING)
