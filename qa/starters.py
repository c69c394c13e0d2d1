"""Questions to begin with, taken from the library itself."""

from index.library import Library


def starters(library: Library, count: int) -> list[str]:
    return []
