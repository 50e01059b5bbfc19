"""An order that may lack a row is refused, in whichever file, batch or partition the row was lost."""

from pathlib import Path

import pytest

from pipeline.model.issue import Issue
from pipeline.model.rows import RowBatch, Table
from pipeline.runs.asked.request import Places, PlanRequest
from pipeline.runs.preparing import spool as spooling
from pipeline.runs.preparing.spool import Spool
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
items:
  product:     Article
  quantity:    {constant: 1}
  unit_price:  Each
  total_price: Each
"""
TWO_FILES = f"""version: 1
name: two
timezone: Europe/Istanbul
sources:
  orders: {{files: "orders.csv", key: No}}
  items:  {{files: "items.csv", key: No}}
{RULES}"""
FLAT = f"""version: 1
name: flat
timezone: Europe/Istanbul
sources:
  lines: {{files: "lines.csv", key: No}}
{RULES}"""
ORDERS = "No,Placed,Sum\nA,2024-03-01,10\nB,2024-03-01,10\nC,2024-03-01,10\nD,2024-03-01,10\n"


def refused(folder: Path, mapping: str, **files: str) -> set[tuple[str | None, str]]:
    """Check the files and give (order, code) of every error."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "map.yaml").write_text(mapping, encoding="utf-8")
    sources = [folder / f"{name}.csv" for name in files]
    result = check(PlanRequest(sources, folder / "map.yaml"), Places(folder / "state", folder / "reports"))
    assert result.exit_code == 3
    assert result.summary.rows.read == result.summary.rows.used + result.summary.rows.ignored
    return {(issue.order, issue.code) for issue in result.issues() if issue.code.startswith("E")}


def test_an_item_without_a_key_refuses_the_orders_above_and_below_it(tmp_path: Path) -> None:
    """It may be theirs; the orders further away are not concerned."""
    items = "No,Article,Each\nA,101,10\nB,101,10\n,102,10\nC,101,10\nD,101,10\n"
    found = refused(tmp_path, TWO_FILES, orders=ORDERS, items=items)
    assert found == {(None, "E301"), ("B", "E310"), ("C", "E310")}


def test_an_order_row_without_a_key_refuses_nobody_else(tmp_path: Path) -> None:
    """It would have been an order of its own."""
    orders = ORDERS.replace("C,2024", ",2024")
    items = "No,Article,Each\nA,101,10\nB,101,10\nD,101,10\n"
    assert refused(tmp_path, TWO_FILES, orders=orders, items=items) == {(None, "E301")}


def test_a_row_of_a_flat_file_without_a_key_refuses_the_order_around_it(tmp_path: Path) -> None:
    """Told once, though the row stands between two rows of the same order."""
    lines = (
        "No,Placed,Sum,Article,Each\nA,2024-03-01,30,101,10\n,,,102,10\nA,,,103,10\nB,2024-03-01,10,101,10\n"
    )
    assert refused(tmp_path, FLAT, lines=lines) == {(None, "E301"), ("A", "E310")}


@pytest.mark.parametrize(
    ("header", "line", "concerned"),
    [
        # The key stands first: a cell too many cannot have moved it.
        ("No,Article,Each", "{key},{article},10", {("B", "E308")}),
        # Here it can have, so that B may be anybody's, and A or C may lack the row.
        ("Article,No,Each", "{article},{key},10", {("B", "E308"), ("A", "E310"), ("C", "E310")}),
    ],
)
def test_shifted_cells_concern_the_neighbours_where_the_key_may_have_moved(
    tmp_path: Path, header: str, line: str, concerned: set[tuple[str, str]]
) -> None:
    """A damaged row refuses the order it names, and more where its name is not certain."""
    rows = [line.format(key=key, article=101) for key in "ABCD"]
    rows[1] += ",too many"
    found = refused(tmp_path, TWO_FILES, orders=ORDERS, items="\n".join([header, *rows]) + "\n")
    assert found == {(None, "E133"), *concerned}


@pytest.mark.parametrize("partitions", [1, 7])
@pytest.mark.parametrize("cut", [1, 2])
def test_neighbours_are_known_across_batches_spills_and_partitions(
    tmp_path: Path, partitions: int, cut: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lost row may be the last of a batch or the first of the next."""
    monkeypatch.setattr(spooling, "BUFFERED_ROWS", 1)
    table = Table(0, "items", "items.csv", ("No", "Article"))
    rows: list[tuple[str, ...]] = [("A", "1"), ("", "2"), ("B", "3")]
    spool = Spool(tmp_path / "spool", partitions)
    keyless = []
    for start, part in ((2, rows[:cut]), (2 + cut, rows[cut:])):
        numbers = range(start, start + len(part))
        keyless += spool.add(RowBatch(table, numbers, part), 0, fill_down=False)
    loaded = [keyed for partition in spool.partitions() for keyed in partition.load()]
    assert keyless == [3]
    assert {pair for keyed in loaded for pair in keyed.beside} == {("A", 3), ("B", 3)}


def test_filling_down_gives_the_row_its_order_and_refuses_nobody(tmp_path: Path) -> None:
    """Where the mapping says whose it is, nothing is uncertain."""
    table = Table(0, "lines", "lines.csv", ("No", "Article"))
    spool = Spool(tmp_path / "spool", 1)
    batch = RowBatch(table, range(2, 5), [("A", "1"), ("", "2"), ("B", "3")], faults=dict[int, Issue]())
    assert spool.add(batch, 0, fill_down=True) == []
    (keyed,) = [keyed for partition in spool.partitions() for keyed in partition.load()]
    assert keyed.keys == ["A", "A", "B"]
    assert keyed.beside == []
