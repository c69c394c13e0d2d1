"""From a question to a cited answer. Knows nothing of browsers and terminals."""

from index.errors import CommentaryError
from qa.assistant import Assistant
from qa.conversation import MAX_QUESTION
from qa.facets import Facets
from qa.records import Answer, Citation, Hit

__all__ = ["MAX_QUESTION", "Answer", "Assistant", "Citation", "CommentaryError", "Facets", "Hit"]
