"""Which objects of an order are registered, how they are put into batches, what a report tells."""

import orjson
import pytest

from pipeline.bookkeeping.chunks import chunks
from pipeline.bookkeeping.error_report import error_report
from pipeline.bookkeeping.many_orders import each_once, questions, strays
from pipeline.bookkeeping.objects import Untellable, objects_of
from pipeline.bookkeeping.requests import actions_queries
from pipeline.model.books import RemoteObject
from pipeline.model.exchange import RemoteOrder

DAY = "2024-03-01T10:00:00Z"
Thing = dict[str, object]


def payload(*lines: object, **order: object) -> dict[str, object]:
    """Build what was sent: an order A-1 with lines of these ids, ``None`` for a line without."""
    items = [{} if one is None else {"extra_field": {"id": one}} for one in lines]
    return {"order": {"number": "A-1", **order}, "order_item": items}


def remote(*rows: tuple[int, object], **order: object) -> RemoteOrder:
    """Build what the target shows: item rows with pk and line id."""
    items: list[Thing] = [{"pk": pk, "extra_field": {"id": name}, "modified_date": DAY} for pk, name in rows]
    return RemoteOrder("7", {"pk": 7, "modified_date": DAY, **order}, tuple(items))


def test_items_come_first_and_the_order_last() -> None:
    """Whoever finds the order registered may rely on its items; one line may be several rows."""
    found = objects_of(payload("L1", 2), remote((11, "L1"), (12, "2"), (13, "2")))
    assert found == (
        RemoteObject("orderitem", 11, "L1", DAY),
        RemoteObject("orderitem", 12, "2", DAY),
        RemoteObject("orderitem", 13, "2", DAY),
        RemoteObject("order", 7, "A-1", DAY),
    )


@pytest.mark.parametrize(
    ("order", "remote_id"),
    [({}, "A-1"), ({"extra_field": {}}, "A-1"), ({"extra_field": {"id": 19}}, "19"),
     ({"extra_field": {"id": ""}}, "A-1"), ({"extra_field": {"id": "S"}}, "S")],
)  # fmt: skip
def test_an_order_without_an_id_of_its_own_has_its_number(order: Thing, remote_id: str) -> None:
    """extra_field.id where something stands there."""
    found = objects_of(payload(None, **order), remote((11, None)))
    assert found == (RemoteObject("order", 7, remote_id, DAY),)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (payload("L1"), remote()),
        (payload("L1"), remote((11, None))),
        (payload("L1", "L2"), remote((11, "L1"), (12, "L1"))),
        (payload("L1"), remote((11, "L1"), (12, "L9"))),
        (payload("L1"), RemoteOrder("7", {"pk": 7}, None)),
        (payload("L1"), RemoteOrder("7", {"pk": 7}, ({"extra_field": {"id": "L1"}},))),
        (payload(None), RemoteOrder(None, {"number": "A-1"}, ())),
        (payload("L" * 256), remote((11, "L" * 256))),
    ],
    ids=["no items", "no line ids", "one missing", "one more", "unread", "item without pk", "no pk", "long"],
)
def test_what_cannot_be_told_apart_is_registered_not_at_all(sent: Thing, shown: RemoteOrder) -> None:
    """No half of an order, and no guess."""
    found = objects_of(sent, shown)
    assert isinstance(found, Untellable)
    assert found.code == "E552"


def test_a_batch_holds_whole_orders_as_long_as_they_fit() -> None:
    """Only an order that is too large by itself is spread; objects keep their order."""
    orders = [(place, [RemoteObject("order", at, str(at), None) for at in range(size)])
              for place, size in enumerate([2, 2, 7, 1, 1])]  # fmt: skip
    found = chunks(orders, 3)
    assert [[order for order, _ in chunk] for chunk in found] == [
        [0, 0], [1, 1], [2, 2, 2], [2, 2, 2], [2, 3, 4]
    ]  # fmt: skip
    assert [one.pk for chunk in found[2:5] for order, one in chunk if order == 2] == list(range(7))
    assert chunks([]) == []


def test_ids_with_a_comma_are_asked_for_one_by_one() -> None:
    """In a list of ids they would be taken apart; at most fifty go into one question."""
    objects = [RemoteObject("order", at, f"A{at}", None) for at in range(51)]
    odd = RemoteObject("order", 99, "a,b", None)
    asked = [(len(some), query[-1]) for some, query in actions_queries(5, [*objects, odd])]
    assert asked == [
        (50, ("remote_id__in", ",".join(f"A{at}" for at in range(50)))),
        (1, ("remote_id__in", "A50")),
        (1, ("remote_id", "a,b")),
    ]


def test_many_orders_are_asked_for_together() -> None:
    """Fifty at a time, and never more than an address may hold; a comma is asked for by itself."""
    asked = [query[0][1].split(",") for query in questions([*(f"A{at}" for at in range(60)), "a,b"], 5)]
    assert [len(some) for some in asked] == [50, 10]
    long = [len(query[0][1]) for query in questions(["N" * 900] * 5, 5)]
    assert long == [1801, 1801, 900]


def test_what_many_answers_hold_is_compared() -> None:
    """Another number, another channel, or a number twice: the order is looked up by itself."""
    shown: list[Thing] = [
        {"number": "A1", "channel": 5, "pk": 1},
        {"number": "A2", "channel": 6, "pk": 2},
        {"number": "A3", "channel": 5, "pk": 3},
        {"number": "A3", "channel": 5, "pk": 4},
        {"number": "a1", "channel": 5, "pk": 5},
    ]
    assert each_once(shown, ["A1", "A2", "A3", "A4"], 5) == {"A1": shown[0]}
    asked = [("number__in", "A1,A2,A3")]
    assert strays(shown, asked)
    assert not strays(shown[:4], asked)


def test_a_report_tells_of_the_order_and_of_nobody() -> None:
    """Money and products are told; notes, addresses, IP numbers and free objects are not."""
    order = {"number": "A-1", "amount": "10.00", "notes": "Ada", "remote_addr": "10.0.0.1", "customer": 201}
    sent = {"order": order, "order_item": [{"product": 101, "quantity": 1, "extra_field": {"x": "Ada"}}]}
    told = orjson.loads(error_report(sent, "E511", "no", "product: no", batch=4, batch_type=12))
    assert orjson.loads(told.pop("raw_request")) == {
        "order": {"number": "A-1", "amount": "10.00"},
        "order_item": [{"product": 101, "quantity": 1}],
    }
    assert (told["error_code"], told["action_object_id"], told["is_ok"]) == ("CreateOrder-E511", 4, False)
    assert "Ada" not in str(told)
