"""Where a citation leads, as a link, and the words for a place in a document."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from index.records import HEADING, Document
from qa.records import Hit

# Characters of a text's hash that a link carries to tell one version from another.
_VERSION = 12
_EXCERPT = 240
NEAREST = 3  # passages that are named where there is no answer
_TARGET = re.compile(
    rf"#?cite-([^.\s]{{1,3000}})\.([0-9]{{1,9}})\.([0-9]{{1,9}})\.([0-9a-f]{{{_VERSION}}})"
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a citation link points: a span of a document, and the start of its text's hash."""

    document_id: str
    start: int
    end: int
    version: str

    def fits(self, document: Document) -> bool:
        """Whether the span lies in this document's text and was cut from this version of it."""
        return document.sha256.startswith(self.version) and self.end <= len(document.text)

    @property
    def link(self) -> str:
        """The hash link, such as `#cite-essay%2Etxt.10.25.0123456789ab`."""
        name = quote(self.document_id, safe="").replace(".", "%2E")
        return f"#cite-{name}.{self.start}.{self.end}.{self.version}"


def target(document: Document, start: int, end: int) -> str:
    """The hash link of a span; of the document as a whole when both ends are 0."""
    return Target(document.id, start, end, document.sha256[:_VERSION]).link


def parse_target(link: object) -> Target | None:
    """The reverse of `target`; None for anything that `target` does not make."""
    match = _TARGET.fullmatch(link) if isinstance(link, str) else None
    if match is None:
        return None
    try:
        name = unquote(match[1], errors="strict")
    except UnicodeDecodeError:
        return None
    start, end = int(match[2]), int(match[3])
    return Target(name, start, end, match[4]) if start < end or end == 0 else None


def page_name(document: Document, start: int, end: int) -> str:
    """The pages that a span stands on, as "p. 3" or "pp. 3–4"; "" without pages."""
    first, last = document.page(start), document.page(max(start, end - 1))
    if first is None:
        return ""
    return f"p. {first}" if first == last else f"pp. {first}\N{EN DASH}{last}"


def title_of(document: Document) -> str:
    """The title on one line, or the path of a document without one."""
    return " ".join(document.title.split()) or document.path


def source_line(document: Document, page: str, start: int, end: int) -> str:
    """All that is known of a place, on one line, down to its characters."""
    parts = (
        document.author,
        title_of(document),
        document.publisher,
        document.published,
        document.path,
        page,
        f"characters {start}\N{EN DASH}{end}",
    )
    return ", ".join(" ".join(part.split()) for part in parts if part)


def excerpt(hit: Hit) -> str:
    """The beginning of a passage, without the heading over it, on one line and cut between
    words."""
    prose = (part.start for part in hit.passage.sentences if part.kind != HEADING)
    text = hit.text[next(prose, hit.start) - hit.start :]
    line = " ".join(text[: 4 * _EXCERPT].split())
    if len(line) <= _EXCERPT:
        return line
    return line[:_EXCERPT].rsplit(" ", 1)[0] + " …"
