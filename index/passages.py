"""Document -> passages of whole sentences. Pure: the model's tokenizer comes in as a function.

Sentences are found inside blocks (paragraphs, list items, rows of tables), so that a boundary is
never missed or invented across them; a row is one sentence, unless it is long. Passages are whole
sentences, at most a number of the model's own tokens; their boundaries depend on the text around
them alone, so that an edit leaves the passages elsewhere as they were.
"""

import re
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from zlib import crc32

import numpy as np
import sentencex

from index.languages import ENGLISH, language
from index.records import FURNITURE, HEADING, PROSE, Document, Mark, Passage, Sentence
from index.sentence_ends import begins

# Texts -> for each the start of every token of the model, in characters, ascending.
TokenStarts = Callable[[Sequence[str]], Sequence[Sequence[int]]]

_BLOCK_GAP = re.compile(r"\n[^\S\n]*\n\s*")
_LIST_ITEM = re.compile(r"^[^\S\n]*(?:[-*•–]|\(?\d{1,3}[.)])[^\S\n]+(?=\S)", re.MULTILINE)
_ROW = re.compile(r"^[^\n|]*(?: \| [^\n|]*)+$", re.MULTILINE)
# A row of more characters holds cells of prose, which is cited by the sentence.
_LONGEST_ROW = 300
# What makes a line with bars a row and no title: two names of columns, or a number for a cell.
_CELLS = re.compile(r"^[^|]*: [^|]* \| .*: | \| [^\w|]{0,3}\d[\d.,]*\s?%?(?= \||$)")
_CLAUSE_END = re.compile(r"[;:,)\]–—؛،](?=\s)|[，、；：。](?=\S)")
# Longer than any real sentence; tokenizers and sentence splitters take such a run in slices.
_RUN = 20_000


def split(document: Document, starts: TokenStarts, limit: int) -> list[Passage]:
    """The passages of a document, in order, each of at most `limit` tokens.

    Every sentence lies in exactly one passage; front matter and furniture lie in none. `limit` is
    at least 1.
    """
    text = document.text
    sentences = list(_sentences(document))
    ends = [0, *(sentence.end for sentence in sentences)]
    gaps = [text[end : s.start] for end, s in zip(ends, sentences, strict=False)]
    texts = [text[s.start : s.end] for s in sentences]
    # Each text once, all in one call: gaps are much alike, and headings are sentences too.
    tokens = _each({*gaps, *texts, document.title}, starts)
    pieces: list[_Piece] = []
    for sentence, gap, own in zip(sentences, gaps, texts, strict=True):
        if len(tokens[own]) <= limit:
            pieces.append(_Piece(sentence, len(tokens[gap]), len(tokens[own])))
        else:
            pieces += _cut(text, sentence, len(tokens[gap]), tokens[own], limit)
    passages = list(_fill(document, pieces, limit))
    contexts = {document.title, *(passage.heading for passage in passages)}
    tokens |= _each(contexts - tokens.keys(), starts)
    short = {
        context: context[: tokens[context][limit]].rstrip()
        if len(tokens[context]) > limit
        else context
        for context in contexts
    }
    return [
        replace(passage, title=short[passage.title], heading=short[passage.heading])
        for passage in passages
    ]


def _each(texts: Iterable[str], starts: TokenStarts) -> dict[str, Sequence[int]]:
    some = sorted(text for text in texts if text)
    return {"": [], **(dict(zip(some, starts(some), strict=True)) if some else {})}


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence with its number of tokens, and that of what stands between it and the one before
    (a bullet, a line of asterisks)."""

    sentence: Sentence
    gap: int
    size: int


def _sentences(document: Document) -> Iterator[Sentence]:
    """Every sentence and heading; front matter and furniture are left out."""
    text, position, code = document.text, 0, language(document)
    for mark in (*document.marks, Mark(FURNITURE, len(text), len(text))):
        for start, end in _blocks(text, position, mark.start):
            if _is_heading(text[start:end], document):
                yield Sentence(start, end, HEADING)
            elif end - start <= _LONGEST_ROW and _ROW.fullmatch(text, start, end):
                yield Sentence(start, end, PROSE)
            else:
                for first, last in _boundaries(text, start, end, code):
                    yield Sentence(first, last, PROSE)
        if mark.kind == HEADING:
            start, end = _strip(text, mark.start, mark.end)
            if start < end:
                yield Sentence(start, end, mark.kind)
        position = max(position, mark.end)


def _blocks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Paragraphs, list items and rows of tables of `text[start:end]`, stripped, in order."""
    cuts = [start, *(gap.end() for gap in _BLOCK_GAP.finditer(text, start, end)), end]
    for left, right in pairwise(cuts):
        items = {left, *(m.start() for m in _LIST_ITEM.finditer(text, left, right)), right}
        items.update(place for m in _ROW.finditer(text, left, right) for place in m.span())
        for first, last in pairwise(sorted(items)):
            first, last = _strip(text, first, last)
            if first < last:
                yield first, last


def _is_heading(block: str, document: Document) -> bool:
    """Whether an unmarked block looks like a heading: one short line that ends no sentence.

    Where a reader marked the headings itself, there is nothing to guess.
    """
    if any(mark.kind == HEADING for mark in document.marks) or len(block) == len(document.text):
        return False
    return (
        len(block) <= 100
        and "\n" not in block
        and not _LIST_ITEM.match(block)
        and not _CELLS.search(block)
        and block[-1] not in ".!?…:;,\"”’')]。！？：；，」』؟؛،।॥"
        and len(block.split()) <= 14
    )


