"""A corrected number that another order has is refused at its cell, and that order is left alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fix_shop import broken_shop, codes, corrected, corrections, edit, workbook
from small_shop import Shop, mode_settings, number, open_shop, send_all, sending, states

from pipeline.runs.asked.result import Result
from pipeline.runs.fixing.exporting import export_fix
from pipeline.runs.fixing.taking import Taken, take_fix_book
from pipeline.runs.settling.retrying import RetryRequest
from pipeline.runs.verbs import check, retry
from pipeline.simulator import Simulator

TWICE = mode_settings(unique=False)
FLAT = """\
version: 1
name: small-shop
locale: en_US
timezone: Europe/Istanbul
sources:
  lines: {files: "lines*.csv", key: number}
order:
  number:           number
  status:           {constant: delivered}
  date_placed:      {column: placed, date: "%Y-%m-%d"}
  customer:         {constant: 201}
  shipping_address: {constant: 301}
  billing_address:  {constant: 302}
  currency:         currency
  amount:           {column: total, decimal: true}
items:
  product:     {column: product, integer: true}
  quantity:    {constant: 1}
  unit_price:  {column: price, decimal: true}
  total_price: {column: price, decimal: true}
"""


def checked(shop: Shop) -> Result:
    """Check a shop."""
    return check(shop.plan_request("http://127.0.0.1:1"), shop.places)


def renamed(names: dict[str, str], *sheets: str, **others: str) -> Callable[[Any], None]:
    """Give every row of some sheets another number, and a column of the first sheet another value."""

    def work(book: Any) -> None:
        for sheet in sheets:
            head = [cell.value for cell in book[sheet][1]]
            for row in book[sheet].iter_rows(min_row=2):
                row[0].value = names.get(row[0].value, row[0].value)
                for column, value in others.items() if sheet == sheets[0] else ():
                    row[head.index(column)].value = value

    return work


def taken(shop: Shop, result: Result, names: dict[str, str], *sheets: str, **others: str) -> Taken:
    """Correct numbers in the workbook of a run, and take it up."""
    path = edit(workbook(shop, result), renamed(names, *sheets, **others))
    return take_fix_book(path, shop.places)


def refused(done: Taken) -> list[tuple[str | None, str | None]]:
    """Give the cells that were not taken, with what was typed there."""
    return [(one.at.cell, one.value) for one in done.issues if one.code == "E694" and one.at is not None]


def test_a_number_of_another_order_of_the_run_is_refused_at_its_cell(tmp_path: Path) -> None:
    """What else was corrected there is taken, and the order waits: under its old number nobody wants it."""
    shop = broken_shop(tmp_path / "shop", 4, {(2, "currency"): "lira"})
    result = checked(shop)
    done = taken(shop, result, {number(2): number(3)}, "orders", "items", currency="try")
    assert refused(done) == [("A3", number(3)), *(("A" + str(row), number(3)) for row in (4, 5, 6))]
    assert {one.facts["other"] for one in done.issues} == {f"row 4 of {shop.orders}"}
    assert [(one.at.cell, one.order_wrong and one.order_wrong.code) for one in done.cells] == [("D3", "E694")]
    assert (done.ready, done.still_wrong, done.all_well) == (0, 1, False)
    assert done.stored is not None
    assert [order.ready for order in done.stored.overlay.orders] == [False]


@pytest.mark.parametrize("name", ["a-0003", "A-0003\xa0"])
def test_a_number_that_may_count_as_another_one_is_refused_as_well(tmp_path: Path, name: str) -> None:
    """In other case, or with spaces around it."""
    shop = broken_shop(tmp_path / "shop", 4, {(2, "currency"): "lira"})
    done = taken(shop, checked(shop), {number(2): name}, "orders", "items", currency="try")
    assert ("A3", name.strip(" ").replace("\xa0", "\\u00a0")) in {
        (cell, (value or "").strip(" ")) for cell, value in refused(done)
    }
    assert (done.ready, done.still_wrong) == (0, 1)


def test_a_number_that_no_other_order_has_is_taken(tmp_path: Path) -> None:
    """All rows of the order say it."""
    shop = broken_shop(tmp_path / "shop", 4, {(2, "currency"): "lira"})
    done = taken(shop, checked(shop), {number(2): "A-0900"}, "orders", "items", currency="try")
    assert (codes(done.issues), done.ready, done.all_well) == ([], 1, True)


def test_two_orders_corrected_to_one_number_are_both_refused(tmp_path: Path) -> None:
    """Nobody knows which of them is meant; as with exactly the same number as with one alike."""
    for other in ("B-1", "b-1"):
        shop = broken_shop(tmp_path / other, 4, {(2, "currency"): "lira", (3, "currency"): "lira"})
        names = {number(2): "B-1", number(3): other}
        done = taken(shop, checked(shop), names, "orders", "items", currency="try")
        assert {cell for cell, _ in refused(done)} == {"A3", "A4", "A5", "A6", "A7"}
        assert (done.ready, done.still_wrong) == (0, 2)


def test_a_number_that_an_earlier_workbook_gave_away_is_refused_and_one_it_freed_is_not(
    tmp_path: Path,
) -> None:
    """What counts are the numbers as they are corrected by now."""
    shop = broken_shop(tmp_path / "shop", 4, {(2, "currency"): "lira", (3, "currency"): "lira"})
    result = checked(shop)
    first = taken(shop, result, {number(2): "B-1"}, "orders", "items")
    assert (refused(first), first.still_wrong) == ([], 1)
    export_fix(result.run_id, None, shop.places)
    second = taken(shop, result, {number(3): "B-1"}, "orders", "items")
    assert ("A4", "B-1") in refused(second)
    export_fix(result.run_id, None, shop.places)
    third = taken(shop, result, {number(3): number(2)}, "orders", "items", currency="try")
    assert (refused(third), third.ready) == ([], 2)


def test_the_other_order_of_a_shared_number_is_whole_when_one_of_them_changes(tmp_path: Path) -> None:
    """Both were refused for it, and only one had to be corrected."""
    shop = broken_shop(tmp_path / "shop", 3, {(2, "number"): "a-0001"})
    shop.items.write_text(shop.items.read_text().replace(f"\n{number(2)},", "\na-0001,"))
    result = checked(shop)
    assert {name for name, state in states(result).items() if state == "invalid"} == {"a-0001", number(1)}
    done = taken(shop, result, {"a-0001": number(2)}, "orders", "items")
    assert (done.ready, done.still_wrong, done.all_well) == (2, 0, True)


def test_orders_that_still_share_their_numbers_are_not_ready(tmp_path: Path) -> None:
    """Whatever else was corrected in one of them."""
    shop = broken_shop(tmp_path / "shop", 3, {(2, "number"): "a-0001", (2, "currency"): "lira"})
    shop.items.write_text(shop.items.read_text().replace(f"\n{number(2)},", "\na-0001,"))
    done = taken(shop, checked(shop), {}, "orders", currency="try")
    assert [one.order_wrong and one.order_wrong.code for one in done.cells] == ["E306"]
    assert (done.ready, done.still_wrong) == (0, 2)


def test_an_item_cannot_be_moved_into_an_order_that_was_sent(tmp_path: Path) -> None:
    """The target holds that order without it; what a check alone has seen may still get it."""
    shop = open_shop(tmp_path / "shop", 3)
    shop.items.write_text(shop.items.read_text() + "A-9999,150,1,1.00,1.00\n")
    names = {"A-9999": number(1)}
    only = taken(shop, checked(shop), names, "items")
    assert (refused(only), only.ready) == ([], 1)
    with Simulator(settings=TWICE) as sim:
        sent = send_all(shop, sim)
        done = taken(shop, sent, names, "items")
    assert [value for _, value in refused(done)] == [number(1)]
    assert (done.cells, done.stored) == ([], None)


def test_an_item_moved_to_an_order_that_is_not_there_is_still_wrong(tmp_path: Path) -> None:
    """At its cell, and for whoever asks by exit code."""
    shop = open_shop(tmp_path / "shop", 3)
    shop.items.write_text(shop.items.read_text() + "A-9999,150,1,1.00,1.00\n")
    done = taken(shop, checked(shop), {"A-9999": "A-9998"}, "items")
    assert [one.wrong and one.wrong.code for one in done.cells] == ["E305"]
    assert not done.all_well


def test_a_number_that_another_run_of_the_channel_created_is_refused(tmp_path: Path) -> None:
    """The ledger knows it; the same order with the same contents would only be found there."""
    other = broken_shop(tmp_path / "other", 6, {})
    shop = broken_shop(tmp_path / "shop", 3, {(2, "currency"): "lira"})
    shared = Shop(shop.folder, 3)
    with Simulator(settings=TWICE) as sim:
        first = send_all(Shop(other.folder, 6), sim)
        assert set(states(first).values()) == {"created"}
        (tmp_path / "other" / "state").rename(tmp_path / "shop" / "state")
        result = send_all(shared, sim)
        done = taken(shared, result, {number(2): number(5)}, "orders", "items", currency="try")
    assert {one.facts["other"] for one in done.issues} == {f"run {first.run_id}"}
    assert len(refused(done)) == 4
    assert (done.ready, done.still_wrong) == (0, 1)


def flat(folder: Path, *lines: str) -> Shop:
    """Write a shop of one flat file."""
    folder.mkdir()
    (folder / "lines.csv").write_text(
        "number,placed,currency,total,product,price\n" + "\n".join(lines) + "\n"
    )
    (folder / "mapping.yaml").write_text(FLAT)
    return Shop(folder, len(lines))


def flat_check(shop: Shop) -> Result:
    """Check it."""
    request = shop.plan_request("http://127.0.0.1:1")
    return check(type(request)([shop.folder / "lines.csv"], shop.mapping, request.target, 5), shop.places)


def test_rows_of_a_flat_file_do_not_slip_into_an_order_that_is_whole(tmp_path: Path) -> None:
    """The same number makes one order there: nothing else would ever tell that two were put together."""
    shop = flat(tmp_path / "shop", "F-1,2024-03-01,try,10,101,10.00", "F-2,2024-03-01,tri,10,102,10.00")
    done = taken(shop, flat_check(shop), {"F-2": "F-1"}, "lines", currency="try")
    assert refused(done) == [("A3", "F-1")]
    assert (done.ready, done.still_wrong) == (0, 1)


def test_rows_of_refused_orders_that_are_put_together_are_told(tmp_path: Path) -> None:
    """A misspelt number parts an order, and corrected puts it together again."""
    shop = flat(tmp_path / "shop", "F-1,2024-03-01,tri,10,101,10.00", "F-l,2024-03-01,tri,10,102,10.00")
    done = taken(shop, flat_check(shop), {"F-l": "F-1"}, "lines", currency="try")
    assert (codes(done.issues), refused(done)) == (["W679"], [])
    assert done.issues[0].facts == {"count": 2, "rows": "2, 3"}


def test_a_retry_after_refused_numbers_sends_what_is_whole_and_nothing_else(tmp_path: Path) -> None:
    """No number goes twice, and no order goes under a number that somebody wanted to replace."""
    shop = broken_shop(tmp_path / "shop", 6, {(2, "currency"): "lira", (4, "currency"): "lira"})
    with Simulator(settings=TWICE) as sim:
        first = send_all(shop, sim)
        done = taken(shop, first, {number(2): number(1)}, "orders", "items", currency="try")
        assert (done.ready, done.still_wrong) == (1, 1)
        retry(RetryRequest(first.run_id), sending(), shop.places)
        assert sim.truth.creates == {number(place): 1 for place in (1, 3, 4, 5, 6)}


def test_an_order_with_a_cell_that_was_not_taken_is_not_ready(tmp_path: Path) -> None:
    """It would be sent with a value that somebody wanted to replace; corrected rightly it goes."""
    shop = broken_shop(tmp_path / "shop", 3, {(2, "currency"): "lira"})
    result = checked(shop)
    done = corrected(shop, result, {(2, "currency"): "try", (2, "customer"): 205})
    assert (codes(done.issues), done.ready, done.still_wrong) == (["E670"], 0, 1)
    again = corrected(shop, result, {(2, "customer"): "205"})
    assert (codes(again.issues), again.ready) == ([], 1)
    path = edit(workbook(shop, result), corrections({(2, "customer"): 206}))
    held = take_fix_book(path, shop.places)
    assert (codes(held.issues), held.ready, held.still_wrong) == (["E670"], 0, 1)
    assert held.stored is not None
    assert [order.ready for order in held.stored.overlay.orders] == [False]
