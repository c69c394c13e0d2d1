"""What kind of thing a question asks for: its answer has it, or says honestly that it may not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from answers import exact
from conftest import library_of

from qa import Assistant
from qa.expects import defines, fits

MILLS = {
    "mill.txt": "The town mill stands on the weir. It was first proposed in 1890 and built in "
    "1902. It cost two million crowns at the prices of that year. And a second mill, on the lower "
    "weir, was to follow.",
    "why.txt": "The town mill stands empty. Since 1970 the town mill has stood empty. Flour from "
    "the coast was cheaper, and the young people left.\n\nFew millers kept their licence. The "
    "reason was not age alone. Each licence had to be proved sack by sack.\n\nOther towns have "
    "mills too.",
}


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("When did it burn?", "It burned in 1702.", "It burned at night."),
        ("When does it burn?", "It burns when a lamp falls.", "It burns at night."),
        ("How many ships came?", "Forty-two came, or 42.", "Ships came."),
        ("How many ships came?", "A third of them came.", "The third reason is the tide."),
        ("How expensive was it?", "It cost seven times, or 7 times, as much.", "It had 7 sails."),
        ("How old is the mill?", "It is 300 years old.", "The mill is of stone."),
        ("How long did it burn?", "It burned until the morning.", "It burned with a red flame."),
        ("How long will it stand?", "It will not stand for much longer.", "It stands on a hill."),
        ("What share burned?", "Two of three houses burned.", "In 1702 the town burned."),
        ("What percentage of it burned?", "About half of it burned.", "It burned in 1702."),
        ("How much did it cost?", "It cost 4bn.", "In 1702 it burned."),
        ("How much did they pay for it?", "They paid nothing.", "They paid a brewer."),
        ("How much money went there?", "€400 went there.", "The 400 went there."),
        ("What did the mill cost?", "It cost two million.", "It held two million bushels."),
        (
            "What was the price of the mill?",
            "The price was 4 billion at first.",
            "It had 4 floors.",
        ),
        ("Mill cost", "It cost 40 pounds.", "The mill had 40 sails."),
        ("How much attention did they pay to it?", "They paid 2 visits.", "They paid a visit."),
        ("How much did it rain?", "It rained 20 mm.", "It rained at night."),
        ("Why did it burn?", "It burned because of a lamp.", "It burned at night."),
        ("Why did it burn?", "It burned, since it was dry.", "Since 1702 it has burned."),
        ("Why was it shut?", "The owner was afraid of fire.", "It was shut in 1702."),
        ("Who built it?", "It was built by Smith.", "It was built by hand."),
    ],
)
def test_what_a_question_expects(question: str, yes: str, no: str) -> None:
    assert fits(question, yes)
    assert not fits(question, no)
    assert fits("What of it?", no)


@pytest.fixture(scope="module")
def mills(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with library_of(tmp_path_factory.mktemp("mills"), MILLS) as assistant:
        yield assistant


@pytest.mark.parametrize(
    "question", ["What is the cost of the town mill?", "How much did the town mill cost?"]
)
def test_what_something_cost_is_a_sum(mills: Assistant, question: str) -> None:
    answer = exact(mills.ask(question))
    assert answer.citations[0].quote.startswith("It cost two million crowns")


def test_a_cost_without_a_sum_is_unsure(mills: Assistant) -> None:
    answer = exact(mills.ask("What does the licence of the millers cost?"))
    assert answer.confidence <= 0.7


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Why has the town mill stood empty since 1970?", "Flour from the coast was cheaper"),
        ("Why did few millers keep their licence?", "Each licence had to be proved"),
    ],
)
def test_what_only_repeats_a_why_brings_the_reason_behind_it(
    mills: Assistant, question: str, reason: str
) -> None:
    answer = exact(mills.ask(question))
    assert reason in answer.text
    assert "Other towns" not in answer.text


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("What is a tide mill?", "A tide mill is driven by the ebb.", "Some tide mill there was."),
        ("What does toll mean?", "By toll I mean a share of the flour.", "The toll rose."),
        (
            "What are quern stones?",
            "Quern stones are flat and round.",
            "Of quern stones he had two.",
        ),
        ("What was the toll?", "The toll, a sixteenth of the flour, was due.", "He paid toll."),
    ],
)
def test_what_says_what_a_thing_is(question: str, yes: str, no: str) -> None:
    assert defines(question, yes)
    assert not defines(question, no)
    assert not defines("Where is the mill?", yes)


def test_what_a_thing_is_comes_first(tmp_path: Path) -> None:
    """Where a title names it, every sentence below it fits as well as any other."""
    text = (
        "# Tide mills\n\nNobody looks at it twice. Gulls nest on its roof. A tide mill means a "
        "mill whose wheel is driven by the ebb. It grinds ten hours a day. Salt spoils nothing."
    )
    with library_of(tmp_path, {"tide.md": text}) as assistant:
        quotes = [one.quote for one in exact(assistant.ask("What is a tide mill?")).citations]
    assert quotes[0].startswith("A tide mill means")


def test_a_sum_of_something_else_is_unsure(mills: Assistant) -> None:
    sure, unsure = (
        mills.ask(question)
        for question in ("What did the mill cost?", "What did the lighthouse cost?")
    )
    assert unsure.confidence <= 0.7 < sure.confidence
