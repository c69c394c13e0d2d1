"""What the languages of a library's documents mean for its model."""

from pathlib import Path

from index.derived import claimed
from index.languages import ENGLISH, NAMES
from index.lexical import FOLDER
from index.library import Library
from index.settings import DEFAULT_FILE, DEFAULT_MODEL

MULTILINGUAL = "paraphrase-multilingual-MiniLM-L12-v2"  # of sentence-transformers, as an example


def advice(library: Library, index: Path) -> str:
    """What to do about documents that are in languages which the model of the library in `index`
    does not know; "" where there are none. Only of the default model it is known what it knows."""
    with library.snapshot():
        words = claimed(index / FOLDER)
        if words is None or library.meta("model") != DEFAULT_MODEL:
            return ""
        found = [
            f"{NAMES[code]} ({_such_as(count, library.ids_of([key]))})"
            for code, (count, key) in words.languages.items()
            if code != ENGLISH
        ]
    if not found:
        return ""
    return (
        f"the model {DEFAULT_MODEL} knows English only, and there are documents in "
        f"{', '.join(found)}: what they say is found by its words, hardly by its meaning. Name a "
        f'multilingual model in {DEFAULT_FILE}, such as model = "{MULTILINGUAL}", and run '
        "commentary index again"
    )


def _such_as(count: int, ids: list[str]) -> str:
    passages = "one passage" if count == 1 else f"{count:,} passages"
    return f"{passages}, such as in {', '.join(ids)}"
