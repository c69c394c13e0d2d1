"""What an author of the library says is answered by what that author wrote."""

from collections.abc import Iterator

import pytest
from answers import exact
from conftest import library_of

from qa import MAX_QUESTION, Answer, Assistant
from qa.facets import Facets
from qa.speakers import named, speakers

AUTHORS = ["Ada Berg", "Lund, Bo; Falk, C.", "Dr. Mira O'Keefe and Jan de Vries", "Harbour Office"]
PUBLISHERS = (("Institute for Harbour and Coastal Policy", 1), ("Coastal Review", 1))
PRESENT = Facets(tuple((author, 1) for author in AUTHORS), PUBLISHERS, "", "", len(AUTHORS))


@pytest.mark.parametrize(
    ("question", "name", "asked"),
    [
        ("What does Ada Berg think about salt?", "Ada Berg", "What does one say about salt?"),
        ("what does ada berg really say about salt?", "Ada Berg", None),
        ("Why did Berg call for a tax?", "Ada Berg", "Why did one call for a tax?"),
        ("Does A. Berg believe that salt is cheap?", "Ada Berg", None),
        ("What does Bo Lund recommend?", AUTHORS[1], "What does one recommend?"),
        ("According to Bo Lund, who taxed it?", AUTHORS[1], "Who taxed it?"),
        ("Who taxed it, according to Dr Lund?", AUTHORS[1], "Who taxed it?"),
        ("What is O’Keefe’s view on salt?", AUTHORS[2], "What is the view on salt?"),
        ("Summarise the arguments of Jan de Vries", AUTHORS[2], "Summarise the arguments"),
        ("Summarise the report by Ada Berg.", "Ada Berg", "Summarise the report."),
        ("What does Ada Berg's article say about it?", "Ada Berg", None),
        ("Is Ada Berg in favour of the tax?", "Ada Berg", "Is one in favour of the tax?"),
        ("What are Berg's three steps?", "Ada Berg", "What are the three steps?"),
        ("What is Berg's second point?", "Ada Berg", "What is the author’s second point?"),
        ("Berg's conditions", "Ada Berg", "The author’s conditions"),
        ("Which conditions does Berg set?", "Ada Berg", "Which conditions does one set?"),
        ("What does Ada Berg ask for?", "Ada Berg", "What does one ask for?"),
        ("What does Ada Berg want?", "Ada Berg", "What does one want?"),
        ("What does the Harbour Office say about salt?", "Harbour Office", None),
        ("Why is the tax criticised by Ada Berg?", "Ada Berg", "Why is the tax criticised?"),
        ("What was recommended by Bo Lund?", AUTHORS[1], "What was recommended?"),
        ("What is claimed by Berg about salt?", "Ada Berg", "What is claimed about salt?"),
        ("What is Ada Berg arguing?", "Ada Berg", None),
        ("Why is Ada Berg criticised by Bo Lund?", AUTHORS[1], "Why is Ada Berg criticised?"),
    ],
)
def test_whose_words_are_asked_for(question: str, name: str, asked: str | None) -> None:
    (found,) = speakers(question, lambda: PRESENT)
    assert found.name == name
    assert asked is None or asked in found.questions


@pytest.mark.parametrize(
    "question",
    [
        "Who is Ada Berg?",
        "What did Ada Berg found?",
        "When was Ada Berg born?",
        "What was said about Ada Berg?",
        "What do critics of Ada Berg say?",
        "Who criticised Ada Berg?",
        "What are Ada Berg's three children called?",
        "Which three ships does Ada Berg own?",
        "When was Ada Berg's second marriage?",
        "What did Ada Berg want from the harbour?",
        "Why is Ada Berg criticised?",
        "Has Ada Berg been criticised for the tax?",
        "Why is Ada Berg criticised by Lena Falk?",
        "Was the tax criticised by Ada Berg repealed?",
        "When was the school founded by Ada Berg?",
        "What does Ada say about salt?",  # no author's family name
        "What does berg think about salt?",  # a mountain, for all we know
        "What does Ada Lund think about salt?",
        "What does Lena Falkner think about salt?",
        "What does the office say about salt?",
        "What does the author say about salt?",
        "According to the report, who taxed it?",
    ],
)
def test_near_misses_ask_for_no_author(question: str) -> None:
    assert not speakers(question, lambda: PRESENT)


