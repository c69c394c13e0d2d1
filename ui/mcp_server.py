"""A library as a server of tools for other programs: Model Context Protocol over stdin and stdout.
The only importer of mcp."""

import functools
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mcp.server.fastmcp import FastMCP
from mcp.server.fastmcp.exceptions import ToolError

from index.errors import CommentaryError
from index.library import Library
from index.library.catalogue import entries
from qa import Assistant
from ui.tools import tools

_ABOUT = (
    "A library of commentaries on this machine. Every answer is made of sentences that stand in "
    "them, with the exact place of each; when they do not answer, that is said. Quote with the "
    "citations given."
)


def create(assistant: Assistant, index: Path) -> FastMCP[Any]:
    """The tools ask, retrieve and documents over one library. Starts nothing."""

    def documents(text: str = "", offset: int = 0, limit: int = 50) -> str:
        """List the documents of the library, those first that come first by title.

        Args:
            text: Words that must stand in title, author, publisher or path; "" for all.
            offset: How many to leave out.
            limit: How many at most, 1 to 500.
        """
        with closing(Library.open(index)) as library:
            total, found = entries(
                library, text, offset=max(0, offset), limit=min(max(1, limit), 500)
            )
        return json.dumps({"total": total, "documents": [asdict(entry) for entry in found]})

    server: FastMCP[Any] = FastMCP("commentary", instructions=_ABOUT, log_level="WARNING")
    for tool in (*tools(assistant), documents):
        server.add_tool(_told(tool), structured_output=False)
    return server


def _told(tool: Callable[..., str]) -> Callable[..., str]:
    """The tool, with an error's own message as all that is said of it."""

    @functools.wraps(tool)
    def call(*args: Any, **kwargs: Any) -> str:
        try:
            return tool(*args, **kwargs)
        except CommentaryError as error:
            raise ToolError(str(error)) from error

    return call
