"""Asking as a user does, and what holds of every answer."""

from qa import Answer, Assistant


def exact(answer: Answer) -> Answer:
    """The answer, whose quotes are numbered, stand in its text and are the very characters that
    their citations name."""
    for number, citation in enumerate(answer.citations, start=1):
        assert citation.number == number
        assert citation.document.text[citation.start : citation.end] == citation.quote
        assert f"{citation.quote} [{number}]" in answer.text
    return answer


def quotes(assistant: Assistant, question: str) -> list[str]:
    """What the answer to a question quotes, each on one line."""
    answer = exact(assistant.ask(question))
    return [" ".join(citation.quote.split()) for citation in answer.citations]


def talk(assistant: Assistant, *questions: str) -> Answer:
    """The answer to the last of these, asked one after the other."""
    history: list[dict[str, str]] = []
    for question in questions:
        answer = assistant.ask(question, history)
        history += [
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer.text},
        ]
    assert answer.question == questions[-1]
    return exact(answer)
