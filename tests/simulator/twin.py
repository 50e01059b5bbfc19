"""What the tests of the twin share: a good order, a client, a socket that sees how a connection ends."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any, Literal

import httpx

if TYPE_CHECKING:
    from pipeline.simulator import Simulator

CREATE = "/api/v1/channel/5/create_orders/"
LOOKUP = "/api/v1/channel/5/orders/"
CUSTOMERS = "/api/v1/channel/5/customers/"
ADDRESSES = "/api/v1/channel/5/addresses/"
Ending = Literal["fin", "reset", "open"]


def good_item(**changes: object) -> dict[str, Any]:
    """One order item that the twin takes."""
    item = {"product": 101, "quantity": 2, "unit_price": "50.00", "total_price": "100.00"}
    return {**item, **changes}


def good_body(
    number: str = "A-17", /, *, items: list[Any] | None = None, **changes: object
) -> dict[str, Any]:
    """Build a whole create-order body that the twin takes; `changes` go to the order."""
    order = {
        "number": number,
        "channel": 5,
        "status": "delivered",
        "date_placed": "2024-03-01T10:00:00+03:00",
        "customer": 201,
        "shipping_address": 301,
        "billing_address": 302,
        "currency": "try",
        "amount": "100.00",
    }
    return {"order": {**order, **changes}, "order_item": [good_item()] if items is None else items}


def good_customer(name: str = "yeni", /, **changes: object) -> dict[str, Any]:
    """Build a customer that the twin takes, with an e-mail and a code made of the name."""
    customer = {
        "email": f"{name}@example.com",
        "channel_code": f"N-{name}",
        "is_active": True,
        "first_name": "Yeni",
        "last_name": "Müşteri",
        "phone_number": "+905000000999",
        "channel": 5,
    }
    return {**customer, **changes}


def good_address(line: str = "Örnek Mah. 99. Sokak No: 1", /, **changes: object) -> dict[str, Any]:
    """Build an address that the twin takes: of customer 201, in İstanbul, Kadıköy, Caferağa."""
    address = {
        "customer": 201,
        "email": "ayse.ornekci@ornek.example",
        "phone_number": "+905000000000",
        "first_name": "Ayşe",
        "last_name": "Örnekçi",
        "country": 1,
        "city": 34,
        "township": 1026,
        "district": 5001,
        "line": line,
    }
    return {**address, **changes}


def client(sim: Simulator, token: str | None = None) -> httpx.Client:
    """Open a client with the twin's token, blind to the environment's proxies."""
    headers = {"Authorization": f"Token {sim.token if token is None else token}"}
    return httpx.Client(base_url=sim.url, headers=headers, trust_env=False, verify=False, timeout=5.0)


def post(
    sim: Simulator, number: str = "A-17", /, *, items: list[Any] | None = None, **changes: object
) -> httpx.Response:
    """Post one good order with a client of its own."""
    with client(sim) as api:
        return api.post(CREATE, json=good_body(number, items=items, **changes))


def raw_post(sim: Simulator, number: str = "A-17", *, patience: float = 2.0) -> tuple[bytes, Ending]:
    """Post one good order over a bare socket: everything that came back, and how the connection ended.

    "open" means that nothing more came for `patience` seconds.
    """
    data = json.dumps(good_body(number)).encode()
    address = httpx.URL(sim.url)
    head = (
        f"POST {CREATE} HTTP/1.1\r\nHost: {address.host}\r\nAuthorization: Token {sim.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    with socket.create_connection((address.host, address.port or 80), timeout=patience) as connection:
        connection.sendall(head.encode() + data)
        return _read_to_the_end(connection)


def _read_to_the_end(connection: socket.socket) -> tuple[bytes, Ending]:
    came = b""
    while len(came) < 4 << 20:
        try:
            part = connection.recv(65_536)
        except ConnectionError:
            return came, "reset"
        except TimeoutError:
            return came, "open"
        if not part:
            return came, "fin"
        came += part
    return came, "open"
