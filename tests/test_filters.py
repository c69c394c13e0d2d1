"""What the documents can be chosen by, and choosing among them."""

from pathlib import Path

from index import build_index
from qa import Assistant, Facets


def test_facets_name_authors_publishers_and_dates_with_their_counts(assistant: Assistant) -> None:
    assert assistant.facets() == Facets(
        authors=(("Mira Okafor", 1), ("Tomas Lindqvist", 1)),
        publishers=(("Coastal Review", 1),),
        first="2019-05-14",
        last="2019-05-14",
        documents=2,
    )


def test_facets_follow_the_library(tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text("---\nauthor: Bo\npublished: 2020\n---\nOwls nest here.")
    build_index(tmp_path, tmp_path / ".index")
    assistant = Assistant.open(tmp_path / ".index")
    assert assistant.facets().authors == (("Bo", 1),)
    for name, author in (("two", "Ada"), ("three", "Ada")):
        (tmp_path / f"{name}.md").write_text(f"---\nauthor: {author}\n---\nSeals sleep, {name}.")
    (tmp_path / "four.txt").write_text("Nobody says who wrote this.")
    build_index(tmp_path, tmp_path / ".index")
    assert assistant.facets() == Facets((("Ada", 2), ("Bo", 1)), (), "2020", "2020", 4)
    (tmp_path / "one.md").unlink()
    build_index(tmp_path, tmp_path / ".index")
    assert assistant.facets() == Facets((("Ada", 2),), (), "", "", 3)
    assistant.close()
