"""A pronoun that stands for an author of the library is read as their name."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from answers import talk
from conftest import library_of
from hypothesis import given
from hypothesis import strategies as st
from test_speakers import TEXTS

from qa import Answer, Assistant
from qa.antecedents import with_authors
from qa.conversation import turns
from qa.facets import Facets

AUTHORS = ["Ada Berg", "Lund, Bo", "Dr. Mira O'Keefe and Jan de Vries", "Harbour Office"]
PUBLISHERS = (("Coastal Review", 1),)
PRESENT = Facets(tuple((author, 1) for author in AUTHORS), PUBLISHERS, "", "", len(AUTHORS))
BERG = "What does Ada Berg think about the salt tax?"


def spelled(*said: str) -> str:
    """How the last of these is read: questions and answers, in turn."""
    history = [
        {"role": "assistant" if at % 2 else "user", "content": text}
        for at, text in enumerate(said[:-1])
    ]
    return with_authors(turns(said[-1], history), lambda: PRESENT, lambda _: "")[0].text


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (("Who is the author?", "author: Ada Berg [1]", "What does she recommend?"), None),
        (("Who is the author?", "By Ada Berg [1]", "And what do they recommend?"), "And what do"),
        (
            ("Who is the author?", "author: Lund, Bo [1]", "What is his view on salt?"),
            "What is Lund’s view on salt?",
        ),
        (
            ("Who wrote it?", "By Ada Berg and Bo Lund [1]", "What do they recommend?"),
            "What do Ada Berg and Bo Lund recommend?",
        ),
        (
            ("Who wrote it?", "The author, Ada Berg, led a guild. [1]", "What is her view on it?"),
            "What is Ada Berg’s view on it? (wrote)",
        ),
        (
            ("What happened?", "The tax was praised by Bo Lund. [1]", "Why did he praise it?"),
            "Why did Bo Lund praise it? (happened)",
        ),
        (
            ("Who is the author?", "author: Ada Berg [1]", "Why does she think so?"),
            "Why does Ada Berg think so?",
        ),
        ((BERG, "So.", "What does she say about the price of bread?"), "What does Ada Berg say"),
        ((BERG, "So.", "Why does she think so?"), "Why does Ada Berg think so? (salt tax)"),
        ((BERG, "So.", "According to her, who paid it?"), "According to Ada Berg, who paid it?"),
        ((BERG, "So.", "What does Bo Lund say about it?"), "say about it? (salt tax)"),
        ((BERG, "So.", "Which documents did she write?"), "Which documents did Ada Berg write?"),
        ((BERG, "So.", "Why does she think his plan works?"), "Why does Ada Berg think his plan"),
        ((BERG, "So.", "Which documents by her mention it?"), "by Ada Berg mention the salt tax?"),
        ((BERG, "So.", "Does Bo Lund agree?"), "Does Bo Lund agree? (salt tax)"),
        ((BERG, "So.", "Does Bo Lund agree with her?"), "agree with her? (salt tax)"),
        ((BERG, "So.", "What about Bo Lund's view?"), "What does Bo Lund say about the salt tax?"),
        # An author takes an author's place, whatever else is named.
        (("What does Ada Berg say about Lindal?", "So.", "And Bo Lund?"), "Bo Lund say about Lind"),
        (("What does Ada Berg say about Lindal?", "So.", "And Norholm?"), "Ada Berg say about Nor"),
        (("What is Ada Berg's view on Lindal?", "So.", "And Lund?"), "What is Lund's view on Lind"),
        # What somebody thinks now is of what they were asked about.
        ((BERG, "So.", "What does she think now?"), "Ada Berg think now about the salt tax?"),
        ((BERG, "So.", "And what does she say today?"), "Ada Berg say today about the salt tax?"),
        ((BERG, "So.", "What does she say?"), "What does Ada Berg say?"),
        ((BERG, "So.", "What does she think of bread now?"), "Ada Berg think of bread now?"),
        (("Who wrote it?", "Ada Berg [1]", "What else does she say?"), "What does Ada Berg say?"),
        ((BERG, "So.", "When was it raised?"), "When was the salt tax raised?"),
        ((BERG, "So.", "And the harbour?"), "What does Ada Berg say about the harbour?"),
        ((BERG, "So.", "Why does she think so?", "So.", "What does she recommend?"), None),
        ((BERG, "So.", "Thanks!", "You are welcome.", "What does she recommend?"), None),
        (
            ("What do Ada Berg and Bo Lund say about salt?", "So.", "What do they recommend?"),
            "What do Ada Berg and Bo Lund recommend?",
        ),
        (
            ("What does the Harbour Office say about salt?", "So.", "What does it recommend?"),
            "What does the Harbour Office recommend?",
        ),
        (
            ("What does the Coastal Review say about salt?", "So.", "Why does it think so?"),
            "Why does the Coastal Review think so? (salt)",
        ),
    ],
)
def test_a_pronoun_gives_way_to_the_author(said: tuple[str, ...], expected: str | None) -> None:
    assert (expected or "What does Ada Berg recommend?") in spelled(*said)
    assert "author" not in spelled(*said)


@pytest.mark.parametrize(
    "said",
    [
        ("What does she recommend?",),
        (BERG, "So.", " When did the ferries leave? "),
        # It is somebody else.
        ("Who closed the school?", "Lena Falk closed it. [1]", "What does she recommend?"),
        ("Who opposed Ada Berg?", "In 1934 Lena Falk did. [1]", "What does she say about salt?"),
        ("Who did it?", "Ada Berg’s school was closed by Lena Falk. [1]", "Why did she agree?"),
        ("Who did it?", "Lena Falk did. [1] Ada Berg agreed. [2]", "What does she think of it?"),
        ("Who is Lena Falk?", "She led a guild. [1]", "What does she say about salt?"),
        ("When did Lena Falk meet Ada Berg?", "In 1934. [1]", "What does she say about salt?"),
        # It may be one or the other.
        (
            "Who is the author?",
            "author: Ada Berg [1]\n\nauthor: Lund, Bo [2]",
            "What does he recommend?",
        ),
        ("What do Ada Berg and Bo Lund say about salt?", "So.", "What does she recommend?"),
        ("Who wrote it?", "By Ada Berg and Bo Lund [1]", "What does she recommend?"),
        # It asks for what was done.
        ("Who is the author?", "author: Ada Berg [1]", "When was she born?"),
        (BERG, "So.", "Where did she live?"),
        # Things, not people.
        ("What does Ada Berg say about ferries?", "So.", "Why did they report losses?"),
        (BERG, "So.", "How long does it take to cross the Sound?"),
        # It names whom it means, or stands alone.
        (BERG, "So.", "What does Lena Falk say about her plans?"),
        (BERG, "So.", "What does Bo Lund say about the harbour and its walls?"),
        (BERG, "So.", "And Bo Lund?"),
        (BERG, "So.", "What about Bo Lund's view on ferries?"),
        (BERG, "So.", "Does Lena Falk agree with her?"),
        # It asks for what was not said yet.
        (BERG, "So.", "What else does she say about it?"),
        # What stands alone lies between.
        (BERG, "So.", "When was Eastmouth founded?", "In 1684. [1]", "What does she recommend?"),
    ],
)
def test_near_misses_stay_as_they_are(said: tuple[str, ...]) -> None:
    assert spelled(*said) == said[-1]


@given(st.lists(st.text(min_size=1, max_size=60).filter(str.strip), min_size=1, max_size=5))
def test_any_talk_is_spelled_out(said: list[str]) -> None:
    assert spelled(*said).strip()


SCHOOL = (
    "The school was closed by Lena Falk, who said that salt is a poison. The guild was led by Ada "
    "Berg. The Berg school of Westhaven stayed open.\n"
)


@pytest.fixture(scope="module")
def quarrel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    texts = {**TEXTS, "school.txt": SCHOOL}
    with library_of(tmp_path_factory.mktemp("quarrel"), texts) as assistant:
        yield assistant


def cited(answer: Answer) -> set[str]:
    return {citation.document.id for citation in answer.citations}


@pytest.mark.parametrize(
    ("questions", "alone"),
    [
        (
            ("Who wrote the digest of a lecture?", "What does she recommend?"),
            "What does Mira Okafor recommend?",
        ),
        (
            ("Who wrote The Salt Tax?", "What is her view on the salt tax?"),
            "What is Ada Berg’s view on the salt tax?",
        ),
        (("Who led the guild?", "What does she think about the salt tax?"), BERG),
        (
            (BERG, "What does she say about the price of bread?"),
            "What does Ada Berg say about the price of bread?",
        ),
        (
            (BERG, "What does she say about the price of bread?", "And Bo Lund?"),
            "What does Bo Lund say about the price of bread?",
        ),
        ((BERG, "What does she say about fishing?"), "What does Ada Berg say about fishing?"),
        (("How many documents are by Ada Berg?", "And by Bo Lund?"), None),
    ],
)
def test_a_follow_up_is_answered_as_it_is_alone(
    quarrel: Assistant, questions: tuple[str, ...], alone: str | None
) -> None:
    answer = talk(quarrel, *questions)
    expected = quarrel.ask(alone or "How many documents are by Bo Lund?")
    assert answer.text == expected.text
    assert answer.answered
    assert answer.understood.startswith(alone or "How many documents are by Bo Lund?")


@pytest.mark.parametrize("question", ["Why does she think so?", "Why?"])
def test_why_is_asked_of_the_same_author(quarrel: Assistant, question: str) -> None:
    answer = talk(quarrel, BERG, question)
    assert cited(answer) == {"tax.md"}
    assert "Because traders" in answer.text


@pytest.mark.parametrize("question", ["Tell me more", "What else does she say about it?"])
def test_more_is_what_else_the_author_says(quarrel: Assistant, question: str) -> None:
    answer = talk(quarrel, BERG, question)
    assert cited(answer) <= {"tax.md"}
    assert "grave error" not in answer.text


def test_another_topic_is_not_only_the_authors(quarrel: Assistant) -> None:
    assert cited(talk(quarrel, BERG, "And the price of bread?")) == {"tax.md"}
    assert cited(talk(quarrel, BERG, "And the harbour wall?")) == {"reply.md"}
    answer = talk(quarrel, BERG, "And volcanoes?")
    assert answer.text == "The documents by Ada Berg do not answer this question."
    assert answer.understood == "What does Ada Berg say about volcanoes?"


def test_what_the_author_was_asked_about_is_it(quarrel: Assistant) -> None:
    answer = talk(quarrel, BERG, "Which documents mention it?")
    assert {work.document.id for work in answer.works} == {"tax.md", "reply.md"}
    assert answer.understood == "Which documents mention the salt tax?"
    answer = talk(quarrel, BERG, "What did it pay for?")
    assert answer.citations[0].quote == "The salt tax paid for the harbour wall."
    assert answer.understood == "What did the salt tax pay for?"


def test_somebody_whom_a_text_names_is_no_author(quarrel: Assistant) -> None:
    answer = talk(quarrel, "Who closed the school?", "What did she say about salt?")
    assert "Lena Falk" in answer.understood
    assert cited(answer) == {"school.txt"}


@pytest.mark.parametrize(
    ("asked", "follows", "expected"),
    [
        ("Who disagrees with Ada Berg?", "What does he propose?", "What does Bo Lund propose?"),
        ("Who criticises the tax?", "What is his argument?", "What is Bo Lund’s argument?"),
        ("Who built the wall?", "What does he propose?", "What does he propose?"),
        ("Who is right?", "What does she propose?", "What does she propose?"),
    ],
)
def test_who_holds_it_is_whose_words_answer(asked: str, follows: str, expected: str) -> None:
    history = [
        {"role": "user", "content": asked},
        {"role": "assistant", "content": "I think that she is wrong about the tax. [1]"},
    ]
    read = with_authors(turns(follows, history), lambda: PRESENT, lambda _: "Bo Lund")
    assert read[0].text == expected


def test_whose_words_an_answer_quoted_is_looked_up(quarrel: Assistant) -> None:
    first = quarrel.ask("Who disagrees with Ada Berg about fishing?")
    assert {citation.document.id for citation in first.citations} == {"reply.md"}
    history = [
        {"role": "user", "content": first.question},
        {"role": "assistant", "content": first.text},
    ]
    answer = quarrel.ask("What does he say about the harbour wall?", history=history)
    assert answer.understood.startswith("What does Bo Lund say about the harbour wall?")


def test_when_somebody_wrote_it_is_the_date_of_their_work(quarrel: Assistant) -> None:
    history = [
        {"role": "user", "content": "What does Ada Berg say about the salt tax?"},
        {"role": "assistant", "content": "I hold that the salt tax was a grave error. [1]"},
    ]
    answer = quarrel.ask("When did she write that?", history=history)
    assert "2021-03" in answer.text


def test_what_somebody_thinks_now_stands_in_their_latest(tmp_path: Path) -> None:
    head = "---\nauthor: Ada Berg\npublished: {}\n---\n\n"
    texts = {
        "old.md": head.format(2019) + "I hold that the salt tax is a blessing for every harbour. "
        "It paid for the piers and for the school at Norholm. The mussels were left alone.\n",
        "new.md": head.format(2024) + "I think that the salt tax is a burden on every fisherman. "
        "It ought to be ended before the winter. The ferries are another matter.\n",
    }
    with library_of(tmp_path, texts) as assistant:
        for questions in (
            ("What does Ada Berg think now about the salt tax?",),
            ("What does Ada Berg think about the salt tax?", "What does she think now?"),
        ):
            answer = talk(assistant, *questions)
            assert cited(answer) == {"new.md"}
            assert "since 2024" in answer.understood
        # A present time of what is asked, and no "now", are no such thing; nor is what the latest
        # does not speak of.
        for question in (
            "What does Ada Berg think about the salt tax?",
            "What does Ada Berg say about the salt tax that is now a blessing?",
            "What does Ada Berg think now about the mussels?",
        ):
            assert "old.md" in cited(talk(assistant, question))


def test_another_author_is_not_answered_for_by_others(quarrel: Assistant) -> None:
    """ "And Ada Berg?" asks for her words; that she is named elsewhere is none of them."""
    answer = talk(quarrel, "What does Bo Lund say about Peru?", "And Ada Berg?")
    assert not answer.answered
    assert answer.understood == "What does Ada Berg say about Peru?"
