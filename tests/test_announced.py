"""Points whose announcement gives no more than their number, or only calls them things."""

from collections.abc import Iterator

import pytest
from answers import quotes
from conftest import library_of

from qa import Assistant

QUARRY = """\
---
title: The Slate Quarry
author: Bo Lind
---

# What happened

The quarry of Tarnside shut in 2015. Its pumps had failed in the spring. Some thirty families left
the valley, and I counted four.

Three things can be said against the canal. It leaks in every dry summer. Its locks are too short
for the barges of today. And weeds from the lake could come down it.

I take the third objection most seriously. The first year was the worst.

# Lessons for others

I draw three. Buy another pump before the old one fails. Ask the miners where the water comes
in. And never promise the valley a date.

Clearing the spoil deserves a word. It would cost a tenth as much as a new road.

Bo Lind is a fellow of the Slate Trust. He was born at Tarnside and lived there until 1999.
"""
LESSONS = [
    "I draw three.",
    "Buy another pump before the old one fails.",
    "Ask the miners where the water comes in.",
    "And never promise the valley a date.",
]
THINGS = [
    "Three things can be said against the canal.",
    "It leaks in every dry summer.",
    "Its locks are too short for the barges of today.",
    "And weeds from the lake could come down it.",
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with library_of(tmp_path_factory.mktemp("announced"), {"quarry.md": QUARRY}) as assistant:
        yield assistant


@pytest.mark.parametrize(
    "question",
    [
        "What are the three lessons from the slate quarry?",
        "What lessons does Bo Lind draw from Tarnside?",
        "What are the lessons?",
    ],
)
def test_a_number_alone_announces_what_its_heading_names(
    assistant: Assistant, question: str
) -> None:
    assert quotes(assistant, question) == LESSONS


@pytest.mark.parametrize(
    "question",
    ["What are the objections to the canal?", "What are Bo Lind's objections to the canal?"],
)
def test_the_text_behind_says_what_the_things_are(assistant: Assistant, question: str) -> None:
    assert quotes(assistant, question) == THINGS


def test_one_of_them_is_asked_for(assistant: Assistant) -> None:
    (quote,) = quotes(assistant, "What is the third objection to the canal?")
    assert quote == THINGS[3]


@pytest.mark.parametrize(
    "question",
    [
        "What are the four reasons for the strike?",  # "I counted four" is no announcement
        "What were the years of the canal?",  # "the first year" is none of the things
        "How many families left the valley?",
        "What should the miners be asked?",  # one lesson is enough
    ],
)
def test_what_only_looks_so_answers_nothing_as_a_whole(assistant: Assistant, question: str) -> None:
    found = quotes(assistant, question)
    assert not set(LESSONS[1:]) <= set(found)
    assert not set(THINGS[1:]) <= set(found)
