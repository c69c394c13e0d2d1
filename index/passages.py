"""Document -> passages of whole sentences. Pure: the model's tokenizer comes in as a function.

Sentences are found inside blocks (paragraphs, list items, marked lines), so that a boundary is
never missed or invented across them. Passages are filled with whole sentences up to a number of
the model's own tokens; a heading starts a passage when the one before it is half full, and never
ends one.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import sentencex

from index.records import (
    FURNITURE,
    HEADING,
    METADATA,
    PROSE,
    Document,
    Mark,
    Passage,
    Sentence,
)

# Texts -> for each the start of every token of the model, in characters, ascending.
TokenStarts = Callable[[Sequence[str]], Sequence[Sequence[int]]]

_BLOCK_GAP = re.compile(r"\n[^\S\n]*\n\s*")
_LIST_ITEM = re.compile(r"^[^\S\n]*(?:[-*•–]|\(?\d{1,3}[.)])[^\S\n]+(?=\S)", re.MULTILINE)
_CLAUSE_END = re.compile(r"[;:,)\]–—](?=\s)")
# Longer than any real sentence; tokenizers and sentence splitters take such a run in slices.
_RUN = 20_000


def split(document: Document, starts: TokenStarts, limit: int) -> list[Passage]:
    """The passages of a document, in order, each of at most `limit` tokens.

    Every sentence lies in exactly one passage; furniture lies in none. `limit` is at least 1.
    """
    text = document.text
    sentences = list(_sentences(document))
    ends = [0, *(sentence.end for sentence in sentences)]
    gaps = starts([text[end : s.start] for end, s in zip(ends, sentences, strict=False)])
    tokens = starts([text[s.start : s.end] for s in sentences])
    pieces: list[_Piece] = []
    for sentence, gap, own in zip(sentences, gaps, tokens, strict=True):
        if len(own) <= limit:
            pieces.append(_Piece(sentence, len(gap), len(own)))
        else:
            pieces += _cut(text, sentence, len(gap), own, limit)
    passages = list(_fill(document, pieces, limit))
    contexts = list(dict.fromkeys(passage.context for passage in passages))
    short = {
        context: context[: own[limit]].rstrip() if len(own) > limit else context
        for context, own in zip(contexts, starts(contexts), strict=True)
    }
    return [replace(passage, context=short[passage.context]) for passage in passages]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence with its number of tokens, and that of what stands between it and the one before
    (a bullet, a line of asterisks)."""

    sentence: Sentence
    gap: int
    size: int


def _sentences(document: Document) -> Iterator[Sentence]:
    """Every sentence, heading and front-matter line; furniture is left out."""
    text, position = document.text, 0
    for mark in (*document.marks, Mark(FURNITURE, len(text), len(text))):
        for start, end in _blocks(text, position, mark.start):
            if _is_heading(text[start:end], document):
                yield Sentence(start, end, HEADING)
            else:
                for first, last in _boundaries(text, start, end):
                    yield Sentence(first, last, PROSE)
        if mark.kind != FURNITURE:
            start, end = _strip(text, mark.start, mark.end)
            if start < end:
                yield Sentence(start, end, mark.kind)
        position = max(position, mark.end)


def _blocks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Paragraphs and list items of `text[start:end]`, stripped, in order."""
    cuts = [start, *(gap.end() for gap in _BLOCK_GAP.finditer(text, start, end)), end]
    for left, right in pairwise(cuts):
        items = [left, *(m.start() for m in _LIST_ITEM.finditer(text, left, right)), right]
        for first, last in pairwise(items):
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
        and block[-1] not in ".!?…:;,\"”’')]"
        and len(block.split()) <= 14
    )


def _boundaries(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Sentences of one block, by sentencex, stripped of the white space around them."""
    while start < end:
        stop = end
        if end - start > _RUN:
            space = text.rfind(" ", start, start + _RUN)
            stop = space if space > start else start + _RUN
        marker = _LIST_ITEM.match(text, start, stop)
        offset = marker.end() if marker else start
        for boundary in sentencex.get_sentence_boundaries("en", text[offset:stop]):
            first, last = _strip(
                text, offset + boundary["start_index"], offset + boundary["end_index"]
            )
            if first < last and re.search(r"\w", text[first:last]):
                yield first, last
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
    furniture = [mark.start for mark in document.marks if mark.kind == FURNITURE]
    run: list[_Piece] = []
    heading = under = ""
    for piece in pieces:
        sentence = piece.sentence
        total = _tokens(run)
        if run and (
            total + piece.gap + piece.size > limit
            or (sentence.kind == HEADING and total > limit // 2)
            or (sentence.kind in METADATA) != (run[-1].sentence.kind in METADATA)
            or any(run[-1].sentence.end <= at < sentence.start for at in furniture)
        ):
            carried = _trailing_headings(run) if sentence.kind not in METADATA else []
            fits = _tokens(carried) + piece.gap + piece.size <= limit
            if carried and fits and len(carried) < len(run):
                yield _passage(document, run[: -len(carried)], under)
                run = carried
            else:
                yield _passage(document, run, under)
                run = []
        if sentence.kind == HEADING:
            heading = document.text[sentence.start : sentence.end]
        if not run:
            under = heading if sentence.kind != HEADING else ""
        elif run[0].sentence.kind == HEADING:
            under = ""
        run.append(piece)
    if run:
        yield _passage(document, run, under)


def _tokens(run: Sequence[_Piece]) -> int:
    """The tokens of a passage of these pieces; what stands before the first is not in it."""
    return sum(piece.gap + piece.size for piece in run) - (run[0].gap if run else 0)


def _trailing_headings(run: Sequence[_Piece]) -> list[_Piece]:
    at = len(run)
    while at and run[at - 1].sentence.kind == HEADING:
        at -= 1
    return list(run[at:])


def _passage(document: Document, run: Sequence[_Piece], heading: str) -> Passage:
    sentences = tuple(piece.sentence for piece in run)
    start, end = sentences[0].start, sentences[-1].end
    return Passage(
        document_id=document.id,
        start=start,
        end=end,
        text=document.text[start:end],
        context=" | ".join(part for part in (document.title, heading) if part),
        sentences=sentences,
    )
