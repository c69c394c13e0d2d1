"""Nothing leaves the machine, and nothing in a text comes alive."""

import http.server
import re
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect
from web_fixtures import (
    ASSISTED,
    IGNORED,
    Site,
    browser_type_launch_args,
    hostile_texts,
    library,
    site,
)
from web_page import MARKER, ask, opened, ready

from ui import chat as conversation

pytestmark = IGNORED
__all__ = ["browser_type_launch_args", "library", "site"]


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
    site.assistant.quote(
        "hostile", "h/<b>[x](y).txt", texts, understood=texts[1], missing=tuple(texts[:9])
    )
    # Without the page's own policy, so that escaping stands alone.
    page = browser.new_context(bypass_csp=True).new_page()
    opened(page, site)
    turn = ask(page, "hostile")
    for _ in range(2):
        shown = turn.locator(".quote").evaluate_all("nodes => nodes.map(node => node.textContent)")
        assert shown == [re.sub(r"\r\n?", "\n", text) for text in texts]
        alive = "img, script, style, iframe, table, h1, li li, pre, svg:not(.icon)"
        assert turn.locator(alive).count() == 0
        links = turn.locator("a").evaluate_all("nodes => nodes.map(node => node.hash)")
        assert all(re.fullmatch(r"#cite-h%2F[^.]+\.\d+\.\d+\.[0-9a-f]{12}", link) for link in links)
        page.locator(MARKER).nth(3).click()
        expect(page.locator("#cited")).to_have_text(texts[3])
        assert page.locator(".pane-body").locator("img, svg, script, style, iframe").count() == 0
        body = page.locator(".source-text").text_content()
        assert body == site.assistant.documents["h/<b>[x](y).txt"].text
        # The same, kept and brought back.
        page.reload()
        ready(page)
        turn = page.locator(".turn").last
        expect(turn.locator(".quote")).to_have_count(len(texts))
    ask(page, f"<img src='{address}/q.png'> ![x]({address}/r.png)")
    assert page.evaluate("window.__xss") is None
    assert seen == []
    page.context.close()


def test_no_request_leaves_the_machine(page: Page, site: Site) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.context.on("request", note)
    opened(page, site)
    ask(page, ASSISTED)
    page.locator(MARKER).first.click()
    expect(page.locator("#cited")).to_be_focused()
    assert any("fonts/" in url for url in asked)
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
