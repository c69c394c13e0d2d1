"""Who says something, and when: needed as soon as an answer cites more than one document."""

from index.records import Document
from qa.records import Answer


def byline(document: Document) -> str:
    """The author, else the publisher, else the title, and the date: "Mira Okafor (2019)"."""
    who = document.author or document.publisher or document.title or document.path
    return f"{who} ({document.published})" if document.published else who


def attributed(answer: Answer) -> str:
    """The text of an answer, each paragraph behind the byline of its document where the answer
    cites several; the byline is ours and no part of the quote."""
    if answer.kind != "sentences" or len({c.document.id for c in answer.citations}) < 2:
        return answer.text
    return "\n\n".join(
        f"{byline(paragraph[0].document)}: "
        + " ".join(f"{citation.quote} [{citation.number}]" for citation in paragraph)
        for paragraph in answer.paragraphs
    )
