"""What the languages of a library's documents mean for its model."""

from pathlib import Path

from index.languages import ENGLISH, NAMES
from index.lexical import Lexical
from index.library import Library
from index.settings import DEFAULT_FILE, DEFAULT_MODEL

MULTILINGUAL = "paraphrase-multilingual-MiniLM-L12-v2"  # of sentence-transformers, as an example


def advice(library: Library, index: Path) -> str:
    """What to do about documents that are in languages which the model of the library in `index`
    does not know; "" where there are none. Only of the default model it is known what it knows."""
    with library.snapshot():
        if library.meta("model") != DEFAULT_MODEL:
            return ""
        lexical = Lexical.load(index, library.generation)
        if lexical is None:
            return ""
        found = [
            f"{NAMES[code]} ({_some(library.ids_of(lexical.spoken(code)))})"
            for code in lexical.languages
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


def _some(ids: list[str]) -> str:
    return ids[0] if len(ids) == 1 else f"{len(ids):,}: {ids[0]}, …"
