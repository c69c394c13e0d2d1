"""Tables: a row a line, its cells under the names of their columns where it has such names."""

import io
from collections.abc import Sequence

import docx
import pytest
from docx.oxml import OxmlElement
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from reader_checks import epub, read_one

from index.readers.markdown import to_plain
from index.readers.markup import to_markdown
from index.readers.table import lines_of

REACTORS = [["Design", "Output (MW)"], ["NuScale VOYGR", "77"], ["Rolls-Royce SMR", "470"]]
PEOPLE = [["Name", "Office"], ["Mira Okafor", "editor"], ["Tomas Lindqvist", "printer"]]
NAMED = "Design: NuScale VOYGR | Output (MW): 77\nDesign: Rolls-Royce SMR | Output (MW): 470"
PLAIN = "Name | Office\nMira Okafor | editor\nTomas Lindqvist | printer"
OF_PEOPLE = "Name: Mira Okafor | Office: editor\nName: Tomas Lindqvist | Office: printer"


def word(rows: Sequence[Sequence[str]], bold: int = 0, repeated: bool = False) -> str:
    """What is read of a Word file with a table whose first so many rows are bold."""
    source = docx.Document()
    source.add_paragraph("Before it.")
    table = source.add_table(len(rows), len(rows[0]))
    for number, row in enumerate(rows):
        for cell, text in zip(table.rows[number].cells, row, strict=True):
            cell.paragraphs[0].add_run(text).bold = number < bold or None
    if repeated:
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    source.add_paragraph("Behind it.")
    out = io.BytesIO()
    source.save(out)
    return between(read_one("a.docx", out.getvalue()).text)


def markup(rows: Sequence[Sequence[str]], head: str = "td") -> str:
    tags = [head] + ["td"] * (len(rows) - 1)
    return "".join(
        f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in row)}</tr>"
        for tag, row in zip(tags, rows, strict=True)
    )


def page(table: str) -> str:
    body = f"<article><h1>On it</h1><p>Before it.</p><table>{table}</table><p>Behind it.</p>"
    said = "<p>" + "This is what the whole of the article has to say about it. " * 9 + "</p>"
    source = f"<html><head><title>On it</title></head><body>{body}{said}</article></body></html>"
    return between(read_one("a.html", source.encode()).text)


def book(table: str) -> str:
    chapter = f"<p>Before it.</p><table>{table}</table><p>Behind it.</p>"
    return between(read_one("a.epub", epub([chapter])).text)


def between(text: str) -> str:
    return text.partition("Before it.\n\n")[2].partition("\n\nBehind it.")[0]


def test_names_of_columns_stand_with_every_cell() -> None:
    assert word(REACTORS) == NAMED  # nothing says that they are names, but a unit stands with them
    assert page(markup(REACTORS)) == page(markup(REACTORS, "th")) == NAMED
    assert book(markup(REACTORS)) == book(markup(REACTORS, "th")) == NAMED
    rows = "\n".join(f"| {one} | {two} |" for one, two in REACTORS[1:])
    text = read_one("a.md", f"| Design | Output (MW) |\n|---|---|\n{rows}\n".encode()).text
    assert text == NAMED


def test_a_source_says_what_names_its_columns() -> None:
    assert word(PEOPLE, bold=1) == word(PEOPLE, repeated=True) == OF_PEOPLE
    assert page(markup(PEOPLE, "th")) == book(markup(PEOPLE, "th")) == OF_PEOPLE
    # which names and offices alone do not
    assert word(PEOPLE) == word(PEOPLE, bold=3) == PLAIN
    assert page(markup(PEOPLE)) == book(markup(PEOPLE)) == PLAIN


@pytest.mark.parametrize(
    "rows",
    [
        [["Country", "Japan"], ["People", "125 million"], ["Area", "377,975 km²"]],
        [["1210", "30"], ["1211", "42"]],
        [["Year", "2019", "2020"], ["Tons", "30", "42"]],
        [["", ""], ["1210", "30"]],
        [["Tons", "Tons", "Year"], ["30", "42", "1210"]],
        [["Reactors", "", ""], ["NuScale", "77", "2029"]],
        [["A name that goes on " * 9, "Tons (kg)"], ["1210", "30"]],
        [["Only names (here)", "and no rows (there)"]],
    ],
)
def test_a_first_row_that_may_be_like_the_others_is_one(rows: list[list[str]]) -> None:
    assert lines_of(rows, is_headed=False) == [
        line for row in rows if (line := " | ".join(row).rstrip(" |"))
    ]


def test_a_row_over_all_columns_and_empty_cells() -> None:
    rows = "".join(
        f"<tr>{row}</tr>"
        for row in (
            "<td colspan=3>Power stations</td>",
            "<th></th><th>Built:</th><th>Closed</th>",
            "<td colspan=3>Europe</td>",
            "<td rowspan=2>Isar</td><td>1979</td><td>2011</td>",
            "<td>1988</td><td>2023</td>",
            "<td>Olkiluoto</td><td>1978</td><td></td>",
        )
    )
    said = "Europe\nIsar | Built: 1979 | Closed: 2011\nBuilt: 1988 | Closed: 2023\n"
    assert book(rows) == f"Power stations\n\n{said}Olkiluoto | Built: 1978"


def test_names_over_several_columns_are_none() -> None:
    rows = (
        "<tr><th rowspan=2>Design</th><th colspan=2>Output</th></tr><tr><th>2019</th><th>2020</th>"
        "</tr><tr><td>VOYGR</td><td>77</td><td>78</td></tr>"
    )
    assert book(rows) == page(rows) == "Design | Output\n | 2019 | 2020\nVOYGR | 77 | 78"


def test_a_merged_cell_of_a_word_file_keeps_the_columns() -> None:
    source = docx.Document()
    table = source.add_table(3, 3)
    for number, row in enumerate((["Ship", "Year", "Crew"], ["Alba", "1950", ""], ["Bo", "", "9"])):
        for cell, text in zip(table.rows[number].cells, row, strict=True):
            cell.text = text
    table.cell(2, 0).merge(table.cell(2, 1))
    out = io.BytesIO()
    source.save(out)
    text = read_one("a.docx", out.getvalue()).text
    assert text == "Ship: Alba | Year: 1950\nShip: Bo | Crew: 9"


CELL = st.text("aB1 (%|-", max_size=6).map(lambda text: " ".join(text.split()))


@given(st.lists(st.lists(CELL, max_size=4), max_size=5), st.booleans())
def test_no_cell_is_lost_or_made_up(rows: list[list[str]], is_headed: bool) -> None:
    lines = lines_of(rows, is_headed)
    for row in rows[1:]:
        for cell in row:
            assert any(cell in line for line in lines) or not cell
    assert set("".join(lines)) <= set("".join(cell for row in rows for cell in row)) | set(" |:")


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)


@given(st.lists(st.lists(TEXT, min_size=1, max_size=3), min_size=1, max_size=4), st.booleans())
def test_a_table_goes_through_markdown_unchanged(rows: list[list[str]], is_headed: bool) -> None:
    table = html.Element("table")
    for number, row in enumerate(rows):
        line = html.Element("tr")
        table.append(line)
        for text in row:
            cell = html.Element("th" if is_headed and number == 0 else "td")
            cell.text = text
            line.append(cell)
    text = to_plain(to_markdown(table)).text
    for row in rows[1:]:
        for cell in row:
            assert " ".join(cell.split()) in text
