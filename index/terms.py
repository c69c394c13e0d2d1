"""A text's words as terms, which are what is indexed and searched: lowercased, and stemmed by the
rules of a language where Snowball has some.

Chinese, Japanese and Thai are written without spaces between words, and Korean words take many
endings: there each character and the next one are a term (bigrams, which find about what words do:
Nie, Gao, Zhang and Zhou 2000, "On the use of words and n-grams for Chinese information
retrieval"). With `index.lexical` the only importer of tantivy.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import chain

import tantivy

from index.languages import ENGLISH

_SNOWBALL = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "fi": "finnish", "fr": "french", "hu": "hungarian", "it": "italian",
    "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
# Those of them for which it has no list of common words.
_UNLISTED = frozenset({"ar", "el", "ro", "ta", "tr"})
_LONG = 40  # bytes: longer than any English word; others take up to four bytes a letter
# Thai, Lao, Burmese, Khmer; Hangul, kana and Chinese characters.
_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e80-\u0ece\u1000-\u1049\u1780-\u17d3\u1100-\u11ff\u3005-\u3007"
    "\u3041-\u3096\u30a1-\u30fa\u30fc\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
# Marks above and below letters, which Python counts as no part of a word.
_MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
    "\u0eb0-\u0ecd\u1000-\u1049\u1780-\u17d3\u0e30-\u0e3a\u0e47-\u0e4e"
)
_RUN = re.compile(f"([{_UNSPACED}]+)")
_WORD = re.compile(r"\w+")
_PIECE = re.compile(rf"(?P<run>[{_UNSPACED}]+)|(?:(?![{_UNSPACED}])[\w{_MARKS}])+")


def terms(text: str, language: str = ENGLISH) -> list[str]:
    """A text's words as they are indexed in a language (a code of `index.languages`), in order."""
    analyzer = _analyzer(language)
    if language == ENGLISH or not _RUN.search(text):
        return analyzer.analyze(text)
    found = []
    for at, piece in enumerate(_RUN.split(text)):  # every other one is a run
        found += _pairs(piece) if at % 2 else analyzer.analyze(piece)
    return found


def forms(text: str, languages: Sequence[str]) -> tuple[str, ...]:
    """The terms of a text in each of these languages, each once."""
    every = chain.from_iterable(terms(text, code) for code in languages)
    return tuple(dict.fromkeys(every))


def words(text: str, languages: Sequence[str]) -> list[tuple[int, int]]:
    """Start and end of each word of a text that may be in any of these languages. Where others
    than English are among them, what is written without spaces gives pairs, as in `terms`."""
    if tuple(languages) == (ENGLISH,):
        return [match.span() for match in _WORD.finditer(text)]
    spans = []
    for match in _PIECE.finditer(text):
        start, end = match.span()
        if match["run"] and end - start > 2:
            spans += [(at, at + 2) for at in range(start, end - 1)]
        else:
            spans.append((start, end))
    return spans


def head(term: str) -> str:
    """What every English word that is indexed as this term begins with, lowercased. The stemmer
    cuts off endings and changes no more than two letters before them ("dying" is "die")."""
    return term[: max(1, len(term) - 2)]


def is_common(word: str, language: str) -> bool:
    """Whether a word is among the most common ones of a language, which name nothing; False where
    Snowball has no list of them."""
    common = _common(language)
    return common is not None and not common.analyze(word)


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


@cache
def _analyzer(language: str) -> tantivy.TextAnalyzer:
    tokenizer, longest = tantivy.Tokenizer.simple(), _LONG  # as tantivy's own "en_stem"
    if language != ENGLISH:
        tokenizer, longest = tantivy.Tokenizer.regex(r"[\p{L}\p{M}\p{N}]+"), 4 * _LONG
    builder = (
        tantivy.TextAnalyzerBuilder(tokenizer)
        .filter(tantivy.Filter.remove_long(longest))
        .filter(tantivy.Filter.lowercase())
    )
    if language in _SNOWBALL:
        builder = builder.filter(tantivy.Filter.stemmer(_SNOWBALL[language]))
    return builder.build()


@cache
def _common(language: str) -> tantivy.TextAnalyzer | None:
    """What is left of a text without the common words of a language."""
    if language not in _SNOWBALL or language in _UNLISTED:
        return None
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.stopword(_SNOWBALL[language]))
        .build()
    )
