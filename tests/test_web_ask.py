"""Asking in a real browser: answers and their kinds, Stop, retry, edit, undo, copy, filters."""

import re
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from web_fixtures import ASSISTED, IGNORED, Site, browser_type_launch_args, library, site
from web_page import MARKER, ask, box, opened, serious, settled, slice_of

from qa import MAX_QUESTION
from ui import chat as conversation
from ui.shown import Shown

pytestmark = IGNORED
__all__ = ["browser_type_launch_args", "library", "site"]


@pytest.fixture
def chat(page: Page, site: Site) -> Page:
    return opened(page, site)


def test_an_answer_shows_quotes_with_markers_and_its_sources(chat: Page) -> None:
    turn = ask(chat, ASSISTED)
    expect(turn.locator(".said")).to_contain_text(
        "The lighthouse at Cape Orrin was built by Clara Voss in 1874."
    )
    expect(chat.locator(MARKER).first).to_have_text("1")
    expect(chat.locator(MARKER).first).to_have_accessible_name("1: Lights on the Coast")
    expect(turn.locator(".sources")).to_contain_text("Lights on the Coast")
    expect(turn.locator(".sources")).to_contain_text("Ben Sample · Example Institute · 2023")
    expect(chat.get_by_role("status").filter(has_text="Answered.")).to_contain_text("Clara Voss")


def test_kinds_of_answers_are_told_apart_by_words_and_shape(chat: Page, site: Site) -> None:
    site.assistant.refuse("nothing")
    site.assistant.list_works("works")
    site.assistant.talk("hello")
    site.assistant.quote("half", "half.txt", ["It was built."], missing=("Lavrov", "2023"))
    seen = []
    for question in (ASSISTED, "half", "nothing", "works", "hello", "broken"):
        badge = ask(chat, question).locator(".badge")
        seen.append((badge.inner_text(), badge.locator("use").get_attribute("href")))
    assert [words for words, _ in seen] == [
        "Answered",
        "Partly answered",
        "Not answered",
        "2 works",
        "Reply",
        "Not possible",
    ]
    assert len({shape for _, shape in seen}) == len(seen)
    turns = chat.locator(".turn")
    expect(turns.nth(1).locator(".missing")).to_have_text("Not in what is cited: Lavrov, 2023")
    expect(turns.nth(2).locator(".unanswered")).to_have_text("The sources do not say.")
    works = turns.nth(3).locator(".works > li")
    expect(works).to_have_count(2)
    works.first.locator("summary").click()
    works.first.locator("a.cite").click()
    expect(chat.locator("#cited")).to_have_text(slice_of(works.first.locator("a.cite"), site))
    expect(turns.nth(4).locator(".talk")).to_have_text("Hello. Ask away.")


def test_confidence_is_said_in_words_and_the_number_on_demand(chat: Page, site: Site) -> None:
    site.assistant.quote("sure", "sure.txt", ["Yes."])
    turn = ask(chat, "sure")
    number = turn.get_by_text("The estimated probability that the sources answer this question is")
    expect(number).to_be_hidden()
    turn.get_by_text("High confidence").click()
    expect(number).to_contain_text("90%")


def test_a_follow_up_shows_how_it_was_understood_and_brings_its_history(
    chat: Page, site: Site
) -> None:
    site.assistant.quote("three", "three.txt", ["First [1].", "Second."])
    site.assistant.quote("And then?", "then.txt", ["Then."], understood="What came after three?")
    expect(ask(chat, "three").locator(".understood")).to_have_count(0)
    expect(ask(chat, "And then?").locator(".understood")).to_contain_text("What came after three?")
    question, history = site.assistant.asked[-1]
    assert question == "And then?"
    assert history == [
        {"role": "user", "content": "three"},
        {"role": "assistant", "content": "First [1]. [1] Second. [2]"},
    ]
    chat.get_by_role("button", name="New conversation").first.click()
    expect(chat.locator(".starter").first).to_be_visible()
    ask(chat, ASSISTED)
    assert site.assistant.asked[-1] == (ASSISTED, [])


def test_a_starter_asks_its_question(chat: Page) -> None:
    chat.get_by_role("button", name="What doubled within a month?").click()
    turn = settled(chat)
    expect(turn.locator(".question")).to_have_text("What doubled within a month?")
    expect(turn).to_contain_text("Insurance for its ships doubled")
    expect(chat.locator(".starter").first).to_be_hidden()