def _boundaries(text: str, start: int, end: int, code: str) -> Iterator[tuple[int, int]]:
    """Sentences of one block, by sentencex and its rules for the language (a code of
    `index.languages`), stripped of the white space around them."""
    while start < end:
        stop = end
        if end - start > _RUN:
            space = text.rfind(" ", start, start + _RUN)
            stop = space if space > start else start + _RUN
        marker = _LIST_ITEM.match(text, start, stop)
        offset = marker.end() if marker else start
        for boundary in sentencex.get_sentence_boundaries(code, text[offset:stop]):
            first, last = offset + boundary["start_index"], offset + boundary["end_index"]
            inner = begins(text, first, last) if code == ENGLISH else ()
            for left, right in pairwise((first, *inner, last)):
                left, right = _strip(text, left, right)
                if left < right and re.search(r"\w", text[left:right]):
                    yield left, right
        start = stop


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _cut(
    text: str, sentence: Sentence, gap: int, tokens: Sequence[int], limit: int
) -> Iterator[_Piece]:
    """Pieces of a sentence that is longer than a passage, cut at a clause, else a word or token."""
    first = 0
    while first < len(tokens):
        last = min(first + limit, len(tokens))
        start = sentence.start + tokens[first]
        end = sentence.end if last == len(tokens) else sentence.start + tokens[last]
        if last < len(tokens):
            half = sentence.start + tokens[first + (last - first) // 2]
            clauses = list(_CLAUSE_END.finditer(text, half, end))
            spaces = list(re.finditer(r"\s", text[half:end]))
            if clauses:
                end = clauses[-1].end()
            elif spaces:
                end = half + spaces[-1].start()
            while last > first + 1 and sentence.start + tokens[last - 1] >= end:
                last -= 1
        left, right = _strip(text, start, end)
        if left < right:
            yield _Piece(Sentence(left, right, sentence.kind), gap, last - first)
        first, gap = last, 0


def _fill(document: Document, pieces: Sequence[_Piece], limit: int) -> Iterator[Passage]:
    """Passages of these pieces; what the reader marked as no prose stands between them, never
    inside one."""
    apart = [mark.start for mark in document.marks if mark.kind != HEADING]
    first, heading = 0, ""
    for at in range(1, len(pieces) + 1):
        if at == len(pieces) or bisect(apart, pieces[at].sentence.start) > bisect(
            apart, pieces[at - 1].sentence.start
        ):
            cuts = _cuts(document.text, pieces[first:at], limit)
            for left, right in pairwise(cuts):
                run = [piece.sentence for piece in pieces[first + left : first + right]]
                headings = [s for s in run if s.kind == HEADING]
                own = run[0] in headings[:1]
                yield _passage(document, run, "" if own else heading)
                if headings:
                    heading = document.text[headings[-1].start : headings[-1].end]
            first = at


def _cuts(text: str, pieces: Sequence[_Piece], limit: int) -> list[int]:
    """Where passages of at most `limit` tokens begin among the pieces, and the end of the last.

    A run that is too long is cut at its best place, and so are its halves: before a heading rather
    than a paragraph, rather than a sentence, never right behind a heading, and so that neither
    half is shorter than a quarter of a passage. Among equals the hash of the sentence behind the
    cut decides: a place is good or bad whatever stands elsewhere, so that an edit moves the
    boundaries next to it and no others (content-defined chunking, as in LBFS: Muthitacharoen et
    al. 2001, section 3.1; ranked as in a treap).
    """
    ends = np.cumsum([piece.gap + piece.size for piece in pieces])
    begins = ends - np.array([piece.size for piece in pieces])
    ranks = np.array([_rank(text, pieces, at) for at in range(len(pieces))], dtype=np.uint64)
    cuts, runs = [0, len(pieces)], [(0, len(pieces))]
    while runs:
        first, last = runs.pop()
        if last - first < 2 or ends[last - 1] - begins[first] <= limit:
            continue
        low = int(np.searchsorted(ends, begins[first] + limit // 4)) + 1
        high = int(np.searchsorted(begins, ends[last - 1] - limit // 4, side="right"))
        if not first < low < high <= last:
            low, high = first + 1, last
        best = low + np.flatnonzero(ranks[low:high] == ranks[low:high].max())
        cut = int(best[len(best) // 2])
        cuts.append(cut)
        runs += [(first, cut), (cut, last)]
    return sorted(cuts)


def _rank(text: str, pieces: Sequence[_Piece], at: int) -> int:
    """How good it is to begin a passage with this piece: what it is, then its hash."""
    before, sentence = pieces[at - 1].sentence, pieces[at].sentence
    if before.kind == HEADING:
        kind = 0
    elif sentence.kind == HEADING:
        kind = 3
    else:
        kind = 2 if _BLOCK_GAP.search(text, before.end, sentence.start) else 1
    return kind << 32 | crc32(text[sentence.start : sentence.end].encode())


def _passage(document: Document, sentences: Sequence[Sentence], heading: str) -> Passage:
    start, end = sentences[0].start, sentences[-1].end
    return Passage(
        document_id=document.id,
        start=start,
        end=end,
        text=document.text[start:end],
        title=document.title,
        heading=heading,
        sentences=tuple(sentences),
    )
