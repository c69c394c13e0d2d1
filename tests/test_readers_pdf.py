"""PDFs made by a real writer: paragraphs, headings, columns, pages; what cannot be read is said."""

import io
import random
import re
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_checks import HEAD, SMALL, TITLE, marked, paragraph, pdf, read_one
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak

from index.errors import SourceError
from index.readers import read
from index.records import AUTHOR, FIELD, FURNITURE, HEADING, PUBLISHED

SENTENCES = [
    f"The salt road number {n} was built by the monks of the valley, who needed salt for winter."
    for n in "one two three four five six seven eight nine ten eleven twelve".split()
]
PROSE = " ".join(SENTENCES)


def report() -> bytes:
    story = [paragraph("The Salt Roads of the Valley", TITLE)]
    for part in ("Trade", "Tolls", "Decline", "Memory"):
        story += [paragraph(part, HEAD)]
        story += [paragraph(f"In the part on {part.lower()} we begin. {PROSE}") for _ in range(4)]
    return pdf(
        story,
        header="Harbour Institute | Report No. 7",
        footer="Page %d",
        title="The Salt Roads of the Valley",
        author="Mira Okafor",
    )


REPORT = report()


def test_paragraphs_headings_pages_and_what_is_known() -> None:
    document = read_one("r.pdf", REPORT)
    assert document.title == "The Salt Roads of the Valley"
    assert document.author == "Mira Okafor"
    assert marked(document, AUTHOR) == ["author: Mira Okafor"]
    # the day the file was made is none of the report's
    assert (document.published, marked(document, PUBLISHED)) == ("", [])
    assert re.fullmatch(r"created: \d{4}-\d\d-\d\d", marked(document, FIELD)[0])
    assert marked(document, HEADING) == [
        "The Salt Roads of the Valley", "Trade", "Tolls", "Decline", "Memory"
    ]  # fmt: skip
    assert len(document.pages) > 2
    for part in ("trade", "tolls", "decline", "memory"):
        assert f"In the part on {part} we begin. {PROSE}\n\n" in document.text + "\n\n"
    assert "Report No. 7" not in document.text  # running lines would stand within sentences
    assert "Page 2" not in document.text


def test_a_page_is_told_for_every_sentence() -> None:
    story = []
    for n in ("first", "second", "third"):
        story += [paragraph(f"This sentence stands on the {n} page of all."), PageBreak()]
    document = read_one("r.pdf", pdf(story, author="A B"))
    for number, n in enumerate(("first", "second", "third"), start=1):
        assert document.page(document.text.index(f"the {n} page")) == number
    assert document.page(0) == 1


def test_a_sentence_goes_over_the_end_of_a_page_and_its_footnotes() -> None:
    canvas, out = canvas_of()
    line(canvas, 800, "The road was long and it led from the harbour over all of the")
    line(canvas, 80, "1. See the chronicle of the valley, page 12.", 7)
    canvas.showPage()
    line(canvas, 800, "mountains to the plain, where the salt was sold. It was dear.")
    canvas.save()
    document = read_one("r.pdf", out.getvalue())
    whole = "over all of the mountains to the plain, where the salt was sold."
    assert whole in document.text
    assert "See the chronicle of the valley" in document.text
    assert document.page(document.text.index("mountains")) == 2
    assert document.page(document.text.index("harbour")) == 1


TWO_PAGES = [
    ("The road was long and led over the mountains.", "It was dear, and nobody bought it."),
    ("Salt was sold there in the summer of each year.", "The monks went home in autumn."),
]


