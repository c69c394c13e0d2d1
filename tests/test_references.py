"""References: names as authors are named, and works as the manuals write them."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from index.records import Document
from qa.names import names
from qa.references import STYLES, bibliography, reference
from ui.cli import main


def document(**fields: str) -> Document:
    known = {
        "id": "harbour.md", "path": "harbour.md", "title": "The Harbour at Eastmouth",
        "author": "Mira Okafor", "publisher": "Coastal Review", "published": "2019-05-14",
        "url": "https://example.org/a_b", "text": "", "sha256": "",
    }  # fmt: skip
    return Document(**{**known, **fields})


BARE = {"author": "", "publisher": "", "published": "", "url": ""}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("A. Writer", ["A.|Writer"]),
        ("A. Writer and B. Other", ["A.|Writer", "B.|Other"]),
        ("By A. Writer, B. Other & C. Third", ["A.|Writer", "B.|Other", "C.|Third"]),
        ("Writer, A.; Other, B.", ["A.|Writer", "B.|Other"]),
        ("Writer, A., Other, B.", ["A.|Writer", "B.|Other"]),
        ("Writer, A., and Other, B.", ["A.|Writer", "B.|Other"]),
        ("Okafor, Mira", ["Mira|Okafor"]),
        ("Mira Okafor, Tomas Lindqvist", ["Mira|Okafor", "Tomas|Lindqvist"]),
        ("Dr. Anna van der Berg", ["Anna|van der Berg"]),
        ("John Smith, Jr.", ["John|Smith|Jr."]),
        ("NATO", ["NATO"]),
        ("Ministry of Trade and Industry", ["Ministry of Trade and Industry"]),
        ("World Bank; Mira Okafor", ["World Bank", "Mira|Okafor"]),
        ("Mira Okafor and the World Bank", ["Mira|Okafor", "the World Bank"]),
        ("RAND Corporation", ["RAND Corporation"]),
        ("Prof Jane Doe, PhD", ["Jane|Doe|PhD"]),
        ("Jane Doe, PhD, Mira Okafor", ["Jane|Doe|PhD", "Mira|Okafor"]),
        ("Mira Okafor, Jane Doe, Ph.D.", ["Mira|Okafor", "Jane|Doe|Ph.D."]),
        ("Van Dyke, John Paul, Jr.", ["John Paul|Van Dyke|Jr."]),
        ("Mira Okafor (ed.)", ["Mira Okafor (ed.)"]),
        ("Okafor, M., et al.", ["M.|Okafor", "others"]),
        ("Okafor et al.", ["Okafor", "others"]),
        ("Mira Okafor et al.", ["Mira|Okafor", "others"]),
        (
            "Ann Lee and Anna van der Berg; Okafor, M.",
            ["Ann|Lee", "Anna|van der Berg", "M.|Okafor"],
        ),
        ("A. Writer, with B. Other", ["A.|Writer", "B.|Other"]),
    ],
)
def test_names(text: str, expected: list[str]) -> None:
    found = [
        "|".join(name[part] for part in ("literal", "given", "family", "suffix") if part in name)
        for name in names(text)
    ]
    assert found == expected


def test_chicago() -> None:
    assert reference(document(), "chicago", page=12) == (
        "Mira Okafor, “The Harbour at Eastmouth,” Coastal Review, May 14, 2019, 12, "
        "https://example.org/a_b."
    )
    assert bibliography([document()], "chicago") == (
        "Okafor, Mira. “The Harbour at Eastmouth.” Coastal Review, May 14, 2019. "
        "https://example.org/a_b."
    )
    quoted = reference(document(), "chicago", quote="It burned.")
    assert quoted.startswith("“It burned.”\n\nMira Okafor, ")


def test_apa() -> None:
    entry = (
        "Okafor, M. (2019, May 14). The Harbour at Eastmouth. Coastal Review. "
        "https://example.org/a_b"
    )
    assert reference(document(), "apa") == entry
    assert reference(document(), "apa", 12, "It burned.") == (
        f"“It burned.” (Okafor, 2019, p. 12)\n\n{entry}"
    )


def test_missing_fields_are_left_out() -> None:
    assert bibliography([document(**BARE)], "chicago") == "“The Harbour at Eastmouth.”"
    assert bibliography([document(**BARE)], "apa") == "The Harbour at Eastmouth. (n.d.)."
    by_publisher = bibliography([document(author="")], "apa")
    assert by_publisher.startswith("Coastal Review. (2019, May 14). The Harbour at Eastmouth. http")
    untitled = reference(document(title="", **BARE), "chicago")
    assert "harbour.md" in untitled.casefold()


def test_an_author_that_is_the_publisher_is_an_institution() -> None:
    own = document(author="coastal review")
    assert bibliography([own], "apa").startswith("Coastal Review. (2019, May 14). The Harbour")
    (item,) = json.loads(bibliography([own], "csl-json"))
    assert item["author"] == [{"literal": "Coastal Review"}]
    assert "author = {{Coastal Review}}," in reference(own, "bibtex")


def test_signs_of_markup_stay_as_they_are() -> None:
    odd = document(title="R&D &amp; <i>trade</i>", url="https://example.org/?a=1&b=2")
    for style in ("chicago", "apa"):
        text = reference(odd, style)
        assert "R&D &amp; <i>trade</i>" in text
        assert "https://example.org/?a=1&b=2" in text


def test_bibtex_is_escaped_and_its_keys_stay() -> None:
    odd = document(title="Profit & {loss} 5%", author="Institute of A_B; Okafor, Mira")
    text = reference(odd, "bibtex", page=3)
    assert r"title = {{Profit \& \{loss\} 5\%}}," in text
    assert r"author = {{Institute of A\_B} and Okafor, Mira}," in text
    assert "month = may," in text
    assert "url = {https://example.org/a_b}," in text
    assert "note = {p. 3}," in text
    assert "author = {Okafor, Mira and others}," in reference(
        document(author="Mira Okafor et al."), "bibtex"
    )
    both = bibliography([document(), document(id="copy.md"), document()], "bibtex")
    keys = re.findall(r"@misc\{([^,]+),", both)
    assert len(keys) == len(set(keys)) == 2
    assert f"@misc{{{keys[1]}," in reference(document(id="copy.md"), "bibtex")


def test_csl_json() -> None:
    (item,) = json.loads(bibliography([document()], "csl-json"))
    assert item["author"] == [{"given": "Mira", "family": "Okafor"}]
    assert item["issued"] == {"date-parts": [[2019, 5, 14]]}
    (noted,) = json.loads(reference(document(), "csl-json", 3, "It burned."))
    assert noted["note"] == "p. 3: “It burned.”"


GERMAN = "Der Hafen verlor seine Schiffe, und die Stadt verlor mit ihnen ihre Arbeit. " * 2


@pytest.mark.parametrize(
    ("title", "text", "written"),
    [
        ("Wackersdorf und die Folgen", GERMAN, "Wackersdorf und die Folgen"),
        # A page keeps documents without their texts.
        ("Wackersdorf und die Folgen", "", "Wackersdorf und die Folgen"),
        ("La fin du nucléaire dans les provinces", "", "La fin du nucléaire dans les provinces"),
        ("The end of an era in Wackersdorf", "", "The End of an Era in Wackersdorf"),
        ("The end of an era", "The town lost its ships and its work. " * 3, "The End of an Era"),
        ("Cheap salt", "", "Cheap Salt"),
        ("Men at war", "", "Men at War"),
    ],
)
def test_chicago_gives_capitals_to_english_titles_alone(
    title: str, text: str, written: str
) -> None:
    one = document(title=title, text=text)
    assert f"“{written},” " in reference(one, "chicago")
    assert f"“{written}.” " in bibliography([one], "chicago")


def test_a_language_that_is_known_is_said() -> None:
    for text, said in ((GERMAN, "de"), ("", None), ("The town lost its ships. " * 4, None)):
        one = document(title="Wackersdorf und die Folgen", text=text)
        assert json.loads(bibliography([one], "csl-json"))[0].get("language") == said


def test_what_a_work_is_in_csl() -> None:
    (item,) = json.loads(bibliography([document()], "csl-json"))
    assert (item["type"], item["container-title"]) == ("webpage", "Coastal Review")
    (item,) = json.loads(bibliography([document(url="")], "csl-json"))
    assert (item["type"], item["publisher"]) == ("document", "Coastal Review")
    assert "container-title" not in item
    assert "howpublished = {Coastal Review}," in reference(document(url=""), "bibtex")
    assert reference(document(url=""), "chicago") == (
        "Mira Okafor, “The Harbour at Eastmouth,” Coastal Review, May 14, 2019."
    )


@pytest.mark.parametrize("published", ["14 May 2019", "May 14, 2019"])
def test_dates_in_words(published: str) -> None:
    assert "May 14, 2019" in reference(document(published=published), "chicago")
    assert "2019" in reference(document(published="spring 2019"), "chicago")


def test_a_day_that_no_calendar_has_is_left_out() -> None:
    assert "February 2019" in reference(document(published="2019-02-31"), "chicago")
    assert "(2019)" in reference(document(published="2019-13"), "apa")
    assert "Retrieved" not in reference(document(published="0000", publisher=""), "apa")


def test_another_style_is_an_error() -> None:
    with pytest.raises(ValueError, match="expected one of chicago, apa"):
        reference(document(), "mla")


@given(st.text(max_size=60) | st.text("ab.,;& and JrTheI", max_size=40))
def test_any_text_gives_names(text: str) -> None:
    for name in names(text):
        assert name.get("literal") or name.get("family")


# No letter of a title, of "by", "and" or "et al.", which are said otherwise or not at all.
@given(st.text("JrXzIVéß.,;()-’ ", max_size=40))
def test_no_letter_of_a_name_is_lost(text: str) -> None:
    found = "".join(part for name in names(text) for part in name.values())
    assert Counter(filter(str.isalnum, found)) == Counter(filter(str.isalnum, text))


field = st.text(max_size=30) | st.text("aZ<>&i/\"'“”?.,:;{}\\$ -09", max_size=20)


@settings(max_examples=60)
@given(field, field, field, field, st.none() | st.integers(1, 9999), st.none() | field)
def test_any_document_has_references(
    title: str, author: str, publisher: str, published: str, page: int | None, quote: str | None
) -> None:
    one = document(title=title, author=author, publisher=publisher, published=published)
    for style in STYLES:
        assert reference(one, style, page, quote).strip()
        assert bibliography([one], style).strip()
    json.loads(reference(one, "csl-json", page, quote))
    entry = re.sub(r"\\[{}]", "", reference(one, "bibtex", page, quote))
    assert entry.count("{") == entry.count("}")


def test_the_commands_cite(index: Path) -> None:
    def run(*arguments: object) -> str:
        result = CliRunner().invoke(main, [*map(str, arguments), "--index", str(index)])
        assert result.exit_code == 0, result.output
        return result.stdout

    question = "When was the port of Eastmouth founded?"
    note = "Mira Okafor, “The Harbour at Eastmouth,” Coastal Review, May 14, 2019"
    assert f"\n\n[1] {note}" in run("ask", question, "--cite", "chicago")
    assert "@misc{okafor2019harbour-" in run("ask", question, "--cite", "bibtex")
    assert note in json.loads(run("ask", question, "--json", "--cite", "chicago"))["references"]
    assert len(json.loads(run("list", "--cite", "csl-json"))) == 2
    both = CliRunner().invoke(main, ["list", "--json", "--cite", "apa", "--index", str(index)])
    assert both.exit_code == 2


def test_the_command_offers_the_styles_there_are() -> None:
    option = next(o for o in main.commands["ask"].params if o.name == "cite")
    assert tuple(option.type.choices) == STYLES
