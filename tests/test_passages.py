"""Passages are whole sentences at their exact places, never longer than the limit."""

import json
import re
from collections.abc import Sequence
from random import Random

import pytest
import sentencex
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embedder import Embedder
from index.errors import SourceError
from index.languages import language
from index.passages import split
from index.readers import read
from index.records import FURNITURE, HEADING, PROSE, Document
from index.sentence_ends import begins


def words(texts: Sequence[str]) -> list[list[int]]:
    """A tokenizer whose tokens are words and single marks."""
    return [[m.start() for m in re.finditer(r"\w+|[^\w\s]", text)] for text in texts]


def sentences(text: str) -> list[str]:
    (document,) = read("x.txt", text.encode())
    return [
        document.text[s.start : s.end]
        for p in split(document, words, 200)
        for s in p.sentences
        if s.kind == PROSE
    ]


def check(document: Document, limit: int) -> None:
    """What holds of the passages of every document."""
    end = 0
    kept = []
    for passage in split(document, words, limit):
        assert passage.text == document.text[passage.start : passage.end]
        assert passage.start == passage.sentences[0].start
        assert passage.end == passage.sentences[-1].end
        assert len(words([passage.text])[0]) <= limit
        for sentence in passage.sentences:
            assert end <= sentence.start < sentence.end
            end = sentence.end
            kept.append(document.text[sentence.start : sentence.end])
    left_out = [m for m in document.marks if m.kind != HEADING]
    shown = [
        character
        for at, character in enumerate(document.text)
        if not any(m.start <= at < m.end for m in left_out)
    ]
    if not any(m.kind == FURNITURE for m in left_out):
        assert re.sub(r"[\W_]|\d", "", "".join(kept)) == re.sub(r"[\W_]|\d", "", "".join(shown))


@pytest.mark.parametrize(
    "whole",
    [
        ["He met Dr. J. R. Smith in Washington D.C. on Friday.", "It cost $3.5 bn."],
        ["‘We will not talk to proxies,’ he said.", "Then he left."],
        ["Growth was 2.5 per cent in Q1.", "In Q2 it fell to 1.1 per cent."],
        ["See e.g. Figure 3, i.e. the map on p. 12.", "It is clear."],
        ["The talks (held in Geneva. See above) failed.", "They resumed in Jan. 2022."],
        ["Lt. Col. Ivanov agreed.", "St. Petersburg is safe, said Gen. Petrov."],
        ["The plan failed… but they tried again."],
        ["What next?", "No one knows!"],
        ["The figures convinced me.", "I opposed the dam for years.", "I’d build it now."],
        ["They may rebuke me.", "A customer would.", "Pym told me.", "Smith did not."],
        ["Parliament said no.", "Nobody was surprised.", "We said no.", "Water is scarce."],
        [
            "He fell ill.",
            "Whitcombe took over in May.",
            "A storm came.",
            "It is all art.",
            "I agree.",
        ],
        ["They sell pipes, pumps, etc.", "I bought one.", "It shut at 5 p.m.", "A crowd waited."],
        ["He left the U.S.", "I stayed.", "It was sold to Acme Inc.", "Nobody knew."],
        ["See No. 5 and no. 7, art. 3, Art. I and art. I of the treaty.", "Then ask Dr. Smith."],
        ["It flooded cities, e.g. Berlin, vs. England or cf. Paris.", "He asked St. Ives."],
        ["It is in art. IV and in no. A of the list.", "Lot no. XII is by J. A. Smith."],
        ["The old man (he taught me. Smith knows) left.", "He said no, I think."],
        ["“They convinced me. I opposed it,” he said.", "It was so."],
        ["‘They’d convinced me. I opposed it,’ he said.", "They said ‘yes’ and no.", "I left."],
        ["Mr. I. Jones met Sen. A. Brown, Acme Inc. Berlin and the U.S. Senate."],
    ],
)
def test_sentences_are_not_fooled(whole: list[str]) -> None:
    assert sentences("Some introduction stands here first. " + " ".join(whole))[1:] == whole


