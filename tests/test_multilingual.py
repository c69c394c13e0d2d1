"""A library in six languages with a multilingual model: built, searched and asked end to end."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from answers import exact
from click.testing import CliRunner, Result

from index import build_index
from index.derived import claimed, write_stamp
from index.lexical import FOLDER, Lexical
from index.library import Library
from index.settings import DEFAULT_MODEL
from index.verify import verify
from qa import Assistant
from qa.conversation import turns
from qa.late import content_terms
from qa.naming import naming, spoken
from ui.cli import main

# Two documents a language, as sentences.
TEXTS = {
    "de-ferry": [
        "Die Fähren zogen im Frühjahr 1911 nach Westhafen um, weil die Fahrrinne verschlammt war.",
        "Das kostete den Stadtrat z. B. drei Millionen Mark.",
        "Die beiden Häfen an der Küste wurden am 3. Mai wieder verbunden.",
    ],
    "de-mill": [
        "Die Papiermühle heizt seit dem Winter die Gewächshäuser der Gärtner mit ihrem Dampf.",
        "Dort reifen die Aprikosen schon im April, zwei Monate früher als anderswo im Land.",
    ],
    "fr-ferry": [
        "Les ferries ont quitté le port en 1911 parce que le chenal était ensablé.",
        "Le conseil municipal craignait aussi pour les huîtres de la baie.",
    ],
    "fr-mill": [
        "La papeterie chauffe depuis l’hiver les serres des maraîchers avec sa vapeur.",
        "Les abricots y mûrissent dès le mois d’avril, deux mois plus tôt qu’ailleurs.",
    ],
    "es-ferry": [
        "Los transbordadores se fueron en 1911 porque el canal estaba lleno de arena.",
        "El consejo de la ciudad temía también por las ostras de la bahía.",
    ],
    "es-mill": [
        "La fábrica de papel calienta desde el invierno los invernaderos con su vapor.",
        "Los albaricoques maduran allí en abril, dos meses antes que en otros lugares.",
    ],
    "ru-ferry": [
        "Паромы ушли из гавани в 1911 году, потому что канал обмелел.",
        "Городской совет опасался также за устриц в заливе.",
    ],
    "ru-mill": [
        "Бумажная фабрика с зимы отапливает своим паром теплицы садоводов.",
        "Абрикосы созревают там в апреле, на два месяца раньше обычного.",
    ],
    "zh-ferry": ["渡轮在1911年搬到了西港，因为航道淤塞了。", "市议会也担心海湾里的牡蛎养殖场。"],
    "zh-mill": ["造纸厂从冬天起用蒸汽给温室供暖。", "那里的杏子四月就成熟，比别处早两个月。"],
    "ja-ferry": ["渡船は1911年に西の港へ移った。", "市議会は湾の牡蠣も心配していた。"],
    "ja-mill": [
        "製紙工場は冬から蒸気で温室を暖めている。",
        "杏はそこでは四月に熟し、よそより二か月早い。",
    ],
}
# A question, the document that answers it, and the words of it that name something.
QUESTIONS = {
    "Wann wurde der Hafen mit dem anderen verbunden?": ("de-ferry", "Hafen verbunden"),
    "Wo reift eine Aprikose?": ("de-mill", "reift Aprikose"),
    "Pourquoi le ferry a-t-il quitté le port?": ("fr-ferry", "ferry quitté port"),
    "Quand est-ce que l’abricot mûrit?": ("fr-mill", "abricot mûrit"),
    "¿Por qué se fue el transbordador?": ("es-ferry", "transbordador"),
    "¿Cuándo maduran los albaricoques?": ("es-mill", "maduran albaricoques"),
    "Почему ушёл паром из гавани?": ("ru-ferry", "ушёл паром гавани"),
    "Когда созревает абрикос?": ("ru-mill", "созревает абрикос"),
    "渡轮为什么搬到西港？": ("zh-ferry", "渡轮 搬到 到西 西港"),
    "那里的杏子什么时候成熟？": ("zh-mill", "那里 里的 的杏 杏子 成熟"),
    "渡船はいつ移ったのですか？": ("ja-ferry", "渡船 船は 移っ"),
    "温室を暖めているのは何ですか？": ("ja-mill", "温室 室を を暖 暖め"),
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def save_model(folder: Path) -> Path:
    """A tiny sentence-transformers model for these texts, with a tokenizer of the kind that
    multilingual models have (SentencePiece's, where a token may begin with the blank before it).
    The vectors of its tokens are chance, always the same, so that texts are alike as far as they
    share tokens."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    special = ["<s>", "<pad>", "</s>", "<unk>"]
    pieces = Tokenizer(models.Unigram())
    pieces.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    pieces.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=500, special_tokens=special, unk_token="<unk>", show_progress=False
    )
    pieces.train_from_iterator((text for some in TEXTS.values() for text in some), trainer)
    pieces.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=pieces,
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        model_max_length=128,
    )
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=256,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=128,
        pad_token_id=1,
    )
    model = BertModel(config)
    with torch.no_grad():
        model.embeddings.word_embeddings.weight.normal_()
        model.embeddings.position_embeddings.weight.zero_()
    model.save_pretrained(str(folder))
    tokenizer.save_pretrained(str(folder))
    encoder = Transformer(str(folder), max_seq_length=128)
    model = SentenceTransformer(
        modules=[encoder, Pooling(256)], prompts={"query": "query: ", "document": "passage: "}
    )
    model.save(str(folder / "whole"))
    return folder / "whole"


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("texts")
    for name, sentences in TEXTS.items():
        text = ("" if name[:2] in ("zh", "ja") else " ").join(sentences)
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def index(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index that the command makes with the model that the settings name."""
    folder = tmp_path_factory.mktemp("shelf")
    (folder / "model").mkdir()
    model = save_model(folder / "model")
    settings = folder / "commentary.toml"
    settings.write_text(f"model = {json.dumps(str(model))}\n", encoding="utf-8")
    place = ("--sources", sources, "--index", folder / "index", "--settings", settings)
    result = run("index", *place, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["advice"] == ""
    return folder / "index"


@pytest.fixture(scope="module")
def assistant(index: Path) -> Iterator[Assistant]:
    opened = Assistant.open(index)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def library(index: Path) -> Iterator[Library]:
    opened = Library.open(index)
    yield opened
    opened.close()


def test_each_text_has_its_language_and_its_sentences(library: Library) -> None:
    keys = library.passage_keys()
    spoken = library.languages(keys)
    for found in library.passages(keys):
        name = found.passage.document_id.removesuffix(".txt")
        assert spoken[found.key] == name[:2]
        text = library.document_by_key(found.document).text
        assert [text[s.start : s.end] for s in found.passage.sentences] == TEXTS[name]
        # Each has its first token, whatever the tokenizer does with blanks.
        starts = found.passage.start + found.embedding.starts
        assert {s.start for s in found.passage.sentences} <= set(starts.tolist())


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_finds_its_passage_by_its_words(
    library: Library, index: Path, question: str
) -> None:
    """Whatever their endings; in Chinese and Japanese by pairs of characters."""
    lexical = Lexical.load(index)
    assert lexical is not None
    assert lexical.languages == ("de", "es", "fr", "ja", "ru", "zh")
    name, words = QUESTIONS[question]
    assert spoken(question, lexical.languages) == name[:2]
    spans = naming(question, lexical.languages)
    assert [question[start:end] for start, end in spans] == words.split()
    terms = content_terms(question, lexical.languages)
    (best, *_) = lexical.search(dict.fromkeys(terms, 1.0), 5)
    assert library.ids_of([best]) == [f"{name}.txt"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_from_its_document(assistant: Assistant, question: str) -> None:
    name, named = QUESTIONS[question]
    (best, *_) = assistant.search(turns(question))
    assert len(named.split()) - len(best.words) <= (name[:2] in ("zh", "ja"))
    hits = assistant.retrieve(question)
    assert hits[0].document.id == f"{name}.txt"
    answer = assistant.ask(question)
    assert answer.answered, answer
    assert answer.citations[0].document.id == f"{name}.txt"
    for citation in exact(answer).citations:
        assert citation.quote in TEXTS[citation.document.id.removesuffix(".txt")]


def test_works_that_mention_a_word_in_any_of_its_forms(assistant: Assistant) -> None:
    answer = assistant.ask("Which documents mention the Hafen?")
    assert [work.document.id for work in answer.works] == ["de-ferry.txt"]
    assert [citation.quote for citation in answer.citations] == [TEXTS["de-ferry"][2]]
    answer = assistant.ask("How many documents mention 牡蛎 or 牡蠣?")
    assert {work.document.id for work in answer.works} == {"ja-ferry.txt", "zh-ferry.txt"}


def test_words_that_an_older_version_indexed_are_indexed_anew_by_themselves(
    sources: Path, index: Path, tmp_path: Path
) -> None:
    shutil.copytree(index, tmp_path / "old")
    folder = tmp_path / "old" / FOLDER
    stamp = claimed(folder)
    assert stamp is not None
    write_stamp(folder, replace(stamp, form=0))
    assert Lexical.load(tmp_path / "old") is None
    assert verify(tmp_path / "old").problems == []
    report = build_index(sources, tmp_path / "old")
    assert (report.embedded, report.is_change) == (0, False)
    renewed = Lexical.load(tmp_path / "old")
    assert renewed is not None
    assert len(renewed) == len(TEXTS)


def test_the_default_model_says_that_it_is_english(sources: Path, tmp_path: Path) -> None:
    result = run("index", "--sources", sources, "--index", tmp_path)
    assert result.exit_code == 0
    assert f"note: the model {DEFAULT_MODEL} knows English only" in result.stderr
    assert "German (2 passages, such as in de-ferry.txt)" in result.stderr
    assert "commentary.toml" in result.stderr
    again = run("index", "--sources", sources, "--index", tmp_path)
    assert "knows English only" in again.stderr


def test_a_language_goes_with_its_last_document(tmp_path: Path) -> None:
    texts, index = tmp_path / "texts", tmp_path / "index"
    texts.mkdir()
    for n in range(30):
        text = f"The seal with the number {n} sleeps beside the ferry of the council."
        (texts / f"{n}.txt").write_text(text, encoding="utf-8")
    german = texts / "seehund.txt"
    german.write_text(" ".join(TEXTS["de-ferry"]), encoding="utf-8")
    assert "German (one passage, such as in seehund.txt)" in build_index(texts, index).advice
    german.unlink()
    assert build_index(texts, index).advice == ""
    lexical = Lexical.load(index)
    assert lexical is not None
    assert lexical.languages == ("en",)
