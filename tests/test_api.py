"""The HTTP API, gradio_client and the tools: what they give, and what they refuse."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from gradio_client import Client
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from serve_fixtures import Served, make_library, serving
from web_fixtures import ASSISTED, IGNORED

from index.library.catalogue import SORTS
from qa import MAX_QUESTION
from ui import api, server
from ui.render import answer_json, hits_json
from ui.service import Options

pytestmark = IGNORED
HISTORY = [
    {"role": "user", "content": "Who built the lighthouse at Cape Orrin?"},
    {"role": "assistant", "content": "It was built by Clara Voss in 1874. [1]"},
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A library that no test changes, with tools."""
    with serving(tmp_path_factory.mktemp("served"), Options(tools=True)) as served:
        yield served


@pytest.fixture
def open_to_change(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path) as served:
        yield served


def as_json(value: object) -> Any:
    return json.loads(json.dumps(value))


def is_problem(reply: httpx.Response, status: int) -> str:
    """The detail of a reply that must be a problem."""
    assert reply.status_code == status
    assert reply.headers["Content-Type"] == "application/problem+json"
    said = reply.json()
    assert said["status"] == status
    assert "Traceback" not in reply.text
    return str(said["detail"])


def test_answers_are_those_of_the_python_api(served: Served) -> None:
    asked = {"question": "How high is it?", "history": HISTORY, "filters": {"author": "Sample"}}
    reply = served.client.post("/api/v1/ask", json=asked)
    expected = served.assistant.ask("How high is it?", HISTORY, {"author": "Sample"})
    assert reply.json() == as_json(answer_json(expected))
    found = served.client.post("/api/v1/retrieve", json={"question": ASSISTED, "k": 2})
    assert found.json() == as_json(hits_json(served.assistant.retrieve(ASSISTED, 2)))
    assert len(found.json()) == 2


def test_null_is_nothing_as_gradio_client_has_it(served: Served) -> None:
    nothing = {"question": ASSISTED, "history": None, "filters": None}
    reply = served.client.post("/api/v1/ask", json=nothing)
    assert reply.json() == as_json(answer_json(served.assistant.ask(ASSISTED)))
    assert served.client.post("/api/v1/retrieve", json=nothing).status_code == 200


def test_gradio_client_gets_the_same(served: Served) -> None:
    client = Client(served.url, verbose=False)
    try:
        named = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
        assert sorted(named) == ["/ask", "/retrieve"]
        expected = as_json(answer_json(served.assistant.ask(ASSISTED)))
        answer = client.predict(ASSISTED, None, None, api_name="/ask")
        assert json.loads(answer) == expected
        hits = client.predict(ASSISTED, 1, None, None, api_name="/retrieve")
        assert json.loads(hits) == as_json(hits_json(served.assistant.retrieve(ASSISTED, 1)))
        with pytest.raises(Exception, match="the question is empty"):
            client.predict(" ", None, None, api_name="/ask")
    finally:
        client.close()


async def use_tools(session: ClientSession, expected: Any) -> None:
    await session.initialize()
    names = [tool.name for tool in (await session.list_tools()).tools]
    assert sorted(names) == ["ask", "documents", "retrieve"]
    answer = await session.call_tool("ask", {"question": ASSISTED})
    assert answer.structuredContent == expected["ask"]
    hits = await session.call_tool("retrieve", {"question": ASSISTED, "k": 1})
    assert hits.structuredContent == {"result": expected["retrieve"]}
    listed = await session.call_tool("documents", {"words": "lights"})
    assert listed.structuredContent is not None
    assert listed.structuredContent["total"] == 1
    refused = await session.call_tool("ask", {"question": "  "})
    assert refused.isError
    assert "the question is empty" in refused.content[0].text  # type: ignore[union-attr]


def expected_of(served: Served) -> Any:
    return as_json(
        {
            "ask": answer_json(served.assistant.ask(ASSISTED)),
            "retrieve": hits_json(served.assistant.retrieve(ASSISTED, 1)),
        }
    )


