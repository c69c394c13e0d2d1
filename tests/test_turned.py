"""How an author's mind changed is answered by that author's own "I", and by nobody else's."""

from collections.abc import Iterator

import pytest
from conftest import library_of

from qa import Answer, Assistant
from qa.facets import Facets
from qa.speakers import speakers
from qa.turned import asks_for_turn
from qa.voices import says_i, subject

AUTHORS = (("Nora Feld", 2), ("Iven Marsh", 1), ("Oda Lunn", 1), ("Pia Quist", 1), ("Rolf Tamm", 1))
PRESENT = Facets(AUTHORS, (), "", "", 6)

TEXTS = {
    "planes.md": "---\ntitle: Planes for Every Street\nauthor: Nora Feld\npublished: 2016-04\n---\n"
    "\nThe town should plant plane trees in every street. Limes drop their honeydew on the cars "
    "below. A plane tree costs 90 crowns and lives for two hundred years.\n\n"
    "## What would change my mind\n\nIf a blight were to kill one tree in ten, I should have to "
    "think again. Nobody expects it.\n",
    "second.md": "---\ntitle: Second Thoughts about Street Trees\nauthor: Nora Feld\n"
    "published: 2023-09\n---\n\nIn 2016 I argued that plane trees should stand in every street. "
    "I have changed my mind about them. Two reasons persuaded me. The first was the blight. "
    "It came up the river in 2019 and killed forty trees in one summer. "
    "The second was the pavement, which their roots have lifted in nine streets.\n\n"
    "## Where I was wrong\n\nI wrote that limes drop honeydew all summer. I now think that they do "
    "so for three weeks.\n\nI was mistaken about money too. A plane tree costs 240 crowns, with "
    "its watering.\n\n## What I have not changed my mind about\n\n"
    "I have not changed my mind about benches. Every street needs one in the shade.\n\n"
    "I opposed the bandstand in 2016, on the ground that nobody would play. They played. I would "
    "build it now, with a roof.\n",
    "lock.md": "---\ntitle: A Week at the Lock\nauthor: Oda Lunn\npublished: 2022-02\n---\n\n"
    "The lock has two gates and one keeper. I had expected to write against its tolls. A week with "
    "the keeper cured me of that.\n\n## What I now propose\n\nThe tolls should be doubled.\n\n"
    "## What I still believe\n\nA lock needs a keeper. No gate opens by itself.\n",
    "weirs.md": "---\ntitle: Why I Came to Like Weirs\nauthor: Rolf Tamm\npublished: 2019\n---\n\n"
    "In 2012 I argued against weirs. I have changed my mind about weirs. The mill has had three."
    "\n\nWhat changed my mind was a flood, and a family of otters.\n",
    "herons.md": "---\ntitle: The Herons\nauthor: Pia Quist\npublished: 2021-05\n---\n\n"
    "The herons nest above the weir. I now turn to the herons of the lower mill, of which I "
    "propose that they be counted.\n",
    "marsh.md": "---\ntitle: The Bakers' Street\nauthor: Iven Marsh\npublished: 2024-01\n---\n\n"
    "I used to oppose street trees, and I was wrong. I still doubt that the town can pay for "
    "watering. Nora Feld has praised the lindens of the bakers' street. I have changed my mind "
    "about parking in the bakers' street as well.\n\n"
    "The lamplighter told the guild: “I have changed my mind about the lamps.”\n",
}


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with library_of(tmp_path_factory.mktemp("trees"), TEXTS) as assistant:
        yield assistant


def quotes(answer: Answer, document: str) -> str:
    """What an answer says, all of it from this document."""
    assert {citation.document.path for citation in answer.citations} == {document}
    return " ".join(citation.quote for citation in answer.citations)


@pytest.mark.parametrize(
    "question",
    [
        "Has Feld changed her mind about plane trees?",
        "When did Nora Feld change her view of plane trees?",
        "Does Feld still want plane trees?",
        "Does Nora Feld still believe in plane trees?",
    ],
)
def test_a_changed_mind_is_told_by_the_author(trees: Assistant, question: str) -> None:
    answer = trees.ask(question)
    said = quotes(answer, "second.md")
    assert "I have changed my mind about them." in said
    assert "2023-09" in answer.understood


