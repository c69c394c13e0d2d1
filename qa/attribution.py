"""Who says something, and when: needed as soon as an answer cites more than one document."""

import re
from collections.abc import Iterable, Sequence

from index.dates import by_day, is_dated
from index.records import Document
from qa.compared import compared, for_the_reader, surveyed
from qa.expects import asks_for_change
from qa.records import Answer

_WHO = re.compile(r"\b(?:who|whom|whose)\b", re.IGNORECASE)
_SPEAKER = re.compile(r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur)\b")


def byline(document: Document) -> str:
    """The author, else the publisher, else the title, and the date: "Mira Okafor (2019)"."""
    who = document.author or document.publisher or document.title or document.path
    return f"{who} ({document.published})" if document.published else who


def entry(document: Document) -> str:
    """The byline and the title, as a work is named in a list."""
    who, title = byline(document), document.title or document.path
    return who if who.startswith(title) else f"{who}, {title}"


def is_attributed(question: str, documents: Iterable[Document], quotes: Iterable[str]) -> bool:
    """Whether an answer names whose each paragraph is: where it cites several documents, or where
    it is asked who and the quotes only say "I" or "we"."""
    if len({document.id for document in documents}) > 1:
        return True
    return bool(_WHO.search(question)) and any(map(_SPEAKER.search, quotes))


def attributed(answer: Answer) -> str:
    """The text of an answer, each paragraph behind the byline of its document where the answer
    `is_attributed`; the byline is ours and no part of the quote."""
    documents = [citation.document for citation in answer.citations]
    quotes = [citation.quote for citation in answer.citations]
    if answer.kind != "sentences" or not is_attributed(answer.question, documents, quotes):
        return answer.text
    paragraphs = [
        f"{byline(paragraph[0].document)}: "
        + " ".join(f"{citation.quote} [{citation.number}]" for citation in paragraph)
        for paragraph in answer.paragraphs
    ]
    said = by_date(answer.understood or answer.question, documents)
    return "\n\n".join([said, *paragraphs] if said else paragraphs)


def by_date(question: str, documents: Sequence[Document]) -> str:
    """A sentence of ours where what is asked for is a change and the documents of the quotes
    follow each other by date, or a comparison of documents; else ""."""
    dates = [document.published for document in documents]
    if compared(question):  # whose answer is a comparison where some document speaks clearly
        count, is_ordered = len({one.id for one in documents}), dates == sorted(dates, key=by_day)
        is_comparison = is_ordered and (count > 1 or not surveyed(question))
        return for_the_reader(count) if is_comparison else ""
    told = all(map(is_dated, dates)) and len(set(dates)) > 1 and dates == sorted(dates)
    return "By date, the oldest first." if told and asks_for_change(question) else ""