def two_pages(header: str, size: float, gap: float, at: float = 800) -> bytes:
    canvas, out = canvas_of()
    for texts in TWO_PAGES:
        line(canvas, at, header, size)
        for n, text in enumerate(texts):
            line(canvas, at - gap - 13 * n, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.mark.parametrize(("size", "gap"), [(8, 16), (10, 30)])
def test_two_pages_are_enough_for_a_header(size: float, gap: float) -> None:
    data = two_pages("Waste Watch Quarterly", size, gap)
    # Many writers say the size of their pages once, for all of them.
    box = re.search(rb"/MediaBox \[[^]]*\]", data)
    assert box
    once = data.replace(box[0], b"").replace(b"/Type /Pages", box[0] + b" /Type /Pages")
    for written in (data, once):
        text = read_one("r.pdf", written).text
        assert "Quarterly" not in text
        assert text.endswith("\n\n".join(" ".join(texts) for texts in TWO_PAGES))


@pytest.mark.parametrize(
    ("size", "gap", "at"),
    [(10, 13, 800), (14, 30, 800), (8, 16, 600)],
    ids=["a first line like any other", "a heading", "in the middle of the page"],
)
def test_what_two_pages_share_may_be_text(size: float, gap: float, at: float) -> None:
    assert read_one("r.pdf", two_pages("The salt road", size, gap, at)).text.count("The salt") == 2


def canvas_of() -> tuple[Canvas, io.BytesIO]:
    out = io.BytesIO()
    return Canvas(out, pagesize=A4, invariant=1), out


def line(canvas: Canvas, at: float, text: str, size: float = 10, left: float = 70) -> None:
    canvas.setFont("Helvetica", size)
    canvas.drawString(left, at, text)


def test_words_parted_at_the_end_of_a_line_are_joined_and_compounds_kept() -> None:
    canvas, out = canvas_of()
    lines = [
        "The monks of the valley built the roads, and their adminis-",
        "tration of the tolls was strict. It was a matter of decision-",
        "making by the abbot, whose decision was final, as was the making",
        "of laws. The NATO-",
        "Russia Council met here, and the making of salt went on well.",
    ]
    for n, text in enumerate(lines):
        line(canvas, 700 - 13 * n, text)
    canvas.save()
    text = read_one("r.pdf", out.getvalue()).text
    assert "their administration of the tolls" in text
    assert "decision-making by the abbot" in text
    assert "The NATO-Russia Council" in text


WRAPPED = (
    "The councils may charge a premium of three times the tax, and the town of Gwynedd charges"
)


@pytest.mark.parametrize(
    ("lines", "parted"),
    [
        ((WRAPPED, "150. Sales of second homes there have risen."), False),
        ((f"• {WRAPPED}", "150. Sales of second homes there have risen."), False),
        ((f"{WRAPPED} three.", "150. Sales of second homes there have risen."), True),
        ((WRAPPED, "1. Sales of second homes there have risen, and nobody knows why."), True),
        ((f"4. {WRAPPED}", "5. Sales of second homes there have risen."), True),
        (("Our demands", "2. Sales of second homes are to be taxed, as they are elsewhere."), True),
        ((f"{WRAPPED} 14", "2. Sales of second homes, and what became of them after 2019"), True),
    ],
)
@pytest.mark.parametrize("pages", [False, True], ids=["a line", "a page"])
def test_a_number_that_ends_a_sentence_begins_no_item(
    lines: tuple[str, str], parted: bool, pages: bool
) -> None:
    canvas, out = canvas_of()
    line(canvas, 726, "Much has been said of the homes of the town, and of all that live there.")
    line(canvas, 700, lines[0])
    if pages:
        canvas.showPage()
    line(canvas, 687, lines[1])
    canvas.save()
    text = read_one("r.pdf", out.getvalue()).text
    assert ("\n\n" if parted else " ").join(lines) in text


def test_two_columns_are_read_one_after_the_other() -> None:
    story = [paragraph(f"Part {n}. {PROSE}") for n in range(14)]
    document = read_one("r.pdf", pdf(story, columns=2))
    places = [document.text.index(f"Part {n}.") for n in range(14)]
    assert places == sorted(places)
    # a paragraph may end with its column, where a sentence does
    assert document.text.replace("\n\n", " ").count(PROSE) == 14


def test_two_columns_drawn_row_by_row() -> None:
    canvas, out = canvas_of()
    rows = [
        ("The salt roads were built by", "Later the railway came to it"),
        ("the monks of the valley, who", "and nobody used the roads"),
        ("needed salt for the winter", "for anything but walking on"),
        ("and for the trade with the", "a Sunday in the summer when"),
        ("towns along the coast.", "the weather was good."),
        ("They kept them well.", "So they fell to ruin."),
    ]
    for n, (one, two) in enumerate(rows):
        line(canvas, 700 - 13 * n, one)
        line(canvas, 700 - 13 * n, two, left=320)
    canvas.save()
    text = read_one("r.pdf", out.getvalue()).text
    assert "built by the monks of the valley, who needed salt for the winter" in text
    assert text.index("They kept them well.") < text.index("Later the railway came")


def test_a_pull_quote_in_large_letters_is_furniture() -> None:
    story = [paragraph("The Salt Roads", TITLE), paragraph(PROSE)]
    story += [paragraph(SENTENCES[3], HEAD), paragraph("It is over.")]
    document = read_one("r.pdf", pdf(story))
    assert marked(document, FURNITURE) == [SENTENCES[3]]
    assert marked(document, HEADING) == ["The Salt Roads"]


def test_rows_of_a_table_and_justified_prose() -> None:
    canvas, out = canvas_of()
    line(canvas, 700, "The roads carried salt and wool to the towns:")
    for n, row in enumerate((("Year", "Tons of salt"), ("1210", "30"), ("1211", "42"))):
        for column, text in enumerate(row):
            line(canvas, 660 - 13 * n, text, left=70 + 150 * column)
    for n, (one, two) in enumerate(
        (("Roads that are", "justified have"), ("wide gaps", "in them."))
    ):
        line(canvas, 600 - 13 * n, one)
        line(canvas, 600 - 13 * n, two, left=190 - 30 * n)
    canvas.save()
    text = read_one("r.pdf", out.getvalue()).text
    assert "Year Tons of salt\n1210 30\n1211 42" in text
    assert "Roads that are justified have wide gaps in them." in text


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_page_that_is_turned(angle: int) -> None:
    canvas, out = canvas_of()
    line(canvas, 700, "This page stands upright, as most pages do.")
    canvas.showPage()
    canvas.translate(A4[0] / 2, A4[1] / 2)
    canvas.rotate(angle)
    line(canvas, 113, "This page is turned, as wide tables are,", left=-200)
    line(canvas, 100, "and it is read all the same.", left=-200)
    canvas.rotate(45)
    line(canvas, 10, "DRAFT", 40)
    canvas.save()
    text = read_one("r.pdf", out.getvalue()).text
    assert "This page is turned, as wide tables are, and it is read all the same." in text
    assert "DRAFT" not in text


def test_numbers_of_footnotes_are_left_out_and_squares_kept() -> None:
    story = [
        paragraph(
            "The alliance reacted calmly.<super size=6>3</super> The office was flooded, and "
            "the area was 30 m<super size=6>2</super> in all."
        )
    ] * 2
    text = read_one("r.pdf", pdf(story)).text
    assert "calmly. The" in text
    assert "30 m2 in all" in text


@pytest.mark.parametrize(
    "before", ["inquiry in 2011", "was 15 per cent, or 15%", "in 2015–2019", "sum was 1,200,000"]
)
def test_the_number_of_a_footnote_behind_a_number(before: str) -> None:
    story = [paragraph(f"The sum of it {before}<super size=6>12</super> was known.")] * 2
    assert f"{before} was known" in read_one("r.pdf", pdf(story)).text


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("10<super size=6>6</super> years", "106 years"),
        ("1.5 × 10<super size=6>12</super> joules", "1.5 × 1012 joules"),
        ("300 m<super size=6>3</super> a day", "300 m3 a day"),
        ("90 km<super size=6>2</super> in all", "90 km2 in all"),
        ("CO<sub size=6>2</sub> in the air", "CO2 in the air"),
        ("the factor 45<super size=6>2</super> here", "the factor 452 here"),
    ],
)
def test_exponents_and_formulas_stay(written: str, text: str) -> None:
    story = [paragraph(f"The monks of the valley measured {written}, they said.")] * 2
    assert text in read_one("r.pdf", pdf(story)).text


