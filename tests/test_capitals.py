"""An author whose name is asked for in small letters is found; no other word is one."""

from collections.abc import Iterator
from functools import partial

import pytest
from conftest import library_of

from qa import Assistant
from qa.capitals import with_capitals
from qa.view import facets_of

NAMES = ("Yusuf Demirci", "Ada Berg", "Lena Price", "Wim de Vries", "Jo Over", "Kay O'Keefe")
TEXTS = {
    f"{n}.md": f"---\ntitle: The Ferry, Part {n}\nauthor: {name}\n---\n\n{text}\n"
    for n, (name, text) in enumerate(
        zip(
            NAMES,
            (
                "The ferry costs the town 900 crowns a day. It should be free for children.",
                "The ferry costs too little. Everybody who lives below the berg should pay for it.",
                "The ferry costs nothing that a bridge would not cost. Sell it.",
                "The ferry costs less than it did under the old abbot. Keep it.",
                "The ferry costs a third of what the mill costs.",
                "The ferry costs us our patience.",
            ),
            strict=True,
        ),
        start=1,
    )
}


@pytest.fixture(scope="module")
def ferry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with library_of(tmp_path_factory.mktemp("ferry"), TEXTS) as assistant:
        yield assistant


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("what does demirci say about the cost of the ferry?", "1.md"),
        ("what does price think about the ferry?", "3.md"),
        ("what does vries say about the ferry?", "4.md"),
        ("what does o'keefe say about the ferry?", "6.md"),
    ],
)
def test_an_author_is_asked_for_in_small_letters(
    ferry: Assistant, question: str, path: str
) -> None:
    answer = ferry.ask(question)
    assert answer.question == question
    assert {citation.document.path for citation in answer.citations} == {path}


def test_a_follow_up_is_too(ferry: Assistant) -> None:
    history = [
        {"role": "user", "content": "what does demirci say about the ferry?"},
        {"role": "assistant", "content": "It should be free for children. [1]"},
    ]
    answer = ferry.ask("and vries?", history)
    assert {citation.document.path for citation in answer.citations} == {"4.md"}


def put(assistant: Assistant, question: str) -> str:
    with assistant._reading() as view:
        present = partial(facets_of, view)
        return with_capitals(question, present, view.retriever.lexical, view.library, view.embedder)


def test_of_several_and_of_an_owner(ferry: Assistant) -> None:
    assert put(ferry, "do demirci and vries disagree?") == "do Demirci and Vries disagree?"
    assert put(ferry, "what is price's view?") == "what is Price's view?"


@pytest.mark.parametrize(
    "question",
    [
        "what does berg think about the ferry?",  # a mountain, as the documents write it
        "what is the best price of the ferry?",
        "what do people say about price?",
        "what does the demirci say?",
        "was it over when the ferry came?",
        "What does demirci say?",  # who writes capitals writes those of names
    ],
)
def test_near_misses_stay_as_they_are(ferry: Assistant, question: str) -> None:
    assert put(ferry, question) == question
