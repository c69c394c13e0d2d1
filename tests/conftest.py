"""Shared fixtures: the real model and small real libraries, each built once a session."""

import os
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
# The prepared model, for every process that the tests start; made by the first test that needs it.
os.environ["COMMENTARY_CACHE"] = str(Path(__file__).parents[1] / ".pytest_cache" / "models")

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from hypothesis import settings

from index import build_index
from index.embedder import Embedder
from index.library import Library
from qa import Assistant

# The first example pays for loading the model, and a busy machine is not a bug.
settings.register_profile("commentary", deadline=None)
settings.load_profile("commentary")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=12, help="how often test_crash kills a build")
    parser.addoption("--flips", type=int, default=60, help="how many bytes test_damage flips")


HARBOUR = """---
title: "The Harbour at Eastmouth"
author: Mira Okafor
publisher: Coastal Review
published: 2019-05-14
---

## A port that changed twice

The port of Eastmouth was founded in 1684 by salt traders. Its first lighthouse burned down in 1702.
In 1911 the town council spent 42,000 pounds on a new breakwater.

## Why the ferries left

The ferries moved to Westhaven because the channel had silted up. Dredging would have cost more
than the ferries earned. The council also feared for the oyster beds.
"""

ORCHARDS = """Orchards under glass

Growers around Lindal heat their glasshouses with waste steam from the paper mill. The mill sells
the steam for a third of the price of gas. Apricots ripen there in April 🍑, two months early.

The association of growers asks the government for a cheaper connection to the grid.

By Tomas Lindqvist
"""


@contextmanager
def library_of(folder: Path, texts: Mapping[str, str]) -> Iterator[Assistant]:
    """The library of these texts, by the names of their files."""
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    build_index(folder, folder / ".index")
    assistant = Assistant.open(folder / ".index")
    yield assistant
    assistant.close()


def texts_in(index: Path) -> dict[str, str]:
    """Id -> text of every document that an index holds."""
    library = Library.open(index)
    try:
        return {document.id: document.text for document in library.documents()}
    finally:
        library.close()


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The real default model, loaded once."""
    return Embedder()


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two short commentaries of our own."""
    folder = tmp_path_factory.mktemp("sources")
    (folder / "harbour.md").write_text(HARBOUR, encoding="utf-8")
    (folder / "orchards.txt").write_text(ORCHARDS, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def index(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of `sources`; tests must not change it."""
    folder = tmp_path_factory.mktemp("index")
    build_index(sources, folder)
    return folder


@pytest.fixture(scope="session")
def assistant(index: Path) -> Iterator[Assistant]:
    opened = Assistant.open(index)
    yield opened
    opened.close()
