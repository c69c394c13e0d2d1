"""A question with a misspelt word: which words stand nowhere in the library, and which that do are
next to them.

A word is looked for by its slips, each of which is looked up (Norvig 2007, "How to write a spelling
corrector"), so that it costs about a millisecond however large the library is; and only a word that
neither the library nor the model's own vocabulary has. Names differ by a letter ("Gambia",
"Zambia"), so that for them less is taken for a slip than for other words.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import islice, zip_longest

from index.embedder import Embedder
from index.languages import ENGLISH
from index.lexical import Lexical
from index.library import Library
from index.terms import forms, head, terms, words
from qa.facets import Facets
from qa.names import names
from qa.naming import naming
from qa.speakers import bare

_SHORT = 4  # letters: a shorter word is next to too many others
_NAME = 5  # letters of a name that may be misspelt
_LONG = 8  # letters from which a word may have two slips
_LONGEST = 30
_MOST = 6  # words that stand nowhere: a question with more is in another language
_SAME = 2  # first letters of a word with two slips that are right
_WORDS, _PASSAGES = 6, 5  # terms that are looked at, and the passages of each that are read
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ACCENTED = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýßąćčęěğıłńőœřśşšťůűźžż"
_ALIKE = 0.65  # how alike each word of a name is at least to that of another that may be meant
# With these a word of the model's vocabulary is still one: "kettle ##s".
_ENDINGS = frozenset({"s", "es", "d", "ed", "ing", "ly", "er", "ers", "ness", "en"})


@dataclass(frozen=True, slots=True)
class Slip:
    """A word of a question, `question[start:end]`, that stands nowhere in the library, and the next
    one that does. Where it is not `is_sure` that one may be another name, which is offered only."""

    start: int
    end: int
    said: str
    meant: str
    is_name: bool
    is_sure: bool


@dataclass(frozen=True, slots=True)
class _Next:
    """A word of the library as it is mostly written there; `is_name` where never without a
    capital, `may_be` where not always without."""

    text: str
    slips: int
    count: int
    is_name: bool
    may_be: bool


def slips(question: str, lexical: Lexical, library: Library, embedder: Embedder) -> list[Slip]:
    """The misspelt words of a question; [] where all its words stand in the library. Where a name
    stands nowhere and is next to none, what is asked for is not there: nothing is sure then."""
    found = []
    unknown = False
    absent = [
        (start, end)
        for start, end in naming(question, lexical.languages)
        if not lexical.count(forms(question[start:end], lexical.languages))
    ]
    if len(absent) > _MOST:
        return []
    for start, end in absent:
        word = question[start:end]
        is_first = not question[:start].strip(" \"'“‘«¿(")
        slip = None
        if _may_be_misspelt(word, lexical, embedder):
            slip = _slip(start, end, word, is_first, lexical, library, embedder)
        if slip:
            found.append(slip)
        unknown |= not (slip and slip.is_sure) and word[0].isupper() and not is_first
    if unknown:
        return [Slip(s.start, s.end, s.said, s.meant, s.is_name, is_sure=False) for s in found]
    return found


def respelt(question: str, found: Sequence[Slip]) -> str:
    """The question with these words put right."""
    for slip in reversed(found):
        question = f"{question[: slip.start]}{slip.meant}{question[slip.end :]}"
    return question


def offered(found: Sequence[Slip]) -> str:
    """What a no says of words that are not there."""
    pairs = " and ".join(f"“{slip.meant}” for “{slip.said}”" for slip in found)
    return f"Did you mean {pairs}?"


def _may_be_misspelt(word: str, lexical: Lexical, embedder: Embedder) -> bool:
    """Whether it is one of small letters, but for the first, that is no word as it is."""
    if not (word.isalpha() and _SHORT <= len(word) <= _LONGEST) or word[1:] != word[1:].lower():
        return False
    if set(word.lower()) - set(_letters(lexical)):
        return False
    pieces = embedder.starts([word])[0]
    return len(pieces) > 2 or (len(pieces) == 2 and word[pieces[1] :].lower() not in _ENDINGS)


def _slip(
    start: int,
    end: int,
    word: str,
    is_first: bool,
    lexical: Lexical,
    library: Library,
    embedder: Embedder,
) -> Slip | None:
    """The word with what is next to it: the fewest slips, then the most frequent."""
    lowered = word.lower()
    found = list(_one_slip(lowered, lexical, library, embedder))
    if not found and len(word) >= _LONG:
        found = list(_two_slips(lowered, lexical, library))
    if word[0].isupper() and not is_first:
        found = [near for near in found if near.may_be]
    named = {near: near.is_name or (word[0].isupper() and not is_first) for near in found}
    found = [near for near in found if _fits(word, near, named[near])]
    if not found:
        return None
    best = min(found, key=lambda near: (near.slips, -near.count, near.text))
    # A name with another letter may be another name.
    sure = not (named[best] and _has_other_letters(lowered, best.text.lower()))
    meant = best.text
    if word[0].isupper():
        meant = meant[:1].upper() + meant[1:]
    return Slip(start, end, word, meant, named[best], sure)


def _fits(word: str, near: _Next, is_name: bool) -> bool:
    """Whether a word may be the other one, misspelt."""
    word, other = word.lower(), near.text.lower()
    if is_name:
        shorter = min(len(word), len(other))
        return near.slips == 1 and shorter >= _NAME and word[0] == other[0]
    if _has_other_letters(word, other):  # at an end it is rather another word: "latex", "later"
        return len(word) > _SHORT and (word[0], word[-1]) == (other[0], other[-1])
    return len(word) > _NAME or word[0] == other[0]


def _one_slip(word: str, lexical: Lexical, library: Library, embedder: Embedder) -> Iterator[_Next]:
    """The words of the library that are one slip away."""
    tried = sorted(_edits(word, _letters(lexical)))
    for code in lexical.languages:
        by_term: dict[str, set[str]] = {}
        for term, other in zip(terms(" ".join(tried), code), tried, strict=True):
            by_term.setdefault(term, set()).add(other)
        counts = {term: count for term in by_term if (count := lexical.count((term,)))}
        for term, count in Counter(counts).most_common(_WORDS):
            others = sorted(by_term[term])
            near = list(_written(term, count, 1, others.__contains__, lexical, library))
            yield from near or _other_forms(term, count, others, lexical, library, embedder)


def _other_forms(
    term: str,
    count: int,
    others: Sequence[str],
    lexical: Lexical,
    library: Library,
    embedder: Embedder,
) -> Iterator[_Next]:
    """Those of the words with a term that the model has, where only other forms of them stand in
    the library: "recommend" for "recommends"."""
    begins = head(term)
    starts = embedder.starts(others)
    for form in _written(term, count, 1, lambda other: other.startswith(begins), lexical, library):
        for other, pieces in zip(others, starts, strict=True):
            if len(pieces) == 1 and other.startswith(begins) and not form.is_name:
                yield replace(form, text=other)


def _two_slips(word: str, lexical: Lexical, library: Library) -> Iterator[_Next]:
    """The words of the library that are two slips away, not both of them another letter, and begin
    as it does."""

    def is_near(other: str) -> bool:
        if other[:_SAME] != word[:_SAME] or abs(len(other) - len(word)) > 2:
            return False
        return _row(word, other)[-1] == 2 and not _has_other_letters(word, other, 2)

    begin = (one for one in lexical.beginning(word[:_SAME]) if _may_begin(head(one[0]), word))
    for term, count in islice(begin, _WORDS):
        yield from _written(term, count, 2, is_near, lexical, library)


def _written(
    term: str,
    count: int,
    slips: int,
    is_near: Callable[[str], bool],
    lexical: Lexical,
    library: Library,
) -> Iterator[_Next]:
    """How that which is indexed as a term is written in some passages, where `is_near` takes it."""
    written: Counter[str] = Counter()
    for _, text, context in library.texts(list(lexical.search({term: 1.0}, _PASSAGES))):
        for part in (text, context):
            for start, end in words(part, (ENGLISH,)):
                if is_near(part[start:end].lower()):
                    written[part[start:end]] += 1
    if written:
        capitals = sum(number for other, number in written.items() if other[0].isupper())
        is_name = capitals == written.total()
        best = max(written, key=lambda other: (written[other], other))
        text = best if is_name else best.lower()
        yield _Next(text, slips, count, is_name, capitals > 0)


def _edits(word: str, letters: str) -> set[str]:
    """All that is one slip away: a letter too few, too many, another one, or two in the wrong
    order."""
    parts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {before + after[1:] for before, after in parts if after}
    found |= {b + a[1] + a[0] + a[2:] for b, a in parts if len(a) > 1}
    found |= {b + one + a[1:] for b, a in parts if a for one in letters}
    found |= {b + one + a for b, a in parts for one in letters}
    return found - {word}


def _may_begin(stem: str, word: str) -> bool:
    """Whether what begins so may be the word with two slips."""
    if not len(word) // 3 <= len(stem) <= len(word) + 2 or len(set(stem) - set(word)) > 2:
        return False
    return min(_row(stem, word)) <= 2


def _has_other_letters(word: str, other: str, count: int = 1) -> bool:
    """Whether two words differ by so many letters that stand in place of others, and nothing
    else."""
    return len(word) == len(other) and sum((Counter(word) - Counter(other)).values()) == count


def _row(word: str, other: str) -> list[int]:
    """The slips between a word and each beginning of another; two in one place count as they stand
    (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(word):
        older, before, row = before, row, [at + 1]
        for n, there in enumerate(other):
            cost = min(before[n + 1] + 1, row[n] + 1, before[n] + (letter != there))
            if at and n and letter == other[n - 1] and word[at - 1] == there:
                cost = min(cost, older[n - 1] + 1)
            row.append(cost)
    return row


def _letters(lexical: Lexical) -> str:
    return _LATIN if lexical.languages == (ENGLISH,) else _LATIN + _ACCENTED


def near_names(question: str, present: Callable[[], Facets]) -> list[Slip]:
    """Whole names in a question that are nearly those of authors, which may be somebody else's:
    "Lucy Brand" for "Lucie Brandt". What is present is looked at where need be."""
    said = [*re.finditer(r"[A-ZÀ-Þ][\w’'.]*(?:[ -][A-ZÀ-Þ][\w’'.]*)+", question)]
    people = {
        " ".join(written.replace("-", " ").split()): written
        for author, _ in (present().authors if said else ())
        for one in names(author)
        if (family := one.get("family"))
        for written in (f"{one.get('given', '')} {family}".strip(), family)
        if len(re.split(r"[\s-]+", written)) > 1
    }
    found = []
    for match in said:
        plain = match[0].replace("-", " ")
        if any(bare(plain) == bare(name) for name in people):
            continue
        near = max(people, key=lambda name: _likeness(plain, name), default="")
        if near and _likeness(plain, near) >= _ALIKE:
            meant = people[near]
            found.append(Slip(*match.span(), match[0], meant, is_name=True, is_sure=False))
    return found


def _likeness(said: str, name: str) -> float:
    """How alike two names are, in [0, 1]; 0 where one of their words is another word."""
    pairs = list(zip_longest(bare(said).split(), bare(name).split(), fillvalue=""))
    if any(one[:1] != other[:1] for one, other in pairs):
        return 0.0
    return min(SequenceMatcher(None, one, other).ratio() for one, other in pairs)


def is_of(names: Collection[str], slip: Slip) -> bool:
    """Whether a slip is one in the name of one of these people or institutions."""
    return slip.is_name and any(slip.meant in re.findall(r"\w+", name) for name in names)
