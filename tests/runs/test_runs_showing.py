"""One order through every transform: what is shown is what is sent, for every order of the samples."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from pipeline.mapping.field_plan import OMIT
from pipeline.model.refusal import UsageRefused
from pipeline.reporting.shown.traced_order import ShownOrder, ShownPart, shown_field, trace_json
from pipeline.runs.asked.request import PlanRequest
from pipeline.runs.opening.sources import open_sources
from pipeline.runs.preparing.partition import PartitionPreparer, Prepared
from pipeline.runs.preparing.spool import Spool
from pipeline.runs.preparing.spooling import spooled, terms_of
from pipeline.runs.rehearsing.showing import show_order

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SAMPLES = {
    "turkish_two_files": ("siparisler.csv", "siparis_kalemleri.xlsx"),
    "english_two_files": ("orders_en.csv", "order_items_en.csv"),
    "shopify_orders_export": ("shopify_orders_export.csv",),
    "woocommerce": ("woocommerce_orders.csv",),
}
LOOKUPS = """\
version: 1
name: looked-up
locale: tr_TR
timezone: Europe/Istanbul
sources:
  lines: {files: "lines*.csv", key: No, split: {column: Items, into: "{sku} x{pieces}"}}
  further:
    payments: {files: "payments*.csv", key: No, rows: many}
order:
  number: No
  status: {column: State, map: {Bitti: delivered}, when: {column: Kind, is_not: test}, default: canceled}
  date_placed: {column: When, date: "%d.%m.%Y"}
  customer:
    lookup: customer
    by: {email: {column: Mail, steps: [lower, email]}}
    create: {channel_code: Mail, first_name: Name}
  shipping_address: {constant: 301}
  billing_address: {constant: 302}
  currency: {constant: try}
  amount: {column: Paid, source: payments, pick: sum, decimal: true}
  notes: {first_of: [Note, Name], steps: [squeeze, upper, {truncate: 8}]}
  extra_field:
    who: {concat: [Name, Mail], separator: " / "}
items:
  product: {lookup: product, by: {sku: {column: sku}}}
  quantity: {column: pieces, integer: true}
  unit_price: {column: Each, decimal: true}
  total_price: {multiply: [pieces, Each]}
  extra_field:
    tag: {concat: [sku, pieces], steps: [lower]}
"""
LINES = """\
No;State;When;Kind;Mail;Name;Note;Each;Items
7;bitti;02.03.2024;web; AYSE@Example.org ;Ayşe  Örnek;;1,50;A-1 x2; A-1 x2
8;Bitti;02.03.2024;test;can@example.org;Can;;2,00;A-1 x1
8;;;;;;kapıda  bırak;3,00;B-2 x1
9;Bitti;gestern;web;eli@example.org;Eli;;2,00;A-1 x1
""".replace("A-1 x2; A-1 x2", '"A-1 x2; A-1 x2"')
PAYMENTS = "No;Paid\n7;1,00\n7;5,00\n8;2,00\n9;2,00\n"


def prepared(request: PlanRequest) -> Prepared:
    """Every order of the files, prepared as a run does it."""
    sources = open_sources(request)
    spool = Spool(Path(), 1)
    for opened in sources.tables:
        for _ in spooled(opened, sources.mapping, spool):
            pass
    rows = [held for partition in spool.partitions() for held in partition.load()]
    tables = [opened.table for opened in sources.tables]
    terms = terms_of(sources.mapping, NOW)
    return PartitionPreparer(sources.mapping, tables, terms, None).prepare(rows)


def told(parts: list[ShownPart]) -> dict[str, Any]:
    """The payload fields of a part as the traces tell them, objects put together."""
    fields: dict[str, Any] = {}
    for part in parts:
        for trace, _ in part.fields:
            if trace.value is OMIT:
                continue
            _, _, name = trace.field.partition(".")
            outer, dot, inner = name.partition(".")
            value = shown_field(trace.value)
            if dot:
                fields[outer] = {**(fields.get(outer) or {}), inner: value}
            else:
                fields.setdefault(outer, value)
    return fields


def as_json(fields: Mapping[str, Any]) -> Any:
    """Plain data, as JSON reads it back."""
    return orjson.loads(orjson.dumps(fields))


def same_as_sent(order: ShownOrder) -> None:
    """What the traces tell is the payload, field by field."""
    assert order.payload is not None
    own = [part for part in order.parts if part.name == "order" or part.at is None]
    items = [part for part in order.parts if part.name == "order_item"]
    assert as_json(told(own)) == order.payload["order"]
    assert [as_json(told([item])) for item in items] == order.payload["order_item"]


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_what_is_shown_is_what_is_sent_for_orders_of_every_sample(name: str) -> None:
    """The first, the last and some orders between: traced values and payload are one."""
    files = [ROOT / "input_samples" / file for file in SAMPLES[name]]
    request = PlanRequest(files, ROOT / "mappings" / f"{name}.yaml")
    ready = [order for order in prepared(request).orders if order.body is not None]
    assert len(ready) > 10
    for planned in (ready[0], ready[len(ready) // 2], ready[-1]):
        (order,) = show_order(request, planned.number, NOW)
        same_as_sent(order)
        assert planned.body is not None
        assert order.payload == orjson.loads(planned.body)


@pytest.fixture
def looked_up(tmp_path: Path) -> PlanRequest:
    """A flat file with split items, lookups, conditions and a further source."""
    (tmp_path / "lines.csv").write_text(LINES, encoding="utf-8")
    (tmp_path / "payments.csv").write_text(PAYMENTS, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(LOOKUPS, encoding="utf-8")
    return PlanRequest([tmp_path / "lines.csv", tmp_path / "payments.csv"], tmp_path / "map.yaml")


def fields_of(order: ShownOrder) -> dict[str, dict[str, Any]]:
    """The fields of an order's JSON, by name; of items the last."""
    return {field["field"]: field for part in trace_json(order)["parts"] for field in part["fields"]}