@pytest.mark.parametrize(
    "whole",
    [
        "Das steht in Art. Zwei me. Ich no. Nein und gilt nach allem, was wir von ihm wissen, auch "
        "für die Städte an der Küste und ihre alten Häfen.",
        "Il faut voir ce que dit Me. Dupont et no. Ici, dans la ville où les ferries ont quitté le "
        "port parce que le chenal était ensablé depuis longtemps.",
    ],
)
def test_other_languages_keep_their_own_ends(whole: str) -> None:
    (document,) = read("x.txt", whole.encode())
    code = language(document)
    own = [b["text"].strip() for b in sentencex.get_sentence_boundaries(code, document.text)]
    assert code != "en"
    assert sentences(whole) == own


PIECES = st.lists(
    st.sampled_from(
        "me. |no. |art. |May. |etc. |U.S. |I went|A boy |Nobody |5 |I of |IV |Smith |Dr. |(|) "
        '|“|” |" |. |\n| it is '.split("|")
    ),
    max_size=30,
).map("".join)


@given(PIECES)
def test_sentences_are_parted_further_and_nowhere_else(text: str) -> None:
    """Every boundary of sentencex stays; a new one stands behind a stop and before a capital."""
    found = list(begins(text, 0, len(text)))
    assert found == sorted(set(found))
    for at in found:
        assert re.search(r"\.\s+$", text[:at])
        assert re.match(r"[\"“‘'(\[]?[A-Z]", text[at:])
        assert text[:at].rfind("(") <= text[:at].rfind(")")


def test_headings_and_list_items_stand_alone() -> None:
    text = "The plan\n\nWhat we need\n\n1. More ships\n2. A second harbour\n\nThat is all we need."
    (document,) = read("x.txt", text.encode())
    found = [
        (s.kind, document.text[s.start : s.end])
        for p in split(document, words, 200)
        for s in p.sentences
    ]
    assert (HEADING, "What we need") in found
    assert (PROSE, "More ships") in found
    assert (PROSE, "A second harbour") in found
    assert (PROSE, "That is all we need.") in found


def test_rows_of_a_table_stand_alone() -> None:
    rows = "\n".join(f"| Vessel {n} | {1950 + n} | {100 + n} |" for n in range(40))
    source = f"Our fleet is old.\n\n| Ship | Year | Crew |\n|---|---|---|\n{rows}\n\nIt sails."
    (document,) = read("x.md", source.encode())
    passages = split(document, words, 60)
    found = [document.text[s.start : s.end] for p in passages for s in p.sentences]
    assert "Ship: Vessel 37 | Year: 1987 | Crew: 137" in found
    assert found[0] == "Our fleet is old."
    assert found[-1] == "It sails."


def test_a_row_is_one_sentence_whatever_stops_stand_in_it() -> None:
    """What stands behind a stop in a cell says nothing without the row; only a long row is cut."""
    long = "It sailed to the islands. " * 20
    source = (
        "| Ship | Port | Notes |\n|---|---|---|\n"
        "| Alba | St. Ives | approx. 5 knots. It is slow. |\n"
        f"| Bo | Ives | {long}|\n"
    )
    (document,) = read("x.md", source.encode())
    found = [
        document.text[s.start : s.end] for p in split(document, words, 60) for s in p.sentences
    ]
    assert found[0] == "Ship: Alba | Port: St. Ives | Notes: approx. 5 knots. It is slow."
    assert found[1:3] == ["Ship: Bo | Port: Ives | Notes: It sailed to the islands.", long[:25]]


def test_a_row_is_no_heading_though_a_title_looks_like_one() -> None:
    source = (
        "This is all.\n\nPurchase Loan | Veterans Affairs\n\nWe lend money to those who served.\n\n"
        "Design: Boiling | Output (MW): 77\nNuScale | 77\n\nBoiling: 1979 | Closed | $ 8.5\n\n"
        "Questions: The 2019 Season | Disease Control\n\nThat is all."
    )
    (document,) = read("x.txt", source.encode())
    found = [
        (document.text[s.start : s.end], s.kind)
        for p in split(document, words, 200)
        for s in p.sentences
    ]
    assert [text for text, kind in found if kind == HEADING] == [
        "Purchase Loan | Veterans Affairs",
        "Questions: The 2019 Season | Disease Control",
    ]
    assert len(found) == 8


