"""What an author recommends is found whatever the words for it, and points that are announced come
with their announcement; what others say, and what is denied, is neither."""

from collections.abc import Iterator

import pytest
from answers import quotes
from conftest import library_of

from qa import Assistant
from qa.proposals import is_due, is_own, recommendations_wanted

BERG = """\
---
title: Salt and the sea wall
author: Ada Berg
---

The sea wall at Lindal leaks every winter. The Ministry says that it should be sold to a builder.

## What the town could do

We do not ask that the wall be pulled down. We ask for two changes.

- Drain the salt pans before the frost. The pumps stand idle anyway.
- Pay the keepers by the tide.

Nobody in Lindal has to be told what salt does to iron. Ruth Hale "would demand a new harbour".
"""
LUND = """\
---
title: Ferries without a timetable
author: Bo Łund
---

The ferries of Westhaven run when they like. Is that a reason to sell them? I propose to start a
night boat. The fare should be frozen until three conditions are met: the piers are repaired, the
pilots are paid, and the tide tables are printed.

Three complaints are made. The first comes from the pilots: that the night boat is dangerous. It is
not. The second complaint comes from the fishers: that it is loud. The third is that nobody will
pay for it.

The company asks for a subsidy from the county. I do not see why the county should pay for it.

Bo Łund had three sisters. He was born on a ferry. The family moved to Oslo in 1950. He died there.
"""
FALK = """\
---
title: Fog. Lessons from the lighthouse
author: Carla Falk
---

In May the lamp at Eastmouth was out for nine nights. Nobody noticed.

## What was seen there

First, a lamp needs a keeper. Machines rust in the fog.

Second, silence. A horn is heard further than a lamp is seen.

Third, the budget was never read.

## Money

I see two reasons. The tax on lamps is old. It pays for no oil either. The county would lend more.

The lighthouse buys three things: oil for the lamp, glass for the windows and rope for the boats.

Bo Łund thinks that apricots from Lindal are too dear.
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    texts = {"berg.md": BERG, "lund.md": LUND, "falk.md": FALK}
    with library_of(tmp_path_factory.mktemp("proposals"), texts) as assistant:
        yield assistant


CHANGES = [
    "We ask for two changes.",
    "Drain the salt pans before the frost.",
    "The pumps stand idle anyway.",
    "Pay the keepers by the tide.",
]


@pytest.mark.parametrize(
    "question",
    [
        "What does Berg recommend?",
        "What does Ada Berg call for?",
        "What did Berg suggest?",
        "What are Berg's recommendations?",
        "What two changes does Berg propose?",
        "What are Ada Berg's two demands?",
        "Give me Berg's recommendations",
        "Does Berg propose anything?",
        "What remedies does Berg offer?",
        "What should the town do according to Berg?",
    ],
)
def test_recommendations_come_with_what_they_announce(assistant: Assistant, question: str) -> None:
    assert quotes(assistant, question) == CHANGES


def test_a_recommendation_is_told_by_should_where_it_is_the_authors(assistant: Assistant) -> None:
    found = quotes(assistant, "What does Lund recommend?")  # without the stroke of his name
    assert found[0] == "I propose to start a night boat."
    assert found[1].startswith("The fare should be frozen")
    assert len(found) == 2


def test_recommendations_about_something_are_those_that_name_it(assistant: Assistant) -> None:
    assert quotes(assistant, "What does Berg recommend about the keepers?") == CHANGES[3:]
    found = quotes(assistant, "What does Bo Lund recommend on the fare?")
    assert [quote.split(" until")[0] for quote in found] == ["The fare should be frozen"]


@pytest.mark.parametrize(
    "question",
    [
        "What does the Ministry recommend?",
        "What are the recommendations of the World Bank?",
        "What does Berg recommend about apples?",
        "How much does Berg propose to pay?",
        "Why does Berg call for changes?",
    ],
)
def test_near_misses_do_not_bring_all_recommendations(assistant: Assistant, question: str) -> None:
    assert not set(CHANGES) <= set(quotes(assistant, question))


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What does one recommend?", set()),
        ("What is proposed?", set()),
        ("What are the author's demands?", set()),
        ("List the recommendations", set()),
        ("Which measures does the report suggest?", set()),
        ("What does the author propose for salt?", {"salt"}),
        ("What should France do?", {"franc"}),
        ("What does one say must be done?", set()),
    ],
)
def test_recommendations_are_asked_for(question: str, topic: set[str]) -> None:
    wanted = recommendations_wanted(question)
    assert wanted is not None
    assert wanted.topic == topic


@pytest.mark.parametrize(
    "question",
    [
        "What does the Ministry recommend?",
        "What did the proposal cost?",
        "Who recommended it?",
        "When was the bond proposed?",
        "What is known of the recommendations?",
        "Does the author recommend salt?",
        "What does the author advise against?",
        "What should the wall have cost?",
        "What could be seen from the wall?",
    ],
)
def test_recommendations_are_not_asked_for(question: str) -> None:
    assert recommendations_wanted(question) is None


@pytest.mark.parametrize(
    "said",
    [
        "I recommend a second lamp.",
        "We therefore propose to wait.",
        "I would add a fourth layer.",
        "Our advice is to wait.",
        "What we need is a lamp.",
        "I think that the tax should be paid by the county.",
        "It is recommended that every town keep a pump.",
        "It would be wise to wait.",
        "The honest course would be to say so.",
    ],
)
def test_what_is_recommended_in_a_texts_own_voice(said: str) -> None:
    assert is_own(said)


@pytest.mark.parametrize(
    "said",
    [
        "We do not ask that the levy be scrapped.",
        "What do I propose?",
        "I want to know who paid.",
        "The union proposed a night boat.",
        "\u201cI recommend a lamp,\u201d said the mayor.",
        "I would be surprised.",
        "What the county needs to pay, I have never seen.",
    ],
)
def test_what_is_not(said: str) -> None:
    assert not is_own(said)


@pytest.mark.parametrize(
    ("said", "should"),
    [
        ("NATO should adopt the rule.", True),
        ("A purchase ought not to be ruled out.", True),
        ("The army must not be called first.", True),
        ("Eurofer says that the levy must go.", False),
        ("They are tied together, as they should be.", False),
        ("It would only delay what must be done.", False),
        ("Nobody in Lindal has to be told.", False),
        ("It should have been done.", False),
        ("It can stop a missile, should Moscow ever have one.", False),
        ("I do not see why the county should pay.", False),
        ("Must it be so?", False),
    ],
)
def test_what_should_be_done(said: str, should: bool) -> None:
    assert is_due(said) == should


@pytest.mark.parametrize(
    "question",
    ["What are Lund's three conditions?", "Lund's conditions", "What conditions does Bo Lund set?"],
)
def test_points_within_their_announcement(assistant: Assistant, question: str) -> None:
    (found,) = quotes(assistant, question)
    assert found.endswith("and the tide tables are printed.")


def test_points_by_their_number_with_the_remark_behind_them(assistant: Assistant) -> None:
    assert quotes(assistant, "What three complaints does Lund answer?") == [
        "The first comes from the pilots: that the night boat is dangerous.",
        "It is not.",
        "The second complaint comes from the fishers: that it is loud.",
        "The third is that nobody will pay for it.",
    ]


@pytest.mark.parametrize("question", ["What are Falk's three lessons?", "List Falk's lessons"])
def test_numbered_points_are_named_by_the_title(assistant: Assistant, question: str) -> None:
    assert quotes(assistant, question) == [
        "First, a lamp needs a keeper.",
        "Machines rust in the fog.",
        "Second, silence.",
        "A horn is heard further than a lamp is seen.",
        "Third, the budget was never read.",
    ]


def test_points_without_numbers_are_as_many_as_announced(assistant: Assistant) -> None:
    assert quotes(assistant, "What are Falk's two reasons?") == [
        "I see two reasons.",
        "The tax on lamps is old.",
        "It pays for no oil either.",
    ]


def test_things_are_what_the_question_calls_them(assistant: Assistant) -> None:
    (found,) = quotes(assistant, "Which three goods does the lighthouse buy?")
    assert found.startswith("The lighthouse buys three things")


@pytest.mark.parametrize(
    "question",
    [
        "What are Falk's three objections?",  # she has none
        "What are Berg's conditions?",  # another author's
        "What are Falk's complaints?",
        "What are the names of Lund's three sisters?",  # what follows says other things
    ],
)
def test_near_misses_bring_no_others_points(assistant: Assistant, question: str) -> None:
    found = quotes(assistant, question)
    assert not any(
        quote.startswith(("First,", "The first comes", "The lighthouse buys", "The fare should"))
        for quote in found
    )
    assert not any(quote.startswith("The family moved") for quote in found)


def test_what_others_report_is_found_by_a_name_with_accents(assistant: Assistant) -> None:
    answer = assistant.ask("What does Łund think about apricots?")
    assert "as others report it" in answer.understood
    assert [one.quote.split()[-1] for one in answer.citations] == ["dear."]
