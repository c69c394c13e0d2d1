"""How the page is to hand: sizes, both schemes, keyboard, axe."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from web_fixtures import ASSISTED, IGNORED, Site, browser_type_launch_args, library, served, site
from web_page import MARKER, PHONE, ask, box, fits, is_light, opened, serious

from index import build_index

pytestmark = IGNORED
__all__ = ["browser_type_launch_args", "library", "site"]


def test_on_a_phone_the_pane_covers_the_chat(browser: Browser, site: Site) -> None:
    site.assistant.refuse("nothing")
    page = opened(browser.new_context(**PHONE).new_page(), site)
    fits(page)
    ask(page, "nothing")
    fits(page)
    ask(page, ASSISTED)
    fits(page)
    link = page.locator(MARKER).first
    link.tap()
    mark = page.locator("#cited")
    expect(mark).to_be_in_viewport()
    whole = {"x": 0, "y": 0, "width": 390, "height": 844}
    assert page.locator("#source").bounding_box() == whole
    page.get_by_role("button", name="Why this passage?").tap()
    page.get_by_role("button", name="Find", exact=True).tap()
    fits(page)
    page.get_by_role("button", name="Close the source").tap()
    expect(link).to_be_focused()
    expect(page.locator("#source")).to_be_hidden()
    page.get_by_role("button", name="Filters").tap()
    fits(page)
    page.get_by_role("button", name="Done").tap()
    page.get_by_role("button", name="Show the conversations").tap()
    expect(page.get_by_label("Search conversations")).to_be_visible()
    expect(page.get_by_label("Search conversations")).not_to_be_focused()
    assert page.evaluate("document.activeElement.closest('#side') !== null")
    fits(page)
    page.locator("#kept .open").first.tap()
    expect(page.get_by_label("Search conversations")).to_be_hidden()
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", [{}, PHONE], ids=["desk", "phone"])
def test_nothing_serious_for_axe(
    browser: Browser, site: Site, scheme: str, device: dict[str, Any]
) -> None:
    site.assistant.refuse("nothing")
    site.assistant.list_works("works")
    site.assistant.talk("hello")
    site.assistant.quote("half", "half.txt", ["It was built."], missing=("Lavrov",))
    # A click while the page still scrolls smoothly would miss what it was meant for.
    still = {"color_scheme": scheme, "reduced_motion": "reduce"}
    page = browser.new_context(**{**device, **still}).new_page()
    opened(page, site)
    assert serious(page) == []
    assert is_light(page) == (scheme == "light")
    for question in ("nothing", "works", "hello", "half", "broken"):
        ask(page, question)
    box(page).press("Enter")
    expect(page.get_by_role("alert").first).to_be_visible()
    assert serious(page) == []
    ask(page, ASSISTED)
    page.locator(MARKER).last.click()
    expect(page.locator("#cited")).to_be_focused()
    assert serious(page) == []
    page.context.close()


def test_the_scheme_can_be_chosen_and_is_kept(page: Page, site: Site) -> None:
    opened(page, site)
    assert is_light(page)
    page.get_by_role("button", name="Theme").click()
    page.get_by_role("button", name="Theme: light").click()
    expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()
    assert not is_light(page)
    opened(page, site)
    assert not is_light(page)


def test_the_page_is_worked_by_keyboard_alone(page: Page, site: Site) -> None:
    opened(page, site)
    expect(box(page)).to_be_focused()
    page.keyboard.type(ASSISTED)
    page.keyboard.press("Enter")
    link = page.locator(MARKER).first
    expect(link).to_be_visible()
    expect(page.locator("#send")).to_be_visible()
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if link.evaluate("node => node === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#cited")).to_be_focused()
    page.keyboard.press("Escape")
    expect(link).to_be_focused()


def test_who_wants_no_motion_sees_none(browser: Browser, site: Site) -> None:
    page = opened(browser.new_context(reduced_motion="reduce").new_page(), site)
    moving = page.locator("#app *").evaluate_all(
        """nodes => nodes.filter(node => {
            const style = getComputedStyle(node);
            return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0;
        }).length"""
    )
    assert moving == 0
    page.context.close()


@pytest.mark.parametrize("width", [1440, 1024])
def test_the_panes_fit_beside_each_other(browser: Browser, site: Site, width: int) -> None:
    page = browser.new_context(viewport={"width": width, "height": 768}).new_page()
    opened(page, site)
    ask(page, ASSISTED)
    page.locator(MARKER).first.click()
    expect(page.locator("#cited")).to_be_in_viewport()
    chat = page.locator("#chat").bounding_box()
    source = page.locator("#source").bounding_box()
    assert chat is not None
    assert source is not None
    assert chat["x"] + chat["width"] <= source["x"] + 1
    assert source["x"] + source["width"] == width
    assert min(chat["width"], source["width"]) > 380
    page.context.close()


@pytest.mark.parametrize("device", [{}, PHONE], ids=["desk", "phone"])
def test_the_pane_names_its_source_however_far_down(
    browser: Browser, site: Site, device: dict[str, Any]
) -> None:
    page = opened(browser.new_context(**device).new_page(), site)
    ask(page, ASSISTED)
    page.locator(MARKER).first.click()
    expect(page.locator("#cited")).to_be_in_viewport()
    page.locator(".pane-body").evaluate("node => node.scrollTo(0, node.scrollHeight)")
    expect(page.locator("#source .pane-title")).to_have_text("Lights on the Coast")
    expect(page.locator("#source .pane-title")).to_be_in_viewport()
    if device:
        fits(page)
    page.context.close()


@pytest.mark.parametrize("read_only", [False, True])
def test_an_empty_library_says_what_to_do(page: Page, tmp_path: Path, read_only: bool) -> None:
    sources = tmp_path / "texts"
    sources.mkdir()
    build_index(sources, tmp_path / ".index")
    with served(tmp_path / ".index", sources, read_only=read_only) as site:
        opened(page, site)
        hint = page.locator("#empty")
        expect(hint).to_contain_text("The library is empty.")
        expect(hint.get_by_role("link", name="Library page")).to_be_visible(visible=not read_only)
        expect(hint.get_by_text(str(sources))).to_be_visible(visible=not read_only)
        box(page).fill("Who built it?")
        box(page).press("Enter")
        expect(page.get_by_role("alert").first).to_contain_text("The library is empty")
        expect(box(page)).to_have_value("Who built it?")
        expect(hint).to_be_visible()
        assert serious(page) == []


def test_the_side_leads_to_other_pages(page: Page, site: Site) -> None:
    opened(page, site)
    expect(page.locator("#nav a")).to_have_attribute("href", "library")
    expect(page.get_by_role("link", name="Library")).to_be_visible()
