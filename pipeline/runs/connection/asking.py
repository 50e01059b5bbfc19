"""Questions for a target that belong to no sealed run."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from pipeline.runs.asked.request import SendRequest
from pipeline.runs.connection.connecting import connection, run_loop
from pipeline.runs.connection.turns import Turns
from pipeline.runs.machine import clocks
from pipeline.target.client import Address
from pipeline.target.records import RecordsClient
from pipeline.target.token import Token
from pipeline.target.transport import Transport

Answer = TypeVar("Answer")


def ask_target(
    address: Address,
    request: SendRequest,
    questions: Callable[[RecordsClient], Coroutine[Any, Any, Answer]],
) -> Answer:
    """Ask a target something, at the pace of ``request``. Raises :class:`UsageRefused` (token, proxy)."""

    async def ask() -> Answer:
        transport, token = connection(address, request)
        client = RecordsClient(transport, address, token, Turns(request.rate, clocks.running))
        try:
            return await questions(client)
        finally:
            await client.aclose()

    return run_loop(ask())


def ask_at(
    address: Address,
    request: SendRequest,
    questions: Callable[[Transport, Token, Turns], Coroutine[Any, Any, Answer]],
) -> Answer:
    """Let ``questions`` speak to a target by clients of their own. Raises :class:`UsageRefused`."""

    async def ask() -> Answer:
        transport, token = connection(address, request)
        try:
            return await questions(transport, token, Turns(request.rate, clocks.running))
        finally:
            await transport.aclose()

    return run_loop(ask())
