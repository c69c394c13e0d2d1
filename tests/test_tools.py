"""The tools for other programs: what they say is what Python says."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from mcp import ClientSession, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from web_fixtures import ASSISTED, IGNORED, Site, library, site

from ui.render import answer_json, hits_json

pytestmark = [*IGNORED, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
__all__ = ["library", "site"]


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


def test_gradio_clients_get_the_same(site: Site) -> None:
    client = Client(site.url, verbose=False)
    try:
        listed = client.view_api(return_format="dict", print_info=False)
        assert set(listed["named_endpoints"]) == {"/ask", "/retrieve"}
        answer = client.predict(ASSISTED, api_name="/ask")
        assert json.loads(answer) == plain(answer_json(site.assistant.ask(ASSISTED)))
        hits = client.predict(ASSISTED, 2, api_name="/retrieve")
        assert json.loads(hits) == plain(hits_json(site.assistant.assistant.retrieve(ASSISTED, 2)))
        with pytest.raises(AppError):
            client.predict("", api_name="/ask")
    finally:
        client.close()


def test_mcp_over_stdio(library: Path, site: Site) -> None:
    arguments = ["-m", "ui.cli", "mcp", "--index", str(library)]

    async def talk() -> None:
        program = StdioServerParameters(command=sys.executable, args=arguments)
        async with stdio_client(program) as (read, write), ClientSession(read, write) as session:
            await session.initialize()
            listed = await session.list_tools()
            assert {tool.name for tool in listed.tools} == {"ask", "retrieve", "documents"}
            answer = await session.call_tool("ask", {"question": ASSISTED})
            assert json.loads(text_of(answer)) == answer_json(site.assistant.ask(ASSISTED))
            hits = await session.call_tool("retrieve", {"question": ASSISTED, "k": 1})
            expected = hits_json(site.assistant.assistant.retrieve(ASSISTED, 1))
            assert json.loads(text_of(hits)) == plain(expected)
            documents = await session.call_tool("documents", {"text": "lights"})
            assert json.loads(text_of(documents))["total"] == 1
            wrong = await session.call_tool("ask", {"question": ""})
            assert wrong.isError
            assert "Traceback" not in text_of(wrong)

    asyncio.run(talk())


def test_mcp_over_http(site: Site) -> None:
    async def talk() -> None:
        address = f"{site.url}/gradio_api/mcp/"
        async with (
            streamable_http_client(address) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            listed = await session.list_tools()
            assert {tool.name for tool in listed.tools} >= {"ask", "retrieve"}
            name = next(tool.name for tool in listed.tools if tool.name.endswith("ask"))
            answer = await session.call_tool(name, {"question": ASSISTED})
            assert "Clara Voss" in text_of(answer)

    asyncio.run(talk())


def text_of(result: Any) -> str:
    return "".join(part.text for part in result.content)
