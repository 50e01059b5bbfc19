"""Files that are no plain table, from the cell to the payload and to the accounts."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from pipeline.model.rows import RowBatch
from pipeline.runs.asked.request import Places, PlanRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.preparing.filling import UnaccountedRowsError
from pipeline.runs.verbs import check

RULES = """
order:
  number:           No
  date_placed:      {column: Placed, date: "%Y-%m-%d"}
  status:           {constant: delivered}
  customer:         {constant: 201}
  shipping_address: {constant: 301}
  billing_address:  {constant: 301}
  currency:         {constant: try}
  amount:           Sum
"""
ITEMS = """
items:
  product:     {column: Article, integer: true}
  quantity:    {constant: 1}
  unit_price:  Each
  total_price: Each
"""
TWO = '  orders: {files: "orders.*", key: No}\n  items: {files: "items.*", key: No}\n'
ORDERS = "No,Placed,Sum\nA,2024-03-01,10\nB,2024-03-02,10\n"
ITEM_ROWS = "No,Article,Each\nA,101,10\nB,102,10\n"
HEAD = "version: 1\nname: layout\ntimezone: Europe/Istanbul\n"


def checked(folder: Path, sources: str, rules: str = RULES, **files: str) -> Result:
    """Check files against a mapping; the accounts hold whatever comes out."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return checked_files(folder, sources, rules)


def checked_files(folder: Path, sources: str, rules: str = RULES) -> Result:
    """Check every file of a folder."""
    (folder / "map.yaml").write_text(f"{HEAD}sources:\n{sources}{rules}{ITEMS}", encoding="utf-8")
    given = sorted(path for path in folder.iterdir() if path.suffix in {".csv", ".xlsx", ".gz", ".json"})
    result = check(PlanRequest(given, folder / "map.yaml"), Places(folder / "state", folder / "reports"))
    accounts_hold(result)
    return result


def accounts_hold(result: Result) -> None:
    """Per file: read = used + ignored, and every ignored row is named by an issue."""
    issues = [
        json.loads(line) for line in Path(result.summary.files["issues"]).read_text("utf-8").splitlines()
    ]
    with closing(sqlite3.connect(result.journal)) as db:
        tables = db.execute("SELECT file, rows_read, rows_used, rows_ignored FROM tables").fetchall()
    for file, read, used, ignored in tables:
        assert read == used + ignored
        told = {
            i["row"]
            for i in issues
            if i["file"] == file and i["code"] in {*["E301", "E305", "E313"], *LEFT_OUT}
        }
        assert len(told) == ignored


LEFT_OUT = ("W120", "W121", "W122")


def payloads(result: Result) -> dict[str, Any]:
    """Give the payloads by order number."""
    with closing(sqlite3.connect(result.journal)) as db:
        bodies = [json.loads(body) for (body,) in db.execute("SELECT body FROM payloads")]
    return {body["order"]["number"]: body for body in bodies}


def told(result: Result) -> list[tuple[str, int | None]]:
    """Give (code, row) of every issue but the warnings about the mapping."""
    ours = ("W43", "W44")
    return [(i.code, i.at.row if i.at else None) for i in result.issues() if not i.code.startswith(ours)]


def test_totals_tests_and_repeated_headers_are_left_out_and_listed(tmp_path: Path) -> None:
    """Left out by rule is no failure: the exit code says that all is well."""
    sources = (
        "  orders:\n    files: orders.*\n    key: No\n    drop:\n"
        "      - {column: No, contains: toplam, because: totals}\n"
        "      - {column: Placed, empty: true, because: no order}\n"
        '    skip_rows: [2]\n  items: {files: "items.*", key: No}\n'
    )
    orders = (
        "No,Placed,Sum\nunits,,TL\nA,2024-03-01,10\nNO,PLACED,Sum\nB,2024-03-02,10\nGENEL TOPLAM,,20\n-,,\n"
    )
    result = checked(tmp_path, sources, orders=orders, items=ITEM_ROWS)
    assert result.exit_code == 0
    assert told(result) == [("W121", 2), ("W122", 4), ("W120", 6), ("W120", 7)]
    assert result.summary.rows.ignored == 4
    assert payloads(result).keys() == {"A", "B"}
    assert not (tmp_path / "reports" / result.run_id / "failed").exists()


def test_a_header_of_two_rows_and_merged_order_cells(tmp_path: Path) -> None:
    """A workbook made for people: groups above the columns, the order's cells merged over its items."""
    path = tmp_path / "lines.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Siparis")
        sheet.merge_range(0, 0, 0, 2, "Order")
        sheet.merge_range(0, 3, 0, 4, "Item")
        sheet.write_row(1, 0, ["No", "Placed", "Sum", "Article", "Each"])
        for column, value in enumerate(("A", "2024-03-01", 20)):
            sheet.merge_range(2, column, 3, column, value)
        sheet.write_row(2, 3, [101, 10])
        sheet.write_row(3, 3, [102, 10])
        sheet.write_row(4, 0, ["B", "2024-03-02", 10, 103, 10])
    rules = (
        RULES.replace("No", "Order No")
        .replace("Placed", "Order Placed")
        .replace("amount:           Sum", "amount: Order Sum")
    )
    items = ITEMS.replace("Article", "Item Article").replace("Each", "Item Each")
    sources = "  lines: {files: lines.*, key: Order No, header_row: [1, 2], merged: expand}\n"
    (tmp_path / "map.yaml").write_text(f"{HEAD}sources:\n{sources}{rules}{items}", encoding="utf-8")
    result = check(
        PlanRequest([path], tmp_path / "map.yaml"), Places(tmp_path / "state", tmp_path / "reports")
    )
    accounts_hold(result)
    assert result.exit_code == 0
    assert [item["product"] for item in payloads(result)["A"]["order_item"]] == [101, 102]
    assert [item["product"] for item in payloads(result)["B"]["order_item"]] == [103]


