"""Which path is served by what. Endpoints that are not here do not exist yet and answer 404."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Route

from pipeline.simulator import create_orders, order_lists, references, sessions
from pipeline.simulator.control import control_routes
from pipeline.simulator.endpoint import Endpoint

if TYPE_CHECKING:
    from starlette.requests import Request as WebRequest
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from pipeline.simulator.answer import Request
    from pipeline.simulator.world import World

API = "/api/v1"
CHANNEL = f"{API}/channel/{{channel_id:int}}"


def make_app(world: World) -> ASGIApp:
    """Give the whole twin as an ASGI application over one world."""

    async def not_found(_: WebRequest, __: Exception) -> Response:
        return HTMLResponse("<!doctype html><html><body><h1>Not Found</h1></body></html>", 404)

    routes: list[BaseRoute] = [
        *_orders(world),
        *_references(world),
        *_sessions(world),
        *control_routes(world),
    ]
    app = Starlette(routes=routes, exception_handlers={404: not_found})
    app.router.redirect_slashes = False
    return app


def _orders(world: World) -> list[Route]:
    creating = Endpoint(
        world,
        create_orders.create_orders,
        method="POST",
        stream="create",
        subject=create_orders.number_of,
    )
    looking = Endpoint(world, order_lists.orders, stream="lookup", subject=_number_asked)
    return [
        Route(f"{CHANNEL}/create_orders/", creating),
        Route(f"{CHANNEL}/orders/", looking),
        Route(f"{CHANNEL}/order_items/", Endpoint(world, order_lists.order_items)),
        Route(f"{API}/orders/{{pk:int}}/", Endpoint(world, order_lists.order)),
    ]


def _references(world: World) -> list[Route]:
    lists = {
        "products": "products",
        "customers": "customers",
        "addresses": "addresses",
        "cargos": "cargo_companies",
        "price_lists": "price_lists",
        "stock_lists": "stock_lists",
    }
    return [
        *(
            Route(f"{CHANNEL}/{path}/", Endpoint(world, references.of_channel(kind)))
            for path, kind in lists.items()
        ),
        Route(f"{API}/payment_options/", Endpoint(world, references.of_all("payment_options"))),
        Route(f"{API}/channels/{{pk:int}}/", Endpoint(world, references.single("channels"))),
        Route(f"{API}/catalogs/{{pk:int}}/", Endpoint(world, references.single("catalogs"))),
    ]


def _sessions(world: World) -> list[Route]:
    login = Endpoint(world, sessions.login, method="POST", stream="login", public=True)
    return [
        Route(f"{API}/auth/login/", login),
        Route(f"{API}/active_user/", Endpoint(world, sessions.active_user)),
    ]


def _number_asked(request: Request) -> str | None:
    return request.query.get("number") or request.query.get("number__exact")
