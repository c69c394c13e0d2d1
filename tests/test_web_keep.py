"""What is kept: conversations in the browser, exports, thumbs and notes beside the index."""

import html
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from web_fixtures import (
    ASSISTED,
    IGNORED,
    Site,
    browser_type_launch_args,
    library,
    served,
    site,
)
from web_page import MARKER, ask, opened, ready, serious, slice_of

pytestmark = IGNORED
__all__ = ["browser_type_launch_args", "library", "site"]


@pytest.fixture
def chat(page: Page, site: Site) -> Page:
    return opened(page, site)


RESTORING = re.compile(r"/component_server\b")


def kept(page: Page) -> list[str]:
    return page.locator("#kept .open").all_inner_texts()


def test_conversations_are_listed_searched_renamed_and_deleted(chat: Page, site: Site) -> None:
    site.assistant.quote("one", "one.txt", ["Uno."])
    ask(chat, "one")
    chat.get_by_role("button", name="New conversation").first.click()
    ask(chat, ASSISTED)
    assert kept(chat) == [ASSISTED, "one"]
    search = chat.get_by_label("Search conversations")
    search.fill("clara voss")
    expect(chat.locator("#kept .open")).to_have_text([ASSISTED])
    search.fill("no such words")
    expect(chat.locator("#kept")).to_have_text("No conversation has these words.")
    search.fill("")

    chat.get_by_role("button", name="Rename one").click()
    name = chat.get_by_label("Name of the conversation")
    expect(name).to_be_focused()
    name.fill("<b>Numbers</b>")
    name.press("Enter")
    expect(chat.locator("#kept .open")).to_have_text([ASSISTED, "<b>Numbers</b>"])
    chat.locator("#kept .open").nth(1).click()
    expect(chat.locator(".question")).to_have_text("one")
    expect(chat.locator("#title")).to_have_text("<b>Numbers</b>")
    assert serious(chat) == []

    chat.get_by_role("button", name="Delete <b>Numbers</b>").click()
    expect(chat.locator("#kept .open")).to_have_text([ASSISTED])
    expect(chat.locator("#welcome")).to_be_visible()
    chat.get_by_role("button", name="Undo").click()
    expect(chat.locator(".question")).to_have_text("one")
    chat.get_by_role("button", name="Delete all conversations").click()
    chat.get_by_role("button", name="Delete all", exact=True).click()
    expect(chat.locator("#kept .open")).to_have_count(0)
    assert (
        chat.evaluate("Object.keys(localStorage).filter(k => k.includes('.conversation.'))") == []
    )


def test_the_conversation_that_was_opened_last_stays(chat: Page, site: Site) -> None:
    site.assistant.quote("one", "one.txt", ["Uno."])
    ask(chat, "one")
    chat.get_by_role("button", name="New conversation").first.click()
    ask(chat, ASSISTED)
    held: list[Route] = []
    chat.route(
        RESTORING,
        lambda route: route.continue_() if held else held.append(route),
    )
    chat.locator("#kept .open").nth(1).click()  # its answer is slow
    chat.locator("#kept .open").nth(0).click()
    expect(chat.locator(".question")).to_have_text(ASSISTED)
    with chat.expect_response(RESTORING):
        held[0].continue_()
    chat.wait_for_timeout(300)
    expect(chat.locator(".question")).to_have_text(ASSISTED)


def test_a_conversation_outlives_reload_and_restart(library: Path, page: Page, site: Site) -> None:
    with served(library, library.parent / "source_texts") as first:
        opened(page, first)
        ask(page, ASSISTED)
        page.reload()
        ready(page)
        expect(page.locator(".question")).to_have_text(ASSISTED)
        port = int(first.url.rpartition(":")[2])
    with served(library, library.parent / "source_texts", port) as again:
        page.goto(again.url)
        ready(page)
        expect(page.locator("#kept .open")).to_have_text([ASSISTED])
        link = page.locator(MARKER).first
        link.click()
        expect(page.locator("#cited")).to_have_text(slice_of(link, again))
        ask(page, "And when?")
        assert again.assistant.asked[-1][1][0] == {"role": "user", "content": ASSISTED}


def test_a_page_that_outlives_its_server_says_so_and_goes_on_with_the_next(
    library: Path, page: Page
) -> None:
    with served(library, library.parent / "source_texts") as first:
        opened(page, first)
        ask(page, ASSISTED)
    page.locator(MARKER).first.click()
    expect(page.locator(".pane-body")).to_contain_text("Is the server still running?")


def test_two_tabs_share_the_list_and_nothing_else(chat: Page, site: Site) -> None:
    ask(chat, ASSISTED)
    other = opened(chat.context.new_page(), site)
    expect(other.locator("#kept .open")).to_have_text([ASSISTED])
    expect(other.locator("#welcome")).to_be_visible()
    ask(other, "What doubled within a month?")
    assert site.assistant.asked[-1][1] == []
    expect(chat.locator("#kept .open")).to_have_count(2)


@pytest.mark.parametrize(
    "change",
    [
        "turn => { turn.kind = '<img src=x onerror=window.__xss=1>'; }",
        "turn => { turn.places = 'no list'; }",
        "turn => { turn.documents[0].sha256 = 'x\" onload=\"'; }",
        "turn => { turn.places[0].document = 9; }",
        "turn => { turn.confidence = 1e300; }",
        "turn => { turn.question = 'x'.repeat(5000); }",
        "turn => { turn.places[0].quote = 'Nobody built it.'; }",
    ],
)
def test_a_kept_conversation_that_was_changed_is_not_opened(chat: Page, change: str) -> None:
    ask(chat, ASSISTED)
    tamper(chat, change)
    chat.reload()
    ready(chat)
    expect(chat.locator("#toast")).to_contain_text("cannot be read any more")
    expect(chat.locator("#welcome")).to_be_visible()
    assert chat.evaluate("window.__xss") is None


