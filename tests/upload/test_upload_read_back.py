"""An order as the target shows it against what was sent, kind by kind, and item by item."""

from typing import Any

import pytest

from pipeline.model.exchange import RemoteOrder
from pipeline.upload.read_back import Difference, ReadBack, described, read_back


def compared(sent: dict[str, Any], shown: dict[str, Any], items: Any = (), shown_items: Any = ()) -> ReadBack:
    """Compare two orders and their items."""
    return read_back({"order": sent, "order_item": list(items)}, RemoteOrder("7", shown, shown_items))


@pytest.mark.parametrize(
    ("field", "sent", "read"),
    [
        ("amount", "10.00", "10"),
        ("amount", "ten", "ten"),
        ("shipping_tax_rate", "20", "20.00"),
        ("status", "cancelled", "100"),
        ("status", "Odd", "Odd"),
        ("currency", "try", "TRY"),
        ("customer", 201, {"id": 201}),
        ("customer", 201, {"pk": 201, "id": 9}),
        ("date_placed", "soon", "soon"),
        ("extra_field", {"a": 1, "b": {"c": 2}}, {"b": {"c": 2, "d": 3}, "a": 1}),
        ("fundstransfertransaction_set", [7, 8], [{"id": 8}, {"pk": 7}]),
        ("delivery_range", {"start": "2024-03-02T07:00:00Z"}, {"start": "2024-03-02T10:00:00+03:00"}),
    ],
)
def test_what_means_the_same_is_no_difference(field: str, sent: object, read: object) -> None:
    """Whatever it is written like."""
    assert compared({field: sent}, {field: read}) == ReadBack((), 1, frozenset())


@pytest.mark.parametrize(
    ("field", "sent", "read"),
    [
        ("amount", "10.00", "10.001"),
        ("amount", "ten", "eleven"),
        ("amount", "ten", "10"),
        ("shipping_tax_rate", "20", "20.01"),
        ("status", "cancelled", "50"),
        ("date_placed", "soon", "later"),
        ("date_placed", "2024-03-01T07:00:00Z", "2024-03-01T07:00:01Z"),
        ("extra_field", {"a": 1, "b": 2}, {"a": 1}),
        ("extra_field", {"a": 1, "b": 2}, {"a": 2, "b": 2}),
        ("extra_field", {"a": {}}, {"a": "text"}),
        ("extra_field", {"a": 1}, "text"),
        ("fundstransfertransaction_set", [7, 8], "78"),
        ("fundstransfertransaction_set", "78", [7, 8]),
        ("fundstransfertransaction_set", [7, 7], [7, 8]),
        ("delivery_range", {"start": "2024-03-02T07:00:00Z"}, "soon"),
        ("delivery_range", "soon", {"start": "2024-03-02T07:00:00Z"}),
        ("delivery_range", "soon", "soon"),
        ("delivery_range", {"start": "2024-03-02T07:00:00Z"}, {"end": "2024-03-02T07:00:00Z"}),
    ],
)
def test_what_means_something_else_is_a_difference(field: str, sent: object, read: object) -> None:
    """With both values."""
    difference = Difference(f"order.{field}", sent, read)
    assert compared({field: sent}, {field: read}) == ReadBack((difference,), 1, frozenset())


@pytest.mark.parametrize("nothing", [None, "", {}, []])
def test_what_was_sent_empty_is_not_compared(nothing: object) -> None:
    """It says nothing; nought and no are values."""
    assert compared({"notes": nothing}, {"notes": "x"}) == ReadBack((), 0, frozenset())
    assert compared({"has_gift_box": False}, {"has_gift_box": True}).compared == 1
    assert compared({"amount": 0}, {"amount": 1}).compared == 1


def test_two_alike_need_two_partners() -> None:
    """Of two items that were sent alike one was changed: the other one does not stand for both."""
    item = {"product": 1, "price": "5.00"}
    found = compared({}, {}, [item, item], ({**item, "price": "6.00"}, item))
    assert found.differences == (Difference("order_item[2].price", "5.00", "6.00"),)
    assert found.compared == 4


def test_items_that_differ_alike_are_compared_place_by_place() -> None:
    """So that a difference is said of the item that people see there."""
    sent = [{"product": 1, "price": "5.00"}, {"product": 1, "price": "6.00"}]
    shown = ({"product": 1, "price": "7.00"}, {"product": 1, "price": "8.00"})
    assert compared({}, {}, sent, shown).differences == (
        Difference("order_item[1].price", "5.00", "7.00"),
        Difference("order_item[2].price", "6.00", "8.00"),
    )


def test_counts_and_numbers_of_items_are_numbers() -> None:
    """And a field that is not shown of them is named once."""
    sent = [{"quantity": 2, "price": "5.00", "sku": "a"}, {"quantity": 1, "sku": "b"}]
    found = compared({}, {}, sent, ({"quantity": "2", "price": "5"}, {"quantity": 1.0}))
    assert found == ReadBack((), 3, frozenset({"order_item.sku"}))


def test_another_number_of_items_is_one_difference_and_none_is_compared() -> None:
    """Nobody knows which of them is which."""
    found = compared({"amount": "1"}, {"amount": "1"}, [{"product": 1}], ())
    assert found == ReadBack((Difference("order_item", "1 items", "0 items"),), 1, frozenset())


@pytest.mark.parametrize(
    ("field", "sent", "read", "words"),
    [
        ("order.notes", "for", "for Ali", ("3 characters", "7 characters, others from the 4. on")),
        ("order.gift_box_note", "for Ali", "for", ("7 characters", "3 characters, others from the 4. on")),
        ("order.notes", "Ali", None, ("3 characters", "nothing")),
        ("order.extra_field", {"a": 1}, None, ("8 characters", "nothing")),
        ("order.status", "550", "100", ("550", "100")),
        ("order.unheard_of", "a", "b", ("a", "b")),
    ],
)
def test_of_what_people_wrote_only_length_and_place_are_told(
    field: str, sent: object, read: object, words: tuple[str, str]
) -> None:
    """Everything else is told as it is."""
    assert described(Difference(field, sent, read)) == words
