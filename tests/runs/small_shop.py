"""A small invented shop on disk, the requests that send it, and the promises checked afterwards."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.model.capability import Capability
from pipeline.model.summary import broken_sums
from pipeline.runs.asked.request import Places, PlanRequest, SendRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.verbs import run
from pipeline.simulator import Settings, Simulator

UNLIMITED = float("inf")
WINDOW = 0.3
ON_TARGET = frozenset({"created", "already_present"})
MAPPING = """\
version: 1
name: small-shop
locale: en_US
timezone: Europe/Istanbul
sources:
  orders: {files: "orders*.csv", key: number}
  items:  {files: "items*.csv", key: number}
order:
  number:           number
  status:           {constant: delivered}
  date_placed:      {column: placed, date: "%Y-%m-%d %H:%M"}
  customer:         {column: customer, integer: true}
  shipping_address: {constant: 301}
  billing_address:  {constant: 302}
  currency:         currency
  amount:           {column: total, decimal: true}
items:
  product:     {column: product, integer: true}
  quantity:    {column: quantity, integer: true}
  unit_price:  {column: price, decimal: true}
  total_price: {column: sum, decimal: true}
"""


@dataclass(frozen=True)
class Shop:
    """Where the shop's files, journals and reports lie; ``count`` orders numbered A-0001 and so on."""

    folder: Path
    count: int

    @property
    def orders(self) -> Path:
        """Give the file of the orders."""
        return self.folder / "orders.csv"

    @property
    def items(self) -> Path:
        """Give the file of the order items."""
        return self.folder / "items.csv"

    @property
    def mapping(self) -> Path:
        """Give the mapping file."""
        return self.folder / "mapping.yaml"

    @property
    def places(self) -> Places:
        """Give the folders of journals and reports."""
        return Places(self.folder / "state", self.folder / "reports")

    def plan_request(self, url: str, capability: Capability | None = None, channel: int = 5) -> PlanRequest:
        """Ask for all of the shop, in mode B with a short window unless told otherwise."""
        capability = capability or Capability(settle_window=WINDOW)
        return PlanRequest([self.orders, self.items], self.mapping, url, channel, capability)


def number(place: int) -> str:
    """Give the number of the nth order, from 1."""
    return f"A-{place:04d}"


def open_shop(folder: Path, count: int) -> Shop:
    """Write a shop of `count` orders with one to three items each, in two currencies."""
    folder.mkdir(parents=True, exist_ok=True)
    orders = ["number,placed,customer,currency,total"]
    items = ["number,product,quantity,price,sum"]
    for place in range(1, count + 1):
        total = Decimal(0)
        for line in range(place % 3 + 1):
            price, quantity = Decimal(place * 100 + line * 10 + 5) / 100, line + 1
            total += price * quantity
            items.append(f"{number(place)},{101 + line},{quantity},{price:.2f},{price * quantity:.2f}")
        currency = "eur" if place % 7 == 0 else "try"
        orders.append(
            f"{number(place)},2024-03-{place % 28 + 1:02d} 10:00,{201 + place % 20},{currency},{total:.2f}"
        )
    shop = Shop(folder, count)
    shop.orders.write_text("\n".join(orders) + "\n", encoding="utf-8")
    shop.items.write_text("\n".join(items) + "\n", encoding="utf-8")
    shop.mapping.write_text(MAPPING, encoding="utf-8")
    return shop


def sending(token: str = "demo-token", **changes: Any) -> SendRequest:
    """Send as fast as the target bears, with little patience."""
    return SendRequest(token, **{"rate": UNLIMITED, "deadline": 2.0, "trips_after": 1000, **changes})


def send_all(shop: Shop, sim: Simulator, *, unique: bool = False, **changes: Any) -> Result:
    """Plan and send the whole shop."""
    planned = shop.plan_request(sim.url, Capability(unique, changes.pop("window", WINDOW)))
    return run(planned, sending(sim.token, **changes), shop.places)


def mode_settings(*, unique: bool, **changes: Any) -> Settings:
    """Give the target that a mode relies on, and nothing better: mode B's takes a number twice."""
    return Settings(unique_numbers=unique, **changes)


def table(journal: Path, sql: str) -> list[tuple[Any, ...]]:
    """Ask a closed journal something."""
    with closing(sqlite3.connect(journal)) as db:
        return db.execute(sql).fetchall()


def states(result: Result) -> dict[str, str]:
    """Give the journal's state of each order, by number."""
    return dict(table(result.journal, "SELECT number, state FROM orders"))


def attempts(result: Result) -> dict[str, int]:
    """Give how often each order was sent, by number."""
    return dict(table(result.journal, "SELECT number, attempts FROM orders"))


def codes(result: Result) -> dict[str, str | None]:
    """Give the code that stands for each order's outcome."""
    return {order.number: order.code for order in result.orders()}


def assert_promises(result: Result, *sims: Simulator, foreign: frozenset[str] = frozenset()) -> None:
    """Compare the journal with what really happened at the targets, which never knew of it.

    None lost, none twice, what is reported as created stands there with the bytes that were sealed, nothing
    left the machine without an intent, every attempt sent the same bytes, and all sums hold. `foreign` are
    numbers that somebody else created.
    """
    rows = table(
        result.journal,
        "SELECT o.id, o.number, o.state, o.sha256, p.body, o.attempts, o.currency, o.amount_minor"
        " FROM orders o LEFT JOIN payloads p ON p.order_id = o.id",
    )
    intents = dict(table(result.journal, "SELECT order_id, count(*) FROM attempts GROUP BY order_id"))
    stored = [order for sim in sims for order in sim.truth.orders(5)]
    posts = [entry for sim in sims for entry in sim.truth.log if entry.method == "POST"]
    for order_id, name, state, sha256, body, tried, _, _ in rows:
        there = [order for order in stored if order.number == name]
        sent = [entry for entry in posts if entry.number == name]
        assert len(there) <= 1, f"{name} was created {len(there)} times"
        if state in ON_TARGET:
            assert there, f"{name} is reported as {state} and stands nowhere"
            assert name in foreign or there[0].raw == body, f"{name} stands there with other bytes"
        elif state not in {"in_doubt", "in_flight", "conflict"}:
            assert not there, f"{name} is reported as {state} and stands there"
        assert len(sent) <= intents.get(order_id, 0), f"{name} was sent without an intent"
        assert tried == intents.get(order_id, 0)
        assert {entry.sha256 for entry in sent} <= {sha256.hex() if sha256 else None}
    assert {entry.number for entry in posts} - {None} <= {row[1] for row in rows}
    _assert_sums(result, rows)


def assert_sums(result: Result) -> None:
    """Check that the numbers of a run add up, and that its money is that of the orders that stand there."""
    _assert_sums(
        result,
        table(
            result.journal,
            "SELECT id, number, state, sha256, NULL, attempts, currency, amount_minor FROM orders",
        ),
    )


def _assert_sums(result: Result, rows: list[tuple[Any, ...]]) -> None:
    summary = result.summary
    assert broken_sums(summary) == []
    assert summary.exit_code != 1
    assert summary.orders.read == len(rows)
    money: dict[str, Decimal] = {}
    for _, _, state, _, _, _, currency, minor in rows:
        money[currency] = money.get(currency, Decimal(0)) + (
            Decimal(minor) / 100 if state in ON_TARGET else 0
        )
    assert {currency: sums.created for currency, sums in summary.money.items()} == money
