"""Words as terms: English as ever, other languages by their own rules."""

import re

import pytest
import tantivy
from hypothesis import given
from hypothesis import strategies as st

from index.languages import NAMES
from index.terms import forms, is_common, terms, words
from qa.late import content_terms
from qa.naming import naming, spoken
from qa.words import FUNCTION_WORDS

ENGLISH = ("en",)
MIXED = ("en", "de", "ja", "th", "zh")
TEXTS = st.text(st.sampled_from("abdEeiIlnoOrstTuyßéİ'’-_ .,19汉字かな한국ไทย\u0301\u0301\n"))


def _as_tantivy_does(text: str) -> set[str]:
    """The terms that tantivy itself makes of a text in a field that it stems as English."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text", stored=True, tokenizer_name="en_stem", index_option="freq")
    index = tantivy.Index(builder.build())
    writer = index.writer(15_000_000, 1)
    writer.add_document(tantivy.Document(text=text))
    writer.commit()
    index.reload()
    searcher = index.searcher()
    return {term for term in terms(text) if searcher.doc_freq("text", term)}


def test_english_terms_are_those_of_tantivys_own_stemmer() -> None:
    text = (
        "The FERRIES’ harbours, don't-care flying skies: naïve Müller’s 42,000 pounds in 1911 "
        f"at 渡轮搬走了 Ελλάδα foo_bar {'x' * 50}"
    )
    assert _as_tantivy_does(text) == set(terms(text))
    assert terms("The FERRIES' harbours") == ["the", "ferri", "harbour"]


@given(TEXTS)
def test_an_english_question_is_read_as_ever(text: str) -> None:
    every = [match.span() for match in re.finditer(r"\w+", text)]
    named = [(a, b) for a, b in every if text[a:b].lower() not in FUNCTION_WORDS]
    assert words(text, ENGLISH) == every
    assert naming(text, ENGLISH) == (named or every)
    joined = terms(" ".join(text[a:b] for a, b in named)) or terms(text)
    assert set(content_terms(text, ENGLISH)) == set(joined)


@given(TEXTS, st.sampled_from(sorted(NAMES)))
def test_terms_hold_no_white_space_and_their_words_are_found(text: str, code: str) -> None:
    """They are joined by blanks to be indexed; a text finds itself."""
    found = terms(text, code)
    assert [term for term in found if not term or len(term.split()) != 1] == []
    spans = words(text, (code,))
    assert all(text[start:end].strip() for start, end in spans)
    assert {form for start, end in spans for form in forms(text[start:end], (code,))} >= set(found)


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("de", "Die Häfen des Hafens", "die haf des haf"),
        ("fr", "l’île, aujourd’hui", "l île aujourd hui"),
        ("ru", "паромы паромов", "паром паром"),
        ("pl", "Zamki zamków", "zamki zamków"),  # Snowball has no Polish
        ("hi", "हिन्दी में", "हिन्दी में"),
        ("zh", "NATO在2010年成立 了", "nato 在 2010 年成 成立 了"),
        ("ko", "항구는 1911년", "항구 구는 1911 년"),
        ("th", "ท่าเรือ", "ท่ ่า าเ เร รื ือ"),
        ("ja", "フェリー・港", "フェ ェリ リー 港"),
        ("ru", "достопримечательностями", "достопримечательн"),
    ],
)
def test_terms_by_language(code: str, text: str, expected: str) -> None:
    assert terms(text, code) == expected.split()


def test_a_word_has_a_form_in_each_language_of_the_library() -> None:
    assert forms("Häfen", ("en", "de")) == ("häfen", "haf")
    assert forms("Putin", ("en", "de", "zh")) == ("putin",)
    assert forms("渡轮船", ("en", "zh")) == ("渡轮船", "渡轮", "轮船")
    assert is_common("die", "de")
    assert not is_common("die", "en")
    assert not is_common("die", "pl")


@pytest.mark.parametrize(
    ("question", "code", "expected"),
    [
        ("Why did he die?", "en", "die"),
        ("Warum zogen die Fähren um?", "de", "zogen Fähren"),
        ("Eastmouth 1911", "en", "Eastmouth 1911"),
        ("渡轮为什么搬走了？", "zh", "渡轮 搬走 走了"),
        ("フェリーはなぜ移ったのですか", "ja", "フェ ェリ リー 移っ"),
        ("ทำไมเรือ", "th", "เร รื ือ"),
        ("Warum?", "de", "Warum"),
    ],
)
def test_what_a_question_names(question: str, code: str, expected: str) -> None:
    assert spoken(question, MIXED) == code
    spans = naming(question, MIXED)
    assert [question[start:end] for start, end in spans] == expected.split()
