"""Which path is served by what. Endpoints that are not here do not exist yet and answer 404."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import HTMLResponse

from pipeline.simulator import (
    addresses,
    batch_requests,
    cancelling,
    create_orders,
    customers,
    integration,
    order_lists,
    references,
    sessions,
)
from pipeline.simulator.control import CONTROL, control_routes
from pipeline.simulator.endpoint import FILE_TYPE, Endpoint, served
from pipeline.simulator.migrations import endpoints as migrations
from pipeline.simulator.places import KINDS_OF_PLACE

if TYPE_CHECKING:
    from starlette.requests import Request as WebRequest
    from starlette.responses import Response
    from starlette.routing import BaseRoute, Route
    from starlette.types import ASGIApp

    from pipeline.simulator.answer import Request
    from pipeline.simulator.world import World

API = "/api/v1"
ERP = "/api/i1"
CHANNEL = f"{API}/channel/{{channel_id:int}}"
REMOTE = f"{API}/remote/{{channel_id:int}}/migrations"


def make_app(world: World) -> ASGIApp:
    """Give the whole twin as an ASGI application over one world."""

    async def not_found(request: WebRequest, _: Exception) -> Response:
        if not request.url.path.startswith(CONTROL):
            world.truth.arrived(request.method, request.url.path, request.url.query).status = 404
        return HTMLResponse("<!doctype html><html><body><h1>Not Found</h1></body></html>", 404)

    routes: list[BaseRoute] = [
        *_orders(world),
        *_people(world),
        *_references(world),
        *_integration(world),
        *_migrations(world),
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
    numbered = [f"{API}/order_number/{{number}}/", f"{ERP}/orders/{{number}}/", f"{ERP}/orders/{{number}}"]
    return [
        served(f"{CHANNEL}/create_orders/", creating),
        served(f"{CHANNEL}/orders/", looking),
        served(
            f"{CHANNEL}/orders/{{pk:int}}/cancel/",
            Endpoint(
                world,
                cancelling.cancel_order,
                method="POST",
                stream="cancel",
                subject=cancelling.pk_of,
            ),
        ),
        served(f"{CHANNEL}/order_items/", Endpoint(world, order_lists.order_items)),
        served(
            f"{API}/orders/{{pk:int}}/",
            Endpoint(world, order_lists.order),
            Endpoint(world, integration.mark_order, method="PATCH"),
        ),
        served(f"{ERP}/orders/", Endpoint(world, integration.erp_orders)),
        *(served(path, Endpoint(world, integration.order_by_number)) for path in numbered),
        *(
            served(
                f"{base}/order_items/{{pk:int}}/create_mapping/",
                Endpoint(world, integration.map_item, method="POST"),
            )
            for base in (API, ERP)
        ),
    ]


def _people(world: World) -> list[Route]:
    making_customer = Endpoint(
        world,
        customers.create_customer,
        method="POST",
        stream="customer",
        subject=customers.email_of,
    )
    making_address = Endpoint(
        world,
        addresses.create_address,
        method="POST",
        stream="address",
        subject=addresses.hash_of,
        keys=addresses.line_of,
    )
    return [
        served(f"{CHANNEL}/customers/", Endpoint(world, references.of_channel("customers")), making_customer),
        served(
            f"{CHANNEL}/customers/{{pk:int}}/",
            Endpoint(world, references.single("customers")),
            Endpoint(world, customers.change_customer, method="PATCH"),
        ),
        served(f"{CHANNEL}/addresses/", Endpoint(world, references.of_channel("addresses")), making_address),
        served(f"{CHANNEL}/addresses/{{pk:int}}/", Endpoint(world, references.single("addresses"))),
    ]


def _references(world: World) -> list[Route]:
    of_channel = {
        "products": "products",
        "cargos": "cargo_companies",
        "price_lists": "price_lists",
        "stock_lists": "stock_lists",
        "retail_stores": "retail_stores",
        **{kind: kind for kind in KINDS_OF_PLACE.values()},
    }
    of_all = ("payment_options", "channels", "catalogs", "content_types")
    singles = {"channels": "channels", "catalogs": "catalogs", "price_list": "price_lists"}
    return [
        *(
            served(f"{CHANNEL}/{path}/", Endpoint(world, references.of_channel(kind)))
            for path, kind in of_channel.items()
        ),
        *(served(f"{API}/{kind}/", Endpoint(world, references.of_all(kind))) for kind in of_all),
        *(
            served(f"{API}/{path}/{{pk:int}}/", Endpoint(world, references.single(kind)))
            for path, kind in singles.items()
        ),
    ]


def _integration(world: World) -> list[Route]:
    return [
        served(f"{CHANNEL}/integration_actions/", Endpoint(world, integration.integration_actions)),
        served(
            f"{CHANNEL}/batch_requests/",
            Endpoint(world, references.of_channel("batch_requests")),
            Endpoint(world, batch_requests.create_batch, method="POST"),
        ),
        served(
            f"{CHANNEL}/batch_requests/{{pk:int}}/",
            Endpoint(world, references.single("batch_requests")),
            Endpoint(world, batch_requests.change_batch, method="PATCH"),
        ),
        served(
            f"{CHANNEL}/error_reports/",
            Endpoint(world, references.of_channel("error_reports")),
            Endpoint(world, integration.report_error(), method="POST"),
        ),
        *(
            served(
                f"{CHANNEL}/error_reports/{place}/",
                Endpoint(world, integration.report_error(place), method="POST"),
            )
            for place in KINDS_OF_PLACE
        ),
    ]


def _migrations(world: World) -> list[Route]:
    return [
        served(
            f"{REMOTE}/start/{{key}}/",
            Endpoint(world, migrations.start, method="POST", media=FILE_TYPE),
        ),
        served(f"{REMOTE}/{{migration_id}}/", Endpoint(world, migrations.progress)),
    ]


def _sessions(world: World) -> list[Route]:
    return [
        *(
            served(
                f"{base}/auth/login/",
                Endpoint(world, sessions.login, method="POST", stream="login", public=True),
            )
            for base in (API, ERP)
        ),
        served(f"{API}/active_user/", Endpoint(world, sessions.active_user)),
    ]


def _number_asked(request: Request) -> str | None:
    return request.query.get("number") or request.query.get("number__exact")
