"""Questions to begin with read as a person would ask them."""

from pathlib import Path

import pytest

from index import build_index
from index.records import AUTHOR, HEADING, TITLE, Document, Mark
from qa import Assistant
from qa.starters import _about
from ui.desk import Desk


def asked(text: str, title: str = "", author: str = "", *marked: tuple[str, str]) -> list[str]:
    """The questions about a document in whose text these parts are marked."""
    marks = tuple(
        Mark(kind, text.index(part), text.index(part) + len(part)) for kind, part in marked
    )
    document = Document("a.md", "a.md", title, author, "", "", "", text, "0" * 64, marks)
    return list(_about(document))


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
    assert asked(text) == [f"What is said about {name}?" for name in names]


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
