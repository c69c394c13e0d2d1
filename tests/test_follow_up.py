"""Follow-ups go on from the question just before; what stands alone is not bent by the talk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from answers import talk
from conftest import library_of
from hypothesis import given
from hypothesis import strategies as st

from index.errors import QuestionError
from qa import Assistant
from qa.answer import NOTHING_THERE
from qa.conversation import last_said, turns
from qa.follow_up import read
from qa.sides import NOBODY_ELSE

HARBOURS = """The Harbours of the Sound

Ada Berg closed the Eastmouth pilots' school in 1934. Its first class had begun in 1911 with nine
boys of the town.

The ice reached Norholm in 1893 and Lindal in 1902. It broke every pier of the Sound.

Was the new breakwater a blunder? Yes, because the sand now fills the channel. The harbour master
asks the council for a second dredger. The breakwater cost 42,000 pounds.
"""
REPLY = """In Defence of Dredging

The sand had filled the channel long before anybody built there. Nobody should blame the council.
"""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    texts = {"harbours.txt": HARBOURS, "reply.txt": REPLY}
    with library_of(tmp_path_factory.mktemp("sound"), texts) as assistant:
        yield assistant


def meant(*questions: str) -> str:
    """How the last of these is read where nothing was answered."""
    history = [{"role": "user", "content": question} for question in questions[:-1]]
    return read(turns(questions[-1], history)).shown


@pytest.mark.parametrize(
    ("before", "question", "meant"),
    [
        ("Who led the NATO Information Office?", "When was it founded?", "NATO Information Office"),
        ("What did the port of Eastmouth build?", "Why?", "Eastmouth"),
        ("What silts up the channel?", "And the second?", "channel"),
    ],
)
def test_a_follow_up_says_how_it_was_understood(before: str, question: str, meant: str) -> None:
    said = read(turns(question, [{"role": "user", "content": before}])).shown
    assert said.startswith(f"{question} (")
    assert meant in said


def test_what_stands_alone_is_understood_as_asked() -> None:
    history = [{"role": "user", "content": "Who led the NATO Information Office?"}]
    assert read(turns("Which growers heat glasshouses with waste steam?", history)).shown == ""
    assert read(turns("When was it founded?")).shown == ""


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        (("How was Georgia treated?", "What about Ukraine?"), "How was Ukraine treated?"),
        (
            ("When did Varroa reach Germany?", "And Spain?", "And France?"),
            "When did Varroa reach France?",
        ),
        (("How much did Hubble cost?", "And the repairs?"), "How much did the repairs cost?"),
        (("How much did Hubble cost?", "No, I meant the delay"), "How much did the delay cost?"),
        (("Who led the NIO?", "No, I meant who founded it"), "who founded it (NIO)"),
        (("What happened in France?", "Was it a mistake to leave?", "Why?"), None),
        (
            ("What happened in France?", "Was the phase-out a mistake?", "Why?"),
            "Why? (Was the phase-out a mistake)",
        ),
        (
            ("Who made Hubble's main mirror?", "Thanks!", "Who saw it?"),
            "Who saw it? (Hubble's main mirror)",
        ),
        (("Who is Lavrov?", "Did he meet Stoltenberg?"), "Did he meet Stoltenberg? (Lavrov)"),
        (("Why did NATO stay calm?", "Tell me more"), "Tell me more (Why did NATO stay calm)"),
        # A name takes no other thing's place, and other words none of a name that was handed on.
        (("When did the war begin?", "And France?"), "When did the war begin? (France)"),
        (("What did the tax raise?", "And 2019?"), "What did the tax raise? (2019)"),
        (("What did the wall cost?", "And the Lindal wall?"), "What did the Lindal wall cost?"),
        (("What did the wall cost?", "And Lindal's?"), "What did Lindal's cost?"),
        (
            ("What is the Eastmouth Toll?", "Was it dear?", "What about road repairs?"),
            "What about road repairs? (Eastmouth Toll)",
        ),
        (
            ("What is the Eastmouth Toll?", "Was it dear?", "And the ferry?"),
            "Was it dear? (the ferry)",
        ),
        (
            ("What is the Eastmouth Toll?", "Was it dear?", "And Lindal?"),
            "Was it dear? (Lindal)",
        ),
        # "&" parts no name.
        (("Why did R&D close its mill?", "Was it big?"), "Was it big? (R&D)"),
        (("What did Berg & Lund build?", "Was it big?"), "Was it big? (Berg, Lund)"),
        # What helps, helps with something.
        (
            ("How many wrecks are there at Lindal?", "Would a buoy help?"),
            "Would a buoy help? (wrecks, Lindal)",
        ),
        (
            ("How many wrecks are there at Lindal?", "Would ten pilots make a difference?"),
            "Would ten pilots make a difference? (wrecks, Lindal)",
        ),
        (("How many wrecks are there at Lindal?", "Would a buoy help the pilots?"), ""),
        (("How many wrecks are there at Lindal?", "Who asked for help?"), ""),
        (("How many wrecks are there at Lindal?", "Did the Berg Plan help?"), ""),
        # These stand alone.
        (("Who is Edwin Hubble?", "And when did Varroa reach Germany?"), ""),
        (("Who is Edwin Hubble?", "How old was Manning when he won?"), ""),
        (("Who is Edwin Hubble?", "How long does it take to cross the Sound?"), ""),
        (("Who is Edwin Hubble?", "Tell me more about the phase-out"), ""),
        (("Who is Edwin Hubble?", "Why did the ferries leave?"), ""),
        (("Tell me more",), ""),
        (("Why?",), ""),
    ],
)
def test_a_follow_up_goes_on_from_the_question_before(
    questions: tuple[str, ...], expected: str | None
) -> None:
    said = meant(*questions)
    assert said == expected if expected is not None else "a mistake" in said


def test_what_stands_alone_is_answered_as_if_asked_first(sound: Assistant) -> None:
    for question in ("Who closed the Eastmouth pilots' school?", "What did Ada Berg do?"):
        alone = sound.ask(question)
        after = talk(sound, "Was the new breakwater a blunder?", question)
        assert after.citations[0].quote == alone.citations[0].quote
        assert after.understood == ""
        assert abs(after.confidence - alone.confidence) < 0.1


def test_a_word_asks_on_after_what_was_just_cited(sound: Assistant) -> None:
    answer = talk(sound, "Who closed the Eastmouth pilots' school?", "When?")
    assert "1934" in answer.citations[0].quote
    answer = talk(sound, "Where did the ice go?", "Was the new breakwater a blunder?", "Why?")
    assert any("because the sand" in citation.quote for citation in answer.citations)


def test_something_else_takes_its_place_in_the_question_before(sound: Assistant) -> None:
    first = "When did the ice reach Norholm?"
    answer = talk(sound, first, "And Lindal?")
    assert "1902" in answer.citations[0].quote
    answer = talk(sound, first, "And Lindal?", "And Westhaven?")
    assert not answer.answered  # it stands nowhere
    answer = talk(sound, first, "What about the breakwater?")  # another topic
    assert any("breakwater" in citation.quote for citation in answer.citations)


def test_whole_words_take_the_place_of_whole_words() -> None:
    assert (
        meant("What is the area France covers?", "And Spain?") == "What is the area Spain covers?"
    )
    said = meant("When did Indiana Jones visit India?", "And Nepal?")
    assert said == "When did Indiana Jones visit Nepal?"


def test_he_is_who_the_answer_names(sound: Assistant) -> None:
    answer = talk(sound, "Who closed the Eastmouth pilots' school?", "What did she do?")
    assert "Ada Berg" in answer.understood


def test_more_is_what_was_not_said(sound: Assistant) -> None:
    first = sound.ask("Was the new breakwater a blunder?")
    more = talk(sound, "Was the new breakwater a blunder?", "Tell me more")
    told = {citation.quote for citation in first.citations}
    assert all(citation.quote not in told for citation in more.citations)
    assert all(hit.document.text[hit.start : hit.end] == hit.text for hit in more.hits)
    assert not talk(sound, "Who won the football cup in Peru?", "Tell me more").answered


def test_who_disagrees_is_asked_of_the_other_documents(sound: Assistant) -> None:
    question = "Why does the sand fill the channel now?"
    cited = {citation.document.id for citation in sound.ask(question).citations}
    answer = talk(sound, question, "Does anyone disagree?")
    assert answer.answered
    assert cited.isdisjoint(citation.document.id for citation in answer.citations)


def test_the_last_answer_that_cites_counts_alone() -> None:
    """What was cited for an older question may be what others say to the last one."""
    said = ["Ice. [1]", "Sand. [1] Silt. [2]", "You are welcome."]
    history = [{"role": "assistant", "content": text} for text in said]
    assert last_said(history) == "Sand. Silt."
    assert last_said(history[2:]) == last_said(None) == ""


@pytest.mark.parametrize(
    "question",
    [
        "When did the ice reach Norholm?",
        "Who closed the Eastmouth pilots' school?",
        "How much did the new breakwater cost?",
    ],
)
def test_where_nobody_else_speaks_of_it_nobody_disagrees(sound: Assistant, question: str) -> None:
    answer = talk(sound, question, "Does anyone disagree?")
    assert (answer.answered, answer.text) == (False, NOBODY_ELSE)
    assert answer.hits
    more = talk(sound, question, "Tell me more")
    assert more.text != NOTHING_THERE


def test_a_name_of_several_words_is_not_its_words(tmp_path: Path) -> None:
    """Who writes of first homes says nothing of what is called Home First."""
    texts = {
        "plan.txt": "Home First is a plan that gives people a key before it asks for a cure.\n",
        "land.txt": "The first thing is land. A home needs a site, and homes need many.\n",
    }
    with library_of(tmp_path, texts) as assistant:
        answer = talk(assistant, "What is Home First?", "Does anyone disagree?")
        assert answer.text == NOBODY_ELSE


@pytest.mark.parametrize("history", ["who", {"role": "user"}, 3, [3], [{"role": "x"}]])
def test_a_history_that_is_none_is_refused(sound: Assistant, history: object) -> None:
    with pytest.raises(QuestionError, match="the history must be a list"):
        sound.ask("When did the ice reach Lindal?", history)  # type: ignore[arg-type]


def test_no_history_is_none(sound: Assistant) -> None:
    assert sound.ask("When did the ice reach Lindal?", history=None).answered
    assert sound.retrieve("When did the ice reach Lindal?", history=None)


@given(st.lists(st.text(min_size=1, max_size=60).filter(str.strip), min_size=1, max_size=5))
def test_any_talk_is_read(said: list[str]) -> None:
    asked = turns(said[-1], [{"role": "user", "content": text} for text in said[:-1]])
    reading = read(asked)
    assert reading.question
    assert 0 <= reading.carry <= 1


@pytest.mark.parametrize(
    ("asked", "follows", "expected"),
    [
        (
            "How many boys did Eastmouth teach?",
            "And before the war?",
            "How many boys did Eastmouth teach before the war?",
        ),
        (
            "What did the port of Lindal earn before 1900?",
            "And after the flood?",
            "What did the port of Lindal earn after the flood?",
        ),
        ("When did the ice reach Norholm?", "And Lindal?", "When did the ice reach Lindal?"),
    ],
)
def test_a_time_is_put_behind_what_was_asked(asked: str, follows: str, expected: str) -> None:
    history = [{"role": "user", "content": asked}, {"role": "assistant", "content": "So."}]
    assert read(turns(follows, history)).question == expected


@pytest.mark.parametrize(
    ("follows", "leans"),
    [
        ("Which is quicker?", True),
        ("Which one is the oldest?", True),
        ("Who is right?", True),
        ("Who is right about the ice?", False),
        ("Which port is quicker?", False),
        ("Which is quicker, the ferry or the train?", False),
    ],
)
def test_which_of_them_leans_on_what_they_are(follows: str, leans: bool) -> None:
    asked = "What does the Eastmouth ferry cost?"
    history = [{"role": "user", "content": asked}, {"role": "assistant", "content": "So."}]
    assert ("(Eastmouth)" in read(turns(follows, history)).shown) == leans


def test_it_is_looked_for_where_its_name_stands(tmp_path: Path) -> None:
    texts = {
        "plan.txt": "Home First is a plan that gives people a key before it asks for a cure. For "
        "each key that it gave, the hospitals of Lindal spent a third less.\n",
        "roof.txt": "Does a flat roof save money? It does save money, every year. A steep one "
        "saves none.\n",
    }
    with library_of(tmp_path, texts) as assistant:
        answer = talk(assistant, "What is Home First?", "Does it save money?")
        assert {hit.document.id for hit in answer.hits} == {"plan.txt"}
        # Without a pronoun, or where the name stands nowhere, everything is looked at.
        for question in ("What is Home First?", "What is Road Last?"):
            follows = "Does a roof save money?" if "Home" in question else "Does it save money?"
            answer = talk(assistant, question, follows)
            assert "roof.txt" in {hit.document.id for hit in answer.hits}
