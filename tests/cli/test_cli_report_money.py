"""``report --reconcile`` on the command line: what people see, and what scripts get."""

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from shop import Ended, export, orderlift, sources

from pipeline.simulator import Settings, Simulator

TOKEN = "demo-token"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with four good orders, their items and a mapping."""
    return export(tmp_path)


@pytest.fixture
def target(shop: Path) -> Iterator[Simulator]:
    """A target that holds the shop's orders."""
    with Simulator(settings=Settings()) as simulator:
        where = ("--target", simulator.url, "--channel", "5", "--settle-window", "1s", "--rate", "unlimited")
        ran = do(shop, "run", *sources(*where))
        assert ran.code == 0, ran.err
        assert "Not read back from the target: orderlift report " in ran.out
        yield simulator


def do(shop: Path, *given: str) -> Ended:
    """Run a command with the token."""
    return orderlift(shop, *given, ORDERLIFT_TOKEN=TOKEN)


@pytest.mark.usefixtures("target")
def test_a_balance_is_told_per_currency(shop: Path) -> None:
    """In one sentence and a small table; a later report remembers it."""
    done = do(shop, "report", "--reconcile", "--rate", "50")
    assert done.code == 0, done.err
    assert "Read back from the target: 4 orders, and every cent balances." in done.out
    assert [line.split() for line in done.out.splitlines() if line.startswith("  TRY")][-1] == [
        *("TRY", "12.00", "(4)", "12.00", "(4)", "0.00", "(0)")
    ]
    assert "and every cent balances" in do(shop, "report").out


def test_a_difference_names_the_order_and_ends_with_4(shop: Path, target: Simulator) -> None:
    """At its row in the source, with both amounts; and the JSON object says how many."""
    (order,) = target.truth.numbered(5, "0002")
    order.answer = orjson.dumps({**order.shown, "amount": "2.51"})
    done = do(shop, "report", "--reconcile")
    assert done.code == 4
    assert "error[E685]" in done.err
    assert "orders.csv, row 3   (order 0002)" in done.err
    assert "amount: sent 2.50, found 2.51" in done.err
    assert "Needs a person" in done.out
    assert "money-differences.csv" in done.out
    told = do(shop, "report", "--reconcile", "--json", "-q")
    assert told.code == 4
    assert told.document["read_back"] == {"orders": 4, "read": 4, "differing": 1, "balances": False}


def test_again_belongs_to_reading_and_reading_needs_a_token(shop: Path, target: Simulator) -> None:
    """Both are told before anything is done."""
    assert do(shop, "report", "--again").code == 2
    without = orderlift(shop, "report", "--reconcile")
    assert (without.code, "E702" in without.err) == (2, True)
    assert target.truth.orders(5)


def test_an_order_that_differs_is_explained_so(shop: Path, target: Simulator) -> None:
    """It stands on the target, and still there is something to do; the field that differs is named."""
    assert "Nothing: the order stands on the target." in do(shop, "explain", "0002").out
    (order,) = target.truth.numbered(5, "0002")
    order.answer = orjson.dumps({**order.shown, "status": "200"})
    told = do(shop, "report", "--reconcile")
    assert told.code == 4
    (line,) = [line for line in told.err.splitlines() if "mapped by" in line]
    assert line.split()[-1] == "order.status"
    explained = do(shop, "explain", "0002").out
    assert "E685" in explained
    assert "found approved" in explained or "found " in explained
    assert "--reconcile --again" in explained
    assert "Nothing: the order stands on the target." not in explained
    assert "Nothing: the order stands on the target." in do(shop, "explain", "0001").out
