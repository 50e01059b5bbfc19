"""One endpoint as it meets the world: log, faults, limits, token, then its handler, then the wire."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.routing import Route

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
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


FILE_TYPE = b"multipart/form-data"
WITH_BODY = frozenset({"POST", "PATCH"})


def by_path(request: Request) -> str | None:
    """Give the subject of a request that is about nothing in particular: its path and query."""
    query = request.query_string.decode("latin-1")
    return f"{request.path}?{query}" if query else request.path


def path_keys(request: Request) -> tuple[str, ...]:
    """Give the names scripts may use for such a request, the closest first.

    `/api/v1/channel/5/customers/?email=a@example.com` (one parameter is enough), `GET /api/...`, `/api/...`.
    """
    parameters = (f"{request.path}?{name}={value}" for name, value in request.query.items())
    return *parameters, f"{request.method} {request.path}", request.path


class Endpoint:
    """An ASGI application for one method of one path.

    `stream` names the faults that apply, `subject` tells what a request is about (an order number, an e-mail,
    a hash; else the path), `keys` by which other names a script may call it. `media` is the content type a
    body must have. `handler` judges and answers; it runs in one step, so that what it stores is there at
    once and whole.
    """

    def __init__(  # noqa: PLR0913 - each is one property of an endpoint
        self,
        world: World,
        handler: Callable[[World, Request], Answer],
        *,
        method: str = "GET",
        stream: str = "other",
        subject: Callable[[Request], str | None] = by_path,
        keys: Callable[[Request], tuple[str, ...]] | None = None,
        media: bytes = JSON_TYPE,
        public: bool = False,
    ) -> None:
        self._world = world
        self._handler = handler
        self.method = method
        self.pattern = ""
        self.allowed: tuple[str, ...] = (method,)
        self._stream = stream
        self._subject = subject
        self._keys = path_keys if keys is None and stream == "other" else keys
        self._media = media
        self._public = public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        world = self._world
        query = scope["query_string"].decode("latin-1")
        entry = world.truth.arrived(scope["method"], scope["path"], query, self.pattern)
        wire = Wire(scope, receive, send, world.closing)
        action = world.faults.at_arrival(self._stream)
        if action is not None and action.kind.before_body:
            entry.action = action.text
            entry.status = await action.play(wire, NO_ANSWER, world)
            return
        try:
            body = await wire.body(self._limit())
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
        named = self._by_name(request)
        if action is None:
            action = named or world.faults.for_attempt(self._stream, subject, attempt)
        entry.action = action.text
        await self._act(action, request, entry, wire)

    def _limit(self) -> int:
        settings = self._world.settings
        return settings.file_limit_bytes if self._media == FILE_TYPE else settings.body_limit_bytes

    def _by_name(self, request: Request) -> Action | None:
        """Give the action of the first script that goes by another name; every name is counted.

        A script of "other" may name the method and path of any request.
        """
        names = [(self._stream, key) for key in self._keys(request)] if self._keys else []
        if self._stream != "other":
            names.append(("other", f"{request.method} {request.path}"))
        found: Action | None = None
        for stream, key in names:
            attempt = self._world.truth.counted(f"{stream} by name", key)
            found = found or self._world.faults.scripted(stream, key, attempt)
        return found

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
        """Give the real answer; notes in the log if something came into being."""
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
        if request.method != self.method:
            allowed = ", ".join(self.allowed).encode()
            return detail(405, f'Method "{request.method}" not allowed.', ((b"allow", allowed),))
        if self.method in WITH_BODY:
            sent = request.headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
            if sent != self._media:
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


class ByMethod:
    """The endpoints of one path, told apart by method; the first answers methods that nobody serves."""

    def __init__(self, *endpoints: Endpoint) -> None:
        self._endpoints = {endpoint.method: endpoint for endpoint in endpoints}
        self._first = endpoints[0]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await self._endpoints.get(scope["method"], self._first)(scope, receive, send)


def served(path: str, *endpoints: Endpoint) -> Route:
    """Give the route of a path. The log counts its requests by the path's pattern, without `/api/v1/`."""
    pattern = _PARAMETER.sub(r"{\1}", path.removeprefix("/api/v1/")).replace("{channel_id}", "{id}")
    for endpoint in endpoints:
        endpoint.pattern = pattern
        endpoint.allowed = tuple(sorted(one.method for one in endpoints))
    return Route(path, endpoints[0] if len(endpoints) == 1 else ByMethod(*endpoints))
