"""Every preset for a platform: its sample becomes exactly the orders that are written down by hand."""

from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from preset_runs import PLATFORMS, checked, sent
from sample_cases import SHOPS, Sample
from sample_outcomes import ROOT, prepare

_SAME = {
    "11": "2015-11-08T00:30:00Z 550 201 301 301 369.60 29.90 0.00 - 101*2*149.90=299.80 129*1*39.90=39.90",
    "12": "2023-03-01T07:15:00Z 100 207 309 310 1124.10 0.00 124.90 - 121*1*1249.00=1249.00",
    "13": "2023-07-14T18:05:00Z 600 203 304 304 429.80 29.90 0.00 429.80 106*1*399.90=399.90",
    "14": "2024-02-28T21:30:00Z 550 new new new 358.80 29.90 0.00 - 129*1*39.90=39.90 125*1*289.00=289.00",
}
"""What the four sound orders must be, whatever platform they come from: by the last digits of their number
the moment, status, customer, addresses, amount, shipping, discount, refund and items. Worked out by hand."""
GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.yaml"))

SHOPS_WRITTEN_DOWN = Path(__file__).parent / "golden_shops"


def _golden(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def _expected(golden: dict[str, Any]) -> dict[str, Any]:
    """Each order with what all orders and all items have in common."""
    return {
        number: {
            **golden["every_order"],
            **order,
            "extra_field": order["extra_field"],
            "items": [{**golden["every_item"], **item} for item in order["items"]],
        }
        for number, order in golden["orders"].items()
    }


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: str(path.stem))
def test_a_preset_sends_its_sample_as_it_is_written_down(path: Path, tmp_path: Path) -> None:
    """Payloads to the last field, people with their telephone numbers, and two orders refused."""
    golden = _golden(path)
    found = sent(path.stem, golden["files"], tmp_path)
    assert found.orders == _expected(golden)
    wanted: dict[str, dict[str, Any]] = golden["people"]
    assert {
        email: {name: found.people[email][name] for name in wanted[email]} for email in found.people
    } == wanted
    assert [record["line"] for record in found.addresses] == golden["addresses"]
    assert found.told == golden["told"]
    assert found.exit_code == 3


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: str(path.stem))
def test_a_check_of_a_presets_sample_tells_the_same_without_the_network(path: Path, tmp_path: Path) -> None:
    """The order that is still open and the one in an unknown state are refused before anything is sent."""
    golden = _golden(path)
    assert checked(path.stem, golden["files"], tmp_path) == (golden["told"], 3)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: str(path.stem))
def test_all_platforms_tell_of_the_same_four_orders(path: Path) -> None:
    """However a platform writes them: UTC or local time, with lira signs, with a discount below zero."""
    expected = _expected(_golden(path))
    told = {number[-2:]: _in_one_line(order) for number, order in expected.items()}
    same = dict(_SAME)
    if path.stem == "omnitron_old_orders":  # tells no shipping, and nobody is created from it
        del same["14"]
        same = {number: line.replace(" 29.90 0.00 ", " 0.00 0.00 ") for number, line in same.items()}
    assert told == same


def _in_one_line(order: dict[str, Any]) -> str:
    names = ("date_placed", "status", "customer", "shipping_address", "billing_address", "amount")
    values = [order[name] for name in (*names, "shipping_amount", "discount_amount")]
    items = [f"{i['product']}*{i['quantity']}*{i['unit_price']}={i['total_price']}" for i in order["items"]]
    return " ".join(map(str, [*values, order.get("refund_amount", "-"), *items]))


@pytest.mark.parametrize("sample", SHOPS, ids=lambda sample: str(sample.name))
def test_a_shops_sample_becomes_the_orders_that_are_written_down(sample: Sample, tmp_path: Path) -> None:
    """Two or three orders of each, field for field: several lines, a discount, a refund, a cancellation."""
    expected = _expected(_golden(SHOPS_WRITTEN_DOWN / Path(sample.mapping).name))
    payloads = [orjson.loads(body) for body in prepare(sample, tmp_path).bodies]
    orders = {one["order"]["number"]: {**one["order"], "items": one["order_item"]} for one in payloads}
    assert {number: orders[number] for number in expected} == expected


def test_every_sample_of_a_platform_is_written_down() -> None:
    """No preset is shipped unproved."""
    read = {name for path in GOLDEN for name in _golden(path)["files"]}
    assert read == {path.name for path in PLATFORMS.iterdir()}
    assert {path.name for path in GOLDEN} <= {path.name for path in (ROOT / "mappings").glob("*.yaml")}
