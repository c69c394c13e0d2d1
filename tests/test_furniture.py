"""What a page carries around its text is furniture, in every format; prose never is."""

import pytest
from reader_checks import marked, read_one

from index.records import AUTHOR, FURNITURE, HEADING

PROSE = "The roads were built by the monks. They needed salt, and they were willing to pay for it."


@pytest.mark.parametrize(
    "line",
    [
        "View profile",
        "Footnotes",
        "Explore our related content",
        "Related articles",
        "You may also like",
        "Read more »",
        "Read more: Why the river is late",
        "Share this article",
        "Share on LinkedIn",
        "Print this page",
        "Back to top",
        "Accept all cookies",
        "Subscribe to our newsletter",
        "Sign up now for our free weekly newsletter and never miss a thing.",
        "Sign up to the Harbour Briefing newsletter. You can leave at any time.",
        "Get our best writing in your inbox every week.",
        "Have an idea for an article you’d like to write for us? Send a short pitch to "
        "pitches@harbour.example and we’ll be in touch. Guidelines for authors are here.",
        "Full guidelines for contributors can be found here.",
        "We use cookies to improve your experience on this site. By going on you agree.",
        "This website uses cookies. Some are needed for the website to work.",
        "© 2021 Harbour Institute. All rights reserved.",
        "Photo: A. Person / Harbour Museum",
        "Image credit: Harbour Museum",
        "The harbour in the winter of 2015. Courtesy of Harbour Museum / CC BY-NC-ND 2.0",
        "Courtesy of the Harbour Museum",
        "Boats leave the harbour in 1870. Anna Smith/Alamy Stock Photo",
        "The minister at the harbour / Reuters",
    ],
)
@pytest.mark.parametrize("name", ["x.txt", "x.md"])
def test_lines_around_the_text(line: str, name: str) -> None:
    document = read_one(name, f"Salt Roads\n\n{PROSE}\n\n{line}\n\n{PROSE[:34]}\n".encode())
    assert marked(document, FURNITURE) == [line]


@pytest.mark.parametrize(
    "text",
    [
        "The views expressed in this article are the author’s, and do not represent those of the "
        "institute.",  # a statement that somebody may ask for
        "Subscribe to the theory that salt made the valley rich, and the rest follows.",
        "Sign up to the treaty, the minister was told, or lose the harbour.",
        "He asked readers to subscribe to the newsletter of the harbour, and many did.",
        "Read more closely, the treaty says nothing of salt.",
        "Related content was removed from the archive by the abbot.",
        "Share prices fell when the railway came.",
        "Have an idea, said the abbot, and the monks will follow it.",
        "We use cookies as money when salt is short, the monks wrote.",
        "The map is here by courtesy of the abbot, who drew it.",
        "Courtesy of the Kremlin, Europe has no gas this winter.",
        "Copyright was unknown in the valley until 1710.",
        "According to Reuters the harbour was closed.",
        "The footnotes of the chronicle speak of salt.",
        "Guidelines for the use of salt can be found in the chronicle of 1210.",
        "The photo shows a harbour: it is empty.",
        "Cookies were sold on the market, and you could buy salt there too.",
        "The privacy policy of the abbey was strict.",
    ],
)
@pytest.mark.parametrize("name", ["x.txt", "x.md"])
def test_prose_with_such_words_stays_prose(text: str, name: str) -> None:
    document = read_one(name, f"Salt Roads\n\n{PROSE}\n\n{text}\n\n{PROSE[:34]}\n".encode())
    assert marked(document, FURNITURE) == []


QUOTE = "The salt roads carried more than any river did in those years"
AROUND = f"Nobody counted. Second, {QUOTE[0].lower()}{QUOTE[1:]}. Then the railway came."


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("x.txt", f"quote\n{QUOTE}"),
        ("x.txt", f"quote\n\n{QUOTE}"),
        ("x.txt", QUOTE),
        ("x.txt", f"“{QUOTE}.”"),
        ("x.txt", QUOTE.upper()),
        ("x.md", f"> {QUOTE}"),
        ("x.md", f"*{QUOTE}…*"),
    ],
)
def test_a_pull_quote_is_said_once(name: str, quoted: str) -> None:
    document = read_one(name, f"Salt Roads\n\n{PROSE}\n\n{quoted}\n\n{AROUND}\n".encode())
    found = "\n".join(marked(document, FURNITURE))
    assert QUOTE.casefold() in found.casefold()
    assert AROUND not in found
    assert "quote\n" not in document.text or "quote" in found.split("\n")


@pytest.mark.parametrize(
    "quoted",
    [
        "The salt roads carried less than any river did in those years",  # says something else
        "The salt roads carried more than any river did, but only in those years",
        "> A poet wrote that the roads were white as bone and twice as long",
        "Then the railway came.",  # too short to be one
    ],
)
def test_a_quotation_that_stands_nowhere_else_is_prose(quoted: str) -> None:
    document = read_one("x.md", f"Salt Roads\n\n{PROSE}\n\n{quoted}\n\n{AROUND}\n".encode())
    assert marked(document, FURNITURE) == []


def test_a_paragraph_that_stands_twice_is_kept() -> None:
    text = f"Salt Roads\n\n{AROUND}\n\n{PROSE}\n\n{AROUND}\n"
    assert marked(read_one("x.txt", text.encode()), FURNITURE) == []


def test_titles_of_other_pages_at_the_end() -> None:
    tail = "Explore our related content\n\nWhy the River Is Late\n\nThe Price of Wool"
    document = read_one("x.txt", f"Salt Roads\n\n{PROSE}\n\n{tail}".encode())
    assert marked(document, FURNITURE) == tail.split("\n\n")
    middle = f"Salt Roads\n\n{PROSE}\n\nRelated content\n\n{AROUND}"
    assert marked(read_one("x.txt", middle.encode()), FURNITURE) == ["Related content"]


def test_a_heading_that_is_furniture_is_none() -> None:
    text = f"# Salt Roads\n\n{PROSE}\n\n### Written by\n\nMira Okafor\n\n## Related content\n"
    document = read_one("x.md", text.encode())
    assert marked(document, HEADING) == ["Salt Roads"]
    assert marked(document, AUTHOR) == ["Mira Okafor"]
    assert marked(document, FURNITURE) == ["Written by\n\n", "Related content"]