def test_a_kept_text_that_was_changed_stays_text(chat: Page) -> None:
    ask(chat, ASSISTED)
    bad = "<img src=x onerror=window.__xss=1>"
    tamper(chat, f"turn => {{ turn.understood = turn.documents[0].title = '{bad}'; }}")
    chat.reload()
    ready(chat)
    expect(chat.locator(".understood")).to_contain_text(bad)
    expect(chat.locator(".card .title")).to_have_text(bad)
    assert chat.locator("#turns img").count() == 0
    assert chat.evaluate("window.__xss") is None


def tamper(page: Page, change: str) -> None:
    page.evaluate(
        f"""() => {{
            const key = Object.keys(localStorage).find(k => k.includes(".conversation."));
            const kept = JSON.parse(localStorage.getItem(key));
            ({change})(kept.turns[0]);
            localStorage.setItem(key, JSON.stringify(kept));
        }}"""
    )


def test_a_full_browser_drops_the_oldest_conversation(chat: Page) -> None:
    chat.evaluate(
        """() => {
            const old = { id: "old", title: "old", changed: 1, turns: [] };
            localStorage.setItem("commentary.conversation.old", JSON.stringify(old));
            let size = 5e6;
            while (size > 10) {
                try {
                    const key = "filler" + Math.random();
                    localStorage.setItem(key, "x".repeat(size));
                } catch { size = Math.floor(size / 2); }
            }
        }"""
    )
    ask(chat, ASSISTED)
    expect(chat.locator("#toast")).to_contain_text("no room to keep the conversation")
    expect(chat.locator("#kept .open")).to_have_count(0)


def saved(page: Page, format: str) -> tuple[str, bytes]:
    if format != "md":
        page.get_by_role("button", name="Choose the form").click()
        page.locator("#export-format").select_option(format)
        button = page.get_by_role("button", name="Save the file")
    else:
        button = page.get_by_role("button", name="Export", exact=True)
    with page.expect_download() as download:
        button.click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_one_click_exports_markdown_with_the_exact_places(chat: Page, site: Site) -> None:
    site.assistant.quote("grain 😀 é", "g.txt", ["The 😀 harbour *shipped* <b>grain</b>."])
    ask(chat, "grain 😀 é")
    name, data = saved(chat, "md")
    text = data.decode("utf-8")
    assert name == "grain-é.md"
    assert text.startswith("# grain 😀 é\n")
    assert "The 😀 harbour \\*shipped\\* \\<b\\>grain\\</b\\>.[^1]" in text
    assert re.search(r"^\[\^1\]: .*g.txt, characters 0–37\.$", text, re.MULTILINE)
    assert "## Bibliography" in text


def test_html_and_word_exports_have_notes_and_a_bibliography(chat: Page) -> None:
    ask(chat, ASSISTED)
    _, page = saved(chat, "html")
    text = html.unescape(page.decode("utf-8"))
    assert '<li id="note-1">Ben Sample, Lights on the Coast, Example Institute, 2023' in text
    assert "Bibliography" in text
    assert "<script" not in text
    name, data = saved(chat, "docx")
    assert name.endswith(".docx")
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        notes = file.read("word/footnotes.xml").decode()
        body = file.read("word/document.xml").decode()
    assert re.search(r"Ben Sample, Lights on the Coast, .*characters \d+–\d+\.", notes)
    assert '<w:footnoteReference w:id="1"/>' in body
    assert "Bibliography" in body


def judged(site: Site) -> dict[str, Any]:
    lines = (site.feedback / "queries.jsonl").read_text("utf-8").splitlines()
    return {query["text"]: query for query in map(json.loads, lines)}


def test_thumbs_and_a_note_are_kept_as_questions(chat: Page, site: Site) -> None:
    site.assistant.refuse("nothing")
    turn = ask(chat, ASSISTED)
    turn.get_by_role("button", name="Good answer").click()
    note = chat.get_by_label("A note on this answer")
    expect(note).to_be_focused()
    assert serious(chat) == []
    note.fill("Just so.\nTwo lines")
    note.press("Enter")
    expect(chat.locator("#toast")).to_contain_text("Kept with the note.")
    expect(turn.get_by_role("button", name="Good answer")).to_have_attribute("aria-pressed", "true")
    ask(chat, "nothing").get_by_role("button", name="Bad answer").click()
    expect(chat.locator("#toast")).to_contain_text("Noted as a bad answer")
    queries = judged(site)
    good, bad = queries[ASSISTED], queries["nothing"]
    assert good["metadata"]["answerable"] is True
    assert good["metadata"]["note"].startswith("Just so.")
    assert "Clara Voss" in good["metadata"]["answers"][0]
    assert bad["metadata"]["answerable"] is True
    rows = (site.feedback / "qrels" / "test.tsv").read_text("utf-8").splitlines()
    assert rows == ["query-id\tcorpus-id\tscore", f"{good['_id']}\tlights.md\t1"]
    assert not (site.feedback / "corpus.jsonl").exists()


def test_where_nothing_is_kept_no_thumbs_are_offered(library: Path, browser: Browser) -> None:
    with served(library, library.parent / "source_texts", read_only=True) as reading:
        page = opened(browser.new_page(), reading)
        turn = ask(page, ASSISTED)
        expect(turn.get_by_role("button", name="Ask again")).to_be_visible()
        expect(turn.get_by_role("button", name="Good answer")).to_be_hidden()
        page.close()
