"""The tools that other programs get, in Python's terms: for MCP and for Gradio's clients."""

import json
from collections.abc import Callable

from qa import Assistant
from ui.render import answer_json, hits_json


def tools(assistant: Assistant) -> tuple[Callable[..., str], ...]:
    """Functions that give JSON text; their docstrings are what a program reads of them.

    Text, since Gradio's clients take an object with a `path` for a file and fetch it.
    """

    def ask(question: str) -> str:
        """Answer a question with sentences quoted from the library, each cited to its exact
        characters, or say that the library does not answer it.

        Args:
            question: A whole question in plain words.
        """
        return _text(answer_json(assistant.ask(question)))

    def retrieve(question: str, k: int = 8) -> str:
        """Find the passages of the library that fit a question best, best first.

        Args:
            question: A whole question in plain words.
            k: How many passages, 1 to 40.
        """
        return _text(hits_json(assistant.retrieve(question, k)))

    return ask, retrieve


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
