"""Which orders go first, and whether what is read back is what was sent."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.exchange import RemoteOrder
from pipeline.upload.canary import Stratum, choose
from pipeline.upload.read_back import Difference, described, read_back

DELIVERED, CANCELED, ABROAD = ("550", "pay", "try"), ("100", "pay", "try"), ("550", "pay", "eur")
ITEMS: list[dict[str, Any]] = [
    {"product": 101, "quantity": 2, "price": "50.00", "status": "550", "attributes": {}},
    {"product": 102, "quantity": 1, "price": "9.90", "status": "550", "attributes": {"size": "M"}},
]
SENT: dict[str, Any] = {
    "order": {
        "number": "A-17",
        "channel": 5,
        "status": "550",
        "date_placed": "2024-03-01T07:00:00Z",
        "customer": 201,
        "currency": "try",
        "amount": "109.90",
        "shipping_tax_rate": None,
        "extra_field": {"id": "17"},
        "gift_box_note": "",
        "has_gift_box": False,
        "notes": "ring twice",
        "delivery_range": {"start": "2024-03-02T07:00:00Z", "end": "2024-03-02T09:00:00Z"},
        "fundstransfertransaction_set": [7, 8],
    },
    "order_item": ITEMS,
}


def held(items: list[dict[str, Any]] | None = None, **changes: Any) -> RemoteOrder:
    """Give the order as the target shows it, with changes."""
    shown = [{"pk": 5001 + at, "order": 7, **item} for at, item in enumerate(ITEMS)]
    return RemoteOrder("7", {"pk": 7, **SENT["order"], **changes}, tuple(shown if items is None else items))


def orders(**counts: int) -> list[tuple[int, Stratum]]:
    """Give orders with ascending ids, so many of each status."""
    kinds = [(status[1:], "pay", "try") for status, count in counts.items() for _ in range(count)]
    return list(enumerate(kinds, 1))


def test_every_kind_of_order_has_a_place() -> None:
    """A kind with one order among a thousand is in the smallest sample."""
    many: list[tuple[int, Stratum]] = [(at, DELIVERED) for at in range(1, 1000)]
    sample = choose([*many, (1000, CANCELED), (1001, ABROAD)], 3)
    assert sample == ((1, 1000, 1001), 3)


def test_more_kinds_than_places_make_more_places() -> None:
    """No kind is left out because few orders were asked for."""
    assert choose(orders(_100=4, _200=4, _550=4), 2).ids == (1, 5, 9)


def test_further_places_go_by_size() -> None:
    """What is left over once every kind has a place is dealt out in proportion."""
    sample = choose(orders(_100=10, _200=30, _550=60), 10)
    places = [sum(low <= one < high for one in sample.ids) for low, high in ((1, 11), (11, 41), (41, 101))]
    assert places == [1, 3, 6]


def test_the_chosen_lie_between_the_first_and_the_last() -> None:
    """A file that changes its manner half way is met on both sides."""
    assert choose(orders(_550=101), 5).ids == (1, 26, 51, 76, 101)


def test_no_more_are_chosen_than_there_are() -> None:
    """A sample larger than the run is the run, and an empty run has none."""
    assert choose(orders(_100=2, _550=3), 100).ids == (1, 2, 3, 4, 5)
    assert choose([], 5) == ((), 0)


@given(st.lists(st.sampled_from([DELIVERED, CANCELED, ABROAD]), max_size=60), st.integers(1, 70))
def test_a_sample_is_what_it_promises(kinds: list[Stratum], size: int) -> None:
    """As many as were asked for, each once, every kind among them, and the same the next time."""
    given_orders = list(enumerate(kinds))
    sample = choose(given_orders, size)
    assert len(set(sample.ids)) == len(sample.ids) == min(len(kinds), max(size, len(set(kinds))))
    assert {kinds[one] for one in sample.ids} == set(kinds)
    assert sample == choose(iter(given_orders), size)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"amount": "109.9"},
        {"amount": 109.9},
        {"channel": "5", "customer": {"pk": 201, "name": "somebody"}},
        {"status": "delivered"},
        {"status": 550},
        {"date_placed": "2024-03-01T10:00:00+03:00"},
        {"date_placed": "2024-03-01T07:00:00.000000Z"},
        {"currency": "TRY"},
        {"shipping_tax_rate": "20.00", "gift_box_note": None},
        {"extra_field": {"id": "17", "seen": True}},
        {"delivery_range": {"start": "2024-03-02T10:00:00+03:00", "end": "2024-03-02T09:00:00+00:00"}},
        {"fundstransfertransaction_set": ["8", 7]},
    ],
)
def test_the_same_in_other_words_is_equal(changes: dict[str, Any]) -> None:
    """Numbers, codes and names, instants, ids and objects are compared for what they mean."""
    result = read_back(SENT, held(**changes))
    assert result.differences == ()
    assert result.not_shown == frozenset()


@pytest.mark.parametrize(
    ("field", "read"),
    [
        ("amount", "109.91"),
        ("amount", "NaN"),
        ("status", "500"),
        ("status", "shipped"),
        ("date_placed", "2024-03-01T07:00:00+03:00"),
        ("date_placed", "2024-03-01T07:00:00"),
        ("date_placed", "yesterday"),
        ("customer", {"pk": 202}),
        ("currency", "eur"),
        ("has_gift_box", True),
        ("notes", "Ring twice"),
        ("notes", None),
        ("extra_field", {"id": "18"}),
        ("extra_field", {}),
        ("delivery_range", {"start": "2024-03-02T07:00:00Z"}),
        ("fundstransfertransaction_set", [7]),
    ],
)
def test_another_value_is_a_difference(field: str, read: object) -> None:
    """The field is named with what was sent and what is shown; null in the place of a value counts."""
    changes: dict[str, Any] = {field: read}
    result = read_back(SENT, held(**changes))
    assert result.differences == (Difference(f"order.{field}", SENT["order"][field], read),)


def test_what_is_not_shown_is_counted_and_no_difference() -> None:
    """A target that keeps a field to itself says neither yes nor no."""
    shown = {name: value for name, value in SENT["order"].items() if name not in {"notes", "gift_box_note"}}
    whole, less = read_back(SENT, held()), read_back(SENT, RemoteOrder("7", shown, held().items))
    assert less.differences == ()
    assert less.not_shown == {"order.notes"}
    assert less.compared == whole.compared - 1


def test_items_that_cannot_be_asked_for_are_not_shown() -> None:
    """Without items only the order is compared, and every field of the items is named."""
    result = read_back(SENT, RemoteOrder(None, SENT["order"], None))
    assert result.differences == ()
    assert {"order_item.product", "order_item.price", "order_item.attributes"} <= result.not_shown


def test_items_may_come_in_any_order() -> None:
    """An item is compared with the one it is most like."""
    assert read_back(SENT, held(list(reversed(ITEMS)))).differences == ()


def test_a_short_item_leaves_the_fuller_one_its_partner() -> None:
    """An item that says less, and so is like both, does not take the only one that the other is like."""
    payload = {**SENT, "order_item": [{"product": 101}, {"product": 101, "price": "5.00"}]}
    found = [{"product": 101, "price": "5.00"}, {"product": 101, "price": "6.00"}]
    assert read_back(payload, held(found)).differences == ()


def test_a_changed_item_is_named_by_its_place() -> None:
    """Places count from 1, as the rows of a file do."""
    found = [{**ITEMS[1], "price": "9.99"}, ITEMS[0]]
    assert read_back(SENT, held(found)).differences == (Difference("order_item[2].price", "9.90", "9.99"),)


def test_items_that_lack_are_a_difference() -> None:
    """The target has taken fewer items than were sent."""
    assert read_back(SENT, held(ITEMS[:1])).differences == (Difference("order_item", "2 items", "1 items"),)


@pytest.mark.parametrize(
    ("field", "sent", "read", "words"),
    [
        ("order.amount", "109.90", 109.91, ("109.90", "109.91")),
        ("order.notes", "for Ayse", "for Ali", ("8 characters", "7 characters, others from the 6. on")),
        ("order.remote_addr", "203.0.113.9", None, ("11 characters", "nothing")),
        (
            "order_item[2].attributes",
            {"a": "Ayse"},
            {},
            ("13 characters", "2 characters, others from the 2. on"),
        ),
        ("order_item[2].price", "9.90", "9.99", ("9.90", "9.99")),
    ],
)
def test_a_difference_is_told_without_what_a_person_wrote(
    field: str, sent: object, read: object, words: tuple[str, str]
) -> None:
    """Amounts are shown as they are; of free text and addresses only length and place are told."""
    assert described(Difference(field, sent, read)) == words