def test_stop_freezes_the_text_and_ends_the_work(
    chat: Page, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()
    growing = conversation.growing

    def watched(turn: Shown) -> Iterator[Shown]:
        try:
            yield from growing(turn)
        finally:
            ended.set()

    monkeypatch.setattr(conversation, "growing", watched)
    monkeypatch.setattr(conversation, "PAUSE", 0.1)
    site.assistant.quote("long", "long.txt", [f"Sentence {n}." for n in range(300)])
    box(chat).fill("long")
    box(chat).press("Enter")
    turn = chat.locator(".turn").last
    expect(turn).to_contain_text("Sentence 3.")
    # The pane works meanwhile.
    chat.locator(MARKER).nth(1).click()
    expect(chat.locator("#cited")).to_have_text("Sentence 1.", timeout=1000)
    expect(chat.locator("#stop")).to_be_visible()
    chat.locator("#stop").click()
    expect(turn).to_contain_text("Stopped. This is not the whole answer.")
    assert ended.wait(3)
    frozen = turn.locator(".said").inner_text()
    assert "Sentence 3." in frozen
    assert "Sentence 299." not in frozen
    ask(chat, ASSISTED)
    assert chat.locator(".said").first.inner_text() == frozen
    # What was shown, and no more, is what the conversation holds.
    said = site.assistant.asked[-1][1][-1]["content"]
    assert said.count("Sentence") == frozen.count("Sentence")


def test_a_new_conversation_ends_an_answer_that_still_grows(
    chat: Page, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "PAUSE", 0.1)
    site.assistant.quote("long", "long.txt", [f"Sentence {n}." for n in range(300)])
    box(chat).fill("long")
    box(chat).press("Enter")
    expect(chat.locator(".said")).to_contain_text("Sentence 3.")
    chat.get_by_role("button", name="New conversation").first.click()
    expect(chat.locator(".starter").first).to_be_visible()
    expect(chat.locator("#send")).to_be_visible()
    ask(chat, ASSISTED)
    expect(chat.locator(".question")).to_have_count(1)
    assert site.assistant.asked[-1] == (ASSISTED, [])


def test_a_question_can_be_asked_again_edited_and_taken_back(chat: Page, site: Site) -> None:
    site.assistant.quote("one", "one.txt", ["Uno."])
    site.assistant.quote("two", "two.txt", ["Due."])
    ask(chat, "one")
    turn = ask(chat, "two")
    turn.get_by_role("button", name="Ask again").click()
    expect(chat.locator(".turn")).to_have_count(2)
    settled(chat)
    assert [question for question, _ in site.assistant.asked] == ["one", "two", "two"]
    assert site.assistant.asked[-1] == site.assistant.asked[-2]

    chat.locator(".turn").first.get_by_role("button", name="Edit the question").click()
    edit = chat.get_by_label("The question, to edit")
    expect(edit).to_be_focused()
    expect(chat.locator("form.edit")).to_contain_text("What stands below it will be left out.")
    assert serious(chat) == []
    edit.fill(ASSISTED)
    edit.press("Enter")
    expect(chat.locator(".turn")).to_have_count(1)
    expect(settled(chat)).to_contain_text("Clara Voss")
    assert site.assistant.asked[-1] == (ASSISTED, [])

    chat.get_by_role("button", name="Take the question back").click()
    expect(chat.locator(".turn")).to_have_count(0)
    expect(box(chat)).to_have_value(ASSISTED)
    expect(chat.locator("#welcome")).to_be_visible()


def test_copy_takes_the_answer_with_its_sources(chat: Page) -> None:
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn = ask(chat, ASSISTED)
    turn.get_by_role("button", name="Copy the answer").click()
    expect(chat.locator("#toast")).to_contain_text("Copied")
    copied = chat.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("The lighthouse at Cape Orrin was built by Clara Voss in 1874. [1]")
    assert re.search(r"\[1\] Ben Sample, Lights on the Coast, .*, characters \d+–\d+", copied)


def test_filters_narrow_the_question_and_show_as_chips(chat: Page, site: Site) -> None:
    chat.get_by_role("button", name="Filters").click()
    menu = chat.locator("#filters")
    expect(menu).to_contain_text("2 documents, 2022 to 2023")
    expect(menu.get_by_label("Author")).to_be_focused()
    names = chat.locator("#authors option").evaluate_all("nodes => nodes.map(node => node.value)")
    assert names == ["Ada Example", "Ben Sample"]
    menu.get_by_label("Author").fill("Ben Sample")
    menu.get_by_label("Published from").fill("soon")
    menu.get_by_role("button", name="Done").click()
    expect(menu.get_by_role("alert")).to_contain_text("“soon” is not a date")
    assert serious(chat) == []
    menu.get_by_label("Published from").fill("2020")
    menu.get_by_label("Document").fill("light")
    expect(chat.locator("#documents option")).to_have_count(1)
    menu.get_by_label("Document").fill("Lights on the Coast")
    menu.get_by_role("button", name="Done").click()
    expect(menu).to_be_hidden()
    expect(chat.locator("#chips .chip")).to_have_count(3)
    turn = ask(chat, ASSISTED)
    chosen = {"author": "Ben Sample", "document": "lights.md", "published_from": "2020"}
    assert site.assistant.filters[-1] == chosen
    expect(turn.locator(".asked-of .chip")).to_have_text(
        ["Author: Ben Sample", "Document: lights.md", "From: 2020"]
    )
    chat.get_by_role("button", name="Remove the filter Author").click()
    expect(chat.locator("#chips .chip")).to_have_count(2)


def test_a_part_of_a_title_is_enough_and_a_reversed_range_is_said(chat: Page, site: Site) -> None:
    chat.get_by_role("button", name="Filters").click()
    menu = chat.locator("#filters")
    menu.get_by_label("Document").fill("on the coast")
    menu.get_by_label("Published from").fill("2024")
    menu.get_by_label("to", exact=True).fill("2020-05")
    menu.get_by_role("button", name="Done").click()
    expect(menu.get_by_role("alert")).to_have_text(
        "The range is reversed: 2024 comes after 2020-05."
    )
    menu.get_by_label("Published from").fill("2020")
    menu.get_by_label("to", exact=True).fill("")
    menu.get_by_role("button", name="Done").click()
    expect(menu).to_be_hidden()
    turn = ask(chat, ASSISTED)
    assert site.assistant.filters[-1]["document"] == "on the coast"
    expect(turn.locator(".said")).to_contain_text("Clara Voss")


@pytest.mark.parametrize("height", [800, 420])
def test_one_click_is_enough_when_what_was_wrong_is_mended(chat: Page, height: int) -> None:
    """A message that goes away moves nothing from under the pointer."""
    chat.set_viewport_size({"width": 1280, "height": height})
    chat.get_by_role("button", name="Filters").click()
    menu = chat.locator("#filters")
    menu.get_by_label("Published from").fill("last year")
    menu.get_by_label("to", exact=True).click()
    expect(menu.get_by_role("alert")).to_contain_text("is not a date")
    done = menu.get_by_role("button", name="Done").bounding_box()
    assert done is not None
    menu.get_by_label("Published from").fill("2021")
    chat.mouse.click(done["x"] + done["width"] / 2, done["y"] + done["height"] / 2)
    expect(menu).to_be_hidden()


def test_an_author_whom_nobody_has_is_said(chat: Page) -> None:
    chat.get_by_role("button", name="Filters").click()
    menu = chat.locator("#filters")
    menu.get_by_label("Author").fill("zzz")
    menu.get_by_label("Publisher").click()
    expect(menu.get_by_role("alert")).to_have_text("No document is by an author “zzz”.")
    menu.get_by_role("button", name="Done").click()
    expect(menu).to_be_hidden()
    expect(chat.locator("#chips .chip")).to_have_text("Author: zzz (none)")
    chat.get_by_role("button", name="Filters").click()
    menu.get_by_label("Author").fill("EXAMPLE")  # a part of a name, whatever its case
    menu.get_by_label("Publisher").fill("the moon")
    menu.get_by_label("Document").click()
    expect(menu.get_by_role("alert")).to_have_text("No document is published by “the moon”.")
    expect(chat.locator("#chips .chip")).to_have_text(["Author: EXAMPLE", re.compile("moon")])


def test_what_is_read_out_is_words_alone(chat: Page, site: Site) -> None:
    site.assistant.quote("list", "list.txt", ["It was built.", "It stands."])
    ask(chat, "list")
    expect(chat.locator("#spoken")).to_have_text("Answered. It was built. It stands.")
    expect(chat.locator("main")).to_have_count(1)


def test_a_blank_or_long_question_is_refused_beside_the_box(chat: Page, site: Site) -> None:
    box(chat).fill("  ")
    box(chat).press("Enter")
    expect(chat.get_by_role("alert")).to_have_text("Write a question first.")
    long = "x" * (MAX_QUESTION + 3)
    box(chat).fill(long)
    box(chat).press("Enter")
    expect(chat.get_by_role("alert")).to_contain_text("at most 2,000 can be asked")
    expect(box(chat)).to_have_value(long)
    expect(chat.locator(".turn")).to_have_count(0)
    assert site.assistant.asked == []
    ask(chat, ASSISTED)
    expect(chat.get_by_role("alert")).to_have_count(0)


def test_shift_enter_starts_a_line_and_a_slash_leads_to_the_box(chat: Page, site: Site) -> None:
    box(chat).fill("one")
    box(chat).press("Shift+Enter")
    box(chat).press_sequentially("two")
    expect(box(chat)).to_have_value("one\ntwo")
    assert site.assistant.asked == []
    chat.locator("#theme").focus()
    chat.keyboard.press("/")
    expect(box(chat)).to_be_focused()


def test_errors_are_told_calmly(chat: Page, caplog: pytest.LogCaptureFixture) -> None:
    expect(ask(chat, "broken").locator(".failure")).to_have_text(
        "the index is damaged; build it again"
    )
    expect(ask(chat, "faulty").locator(".failure")).to_have_text(conversation.FAULT)
    assert "a secret detail" not in chat.content()
    assert "a secret detail" in caplog.text
