"""The source pane in a real browser: the exact place, ways through it, pages, older texts."""

import re

import pytest
from playwright.sync_api import Page, expect
from web_fixtures import (
    ASSISTED,
    IGNORED,
    TOLLS,
    Changing,
    Site,
    browser_type_launch_args,
    changing,
    library,
    site,
)
from web_page import MARKER, ask, follow, inside, opened, ready, serious, slice_of

pytestmark = IGNORED
__all__ = ["browser_type_launch_args", "changing", "library", "site"]


@pytest.fixture
def chat(page: Page, site: Site) -> Page:
    return opened(page, site)


@pytest.mark.parametrize("way", ["click", "Enter"])
def test_a_citation_opens_its_exact_span(chat: Page, site: Site, way: str) -> None:
    ask(chat, "How much grain did the harbour of Lumen ship?")
    link = chat.locator(MARKER).first
    if way == "click":
        link.click()
    else:
        link.focus()
        chat.keyboard.press("Enter")
    mark = chat.locator("#cited")
    expect(mark).to_be_focused()
    quote = slice_of(link, site)
    assert "😀" in quote
    assert mark.text_content() == quote
    assert inside(mark, chat.locator(".pane-body"))
    head = chat.locator(".source-head")
    expect(head).to_contain_text("Grain and the Sea 😀")
    expect(head).to_contain_text("Ada Example · 2022-05-03")
    expect(head).to_contain_text("grain.txt")
    chat.keyboard.press("Escape")
    expect(link).to_be_focused()
    expect(chat.locator("#source")).to_be_hidden()


def test_steps_lead_through_the_citations_and_a_map_shows_them(chat: Page, site: Site) -> None:
    site.assistant.quote("three", "three.txt", ["First.", "Second.", "Third."])
    ask(chat, "three")
    chat.locator(MARKER).first.click()
    expect(chat.locator(".pane-count")).to_have_text("1 of 3")
    expect(chat.get_by_role("button", name="Previous citation")).to_be_disabled()
    chat.get_by_role("button", name="Next citation").click()
    expect(chat.locator("#cited")).to_have_text("Second.")
    ticks = chat.locator("#map .tick")
    expect(ticks).to_have_count(3)
    expect(ticks.nth(1)).to_have_class("tick now")
    tops = ticks.evaluate_all("nodes => nodes.map(node => node.getBoundingClientRect().top)")
    assert tops == sorted(tops)
    ticks.nth(2).click()
    expect(chat.locator("#cited")).to_have_text("Third.")
    chat.get_by_role("button", name="Close the source").click()
    expect(chat.locator(MARKER).nth(2)).to_be_focused()


def test_cited_documents_can_be_switched(chat: Page, site: Site) -> None:
    site.assistant.list_works("works")
    turn = ask(chat, "works")
    turn.locator(".card .title").first.click()
    menu = chat.get_by_label("Cited documents")
    titles = menu.locator("option").all_inner_texts()
    assert sorted(titles) == ["Grain and the Sea 😀", "Lights on the Coast"]
    menu.select_option(label=titles[1])
    expect(chat.locator(".source-head h2")).to_have_text(titles[1])
    expect(chat.locator(".pane-count")).to_have_text("2 of 2")


def test_words_are_found_in_the_text(chat: Page) -> None:
    ask(chat, ASSISTED)
    chat.locator(MARKER).first.click()
    expect(chat.locator("#cited")).to_be_focused()
    chat.get_by_role("button", name="Find", exact=True).click()
    box = chat.get_by_label("Find in this text")
    expect(box).to_be_focused()
    box.fill("THE")
    expect(chat.locator(".found-count")).to_have_text(re.compile(r"1 of [3-9]"))
    count = int(chat.locator(".found-count").inner_text().split()[-1])
    assert chat.locator("mark.found").all_inner_texts()[0].lower() == "the"
    box.press("Enter")
    expect(chat.locator(".found-count")).to_have_text(f"2 of {count}")
    box.press("Shift+Enter")
    box.press("Shift+Enter")
    expect(chat.locator(".found-count")).to_have_text(f"{count} of {count}")
    expect(box).to_be_focused()
    assert inside(chat.locator("#found"), chat.locator(".pane-body"))
    assert serious(chat) == []
    box.fill("nowhere at all")
    expect(chat.locator(".found-count")).to_have_text("none")
    chat.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(chat.locator("#cited")).to_be_visible()


