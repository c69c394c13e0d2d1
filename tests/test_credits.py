"""Bylines below a title: author, publisher and date, each only where it is certain."""

import io

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_checks import TITLE, marked, paragraph, pdf, read_one

from index.biography import biographies
from index.readers.byline import find
from index.records import AUTHOR, PUBLISHED, PUBLISHER, Document

BODY = "The harbour sold salt for ninety years. Then the railway came, and nobody bought it."
LIFE = "Mira Okafor is a fellow of the Harbour Institute. She was a pilot."


def text(*blocks: str) -> Document:
    return read_one("a.txt", "\n\n".join(["The salt roads", *blocks]).encode())


def known(document: Document) -> tuple[str, str, str]:
    return document.author, document.publisher, document.published


@pytest.mark.parametrize(
    ("credits", "expected"),
    [
        (
            "By Mira Okafor, Harbour Review, 19 November 2024",
            ("Mira Okafor", "Harbour Review", "2024-11-19"),
        ),
        (
            "By Mira Okafor\nHarbour Forum, Bergen, 11 February 2025",
            ("Mira Okafor", "Harbour Forum", "2025-02-11"),
        ),
        (
            "Mira Okafor · Harbour Institute · 5 October 2023",
            ("Mira Okafor", "Harbour Institute", "2023-10-05"),
        ),
        (
            "Mira Okafor | Harbour Institute | October 5, 2023",
            ("Mira Okafor", "Harbour Institute", "2023-10-05"),
        ),
        (
            "Harbour Institute | Policy Brief 4/2023 | 5 October 2023",
            ("", "Harbour Institute", "2023-10-05"),
        ),
        (
            "By Mira Okafor, Jan de Vries and Bo Lund, Centre for Salt, 3 May 2024",
            ("Mira Okafor, Jan de Vries and Bo Lund", "Centre for Salt", "2024-05-03"),
        ),
        (
            "Dr Mira Okafor\n\nHarbour Observatory, Note 3\n\n3 May 2024",
            ("Dr Mira Okafor", "Harbour Observatory", "2024-05-03"),
        ),
        ("By Mira Okafor, University of Bergen, 3 May 2024", ("Mira Okafor", "", "2024-05-03")),
        ("Published: 3 May 2024 | By Mira Okafor", ("Mira Okafor", "", "2024-05-03")),
        (
            "By Mira Okafor, Senior Fellow, Harbour Institute\nMonday, May 3, 2024 | 8 min read",
            ("Mira Okafor", "Harbour Institute", "2024-05-03"),
        ),
        ("By Professor Mira Okafor", ("Professor Mira Okafor", "", "")),
        ("By Mira Okafor, 3 May 2024", ("Mira Okafor", "", "2024-05-03")),
        ("Who bought it, and why\n\nBy Mira Okafor, May 2024", ("Mira Okafor", "", "2024-05")),
        ("BY MIRA OKAFOR | HARBOUR REVIEW", ("MIRA OKAFOR", "HARBOUR REVIEW", "")),
    ],
)
def test_credits_below_the_title(credits: str, expected: tuple[str, str, str]) -> None:
    document = text(credits, BODY)
    assert known(document) == expected
    assert marked(document, AUTHOR) == [expected[0]] * bool(expected[0])
    assert marked(document, PUBLISHER) == [expected[1]] * bool(expected[1])


def test_a_name_alone_is_the_author_where_a_biography_says_so() -> None:
    credits = "Mira Okafor\n\nHarbour Institute, Working Note 3\n\n3 May 2024"
    expected = ("Mira Okafor", "Harbour Institute", "2024-05-03")
    assert known(text(credits, BODY, LIFE)) == expected
    assert known(text("Mira Okafor", LIFE, BODY, BODY)) == ("Mira Okafor", "", "")
    # Where the text speaks of her it may be about her.
    assert text(credits, f"{BODY} Okafor bought some.", LIFE).author == ""


@pytest.mark.parametrize(
    "credits",
    [
        "Hard Choices",  # a subtitle
        "Hard Choices\n\nHarbour Institute, 3 May 2024",
        "Salt Harbour · Harbour Institute · 3 May 2024",  # what the text is about
        "Nuclear Weapons | Harbour Institute | 3 May 2024",  # a rubric
        "North Sea | Harbour Institute | 3 May 2024",
        "Middle East, Harbour Institute, 3 May 2024",
        "To Mira Okafor, Harbour Institute, 3 May 2024",
        "Interview with Mira Okafor, Harbour Review, 3 May 2024",
        "Translated by Mira Okafor, Harbour Review, 3 May 2024",
        "Photo: Mira Okafor, Harbour Press, 3 May 2024",
        "Bergen, 24 February 2022",  # the place and the day of what happened
        "New Haven, Harbour Institute, 24 February 2022",
        "North Sea Council, 12 March 2024",
        "Mira Okafor",  # perhaps whom it is about
        "In Bergen on 3 May 2024",
        "On 3 May 2024 Mira Okafor sold the last salt.",
        "“Salt is the sea that could not go home.”\n\nMira Okafor, Harbour Institute, 3 May 2024",
        "“Salt is white gold.”\n— Mira Okafor, Harbour Institute, 3 May 2024",
        "By Mira Okafor, Bo Lund",  # both wrote it, or she, in another's paper
        "By land and sea, 1900",
        "The last pilot tells how it ended.\nShe knew Mira Okafor.",
    ],
)
def test_near_misses_name_no_author(credits: str) -> None:
    assert text(credits, BODY).author == ""


