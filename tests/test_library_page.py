"""The library page in a real browser: what it shows, what it changes, who sees it."""

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect
from serve_fixtures import NAME, PASSWORD, Served, make_library, serving
from web_fixtures import IGNORED, browser_type_launch_args
from web_page import serious

from index import build_index
from ui import rebuild
from ui.service import Options

pytestmark = IGNORED
__all__ = ["browser_type_launch_args"]

TUNNEL = "The tunnel at Brackwater was dug by forty miners in 1899.\n"
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path) as served:
        yield served


def opened(page: Page, served: Served) -> Page:
    page.goto(f"{served.url}/library")
    expect(rows(page).first).to_be_visible()
    return page


def rows(page: Page) -> Locator:
    return page.locator("#documents tbody tr")


def titles(page: Page) -> list[str]:
    return page.locator("#documents tbody th").evaluate_all(
        "heads => heads.map(head => head.firstChild.textContent)"
    )


def test_the_documents_are_listed_sorted_and_searched(page: Page, served: Served) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    opened(page, served)
    expect(page.locator("#counts")).to_have_text(re.compile("2 documents, .* passages"))
    assert titles(page) == ["Grain and the Sea 😀", "Lights on the Coast"]
    expect(rows(page).nth(1)).to_contain_text("Ben Sample")
    expect(rows(page).nth(1)).to_contain_text("Ready")
    date = page.get_by_role("button", name="Date")
    date.click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Date")
    date.click()
    expect(page.locator("th[aria-sort=descending]")).to_have_text("Date")
    expect(rows(page).first).to_contain_text("Lights")
    page.get_by_label("Search the documents").fill("ada 2022")
    expect(rows(page)).to_have_count(1)
    page.get_by_label("Search the documents").fill("nothing such")
    expect(rows(page)).to_have_text("No document has all these words.")
    assert all(url.startswith(served.url) for url in asked)


def test_a_title_opens_the_text_and_another_link_the_web(page: Page, served: Served) -> None:
    opened(page, served)
    link = page.get_by_role("link", name="Lights on the Coast", exact=True)
    expect(page.get_by_role("link", name="on the web")).to_have_count(0)
    link.click()
    expect(page.locator("#source .source-text")).to_contain_text("Cape Orrin")
    expect(page.locator("#source .pane-title")).to_have_text("Lights on the Coast")
    known = "---\ntitle: Known\nurl: https://example.org/known\n---\nSalt is dear.\n"
    (served.sources / "known.md").write_text(known, "utf-8")
    build_index(served.sources, served.index)
    opened(page, served)
    expect(page.get_by_role("link", name="Known on the web")).to_have_attribute(
        "href", "https://example.org/known"
    )
    expect(page.get_by_role("link", name="Known", exact=True)).to_have_attribute(
        "href", re.compile(r"/#cite-known%2Emd\.0\.0\.[0-9a-f]{12}$")
    )


@pytest.mark.parametrize("width", [1280, 1440])
def test_a_state_is_never_broken(page: Page, served: Served, width: int) -> None:
    author = "author: Priya Venkataraman and Marta Oyelaran\npublisher: Meridian Policy Forum\n"
    text = f"---\ntitle: {'A Long Title of Many Words ' * 3}\n{author}---\nSalt is dear.\n"
    (served.sources / "long.md").write_text(text, "utf-8")
    build_index(served.sources, served.index)
    page.set_viewport_size({"width": width, "height": 800})
    opened(page, served)
    state = page.locator("#documents .state").first
    one = state.evaluate("node => parseFloat(getComputedStyle(node).lineHeight)")
    box = state.bounding_box()
    assert box is not None
    assert box["height"] < 1.5 * one


def test_many_documents_come_by_the_page(page: Page, served: Served) -> None:
    lines = [f'{{"_id": "n{n:03}", "title": "Note {n:03}", "text": "x"}}' for n in range(120)]
    (served.sources / "many.jsonl").write_text("\n".join(lines), "utf-8")
    build_index(served.sources, served.index)
    opened(page, served)
    expect(rows(page)).to_have_count(50)
    expect(page.locator("#place")).to_have_text("1–50 of 122")
    page.get_by_role("button", name="Next page").click()
    expect(page.locator("#place")).to_have_text("51–100 of 122")
    page.get_by_role("button", name="Next page").click()
    expect(rows(page)).to_have_count(22)
    expect(page.get_by_role("button", name="Next page")).to_be_disabled()
    # Removing one of a file's documents would remove them all, and says so.
    page.get_by_role("button", name="Remove Note 119").click()
    expect(page.get_by_role("dialog")).to_contain_text("with all documents in it")