@pytest.mark.parametrize(
    "question",
    ["Why did Feld change her mind?", "What changed Feld's mind?", "What made Feld reconsider?"],
)
def test_the_reasons_are_those_that_are_counted_off(trees: Assistant, question: str) -> None:
    said = quotes(trees.ask(question), "second.md")
    assert "Two reasons persuaded me." in said
    assert "It came up the river" in said  # "The first was the blight." says too little
    assert "the pavement" in said


def test_what_made_somebody_rethink_is_told(trees: Assistant) -> None:
    assert "Two reasons persuaded me." in quotes(trees.ask("What made Feld rethink?"), "second.md")
    said = quotes(trees.ask("Has Lunn changed her mind about tolls?"), "lock.md")
    assert "cured me of that" in said
    assert "doubled" not in said  # what somebody proposes now they may have thought of old


def test_the_reason_may_not_name_the_topic_again(trees: Assistant) -> None:
    said = quotes(trees.ask("Why did Tamm change his mind about weirs?"), "weirs.md")
    assert "otters" in said


def test_a_heading_in_the_first_person_answers(trees: Assistant) -> None:
    said = quotes(trees.ask("What did Nora Feld get wrong?"), "second.md")
    assert "three weeks" in said
    assert "mistaken about money" in said
    assert "benches" not in said
    said = quotes(trees.ask("What would change Feld's mind?"), "planes.md")
    assert said.startswith("If a blight were")


def test_what_did_not_change_is_told_where_it_is_asked(trees: Assistant) -> None:
    assert "benches" in quotes(trees.ask("What has not changed in Feld's view?"), "second.md")
    said = quotes(trees.ask("Has Nora Feld changed her mind about benches?"), "second.md")
    assert said.startswith("I have not changed my mind about benches.")


def test_what_is_no_longer_held_is_told_and_what_still_is(trees: Assistant) -> None:
    said = quotes(trees.ask("What does Iven Marsh no longer believe?"), "marsh.md")
    assert "I used to oppose street trees" in said
    said = quotes(trees.ask("What does Lunn still believe?"), "lock.md")
    assert said == "A lock needs a keeper. No gate opens by itself."


def test_a_view_of_old_is_quoted_with_that_which_takes_it_back(trees: Assistant) -> None:
    said = quotes(trees.ask("Does Feld oppose the bandstand?"), "second.md")
    assert "I opposed the bandstand" in said
    assert "I would build it now" in said


@pytest.mark.parametrize(
    "question",
    [
        "What does Nora Feld say about the honeydew of limes?",
        "Does Nora Feld think that limes drop honeydew?",
        "What does Nora Feld say about the cost of a plane tree?",
    ],
)
def test_the_latest_view_is_not_missing(trees: Assistant, question: str) -> None:
    assert "second.md" in {c.document.path for c in trees.ask(question).citations}


def test_who_changed_their_mind_is_told_by_each(trees: Assistant) -> None:
    answer = trees.ask("Which authors changed their mind about plane trees?")
    assert "I have changed my mind about them." in quotes(answer, "second.md")
    everybody = trees.ask("Who has changed their mind?")
    assert {c.document.path for c in everybody.citations} == {
        "second.md", "marsh.md", "lock.md", "weirs.md"
    }  # fmt: skip
    assert "cured me of that" in everybody.text
    assert "herons" not in everybody.text  # "I now turn to" is no other view


def test_what_is_quoted_is_nobodys_change_of_mind(trees: Assistant) -> None:
    answer = trees.ask("Has Iven Marsh changed his mind about lamps?")
    assert ", of 2024" not in answer.understood  # only found, as any sentence is