@pytest.mark.parametrize(
    ("credits", "publisher", "published"),
    [
        ("Bergen, 24 February 2022", "", ""),
        ("North Sea Council, 12 March 2024", "", ""),
        ("Hard Choices\n\nHarbour Institute, 3 May 2024", "", ""),
        ("By Mira Okafor\n\nThe Harbour Institute\n\n", "", ""),  # the first section's heading
        ("By Mira Okafor, Bergen, 3 May 2024", "", "2024-05-03"),
        ("By Mira Okafor, Ministry of Salt, 3 May 2024", "", "2024-05-03"),
        ("By Mira Okafor\n\nOn 3 May 2024, the last salt was sold.", "", ""),
        ("By Mira Okafor\n\n3 May 2024 was the last day of salt.", "", ""),
        ("By Mira Okafor, 3 May 2024, 4 June 2024", "", ""),
    ],
)
def test_near_misses_name_no_publisher_and_no_date(
    credits: str, publisher: str, published: str
) -> None:
    assert known(text(credits, BODY))[1:] == (publisher, published)


def test_what_the_file_says_of_its_author_is_a_witness() -> None:
    page = (
        "<html><head><title>The salt roads</title><meta name=author content='Mira Okafor'></head>"
        "<body><article><h1>The salt roads</h1><p>Mira Okafor, Harbour Review, 3 May 2024</p>"
        f"<p>{BODY * 3}</p><p>{BODY * 3}</p></article></body></html>"
    )
    document = read_one("a.html", page.encode())
    assert known(document) == ("Mira Okafor", "Harbour Review", "2024-05-03")
    assert marked(document, AUTHOR) == ["author: Mira Okafor"]
    other = page.replace("<p>Mira Okafor,", "<p>Hard Choices,")
    assert read_one("a.html", other.encode()).author == "Mira Okafor"


def test_credits_of_a_pdf_stand_on_lines_of_their_own() -> None:
    lines = "Mira Okafor<br/>Harbour Economic Observatory, Working Note 2025/6<br/>30 June 2025"
    story = [
        paragraph("The Salt Roads", TITLE),
        paragraph(lines),
        paragraph(BODY * 5),
        paragraph(LIFE),
    ]
    document = read_one("a.pdf", pdf(story, author=""))
    assert known(document) == ("Mira Okafor", "Harbour Economic Observatory", "2025-06-30")


def test_credits_of_a_word_file() -> None:
    source = docx.Document()
    source.core_properties.author = "Mira Okafor"
    source.add_heading("The salt roads", 0)
    source.add_paragraph("Mira Okafor and Bo Lund")
    source.add_paragraph("Harbour Institute, Policy Brief 14/2025, 18 September 2025")
    source.add_heading("Summary", 1)
    source.add_paragraph(BODY)
    out = io.BytesIO()
    source.save(out)
    document = read_one("a.docx", out.getvalue())
    assert known(document) == ("Mira Okafor and Bo Lund", "Harbour Institute", "2025-09-18")


def test_credits_of_markdown() -> None:
    source = f"# The salt roads\n\n*By Mira Okafor*, Harbour Review, 3 May 2024\n\n{BODY}\n"
    document = read_one("a.md", source.encode())
    assert known(document) == ("Mira Okafor", "Harbour Review", "2024-05-03")
    assert marked(document, PUBLISHED) == ["3 May 2024"]


@pytest.mark.parametrize(
    ("paragraph", "author"),
    [
        (LIFE, "Mira Okafor"),
        ("Colonel (ret.) Mira Okafor commanded a ship.", "Mira Okafor"),
        ("Mira Okafor, a pilot, was harbour master until 2017.", "Mira Okafor"),
        ("Mira Okafor and Bo Lund are fellows of the institute.", "Mira Okafor and Bo Lund"),
        ("About the author: Mira Okafor writes on salt.", "Mira Okafor"),
    ],
)
def test_a_biography_begins_with_the_authors_name(paragraph: str, author: str) -> None:
    whole = "\n\n".join([BODY] * 9 + [paragraph])
    assert [whole[slice(*one)] for one in biographies(whole, author)] == [paragraph]


@pytest.mark.parametrize(
    "paragraph",
    [
        "Bo Lund is a fellow of the Harbour Institute.",  # somebody else
        "Okafor is the name of a street in Bergen.",
        "I asked Mira Okafor. Mira Okafor is a pilot.",
        "Mira Okafor Street is the longest of the town.",
        "Mira Okafor: salt is dead.",
    ],
)
def test_near_misses_of_a_biography(paragraph: str) -> None:
    assert not biographies("\n\n".join([BODY, paragraph]), "Mira Okafor")
    assert not biographies("\n\n".join([BODY] * 4 + [LIFE] + [BODY] * 5), "Mira Okafor")


PIECES = st.sampled_from(
    [
        "By ",
        "Mira Okafor",
        "Harbour Review",
        "3 May 2024",
        ", ",
        " · ",
        " | ",
        "\n",
        "\n\n",
        " and ",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=9))).map("".join))
def test_whatever_stands_there_the_marks_are_in_order(source: str) -> None:
    front, marks = find(source)
    at = 0
    for mark in marks:
        assert at <= mark.start < mark.end <= len(source)
        at = mark.end
    assert all(value in source for value in front.values.values())
