"""The list of documents: what is searched and filtered whatever its case, in any alphabet."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from index import build_index
from index.library import Library
from index.library.catalogue import entries


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("names")
    for name, title, author in (
        ("one.md", "Ökonomie und Ölpreis", "Łukasz Ångström"),
        ("two.md", "Война и мир", "Лев Толстой"),
        ("three.md", "Cafe\u0301 society", "Zoë 100% Straße"),
    ):
        head = f"---\ntitle: {title}\nauthor: {author}\n---\n\n"
        (folder / name).write_text(f"{head}A short text about one thing.\n", "utf-8")
    build_index(folder, folder / ".index")
    with closing(Library.open(folder / ".index")) as library:
        yield library


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Ökonomie", "one.md"),
        ("ÖLPREIS ökonomie", "one.md"),
        ("łUKASZ ångström", "one.md"),
        ("ВОЙНА толстой", "two.md"),
        ("CAFÉ", "three.md"),
        ("strasse 100%", "three.md"),
    ],
)
def test_words_are_found_whatever_their_case(library: Library, words: str, found: str) -> None:
    assert [entry.id for entry in entries(library, words)[0]] == [found]


@pytest.mark.parametrize(
    ("author", "found"), [("ÅNGSTRÖM", ["one.md"]), ("толстой", ["two.md"]), ("1%S", []), ("_", [])]
)
def test_an_author_is_matched_whatever_the_case(
    library: Library, author: str, found: list[str]
) -> None:
    assert [document.id for document, _ in library.listing({"author": author})] == found


def test_titles_are_in_order_whatever_their_case(library: Library) -> None:
    assert [entry.id for entry in entries(library)[0]] == ["three.md", "one.md", "two.md"]
