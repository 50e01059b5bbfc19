"""A problem is the same one by its code, field and column; another one that refuses is a new problem."""

from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.redaction.signature import Signature, refusing, shown_by, signature_of

AMOUNT = Issue("E211", Location("a.csv", row=7, column=2, header="Total"), "x", "A-1", "order.amount")
OTHER = Issue("E232", Location("a.csv", row=7, column=3, header="State"), "y", "A-1", "order.status")
TOLD = Issue("W432", Location("a.csv", row=1))
NONE: frozenset[Signature] = frozenset()


def test_where_it_stands_and_with_which_value_does_not_matter() -> None:
    """Another row, file, order and value: the same problem; another column: not the same."""
    moved = Issue("E211", Location("b.csv", row=2, column=0, header="Total"), "z", "B-9", "order.amount")
    renamed = Issue("E211", Location("a.csv", row=7, column=2, header="Sum"), "x", "A-1", "order.amount")
    assert signature_of(moved) == signature_of(AMOUNT) == Signature("E211", "order.amount", "Total")
    assert signature_of(renamed) != signature_of(AMOUNT)


def test_everything_wanted_must_be_there_and_nothing_new_may_be_refused() -> None:
    """A warning more is no matter; an error more is, unless it was there before."""
    wanted = frozenset({signature_of(AMOUNT)})
    assert shown_by([AMOUNT, TOLD], wanted, NONE)
    assert not shown_by([TOLD], wanted, NONE)
    assert not shown_by([AMOUNT, OTHER], wanted, NONE)
    assert shown_by([AMOUNT, OTHER], wanted, refusing([OTHER, TOLD]))
