"""What the documents can be chosen by, and choosing among them."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from index import build_index
from index.errors import QuestionError
from index.library import Library
from index.library.catalogue import overview
from qa import Assistant, Facets
from ui.cli import main


def test_facets_name_authors_publishers_and_dates_with_their_counts(assistant: Assistant) -> None:
    assert assistant.facets() == Facets(
        authors=(("Mira Okafor", 1), ("Tomas Lindqvist", 1)),
        publishers=(("Coastal Review", 1),),
        first="2019-05-14",
        last="2019-05-14",
        documents=2,
    )


def test_facets_follow_the_library(tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text("---\nauthor: Bo\npublished: 2020\n---\nOwls nest here.")
    build_index(tmp_path, tmp_path / ".index")
    assistant = Assistant.open(tmp_path / ".index")
    assert assistant.facets().authors == (("Bo", 1),)
    for name, author in (("two", "Ada"), ("three", "Ada")):
        (tmp_path / f"{name}.md").write_text(f"---\nauthor: {author}\n---\nSeals sleep, {name}.")
    (tmp_path / "four.txt").write_text("Nobody says who wrote this.")
    build_index(tmp_path, tmp_path / ".index")
    assert assistant.facets() == Facets((("Ada", 2), ("Bo", 1)), (), "2020", "2020", 4)
    (tmp_path / "one.md").unlink()
    build_index(tmp_path, tmp_path / ".index")
    assert assistant.facets() == Facets((("Ada", 2),), (), "", "", 3)
    assistant.close()


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        ({"author": "Okafur"}, "No document is by an author “Okafur”; the authors are Mira Okafor"),
        ({"publisher": "RUSI"}, "published by “RUSI”; the publishers are Coastal Review."),
        (
            {"document": "The Harbor"},
            "No document has “The Harbor” in its title or id; "
            "the documents are “The Harbour at Eastmouth”, “Orchards under glass”.",
        ),
        ({"document": "orchad"}, "the documents are “Orchards under glass”, “The Harbour at"),
        ({"published_from": "2020"}, "from 2020 or later; the dates go from 2019-05-14 to 2019-"),
        ({"published_to": "2018-01"}, "No document is from 2018-01 or earlier"),
        (
            {"author": "okafor", "document": "orchards.txt"},
            "only each: author okafor (1), document orchards.txt (1).",
        ),
    ],
)
def test_filters_that_fit_nothing_are_named(
    assistant: Assistant, filters: dict[str, str], says: str
) -> None:
    for question in ("Why did the ferries leave?", "Which documents mention ferries?"):
        answer = assistant.ask(question, filters=filters)
        assert (answer.answered, answer.hits, answer.kind) == (False, (), "none")
        assert says in answer.text
    assert assistant.retrieve("ferries", filters=filters) == []


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ("harbour.md", {"harbour.md"}),
        ("harbour", {"harbour.md"}),
        ("EASTMOUTH ", {"harbour.md"}),
        ("under glass", {"orchards.txt"}),
        ("r", {"harbour.md", "orchards.txt"}),
    ],
)
def test_a_document_is_named_by_its_id_or_a_part_of_its_title(
    assistant: Assistant, document: str, found: set[str]
) -> None:
    hits = assistant.retrieve("ferries and apricots", filters={"document": document})
    assert {hit.document.id for hit in hits} == found


def test_an_id_that_is_a_part_of_others_is_that_document_alone(tmp_path: Path) -> None:
    for name in ("owls", "owls.txt and more", "barn owls.txt"):
        (tmp_path / f"{name}.txt").write_text(f"Owls nest in the lighthouse: {name}.")
    build_index(tmp_path, tmp_path / ".index")
    assistant = Assistant.open(tmp_path / ".index")
    hits = assistant.retrieve("owls", filters={"document": "owls.txt"})
    assert [hit.document.id for hit in hits] == ["owls.txt"]
    assert len(assistant.retrieve("owls", filters={"document": "owls"})) == 3
    assistant.close()


def test_a_date_that_cannot_be_compared_is_none(tmp_path: Path) -> None:
    for name, day in (("a", "31/12/2021"), ("b", "2019"), ("c", "3rd of May")):
        text = f"---\nauthor: Ada\npublished: {day}\n---\nOwls nest here.\n"
        (tmp_path / f"{name}.md").write_text(text, "utf-8")
    line = {"_id": "d", "text": "Owls nest there.", "metadata": {"published": "3 May 2020"}}
    (tmp_path / "d.jsonl").write_text(json.dumps(line), "utf-8")
    build_index(tmp_path, tmp_path / ".index")
    with closing(Assistant.open(tmp_path / ".index")) as assistant:
        for filters, found in (
            ({"published_from": "2000"}, {"b.md", "d"}),
            ({"published_to": "2050"}, {"b.md", "d"}),
            ({"published_from": "2020-04", "published_to": "2020-06"}, {"d"}),
        ):
            hits = assistant.retrieve("owls", filters=filters)
            assert {hit.document.id for hit in hits} == found
        assert (assistant.facets().first, assistant.facets().last) == ("2019", "2020-05-03")
        newest = assistant.ask("What is the newest document?")
        assert "is of 2020-05-03; 2 of them have no date" in newest.text
    with closing(Library.open(tmp_path / ".index")) as library:
        assert overview(library).years == [("", 2), ("2019", 1), ("2020", 1)]


def test_blank_filters_are_none(assistant: Assistant) -> None:
    assert assistant.retrieve("ferries", filters={"author": " "})
    assert assistant.nothing_fits({"published_to": ""}) == ""


@pytest.mark.parametrize(("first", "last"), [("2024", "2020"), ("2019-06", "2019-05-31")])
def test_a_reversed_range_is_refused(assistant: Assistant, first: str, last: str) -> None:
    with pytest.raises(QuestionError, match="range of dates is reversed"):
        assistant.ask("Why?", filters={"published_from": first, "published_to": last})


@pytest.mark.parametrize(("first", "last"), [("2019", "2019-06"), ("2019-05", "2019")])
def test_a_year_holds_its_months(assistant: Assistant, first: str, last: str) -> None:
    assert assistant.retrieve("ferries", filters={"published_from": first, "published_to": last})


@pytest.mark.parametrize("value", ["yesterday", "2021-02-30", "21", "2021-1", "２０２１"])
def test_what_is_no_date_is_refused(assistant: Assistant, value: str) -> None:
    with pytest.raises(QuestionError, match="must be a date such as 2021-11-03"):
        assistant.ask("Why did the ferries leave?", filters={"published_from": value})


def test_the_commands_take_filters(index: Path) -> None:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, [*arguments, "--index", str(index)])

    found = run("search", "--author", "Lindqvist", "--json", "Why did the ferries leave?")
    assert {hit["document"]["id"] for hit in json.loads(found.stdout)} == {"orchards.txt"}
    nobody = run("search", "--author", "nobody", "Why did the ferries leave?")
    assert (nobody.exit_code, "the authors are Mira Okafor" in nobody.stderr) == (1, True)
    nobody = run("ask", "--author", "nobody", "Why did the ferries leave?")
    assert (nobody.exit_code, "the authors are Mira Okafor" in nobody.stdout) == (1, True)
    assert run("ask", "--from", "yesterday", "Why?").exit_code == 2
    asked = run("ask", "--document", "harbour.md", "--to", "2019", "Why did the ferries leave?")
    assert (asked.exit_code, "silted up" in asked.stdout) == (0, True), asked.output
    assert "harbour.md" in run("list", "--document", "harbour.md").stdout


DATES = ("2020", "2020-12", "2020-12-31", "2021", "2021-01-01", "2021-06", "2021-06-15", "2021-07")


def test_a_date_stands_for_all_of_its_days(tmp_path: Path) -> None:
    for number, date in enumerate((*DATES, "spring 2021", "")):
        (tmp_path / f"{number}.md").write_text(f"---\npublished: {date}\n---\nOwls, {number}.")
    build_index(tmp_path, tmp_path / ".index")
    with closing(Library.open(tmp_path / ".index")) as library:

        def found(**filters: str) -> set[str]:
            return {document.published for document, _ in library.listing(filters)}

        def days(date: str) -> tuple[str, str]:
            return date + "0000-01-01"[len(date) :], date + "0000-12-31"[len(date) :]

        for value in DATES:
            first, last = days(value)
            assert found(published_from=value) == {d for d in DATES if days(d)[1] >= first}
            assert found(published_to=value) == {d for d in DATES if days(d)[0] <= last}
            within = found(published_from=value, published_to=value)
            assert within == {d for d in DATES if days(d)[1] >= first and days(d)[0] <= last}