def test_why_a_passage_was_chosen_is_shown_on_demand(chat: Page) -> None:
    ask(chat, ASSISTED)
    chat.locator(MARKER).first.click()
    why = chat.locator("#why")
    expect(why).to_be_hidden()
    chat.get_by_role("button", name="Why this passage?").click()
    expect(why).to_contain_text("The passage fits the question (rank 1 of those found)")
    scores = [float(score) for score in why.locator("strong").all_inner_texts()]
    assert len(scores) == 2
    assert all(0 < score <= 1 for score in scores)
    assert serious(chat) == []


def test_a_citation_can_be_copied_and_its_link_opens_it_again(chat: Page, site: Site) -> None:
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(chat, ASSISTED)
    link = chat.locator(MARKER).first
    link.click()
    chat.get_by_role("button", name="Cite").click()
    chat.get_by_role("button", name="Copy the citation").click()
    expect(chat.locator("#toast")).to_contain_text("The citation is copied.")
    copied = chat.evaluate("navigator.clipboard.readText()")
    assert slice_of(link, site) in copied
    assert "Lights on the Coast" in copied
    chat.get_by_role("button", name="Cite").click()
    chat.get_by_role("button", name="Copy a link to it").click()
    expect(chat.locator("#toast")).to_contain_text("The link is copied.")
    address = chat.evaluate("navigator.clipboard.readText()")
    assert address == f"{site.url}/{link.get_attribute('href')}"
    other = chat.context.new_page()
    other.goto(address)
    ready(other)
    expect(other.locator("#cited")).to_have_text(slice_of(link, site))


def test_the_next_question_can_be_asked_of_one_source_only(chat: Page, site: Site) -> None:
    ask(chat, ASSISTED)
    chat.locator(MARKER).first.click()
    chat.get_by_role("button", name="Cite").click()
    chat.get_by_role("button", name="Ask only this source").click()
    expect(chat.locator("#chips")).to_have_text("Document: Lights on the Coast")
    ask(chat, ASSISTED)
    assert site.assistant.filters[-1] == {"document": "lights.md"}


def test_a_source_whose_older_text_is_not_kept_is_said_and_not_marked(chat: Page) -> None:
    ask(chat, ASSISTED)
    href = chat.locator(MARKER).first.get_attribute("href") or ""
    follow(chat, href[:-12] + "0123456789ab")
    pane = chat.locator(".pane-body")
    expect(pane).to_contain_text("This source has changed since the answer")
    expect(pane).to_contain_text("is not kept")
    expect(pane).to_contain_text("Solar panels replaced the diesel engine")
    expect(chat.locator("#cited")).to_have_count(0)


def test_a_citation_of_an_older_text_opens_it_and_leads_to_the_present_one(
    changing: Changing, page: Page
) -> None:
    quote = "The bridge at Carrow charged a toll of four shillings for each cart."
    source = changing.sources / "tolls.txt"
    opened(page, changing.site)
    ask(page, "What toll did the bridge at Carrow charge?")
    link = page.locator(MARKER).first
    link.click()
    expect(page.locator("#cited")).to_have_text(quote)
    expect(page.locator(".source-note")).to_have_text("Note: read as windows-1252")
    expect(page.locator(".version")).to_have_count(0)

    source.write_text(TOLLS.replace("four", "nine").replace("Tolls", "The tolls"), "utf-8")
    changing.build()
    link.click()
    notice = page.locator(".version")
    expect(notice).to_contain_text("Older text")
    expect(notice).to_contain_text("the present text no longer has the cited words")
    expect(page.locator("#cited")).to_have_text(quote)
    expect(page.locator("#cited")).to_be_focused()
    expect(notice).to_be_in_viewport()
    expect(page.locator("#cited")).to_have_accessible_description(re.compile("Older text"))
    assert page.locator(".source-text").text_content() == TOLLS
    assert serious(page) == []

    page.get_by_role("link", name="Open the present text").click()
    expect(notice).to_contain_text("Present text")
    expect(page.locator(".source-text")).to_contain_text("a toll of nine shillings")
    expect(page.locator("#cited")).to_have_count(0)
    expect(link).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="Back to the cited text").click()
    expect(page.locator("#cited")).to_have_text(quote)

    source.unlink()
    changing.build()
    link.click()
    expect(notice).to_contain_text("no longer among the sources")
    expect(notice.get_by_role("link")).to_have_count(0)
    expect(page.locator("#cited")).to_have_text(quote)
    page.keyboard.press("Escape")
    expect(link).to_be_focused()