def test_tools_over_http_give_the_same(served: Served) -> None:
    expected = expected_of(served)

    async def run() -> None:
        async with (
            streamable_http_client(f"{served.url}/mcp") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await use_tools(session, expected)

    anyio.run(run)


def test_tools_over_stdio_give_the_same(served: Served) -> None:
    expected = expected_of(served)
    places = ["--sources", str(served.sources), "--index", str(served.index)]
    program = StdioServerParameters(
        command=sys.executable, args=["-m", "ui.cli", "mcp", *places], cwd=Path(__file__).parents[1]
    )

    async def run() -> None:
        async with stdio_client(program) as (read, write), ClientSession(read, write) as session:
            await use_tools(session, expected)

    anyio.run(run)


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("ask", {"question": " "}, "the question is empty"),
        ("ask", {"question": "x" * (MAX_QUESTION + 1)}, "at most 2000 characters"),
        ("ask", {}, "question: Field required"),
        ("ask", {"question": "x", "history": [{"role": "system", "content": "x"}]}, "role"),
        ("ask", {"question": "x", "history": [{"role": "user"}]}, "content: Field required"),
        ("ask", {"question": "x", "filters": {"colour": "red"}}, "colour"),
        ("ask", {"question": "x", "more": 1}, "more: Extra inputs"),
        ("ask", {"question": "x", "history": [{"role": "user", "content": None}]}, "content: "),
        ("ask", {"question": "x", "filters": {"author": None}}, "filters.author: "),
        ("ask", ["x"], 'Expected a JSON object such as {"question": "Why?"}'),
        ("retrieve", {"question": "x", "k": 0}, "greater than or equal to 1"),
        ("retrieve", {"question": "x", "k": 41}, "less than or equal to 40"),
        ("retrieve", {"question": "x", "k": "many"}, "k: Input should be a valid integer"),
    ],
)
def test_what_cannot_be_asked_is_said(served: Served, path: str, body: object, said: str) -> None:
    assert said in is_problem(served.client.post(f"/api/v1/{path}", json=body), 422)


@pytest.mark.parametrize(
    "question", ["\0", "\ud800", "a\u202eb", "' OR 1=1 --", '"*^~(', "😀" * 99]
)
def test_odd_questions_are_answered_or_refused(served: Served, question: str) -> None:
    body = json.dumps({"question": question})
    reply = served.client.post("/api/v1/ask", content=body)
    assert reply.status_code in (200, 422)


def test_what_is_no_request_is_said(served: Served) -> None:
    client = served.client
    as_json = {"Content-Type": "application/json"}
    broken = is_problem(client.post("/api/v1/ask", content=b'{"question": ', headers=as_json), 422)
    assert broken.startswith("The body is no JSON: Expecting value, at character 13. Expected a")
    unnamed = is_problem(client.post("/api/v1/ask", content=b'{"question": "x"}'), 422)
    assert "with the header Content-Type: application/json; found none." in unnamed
    no_text = client.post("/api/v1/ask", content=b'{"question": "\xff"}', headers=as_json)
    assert "in UTF-8" in is_problem(no_text, 400)
    empty = client.post("/api/v1/sources/address", headers=as_json)
    assert '{"url": "https://example.org/essay"}' in is_problem(empty, 422)
    assert client.get("/api/v1/ask").headers["Allow"] == "POST"
    for method in ("GET", "PUT", "QUERY", "TRACE"):
        is_problem(client.request(method, "/api/v1/ask"), 405)
    is_problem(client.get("/api/v1/nothing"), 404)
    is_problem(client.post("/api/v1/ask", content=b"x" * (server.BODY + 1)), 413)
    is_problem(client.post("/api/v1/ask", content=iter([b"{}"])), 411)


def test_openapi_names_every_route_and_asks_nobody(served: Served) -> None:
    described = served.client.get("/api/v1/openapi.json").json()
    assert sorted(described["paths"]) == [
        "/api/v1/ask",
        "/api/v1/documents",
        "/api/v1/overview",
        "/api/v1/rebuild",
        "/api/v1/retrieve",
        "/api/v1/session",
        "/api/v1/sources",
        "/api/v1/sources/address",
        "/api/v1/status",
    ]
    assert served.client.get("/docs").status_code == 404


def test_documents_come_by_the_page(served: Served) -> None:
    def ids(**query: Any) -> list[str]:
        listed = served.client.get("/api/v1/documents", params=query).json()
        return [document["id"] for document in listed["documents"]]

    assert ids() == ["grain.txt", "lights.md"]
    assert ids(sort="published") == ["grain.txt", "lights.md"]
    assert ids(sort="published", descending=True) == ["lights.md", "grain.txt"]
    assert ids(limit=1, offset=1) == ["lights.md"]
    assert ids(words="ben COAST") == ["lights.md"]
    assert ids(words="%") == []
    assert all(sorted(ids(sort=sort)) == ["grain.txt", "lights.md"] for sort in SORTS)
    is_problem(served.client.get("/api/v1/documents", params={"sort": "text"}), 422)
    is_problem(served.client.get("/api/v1/documents", params={"limit": 10_000}), 422)


def test_status_and_overview_say_what_is_there(served: Served) -> None:
    status = served.client.get("/api/v1/status").json()
    assert status["documents"] == 2
    assert "index" not in status
    whole = served.client.get("/api/v1/overview").json()
    assert whole["years"] == [["2022", 1], ["2023", 1]]
    assert whole["publishers"] == [["", 1], ["Example Institute", 1]]


def test_health_and_figures(served: Served) -> None:
    assert served.client.get("/healthz").json()["status"] == "ok"
    before = figure(served, "questions_asked_total")
    failed = figure(served, "questions_failed_total")
    served.client.post("/api/v1/ask", json={"question": ASSISTED})
    served.client.post("/api/v1/ask", json={"question": " "})
    assert figure(served, "questions_asked_total") == before + 2
    assert figure(served, "questions_failed_total") == failed + 1
    assert figure(served, "documents") == 2
    assert figure(served, "generation") == 1
    assert figure(served, "questions_working") == 0


