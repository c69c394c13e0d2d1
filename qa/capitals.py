"""The capitals of authors' family names in a question that has no capital at all: "what does demir
say" asks for the author Demir. A word in capitals only where nothing speaks for another word.
"""

import re
from collections.abc import Callable

from index.embedder import Embedder
from index.languages import ENGLISH
from index.lexical import Lexical
from index.library import Library
from index.terms import forms, words
from qa.facets import Facets
from qa.names import names
from qa.speakers import bare
from qa.words import FUNCTION_WORDS

_SHORT = 3  # letters of a name
_PASSAGES = 50  # that are read for how a word is written in them
_WORD = re.compile(r"[^\W\d_]+(?:(?:-|['’](?!s\b))[^\W\d_]+)*")
_NOUN = re.compile(r"\b(?:an?|the|this|that|these|those|my|our|your|some|any|no|every|each)\s+\Z")
# Where a word that is no name hardly stands without an article.
_NAMED = re.compile(
    r"\b(?:does|did|has|had|would|could|will|is|was|by|according to)\s+(?:mrs?|ms|dr|prof)?\.?\s*\Z"
)


def with_capitals(
    question: str,
    present: Callable[[], Facets],
    lexical: Lexical,
    library: Library,
    embedder: Embedder,
) -> str:
    """The question with the capitals of authors' family names, where it has no capital at all. What
    is present is looked at where need be."""
    if question != question.lower():
        return question
    found = list(_WORD.finditer(question))
    said = {bare(match[0]): match[0] for match in found}
    families = {
        family
        for author, _ in present().authors
        if any(word in bare(author) for word in said)
        for one in names(author)
        if (family := bare(one.get("family", "").rpartition(" ")[2]))
    }
    meant = {one for one in families & said.keys() if _may_be_name(said[one], lexical, library)}
    for match in reversed(found):
        start, end = match.span()
        before, behind = question[:start], question[end:]
        if bare(match[0]) not in meant or _NOUN.search(before):
            continue
        is_known = len(embedder.starts([match[0]])[0]) == 1  # a word as often as a name
        if not is_known or _NAMED.search(before) or re.match(r"['’]s\b", behind):
            question = f"{before}{match[0].capitalize()}{behind}"
    return question


def _may_be_name(word: str, lexical: Lexical, library: Library) -> bool:
    """Whether a word is none that binds, and none that the documents write in small letters."""
    if len(word) < _SHORT or word in FUNCTION_WORDS:
        return False
    among = lexical.containing([forms(word, lexical.languages)])[:_PASSAGES]
    return not any(
        text[start:end] == word
        for _, text, _ in library.texts(among)
        for start, end in words(text, (ENGLISH,))
    )
