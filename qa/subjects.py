"""What English documents are about: words of titles and headings that their texts dwell on."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from index.records import HEADING, Document
from index.terms import terms
from qa.words import FUNCTION_WORDS, ORDINALS, SHELL_NOUNS

_READ = 50_000  # characters of a text
_HEADINGS = 40
_LONGEST = 2  # words of a subject
# In how many texts it stands, or else how often in one; how often so that it is a noun, and that
# of all the times.
_TEXTS, _OFTEN, _NOUN, _SHARE = 2, 4, 3, 0.05
_TOKEN = re.compile(r"[^\W\d_][\w’'-]*|[^\w\s]|\d+")
# What says by itself nothing of what a text is about.
_EMPTY = re.compile(
    rf"{SHELL_NOUNS}|(?:the )?(?:{'|'.join(ORDINALS)}|others?|right|left|public|new)"
    r"|.*\b(?:day|week|month|year|time|end|part|case|note|introduction|conclusion)s?",
    re.IGNORECASE,
)
_ARTICLES = frozenset(("the", "a", "an"))
# What a noun stands behind, with its article or without one.
_BEFORE = _ARTICLES | frozenset(
    "of on for in by with from about at against into over without between under".split()
)

Key = tuple[str, ...]  # the stems of a subject's words


@dataclass(slots=True)
class _Subject:
    """How many titles and headings have it, how often each text has it, and how it is written
    where it is a noun: (article, words)."""

    heads: int = 0
    texts: Counter[str] = field(default_factory=Counter)
    forms: Counter[tuple[str, str]] = field(default_factory=Counter)


def subjects(documents: Sequence[Document]) -> list[str]:
    """Subjects, each with "the" if it mostly has an article: first those that most documents have
    in their titles and headings, then those that stand in most texts, then the most frequent."""
    found: dict[Key, _Subject] = {}
    for document in documents:
        for key in set(_in_titles(document)):
            found.setdefault(key, _Subject()).heads += 1
    for document in documents:
        _count(document, found)
    kept = {key: one for key, one in found.items() if _is_dwelt_on(one)}
    ordered = sorted(kept, key=lambda key: _rank(kept[key]), reverse=True)
    return [_named(kept[key].forms) for key in ordered if not _is_part(key, kept)]


def _in_titles(document: Document) -> Iterator[Key]:
    """Runs of words of title and headings in which each names something."""
    marks = [mark for mark in document.marks if mark.kind == HEADING][:_HEADINGS]
    for title in (document.title, *(document.text[mark.start : mark.end] for mark in marks)):
        words = _TOKEN.findall(title)
        for first in range(len(words)):
            for run in (words[first : first + n] for n in range(1, _LONGEST + 1)):
                if all(len(word) > 2 and word.lower() not in FUNCTION_WORDS for word in run):
                    yield tuple(map(_stem, run))


def _count(document: Document, found: dict[Key, _Subject]) -> None:
    """Count the subjects in a text, what is marked in it left out."""
    tokens: list[str] = []
    at = 0
    for mark in document.marks:
        tokens += [*_TOKEN.findall(document.text[at : min(mark.start, _READ)]), "."]
        at = max(at, mark.end)
    tokens += [*_TOKEN.findall(document.text[at:_READ]), "."]
    stems = [_stem(token) for token in tokens]
    for first in range(1, len(tokens) - 1):
        for last in range(first + 1, min(first + _LONGEST, len(tokens) - 1) + 1):
            subject = found.get(tuple(stems[first:last]))
            if subject is None:
                continue
            subject.texts[document.id] += 1
            before, after = tokens[first - 1].lower(), tokens[last].lower()
            if before in _BEFORE and (after in FUNCTION_WORDS or not after[0].isalnum()):
                article = before if before in _ARTICLES else ""
                subject.forms[article, " ".join(tokens[first:last])] += 1


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    return " ".join(terms(word)) or word


def _is_dwelt_on(subject: _Subject) -> bool:
    times, nouns = subject.texts.total(), subject.forms.total()
    several = sum(count > 1 for count in subject.texts.values()) >= _TEXTS
    often = max(subject.texts.values(), default=0) >= _OFTEN
    is_noun = nouns >= max(_NOUN, _SHARE * times)
    return is_noun and (several or often) and not _EMPTY.fullmatch(_named(subject.forms))


def _rank(subject: _Subject) -> tuple[int, int, int]:
    return subject.heads, len(subject.texts), subject.texts.total()


def _is_part(key: Key, kept: dict[Key, _Subject]) -> bool:
    """Whether it mostly stands in a longer one: "ownership" in "public ownership"."""
    return any(
        len(longer) > len(key)
        and set(key) < set(longer)
        and 2 * other.texts.total() >= kept[key].texts.total()
        for longer, other in kept.items()
    )


def _named(forms: Counter[tuple[str, str]]) -> str:
    """As it is mostly written, in the plural where that is no rare one; with "the" where that
    mostly has an article."""
    written: Counter[str] = Counter()
    for (_, form), count in forms.items():
        written[form] += count
    plurals = [form for form, count in written.most_common() if form.endswith("s") and count > 1]
    best = plurals[0] if plurals else written.most_common(1)[0][0]
    return best if 2 * forms["", best] >= written[best] else f"the {best}"