def test_every_step_says_what_it_was_given_and_what_it_made_of_it(looked_up: PlanRequest) -> None:
    """A chain, a condition, a text of several cells, a lookup: each step with its line in the mapping."""
    (order,) = show_order(looked_up, "7", NOW)
    fields = fields_of(order)
    notes = [(step["step"], step["in"], step["out"]) for step in fields["order.notes"]["steps"]]
    assert ("squeeze", ["'Ayşe  Örnek'"], "'Ayşe Örnek'") in notes
    assert ("truncate", ["'AYŞE ÖRNEK'"], "'AYŞE ÖRN'") in notes
    assert fields["order.notes"]["cells"][1]["cell"] == "F2"
    customer = fields["order.customer"]
    assert customer["value"].startswith("customer by email 'ayse@example.org'")
    assert [step["step"] for step in customer["steps"]][:2] == ["lower", "email"]
    assert fields["order.status"]["steps"][0] == {
        "step": "when Kind",
        "mapping": f"{looked_up.mapping}:11:58",
        "in": ["'web'"],
        "out": "true",
        "problem": None,
        "warnings": [],
    }
    same_as_sent(order)


def test_the_same_cell_in_two_items_tells_its_steps_twice(looked_up: PlanRequest) -> None:
    """Nothing is hidden because it was worked out before."""
    (order,) = show_order(looked_up, "7", NOW)
    items = [part for part in order.parts if part.name == "order_item"]
    steps = [
        {trace.field: [step.name for step in trace.steps] for trace, _ in item.fields if trace.columns}
        for item in items
    ]
    assert len(items) == 2
    assert steps[0] == steps[1]
    assert steps[0]["order_item.product"][-1] == "as product sku"
    assert "lower" in steps[0]["order_item.extra_field.tag"]


def test_a_cell_that_a_later_row_fills_is_shown_where_it_stands(looked_up: PlanRequest) -> None:
    """An order's columns may be filled further down; the payload has them all the same."""
    (order,) = show_order(looked_up, "8", NOW)
    notes = fields_of(order)["order.notes"]
    assert (notes["cells"][0]["cell"], notes["value"]) == ("G4", "KAPIDA B")
    assert fields_of(order)["order.status"]["cells"][0]["cell"] == "B3"
    same_as_sent(order)


def test_values_of_several_rows_are_shown_with_what_is_picked(looked_up: PlanRequest) -> None:
    """Two payments, and their sum."""
    (order,) = show_order(looked_up, "7", NOW)
    picked = order.parts[-1]
    ((trace, _),) = picked.fields
    assert (picked.at, trace.steps[0].name, str(trace.value)) == (None, "pick sum", "6.00")


def test_a_problem_stands_at_its_field(looked_up: PlanRequest) -> None:
    """The step that refuses, the issue with its remedy, and no payload."""
    (order,) = show_order(looked_up, "9", NOW)
    placed = fields_of(order)["order.date_placed"]
    assert placed["steps"][-1]["problem"] == placed["issues"][0]["code"] == "E221"
    assert placed["sent"] is False
    assert (order.payload, order.homeless()) == (None, [])


def test_an_order_that_is_not_there_is_told_with_one_that_is_like_it(looked_up: PlanRequest) -> None:
    """E490, once all files are read."""
    with pytest.raises(UsageRefused) as told_so:
        show_order(looked_up, "88", NOW)
    (issue,) = told_so.value.issues
    assert (issue.code, issue.value) == ("E490", "88")
