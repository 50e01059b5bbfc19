"""`/_simulator/`: asks for the truth and sets the faults from another process. No token; for tests only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import Response
from starlette.routing import Route

from pipeline.simulator.actions import ALIASES, KINDS
from pipeline.simulator.answer import JSON_TYPE
from pipeline.simulator.truth import log_line

CONTROL = "/_simulator/"

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from pipeline.simulator.truth import StoredOrder
    from pipeline.simulator.world import World


def control_routes(world: World) -> list[Route]:
    """Give the routes under `/_simulator/` of one world."""
    return [*_asking(world), *_telling(world)]


def _asking(world: World) -> list[Route]:
    async def truth(request: Request) -> Response:
        channel = _channel(request)
        counts = world.truth.totals(channel)
        return _json(
            {
                **counts,
                "created_twice": world.truth.created_twice,
                "side_effects": world.truth.side_effects.counts,
                "faults": world.faults.specification,
            }
        )

    async def creates(request: Request) -> Response:
        numbers: dict[str, int] = {}
        for order in world.truth.orders(_channel(request)):
            numbers[order.number] = numbers.get(order.number, 0) + 1
        return _json(numbers)

    async def orders(request: Request) -> Response:
        number = request.query_params.get("number")
        found = [o for o in world.truth.orders(_channel(request)) if number is None or o.number == number]
        return _lines([orjson.dumps(_order(o), option=orjson.OPT_APPEND_NEWLINE) for o in found])

    async def log(request: Request) -> Response:
        number = request.query_params.get("number")
        return _lines([log_line(e) for e in world.truth.log if number is None or e.number == number])

    async def requests(_: Request) -> Response:
        return _json(dict(world.truth.requests))

    async def made(request: Request) -> Response:
        kind = request.query_params.get("kind")
        found = [one for one in world.truth.made if kind in {None, one.kind}]
        return _lines([orjson.dumps(one.record, option=orjson.OPT_APPEND_NEWLINE) for one in found])

    async def migrated(_: Request) -> Response:
        return _json(world.truth.migrated)

    async def actions(_: Request) -> Response:
        words = {name: kind.meaning for name, kind in KINDS.items()}
        return _json({"actions": words, "aliases": dict(ALIASES)})

    return [
        _route("truth", truth),
        _route("creates", creates),
        _route("orders", orders),
        _route("log", log),
        _route("requests", requests),
        _route("made", made),
        _route("migrated", migrated),
        _route("actions", actions),
    ]


def _telling(world: World) -> list[Route]:
    async def faults(request: Request) -> Response:
        if request.method == "GET":
            return _json(world.faults.specification)
        try:
            wanted = {} if request.method == "DELETE" else orjson.loads(await request.body())
            if not isinstance(wanted, dict):
                raise ValueError("faults are one JSON object")  # noqa: TRY004, TRY301 - told as 400 below
            world.script(wanted)
        except ValueError as error:
            return _json({"detail": str(error)}, 400)
        return _json(world.faults.specification)

    async def reset(_: Request) -> Response:
        world.reset()
        return _json({})

    async def expire_token(_: Request) -> Response:
        world.access.expire()
        return _json({})

    return [
        _route("faults", faults, ["GET", "PUT", "DELETE"]),
        _route("reset", reset, ["POST"]),
        _route("expire_token", expire_token, ["POST"]),
    ]


def _route(
    name: str, serve: Callable[[Request], Awaitable[Response]], methods: list[str] | None = None
) -> Route:
    return Route(f"{CONTROL}{name}/", serve, methods=methods or ["GET"])


def _channel(request: Request) -> int | None:
    text = request.query_params.get("channel", "")
    return int(text) if text.isascii() and text.isdecimal() else None


def _order(order: StoredOrder) -> dict[str, Any]:
    return {
        "pk": order.pk,
        "channel": order.channel,
        "number": order.number,
        "received": order.received,
        "committed": order.committed,
        "position": order.position,
        "payload": orjson.Fragment(order.raw),
    }


def _json(document: object, status: int = 200) -> Response:
    return Response(orjson.dumps(document), status, media_type=JSON_TYPE.decode())


def _lines(lines: list[bytes]) -> Response:
    return Response(b"".join(lines), media_type="application/x-ndjson")
