"""Many people asking at once: `python -m benchmarks.load BEIR_FOLDER --index INDEX --sources DIR`.

Starts the real server in a process of its own, lets one user ask for a while, then many, over HTTP
and each with a connection of their own, and prints what failed, answers a second, and percentiles
of the time to an answer. Each asks again at once, which is harder on the server than people are;
--think adds a pause.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np

from benchmarks.measure import memory
from benchmarks.serving import served


@dataclass
class Result:
    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


async def user(url: str, questions: list[str], until: float, think: float, result: Result) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        for question in itertools.cycle(random.sample(questions, len(questions))):
            if time.monotonic() > until:
                return
            began = time.monotonic()
            try:
                reply = await client.post("/api/v1/ask", json={"question": question})
                if reply.status_code == 200 and reply.json()["text"]:
                    result.seconds.append(time.monotonic() - began)
                else:
                    result.failed.append(f"{reply.status_code} {reply.text[:200]}")
            except httpx.HTTPError as error:
                result.failed.append(repr(error))
            await asyncio.sleep(random.uniform(0, 2 * think))


async def ask(url: str, questions: list[str], users: int, seconds: float, think: float) -> Result:
    result, until = Result(), time.monotonic() + seconds
    await asyncio.gather(*(user(url, questions, until, think, result) for _ in range(users)))
    return result


def say(users: int, seconds: float, result: Result) -> None:
    name = f"{users} user{'s' if users > 1 else ''}"
    if not result.seconds:
        print(f"{name}: no answer; {result.failed[:3]}")
        return
    p50, p95, p99 = np.percentile(result.seconds, [50, 95, 99]) * 1000
    print(
        f"{name}: {len(result.seconds)} answers in {seconds:.0f} s, "
        f"{len(result.seconds) / seconds:.1f}/s, {len(result.failed)} failed; "
        f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms"
    )
    for failure in result.failed[:3]:
        print(f"  {failure}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("beir", type=Path, help="folder with a queries.jsonl")
    options.add_argument("--sources", type=Path, required=True)
    options.add_argument("--index", type=Path, required=True)
    options.add_argument("--users", type=int, default=50)
    options.add_argument("--seconds", type=float, default=120)
    options.add_argument("--think", type=float, default=0, help="mean seconds between questions")
    given = options.parse_args()
    lines = (given.beir / "queries.jsonl").read_text("utf-8").splitlines()
    questions = [text for line in lines if len(text := json.loads(line)["text"]) < 2000]
    with served(given.sources, given.index) as (url, process):
        asyncio.run(ask(url, questions, 2, 3, 0))  # warm
        alone = min(20.0, given.seconds)
        say(1, alone, asyncio.run(ask(url, questions, 1, alone, given.think)))
        many = asyncio.run(ask(url, questions, given.users, given.seconds, given.think))
        say(given.users, given.seconds, many)
        print(f"server: {memory(process):.2f} GB at most, {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
