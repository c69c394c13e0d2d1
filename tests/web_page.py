"""What the browser tests do with the page."""

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect
from web_fixtures import Site

from ui import chat as conversation
from ui.render.links import parse_target

# A busy machine is not a bug.
expect.set_options(timeout=15_000)

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
# The markers behind the quotes; a source's card repeats them.
MARKER = ".said a.cite"


def opened(page: Page, site: Site) -> Page:
    """The page, ready for a question."""
    site.assistant.asked.clear()
    site.assistant.filters.clear()
    page.goto(site.url)
    return ready(page)


def ready(page: Page) -> Page:
    expect(page.locator("#app")).to_have_attribute("data-ready", "true", timeout=15_000)
    return page


def box(page: Page) -> Locator:
    return page.get_by_label("Your question", exact=True)


def ask(page: Page, question: str) -> Locator:
    """Ask, and wait for the whole of the answer."""
    box(page).fill(question)
    box(page).press("Enter")
    expect(page.locator(".question").last).to_have_text(question)
    return settled(page)


def settled(page: Page) -> Locator:
    """The last turn, once it is whole."""
    expect(page.locator("#send")).to_be_visible()
    turn = page.locator(".turn").last
    expect(turn).not_to_contain_text(conversation.SEARCHING)
    return turn


def slice_of(link: Locator, site: Site) -> str:
    """The text that a citation link points at, by its offsets."""
    target = parse_target(link.get_attribute("href"))
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
            document.getElementById("chat").append(link);
            link.click();
            link.remove();
        }""",
        href,
    )


def fits(page: Page) -> None:
    """No sideways scroll, and every target is large enough for a finger."""
    width = page.evaluate("document.documentElement.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for scroller in ("#scroller", ".pane-body", "#kept"):
        assert page.locator(scroller).evaluate("node => node.scrollWidth - node.clientWidth") <= 0
    small = page.locator(
        "a:visible, button:visible, textarea:visible, select:visible, input:visible, "
        "summary:visible"
    ).evaluate_all(
        """nodes => nodes.map(node => [node.outerHTML, node.getBoundingClientRect()])
            .filter(([, box]) => box.width < 24 || box.height < 24).map(([html]) => html)"""
    )
    assert small == []


def serious(page: Page) -> list[str]:
    """What axe finds serious or critical."""
    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {node['html']}: {node['failureSummary']}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def is_light(page: Page) -> bool:
    paper = page.locator("#app").evaluate("node => getComputedStyle(node).backgroundColor")
    return sum(map(int, re.findall(r"\d+", paper)[:3])) > 384