PAYMENTS = RULES + "  notes: {source: payments, column: Card}\n"


def test_a_further_source_gives_fields_to_its_orders(tmp_path: Path) -> None:
    """Joined by the key, whatever order the rows stand in; an order without a row does without."""
    sources = TWO + "  further:\n    payments: {files: payments.*, key: Order}\n"
    result = checked(
        tmp_path, sources, PAYMENTS, orders=ORDERS, items=ITEM_ROWS, payments="Order,Card\nB,Visa\n"
    )
    assert result.exit_code == 0
    assert payloads(result)["B"]["order"]["notes"] == "Visa"
    assert payloads(result)["A"]["order"].get("notes") in ("", None)
    assert result.summary.rows.read == 5


def test_a_row_of_a_further_source_without_an_order_is_told(tmp_path: Path) -> None:
    """It is ignored, named, and given back to be repaired."""
    sources = TWO + "  further:\n    payments: {files: payments.*, key: Order}\n"
    payments = "Order,Card\nB,Visa\nZ,Troy\n"
    result = checked(tmp_path, sources, PAYMENTS, orders=ORDERS, items=ITEM_ROWS, payments=payments)
    assert result.exit_code == 3
    assert told(result) == [("E313", 3)]
    failed = (tmp_path / "reports" / result.run_id / "failed" / "payments.csv").read_text("utf-8")
    assert failed.splitlines()[1].startswith("Z,Troy,ignored,E313")


def test_two_rows_where_one_is_allowed_refuse_the_order(tmp_path: Path) -> None:
    """Taking the first would be a guess; both rows are named, and the other order goes on."""
    sources = TWO + "  further:\n    payments: {files: payments.*, key: Order, rows: one}\n"
    payments = "Order,Card\nB,Visa\nB,Troy\n"
    result = checked(tmp_path, sources, PAYMENTS, orders=ORDERS, items=ITEM_ROWS, payments=payments)
    assert sorted(told(result)) == [("E314", 2), ("E314", 3), ("E315", 2)]
    assert payloads(result) == {}


def test_values_of_many_rows_become_one_by_the_word_of_the_mapping(tmp_path: Path) -> None:
    """Added up to the cent, or the last one."""
    rules = RULES + (
        "  discount_amount: {source: refunds, column: Back, decimal: true, pick: sum}\n"
        "  notes: {source: refunds, column: Why, pick: last}\n"
    )
    sources = TWO + "  further:\n    refunds: {files: refunds.*, key: Order, rows: many}\n"
    refunds = "Order,Back,Why\nA,1.10,late\nB,3.00,lost\nA,2.25,broken\n"
    result = checked(tmp_path, sources, rules, orders=ORDERS, items=ITEM_ROWS, refunds=refunds)
    order = payloads(result)["A"]["order"]
    assert (order["discount_amount"], order["notes"]) == ("3.35", "broken")


def test_a_damaged_row_of_a_further_source_refuses_its_order(tmp_path: Path) -> None:
    """A cell too many: what the row says of the payment is uncertain."""
    sources = TWO + "  further:\n    payments: {files: payments.*, key: Order}\n"
    payments = "Order,Card\nA,Visa\nB,Visa,12\n"
    result = checked(tmp_path, sources, PAYMENTS, orders=ORDERS, items=ITEM_ROWS, payments=payments)
    assert {code for code, _ in told(result)} == {"E133", "E308"}
    assert payloads(result).keys() == {"A"}


@pytest.mark.parametrize("lose", [lambda rows: rows[:-1], lambda rows: [*rows, rows[-1]]])
def test_a_row_that_is_lost_or_doubled_on_the_way_stops_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lose: Callable[[list[Any]], list[Any]]
) -> None:
    """Planted: the spool loses the last row of each batch, or takes it twice."""
    from pipeline.runs.preparing.spool import Spool

    add = Spool.add

    def forgetful(self: Spool, batch: RowBatch, key_column: int, *, fill_down: bool) -> list[int]:
        numbers, rows = lose(list(batch.numbers)), lose(list(batch.rows))
        return add(self, RowBatch(batch.table, numbers, rows), key_column, fill_down=fill_down)

    monkeypatch.setattr(Spool, "add", forgetful)
    with pytest.raises(UnaccountedRowsError):
        checked(tmp_path, TWO, orders=ORDERS, items=ITEM_ROWS)
    assert not list((tmp_path / "state" / "runs").iterdir())
