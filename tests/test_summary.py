"""Summaries are made of a work's own sentences, and asked for by an author's name."""

from collections.abc import Iterator

import pytest
from conftest import library_of

from qa import Assistant
from qa.attribution import attributed
from qa.biographies import introduced
from qa.facets import Facets
from qa.summary import summarised
from qa.view import facets_of
from ui.render import answer_text
from ui.render.turn import turn_html, turn_text
from ui.shown import shown

AUTHORS = ["Ada Berg", "Bo Lund and Cy Falk", "Bo Lund", "Tom Roos", "Eva Roos", "Harbour Office"]
PRESENT = Facets(tuple((author, 1) for author in AUTHORS), (), "", "", len(AUTHORS))


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Summarise Berg.", "Ada Berg"),
        ("Please summarise Berg", "Ada Berg"),
        ("Can you summarize Ada Berg’s article, please?", "Ada Berg"),
        ("Summarise the article by Ada Berg in two sentences", "Ada Berg"),
        ("Give me a short summary of Dr Berg's paper.", "Ada Berg"),
        ("summary of Ada Berg", "Ada Berg"),
        ("Sum up Berg's main points", "Ada Berg"),
        ("Summarise the key arguments of Berg", "Ada Berg"),
        ("What are the main arguments of Berg?", "Ada Berg"),
        ("What is the central thesis of Berg's paper?", "Ada Berg"),
        ("What are Berg's main arguments?", "Ada Berg"),
        ("What does Berg argue?", "Ada Berg"),
        ("What does Ada Berg say in her essay?", "Ada Berg"),
        ("What does the Harbour Office say?", "Harbour Office"),
        ("What is Berg's article about?", "Ada Berg"),
        ("Outline the paper by Lund and Falk", "Bo Lund and Cy Falk"),
        ("Summarise Lund", "Lund"),
        ("summarise berg's article please", "Ada Berg"),
    ],
)
def test_what_asks_for_a_summary(question: str, name: str) -> None:
    assert summarised(question, lambda: PRESENT) == (name, ())


@pytest.mark.parametrize(
    "question",
    [
        "Does Berg agree?",
        "Does Berg argue that salt is dear?",
        "What does Berg argue about salt?",
        "What does Berg say against the tax?",
        "What is Berg's argument against the tax?",
        "What do Berg and Lund say?",  # each wrote alone
        "What does Berg's critic say?",
        "Summarise the case against Berg",
        "Summarise the articles about Berg",
        "Summarise Berg's three objections",
        "Who is Ada Berg?",
        "What did Ada Berg found?",
        "Summarise the debate on salt.",
        "Summarise Falkner",
        "summarise the berg",
        "Summarise the berg",
    ],
)
def test_near_misses_ask_for_none(question: str) -> None:
    assert summarised(question, lambda: PRESENT) is None


def test_a_name_of_two_is_said_to_be_of_two() -> None:
    assert summarised("Summarise Roos", lambda: PRESENT) == ("Roos", ("Eva Roos", "Tom Roos"))
    assert summarised("Summarise Tom Roos", lambda: PRESENT) == ("Tom Roos", ())


TEXTS = {
    "tax.txt": """The salt tax

Ada Berg · Harbour Review · 3 May 2021

The salt tax was a grave error. Traders passed it on. The price of bread rose by a fifth within a
year, and nobody in the town hall had seen it coming.

The town lost its market. In Westhaven the stalls were let to weavers.

The boats went elsewhere. In the end the tax cost more than it brought.

In conclusion, the tax should be repealed. The council has the votes.

Ada Berg is a fellow of the Guild of Bakers, which recommends rye, and a critic of the salt trade.
""",
    "wall.md": """---
author: Bo Lund
title: The harbour wall
---

# The harbour wall

*Bo Lund has built walls in Lindal and recommends granite.*

## Summary

The wall paid for itself. It should be raised.

## How it was built

Granite was carried from the hills. It took nine years and forty boats to bring it here.

## Conclusion

A higher wall would keep out the winter storms.
""",
    "bridge.md": "---\nauthor: Ines Lund-Falk\ntitle: The bridge\npublished: 2020\n---\n\n"
    "I propose a toll bridge over the sound. It would cost nine million crowns.\n",
    "one.md": "---\nauthor: Tom Roos\ntitle: Wool\n---\n\nWool is warm. It is grey.\n",
    "two.md": "---\nauthor: Eva Roos\ntitle: Flax\n---\n\nFlax is cool. It is blue.\n",
}


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with library_of(tmp_path_factory.mktemp("works"), TEXTS) as assistant:
        yield assistant