@pytest.mark.parametrize(
    "question",
    [
        "What do Ada Berg and Dr Lund say about salt?",
        "Do Ada Berg and Lund disagree about salt?",
        "Do Berg and Bo Lund agree on salt?",
        "Compare Ada Berg and Bo Lund on salt",
    ],
)
def test_the_words_of_two_are_asked_for(question: str) -> None:
    found = speakers(question, lambda: PRESENT)
    assert [by.name for by in found] == ["Ada Berg", AUTHORS[1]]
    for by in found:
        asked = by.questions[-1].replace("do one", "does one").rstrip("?")
        assert asked == "What does one say about salt"


@pytest.mark.parametrize(
    ("question", "name"),
    [
        (
            "What does the Institute for Harbour and Coastal Policy say about salt?",
            PUBLISHERS[0][0],
        ),
        ("According to the Coastal Review, who taxed it?", "Coastal Review"),
        ("What is the Coastal Review's view on salt?", "Coastal Review"),
    ],
)
def test_the_words_of_a_publisher_are_asked_for(question: str, name: str) -> None:
    (found,) = speakers(question, lambda: PRESENT)
    assert (found.name, found.field) == (name, "publisher")


@pytest.mark.parametrize(
    "question",
    [
        "What does the Institute say about salt?",  # any institute
        "What does the Review say about salt?",
        "Who founded the Coastal Review?",
        "What do critics of the Coastal Review say?",
        "When did the Coastal Review first appear?",
    ],
)
def test_near_misses_ask_for_no_publisher(question: str) -> None:
    assert not speakers(question, lambda: PRESENT)


def test_an_author_goes_before_a_publisher() -> None:
    (found,) = speakers("What does Ada Berg say about the Coastal Review?", lambda: PRESENT)
    assert (found.name, found.field) == ("Ada Berg", "author")


@pytest.mark.parametrize("name", ["Zielinski", "Zieliński", "Piotr Zielinski", "ZIELIŃSKI"])
def test_a_name_is_known_without_its_accents(name: str) -> None:
    ((*_, found),) = named(f"What does {name} think?", ["Piotr Zieliński", "Jan Zielonka"])
    assert found == "Piotr Zieliński"


def test_two_authors_of_a_name_are_both_meant() -> None:
    lines = ["Ada Berg", "Tom Berg", "Bergson, H."]
    assert [name for _, _, name in named("What did Berg write?", lines)] == ["Berg"]
    assert [name for _, _, name in named("What did Tom Berg write?", lines)] == ["Tom Berg"]


def test_two_authors_of_a_name_that_is_written_without_accents() -> None:
    lines = ["Anna Löfgren", "Bo Löfgren", "Mira O’Keefe", "Tom O’Keefe"]
    assert [name for _, _, name in named("What did Lofgren write?", lines)] == ["Löfgren"]
    assert [name for _, _, name in named("What did O'Keefe write?", lines)] == ["O’Keefe"]
    assert [name for _, _, name in named("What did Bo Lofgren write?", lines)] == ["Bo Löfgren"]


TEXTS = {
    "tax.md": "---\ntitle: The Salt Tax\nauthor: Ada Berg\n"
    "publisher: Institute for Coastal Policy\npublished: 2021-03\n---\n\n"
    "I hold that the salt tax was a grave error. Because traders passed it on, the price of bread "
    "rose by a fifth. The town lost its market within two years.\n",
    "reply.md": "---\ntitle: In Defence of the Tax\nauthor: Bo Lund\npublished: 2021-06\n---\n\n"
    "The salt tax paid for the harbour wall. The price of bread fell in the year after it. "
    "Ada Berg claims that fishing declined; she does not count the boats of Westhaven. "
    "Ada Berg was born in Lindal and led the guild of bakers.\n",
    "digest.md": "---\ntitle: Digest of a Lecture\nauthor: Mira Okafor\n"
    "publisher: Guild of Bakers\npublished: 2020\n---\n\n"
    "The author recommends that the town should build a new lighthouse. The lecture was given in "
    "the town hall.\n",
}


