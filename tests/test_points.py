"""Points that are counted off or listed come as a whole where they are asked for; and what stands
elsewhere in a document comes only where it answers about as well."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from answers import quotes
from conftest import library_of

from index import build_index
from qa import Assistant

HARBOUR = """\
---
title: The Harbour Inquiry
author: Ada Wren
---

# What went wrong

The crane at Eastmouth fell on 3 May 2011 because its brake had rusted. Two dockers were hurt.

The author's first recommendation is that cranes be inspected every spring. The port of Westhaven
has done so since 1998.

The author's second recommendation is a siren on every quay. In the first year it would cost 900
pounds.

To pay for all this, the author's third recommendation is a levy on each ship. The pilots are
against it.

## Lessons

- Rust is invisible under paint.
- Dockers must be able to stop a crane.
  They know it best.
- Inspectors must not be paid by the port.

The inquiry ended in August 2012.
"""
BAKERY = """\
The bakery on Mill Street reopened in June. Its ovens burn:

1. beech wood,
2. apple wood,
3. the shells of hazelnuts.

The baker gave two interviews. In the first interview she praised rye. In the second interview she
spoke of her mother.
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    texts = {"harbour.md": HARBOUR, "bakery.md": BAKERY}
    with library_of(tmp_path_factory.mktemp("points"), texts) as assistant:
        yield assistant


@pytest.mark.parametrize(
    "question",
    [
        "What are the author's recommendations?",
        "What are the three recommendations?",
        "List all recommendations",
        "What are Ada Wren's recommendations on cranes?",
    ],
)
def test_points_that_are_counted_come_as_a_whole(assistant: Assistant, question: str) -> None:
    found = quotes(assistant, question)
    assert [any(word in quote for word in ("inspected", "siren", "levy")) for quote in found] == [
        True
    ] * 3


def test_one_point_is_asked_for_by_its_number(assistant: Assistant) -> None:
    (quote,) = quotes(assistant, "What was the third recommendation?")
    assert "a levy on each ship" in quote


@pytest.mark.parametrize(
    "question",
    [
        "What are the lessons?",
        "What are the lessons of the harbour inquiry?",
        "What lessons were drawn from the harbour inquiry?",
        "What lessons are drawn?",
        "Which lessons can be learned from the harbour inquiry?",
    ],
)
def test_a_list_is_found_by_its_heading(assistant: Assistant, question: str) -> None:
    assert quotes(assistant, question) == [
        "Rust is invisible under paint.",
        "Dockers must be able to stop a crane.",
        "They know it best.",
        "Inspectors must not be paid by the port.",
    ]


@pytest.mark.parametrize(
    "question", ["What lessons were drawn from the flood?", "What lessons were ignored?"]
)
def test_what_is_done_with_points_is_not_any_word(assistant: Assistant, question: str) -> None:
    assert len(quotes(assistant, question)) < 4


def test_a_list_follows_the_sentence_that_leads_up_to_it(assistant: Assistant) -> None:
    found = quotes(assistant, "What do the ovens of the bakery burn?")
    assert found[0].startswith("Its ovens burn")
    assert any("apple wood" in quote for quote in found)
    assert any("hazelnuts" in quote for quote in found)


@pytest.mark.parametrize(
    "question",
    [
        "What are the reasons for the strike of the pilots?",  # no such points
        "List the ingredients",
        "What are the recommendations of the World Bank?",  # somebody else's
        "What recommendations were given by the World Bank?",
    ],
)
def test_points_of_another_kind_do_not_answer(assistant: Assistant, question: str) -> None:
    found = quotes(assistant, question)
    assert (
        not any("siren" in quote and "recommendation" in quote for quote in found) or len(found) < 3
    )


def test_a_fact_is_not_padded_from_other_paragraphs(tmp_path: Path) -> None:
    """Sentences that share the name of a thing and say something else of it."""
    about = "The harbour has {0} boats, {0} nets and {0} ropes, and the fog is thick in spring."
    filling = " ".join(about.format(number) for number in range(11, 20))
    paragraphs = [
        f"The Eastmouth Lighthouse Office was shut in October 2003. {filling}",
        f"Sailors miss the Eastmouth Lighthouse Office. {filling}",
        f"Ruth Hale headed the Eastmouth Lighthouse Office. {filling}",
        f"The minister wanted to close the Eastmouth Lighthouse Office. {filling}",
    ]
    (tmp_path / "office.txt").write_text("\n\n".join(paragraphs))
    build_index(tmp_path, tmp_path / ".index")
    assistant = Assistant.open(tmp_path / ".index")
    found = quotes(assistant, "Who headed the Eastmouth Lighthouse Office?")
    assert found[0].startswith("Ruth Hale headed")
    assert not any(
        quote.startswith(("Sailors", "The minister", "The Eastmouth")) for quote in found
    )
    assistant.close()
