"""The money of a run as a data frame."""

import csv
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from test_library_verbs import Shop

import pipeline
from pipeline.library.frames import money_frame
from pipeline.model.money import MoneyBook
from pipeline.reporting.files.money_csv import COLUMNS
from pipeline.simulator import Simulator


def as_in_the_file(frame: pd.DataFrame) -> list[list[str]]:
    """The frame's rows as ``money.csv`` writes them."""
    return [
        ["" if value is None or value is pd.NA else str(value) for value in row] for row in frame.to_numpy()
    ]


def test_money_is_told_as_in_the_file_with_exact_sums(tmp_path: Path) -> None:
    """Before and after it was read back: the same rows, counts that are whole, sums that are decimal."""
    shop = Shop(tmp_path)
    with Simulator() as target:
        done = pipeline.apply(
            shop.planned(target), token=target.token, rate=float("inf"), report_dir=shop.reports
        )
        for read_back in (False, True):
            told = pipeline.report(
                done, reconcile=read_back, token=target.token, rate=float("inf"), report_dir=shop.reports
            )
            assert (told.summary.read_back is not None and told.summary.read_back.balances) is read_back
            frame = pipeline.money(done)
            lines = (shop.reports / done.run_id / "money.csv").read_text("utf-8-sig").splitlines()
            assert [list(frame.columns), *as_in_the_file(frame)] == list(csv.reader(lines))
            assert frame["read_back_sum"].isna().all() == (not read_back)
    sums = frame.groupby("currency")[["source_sum", "created_sum", "difference_sum"]].sum()
    assert list(sums.loc["TRY"]) == [Decimal("17.50"), Decimal("17.50"), Decimal("0.00")]
    assert {type(value) for name in COLUMNS if name.endswith("_sum") for value in frame[name]} == {Decimal}
    assert {str(frame[name].dtype) for name in COLUMNS if name.endswith("_count")} == {"Int64"}
    assert int(frame["without_amount"].sum()) == 1


def test_the_money_of_no_orders_keeps_its_columns() -> None:
    """A notebook that groups by currency does not fail where there is nothing to group."""
    frame = money_frame(MoneyBook())
    assert tuple(frame.columns) == COLUMNS
    assert frame.groupby("currency")["source_sum"].sum().empty


def test_orders_without_a_day_are_lost_in_no_group(tmp_path: Path) -> None:
    """What could not be read has a name, since pandas leaves out what has none."""
    shop = Shop(tmp_path)
    text = "No,Placed,Sum\n0001,2024-03-01,10.50\n0002,yesterday,10.00\n0003,2024-03-03,7.00\n"
    (tmp_path / "orders.csv").write_text(text, encoding="utf-8")
    by_day = pipeline.money(shop.check()).groupby("day")["source_count"].sum()
    assert by_day.to_dict() == {"2024-03-01": 1, "2024-03-03": 1, "unknown": 1}


def test_reading_back_needs_a_token() -> None:
    """It is told before anything is opened; without a reconciliation there is nothing to do again."""
    with pytest.raises(TypeError, match="token"):
        pipeline.report(reconcile=True)
    with pytest.raises(TypeError, match="again"):
        pipeline.report(again=True)
