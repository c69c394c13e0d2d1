"""The page in a real browser, over a real library."""

import http.server
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Request, expect
from web_fixtures import (
    ASSISTED,
    IGNORED,
    TOLLS,
    Changing,
    Site,
    browser_type_launch_args,
    changing,
    hostile_texts,
    library,
    site,
)

from qa import MAX_QUESTION
from qa.records import Answer
from ui import chat as conversation
from ui import render

pytestmark = IGNORED
__all__ = ["browser_type_launch_args", "changing", "library", "site"]

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
MARKER = '.bot-row .md > p > a[href^="#cite-"]'


@pytest.fixture
def chat(page: Page, site: Site) -> Page:
    """The page, ready for a question."""
    site.assistant.asked.clear()
    return opened(page, site)


def opened(page: Page, site: Site) -> Page:
    page.goto(site.url)
    expect(page.locator(".starter").first).to_be_visible()
    return page


def box(page: Page) -> Locator:
    return page.get_by_label("Your question")


def ask(page: Page, question: str) -> None:
    """Ask, and wait for the whole of the answer."""
    box(page).fill(question)
    box(page).press("Enter")
    expect(page.locator(".user-row").last).to_have_text(question)
    settled(page)


def settled(page: Page) -> None:
    expect(page.locator(".bot-row").last).not_to_contain_text(conversation.SEARCHING)
    expect(page.locator("#send")).to_be_visible()


def slice_of(link: Locator, site: Site) -> str:
    """The text that a citation link points at, by its offsets."""
    target = render.parse_target(link.get_attribute("href") or "")
    assert target is not None
    document = site.assistant.document(target.document_id)
    assert document is not None
    return document.text[target.start : target.end]


def inside(inner: Locator, outer: Locator) -> bool:
    a, b = inner.bounding_box(), outer.bounding_box()
    assert a is not None
    assert b is not None
    return b["y"] <= a["y"] and a["y"] + a["height"] <= b["y"] + b["height"]


def follow(page: Page, href: str) -> None:
    """Click on a link with this target, wherever it came from."""
    page.evaluate(
        """href => {
            const link = document.createElement("a");
            link.setAttribute("href", href);
            document.getElementById("chat-pane").append(link);
            link.click();
            link.remove();
        }""",
        href,
    )


def test_an_answer_shows_quotes_with_markers(chat: Page) -> None:
    ask(chat, ASSISTED)
    answer = chat.locator(".bot-row").last
    expect(answer).to_contain_text("The lighthouse at Cape Orrin was built by Clara Voss in 1874.")
    expect(chat.locator(MARKER).first).to_have_text("[1]")
    expect(answer.locator(".sources")).to_contain_text("Lights on the Coast")
    expect(answer.locator(".sources")).to_contain_text("Ben Sample, 2023")


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
    expect(chat.locator(".pane-empty")).to_be_visible()


def test_the_next_citation_is_one_button_away(chat: Page, site: Site) -> None:
    site.assistant.quote("three", "three.txt", ["First.", "Second.", "Third."])
    ask(chat, "three")
    chat.locator(MARKER).first.click()
    expect(chat.locator(".pane-count")).to_have_text("1 of 3")
    chat.get_by_role("button", name="Next citation").click()
    expect(chat.locator("#cited")).to_have_text("Second.")
    chat.get_by_role("button", name="Close").click()
    expect(chat.locator(MARKER).nth(1)).to_be_focused()


def test_a_citation_can_be_opened_by_its_address(chat: Page, site: Site) -> None:
    ask(chat, ASSISTED)
    link = chat.locator(MARKER).first
    other = chat.context.new_page()
    other.goto(f"{site.url}/{link.get_attribute('href')}")
    expect(other.locator("#cited")).to_have_text(slice_of(link, site))


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