def figure(served: Served, name: str) -> float:
    lines = served.client.get("/metrics").text.splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith(f"commentary_{name} ")))


def test_what_is_uploaded_is_answered_from(open_to_change: Served) -> None:
    client = open_to_change.client
    text = "The tunnel at Brackwater was dug by forty miners in 1899.\n"
    reply = client.post("/api/v1/sources", params={"name": "tunnel.txt"}, content=text)
    assert reply.status_code == 201
    assert reply.json() == {"path": "tunnel.txt", "notes": []}
    assert (open_to_change.sources / "tunnel.txt").read_text("utf-8") == text
    open_to_change.settle()
    said = client.post("/api/v1/ask", json={"question": "Who dug the tunnel at Brackwater?"}).json()
    assert "forty miners" in said["text"]
    state = client.get("/api/v1/rebuild").json()
    assert state["report"]["added"] == 1
    assert not state["running"]

    assert client.delete("/api/v1/sources", params={"path": "tunnel.txt"}).status_code == 202
    open_to_change.settle()
    assert not (open_to_change.sources / "tunnel.txt").exists()
    assert client.get("/api/v1/documents").json()["total"] == 2


def test_what_cannot_be_added_is_said_and_not_kept(
    open_to_change: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, place = open_to_change.client, "/api/v1/sources"
    before = sorted(open_to_change.sources.iterdir())

    def upload(name: str, data: bytes) -> httpx.Response:
        return client.post(place, params={"name": name}, content=data)

    assert "cannot be read" in is_problem(upload("x.exe", b"MZ\0\0"), 422)
    assert "empty" in is_problem(upload("x.txt", b""), 422)
    assert "PDF" in is_problem(upload("x.pdf", b"no pdf"), 422)
    for name in ("..", ".", "../evil.md", "/etc/evil.md", "..\\evil.md", "a/evil.md", "evil.md/"):
        assert "expected one without a folder" in is_problem(upload(name, b"evil"), 422)
    assert "cannot be a file's" in is_problem(upload("a\nb.txt", b"x"), 422)
    assert "cannot be a file's" in is_problem(upload("x" * 300 + ".txt", b"x"), 422)
    monkeypatch.setattr(api, "UPLOAD", 1000)
    assert "larger than" in is_problem(upload("x.txt", b"x" * 1001), 413)
    monkeypatch.setattr(server, "UPLOAD", 500)
    is_problem(upload("x.txt", b"x" * 501), 413)
    for url in ("file:///etc/passwd", "ftp://example.org/x", "/etc/passwd", ""):
        is_problem(client.post(f"{place}/address", json={"url": url}), 422)
    # Never this machine or its network.
    private = client.post(f"{place}/address", json={"url": f"{open_to_change.url}/healthz"})
    is_problem(private, 422)
    for path in ("nowhere.txt", "../.index/library.sqlite3", "/etc/passwd", "a\0b"):
        is_problem(client.delete(place, params={"path": path}), 404)
    absolute = str(open_to_change.sources / "grain.txt")
    is_problem(client.delete(place, params={"path": absolute}), 404)
    assert sorted(open_to_change.sources.iterdir()) == before


def test_reading_only_refuses_every_change(tmp_path: Path) -> None:
    with serving(tmp_path, Options(read_only=True)) as served:
        before = sorted(served.sources.iterdir())
        client = served.client
        for reply in (
            client.post("/api/v1/rebuild"),
            client.post("/api/v1/sources", params={"name": "x.txt"}, content=b"text"),
            client.post("/api/v1/sources/address", json={"url": "https://example.org/"}),
            client.delete("/api/v1/sources", params={"path": "grain.txt"}),
        ):
            assert "reading only" in is_problem(reply, 403)
        assert client.get("/api/v1/session").json() == {"user": None, "read_only": True}
        assert client.post("/api/v1/ask", json={"question": ASSISTED}).status_code == 200
        assert sorted(served.sources.iterdir()) == before


def test_a_library_that_is_gone_is_a_problem_and_no_fault(open_to_change: Served) -> None:
    (open_to_change.index / "library.sqlite3").rename(open_to_change.index / "away")
    assert "there is no index" in is_problem(open_to_change.client.get("/healthz"), 503)
    is_problem(open_to_change.client.get("/api/v1/documents"), 503)
    assert open_to_change.client.get("/metrics").status_code == 200
    (open_to_change.index / "away").rename(open_to_change.index / "library.sqlite3")


def test_without_the_extra_the_command_says_what_to_install(tmp_path: Path) -> None:
    sources, index = make_library(tmp_path)
    program = "import sys; sys.modules['mcp'] = None; from ui.cli import main; main()"
    command = [
        sys.executable,
        "-c",
        program,
        "mcp",
        "--sources",
        str(sources),
        "--index",
        str(index),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "pip install 'commentary-qa[mcp]'" in done.stderr