def test_a_source_with_pages_is_cited_by_page_and_shows_the_page(
    changing: Changing, page: Page
) -> None:
    opened(page, changing.site)
    turn = ask(page, "How many barges did the sandbank off Merrow Point wreck?")
    expect(turn.locator(".sources")).to_contain_text("p. 2")
    page.locator(MARKER).first.click()
    expect(page.locator("#cited")).to_contain_text("wrecked eleven barges in 1952")
    expect(page.locator(".pane-count")).to_contain_text("p. 2")
    expect(page.locator(".source-place")).to_contain_text("p. 2 of 2")
    breaks = page.locator(".source-text .page")
    shown = breaks.evaluate_all(
        "nodes => nodes.map(n => [getComputedStyle(n, '::before').content, n.textContent])"
    )
    assert shown == [['"p. 1"', ""], ['"p. 2"', ""]]
    assert serious(page) == []
    page.get_by_role("button", name="Show the page").click()
    picture = page.get_by_role("img", name="Picture of p. 2")
    expect(picture).to_be_visible()
    assert picture.evaluate("node => node.decode().then(() => node.naturalWidth)") == 1200
    assert serious(page) == []
    page.get_by_role("button", name="Show the text").click()
    expect(page.locator("#cited")).to_be_focused()
    (changing.sources / "dredging.pdf").unlink()
    page.get_by_role("button", name="Show the page").click()
    expect(page.locator("#toast")).to_contain_text("The file is not at hand")


@pytest.mark.parametrize(
    "href",
    [
        "#cite-nowhere.0.5.0123456789ab",
        "#cite-<img src=x onerror=window.__xss=1>.0.5.0123456789ab",
        "#cite-%3Cimg%20src=x%20onerror=window.__xss=1%3E.0.5.0123456789ab",
        "#cite-..%2F..%2Fetc%2Fpasswd.0.5.0123456789ab",
        "#cite-" + "x" * 5000,
    ],
)
def test_a_hostile_target_gets_a_fixed_message(chat: Page, href: str) -> None:
    follow(chat, href)
    pane = chat.locator(".pane-body")
    expect(pane).to_have_text("This citation leads to no source in the library.")
    assert pane.locator("img").count() == 0
    assert chat.evaluate("window.__xss") is None


def test_a_long_source_is_searched_as_a_whole_and_shown_in_parts(chat: Page, site: Site) -> None:
    texts = [f"Line {n} of ten million characters, {'x' * 9_960}." for n in range(1_000)]
    site.assistant.quote("huge", "huge.txt", texts)
    document = site.assistant.documents["huge.txt"]
    start = document.text.index("Line 700 ")
    follow(chat, f"#cite-huge%2Etxt.{start}.{start + 8}.{document.sha256[:12]}")
    expect(chat.locator("#cited")).to_have_text("Line 700", timeout=15_000)
    assert len(chat.locator(".source-text").text_content() or "") < 70_000
    chat.get_by_role("button", name="Find", exact=True).click()
    chat.get_by_label("Find in this text").fill("line 42 of")
    expect(chat.locator("#found")).to_have_text("Line 42 of", timeout=15_000)
    expect(chat.locator(".found-count")).to_have_text("1 of 1")
    chat.get_by_role("button", name="Later text").click()
    expect(chat.locator("#found")).to_have_count(0)
    expect(chat.locator(".source-text")).to_contain_text("Line 44 of")