@pytest.fixture(scope="module")
def quarrel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with library_of(tmp_path_factory.mktemp("quarrel"), TEXTS) as assistant:
        yield assistant


def cited(answer: Answer) -> set[str]:
    return {citation.document.id for citation in exact(answer).citations}


@pytest.mark.parametrize(
    ("question", "document", "quote"),
    [
        ("What does Ada Berg think about the salt tax?", "tax.md", "grave error"),
        ("What is Berg's view on the salt tax?", "tax.md", "grave error"),
        ("According to Ada Berg, why did the price of bread rise?", "tax.md", "rose by a fifth"),
        ("What does Bo Lund say about the price of bread?", "reply.md", "bread fell"),
        ("What does Mira Okafor recommend?", "digest.md", "a new lighthouse"),
    ],
)
def test_an_author_is_answered_for_by_their_own_documents(
    quarrel: Assistant, question: str, document: str, quote: str
) -> None:
    answer = quarrel.ask(question)
    assert cited(answer) == {document}
    assert quote in answer.text
    assert (
        answer.understood == f"{question} (in documents by {answer.citations[0].document.author})"
    )
    assert answer.question == question


def test_a_publisher_is_answered_for_by_what_it_published(quarrel: Assistant) -> None:
    about = "What does the Institute for Coastal Policy say about"
    answer = quarrel.ask(f"{about} the salt tax?")
    assert cited(answer) == {"tax.md"}
    assert answer.understood.endswith("(in documents published by Institute for Coastal Policy)")
    answer = quarrel.ask(f"{about} the harbour wall?")
    assert not answer.answered
    assert answer.text.startswith("The documents published by Institute for Coastal Policy do not")
    answer = quarrel.ask(f"{about} bread?", filters={"publisher": "Guild of Bakers"})
    assert cited(answer) <= {"digest.md"}


def test_a_publisher_of_whom_the_texts_speak_may_be_spoken_of(quarrel: Assistant) -> None:
    answer = quarrel.ask("What does the Guild of Bakers say about Ada Berg?")
    assert "Guild of Bakers" not in answer.understood
    assert cited(answer) == {"reply.md"}
    answer = quarrel.ask("What does the Guild of Bakers say about a new lighthouse?")
    assert answer.understood.endswith("(in documents published by Guild of Bakers)")
    assert cited(answer) == {"digest.md"}


def test_what_others_report_of_an_author_is_said_to_be_theirs(quarrel: Assistant) -> None:
    answer = quarrel.ask("What does Ada Berg claim about fishing?")
    assert cited(answer) == {"reply.md"}
    assert [c.quote[:20] for c in answer.citations] == ["Ada Berg claims that"]
    assert "as others report it" in answer.understood


def test_what_an_author_does_not_say_is_not_answered_by_others(quarrel: Assistant) -> None:
    answer = quarrel.ask("What does Ada Berg say about the harbour wall?")
    assert not answer.answered
    assert answer.text == "The documents by Ada Berg do not answer this question."
    assert {hit.document.id for hit in answer.hits} == {"tax.md"}


@pytest.mark.parametrize(
    "question",
    ["Why does Ada Berg criticise the salt tax?", "Why is the salt tax criticised by Ada Berg?"],
)
def test_a_stance_is_asked_for_in_either_form(quarrel: Assistant, question: str) -> None:
    answer = quarrel.ask(question)
    assert cited(answer) == {"tax.md"}
    assert answer.understood == f"{question} (in documents by Ada Berg)"


