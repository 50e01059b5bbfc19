"""Whether an order on the target is the one that was sent."""

from typing import Any

import pytest

from pipeline.model.exchange import RemoteOrder
from pipeline.upload.compare import differences, paths_of

ITEMS = [
    {"product": 101, "quantity": 2, "unit_price": "50.00", "total_price": "100.00"},
    {"product": 102, "quantity": 1, "unit_price": "9.90", "total_price": "9.90"},
]
SENT: dict[str, Any] = {
    "order": {
        "number": "A-17",
        "channel": 5,
        "currency": "try",
        "amount": "109.90",
        "customer": 201,
        "status": "550",
    },
    "order_item": ITEMS,
}


def found(items: list[dict[str, Any]] | None = None, **changes: Any) -> RemoteOrder:
    """Give the order as the target shows it, with changes."""
    order = {**SENT["order"], "pk": 7, **changes}
    return RemoteOrder("7", order, tuple(ITEMS if items is None else items))


@pytest.mark.parametrize(
    "remote",
    [
        found(),
        found(amount="109.9"),
        found(amount=109.9),
        found(currency="TRY"),
        found(channel="5", customer="201"),
        found(amount=None, customer=None),
        found(status="delivered", added="by the target"),
        found(items=ITEMS[::-1]),
        found(items=[{**item, "pk": place, "price": "1"} for place, item in enumerate(ITEMS)]),
        found(items=[{**item, "quantity": f"{item['quantity']}.000"} for item in ITEMS]),
        found(items=[{"product": 102}, {"product": 101}]),
        RemoteOrder(None, SENT["order"], None),
    ],
)
def test_what_the_target_writes_differently_is_the_same_order(remote: RemoteOrder) -> None:
    """Other spellings of a number, other order of items, fields left out or added are no difference."""
    assert differences(SENT, remote) == []


@pytest.mark.parametrize(
    ("remote", "word"),
    [
        (found(number="A-18"), "number"),
        (found(number="a-17"), "number"),
        (found(channel=6), "channel"),
        (found(currency="eur"), "currency"),
        (found(amount="109.91"), "amount"),
        (found(amount="-109.90"), "amount"),
        (found(amount="NaN"), "amount"),
        (found(amount="sNaN"), "amount"),
        (found(amount="Infinity"), "amount"),
        (found(amount="a lot"), "amount"),
        (found(amount={"value": 1}), "amount"),
        (found(customer=202), "customer"),
        (found(items=[]), "items: sent 2, found 0"),
        (found(items=ITEMS[:1]), "items: sent 2, found 1"),
        (found(items=[*ITEMS, ITEMS[0]]), "items: sent 2, found 3"),
        (found(items=[{**ITEMS[0], "quantity": 3}, ITEMS[1]]), "order_item[0].quantity: sent 2, found 3"),
        (found(items=[{**ITEMS[0], "unit_price": "50.01"}, ITEMS[1]]), "order_item[0].unit_price: "),
        (found(items=[{**ITEMS[0], "total_price": "sNaN"}, ITEMS[1]]), "order_item[0].total_price: "),
        (found(items=[{**ITEMS[0], "product": 999}, ITEMS[1]]), "order_item[0].product: sent 101, found 999"),
        (found(items=[ITEMS[0], {**ITEMS[1], "product": 999}][::-1]), "order_item[1].product: "),
    ],
)
def test_another_order_is_told_from_ours(remote: RemoteOrder, word: str) -> None:
    """One cent, one item, another customer: named in words a person can act on."""
    told = differences(SENT, remote)
    assert len(told) == 1
    assert word in told[0]


def test_items_that_differ_are_told_beside_those_most_like_them() -> None:
    """Each by its place as sent; of very many only how many."""
    twice = differences(SENT, found(items=[ITEMS[0], ITEMS[0]]))
    assert {words.partition(".")[0] for words in twice} == {"order_item[1]"}
    assert any(words.startswith("order_item[1].product: sent 102, found 101") for words in twice)
    many = [{**ITEMS[0], "product": place} for place in range(40)]
    others = [{**one, "quantity": 7} for one in many]
    told = differences({**SENT, "order_item": many}, found(items=others))
    assert told == ["items: 40 of 40 differ in product, quantity, unit_price, total_price"]


def test_differences_name_the_fields_that_they_are_about() -> None:
    """For whoever looks for the cells."""
    told = differences(SENT, found(amount="1", items=[{**ITEMS[0], "product": 999}, ITEMS[1]]))
    assert paths_of(told) == "order.amount, order_item[0].product"
    assert paths_of(differences(SENT, found(items=[]))) == "order_item"
    assert paths_of([]) == ""


def test_hostile_values_stay_short_and_printable() -> None:
    """What the target sends does not fill a report, nor move a terminal's cursor."""
    told = differences(SENT, found(number="\x1b[2J" + "x" * 10_000))
    assert len(told[0]) < 200
    assert told[0].isprintable()


def _one_item(**item: Any) -> tuple[dict[str, Any], RemoteOrder]:
    ours = {"product": 1, "price": "7.00", "unit_price": "7.00"}
    sent = {"order": {"number": "A"}, "order_item": [ours]}
    return sent, RemoteOrder("1", {"number": "A"}, ({**ours, **item},))


@pytest.mark.parametrize(
    ("item", "same"),
    [
        ({"price": "7"}, True),
        ({"unit_price": 7}, True),
        ({"price": "7.01"}, False),
        ({"unit_price": "7.01"}, False),
        ({"price": "seven"}, False),
    ],
)
def test_every_price_of_an_item_counts_as_a_number(item: dict[str, Any], same: bool) -> None:
    """Also the list price, where both name one."""
    assert (differences(*_one_item(**item)) == []) is same


def test_totals_are_equal_as_numbers_too() -> None:
    """109.9 and 109.90 are one amount, on the order and on its items."""
    items = [{**item, "total_price": f"{item['total_price']}00"} for item in ITEMS]
    assert differences(SENT, found(items=items)) == []


def test_two_values_that_are_no_numbers_are_not_equal_for_that() -> None:
    """A text in the place of an amount equals itself alone."""
    sent = {"order": {"number": "A", "amount": "much"}, "order_item": []}
    assert differences(sent, RemoteOrder("1", {"number": "A", "amount": "much"}, ())) == []
    assert differences(sent, RemoteOrder("1", {"number": "A", "amount": "more"}, ())) != []
