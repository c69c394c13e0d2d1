"""Take the pictures in docs/images of the chat over the shipped source: python docs/screenshots.py

Needs Playwright (in the extra dev) and Chromium, and takes the same pictures every time.
"""

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

from playwright.sync_api import Browser, Page, expect, sync_playwright

from index import build_index
from ui.service import Options, serve

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
ANSWERED = "Why did NATO react calmly?"
NOT_ANSWERED = "What is NATO's annual budget?"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@contextmanager
def chat() -> Iterator[str]:
    """The address of the chat over the shipped source."""
    addresses: Queue[str] = Queue()
    with tempfile.TemporaryDirectory() as folder:
        sources, index = ROOT / "source_texts", Path(folder) / ".index"
        build_index(sources, index)
        serving = {"ready": addresses.put}
        threading.Thread(
            target=serve, args=[sources, index, Options(port=0)], kwargs=serving, daemon=True
        ).start()
        yield addresses.get(timeout=60)


def opened(browser: Browser, address: str, size: dict[str, int], scheme: str) -> Page:
    phone = size is PHONE
    page = browser.new_page(
        viewport=size,
        color_scheme=scheme,
        reduced_motion="reduce",
        is_mobile=phone,
        has_touch=phone,
    )  # type: ignore[arg-type]
    page.goto(address)
    expect(page.locator("#app")).to_have_attribute("data-ready", "true", timeout=30_000)
    page.evaluate("document.fonts.ready")
    return page


def ask(page: Page, question: str) -> None:
    page.get_by_label("Your question", exact=True).fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".turn .reply > .tools").last).to_be_attached(timeout=30_000)
    expect(page.locator("#send")).to_be_visible()


def take(page: Page, name: str) -> None:
    page.screenshot(path=IMAGES / name)
    page.close()


def main() -> None:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with chat() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = opened(browser, address, DESK, "light")
        take(page, "chat-welcome.png")
        for scheme, name in (("light", "chat-desktop.png"), ("dark", "chat-desktop-dark.png")):
            page = opened(browser, address, DESK, scheme)
            ask(page, ANSWERED)
            page.locator(".said a.cite").nth(1).click()
            expect(page.locator("#cited")).to_be_focused()
            take(page, name)
        page = opened(browser, address, PHONE, "dark")
        ask(page, NOT_ANSWERED)
        take(page, "chat-phone-not-answered.png")
        browser.close()


if __name__ == "__main__":
    main()