def test_front_matter_is_in_no_passage() -> None:
    (document,) = read("x.md", b"---\ntitle: A\nauthor: B C\n---\nText follows here.")
    (passage,) = split(document, words, 200)
    assert passage.text == "Text follows here."


def test_an_edit_in_a_long_document_moves_few_boundaries() -> None:
    random = Random(7)
    sentences = [f"Ship {random.random():.9f} came in at {n} o'clock." for n in range(2000)]
    (before,) = read("x.jsonl", json.dumps({"_id": "1", "text": " ".join(sentences)}).encode())
    passages = {passage.text for passage in split(before, words, 200)}
    new = []
    for _ in range(40):
        edited = list(sentences)
        edited.insert(random.randrange(2000), "A ship that nobody knew came in.")
        (after,) = read("x.jsonl", json.dumps({"_id": "1", "text": " ".join(edited)}).encode())
        new.append(len({passage.text for passage in split(after, words, 200)} - passages))
    assert max(new) <= 6
    assert sum(new) / len(new) < 2.5


def test_a_passage_knows_its_title_and_heading() -> None:
    body = "## Salt\n\n" + "The salt is very good here. " * 12
    (document,) = read("x.md", ("# Top\n\n" + body).encode())
    passages = split(document, words, 30)
    assert {passage.title for passage in passages} == {"Top"}
    assert passages[-1].heading == "Salt"


def test_a_long_sentence_is_cut_at_a_clause_then_a_word() -> None:
    clause = "the river rose again and flooded all of the lower fields, "
    (document,) = read("x.txt", (clause * 12 + "and so on.").encode())
    passages = split(document, words, 40)
    assert len(passages) > 2
    assert all(passage.text.endswith((",", ".")) for passage in passages)
    (document,) = read("x.txt", ("word " * 300).encode())
    assert all(p.text.split() == ["word"] * len(p.text.split()) for p in split(document, words, 40))


def test_a_long_line_without_spaces_still_fits() -> None:
    (document,) = read("x.txt", ("ab.cd" * 5000).encode())
    check(document, 50)


TEXT = st.lists(
    st.one_of(
        st.sampled_from(
            ["Dr. ", "e.g. ", "3.5 ", "\n\n", "\n", ". ", "? ", "- ", "1. ", "“", "” "]
        ),
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
        st.sampled_from(["river ", "The harbour ", "🍑 ", "naïve "]),
    ),
    max_size=80,
).map("".join)


@settings(max_examples=200)
@given(TEXT, st.integers(1, 60), st.sampled_from(["x.txt", "x.md"]))
def test_any_text(text: str, limit: int, name: str) -> None:
    try:
        (document,) = read(name, text.encode())
    except SourceError:
        return
    check(document, limit)


def test_the_models_own_tokens_are_counted(embedder: Embedder) -> None:
    text = "Antidisestablishmentarianism notwithstanding, Pszczel demurred. " * 60
    (document,) = read("x.txt", text.encode())
    for passage in split(document, embedder.starts, 200):
        assert len(embedder.starts([passage.text])[0]) <= 200


def test_what_stands_between_sentences_counts_too() -> None:
    (document,) = read("x.txt", ("What we need\n\n" + "- salt\n" * 300 + "* * *\n" * 100).encode())
    check(document, 50)


def test_a_long_title_is_cut_in_the_context() -> None:
    line = '{"_id": "1", "title": "%s", "text": "Salt is good. It keeps."}' % ("word " * 500)
    (document,) = read("x.jsonl", line.encode())
    (passage,) = split(document, words, 50)
    assert 0 < len(words([passage.title])[0]) <= 50