def test_the_plots_say_the_same_as_their_tables(page: Page, served: Served) -> None:
    opened(page, served)
    expect(page.get_by_role("img", name="Documents by year")).to_have_attribute(
        "aria-label", "Documents by year: 2022: 1, 2023: 1"
    )
    assert page.locator("#years .bar").count() == 2
    years = page.locator("#years")
    years.get_by_text("As a table").click()
    expect(years.locator("tbody tr")).to_have_text(["20221", "20231"])
    expect(page.locator("#publishers tbody tr")).to_have_text(["Not known1", "Example Institute1"])


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("span", [1, 30, 55, 200])
def test_no_label_of_a_plot_is_cut_off(page: Page, served: Served, width: int, span: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, served)
    cut = page.evaluate(
        """async span => {
            const { drawYears } = await import("/library/plot.js");
            const figure = document.querySelector("#years");
            drawYears(figure, [["", 4], ["1820", 1], [String(1820 + span), 12345]]);
            const whole = figure.querySelector("svg").getBoundingClientRect();
            return [...figure.querySelectorAll("text")].filter(text => {
                const box = text.getBoundingClientRect();
                return box.left < whole.left - 1 || box.right > whole.right + 1;
            }).map(text => text.textContent);
        }""",
        span,
    )
    assert cut == []


def test_files_are_added_and_shown_in_every_tab(page: Page, served: Served) -> None:
    opened(page, served)
    other = opened(page.context.new_page(), served)
    page.locator("#files").set_input_files(
        [
            {"name": "tunnel.txt", "mimeType": "text/plain", "buffer": TUNNEL.encode()},
            {"name": "tool.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ\0\0"},
        ]
    )
    uploads = page.locator("#uploads li")
    expect(uploads.filter(has_text="tunnel.txt")).to_contain_text("added as tunnel.txt")
    expect(uploads.filter(has_text="tool.exe")).to_contain_text("cannot be read")
    for tab in (page, other):
        expect(rows(tab).filter(has_text="tunnel.txt")).to_be_visible()
        expect(tab.locator("#build")).to_contain_text("1 added")


def test_files_can_be_dropped(page: Page, served: Served) -> None:
    opened(page, served)
    dropped = page.evaluate_handle(
        """text => {
            const data = new DataTransfer();
            data.items.add(new File([text], "tunnel.txt", { type: "text/plain" }));
            data.items.add(new File([text + "More."], "more.md", { type: "text/markdown" }));
            return data;
        }""",
        TUNNEL,
    )
    page.dispatch_event("#drop", "drop", {"dataTransfer": dropped})
    expect(page.locator("#uploads li", has_text="added as")).to_have_count(2)
    expect(rows(page)).to_have_count(4)


def test_an_address_of_this_network_is_refused_with_the_reason(page: Page, served: Served) -> None:
    opened(page, served)
    page.get_by_label("Or by its address").fill(f"{served.url}/healthz")
    page.get_by_role("button", name="Fetch").click()
    expect(page.locator("#uploads .refused")).to_be_visible()
    expect(rows(page)).to_have_count(2)


def test_a_source_is_removed_when_it_is_confirmed(page: Page, served: Served) -> None:
    opened(page, served)
    remove = page.get_by_role("button", name="Remove Grain and the Sea")
    remove.click()
    page.get_by_role("button", name="Keep it").click()
    expect(remove).to_be_focused()
    assert (served.sources / "grain.txt").exists()
    remove.click()
    page.get_by_role("button", name="Remove it").click()
    expect(rows(page)).to_have_count(1)
    assert not (served.sources / "grain.txt").exists()