def test_a_source_with_pages_is_cited_by_page(changing: Changing, page: Page) -> None:
    opened(page, changing.site)
    ask(page, "How many barges did the sandbank off Merrow Point wreck?")
    expect(page.locator(".sources")).to_contain_text("p. 2")
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


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """The address of a server on this machine, and the paths that were asked of it."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", seen
    server.shutdown()
    server.server_close()


def test_hostile_text_shows_as_it_stands_and_does_nothing(
    browser: Browser,
    site: Site,
    canary: tuple[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(conversation, "PAUSE", 0)
    address, seen = canary
    texts = hostile_texts(address)
    site.assistant.quote("hostile", "h/<b>[x](y).txt", texts)
    # Without the page's own policy, so that escaping stands alone.
    page = browser.new_context(bypass_csp=True).new_page()
    opened(page, site)
    ask(page, "hostile")
    answer = page.locator(".bot-row").last
    shown = answer.locator(".md > p").evaluate_all("nodes => nodes.map(node => node.textContent)")
    assert shown == [f"{text}\u00a0[{number}]" for number, text in enumerate(texts, start=1)]
    assert answer.locator("img, svg, script, style, iframe, table, h1, h2, li, pre").count() == 0
    links = answer.locator("a").evaluate_all("nodes => nodes.map(node => node.hash)")
    assert all(re.fullmatch(r"#cite-h%2F[^.]+\.\d+\.\d+\.[0-9a-f]{12}", link) for link in links)
    page.locator(MARKER).nth(3).click()
    expect(page.locator("#cited")).to_have_text(texts[3])
    assert page.locator(".pane-body").locator("img, svg, script, style, iframe").count() == 0
    body = page.locator(".source-text").text_content()
    assert body == site.assistant.documents["h/<b>[x](y).txt"].text
    ask(page, f"<img src='{address}/q.png'> ![x]({address}/r.png)")
    assert page.evaluate("window.__xss") is None
    assert seen == []
    page.context.close()


def test_stop_freezes_the_text_and_ends_the_work(
    chat: Page, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()
    growing = conversation.growing

    def watched(answer: Answer) -> Iterator[tuple[str, str]]:
        try:
            yield from growing(answer)
        finally:
            ended.set()

    monkeypatch.setattr(conversation, "growing", watched)
    monkeypatch.setattr(conversation, "PAUSE", 0.1)
    site.assistant.quote("long", "long.txt", [f"Sentence {n}." for n in range(300)])
    box(chat).fill("long")
    box(chat).press("Enter")
    answer = chat.locator(".bot-row").last
    expect(answer).to_contain_text("Sentence 3.")
    # The pane works meanwhile.
    chat.locator(MARKER).nth(1).click()
    expect(chat.locator("#cited")).to_have_text("Sentence 1.", timeout=1000)
    expect(chat.locator("#stop")).to_be_visible()
    chat.locator("#stop").click()
    expect(answer).to_contain_text("Stopped.")
    assert ended.wait(3)
    frozen = answer.inner_text()
    settled(chat)
    ask(chat, ASSISTED)
    assert chat.locator(".bot-row").first.inner_text() == frozen
    assert "Sentence 299." not in frozen
    # What was shown, and no more, is what the conversation holds.
    said = site.assistant.asked[-1][1][-1]["content"]
    assert "Sentence 3." in said
    assert "Sentence 299." not in said


def test_a_new_conversation_ends_an_answer_that_still_grows(
    chat: Page, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "PAUSE", 0.1)
    site.assistant.quote("long", "long.txt", [f"Sentence {n}." for n in range(300)])
    box(chat).fill("long")
    box(chat).press("Enter")
    expect(chat.locator(".bot-row")).to_contain_text("Sentence 3.")
    chat.get_by_role("button", name="New conversation").click()
    expect(chat.locator(".starter").first).to_be_visible()
    expect(chat.locator("#send")).to_be_visible()
    ask(chat, ASSISTED)
    expect(chat.locator(".user-row")).to_have_count(1)
    assert site.assistant.asked[-1] == (ASSISTED, [])


def test_a_blank_or_long_question_is_refused_beside_the_box(chat: Page, site: Site) -> None:
    box(chat).fill("  ")
    box(chat).press("Enter")
    expect(chat.get_by_role("alert")).to_have_text("Write a question first.")
    long = "x" * (MAX_QUESTION + 3)
    box(chat).fill(long)
    box(chat).press("Enter")
    expect(chat.get_by_role("alert")).to_contain_text("at most 2,000 can be asked")
    expect(box(chat)).to_have_value(long)
    assert site.assistant.asked == []
    ask(chat, ASSISTED)
    expect(chat.get_by_role("alert")).to_have_count(0)


def test_shift_enter_starts_a_line(chat: Page, site: Site) -> None:
    box(chat).fill("one")
    box(chat).press("Shift+Enter")
    box(chat).press_sequentially("two")
    expect(box(chat)).to_have_value("one\ntwo")
    assert site.assistant.asked == []


def test_a_follow_up_brings_its_history(chat: Page, site: Site) -> None:
    site.assistant.quote("three", "three.txt", ["First [1].", "Second."])
    ask(chat, "three")
    ask(chat, "And who <b>kept</b> it?")
    question, history = site.assistant.asked[-1]
    assert question == "And who <b>kept</b> it?"
    assert history == [
        {"role": "user", "content": "three"},
        {"role": "assistant", "content": "First [1]. [1] Second. [2]"},
    ]
    chat.get_by_role("button", name="New conversation").click()
    expect(chat.locator(".starter").first).to_be_visible()
    ask(chat, ASSISTED)
    assert site.assistant.asked[-1] == (ASSISTED, [])


def test_conversations_of_two_pages_are_apart(chat: Page, site: Site) -> None:
    ask(chat, ASSISTED)
    other = opened(chat.context.new_page(), site)
    ask(other, ASSISTED)
    assert site.assistant.asked[-1] == (ASSISTED, [])


def test_a_starter_asks_its_question(chat: Page) -> None:
    chat.get_by_role("button", name="What doubled within a month?").click()
    expect(chat.locator(".user-row")).to_have_text("What doubled within a month?")
    settled(chat)
    expect(chat.locator(".bot-row")).to_contain_text("Insurance for its ships doubled")
    expect(chat.locator(".starter").first).to_be_hidden()


def test_without_an_answer_the_nearest_passages_open(chat: Page, site: Site) -> None:
    site.assistant.refuse("nothing")
    ask(chat, "nothing")
    answer = chat.locator(".bot-row")
    expect(answer).to_contain_text("Not answered")
    expect(answer).to_contain_text("The sources do not say.")
    link = answer.locator(".nearest a").first
    link.click()
    expect(chat.locator("#cited")).to_be_focused()
    assert chat.locator("#cited").text_content() == slice_of(link, site)


def test_errors_are_told_calmly(chat: Page, caplog: pytest.LogCaptureFixture) -> None:
    ask(chat, "broken")
    expect(chat.locator(".failure").last).to_have_text("the index is damaged; build it again")
    ask(chat, "faulty")
    expect(chat.locator(".failure").last).to_have_text(conversation.FAULT)
    assert "a secret detail" not in chat.content()
    assert "a secret detail" in caplog.text


def test_on_a_phone_the_pane_covers_the_chat(browser: Browser, site: Site) -> None:
    page = opened(browser.new_context(**PHONE).new_page(), site)
    fits(page)
    ask(page, ASSISTED)
    fits(page)
    link = page.locator(MARKER).first
    link.tap()
    mark = page.locator("#cited")
    expect(mark).to_be_in_viewport()
    assert page.locator("#source-pane").bounding_box() == {
        "x": 0,
        "y": 0,
        "width": 390,
        "height": 844,
    }
    fits(page)
    page.get_by_role("button", name="Back").tap()
    expect(link).to_be_focused()
    expect(page.locator("#source-pane")).to_be_hidden()
    page.context.close()


def fits(page: Page) -> None:
    """No sideways scroll, and every target is large enough for a finger."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = page.locator("a:visible, button:visible, textarea:visible").evaluate_all(
        """nodes => nodes.map(node => [node.outerHTML, node.getBoundingClientRect()])
            .filter(([, box]) => box.width < 24 || box.height < 24).map(([html]) => html)"""
    )
    assert small == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", [{}, PHONE], ids=["desk", "phone"])
def test_nothing_serious_for_axe(
    browser: Browser, site: Site, scheme: str, device: dict[str, Any]
) -> None:
    site.assistant.refuse("nothing")
    page = browser.new_context(**{**device, "color_scheme": scheme}).new_page()
    opened(page, site)
    assert serious(page) == []
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", paper)[:3])) > 384) == (scheme == "light")
    ask(page, "nothing")
    ask(page, "broken")
    box(page).press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert serious(page) == []
    ask(page, ASSISTED)
    page.locator(MARKER).first.click()
    expect(page.locator("#cited")).to_be_focused()
    assert serious(page) == []
    page.context.close()


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {node['html']}: {node['failureSummary']}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def test_no_request_leaves_the_machine(page: Page, site: Site) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.context.on("request", note)
    opened(page, site)
    ask(page, ASSISTED)
    page.locator(MARKER).first.click()
    expect(page.locator("#cited")).to_be_focused()
    assert asked
    assert [url for url in asked if not url.startswith((site.url, "data:", "blob:"))] == []


def test_the_page_reports_no_errors(page: Page, site: Site) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    opened(page, site)
    ask(page, ASSISTED)
    page.locator(MARKER).first.click()
    expect(page.locator("#cited")).to_be_focused()
    assert problems == []
