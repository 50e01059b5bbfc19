"""Prepared payloads through one httpx.AsyncClient with its own transport, fifty tasks.

httpx_default.py upload JSONL URL
"""

import asyncio
import os
import sys
from collections.abc import Iterable

import httpx

TASKS = 50


async def upload(bodies: Iterable[bytes], url: str) -> None:
    outcomes = {"created": 0, "failed": 0}
    queue = iter(bodies)  # one event loop: the tasks share it without a lock
    headers = {
        "Authorization": f"Token {os.environ['ORDERLIFT_TOKEN']}",
        "Content-Type": "application/json",
    }

    async def work(client: httpx.AsyncClient) -> None:
        for body in queue:
            answer = await client.post("/api/v1/channel/5/create_orders/", content=body)
            created = answer.status_code == 201 and answer.json()["pk"]
            outcomes["created" if created else "failed"] += 1

    limits = httpx.Limits(max_connections=TASKS, max_keepalive_connections=TASKS)
    async with httpx.AsyncClient(base_url=url, headers=headers, limits=limits, timeout=30) as client:
        await asyncio.gather(*(work(client) for _ in range(TASKS)))
    print(outcomes)


def main() -> None:
    match sys.argv[1:]:
        case ["upload", jsonl, url]:
            with open(jsonl, "rb") as file:  # noqa: PTH123
                asyncio.run(upload((line.rstrip(b"\n") for line in file), url))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
