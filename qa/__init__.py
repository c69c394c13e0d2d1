"""From a question to a cited answer. Knows nothing of browsers and terminals."""

from typing import TYPE_CHECKING, Any

from index.errors import CommentaryError
from qa.conversation import MAX_QUESTION
from qa.records import Answer, Citation, Hit

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.facets import Facets

__all__ = ["MAX_QUESTION", "Answer", "Assistant", "Citation", "CommentaryError", "Facets", "Hit"]


def __getattr__(name: str) -> Any:
    """The engines are imported when the first assistant is wanted."""
    if name == "Assistant":
        from qa.assistant import Assistant

        return Assistant
    if name == "Facets":
        from qa.facets import Facets

        return Facets
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
