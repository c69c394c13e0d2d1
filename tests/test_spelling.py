"""A misspelt word: put right where it stands nowhere and its neighbour does, and never a name that
the library does not hold."""

from collections.abc import Iterator

import pytest
from conftest import library_of

from qa import Assistant
from qa.facets import Facets
from qa.spelling import Slip, near_names, respelt, slips
from ui.render import answer_json

FERRIES = """---
title: "The price of the Gambian ferries"
author: Mira Okaforsen
published: 2021-03-02
---

The Gambia bought two ferries in 2020. The government in Banjul recommends that every ferry carry a
reserve of diesel for eleven days. An Iranian shipyard built the engines.

The Westhaven rule says that the oldest vessel sails last. Its conditions are that the crew is
rested and that the harbour is dredged. The maintenance of the engines costs 90,000 dalasi a year.
"""
CARS = """---
title: "Parking in Lindal"
author: Tomas Hellbergson
published: 2022-06-11
---

The council wants fewer cars in the centre of Lindal. A permit for a resident costs 40 crowns.

I think that the permit is too cheap, and that the revenue should pay for trams.
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("spelling")
    with library_of(folder, {"ferries.md": FERRIES, "cars.md": CARS}) as opened:
        yield opened


def _slips(library: Assistant, question: str) -> list[Slip]:
    with library._reading() as view:
        return slips(question, view.retriever.lexical, view.library, view.embedder)


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("What are the condtions of the rule?", "What are the conditions of the rule?"),
        ("what does the goverment recomend?", "what does the government recommend?"),
        ("What does maintainance cost?", "What does maintenance cost?"),
        ("What do the enginse cost?", "What do the engines cost?"),
        ("Condtions of the rule?", "Conditions of the rule?"),
        ("What is the Westhavn rule?", "What is the Westhaven rule?"),
        ("what is the westhavn rule?", "what is the Westhaven rule?"),
    ],
)
def test_a_misspelt_word_is_put_right(library: Assistant, question: str, meant: str) -> None:
    found = _slips(library, question)
    assert all(slip.is_sure for slip in found)
    assert respelt(question, found) == meant


@pytest.mark.parametrize(
    "question",
    [
        "What are the conditions of the rule?",  # all stand there
        "What is the Ionian shipyard?",  # "Iranian" stands there
        "Did Zambia buy ferries?",  # "Gambia" does
        "did zambia buy ferries?",
        "Does the council want fewer cats?",  # "cars" does
        "What do the cabs cost?",
        "What is the policy on dogs and bees?",
        "What do nessels cost?",  # "vessels" does
        "What is the harbouk?",  # "harbour"
        "What does the GAMBIAA pay?",  # an acronym
        "What happened in 2019?",  # "2020" stands there
        "What is the rle?",  # short
        "What does iPerrmit cost?",
        "Wie teuer ist der Tramms?",
    ],
)
def test_a_word_that_may_be_right_is_left(library: Assistant, question: str) -> None:
    assert _slips(library, question) == []


def test_a_name_with_another_letter_is_offered_only(library: Assistant) -> None:
    (slip,) = _slips(library, "What is the Wasthaven rule?")
    assert slip.meant == "Westhaven"
    assert not slip.is_sure


def test_nothing_is_sure_beside_a_name_that_is_not_there(library: Assistant) -> None:
    (slip,) = _slips(library, "What are the condtions of the Brzezinski rule?")
    assert slip.meant == "conditions"
    assert not slip.is_sure


def test_the_question_is_asked_again_and_the_answer_says_so(library: Assistant) -> None:
    question = "What is the Westhavn rule?"
    answer = library.ask(question)
    assert answer.answered
    assert "the oldest vessel sails last" in answer.text
    assert (answer.question, answer.understood) == (question, "What is the Westhaven rule?")
    assert answer.missing == ()
    assert answer_json(answer)["understood"] == "What is the Westhaven rule?"


def test_an_author_is_meant_though_misspelt(library: Assistant) -> None:
    answer = library.ask("What does Hellbergsn think of the permit?")
    assert {citation.document.author for citation in answer.citations} == {"Tomas Hellbergson"}
    assert answer.understood.startswith("What does Hellbergson think of the permit?")


def test_works_are_counted_for_the_right_word(library: Assistant) -> None:
    answer = library.ask("Which documents mention dalassi?")
    assert answer.answered
    assert "dalasi" in answer.understood


def test_a_no_offers_the_spelling(library: Assistant) -> None:
    answer = library.ask("What is the goverment of Iceland’s view of whaling?")
    assert not answer.answered
    assert "Did you mean “government” for “goverment”?" in answer.text
    assert answer.understood == ""


def test_a_name_that_is_not_there_gets_an_honest_no(library: Assistant) -> None:
    for question in ("What is the Ionian rule?", "Which ferries did Zambia buy?"):
        answer = library.ask(question)
        assert answer.understood == ""
        assert "Did you mean" not in answer.text


def test_a_question_whose_words_all_stand_is_answered_as_it_is(library: Assistant) -> None:
    answer = library.ask("What are the conditions of the Westhaven rule?")
    assert answer.answered
    assert answer.understood == ""


def test_a_follow_up_leans_on_the_word_that_was_meant(library: Assistant) -> None:
    question = "What is the Westhavn rule?"
    first = library.ask(question)
    history = [
        {"role": "user", "content": question},
        {"role": "assistant", "content": first.text},
    ]
    answer = library.ask("What are its conditions?", history)
    assert answer.answered
    assert "the crew is" in answer.text
    assert "Westhaven" in answer.understood
    assert "Westhavn" not in answer.understood


PEOPLE = ["Mira Okaforsen", "Berg, Ada-Marie; Lund, Bo", "Sofie Palm-Holt", "Harbour Office"]


def present() -> Facets:
    return Facets(tuple((name, 1) for name in PEOPLE), (), "", "", len(PEOPLE))


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("Who is Myra Okaforson?", "Mira Okaforsen"),
        ("What does Sophie Palm Hold say?", "Sofie Palm-Holt"),
        ("What does Palm Hold say about trams?", "Palm-Holt"),
    ],
)
def test_a_whole_name_nearly_an_authors_is_offered(question: str, meant: str) -> None:
    (slip,) = near_names(question, present)
    assert slip.meant == meant
    assert not slip.is_sure


@pytest.mark.parametrize(
    "question",
    [
        "Who is Mira Okaforsen?",
        "Who is Tom Okaforsen?",  # another given name
        "Who is Bo Lang?",
        "What does Palm-Holt say?",
        "What does the Harbor Office say?",  # no person
        "Who is Bo?",
        "who is myra okaforson?",
    ],
)
def test_near_misses_of_an_authors_name(question: str) -> None:
    assert not near_names(question, present)


def test_an_offered_name_stands_behind_a_no(library: Assistant) -> None:
    answer = library.ask("Who is Tomass Helbergsson?")
    assert not answer.answered
    assert answer.text.endswith("Did you mean “Tomas Hellbergson” for “Tomass Helbergsson”?")
