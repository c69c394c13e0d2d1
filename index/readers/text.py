"""Plain text: the text is kept as it is; its layout tells title, author, date and furniture."""

from index.readers import around
from index.readers.common import first_line_title
from index.readers.encoding import decode
from index.readers.front_matter import NOTHING, FrontMatter, compose, parse
from index.records import AUTHOR, TITLE, Document, Mark


def read_text(path: str, data: bytes, given: FrontMatter = NOTHING) -> list[Document]:
    """One document from plain text, which may begin with front matter as Markdown does.

    Raises SourceError when it cannot be decoded.
    """
    source, note = decode(data)
    front, text = parse(source, strict=False)
    marks: list[Mark] = []
    title = first_line_title(text)
    if title:
        start = text.index(title)
        marks.append(Mark(TITLE, start, start + len(title)))
    found, marks = around.find(text, marks, author=given.over(front).values.get(AUTHOR, ""))
    own = front.over(found)
    return [compose(path, text, marks, own=own, given=given, title=title, note=note)]
