"""The tools that other programs get, in Python's terms: for MCP and for Gradio's clients."""

from collections.abc import Callable
from typing import Any

from qa import Assistant
from ui.render import answer_json, hits_json


def tools(assistant: Assistant) -> tuple[Callable[..., Any], ...]:
    """Functions with plain types, whose docstrings are what a program reads of them."""

    def ask(question: str) -> dict[str, Any]:
        """Answer a question with sentences quoted from the library, each cited to its exact
        characters, or say that the library does not answer it.

        Args:
            question: A whole question in plain words.
        """
        return answer_json(assistant.ask(question))

    def retrieve(question: str, k: int = 8) -> list[dict[str, Any]]:
        """Find the passages of the library that fit a question best, best first.

        Args:
            question: A whole question in plain words.
            k: How many passages, 1 to 40.
        """
        return hits_json(assistant.retrieve(question, k))

    return ask, retrieve
