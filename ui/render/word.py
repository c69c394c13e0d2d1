"""A conversation as a Word file, its notes real footnotes.

python-docx writes everything but footnotes, for which it has no part: that one is written here.
"""

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from ui.render.escape import xml_text
from ui.render.export import Part, cited, works
from ui.render.references import entries, note

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
# What Word draws between the text and its notes; it wants both.
_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r>'
    "</w:p></w:footnote>"
)
# Word's own names of the styles of the kinds of paragraphs.
_STYLES = {"text": "Normal", "work": "Heading 2", "item": "List Bullet"}
_RAISED = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'


def word(title: str, parts: Sequence[Part], style: str) -> bytes:
    """The bytes of a .docx."""
    import docx
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part as FilePart

    document = docx.Document()
    document.core_properties.title = xml_text(title)[:255]
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.add_heading(xml_text(title), 0)
    number = 0
    for part in parts:
        if part.question:
            document.add_heading(xml_text(part.question), 1)
        if part.state:
            document.add_paragraph().add_run(xml_text(part.state)).italic = True
        for one in part.paragraphs:
            paragraph = document.add_paragraph(style=_STYLES[one.kind])
            for at, said in enumerate(one.runs):
                paragraph.add_run((" " if at else "") + xml_text(said.text))
                if said.place is not None:
                    number += 1
                    _mark(paragraph.add_run(), number)
    if number:
        document.add_heading("Bibliography", 1)
        for entry in entries(works(parts), style):
            document.add_paragraph(xml_text(entry), style="List Bullet")
        notes = "".join(
            f'<w:footnote w:id="{count}"><w:p><w:r>{_RAISED}<w:footnoteRef/></w:r><w:r>'
            f'<w:t xml:space="preserve"> {escape(xml_text(note(place, style)))}</w:t></w:r></w:p>'
            "</w:footnote>"
            for count, place in enumerate(cited(parts), start=1)
        )
        xml = f'<w:footnotes xmlns:w="{_W}">{_SEPARATORS}{notes}</w:footnotes>'
        data = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{xml}'.encode()
        package = document.part.package
        footnotes = FilePart(PackURI("/word/footnotes.xml"), _TYPE, data, package)
        document.part.relate_to(footnotes, _RELATION)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _mark(run: Any, number: int) -> None:
    """Make of a run the raised number of a footnote."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run.font.superscript = True
    mark = OxmlElement("w:footnoteReference")
    mark.set(qn("w:id"), str(number))
    run._r.append(mark)
