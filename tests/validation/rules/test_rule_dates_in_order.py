"""The rule on the order of dates."""

from datetime import datetime, timedelta

import pytest
from typed_orders import NOW, draft, item, terms

from pipeline.model.draft import Finding
from pipeline.validation.rules.dates_in_order import check

_PLACED = NOW - timedelta(days=30)
_DAY = timedelta(days=1)
_MOMENT = timedelta(seconds=1)


def test_an_order_may_be_placed_until_tomorrow() -> None:
    """Clocks and zones differ by less than a day; more is the future."""
    assert list(check(draft(date_placed=NOW + _DAY), terms())) == []
    future = NOW + _DAY + _MOMENT
    expected = Finding("E321", "date_placed", None, {"placed": future.isoformat()})
    assert list(check(draft(date_placed=future), terms())) == [expected]


@pytest.mark.parametrize(
    ("invoiced", "codes"),
    [(_PLACED + 90 * _DAY, []), (_PLACED, []), (_PLACED - _DAY, []), (_PLACED - _DAY - _MOMENT, ["W322"])],
)
def test_an_invoice_is_written_after_the_order(invoiced: datetime, codes: list[str]) -> None:
    """With a day of grace for columns that hold a date without a time."""
    order = draft(date_placed=_PLACED, invoice_date=invoiced)
    findings = list(check(order, terms()))
    assert [found.code for found in findings] == codes
    assert all(
        found.facts == {"placed": _PLACED.isoformat(), "invoiced": invoiced.isoformat()} for found in findings
    )


def test_each_item_is_delivered_after_the_order() -> None:
    """With the same grace, told by its place in the order."""
    late, early = _PLACED - _DAY, _PLACED - _DAY - _MOMENT
    order = draft(item(), item(delivered_date=late), item(delivered_date=early), date_placed=_PLACED)
    facts = {"placed": _PLACED.isoformat(), "delivered": early.isoformat()}
    assert list(check(order, terms())) == [Finding("W323", "delivered_date", 2, facts)]


@pytest.mark.parametrize(("length", "codes"), [(_DAY, []), (timedelta(0), []), (-_MOMENT, ["E324"])])
def test_a_window_ends_after_it_starts(length: timedelta, codes: list[str]) -> None:
    """Or at the same moment."""
    order = draft(date_placed=_PLACED, delivery_range={"start": _PLACED, "end": _PLACED + length})
    assert [found.code for found in check(order, terms())] == codes


def test_an_order_without_other_dates_has_nothing_to_compare() -> None:
    """No invoice, no delivery, no window."""
    assert list(check(draft(date_placed=_PLACED, delivery_range=None), terms())) == []
