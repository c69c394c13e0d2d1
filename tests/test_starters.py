"""Questions to begin with read as a person would ask them."""

from collections import Counter
from pathlib import Path

import pytest

from index import build_index
from index.records import AUTHOR, HEADING, TITLE, Document, Mark
from qa import Assistant
from qa.starters import _about, _names
from qa.subjects import subjects
from ui.desk import Desk


def asked(text: str, title: str = "", author: str = "", *marked: tuple[str, str]) -> list[str]:
    """The questions about a document in whose text these parts are marked."""
    marks = tuple(
        Mark(kind, text.index(part), text.index(part) + len(part)) for kind, part in marked
    )
    document = Document("a.md", "a.md", title, author, "", "", "", text, "0" * 64, marks)
    names = _names(document)
    return list(_about(document, names, Counter(names)))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("In May the Harbour Office opened. It was small.", ["the Harbour Office"]),
        ("The Harbour Office was small.", ["the Harbour Office"]),
        ("It belongs to Harbour Watch, a club.", ["Harbour Watch"]),
        ("It fell on the Port of Eastmouth.", ["the Port of Eastmouth"]),
        ("It is run by the Eastmouth Harbour Office (EHO).", ["the Eastmouth Harbour Office"]),
        ("We saw the Cape Falk lighthouse.", []),  # the lighthouse, not the cape
        ("We saw the Cape Falk-type lamp.", []),
        ("It joined the Ministry of Trade and Industry.", []),
        ("It was Eastmouth’s Harbour Master who came.", ["Eastmouth’s Harbour Master"]),
        ("Tall Ships Ahead", []),
        ("a guide to Tall Ships", []),  # a title, as it ends with no stop
        ("Old Harbour Watch keeps it.", []),  # may be no name, so at the beginning
    ],
)
def test_names_are_those_of_the_running_text(text: str, names: list[str]) -> None:
    twice = f"{text}\n\n{text}"  # what is named once is nothing that a text is about
    assert asked(twice) == [f"What is said about {name}?" for name in names]
    assert asked(text) == []


def test_a_name_of_two_documents_is_none_that_is_named_once() -> None:
    text = "In May the Harbour Office opened."
    document = Document("a.md", "a.md", "", "", "", "", "", text, "0" * 64, ())
    questions = _about(document, _names(document), Counter({"the Harbour Office": 2}))
    assert list(questions) == ["What is said about the Harbour Office?"]


def titled(id: str, title: str, text: str) -> Document:
    text = f"{title}\n\n{text}"
    marks = (Mark(HEADING, 0, len(title)),)
    return Document(id, id, title, "", "", "", "", text, "0" * 64, marks)


def test_subjects_are_what_titles_name_and_texts_dwell_on() -> None:
    """Most titles first; not what only a title has, what is named once, what says nothing."""
    toll = "He spoke of the toll. The city lives by the toll, and it pays for the toll. "
    salt = "The price of salt rose. They dealt in salt, and nobody lived without salt. "
    isles = "She sailed to the Cayman Islands. It is the end of the road. That is the end. "
    documents = [
        titled("a.md", "A Toll for Eastmouth", toll + isles),
        titled("b.md", "The Toll and the End of Salt", toll + salt),
        titled("c.md", "Salt Deserves a Second Look", salt),
        titled("d.md", "Why Salt Failed", salt),
    ]
    assert subjects(documents) == ["salt", "the toll"]


def test_subjects_are_written_as_the_texts_write_them() -> None:
    text = "They speak of meters. Some live by meters; few are against NATO, or for NATO. "
    documents = [titled(f"{n}.md", "METERS, NATO AND YOU", text * 2) for n in range(2)]
    assert sorted(subjects(documents)) == ["NATO", "meters"]
    assert subjects([titled("x.md", "Salt", "")]) == subjects([]) == []


def test_an_article_is_there_where_the_text_mostly_has_it() -> None:
    text = "He saw Cape Falk. She left Cape Falk. We like the Cape Falk of old."
    assert asked(text) == ["What is said about Cape Falk?"]


def test_titles_and_headings_give_no_names() -> None:
    text = "Was it the Tall Ships Race?\n\nof Tall Ships Past.\n\nNobody knows."
    title = "Was it the Tall Ships Race?"
    assert asked(text, title, "", (HEADING, "of Tall Ships Past.")) == []


@pytest.mark.parametrize(
    ("title", "question"),
    [
        ("Salt", ["Who wrote “Salt”?"]),
        ("Crisis or Opportunity?", ["Who wrote “Crisis or Opportunity?”"]),
        ("Long " * 30, []),
        ("", []),
    ],
)
def test_who_wrote_a_title(title: str, question: list[str]) -> None:
    text = f"title: {title}\nauthor: Ada Berg\n\nSalt is old."
    marked = [(TITLE, f"title: {title}"), (AUTHOR, "author: Ada Berg")]
    assert asked(text, title, "Ada Berg", *marked) == question


def test_nouns_of_german_are_no_names() -> None:
    text = (
        "Der Bau wurde aufgegeben, weil der Energiekonzern Falk sich mit dem Unternehmen Lund "
        "geeinigt hatte. Danach wurde nichts mehr gebaut, und die Anlage ist heute ein Park."
    )
    assert asked(text) == []


def test_they_are_those_of_the_present_texts(tmp_path: Path) -> None:
    """Also where authors, publishers and dates are what they were."""
    desk: Desk | None = None
    for name in ("Norholm Harbour Board", "Westhaven Salt Guild"):
        text = f"A pier was built by the {name} in 1911. Nobody but the {name} was for it.\n"
        (tmp_path / "a.txt").write_text(text, "utf-8")
        build_index(tmp_path, tmp_path / ".index")
        if desk is None:
            assistant = Assistant.open(tmp_path / ".index")
            desk = Desk(assistant)
        assert desk.begin()["starters"] == [f"What is said about the {name}?"]
    assistant.close()
