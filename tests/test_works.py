"""Which works discuss something: told from other questions, counted over the whole library."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from answers import exact
from conftest import library_of
from hypothesis import example, given
from hypothesis import strategies as st

from index import build_index
from index.records import PROSE, Sentence
from index.terms import head, terms
from qa import Answer, Assistant
from qa.attribution import attributed
from qa.cite import cite
from qa.mentions import needle, places_of
from qa.topics import discussed
from qa.works import headline
from ui.render import answer_json, answer_text
from ui.render.turn import turn_html
from ui.shown import shown


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Which commentaries discuss deterrence?", "deterrence"),
        ("what documents mention the Harbour Office?", "the Harbour Office"),
        ("list all mentions of Ada Berg", "Ada Berg"),
        ("Please list the reports that deal with inflation", "inflation"),
        ("how many articles are about energy policy?", "energy policy"),
        ("How many reports do we have on inflation?", "inflation"),
        ("who writes about oysters?", "oysters"),
        ("which authors argue that sanctions work?", "sanctions work"),
        ("Which of the articles mention Georgia?", "Georgia"),
        ("In which documents is the Founding Act mentioned?", "the Founding Act"),
        ("Does any document mention oysters?", "oysters"),
        ("Are there any articles about climate change?", "climate change"),
        ("Is Crimea mentioned anywhere?", "Crimea"),
        ("How often is Crimea mentioned in the library?", "Crimea"),
        ("Which commentaries criticise the phase-out?", "the phase-out"),
        ("Which of the authors are in favour of sanctions?", "sanctions"),
        ("Which commentaries do not mention Crimea?", "Crimea"),
        ("How many articles don’t mention Crimea?", "Crimea"),
        ("Which texts say nothing about Crimea?", "Crimea"),
        ("List all documents without any mention of Crimea", "Crimea"),
        ("Welche Texte erwähnen Strauß?", "Strauß"),
        ("Wie viele Berichte handeln von der Anlage?", "Anlage"),
        ("Quels articles parlent de la centrale ?", "centrale"),
        ("¿Qué documentos mencionan el puerto?", "puerto"),
        ("Quali testi parlano di Craxi?", "Craxi"),
        ("Welke artikelen gaan over het kanaal?", "kanaal"),
        ("Quais textos mencionam Lisboa?", "Lisboa"),
        ("Find all references to “flexible response” in my documents", "“flexible response”"),
    ],
)
def test_a_question_after_works_names_its_topic(question: str, topic: str) -> None:
    assert discussed(question) == topic


@pytest.mark.parametrize(
    "question",
    [
        "Which countries discuss nuclear sharing?",
        "Which ministers mention Crimea?",
        "which articles of the treaty deal with defence?",
        "list the reasons",
        "List the reasons for the council's calm",
        "What does the report say about Crimea?",
        "What do the documents say about Crimea?",
        "Which documents were signed in 1997?",
        "How many articles does the treaty have?",
        "How many reports did the committee publish?",
        "What papers did Einstein write about relativity?",
        "Who wrote about the harbour?",
        "Who wrote the report?",
        "What is the article about?",
        "Which text is about?",
        "Which documents mention it?",
        "How many times is Job mentioned in the Bible?",
        "What source of energy covers most demand?",
        "Which sources of income are mentioned?",
        "What sources does the author cite?",
        "How many people are about to leave?",
        "Is anyone about to leave?",
        "Does anything contain lead?",
        "Show the article about oysters",
        "Summarise the article about oysters",
        "Who opposes the treaty?",
        "Welche Länder erwähnen Strauß?",
        "Welche Texte wurden 1986 unterzeichnet?",
        "Which ministers do not mention Crimea?",
        "Who does not agree with the council?",
    ],
)
def test_near_misses_are_no_question_after_works(question: str) -> None:
    assert discussed(question) is None


def test_a_topic_that_is_only_pointed_at() -> None:
    names = ["Crimea", "the treaty"]
    for question in ("Which documents mention it?", "Is that mentioned anywhere?"):
        assert discussed(question) is None
        assert discussed(question, names) == "Crimea and the treaty"
    assert discussed("Which documents mention oysters?", names) == "oysters"
    assert discussed("Which text is about?", names) is None
    assert discussed("When was it signed?", names) is None


BEGINNINGS = "d l t sk rel sanct happ hop argu possib nation gener commun run y Éco ΣΟΦ İ".split()
ENDINGS = (
    "ying ies ied y ing ings ed edly ational ization izer iveness fulness ousness aliti iviti "
    "biliti bility ally ency ancy ably ful ness ment ements ement ion ions er ers e es s 's ogy "
    "ogist icate ative alize ical ually ΟΣ"
).split()
WORDS = st.one_of(
    st.builds("".join, st.tuples(st.sampled_from(BEGINNINGS), st.sampled_from(ENDINGS))),
    st.builds(
        "".join,
        st.tuples(
            st.text("abdefgilnorstuy", min_size=1, max_size=8),
            st.lists(st.sampled_from(ENDINGS), max_size=2).map("".join),
        ),
    ),
    st.text(max_size=12),
)


@given(WORDS)
@example("skies")
@example("dying")
@example("idly")
@example("İstanbul")
@example("ΟΔΟΣ")
def test_a_word_begins_as_its_term_does(word: str) -> None:
    assert all(head(term) in word.lower() for term in terms(word))


@given(st.lists(st.lists(WORDS, max_size=6), max_size=6), st.lists(WORDS, min_size=1, max_size=3))
def test_what_is_not_stemmed_mentions_nothing(said: list[list[str]], names: list[str]) -> None:
    said = [*said, names, [], names[:1], names[1:]]
    text, sentences = "", []
    for words in said:
        start = len(text)
        text += " ".join(words) + ". "
        sentences.append(Sentence(start, len(text) - 1, PROSE))
    needles = [parts for parts in (needle(" ".join(names), "en"), needle(names[0], "en")) if parts]
    heads = {head(term) for parts in needles for part in parts for term in part.terms}
    every = list(places_of(needles, {""}, text, sentences, "en"))
    assert list(places_of(needles, heads, text, sentences, "en")) == every


TEXTS = {
    "a.md": "---\ntitle: Ferries\nauthor: Ada Berg\npublished: 2021-03\n---\n\n"
    "The Eastmouth Harbour Office (EHO) runs the ferries. A ferry costs little. "
    "Nobody speaks of salt.\n",
    "b.md": "---\ntitle: Salt\nauthor: Bo Lund\npublished: 2019\n---\n\n"
    "Traders brought salt. It was sold in town. The EHO taxed it. President Lena Falk came.\n",
    "c.txt": "Apricots ripen early here. Their growers sell them. The market is in Eastmouth.\n",
    "d.md": "---\ntitle: Seals\nauthor: Ada Berg\npublished: 2020-01-05\n---\n\n"
    + "\n\n".join(f"Seal number {n} sleeps beside ferry {n}." for n in range(40))
    + "\n",
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with library_of(tmp_path_factory.mktemp("shelf"), TEXTS) as assistant:
        yield assistant


def listed(answer: Answer) -> list[tuple[str, int]]:
    """Every listed work with its number of mentions; all citations are checked."""
    citations = [citation for work in answer.works for citation in work.citations]
    assert list(answer.citations) == citations
    exact(answer)
    assert answer.answered == bool(answer.works)
    assert answer.kind == ("works" if answer.works else "none")
    return [(work.document.id, work.mentions) for work in answer.works]


@pytest.mark.parametrize(
    ("question", "works", "says"),
    [
        (
            "Which documents mention ferries?",
            [("d.md", 40), ("a.md", 3)],
            "2 of 4 documents mention ferries, in 43 places.",
        ),
        ("Which documents discuss apricots?", [("c.txt", 1)], "1 of 4 documents mentions"),
        ("List all mentions of sold salt", [("b.md", 1)], "in 1 place."),  # two neighbours
        ("Which documents mention President Falk?", [("b.md", 1)], "President Falk"),
        ("Which documents mention “Lena Falk”?", [("b.md", 1)], "“Lena Falk”"),
        ("Which documents mention “Falk Lena”?", [], "0 of 4 documents mention “Falk Lena”."),
        ("Which documents mention apricots or seals?", [("d.md", 41), ("c.txt", 1)], "2 of 4"),
        (
            "Which documents mention the Eastmouth Harbour Office?",
            [("b.md", 1), ("a.md", 1)],
            "the Eastmouth Harbour Office or EHO, in 2 places.",
        ),
        ("Which documents mention volcanoes?", [], "0 of 4 documents mention volcanoes."),
        (
            "Which documents discuss apricots and Lena Falk?",
            [("b.md", 1), ("c.txt", 1)],
            "0 of 4 documents mention apricots and Lena Falk in one place. Taken apart: "
            "apricots in 1 document, Lena Falk in 1 document; 0 documents have all of them.",
        ),
        ("Which documents mention salt and traders?", [("b.md", 1)], "in 1 place."),
        ("Which documents mention “apricots and Falk”?", [], "0 of 4 documents mention"),
        (
            "Which documents mention volcanoes and glaciers?",
            [],
            "volcanoes in 0 documents, glaciers in 0 documents; 0 documents have all of them.",
        ),
        (
            "Which documents do not mention ferries?",
            [("b.md", 0), ("c.txt", 0)],
            "2 of 4 documents do not mention ferries.",
        ),
        ("Welche Texte erwähnen Lena Falk?", [("b.md", 1)], "1 of 4 documents mentions Lena Falk"),
        (
            "Which documents don't mention the EHO?",
            [("d.md", 0), ("c.txt", 0)],
            "2 of 4 documents do not mention the EHO or Eastmouth Harbour Office.",
        ),
        (
            "Which documents do not mention ferries or seals or salt or apricots?",
            [],
            "0 of 4 documents do not mention",
        ),
    ],
)
def test_all_works_are_counted(
    shelf: Assistant, question: str, works: list[tuple[str, int]], says: str
) -> None:
    answer = shelf.ask(question)
    assert listed(answer) == works
    assert says in headline(answer)
    assert answer.hits
    assert all(len(work.citations) <= 3 for work in answer.works)


@pytest.mark.parametrize(
    ("earlier", "question", "works", "says"),
    [
        (
            "What is the Eastmouth Harbour Office?",
            "Which documents mention it?",
            [("b.md", 1), ("a.md", 1)],
            "2 of 4 documents mention Eastmouth Harbour Office or EHO",
        ),
        ("What did Lena Falk do?", "Who else writes about her?", [("b.md", 1)], "Bo Lund"),
        ("What did Lena Falk do?", "Which documents mention apricots?", [("c.txt", 1)], "apricots"),
        ("Where is Mount Doom?", "List all mentions of it", [], "0 of 4 documents mention"),
    ],
)
def test_a_follow_up_after_works(
    shelf: Assistant, earlier: str, question: str, works: list[tuple[str, int]], says: str
) -> None:
    history = [{"role": "user", "content": earlier}, {"role": "assistant", "content": "So."}]
    answer = shelf.ask(question, history)
    assert listed(answer) == works
    assert says in headline(answer)
    is_pointing = "apricots" not in question
    assert answer.understood.startswith(f"{question} (" if is_pointing else "")
    assert bool(answer.understood) == is_pointing
    assert shelf.ask("Which documents mention it?").kind != "works"  # nothing was said before


def test_filters_and_authors(shelf: Assistant) -> None:
    question = "Which documents mention ferries?"
    answer = shelf.ask(question, filters={"published_from": "2021"})
    assert listed(answer) == [("a.md", 3)]
    assert headline(answer).startswith("1 of 1 document that the filters leave mentions")
    answer = shelf.ask("Who writes about ferries?")
    assert "Authors: Ada Berg (2 documents)." in headline(answer)


def test_a_title_that_is_no_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text(
        '{"_id": "1", "title": "Black_Death", "text": "It came by ship and killed many."}\n'
    )
    build_index(tmp_path, tmp_path / ".index")
    assistant = Assistant.open(tmp_path / ".index")
    answer = assistant.ask("Which documents mention the Black Death?")
    assert listed(answer) == [("1", 0)]
    assert headline(answer).endswith("Black Death, 1 of them in the title alone.")
    assistant.close()


def test_what_several_documents_say_is_said_to_be_theirs(shelf: Assistant) -> None:
    a, b = shelf.document("a.md"), shelf.document("b.md")
    assert a is not None
    assert b is not None
    first, second = (cite(n, d, len(d.text) - 9, len(d.text) - 1) for n, d in ((1, a), (2, b)))
    one = Answer("Q?", True, 0.9, f"{first.quote} [1]", (first,), ())
    assert attributed(one) == one.text
    both = Answer("Q?", True, 0.9, "", (first, second), ())
    assert attributed(both) == (
        f"Ada Berg (2021-03): {first.quote} [1]\n\nBo Lund (2019): {second.quote} [2]"
    )
    assert attributed(both) in answer_text(both)
    citations = answer_json(both)["citations"]
    assert isinstance(citations, list)
    assert [c["by"] for c in citations] == ["Ada Berg (2021-03)", "Bo Lund (2019)"]


def test_works_as_json(shelf: Assistant) -> None:
    found = answer_json(shelf.ask("Which documents mention ferries?"))
    assert found["kind"] == "works"
    works = found["works"]
    assert isinstance(works, list)
    assert [(work["mentions"], work["citations"]) for work in works] == [
        (40, [1, 2, 3]),
        (3, [4, 5, 6]),
    ]


@pytest.mark.parametrize(
    ("question", "taken"),
    [
        ("Which documents criticise the ferries?", "criticise"),
        ("Which documents are in favour of ferries?", "are in favour of"),
        ("Which authors argue for ferries?", "argue for"),
    ],
)
def test_for_or_against_is_not_told_from_words(shelf: Assistant, question: str, taken: str) -> None:
    answer = shelf.ask(question)
    assert listed(answer)
    said = f"Only mentions are counted: whether they {taken} it has to be read."
    assert said in headline(answer)
    assert answer.confidence == 0.5
    assert said in turn_html(shown(answer, {}))
    assert said in answer_text(answer)


def test_what_is_not_criticised_has_to_be_read_too(shelf: Assistant) -> None:
    answer = shelf.ask("Which documents do not criticise the ferries?")
    assert headline(answer) == (
        "2 of 4 documents do not mention the ferries. "
        "Whether the others criticise it has to be read."
    )


def test_a_mention_is_certain(shelf: Assistant) -> None:
    answer = shelf.ask("Which documents discuss ferries?")
    assert "has to be read" not in answer.text
    assert answer.confidence > 0.9