def test_a_build_outlives_its_tab_and_shows_in_another(
    page: Page, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    build = rebuild.build_index

    def held(sources: Path, index: Path, settings: Any, tell: Any) -> Any:
        tell("embedding", 3, 12)
        go_on.wait(20)
        return build(sources, index, settings, tell)

    monkeypatch.setattr(rebuild, "build_index", held)
    (served.sources / "tunnel.txt").write_text(TUNNEL, "utf-8")
    opened(page, served)
    page.get_by_role("button", name="Rebuild the index").click()
    expect(page.locator("#build-figures")).to_have_text("embedding: 3 of 12")
    other = opened(page.context.new_page(), served)
    page.close()
    expect(other.locator("#build-figures")).to_have_text("embedding: 3 of 12")
    expect(other.get_by_role("progressbar")).to_have_attribute("value", "0.25")
    expect(other.get_by_role("button", name="Rebuild the index")).to_be_disabled()
    assert serious(other) == []
    go_on.set()
    expect(other.locator("#build")).to_contain_text("1 added")
    expect(rows(other)).to_have_count(3)


def test_a_build_says_that_the_model_does_not_know_a_language(page: Page, served: Served) -> None:
    german = "Die Fähren zogen nach Westhafen um, weil die Fahrrinne verschlammt war. "
    (served.sources / "fähren.txt").write_text(3 * german, "utf-8")
    opened(page, served)
    page.get_by_role("button", name="Rebuild the index").click()
    expect(page.locator("#build-advice")).to_contain_text(
        "documents in German (one passage, such as in fähren.txt)"
    )
    assert serious(page) == []


def test_what_failed_is_said_with_the_reason(page: Page, served: Served) -> None:
    (served.sources / "torn.pdf").write_bytes(b"%PDF-1.4 torn")
    (served.sources / "lights.md").write_bytes(b"---\ntitle: [\n---\n\0")
    build_index(served.sources, served.index)
    opened(page, served)
    page.get_by_text("could not be read").click()
    expect(page.locator("#failed")).to_contain_text("torn.pdf: it is damaged or not a PDF")


def test_reading_only_shows_no_way_to_change(page: Page, tmp_path: Path) -> None:
    with serving(tmp_path, Options(read_only=True)) as served:
        opened(page, served)
        expect(page.locator("#reading")).to_be_visible()
        for name in ("Rebuild the index", "Remove", "Fetch"):
            expect(page.get_by_role("button", name=name)).to_have_count(0)
        expect(page.locator("#drop")).to_be_hidden()
        assert serious(page) == []


def test_hostile_names_show_as_they_stand(page: Page, served: Served) -> None:
    hostile = "<img src=x onerror='window.__xss=1'>"
    (served.sources / "h.md").write_text(
        f"---\ntitle: \"{hostile}\"\nauthor: \"{hostile}\"\npublisher: \"{hostile}\"\n"
        "url: 'javascript:window.__xss=2'\n---\n\nText of it.\n"
    )  # fmt: skip
    build_index(served.sources, served.index)
    opened(page, served)
    expect(rows(page).filter(has_text=hostile)).to_be_visible()
    assert page.locator("main img, a[href^='javascript']").count() == 0
    assert page.evaluate("window.__xss") is None


def test_signing_in_leads_to_the_page_and_out_again(page: Page, tmp_path: Path) -> None:
    with serving(tmp_path, accounts=True) as served:
        page.goto(f"{served.url}/library")
        page.get_by_label("Name").fill(NAME)
        page.get_by_label("Password").fill("wrong word")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_have_text("Name or password is wrong.")
        expect(page.get_by_label("Name")).to_have_value(NAME)
        assert serious(page) == []
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(f"{served.url}/library")
        expect(rows(page)).to_have_count(2)
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(f"{served.url}/login")
        page.goto(f"{served.url}/")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", ["desk", "phone"])
def test_nothing_bars_the_way(browser: Browser, served: Served, scheme: Any, device: str) -> None:
    outside: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((served.url, "data:")):
            outside.append(request.url)

    context = browser.new_context(color_scheme=scheme, **(PHONE if device == "phone" else {}))
    page = context.new_page()
    page.on("request", note)
    (served.sources / "torn.pdf").write_bytes(b"%PDF-1.4 torn")
    build_index(served.sources, served.index)
    opened(page, served)
    page.get_by_text("could not be read").click()
    page.get_by_text("As a table").first.click()
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Remove Lights on the Coast").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert serious(page) == []
    small = page.locator("button:visible, a:visible, select:visible, summary:visible").evaluate_all(
        "nodes => nodes.filter(n => n.getBoundingClientRect().height < 20).map(n => n.outerHTML)"
    )
    assert small == []
    page.goto(f"{served.url}/login")  # without accounts it is no page
    assert outside == []
    context.close()


def test_the_command_warns_and_ends_while_a_page_is_open(page: Page, tmp_path: Path) -> None:
    sources, index = make_library(tmp_path)
    command = [
        sys.executable, "-m", "ui.cli", "chat", "--host", "0.0.0.0", "--port", "7790",
        "--sources", str(sources), "--index", str(index),
    ]  # fmt: skip
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().split()[3]
            page.goto(f"{address}/library")
            expect(rows(page)).to_have_count(2)
            # Followed: what is put into the folder shows by itself.
            (sources / "tunnel.txt").write_text(TUNNEL, "utf-8")
            expect(rows(page)).to_have_count(3)
            server.send_signal(signal.SIGTERM)
            _, errors = server.communicate(timeout=5)
            assert server.returncode == 0
        finally:
            server.kill()
    assert "warning: everyone who reaches 0.0.0.0 can ask, add and delete" in errors
    assert "Traceback" not in errors
