"""What a target is spoken to with: the transport, the token, and the event loop they live on."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from pipeline.model.catalogue.environment import PROXY_FAULTS
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import UsageRefused
from pipeline.runs.asked.request import SendRequest
from pipeline.runs.machine.loop_aside import loop_is_running, run_aside
from pipeline.target.client import Address
from pipeline.target.proxy import ProxyRefusedError, without_user
from pipeline.target.token import Token
from pipeline.target.transport import Transport, open_transport
from pipeline.target.wire_limits import WireLimits

Answer = TypeVar("Answer")


def connection(address: Address, request: SendRequest) -> tuple[Transport, Token]:
    """A way to the target and the token for it. Raises :class:`UsageRefused` (token, proxy, certificate)."""
    try:
        token = Token(request.token)
    except ValueError as error:
        raise UsageRefused(Issue("E703", facts={"reason": str(error)})) from None
    if request.proxy is not None and address.origin.scheme == "http":
        raise _proxy_refused(request.proxy, "local_target")
    limits = WireLimits(deadline=request.deadline, connections=max(1, request.concurrency))
    try:
        transport = open_transport(
            "plain" if request.transport == "plain" else "fast",
            limits=limits,
            ca_file=request.ca_file,
            proxy=request.proxy,
        )
    except ProxyRefusedError as refused:
        raise _proxy_refused(str(request.proxy), refused.fault) from None
    except OSError as error:
        at = Location(str(request.ca_file))
        raise UsageRefused(Issue("E710", at, facts={"reason": shown(error.strerror or error)})) from None
    return transport, token


def _proxy_refused(proxy: str, fault: str) -> UsageRefused:
    facts = {"reason": PROXY_FAULTS[fault]}
    return UsageRefused(Issue("E712", value=shown(without_user(proxy)), facts=facts))


def run_loop(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Run to the end on the fastest event loop there is; beside one that this thread runs already."""
    return run_aside(_run, work) if loop_is_running() else _run(work)


def _run(work: Coroutine[Any, Any, Answer]) -> Answer:
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(work)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32" or os.environ.get("ORDERLIFT_EVENT_LOOP") == "asyncio":
        return None
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory
