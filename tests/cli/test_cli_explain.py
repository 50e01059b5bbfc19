"""``orderlift explain``: an order by its number, with its run, as JSON, and where there is none."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from shop import CANARY, export, orderlift, sources

from pipeline.simulator import Simulator


@pytest.fixture
def target() -> Iterator[Simulator]:
    """A simulator that knows no other token than ours."""
    with Simulator() as simulator:
        yield simulator


def test_an_order_is_told_from_its_cells_to_what_comes_next(tmp_path: Path, target: Simulator) -> None:
    """One screen: head, fields with cells and lines, attempts, states, and the command to give."""
    shop = export(tmp_path, 3)
    text = (shop / "items.csv").read_text(encoding="utf-8")
    (shop / "items.csv").write_text(text.replace("0002,101", "0002,99101"), encoding="utf-8")
    flags = ("--target", target.url, "--channel", "5", "--rate", "unlimited", "--json")
    sent = orderlift(shop, "run", *sources(*flags), ORDERLIFT_TOKEN=target.token)
    assert sent.code == 3
    run_id = sent.document["run_id"]

    ended = orderlift(shop, "explain", f"{run_id[:5]}:0002")
    assert ended.code == 0, ended.err
    assert ended.out.startswith(f"Order 0002 of run {run_id}: ✕ refused by the target\n")
    for line in (
        "E511 refused by the target: items.csv, cell B3 (Article), order_item.product",
        "  order.amount = 2.50   shop.yaml:16:3",
        "      D3 (Sum)  '2.50'",
        "      read as money: '2.50' → 2.50   line 16",
        f"  POST {target.url}/api/v1/channel/5/create_orders/   Authorization: Token •••",
        "answer 400 after ",
        "       order_item[0].product: ",
        "rejected",
        f"  orderlift retry {run_id} --input reports/{run_id}/failed   once the cells named above are right",
    ):
        assert line in ended.out
    assert target.token not in ended.out

    document = orderlift(shop, "explain", "0002", "--json").document
    assert (document["schema"], document["run_id"], document["state"]) == (
        "orderlift/explain/1",
        run_id,
        "rejected",
    )
    assert [state["state"] for state in document["states"]] == ["planned", "in_flight", "rejected"]
    assert document["attempts"][0]["complaints"][0]["path"] == ["order_item", 0, "product"]
    assert document["request"]["payload"]["order_item"][0]["product"] == 99101
    assert "Nothing: the order stands on the target." in orderlift(shop, "explain", "0001").out


def test_what_is_not_there_is_said_with_what_to_do(tmp_path: Path) -> None:
    """Neither a code nor an order; an order that no run holds; a code is told as JSON, too."""
    ended = orderlift(tmp_path, "explain", "E-211")
    assert (ended.code, "Did you mean E211?" in ended.err) == (2, True)
    ended = orderlift(tmp_path, "explain", "A-1017")
    assert ended.code == 2
    assert "no run in" in ended.err
    assert "orderlift runs" in ended.err
    assert orderlift(tmp_path, "explain", "e211", "--json").document["code"] == "E211"


def test_personal_data_shows_only_where_it_is_asked_for(tmp_path: Path, target: Simulator) -> None:
    """By its field and by its pattern, on the terminal as in JSON."""
    shop = export(tmp_path, 1)
    heads = (shop / "orders.csv").read_text(encoding="utf-8").splitlines()
    note = "Gülizar arasın +90 532 111 22 33"
    (shop / "orders.csv").write_text(f"{heads[0]},Note\n{heads[1]},{note}\n", encoding="utf-8")
    mapping = (shop / "shop.yaml").read_text(encoding="utf-8")
    (shop / "shop.yaml").write_text(
        mapping.replace("  currency: ", "  notes: Note\n  currency: "), encoding="utf-8"
    )
    flags = ("--target", target.url, "--channel", "5", "--rate", "unlimited", "--json")
    assert orderlift(shop, "run", *sources(*flags), ORDERLIFT_TOKEN=target.token).code == 0
    for words in (("explain", "0001"), ("explain", "0001", "--json")):
        hidden, shown = orderlift(shop, *words), orderlift(shop, *words, "--show-pii")
        assert "Gülizar" not in hidden.out
        assert "532 111" not in hidden.out
        assert note in shown.out
        assert CANARY not in shown.out
