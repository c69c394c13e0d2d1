"""From a folder of sources to a searchable library on disk. Knows nothing of questions."""

from index.build import BuildReport, build_index
from index.errors import CommentaryError
from index.records import Document, Passage, Sentence
from index.settings import Settings, load_settings

__all__ = [
    "BuildReport",
    "CommentaryError",
    "Document",
    "Passage",
    "Sentence",
    "Settings",
    "build_index",
    "load_settings",
]