def drawn(*parts: tuple[float, float, list[str]], left: float = 70) -> bytes:
    """A page with these parts, drawn in this order: height of the first line, size, lines."""
    canvas, out = canvas_of()
    for at, size, texts in parts:
        for n, text in enumerate(texts):
            line(canvas, at - 1.3 * size * n, text, size, left)
    canvas.save()
    return out.getvalue()


BODY = [
    "The road was long and it led from the harbour over all of the mountains",
    "to the plain, where the salt was sold to all who came. It was dear.",
]
NOTES = ["1. See the chronicle of the valley, page 12.", "2. Ibid., page 14, on the monks."]


@pytest.mark.parametrize("size", [7, 10], ids=["small", "of the size of the text"])
def test_footnotes_come_last_though_they_are_drawn_first(size: float) -> None:
    data = drawn((80, size, NOTES), (790, 18, ["The Salt Road"]), (740, 10, BODY))
    document = read_one("r.pdf", data)
    assert document.title == "The Salt Road"
    body = document.text.index("The road was long")
    assert document.text.index("The Salt Road") < body < document.text.index(NOTES[0])
    assert document.text.index(NOTES[0]) < document.text.index(NOTES[1])


def test_footnotes_drawn_between_columns_come_last() -> None:
    canvas, out = canvas_of()
    for n in range(6):
        line(canvas, 740 - 13 * n, "The salt road was built by monks", left=60)
    line(canvas, 80, NOTES[0], 7, left=60)
    for n in range(6):
        line(canvas, 740 - 13 * n, "who needed salt for their winter", left=320)
    canvas.save()
    text = read_one("r.pdf", out.getvalue()).text
    assert text.endswith(NOTES[0])
    assert "monks who needed" in text


