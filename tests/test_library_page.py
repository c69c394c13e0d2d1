"""The library page in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from serve_fixtures import Place, make_place, no_chat, running, service_of
from web_fixtures import IGNORED, TOLLS, browser_type_launch_args

from index import build_index
from ui.site import Site

pytestmark = IGNORED
__all__ = ["browser_type_launch_args"]
HOSTILE = (
    '---\ntitle: "<img src=x onerror=window.__xss=1>"\nauthor: "<b>A</b>"\n---\n\nA short text.\n'
)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return make_place(tmp_path)


@pytest.fixture
def url(place: Place) -> Iterator[str]:
    with service_of(place) as service, running(Site(no_chat, service)) as url:
        yield f"{url}/library"


def titles(page: Page) -> list[str]:
    return page.locator("#rows th").evaluate_all("all => all.map(one => one.firstChild.data)")


def test_documents_are_sorted_and_searched(page: Page, url: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    expect(page.locator("#counts")).to_contain_text("2 documents")
    expect(page.locator("#rows tr")).to_have_count(2)
    assert titles(page) == ["Grain and the Sea 😀", "Lights on the Coast"]
    page.get_by_role("button", name="Title").click()
    expect(page.locator("[data-sort=title]")).to_have_attribute("aria-sort", "descending")
    expect(page.locator("#rows th").first).to_contain_text("Lights on the Coast")
    page.get_by_label("Search documents").fill("example institute")
    expect(page.locator("#rows tr")).to_have_count(1)
    expect(page.locator("#years svg rect")).to_have_count(2)
    page.locator("#years-table").locator("xpath=..").get_by_text("As a table").click()
    expect(page.locator("#years-table")).to_contain_text("2023")
    home = url.removesuffix("/library")
    assert all(one.startswith((home, "data:")) for one in asked)


def test_many_documents_are_paged(page: Page, place: Place, url: str) -> None:
    lines = (
        f'{{"_id": "d{n:03}", "title": "Note {n:03}", "text": "Note {n}."}}' for n in range(60)
    )
    (place.sources / "notes.jsonl").write_text("\n".join(lines))
    build_index(place.sources, place.index)
    page.goto(url)
    expect(page.locator("#where")).to_have_text("1–50 of 62")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#where")).to_have_text("51–62 of 62")
    expect(page.locator("#rows tr")).to_have_count(12)
    expect(page.get_by_role("button", name="Next")).to_be_disabled()


def test_files_are_added_and_removed_and_every_tab_says_so(
    page: Page, context: BrowserContext, url: str, place: Place
) -> None:
    other = context.new_page()
    other.goto(url)
    page.goto(url)
    page.locator("#files").set_input_files(
        [
            {"name": "tolls.txt", "mimeType": "text/plain", "buffer": TOLLS.encode()},
            {"name": "empty.txt", "mimeType": "text/plain", "buffer": b" "},
        ]
    )
    expect(page.locator("#came")).to_contain_text("tolls.txt: added")
    expect(page.locator("#came .refused")).to_contain_text("it is empty")
    page.close()  # the build goes on without the tab that asked for it
    expect(other.locator("#counts")).to_contain_text("3 documents", timeout=20_000)
    expect(other.locator("#job-text")).to_contain_text("1 added")
    other.get_by_role("button", name="Remove Tolls at Carrow").click()
    other.get_by_role("button", name="Keep").click()
    expect(other.locator("#sure")).to_be_hidden()
    assert (place.sources / "tolls.txt").exists()
    other.get_by_role("button", name="Remove Tolls at Carrow").click()
    other.get_by_role("button", name="Delete").click()
    expect(other.locator("#counts")).to_contain_text("2 documents", timeout=20_000)
    assert not (place.sources / "tolls.txt").exists()


def test_files_can_be_dropped(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator("#rows tr")).to_have_count(2)
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.items.add(new File([text], "tolls.txt", {type: "text/plain"}));
            const event = new DragEvent("drop", {dataTransfer: data, bubbles: true});
            document.getElementById("drop").dispatchEvent(event);
        }""",
        TOLLS,
    )
    expect(page.locator("#rows tr")).to_have_count(3, timeout=20_000)


def test_an_address_that_is_refused(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_label("Web address").fill("http://127.0.0.1/x")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#notice")).to_contain_text("127.0.0.1")


def test_what_could_not_be_read_and_hostile_names(page: Page, url: str, place: Place) -> None:
    (place.sources / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    (place.sources / "hostile.md").write_text(HOSTILE)
    page.goto(url)
    page.get_by_role("button", name="Rebuild").click()
    expect(page.locator("#job-text")).to_contain_text("1 could not be read", timeout=20_000)
    expect(page.locator("#trouble")).to_contain_text("broken.pdf")
    expect(page.locator("#rows")).to_contain_text("<img src=x onerror=window.__xss=1>")
    assert page.evaluate("window.__xss") is None


def test_read_only_offers_no_change(page: Page, place: Place) -> None:
    with service_of(place, read_only=True) as service, running(Site(no_chat, service)) as url:
        page.goto(f"{url}/library")
        expect(page.locator("#rows tr")).to_have_count(2)
        expect(page.get_by_role("button", name=re.compile("Rebuild|Remove|Add"))).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_anybody_can_use_it(page: Page, url: str, scheme: Any, width: int) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(url)
    expect(page.locator("#publishers rect")).to_have_count(2)
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
