"""Names and their acronyms: counted together, and never said to be missing under the other name."""

from collections.abc import Iterator

import pytest
from conftest import library_of

from qa import Assistant
from qa.acronyms import acronyms, also_called, defined, usual
from qa.topics import discussed

TEXTS = {
    "grain.md": "---\ntitle: Grain\nauthor: Ada Berg\npublished: 2021-03\n---\n\n"
    "The European Union paid 90 million euros for the grain terminal of Lindal. "
    "Its shared grain reserve fund (SGRF) is new. The SGRF lends to mills.\n",
    "tolls.md": "---\ntitle: Tolls\nauthor: Bo Lund\npublished: 2019\n---\n\n"
    "The EU set a toll of 12 cents for each lorry. The U.S. has none. The reserve fund lends.\n",
    "salt.md": "---\ntitle: Salt\nauthor: Cy Holm\npublished: 2020\n---\n\n"
    "Traders brought us salt. It was eaten by all of us. EUCOM had nothing to do with it.\n",
    "ships.md": "---\ntitle: Ships\nauthor: Di Moe\npublished: 2022\n---\n\n"
    "The United States built three ships. Nato bought two of them. A shared grain reserve fund "
    "paid for none.\n",
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with library_of(tmp_path_factory.mktemp("acronyms"), TEXTS) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("Which documents mention the EU?", ["tolls.md", "grain.md"]),
        ("which documents mention the eu?", ["tolls.md", "grain.md"]),
        ("Which documents mention the European Union?", ["tolls.md", "grain.md"]),
        ("Which documents mention the US?", ["tolls.md", "ships.md"]),
        ("Which documents mention the United States?", ["tolls.md", "ships.md"]),
        ("Which documents mention the U.S.?", ["tolls.md", "ships.md"]),
        ("Which documents mention NATO?", ["ships.md"]),
        ("Which documents mention EU tolls?", ["tolls.md"]),
        ("Which documents mention the SGRF?", ["grain.md", "ships.md"]),
        ("Which documents mention the shared grain reserve fund?", ["grain.md", "ships.md"]),
        ("Which documents mention the EU or the US?", ["tolls.md", "grain.md", "ships.md"]),
        ("Which documents mention the UN?", []),
    ],
)
def test_a_name_and_its_acronym_are_one(
    shelf: Assistant, question: str, documents: list[str]
) -> None:
    assert [work.document.id for work in shelf.ask(question).works] == documents


def test_what_is_counted_is_said(shelf: Assistant) -> None:
    text = shelf.ask("Which documents mention the EU?").text
    assert text.startswith("2 of 4 documents mention the EU or European Union, in 2 places.")


def test_the_other_name_is_not_missing(shelf: Assistant) -> None:
    answer = shelf.ask("What did the EU pay for the grain terminal of Lindal?")
    assert answer.answered
    assert answer.missing == ()
    answer = shelf.ask("What toll did the European Union set for each lorry?")
    assert answer.answered
    assert answer.missing == ()


def test_another_name_is_missing_still(shelf: Assistant) -> None:
    answer = shelf.ask("What toll did the IMF and the EU set for each lorry?")
    assert not answer.answered or "IMF" in answer.missing


def test_usual_names() -> None:
    assert usual("EU") == ["European Union"]
    assert usual("UK tariffs") == ["United Kingdom tariffs", "“U.K.” tariffs"]
    assert usual("US") == ["United States", "USA", "“U.S.”"]
    assert usual("U.S") == ["United States", "US", "USA"]
    for other in (
        "us",
        "what they did to us",
        "un accord",
        "EUR",
        "EUCOM",
        "the European Council",
        "",
    ):
        assert usual(other) == []


def test_a_pronoun_is_no_topic() -> None:
    assert discussed("Which documents mention us?") is None
    assert discussed("Which documents mention the US?") == "the US"


def test_what_a_text_names_otherwise() -> None:
    whole = "A shared grain reserve fund (SGRF) lends. Mills know it."
    assert set(also_called("The SGRF lends.", whole)) == {"shared grain reserve fund", "SGRF"}
    assert list(also_called("Mills know us.", whole)) == []


def test_plain_words_may_be_defined() -> None:
    assert defined("the carbon border levy (CBL)") == {"carbon border levy": "CBL"}
    assert defined("a long list of things (LOT), some parts (SPX), no one (NO)") == {}
    assert acronyms("The carbon border levy (CBL) is new. A carbon border levy costs.") == {}
