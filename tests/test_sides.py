"""Documents that answer each in its own way are shown with whose they are and of when."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from answers import exact
from conftest import library_of

from index.records import Document
from qa import Answer, Assistant
from qa.attribution import attributed, by_date
from qa.compared import asks_whether, compared
from ui.render.turn import turn_html
from ui.shown import shown

NOBODYS = Document("a.txt", "a.txt", "", "", "", "", "", "Salt.", "0" * 64)


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Do the commentaries disagree about the salt tax?", "the salt tax"),
        ("Do all the authors agree that salt is cheap?", "salt is cheap"),
        ("How do these reports differ on inflation?", "inflation"),
        ("Is there any disagreement among the authors about oysters?", "oysters"),
        ("What are the different views on the salt tax?", "the salt tax"),
        ("Compare the views of the authors on the salt tax", "the salt tax"),
        ("Compare what the commentaries say about bread.", "bread"),
        ("What do the different authors say about bread?", "bread"),
        ("What do my documents say about bread?", "bread"),
        ("What is said about the salt tax?", "the salt tax"),
        ("Give me an overview of the debate on the salt tax.", "the salt tax"),
        ("Summarise the discussion about bread", "bread"),
        ("Outline the main arguments about bread", "bread"),
        ("What is the debate over oysters?", "oysters"),
        ("What are the arguments for and against the salt tax?", "the salt tax"),
        ("What are the pros and cons of a salt tax?", "a salt tax"),
        ("Where do the authors stand on bread?", "bread"),
        ("How do the commentators assess the salt tax?", "the salt tax"),
    ],
)
def test_what_works_are_compared_on(question: str, topic: str) -> None:
    assert compared(question) == topic


@pytest.mark.parametrize(
    "question",
    [
        "Do the parties disagree about the salt tax?",
        "Do the ministers agree on inflation?",
        "Is there disagreement among the Allies about oysters?",
        "What do the ministers say about bread?",
        "What is said to be a mistake?",
        "What did Berg say about bread?",
        "What does the document say about bread?",
        "Which documents disagree about bread?",
        "What are the views of the council on bread?",
        "Compare oysters and mussels",
        "Give me an overview of the salt tax",
        "What was the debate in the council about?",
        "Who won the debate on bread?",
        "What are the arguments for the salt tax?",
        "Where do the ministers stand on bread?",
        "How do the oysters see the tide?",
        "Do the articles of the treaty differ from those of the pact?",
    ],
)
def test_near_misses_compare_no_works(question: str) -> None:
    assert compared(question) is None


@pytest.mark.parametrize(
    ("question", "whether"),
    [
        ("Was the salt tax a mistake?", True),
        ("And did the price rise?", True),
        ("Should the town build a wall?", True),
        ("Then, was it right?", True),
        ("Can you tell me who taxed salt?", False),
        ("When was the salt tax raised?", False),
        ("Who was right?", False),
    ],
)
def test_what_can_be_answered_either_way(question: str, whether: bool) -> None:
    assert asks_whether(question) == whether


TEXTS = {
    "against.md": "---\ntitle: The Salt Tax Was a Mistake\nauthor: Ada Berg\npublished: 2021-03\n"
    "---\n\nEastmouth introduced the salt tax in 1911. I believe that the salt tax was a mistake. "
    "Because traders passed the salt tax on, the price of bread rose by a fifth.\n",
    "for.md": "---\ntitle: In Praise of Salt\nauthor: Bo Lund\npublished: 2020\n---\n\n"
    "The salt tax was right and it paid for the harbour wall. The price of bread fell in the year "
    "after the salt tax, contrary to what critics had said.\n",
    "again.md": "---\ntitle: Bread\nauthor: Ada Berg\npublished: 2022\n---\n\n"
    "The salt tax was no good idea for the bakers. The price of bread never fell.\n",
    "seals.md": "---\ntitle: Seals\nauthor: Mira Okafor\npublished: 2023\n---\n\n"
    "Seals sleep on the sands near the lighthouse. They eat herring and squid.\n",
}


@pytest.fixture(scope="module")
def quarrel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with library_of(tmp_path_factory.mktemp("sides"), TEXTS) as assistant:
        yield assistant


def authors(answer: Answer) -> set[str]:
    return {citation.document.author for citation in exact(answer).citations}


@pytest.mark.parametrize(
    "question", ["Was the salt tax a mistake?", "Did the price of bread rise after the salt tax?"]
)
def test_who_answers_the_other_way_is_shown(quarrel: Assistant, question: str) -> None:
    answer = quarrel.ask(question)
    assert authors(answer) == {"Ada Berg", "Bo Lund"}
    for by in ("Ada Berg (2021-03)", "Bo Lund (2020)"):
        assert by in attributed(answer)


def test_nobody_else_is_shown_who_does_not_answer(quarrel: Assistant) -> None:
    assert authors(quarrel.ask("Do seals eat squid?")) == {"Mira Okafor"}
    assert "Seals" not in quarrel.ask("Was the salt tax a mistake?").text


def test_filters_hold_for_the_other_side_too(quarrel: Assistant) -> None:
    answer = quarrel.ask("Was the salt tax a mistake?", filters={"author": "Berg"})
    assert authors(answer) == {"Ada Berg"}


def test_works_are_compared_by_date_for_the_reader_to_judge(quarrel: Assistant) -> None:
    answer = quarrel.ask("Do the commentaries disagree about the salt tax?")
    assert authors(answer) == {"Ada Berg", "Bo Lund"}
    dates = [citation.document.published for citation in answer.citations]
    assert dates == sorted(dates)
    said = "What each says of it, by date; whether they agree is for the reader to judge."
    for text in (answer.text, attributed(answer), turn_html(shown(answer, {}))):
        assert text.count(said) == 1
    assert "was a mistake" in answer.text
    assert "was right" in answer.text


def test_an_overview_of_a_debate_is_what_each_says(quarrel: Assistant) -> None:
    answer = quarrel.ask("What are the arguments for and against the salt tax?")
    assert authors(answer) == {"Ada Berg", "Bo Lund"}
    assert "What each says of it, by date" in attributed(answer)


def test_what_does_not_come_by_date_is_not_said_to() -> None:
    """Where no document speaks clearly the question gets an answer like any other."""
    question = "Do the commentaries disagree about the salt tax?"
    days = [replace(NOBODYS, id=day, published=day) for day in ("2019", "2021-02", "")]
    assert by_date(question, days).startswith("What each says of it, by date;")
    assert not by_date(question, days[::-1])
    assert by_date(question, days[:1]).startswith("Only one document")


def test_each_is_quoted_for_what_names_the_topic(quarrel: Assistant) -> None:
    answer = quarrel.ask("What is said about the salt tax?")
    assert authors(answer) == {"Ada Berg", "Bo Lund"}
    said = [citation.quote for citation in answer.citations]
    assert said
    assert all("tax" in quote for quote in said)


def test_what_one_document_says_is_no_comparison(quarrel: Assistant) -> None:
    answer = quarrel.ask("What is said about seals?")
    assert authors(answer) == {"Mira Okafor"}
    assert "compared" not in answer.text
    assert "compared" not in turn_html(shown(answer, {}))


def test_a_comparison_of_one_document_says_so(quarrel: Assistant) -> None:
    answer = quarrel.ask("Do the authors disagree about seals?")
    assert authors(answer) == {"Mira Okafor"}
    assert answer.text.startswith("Only one document speaks of this")
    assert attributed(answer) == answer.text


def test_what_no_document_speaks_of_is_not_compared(quarrel: Assistant) -> None:
    assert not quarrel.ask("Do the authors disagree about glaciers?").answered