@pytest.mark.parametrize(
    "question", ["Why does Ada Berg oppose the tax?", "Why is the tax opposed by Ada Berg?"]
)
def test_a_stance_that_no_word_tells_is_to_be_read(quarrel: Assistant, question: str) -> None:
    answer = quarrel.ask(question)
    assert cited(answer) == {"tax.md"}
    assert answer.confidence == 0.5
    assert answer.understood == (
        "What does Ada Berg say about the tax? "
        "(in documents by Ada Berg; whether it is for or against has to be read)"
    )
    assert not quarrel.ask(question.replace("the tax", "volcanoes")).answered


@pytest.mark.parametrize("question", ["Summarise the text by Ada Berg", "What does Berg argue?"])
def test_a_summary_is_how_the_documents_begin(quarrel: Assistant, question: str) -> None:
    answer = quarrel.ask(question)
    assert answer.understood == "How do the documents by Ada Berg begin?"
    assert answer.citations[0].quote.startswith("I hold that")


def test_a_text_about_a_person_is_found_by_the_name(quarrel: Assistant) -> None:
    answer = quarrel.ask("Where was Ada Berg born?")
    assert cited(answer) == {"reply.md"}
    assert "born in Lindal" in answer.citations[0].quote


def test_two_authors_are_each_answered_for(quarrel: Assistant) -> None:
    answer = quarrel.ask("What do Ada Berg and Bo Lund say about the price of bread?")
    assert cited(answer) == {"tax.md", "reply.md"}
    assert answer.understood.endswith("(in documents by Ada Berg and Bo Lund)")
    answer = quarrel.ask("Do Ada Berg and Mira Okafor disagree about the price of bread?")
    assert cited(answer) == {"tax.md"}
    assert answer.understood.endswith(
        "(in documents by Ada Berg; those by Mira Okafor do not answer)"
    )
    answer = quarrel.ask("Do Bo Lund and Mira Okafor agree on volcanoes?")
    assert answer.text == "The documents by Bo Lund and Mira Okafor do not answer this question."


def test_a_chosen_author_stays_chosen(quarrel: Assistant) -> None:
    answer = quarrel.ask(
        "What does Ada Berg say about the harbour wall?", filters={"author": "Lund"}
    )
    assert cited(answer) <= {"reply.md"}
    assert "Ada Berg do not" not in answer.text


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Two works of one author, who thought better of it, the later one with another."""
    texts = {
        "early.md": "---\ntitle: Keep the toll\nauthor: Ada Berg\npublished: 2019-03-02\n---\n"
        "The toll on the harbour bridge should stay at four shillings, as it pays for the lamps. "
        "Nets hang in every yard of the village.",
        "late.md": "---\ntitle: Second thoughts\nauthor: Ada Berg, Bo Lund\n"
        "published: 2023-09-12\n---\n"
        "The toll on the harbour bridge should be lifted, as the lamps have long been paid for. "
        "Gulls nest on the roofs of the brewery.",
    }
    with library_of(tmp_path_factory.mktemp("years"), texts) as assistant:
        yield assistant


def test_an_author_may_be_asked_for_what_they_said_then(years: Assistant) -> None:
    then = years.ask("What did Ada Berg say about the toll on the harbour bridge in 2019?")
    assert {c.document.path for c in then.citations} == {"early.md"}
    assert then.understood.endswith("(in documents by Ada Berg, in 2019)")
    ever = years.ask("What did Ada Berg say about the toll on the harbour bridge?")
    assert {c.document.path for c in ever.citations} >= {"late.md"}
    # There is none of that year: the time may be that of the toll.
    other = years.ask("What did Ada Berg say about the toll on the harbour bridge in 1950?")
    assert "1950)" not in other.understood


def test_the_longest_question_may_be_put_in_more_words(years: Assistant) -> None:
    question = "What does Berg say about the toll on the harbour bridge"
    question += f" and {'the toll ' * 500}"[: MAX_QUESTION - len(question) - 1] + "?"
    assert len(question) == MAX_QUESTION
    assert years.ask(question).question == question


def test_what_two_wrote_together_is_cited_once(years: Assistant) -> None:
    answer = years.ask("What do Ada Berg and Bo Lund say about the lamps of the harbour bridge?")
    places = [(c.document.path, c.start) for c in answer.citations]
    assert places
    assert len(places) == len(set(places))
