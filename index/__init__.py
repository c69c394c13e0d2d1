"""From a folder of sources to a searchable library on disk. Knows nothing of questions."""

from typing import TYPE_CHECKING, Any

from index.errors import CommentaryError
from index.records import Document, Passage, Sentence
from index.settings import Settings, load_settings

if TYPE_CHECKING:
    from index.build import BuildReport, build_index

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


def __getattr__(name: str) -> Any:
    """The write path is imported when it is first used: a question needs none of it."""
    if name in ("BuildReport", "build_index"):
        from index import build

        return getattr(build, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
