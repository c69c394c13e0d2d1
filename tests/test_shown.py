"""What the browser keeps comes back as it was, and nothing else comes back."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Document
from ui.kept import NotKept, kept, read_conversation, read_filters, read_turn
from ui.shown import Listed, Place, Shown

TEXT = st.text(max_size=40)
SHARE = st.floats(0, 1)
COUNT = st.integers(0, 10**8)


@st.composite
def turns(draw: st.DrawFn) -> Shown:
    """Any turn that can be shown."""
    documents = draw(
        st.lists(
            st.builds(
                Document,
                st.text(min_size=1, max_size=20),
                *(TEXT for _ in range(6)),
                st.just(""),
                st.text(st.sampled_from("0123456789abcdef"), min_size=64, max_size=64),
            ),
            min_size=1,
            max_size=3,
        )
    )
    places = st.builds(
        lambda document, number, start, length, page, quote, score: Place(
            document, number, start, start + length, page, quote, number, 1, score, -1.0
        ),
        st.sampled_from(documents), COUNT, COUNT, st.integers(1, 99), TEXT, TEXT, SHARE,
    )  # fmt: skip
    works = st.builds(Listed, st.sampled_from(documents), COUNT, st.tuples(COUNT))
    return draw(
        st.builds(
            Shown,
            TEXT,
            st.dictionaries(st.sampled_from(["author", "document"]), TEXT),
            st.sampled_from(["sentences", "works", "none", "talk"]),
            SHARE,
            TEXT,
            st.tuples(TEXT),
            TEXT,
            st.tuples(places, places),
            st.tuples(places),
            st.tuples(works),
            st.booleans(),
            TEXT,
        )
    )


@given(st.lists(turns(), max_size=3))
def test_a_conversation_comes_back_as_it_was(conversation: list[Shown]) -> None:
    value = json.loads(json.dumps([kept(turn) for turn in conversation]))
    assert read_conversation(value) == conversation


def test_all_works_of_a_large_library_come_back() -> None:
    """A list of works has all of them, with up to three places each."""
    documents = [
        Document(f"{n}.txt", f"{n}.txt", "", "", "", "", "", "", "0" * 64) for n in range(2_000)
    ]
    turn = Shown(
        "Which texts mention salt?",
        kind="works",
        places=tuple(Place(one, n + 1, 0, 9, "", "Salt.") for n, one in enumerate(documents)),
        works=tuple(Listed(one, 1, (n + 1,)) for n, one in enumerate(documents)),
    )
    assert read_turn(json.loads(json.dumps(kept(turn)))) == turn


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(turns(), JSON, st.data())
def test_anything_else_is_refused_and_never_a_crash(
    turn: Shown, other: Any, data: st.DataObject
) -> None:
    value = json.loads(json.dumps(kept(turn)))
    name = data.draw(st.sampled_from(sorted(value)))
    value[name] = other
    with contextlib.suppress(NotKept):
        assert isinstance(read_turn(value), Shown)
    with pytest.raises(NotKept):
        read_turn({name: other})
    with pytest.raises(NotKept):
        read_conversation({"turns": other})


@pytest.mark.parametrize("text", ["\ud800", "x" * 3_001])
def test_a_text_that_cannot_be_shown_is_refused(text: str) -> None:
    with pytest.raises(NotKept):
        read_filters({"author": text})


def test_blank_filters_are_none_and_unknown_ones_refused() -> None:
    assert read_filters({"author": " Ada ", "publisher": "  "}) == {"author": "Ada"}
    with pytest.raises(NotKept):
        read_filters({"path": "x"})
