"""Signing in, limits and the file of users."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from fastapi import FastAPI
from playwright.sync_api import Page, expect
from serve_fixtures import running
from starlette.requests import Request
from web_fixtures import IGNORED, browser_type_launch_args

from index.errors import SettingsError
from ui.cli import main
from ui.gate import COOKIE
from ui.limits import Limits
from ui.site import Serving, guarded
from ui.users import Users, set_user

pytestmark = IGNORED
__all__ = ["browser_type_launch_args"]
PASSWORD = "correct horse battery"


@pytest.fixture
def auth_file(tmp_path: Path) -> Path:
    set_user(tmp_path / "users", "ada", PASSWORD)
    return tmp_path / "users"


def inner() -> FastAPI:
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    async def anything(request: Request) -> dict[str, Any]:
        return {"path": request.url.path, "bytes": len(await request.body())}

    return app


def test_nothing_is_served_to_strangers(auth_file: Path) -> None:
    with running(guarded(inner(), Serving(auth_file=auth_file))) as url:
        for path in ("/", "/library", "/api/v1/ask", "/gradio_api/info", "/config", "/metrics"):
            assert httpx.get(url + path).status_code == 401
            assert httpx.post(url + path).status_code == 401
        page = httpx.get(url, headers={"Accept": "text/html"})
        assert (page.status_code, page.headers["Location"]) == (303, "/signin")
        assert httpx.get(f"{url}/healthz").status_code == 200


def test_signing_in_and_out(auth_file: Path) -> None:
    with (
        running(guarded(inner(), Serving(auth_file=auth_file))) as url,
        httpx.Client(base_url=url) as client,
    ):
        wrong = client.post("/signin", data={"name": "ada", "password": "<b>"})
        assert wrong.status_code == 401
        reply = client.post("/signin", data={"name": "ada", "password": PASSWORD})
        assert reply.status_code == 303
        cookie = reply.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "samesite=strict" in cookie.lower()
        assert client.get("/").status_code == 200
        kept = client.cookies[COOKIE]
        client.post("/signout")
        stale = httpx.get(url, headers={"Cookie": f"{COOKIE}={kept}"})
        assert stale.status_code == 401


def test_programs_sign_in_with_each_request(auth_file: Path) -> None:
    with running(guarded(inner(), Serving(auth_file=auth_file))) as url:
        for _ in range(2):
            assert httpx.get(url, auth=("ada", PASSWORD)).status_code == 200
        assert httpx.get(url, auth=("ada", "no")).status_code == 401
        assert httpx.get(url, headers={"Authorization": "Basic %%%"}).status_code == 401


@pytest.mark.parametrize("way", ["form", "basic"])
def test_guessing_is_slowed(auth_file: Path, way: str) -> None:
    with running(guarded(inner(), Serving(auth_file=auth_file))) as url:

        def attempt(password: str) -> httpx.Response:
            if way == "basic":
                return httpx.get(url, auth=("ada", password))
            return httpx.post(f"{url}/signin", data={"name": "ada", "password": password})

        assert [attempt(str(n)).status_code for n in range(5)] == [401] * 5
        slowed = attempt(PASSWORD)
        assert slowed.status_code == 429
        assert int(slowed.headers["Retry-After"]) > 0


def test_a_client_may_ask_so_often(auth_file: Path) -> None:
    with running(guarded(inner(), Serving(rate="3/minute"))) as url:
        codes = [httpx.post(f"{url}/api/v1/ask").status_code for _ in range(4)]
        assert codes == [200, 200, 200, 429]
        slowed = httpx.post(f"{url}/gradio_api/queue/join")
        assert slowed.status_code == 429
        assert 1 <= int(slowed.headers["Retry-After"]) <= 60
        assert httpx.get(url).status_code == 200


def test_a_body_is_limited(monkeypatch: Any) -> None:
    monkeypatch.setattr("ui.limits._MOST", 1000)

    def pieces() -> Any:
        for _ in range(20):
            yield b"x" * 100

    with running(guarded(inner(), Serving())) as url:
        assert httpx.post(url, content=b"x" * 1000).json()["bytes"] == 1000
        assert httpx.post(url, content=b"x" * 1001).status_code == 413
        assert httpx.post(url, content=pieces()).status_code == 413


def test_so_many_users_at_once(tmp_path: Path) -> None:
    for name in ("ada", "ben"):
        set_user(tmp_path / "users", name, PASSWORD)
    with running(guarded(inner(), Serving(auth_file=tmp_path / "users", max_users=1))) as url:
        assert httpx.get(url, auth=("ada", PASSWORD)).status_code == 200
        full = httpx.get(url, auth=("ben", PASSWORD))
        assert full.status_code == 503
        assert "places are taken" in full.json()["error"]
        assert httpx.get(url, auth=("ada", PASSWORD)).status_code == 200


def test_strangers_take_no_place(auth_file: Path) -> None:
    assert isinstance(guarded(inner(), Serving()), Limits)
    with running(guarded(inner(), Serving(auth_file=auth_file, max_users=1))) as url:
        httpx.get(url)
        assert httpx.get(url, auth=("ada", PASSWORD)).status_code == 200


def test_the_command_adds_users(tmp_path: Path) -> None:
    file = tmp_path / "users"
    arguments = ["user", "ada", "--auth-file", str(file)]
    assert CliRunner().invoke(main, arguments, input=f"{PASSWORD}\n").exit_code == 0
    assert Users(file).knows("ada", PASSWORD)
    assert not Users(file).knows("ada", "other")
    assert PASSWORD not in file.read_text()
    assert file.stat().st_mode & 0o77 == 0
    again = CliRunner().invoke(main, arguments, input="another password\n")
    assert "another password" in again.output
    assert Users(file).knows("ada", "another password")
    short = CliRunner().invoke(main, arguments, input="short\n")
    assert short.exit_code == 1
    assert "8 to 256" in short.output


@pytest.mark.parametrize("content", ["", "ada:plain", "ada:scrypt:x:y:z", "\0\n"])
def test_a_file_of_users_that_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "users").write_text(content)
    with pytest.raises(SettingsError, match="users"):
        Users(tmp_path / "users")
    with pytest.raises(SettingsError, match="cannot be read"):
        Users(tmp_path / "nothing")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_to_sign_in(page: Page, auth_file: Path, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 844})
    with running(guarded(inner(), Serving(auth_file=auth_file))) as url:
        page.goto(url)
        page.get_by_label("Name").fill("ada")
        page.get_by_label("Password").fill("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("do not belong together")
        found = Axe().run(page).response["violations"]
        assert [one for one in found if one["impact"] in ("serious", "critical")] == []
        page.get_by_label("Name").fill("ada")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("body")).to_contain_text('"path":"/"')