def test_small_letters_above_the_text_stay_where_they_are() -> None:
    data = drawn((790, 7, ["A note of the editors to all who read this."]), (740, 10, BODY))
    assert read_one("r.pdf", data).text.endswith("It was dear.")


def test_pages_without_text_are_said() -> None:
    canvas, out = canvas_of()
    for page in range(1, 8):
        if page in (1, 2, 4):
            line(canvas, 700, f"A sentence stands on page {page} here, alone.")
        canvas.rect(100, 100, 50, 50)
        canvas.showPage()
    canvas.save()
    document = read_one("r.pdf", out.getvalue())
    assert document.note == "pages 3 and 5 to 7 have no text (scanned?)"
    assert len(document.pages) == 7


@pytest.mark.parametrize("title", ["Microsoft Word - report_v3.docx", "untitled", "a.indd"])
def test_a_title_that_no_one_gave_is_none(title: str) -> None:
    story = [paragraph("The Salt Roads", TITLE), paragraph(PROSE)]
    assert read_one("r.pdf", pdf(story, title=title)).title == "The Salt Roads"


def test_a_byline_in_the_text_names_the_author() -> None:
    story = [paragraph("The Salt Roads", TITLE), paragraph("By Mira Okafor"), paragraph(PROSE)]
    document = read_one("r.pdf", pdf(story, author="admin"))
    assert document.author == "Mira Okafor"
    assert marked(document, AUTHOR) == ["Mira Okafor"]


def test_what_cannot_be_read_is_said() -> None:
    canvas, out = canvas_of()
    canvas.rect(100, 100, 50, 50)
    canvas.save()
    for data, says in [
        (out.getvalue(), "run OCR over it"),
        (pdf([paragraph(PROSE)], password="secret"), "password"),
        (b"%PDF-1.7", "damaged or not a PDF"),
        (b"", "damaged or not a PDF"),
        (b"hello", "damaged or not a PDF"),
    ]:
        with pytest.raises(SourceError, match=says):
            read("r.pdf", data)


SMALL_PDF = pdf([paragraph("Trade", HEAD), paragraph(PROSE), paragraph("A note.", SMALL)])


@settings(max_examples=150, deadline=None)
@given(st.integers(0), st.integers(0, 40))
def test_a_damaged_pdf_gives_a_document_or_a_reason(seed: int, flips: int) -> None:
    chance = random.Random(seed)
    data = bytearray(SMALL_PDF)
    for _ in range(flips):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if chance.random() < 0.5:
        del data[chance.randrange(len(data)) :]
    try:
        read_one("r.pdf", bytes(data))
    except SourceError:
        return  # any other error would fail the test


def test_in_threads_as_alone() -> None:
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(read("r.pdf", REPORT))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(one == read("r.pdf", REPORT) for one in found)