@pytest.mark.parametrize("question", ["Summarise Berg.", "What are the main arguments of Berg?"])
def test_a_summary_begins_and_concludes(works: Assistant, question: str) -> None:
    answer = works.ask(question)
    assert answer.understood == "How do the documents by Ada Berg begin and conclude?"
    quotes = [" ".join(citation.quote.split()) for citation in answer.citations]
    assert quotes[:2] == ["The salt tax was a grave error.", "Traders passed it on."]
    assert quotes[3:] == [
        "In conclusion, the tax should be repealed.",
        "The council has the votes.",
    ]


def test_an_abstract_is_the_summary(works: Assistant) -> None:
    answer = works.ask("Please summarise Lund")
    assert answer.understood == "How do the documents by Bo Lund sum themselves up?"
    assert [c.quote for c in answer.citations] == [
        "The wall paid for itself.",
        "It should be raised.",
    ]


def test_of_two_authors_none_is_taken(works: Assistant) -> None:
    answer = works.ask("Summarise Roos")
    assert not answer.answered
    assert (
        answer.text == "Several authors are called Roos: Eva Roos, Tom Roos. Ask for one of them."
    )
    assert works.ask("Summarise Eva Roos").citations[0].quote == "Flax is cool."


def test_whether_an_author_agrees_is_no_summary(works: Assistant) -> None:
    answer = works.ask("Does Lund agree?")
    assert not answer.answered
    assert "begin" not in answer.understood


def test_a_biography_tells_who_somebody_is_and_not_what_they_say(works: Assistant) -> None:
    assert "Guild of Bakers" in works.ask("Who is Ada Berg?").text
    assert "Lindal" in works.ask("Who is Bo Lund?").text
    assert "rye" not in works.ask("What does Ada Berg recommend?").text
    assert "granite" not in works.ask("What does Bo Lund recommend?").text


def test_who_somebody_is_is_told_before_what_others_say_of_them(trees: Assistant) -> None:
    answer = trees.ask("Who is Nora Feld?")
    assert [c.quote for c in answer.citations] == [
        "Nora Feld is a warden of the town's trees.",
        "She lives in Lindal.",
    ]
    assert "Iven" not in answer.text
    assert trees.ask("Who is Iven Marsh?").citations[0].quote.endswith("the guild.")
    with trees._reading() as view:
        for question in ("Who is Nora Marsh?", "Who is Nora Feld's baker?", "Who is she?"):
            assert not introduced(question, lambda: facets_of(view), view.library, {})


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    texts = {
        "both.md": "---\ntitle: Two on Trees\nauthor: Nora Feld and Iven Marsh\npublished: 2023\n"
        "---\n\nA lime lives for three hundred years.\n\nIts roots lift the pavement.\n\n"
        "Nora Feld is a warden of the town's trees. She lives in Lindal. "
        "Iven Marsh is a baker and a member of the guild.\n",
        "marsh.md": "---\ntitle: Against Limes\nauthor: Iven Marsh\npublished: 2024\n---\n\n"
        "Nora Feld is mistaken about limes. Their honeydew ruins the carriages.\n",
    }
    with library_of(tmp_path_factory.mktemp("trees"), texts) as assistant:
        yield assistant


def test_a_byline_is_no_sentence_and_answers_who_and_when(works: Assistant) -> None:
    assert works.ask("Who wrote the article on the salt tax?").text == "Ada Berg [1]"
    assert works.ask("When was the article on the salt tax published?").text == "3 May 2021 [1]"
    assert works.ask("Who published the article on the salt tax?").text == "Harbour Review [1]"


def test_who_says_i_is_named(works: Assistant) -> None:
    answer = works.ask("Who proposed a toll bridge over the sound?")
    said = "I propose a toll bridge over the sound. [1]"
    assert answer.text.startswith(said)
    assert attributed(answer).startswith(f"Ines Lund-Falk (2020): {said}")
    assert answer_text(answer).startswith(f"Ines Lund-Falk (2020): {said}")
    assert turn_text(shown(answer, {})).startswith(f"Ines Lund-Falk (2020): {said}")
    assert '<span class="by">Ines Lund-Falk (2020)</span>' in turn_html(shown(answer, {}))
    answer = works.ask("What would the toll bridge over the sound cost?")
    assert attributed(answer) == answer.text


def test_a_list_over_dates_says_how_many_have_none(works: Assistant) -> None:
    answer = works.ask("Which documents were published in 2021?")
    assert answer.text.startswith("1 of 5 documents was published in 2021; 3 have no date.")
    answer = works.ask("Which documents by Eva Roos were published in 2021?")
    assert answer.text == (
        "0 of 5 documents are by Eva Roos and were published in 2021; 1 has no date."
    )
    answer = works.ask("Which documents are by Eva Roos?")
    assert "no date" not in answer.text
