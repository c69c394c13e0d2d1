"""Who says something, and when: needed as soon as an answer cites more than one document."""

from collections.abc import Sequence

from index.records import Document
from qa.compared import compared, for_the_reader
from qa.expects import asks_for_change
from qa.records import Answer


def byline(document: Document) -> str:
    """The author, else the publisher, else the title, and the date: "Mira Okafor (2019)"."""
    who = document.author or document.publisher or document.title or document.path
    return f"{who} ({document.published})" if document.published else who


def entry(document: Document) -> str:
    """The byline and the title, as a work is named in a list."""
    who, title = byline(document), document.title or document.path
    return who if who.startswith(title) else f"{who}, {title}"


def attributed(answer: Answer) -> str:
    """The text of an answer, each paragraph behind the byline of its document where the answer
    cites several; the byline is ours and no part of the quote."""
    if answer.kind != "sentences" or len({c.document.id for c in answer.citations}) < 2:
        return answer.text
    paragraphs = [
        f"{byline(paragraph[0].document)}: "
        + " ".join(f"{citation.quote} [{citation.number}]" for citation in paragraph)
        for paragraph in answer.paragraphs
    ]
    said = by_date(answer.understood or answer.question, [c.document for c in answer.citations])
    return "\n\n".join([said, *paragraphs] if said else paragraphs)


def by_date(question: str, documents: Sequence[Document]) -> str:
    """A sentence of ours where what is asked for is a change and the documents of the quotes
    follow each other by date, or a comparison of documents; else ""."""
    if compared(question):
        return for_the_reader(len({document.id for document in documents}))
    dates = [document.published for document in documents]
    told = all(dates) and len(set(dates)) > 1 and dates == sorted(dates)
    return "By date, the oldest first." if told and asks_for_change(question) else ""
