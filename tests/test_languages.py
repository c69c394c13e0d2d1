"""Sentences are found by the rules of the document's language."""

import pytest
from test_passages import sentences

from index.languages import guess, language
from index.readers import read

TEXTS = {
    "de": [
        "Die Fähren zogen nach Westhafen um, weil die Fahrrinne verschlammt war.",
        "Das kostete z. B. drei Millionen Euro.",
        "Am 3. Mai fuhr die letzte.",
    ],
    "fr": [
        "Les ferries sont partis parce que le chenal était ensablé.",
        "Le conseil craignait aussi pour les huîtres de la baie.",
    ],
    "es": [
        "Los transbordadores se fueron porque el canal estaba lleno de arena.",
        "El consejo temía también por las ostras.",
    ],
    "ru": ["Паромы ушли, потому что канал обмелел.", "Совет опасался за устриц."],
    "zh": ["渡轮搬走了，因为航道淤塞了。", "议会也担心牡蛎养殖场。"],
    "ar": ["غادرت العبارات لأن القناة امتلأت بالطمي.", "وخاف المجلس على المحار."],
}


@pytest.mark.parametrize("code", TEXTS)
def test_sentences_by_the_language_of_the_text(code: str) -> None:
    text = ("" if code == "zh" else " ").join(TEXTS[code])
    assert guess(text) == code
    assert sentences(text) == TEXTS[code]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Bonn.",
        "1234 5678",
        "Owls nest in the lighthouse.",
        "The Müller and Schröder families, of Köln, signed “Der Vertrag” in 1911 with the council.",
        "The council met in the town hall and spoke of the ferries that were late. " * 3,
        ", ".join(["Hon. Barbara Schneider", "Hon. Keith Schwartz", "Hon. Susan Ser"] * 20),
    ],
)
def test_what_is_doubtful_is_english(text: str) -> None:
    assert guess(text) == "en"


def test_a_document_may_say_its_language() -> None:
    (document,) = read("x.md", b"---\nlanguage: de\n---\nAm 3. Mai. Gut.")
    assert language(document) == "de"


def test_a_few_english_words_make_no_text_english() -> None:
    chinese = "渡轮搬走了，因为航道淤塞了。议会也担心牡蛎养殖场。" * 4
    assert guess(f"“The History of the World and of the Sea” {chinese}") == "zh"
    assert guess("“The Lord of the Rings”. " + " ".join(TEXTS["de"] * 3)) == "de"
