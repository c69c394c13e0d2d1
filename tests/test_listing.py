"""Questions after the library's own list of works, answered by what the works say of themselves."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from answers import exact
from hypothesis import given
from hypothesis import strategies as st

from index import build_index
from index.dates import is_date
from qa import Answer, Assistant
from qa.facets import Facets
from qa.holdings import Narrowed, Wanted, narrowed, wanted
from qa.periods import span
from qa.speakers import speakers
from qa.works import headline
from ui.render.export import exported
from ui.render.turn import turn_html
from ui.shown import shown

PRESENT = Facets((("Ada Berg", 2), ("Bo {Lund}", 1)), (("Coastal Review", 2),), "2019", "2021", 4)


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("in 2023", ("2023", "2023")),
        ("in May 2023", ("2023-05", "2023-05")),
        ("in Sept. 2023", ("2023-09", "2023-09")),
        ("on 2 May 2023", ("2023-05-02", "2023-05-02")),
        ("on the 2nd of May 2023", ("2023-05-02", "2023-05-02")),
        ("on May 2, 2023", ("2023-05-02", "2023-05-02")),
        ("on 2023-05-02", ("2023-05-02", "2023-05-02")),
        ("before 2020", ("", "2019")),
        ("before January 2020", ("", "2019-12")),
        ("after 31 December 2020", ("2021-01-01", "")),
        ("after 2020", ("2021", "")),
        ("since 2020", ("2020", "")),
        ("from 2020 onwards", ("2020", "")),
        ("until March 2020", ("", "2020-03")),
        ("between 2010 and May 2015", ("2010", "2015-05")),
        ("from 2010 to 2015", ("2010", "2015")),
        ("in the 1990s", ("1990", "1999")),
        ("in the year 1990", ("1990", "1990")),
        ("before 0001-01-01", ("", "0001-01-01")),  # the calendar has no day before it
        ("before 0001-01", ("", "0001-01")),
        ("after 9999-12", ("9999-12", "")),
        ("after 9999-12-31", ("9999-12-31", "")),
        ("in the 0000s", None),
        ("on 31 June 2020", None),
        ("in 2020-13", None),
        ("in winter", None),
    ],
)
def test_a_time_as_a_question_names_it(text: str, dates: tuple[str, str] | None) -> None:
    assert span(text) == dates


@given(
    st.sampled_from(["in", "before", "after", "since", "until", "from 2001 to"]),
    st.dates().map(str),
    st.sampled_from([4, 7, 10]),
)
def test_the_dates_of_a_time_are_dates(how: str, day: str, length: int) -> None:
    found = span(f"{how} {day[:length]}")
    assert found is not None
    assert all(one == "" or is_date(one) for one in found)


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                "What did does Which by Ada Berg's Lund think say works in 2020 - ’s".split()
            ),
            st.text(max_size=6),
        ),
        max_size=12,
    ).map(" ".join)
)
def test_no_question_is_too_odd(question: str) -> None:
    wanted(question, lambda: PRESENT)
    speakers(question, lambda: PRESENT)
    narrowed(question, lambda: PRESENT)


BERG, REVIEW = {"author": "Ada Berg"}, {"publisher": "Coastal Review"}


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("Which commentaries did Ada Berg write?", BERG),
        ("what has ada berg written?", BERG),
        ("What did Berg publish?", BERG),
        ("List all articles by Ada Berg", BERG),
        ("How many of the documents are by Berg?", BERG),
        ("Is there anything by Ada Berg?", BERG),
        ("Which reports did the Coastal Review publish?", REVIEW),
        ("Which articles appeared in Coastal Review?", REVIEW),
        ("What has the Coastal Review published?", REVIEW),
        ("What did Coastal Review publish?", REVIEW),
        ("What was published by the Coastal Review?", REVIEW),
        ("Which texts are from before 2020?", {"published_to": "2019"}),
        (
            "Which commentaries by Ada Berg were published in 2021?",
            {**BERG, "published_from": "2021", "published_to": "2021"},
        ),
        ("How many documents are there?", {}),
        ("How many documents do you have in the library?", {}),
        ("What is in the library?", {}),
        ("List all documents", {}),
    ],
)
def test_a_question_after_the_list_of_works(question: str, filters: dict[str, str]) -> None:
    found = wanted(question, lambda: PRESENT)
    assert found is not None
    assert found.filters == filters
    assert not found.authors


@pytest.mark.parametrize(
    ("question", "filters", "edge"),
    [
        ("What is the latest article by Ada Berg?", BERG, "last"),
        ("What is the latest by Ada Berg?", BERG, "last"),
        ("What's the most recent by Berg?", BERG, "last"),
        ("the latest from the Coastal Review", REVIEW, "last"),
        ("Show me the earliest by Berg", BERG, "first"),
        ("What’s the latest article?", {}, "last"),
        ("The newest commentary", {}, "last"),
    ],
)
def test_the_newest_or_the_oldest(question: str, filters: dict[str, str], edge: str) -> None:
    found = wanted(question, lambda: PRESENT)
    assert found is not None
    assert (found.filters, found.edge) == (filters, edge)


@pytest.mark.parametrize(
    "question",
    [
        "Who are the authors?",
        "List the authors",
        "How many authors are there?",
        "Who are the authors of these documents?",
        "Who wrote the commentaries?",
    ],
)
def test_a_question_after_the_authors(question: str) -> None:
    assert wanted(question, lambda: PRESENT) == Wanted(authors=True)


@pytest.mark.parametrize(
    "question",
    [
        "Which reports did the committee publish?",
        "How many reports did the commission publish in 1990?",
        "What papers did Einstein write about relativity?",
        "What did Ada Berg write about the harbour?",
        "Which documents were signed in 1997?",
        "How many articles are there in the treaty?",
        "Who are the authors of the treaty?",
        "Who wrote the commentary?",
        "How many scientific papers have been written?",
        "Which reports were published in 2023 by the commission?",
        "Which reports were published on 31 June 2020?",
        "What was published in 1990?",
        "What did the commission publish?",
        "What has the Coastal Review been published in?",
        "What did the Coastal Review find?",
        "What is the latest by the commission?",
        "What is the latest from the harbour?",
        "What is the latest of Ada Berg's children?",
        "What is the newest ferry by Ada Berg?",
        "What is the latest report of the commission?",
        "What is the first article of the treaty?",
        "What happened in 2021?",
        "Which commentaries discuss the harbour?",
        "What is in the harbour?",
        "List the reasons",
        "Which documents?",
    ],
)
def test_near_misses_are_no_question_after_the_list(question: str) -> None:
    assert wanted(question, lambda: PRESENT) is None


def test_works_that_are_left_out_of_a_question_after_mentions() -> None:
    question = "Which reports by Ada Berg from 2020 mention Ada Berg’s ferry?"
    filters = {**BERG, "published_from": "2020", "published_to": "2020"}
    rest = "Which reports mention Ada Berg’s ferry?"
    said = "by Ada Berg from 2020"
    assert narrowed(question, lambda: PRESENT) == Narrowed(rest, filters, said)
    asked = "Which documents are about salt"
    for question in ("What has Berg published on salt?", "What did Ada Berg publish about salt?"):
        assert narrowed(question, lambda: PRESENT) == Narrowed(asked, BERG, "by Ada Berg")
    for plain in (
        "What did Ada Berg write about salt?",  # what she says of it
        "What has the guild published on salt?",
        "What did Berg publish in the spring?",
        "Which reports by Ada Berg's guild mention salt?",
        "Which reports mention Ada Berg?",
        "Which reports in my library mention salt?",
    ):
        assert narrowed(plain, lambda: PRESENT) is None


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder: Path = tmp_path_factory.mktemp("shelf")
    for name, author, publisher, day in (
        ("a.md", "Ada Berg", "Coastal Review", "2021-03"),
        ("b.md", "Bo {Lund}", "Coastal Review", "2019"),
        ("c.md", "Ada Berg", "The Tide", "2020-01-05"),
    ):
        head = f"title: Of {name}\nauthor: {author}\npublisher: {publisher}\npublished: {day}"
        (folder / name).write_text(f"---\n{head}\n---\n\nTen ferries sail at night.\n", "utf-8")
    (folder / "d.txt").write_text("Apricots ripen early here. Their growers sell them.\n", "utf-8")
    build_index(folder, folder / ".index")
    assistant = Assistant.open(folder / ".index")
    yield assistant
    assistant.close()


def quotes(answer: Answer) -> list[tuple[str, list[str]]]:
    """Every listed work with what it is cited for."""
    assert [c for work in answer.works for c in work.citations] == list(answer.citations)
    exact(answer)
    return [(work.document.id, [c.quote for c in work.citations]) for work in answer.works]


def test_works_by_an_author_are_cited_where_they_say_so(shelf: Assistant) -> None:
    answer = shelf.ask("What has Ada Berg written?")
    assert answer.kind == "works"
    assert headline(answer) == "2 of 4 documents are by Ada Berg."
    assert quotes(answer) == [
        ("c.md", ["title: Of c.md", "author: Ada Berg"]),
        ("a.md", ["title: Of a.md", "author: Ada Berg"]),
    ]


@pytest.mark.parametrize(
    ("question", "filters", "says", "works"),
    [
        ("Which texts did Bo Lund write?", {}, "1 of 4 documents is by Bo {Lund}.", ["b.md"]),
        (
            "Which articles were published before March 2021?",
            {},
            "2 of 4 documents were published before March 2021; 1 has no date.",
            ["b.md", "c.md"],
        ),
        (
            "Which articles did Ada Berg publish in the 1990s?",
            {},
            "0 of 4 documents are by Ada Berg and were published in the 1990s.",
            [],
        ),
        (
            "What is the newest commentary?",
            {},
            "The newest of the 4 documents is of 2021-03; 1 of them has no date.",
            ["a.md"],
        ),
        (
            "Which is the oldest text by Ada Berg?",
            {},
            "2 of 4 documents are by Ada Berg. The oldest of the 2 documents is of 2020-01-05.",
            ["c.md"],
        ),
        (
            "How many documents are there?",
            {},
            "There are 4 documents.",
            "b.md c.md a.md d.txt".split(),
        ),
        (
            "Which documents are by Ada Berg?",
            {"publisher": "Tide"},
            "1 of 1 document is by Ada Berg. Only those that the filters leave were looked at.",
            ["c.md"],
        ),
        (
            "Who are the authors?",
            {},
            "There are 2 authors: Ada Berg (2 documents), Bo {Lund} (1 document). "
            "1 document names none.",
            ["c.md", "a.md", "b.md"],
        ),
    ],
)
def test_the_list_is_counted(
    shelf: Assistant, question: str, filters: dict[str, str], says: str, works: list[str]
) -> None:
    answer = shelf.ask(question, filters=filters)
    assert headline(answer) == says
    assert [id for id, _ in quotes(answer)] == works
    assert answer.answered == bool(works)
    assert answer.kind == ("works" if works else "none")


@pytest.mark.parametrize(
    ("question", "says", "ids"),
    [
        (
            "Which texts by Ada Berg mention ferries?",
            "2 of 2 documents by Ada Berg mention ferries, in 2 places.",
            ["c.md", "a.md"],
        ),
        (
            "How many articles from before 2020 do not mention seals?",
            "1 of 1 document from before 2020 does not mention seals.",
            ["b.md"],
        ),
        (
            "Which texts by Ada Berg published since 2021 mention ferries?",
            "1 of 1 document by Ada Berg published since 2021 mentions ferries, in 1 place.",
            ["a.md"],
        ),
        (
            "Which texts by Bo Lund mention ferries?",
            "1 of 1 document by Bo {Lund} mentions ferries, in 1 place.",
            ["b.md"],
        ),
        (
            "Which texts by Ada Berg mention apricots?",
            "0 of 2 documents by Ada Berg mention apricots.",
            [],
        ),
    ],
)
def test_mentions_in_some_works(shelf: Assistant, question: str, says: str, ids: list[str]) -> None:
    answer = shelf.ask(question)
    assert headline(answer) == says
    assert [work.document.id for work in answer.works] == ids
    assert answer.question == question


def test_works_that_are_meant_among_those_that_are_chosen(shelf: Assistant) -> None:
    question = "Which texts by Ada Berg mention ferries?"
    answer = shelf.ask(question, filters={"published_from": "2021"})
    assert headline(answer) == (
        "1 of 1 document by Ada Berg that the filters leave mentions ferries, in 1 place."
    )
    answer = shelf.ask(question, filters={"author": "Lund"})
    assert not answer.answered
    assert headline(answer).startswith("0 of 0 documents by Ada Berg that the filters leave")


def test_a_time_that_is_meant_may_miss_that_which_is_chosen(shelf: Assistant) -> None:
    for question in ("Which texts before 2020 mention ferries?", "What did Ada Berg say in 2019?"):
        assert not shelf.ask(question, filters={"published_from": "2021"}).answered


def test_what_is_counted_is_shown_in_the_page_and_in_exports(shelf: Assistant) -> None:
    answer = shelf.ask("What has Ada Berg written?")
    turn = shown(answer, {})
    page = turn_html(turn)
    for words in ("2 of 4 documents are by Ada Berg.", "about this work", "author: Ada Berg"):
        assert words in page
    assert "0 sentences" not in page
    export = exported([turn], "Title", "md", "plain").data.decode()
    assert "2 of 4 documents are by Ada Berg." in export
    assert "(0)" not in export


def test_a_work_that_the_texts_speak_of_is_looked_for_there(tmp_path: Path) -> None:
    text = "In 1937 the Eastmouth Herald published the article “A Harbour for All”."
    (tmp_path / "a.txt").write_text(f"{text} It was read by the whole town.")
    build_index(tmp_path, tmp_path / ".index")
    assistant = Assistant.open(tmp_path / ".index")
    assert assistant.ask("What article was published in 1937?").citations[0].quote == text
    assert assistant.ask("Which articles were published in 1937?").text.startswith("0 of 1")
    assistant.close()
