"""Any sequence of changes of the sources: the index becomes what a build from scratch would be."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Settings, build_index
from index.errors import SettingsError, SourceError
from index.library import Library
from index.records import Document
from index.remove import find_source, remove_sources
from index.sources import Sources
from index.status import Pending, status_of
from index.verify import verify
from qa import Assistant

NAMES = ("a.txt", "b.md", "deep/a.txt", "deep/er/c.txt", "b.html", "b.html.md")
TEXTS = (
    "Salt traders founded the port of Eastmouth in 1684.",
    "The mill of Lindal sells its waste steam to the growers.\n\nApricots ripen in April.",
    "---\nauthor: Mira Okafor\n---\nOwls nest in the lighthouse. They sleep by day.",
    "---\nauthor: Tomas Lindqvist\n---\nOwls nest in the lighthouse. They sleep by day.",
    "---\nauthor: Ada Berg\npublished: 2020-01-02\n---\n",
    "",
)
QUESTIONS = ("When was Eastmouth founded?", "Who buys the steam?", "Where do owls nest?")

Change = Callable[[Path], None]


def put(name: str, text: str) -> Change:
    def change(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")

    return change


def put_lines(name: str, ids: Sequence[str]) -> Change:
    lines = [json.dumps({"_id": id, "text": TEXTS[int(id) % 2]}) for id in ids]
    return put(name, "\n".join(lines))


def delete(name: str) -> Change:
    return lambda folder: (folder / name).unlink(missing_ok=True)


def move(name: str, other: str) -> Change:
    def change(folder: Path) -> None:
        if (folder / name).exists():
            (folder / other).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).replace(folder / other)

    return change


def build(_: Path) -> None:
    """A place in a sequence where the index is brought up to date."""


LINES = st.lists(st.sampled_from("0123"), min_size=1, max_size=3, unique=True)
CHANGES = st.lists(
    st.one_of(
        st.builds(put, st.sampled_from(NAMES), st.sampled_from(TEXTS)),
        st.builds(put_lines, st.sampled_from(("l.jsonl", "m.jsonl", "deep/n.jsonl")), LINES),
        st.builds(delete, st.sampled_from((*NAMES, "l.jsonl", "m.jsonl"))),
        st.builds(move, st.sampled_from((*NAMES, "l.jsonl")), st.sampled_from((*NAMES, "o.jsonl"))),
        st.just(build),
    ),
    min_size=2,
    max_size=14,
)


def held(index: Path) -> dict[str, tuple[Document, list[object]]]:
    """All that can be seen of an index: documents, and their passages without keys."""
    library = Library.open(index)
    try:
        found: dict[str, tuple[Document, list[object]]] = {
            document.id: (document, []) for document in library.documents()
        }
        for one in library.passages(library.passage_keys()):
            found[one.passage.document_id][1].append(one.passage)
        return {id: (one, sorted(some, key=repr)) for id, (one, some) in found.items()}
    finally:
        library.close()


def answers(index: Path) -> list[tuple[str, list[tuple[str, int, int]]]]:
    assistant = Assistant.open(index)
    try:
        asked = [assistant.ask(question) for question in QUESTIONS]
        places = [[(c.document.id, c.start, c.end) for c in answer.citations] for answer in asked]
        return [(answer.text, some) for answer, some in zip(asked, places, strict=True)]
    finally:
        assistant.close()


@settings(max_examples=30)
@given(CHANGES)
def test_any_changes_give_what_a_build_from_scratch_gives(changes: list[Change]) -> None:
    with tempfile.TemporaryDirectory() as place:
        sources, index, scratch = (Path(place) / name for name in ("sources", "index", "scratch"))
        sources.mkdir()
        for change in changes:
            change(sources)
            if change is build:
                build_index(sources, index)
        build_index(sources, index)
        report = build_index(sources, index)
        assert not report.is_change
        assert report.embedded == 0
        fresh = build_index(sources, scratch)
        said = [(path, reason.partition("; what was read")[0]) for path, reason in report.failed]
        assert said == fresh.failed
        # What was read before a source could not be read any more is kept: only there they differ.
        kept = {path for path, reason in report.failed if "stands in" not in reason}
        assert {id: one for id, one in held(index).items() if one[0].path not in kept} == {
            id: one for id, one in held(scratch).items() if one[0].path not in kept
        }
        if not kept:
            assert report.passages == fresh.passages
            assert answers(index) == answers(scratch)
        assert verify(index).problems == []


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, Path]:
    """A sources folder with two texts, and where its index goes."""
    put("a.md", TEXTS[2])(tmp_path / "sources")
    put("deep/a.md", TEXTS[0])(tmp_path / "sources")
    return tmp_path / "sources", tmp_path / "index"


def test_front_matter_alone_embeds_nothing(place: tuple[Path, Path]) -> None:
    sources, index = place
    build_index(*place)
    put("a.md", TEXTS[3])(sources)
    report = build_index(*place)
    assert (report.changed, report.embedded) == (1, 0)
    assert held(index)["a.md"][0].author == "Tomas Lindqvist"
    put("a.md", TEXTS[3].replace("---\nauthor", "---\ntitle: Owls\nauthor"))(sources)
    assert build_index(*place).embedded == 1  # the title itself


def test_front_matter_beside_a_source(place: tuple[Path, Path]) -> None:
    sources, index = place
    put("page.txt", TEXTS[0])(sources)
    put("page.txt.md", "---\nauthor: Ada Berg\n---\n")(sources)
    build_index(*place)
    assert "page.txt.md" not in held(index)
    assert held(index)["page.txt"][0].author == "Ada Berg"
    put("page.txt.md", "---\nauthor: Mira Okafor\n---\n")(sources)
    report = build_index(*place)
    assert (report.changed, report.embedded) == (1, 0)
    (sources / "page.txt.md").unlink()
    build_index(*place)
    assert held(index)["page.txt"][0].author == ""


def test_an_edit_that_leaves_size_and_time_is_seen(place: tuple[Path, Path]) -> None:
    sources, index = place
    path = sources / "deep" / "a.md"
    os.utime(path, (1_000_000_000, 1_000_000_000))
    build_index(*place)
    path.write_text(TEXTS[0].replace("1684", "1685"), encoding="utf-8")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert build_index(*place).changed == 1
    assert "1685" in held(index)["deep/a.md"][0].text


def test_an_edit_in_a_long_document_embeds_what_is_near_it(place: tuple[Path, Path]) -> None:
    sources, _ = place
    lines = [f"On day {n} the ship {n * 7} brought {n * n} barrels of salt." for n in range(900)]
    put("long.txt", "\n".join(lines))(sources)
    whole = build_index(*place)
    for at in (0, 450, 899):
        lines[at] = f"Nothing came in on day {at}."
        put("long.txt", "\n".join(lines))(sources)
        assert build_index(*place).embedded <= 4
    assert whole.embedded > 60


def test_other_settings_are_said_and_need_no_sources(place: tuple[Path, Path]) -> None:
    sources, index = place
    put("long.txt", "The council met again to speak of the breakwater. " * 40)(sources)
    put("deep/a.md", TEXTS[0] + " It was small then.")(sources)
    build_index(*place)
    put("deep/a.md", TEXTS[0])(sources)
    build_index(*place)
    assistant = Assistant.open(index)
    (sources / "a.md").chmod(0)
    before = assistant.ask(QUESTIONS[0])
    report = build_index(*place, Settings(passage_tokens=40))
    assert report.renewed == "a passage now has at most 40 tokens, it was 200"
    assert report.passages > 10
    assert assistant.ask(QUESTIONS[0]).text == before.text
    assert "a.md" in held(index)
    old = hashlib.sha256((TEXTS[0] + " It was small then.").encode()).hexdigest()
    kept = assistant.document("deep/a.md", old)
    assert kept is not None
    assert kept.text.endswith("It was small then.")
    assistant.close()
    assert not list(index.glob("*.next*"))
    assert verify(index).problems == []


def test_older_versions_are_kept_and_forgotten(place: tuple[Path, Path]) -> None:
    sources, index = place
    build_index(*place)
    versions = [f"Ships came in from {year}." for year in range(1900, 1906)]
    for text in versions:
        put("deep/a.md", text)(sources)
        build_index(*place)
    assistant = Assistant.open(index)
    found = [
        assistant.document("deep/a.md", hashlib.sha256(text.encode()).hexdigest())
        for text in versions
    ]
    assert [document and document.text for document in found] == [None, None, *versions[2:]]
    (sources / "deep" / "a.md").unlink()
    build_index(*place)
    assert assistant.document("deep/a.md") is None
    last = hashlib.sha256(versions[-1].encode()).hexdigest()
    assert assistant.document("deep/a.md", last) is not None
    assert assistant.document("deep/a.md", last[:12]) is not None
    put("deep/a.md", versions[-1])(sources)
    build_index(*place)
    remove_sources(["deep/a.md"], *place)
    assert assistant.document("deep/a.md", last) is None
    files = [path for path in index.rglob("*") if path.is_file()]
    assert not [path for path in files if versions[-1].encode() in path.read_bytes()]
    assistant.close()


def test_the_index_among_the_sources(place: tuple[Path, Path]) -> None:
    sources, _ = place
    assert build_index(sources, sources / ".index").added == 2
    assert not build_index(sources, sources / ".index").is_change
    with pytest.raises(SettingsError, match="a folder of its own"):
        build_index(sources, sources / "deep" / "index")


def test_removing_what_is_not_there(place: tuple[Path, Path]) -> None:
    sources, _ = place
    assert find_source("deep/a.md", sources) == "deep/a.md"
    assert find_source(str(sources / "a.md"), sources) == "a.md"
    for name in ("b.md", str(sources.parent), "../index"):
        with pytest.raises(SourceError, match="there is no source"):
            find_source(name, sources)


def test_what_is_gone_already_is_forgotten_all_the_same(place: tuple[Path, Path]) -> None:
    """A build that comes between the end of a file and what is kept of it is waited for."""
    sources, index = place
    (sources / "a.txt").write_text(TEXTS[0], "utf-8")
    build_index(sources, index)
    library = Library.open(index)
    document = library.document("a.txt")
    assert document is not None
    (sources / "a.txt").unlink()
    build_index(sources, index)
    assert library.version("a.txt", document.sha256) is not None
    remove_sources(["a.txt"], sources, index)
    assert library.version("a.txt", document.sha256) is None
    library.close()


def test_status_says_what_changed_on_disk(place: tuple[Path, Path]) -> None:
    sources, index = place
    put("c.txt", TEXTS[0])(sources)
    build_index(*place)
    assert status_of(index, sources).pending == Pending([], [], [])
    put("new.txt", TEXTS[1])(sources)
    put("a.md", TEXTS[3])(sources)
    os.utime(sources / "deep" / "a.md")  # touched only
    (sources / "c.txt").unlink()
    assert status_of(index, sources).pending == Pending(["new.txt"], ["a.md"], ["c.txt"])
    assert status_of(index).pending is None


def test_copies_are_said(place: tuple[Path, Path]) -> None:
    sources, index = place
    for name in ("c.txt", "deep/copy of c.txt", "other.txt"):
        text = "Salt is old." if name == "other.txt" else "Salt came by sea."
        put(name, text)(sources)
    (sources / "torn.pdf").write_bytes(b"%PDF torn")
    (sources / "torn too.pdf").write_bytes(b"%PDF torn")
    note = ("deep/copy of c.txt", "the same file as c.txt, counted as a work of its own")
    report = build_index(sources, index)
    assert report.noted == status_of(index).noted == [note]
    assert len(report.failed) == 2
    (sources / "c.txt").unlink()
    assert build_index(sources, index).noted == []


def test_a_folder_that_cannot_be_looked_into_hides_all_in_it() -> None:
    assert Sources({}, {".": "cannot be read"}).hides("x.txt")
    assert Sources({}, {"a": "cannot be read"}).hides("a/x.txt")
    assert not Sources({}, {"a": "cannot be read"}).hides("ab/x.txt")
