"""The HTTP API: the same answers as the Python API, and errors as JSON."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from serve_fixtures import Place, make_place, no_chat, running, service_of
from web_fixtures import ASSISTED, IGNORED, TOLLS

from ui.render import answer_json, hits_json
from ui.service import Service
from ui.site import Site

pytestmark = IGNORED


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return make_place(tmp_path_factory.mktemp("api"))


@pytest.fixture(scope="module")
def service(place: Place) -> Iterator[Service]:
    with service_of(place) as service:
        yield service


@pytest.fixture(scope="module")
def api(service: Service) -> Iterator[httpx.Client]:
    with running(Site(no_chat, service)) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield client


def ended(api: httpx.Client) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while (state := api.get("/api/v1/rebuild").json())["state"] == "running":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return dict(state)


def test_ask_and_retrieve_agree_with_python(api: httpx.Client, service: Service) -> None:
    answer = api.post("/api/v1/ask", json={"question": ASSISTED})
    assert answer.json() == answer_json(service.assistant.ask(ASSISTED))
    filters = {"author": "Sample"}
    body = {"question": ASSISTED, "k": 2, "filters": filters}
    hits = api.post("/api/v1/retrieve", json=body)
    assert hits.json() == hits_json(service.assistant.retrieve(ASSISTED, 2, (), filters))


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("ask", {"question": ""}, "question"),
        ("ask", {"question": "x" * 100_000}, "characters"),
        ("ask", {}, "question: Field required"),
        ("ask", {"question": "x", "more": 1}, "more"),
        ("ask", {"question": "x", "filters": {"colour": "red"}}, "colour"),
        ("ask", {"question": "x", "history": [{"role": "root", "content": "x"}]}, "role"),
        ("retrieve", {"question": "x", "k": 41}, "k"),
        ("documents/address", {"address": "file:///etc/passwd"}, "web address"),
        ("documents/remove", {"path": "/etc/passwd"}, "no source"),
        ("documents/remove", {"path": "../.index/library.db"}, "no source"),
    ],
)
def test_bad_input_is_told(api: httpx.Client, path: str, body: dict[str, Any], said: str) -> None:
    reply = api.post(f"/api/v1/{path}", json=body)
    assert reply.status_code == 422
    assert said in reply.json()["error"]
    assert "Traceback" not in reply.text


def test_a_fault_is_not_shown(api: httpx.Client, service: Service, monkeypatch: Any) -> None:
    def fault(*_: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(service, "ask", fault)
    reply = api.post("/api/v1/ask", json={"question": "x"})
    assert reply.status_code == 500
    assert "secret" not in reply.text


def test_documents_are_paged_sorted_and_searched(api: httpx.Client) -> None:
    def paths(**query: Any) -> list[str]:
        reply = api.get("/api/v1/documents", params=query).json()
        return [document["path"] for document in reply["documents"]]

    assert paths() == ["grain.txt", "lights.md"]
    assert paths(sort="published", descending=True) == ["lights.md", "grain.txt"]
    assert paths(text="LIGHTS sample") == ["lights.md"]
    assert paths(text="%") == []
    assert paths(limit=1, offset=1) == ["lights.md"]
    assert api.get("/api/v1/documents", params={"sort": "text"}).status_code == 422
    assert api.get("/api/v1/plots").json()["years"] == [["2022", 1], ["2023", 1]]


def test_the_schema_names_what_there_is(api: httpx.Client) -> None:
    schema = api.get("/api/v1/openapi.json").json()
    assert {"/api/v1/ask", "/api/v1/retrieve", "/api/v1/documents"} <= schema["paths"].keys()
    assert api.get("/api/v1/nothing").json() == {"error": "Not Found"}


def test_health_and_metrics(api: httpx.Client) -> None:
    assert api.get("/healthz").json() == {"status": "ok"}
    api.post("/api/v1/ask", json={"question": ASSISTED})
    api.post("/api/v1/ask", json={"question": ""})
    text = api.get("/metrics").text
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if line[:1] != "#")
    assert float(values["commentary_documents"]) == 2
    assert float(values['commentary_questions_total{outcome="answered"}']) >= 1
    assert float(values['commentary_questions_total{outcome="failed"}']) >= 1
    assert float(values["commentary_build_running"]) == 0
    assert "commentary_answer_seconds_bucket" in text


def test_files_are_added_built_and_removed(tmp_path: Path) -> None:
    place = make_place(tmp_path)
    with (
        service_of(place) as service,
        running(Site(no_chat, service)) as url,
        httpx.Client(base_url=url, timeout=60) as api,
    ):
        files = [
            ("files", ("../../tolls.txt", TOLLS.encode())),
            ("files", ("empty.txt", b"")),
            ("files", ("program.exe", b"MZ\0\0")),
        ]
        reply = api.post("/api/v1/documents", files=files).json()
        assert [one["path"] for one in reply["added"]] == ["tolls.txt"]
        assert [one["name"] for one in reply["refused"]] == ["empty.txt", "program.exe"]
        assert ended(api)["state"] == "done"
        assert api.get("/api/v1/documents").json()["total"] == 3
        answer = api.post("/api/v1/ask", json={"question": "What toll did the bridge charge?"})
        assert "four shillings" in answer.json()["text"]
        assert api.post("/api/v1/documents/remove", json={"path": "tolls.txt"}).status_code == 202
        assert ended(api)["report"]["removed"] == 1
        assert not (place.sources / "tolls.txt").exists()


def test_a_build_that_fails_says_why(tmp_path: Path) -> None:
    place = make_place(tmp_path)
    with service_of(place) as service, running(Site(no_chat, service)) as url:
        place.sources.rename(tmp_path / "elsewhere")
        assert httpx.post(f"{url}/api/v1/rebuild").status_code == 202
        with httpx.Client(base_url=url) as api:
            state = ended(api)
        assert state["state"] == "failed"
        assert "source_texts" in state["error"]


def test_read_only_refuses_every_change(place: Place) -> None:
    with service_of(place, read_only=True) as service, running(Site(no_chat, service)) as url:
        files = {"files": ("a.txt", b"A text.")}
        for reply in (
            httpx.post(f"{url}/api/v1/rebuild"),
            httpx.post(f"{url}/api/v1/documents", files=files),
            httpx.post(f"{url}/api/v1/documents/address", json={"address": "https://a.example"}),
            httpx.post(f"{url}/api/v1/documents/remove", json={"path": "grain.txt"}),
        ):
            assert reply.status_code == 403
            assert "reading only" in reply.json()["error"]
    assert sorted(path.name for path in place.sources.iterdir()) == ["grain.txt", "lights.md"]