@pytest.mark.parametrize(
    "question",
    [
        "Has Feld changed her mind about parking?",
        "Does Feld still oppose street lamps?",
        "Did Feld ever doubt that the town can pay for watering?",
    ],
)
def test_nobody_else_says_i_for_an_author(trees: Assistant, question: str) -> None:
    for citation in trees.ask(question).citations:
        other = citation.document.path == "marsh.md"
        assert not other or "Nora Feld" in citation.quote or not says_i(citation.quote)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Does Feld still oppose limes?", "Does one oppose limes?"),
        ("What does Feld now think about limes?", "What does one say about limes?"),
        ("What does Feld propose now?", "What does one propose?"),
        ("Would Feld ever accept limes?", "Would I ever accept limes?"),
        ("Does Feld admit that she was wrong?", "Do I admit that I was wrong?"),
        ("What did Feld get wrong about limes?", "What did I get wrong about limes?"),
        ("What would Feld have done instead?", "What would I have done instead?"),
        ("What made Feld change her mind?", "What made me change my mind?"),
        ("Has Feld abandoned her plan?", "Have I abandoned my plan?"),
    ],
)
def test_an_author_is_asked_as_they_would_ask(question: str, asked: str) -> None:
    (by,) = speakers(question, lambda: PRESENT)
    assert by.name == "Nora Feld"
    assert asked in by.questions


@pytest.mark.parametrize(
    "question",
    [
        "When did Feld change her name?",
        "Did Feld abandon the ship?",
        "When did Feld accept the prize?",
        "Who opposes Feld's plan?",
        "What are the criticisms of Feld's plan?",
        "What is wrong with Feld's proposal?",
        "Can Feld's plan be criticised?",
        "Would Feld be elected?",
    ],
)
def test_near_misses_are_not_for_an_author(question: str) -> None:
    assert not speakers(question, lambda: PRESENT)


def test_a_plan_that_is_criticised_is_asked_of_the_critic() -> None:
    (by,) = speakers("Why is Feld's plan criticised by Iven Marsh?", lambda: PRESENT)
    assert by.name == "Iven Marsh"


@pytest.mark.parametrize(
    ("question", "is_asked"),
    [
        ("Has Feld changed her mind?", True),
        ("How has Feld's view of limes changed?", True),
        ("Does Feld still like limes?", True),
        ("What is the difference between Feld's 2016 and 2023 views?", True),
        ("Why does Feld still like limes?", True),
        ("Would Feld ever accept limes?", True),
        ("Would Feld accept limes?", True),
        ("When would Feld accept limes?", True),
        ("Under what conditions would Feld accept limes?", True),
        ("What does Feld no longer believe?", True),
        ("What made Feld rethink?", True),
        ("What kind of limes would Feld accept?", False),
        ("Which limes would Feld like?", False),
        ("What does Feld still say about limes?", False),
        ("What does Feld still believe?", True),
        ("What does Feld still believe about limes?", False),
        ("What does Feld always recommend?", False),
        ("What does Feld think about change?", False),
        ("What does Feld say about the change of the seasons?", False),
        ("What is Feld's view of limes?", False),
    ],
)
def test_what_asks_for_a_change_of_mind(question: str, is_asked: bool) -> None:
    found = speakers(question, lambda: PRESENT)
    assert any(asks_for_turn(question, by) for by in found) == is_asked


@pytest.mark.parametrize(
    ("question", "family"),
    [
        ("Did Nora Feld plant limes?", "feld"),
        ("Where has Feld lived?", "feld"),
        ("Did Feld convince Iven Marsh?", "feld"),
        ("What convinced Iven Marsh?", "marsh"),
        ("Has Feld been praised?", ""),  # by others, who may say "I"
        ("Was Feld right about limes?", "feld"),
        ("Who praised Feld?", ""),
        ("What do critics of Feld say?", ""),
        ("Did Nora Marsh plant limes?", ""),
    ],
)
def test_whom_a_question_is_about(question: str, family: str) -> None:
    assert subject(question, lambda: PRESENT) == family


@pytest.mark.parametrize(
    ("sentence", "is_first"),
    [
        ("I doubt it.", True),
        ("But we now think so.", True),
        ("Nor have I become a baker.", True),
        ("It convinced me.", True),
        ("He said “I was wrong”.", False),
        ('"We were wrong", she wrote.', False),
        ("In World War I the trees were felled.", False),
        ("Under Elizabeth I limes were planted.", False),
        ("The mine is closed, and the US pays.", False),
    ],
)
def test_who_says_i(sentence: str, is_first: bool) -> None:
    assert says_i(sentence) == is_first
