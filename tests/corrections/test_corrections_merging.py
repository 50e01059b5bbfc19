"""New corrections over those that there were, and overlays as data."""

import json

import pytest

from pipeline.corrections.comparing import CellChange
from pipeline.corrections.merging import merged, orders_after
from pipeline.model.overlay import FixedOrder, Overlay, SheetKey, as_data, from_data
from pipeline.model.rows import Table

KEY = SheetKey("orders.csv", "ab" * 32, None)
TABLES = {0: (Table(0, "orders", "orders.csv", ("NO", "DURUM")), KEY)}
SOURCES = {(0, 2): ("A1", "teslm"), (0, 3): ("A2", "x")}


def test_changes_come_over_what_was_corrected_before() -> None:
    """Both stay; what was said already makes no difference."""
    before = {KEY: {2: {1: "ok"}}}
    found = merged(
        before, [CellChange(0, 3, 1, "x", "y"), CellChange(0, 2, 1, "teslm", "ok")], TABLES, SOURCES
    )
    assert found.cells == {KEY: {2: {1: "ok"}, 3: {1: "y"}}}
    assert [change.row for change in found.new] == [3]
    assert found.warnings == []
    assert before == {KEY: {2: {1: "ok"}}}


def test_a_cell_that_two_workbooks_correct_is_told_and_the_later_one_holds() -> None:
    """The second one was written before the first was taken up."""
    found = merged({KEY: {2: {1: "ok"}}}, [CellChange(0, 2, 1, "teslm", "no")], TABLES, SOURCES)
    assert found.cells == {KEY: {2: {1: "no"}}}
    assert [(issue.code, issue.value) for issue in found.warnings] == [("W675", "ok")]


def test_a_cell_that_is_again_what_the_source_says_is_corrected_no_more() -> None:
    """Its row goes with it, and the table too, where nothing else was corrected there."""
    found = merged({KEY: {2: {1: "ok"}}}, [CellChange(0, 2, 1, "ok", "teslm")], TABLES, SOURCES)
    assert found.cells == {}
    assert len(found.new) == 1


def test_an_order_that_is_corrected_again_counts_as_it_is_now() -> None:
    """The others stay as they were checked then."""
    first = FixedOrder("A1", ((KEY, (2,)),), ready=False)
    other = FixedOrder("A2", ((KEY, (3,)),), ready=True)
    again = FixedOrder("A1", ((KEY, (2, 9)),), ready=True)
    assert orders_after([first, other], [again]) == (other, again)


def test_an_overlay_is_the_same_after_being_written_down() -> None:
    """As JSON, always with the same bytes; anything else is refused by an error."""
    overlay = Overlay(
        "7f3a",
        2,
        {KEY: {3: {0: "=1"}, 2: {1: "ok", 0: "İ"}}},
        (FixedOrder("A1", ((KEY, (2, 3)),), ready=True),),
    )
    data = json.loads(json.dumps(as_data(overlay)))
    assert from_data(data) == overlay
    assert as_data(from_data(data)) == as_data(overlay)
    assert (overlay.count, overlay.name, overlay.ready_rows()) == (3, "7f3a/2", {KEY: {2, 3}})
    with pytest.raises(ValueError, match="orderlift/plan/1"):
        from_data({**data, "schema": "orderlift/plan/1"})
