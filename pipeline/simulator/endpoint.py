"""One endpoint as it meets the world: log, faults, limits, token, then its handler, then the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.simulator.actions import LOOKUP_KINDS, Action
from pipeline.simulator.answer import JSON_TYPE, Answer, Request, detail
from pipeline.simulator.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

    from pipeline.simulator.truth import Exchange
    from pipeline.simulator.world import World

NO_ANSWER = Answer(500)
_GONE = "client left"


def by_path(request: Request) -> str | None:
    """Give the subject of a request that is about no order: its path."""
    return request.path


class Endpoint:
    """An ASGI application for one path.

    `stream` names the faults that apply, `subject` tells the order number (or path) a request is about.
    `handler` judges and answers; it runs in one step, so that what it stores is there at once and whole.
    """

    def __init__(  # noqa: PLR0913 - each is one property of an endpoint
        self,
        world: World,
        handler: Callable[[World, Request], Answer],
        *,
        method: str = "GET",
        stream: str = "other",
        subject: Callable[[Request], str | None] = by_path,
        public: bool = False,
    ) -> None:
        self._world = world
        self._handler = handler
        self._method = method
        self._stream = stream
        self._subject = subject
        self._public = public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        world = self._world
        entry = world.truth.arrived(scope["method"], scope["path"], scope["query_string"].decode("latin-1"))
        wire = Wire(scope, receive, send, world.closing)
        action = world.faults.at_arrival(self._stream)
        if action is not None and action.kind.before_body:
            entry.action = action.text
            entry.status = await action.play(wire, NO_ANSWER, world)
            return
        try:
            body = await wire.body(world.settings.body_limit_bytes)
        except ConnectionError:
            entry.action = _GONE
            return
        if body is None:
            entry.status = 413
            await wire.answer(detail(413, "The request body is too large."))
            return
        request = _request(scope, body, entry)
        subject = self._subject(request)
        attempt = 1 if subject is None else world.truth.identified(entry, self._stream, subject, body)
        if action is None:
            action = world.faults.for_attempt(self._stream, subject, attempt)
        entry.action = action.text
        await self._act(action, request, entry, wire)

    async def _act(self, action: Action, request: Request, entry: Exchange, wire: Wire) -> None:
        """Lets the action happen: process if it says so, and answer as it says."""
        world = self._world
        answer = NO_ANSWER
        if action.name == "late_commit":
            world.later(float(action.argument), lambda: self._process(request, entry))
        elif action.processed:
            if action.name == "delay":
                await wire.pause(float(action.argument))
                if world.closing.is_set():
                    await wire.gone()
                    return
            request.store = action.store
            request.variant = action.name if action.name in LOOKUP_KINDS else ""
            answer = self._process(request, entry)
        if world.settings.latency:
            await wire.pause(world.settings.latency)
        entry.status = await action.play(wire, answer, world)

    def _process(self, request: Request, entry: Exchange) -> Answer:
        """Give the real answer; notes in the log if an order came into being."""
        refusal = self._refusal(request)
        answer = self._handler(self._world, request) if refusal is None else refusal
        if answer.stored:
            entry.committed = True
            entry.committed_at = answer.stored[0].committed
        return answer

    def _refusal(self, request: Request) -> Answer | None:
        """Give what stands before the handler: the rate limit, the token, the method, the content type."""
        world = self._world
        if not world.access.within_rate():
            wait = str(world.settings.retry_after).encode()
            return detail(429, "Request was throttled.", ((b"retry-after", wait),))
        if not self._public and not world.access.admits(request.headers.get(b"authorization", b"")):
            given = b"authorization" in request.headers
            message = "Invalid token." if given else "Authentication credentials were not provided."
            return detail(401, message, ((b"www-authenticate", b"Token"),))
        if request.method != self._method:
            return detail(
                405, f'Method "{request.method}" not allowed.', ((b"allow", self._method.encode()),)
            )
        if self._method == "POST":
            sent = request.headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
            if sent != JSON_TYPE:
                return detail(415, f'Unsupported media type "{sent.decode("latin-1")}" in request.')
        return None


def _request(scope: Scope, body: bytes, entry: Exchange) -> Request:
    headers = dict(scope["headers"])
    host = headers.get(b"host", b"localhost").decode("latin-1")
    return Request(
        scope["method"],
        scope["path"],
        scope["path_params"],
        scope["query_string"],
        headers,
        body,
        f"{scope['scheme']}://{host}",
        entry.at,
    )
