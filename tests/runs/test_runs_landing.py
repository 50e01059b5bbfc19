"""What the target complains about lands on the cell that it is about, in every report."""

import csv
import json
from pathlib import Path

import openpyxl
import pytest
from layered_shop import open_layered_shop
from small_shop import MAPPING, Shop, open_shop, sending, table

from pipeline.journal.complaints import Complained
from pipeline.mapping.landing import FieldFinder
from pipeline.model.exchange import Answer, Complaint
from pipeline.model.lookup import LookupKind, Reference
from pipeline.model.rows import Table
from pipeline.runs.applying.landing import Landing, land_complaints
from pipeline.runs.asked.request import Places, PlanRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.connection.held_run import change_run
from pipeline.runs.opening.sources import read_mapping
from pipeline.runs.sending.said import said_by
from pipeline.runs.verbs import run
from pipeline.simulator import Simulator


def book_shop_of(folder: Path) -> Shop:
    """A shop whose items stand in a sheet of a workbook; orders A-0004 and A-0005 name unknown products."""
    shop = open_shop(folder, 6)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Kalemler"
    for line in shop.items.read_text(encoding="utf-8").splitlines():
        cells = line.split(",")
        if cells[0] == "A-0004" and cells[1] == "102":
            cells[1] = "999102"
        if cells[0] == "A-0005" and cells[1] in {"101", "103"}:
            cells[1] = f"999{cells[1]}"
        sheet.append([int(cell) if cell.isdigit() else cell for cell in cells])
    shop.items.unlink()
    book.save(folder / "items.xlsx")
    mapping = MAPPING.replace('"items*.csv", key', '"items*.xlsx", sheet: Kalemler, key')
    shop.mapping.write_text(mapping, encoding="utf-8")
    return shop


def send(shop: Shop, sim: Simulator) -> Result:
    """Plan and send the shop with its workbook."""
    planned = shop.plan_request(sim.url)
    planned = PlanRequest(
        [shop.orders, shop.folder / "items.xlsx"], shop.mapping, sim.url, 5, planned.capability
    )
    return run(planned, sending(sim.token), shop.places)


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, Result]:
    """The shop, sent: two of its orders are refused."""
    shop = book_shop_of(tmp_path_factory.mktemp("books"))
    with Simulator() as sim:
        return shop, send(shop, sim)


def issues_of(shop: Shop, result: Result) -> list[dict[str, object]]:
    """The errors in issues.jsonl."""
    lines = (shop.places.reports(result.run_id) / "issues.jsonl").read_text(encoding="utf-8").splitlines()
    return [issue for issue in map(json.loads, lines) if issue["severity"] == "error"]


def test_a_complaint_about_an_item_names_its_cell_everywhere(refused: tuple[Shop, Result]) -> None:
    """`order_item[1].product` is a cell of the sheet, with header, value and line, in all reports."""
    shop, result = refused
    line = next(n for n, text in enumerate(shop.mapping.read_text().splitlines(), 1) if "product:" in text)
    issue = next(one for one in issues_of(shop, result) if one["order"] == "A-0004")
    assert (issue["sheet"], issue["cell"], issue["header"]) == ("Kalemler", "B9", "product")
    assert (issue["value"], issue["field"]) == ("999102", "order_item.product")
    assert issue["mapping"] == f"{shop.mapping}:{line}:3"
    assert "Kalemler!B9 (product, '999102')" in str(issue["message"])
    sheet = openpyxl.load_workbook(shop.folder / "items.xlsx")["Kalemler"]
    assert sheet["B9"].value == 999102

    folder = shop.places.reports(result.run_id)
    with (folder / "orders.csv").open(encoding="utf-8-sig", newline="") as file:
        order = next(row for row in csv.DictReader(file) if row["number"] == "A-0004")
    assert (order["file"], order["row"]) == (str(shop.orders), "5")
    assert "Kalemler!B9" in order["message"]
    assert "Kalemler!B9" in (folder / "failed" / "orders.csv").read_text(encoding="utf-8")
    failed = openpyxl.load_workbook(folder / "failed" / "items.xlsx")["Kalemler"]
    assert any("Kalemler!B9" in str(row[-1].value) for row in failed.iter_rows(min_row=2))
    assert "Kalemler!B9" in (folder / "report.html").read_text(encoding="utf-8")


def test_every_further_complaint_stands_at_its_own_cell(refused: tuple[Shop, Result]) -> None:
    """One issue for the order, and one for each cell beyond the first."""
    shop, result = refused
    mine = [(one["code"], one["cell"]) for one in issues_of(shop, result) if one["order"] == "A-0005"]
    assert mine == [("E511", "B10"), ("E680", "B12")]
    assert result.summary.issues["E511"] == result.summary.orders.rejected == 2


def test_complaints_are_kept_by_attempt_and_landed_once(refused: tuple[Shop, Result]) -> None:
    """Every refused attempt has its words, two KiB at most; landing again changes nothing."""
    shop, result = refused
    before = table(result.journal, "SELECT * FROM issues ORDER BY id")
    assert table(
        result.journal, "SELECT count(*), min(landed), max(length(said)) < 2048 FROM complaints"
    ) == [(2, 1, 1)]
    change_run(result.run_id, shop.places, land_complaints)
    assert table(result.journal, "SELECT * FROM issues ORDER BY id") == before


def test_what_the_target_repeats_is_masked_before_it_is_kept() -> None:
    """Mail addresses, phone numbers and secrets are gone from the journal's table of complaints."""
    words = "user ayse@ornek.example (+90 532 111 22 33) used Token 0123456789abcdef; password: hunter22"
    kept = said_by(Answer(400, complaints=(Complaint(("order", "customer"), words),)), "A-1")
    assert kept is not None
    for secret in ("ayse@ornek", "532 111", "0123456789abcdef", "hunter22"):
        assert secret not in kept
    assert said_by(Answer(201), "A-1") is None


def landing_of(shop: Shop, tables: dict[int, Table]) -> Landing:
    """The landing of a shop's mapping."""
    mapping, _ = read_mapping(shop.mapping)
    return Landing(FieldFinder(mapping), tables, "run1")


def complained(
    *said: Complaint, looked_up: dict[tuple[str, tuple[int, int]], Reference] | None = None
) -> Complained:
    """Order A-1 in row 2, with items in rows 5 and 9."""
    body = b'{"order":{"customer":7,"status":"550"},"order_item":[{"product":1},{"product":2}]}'
    facts: dict[str, str | int] = {"status": 400, "complaints": "; ".join(map(str, said))}
    rows = "[[0, [2]], [1, [5, 9]]]"
    return Complained(1, 1, (0, 2), "A-1", rows, None, body, said, 1, "E511", facts, looked_up or {})


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    """Of the small shop, whose items stand in a second table."""
    shop = open_shop(tmp_path, 1)
    return landing_of(
        shop,
        {
            0: Table(0, "orders", "orders.csv", ("number", "placed", "customer", "currency", "total")),
            1: Table(1, "items", "items.csv", ("number", "product", "quantity", "price", "sum")),
        },
    )


def test_a_record_that_was_looked_up_shows_what_it_was_looked_up_by(landing: Landing) -> None:
    """The id in the payload says nothing to whoever looks at the cell."""
    reference = Reference(LookupKind.PRODUCT, "sku", "SKU-9")
    order = complained(
        Complaint(("order_item", 1, "product"), "gone"), looked_up={("order_item.product", (1, 9)): reference}
    )
    issue = landing.land(order).issue
    assert issue.at is not None
    assert (issue.at.cell, issue.value) == ("B9", "SKU-9")
    assert "items.csv B9 (product, 'SKU-9')" in str(issue.facts["complaints"])


def test_a_constant_names_the_line_of_the_mapping(landing: Landing) -> None:
    """There is no cell: the issue stays at the order's row, and its message names the line."""
    issue = landing.land(complained(Complaint(("order", "status"), "not here"))).issue
    assert issue.at is not None
    assert (issue.at.row, issue.at.column, issue.field) == (2, None, "order.status")
    assert "mapping.yaml:10:3 (a constant, '550')" in str(issue.facts["complaints"])


def test_an_unknown_path_stays_at_the_row_with_the_path_told(landing: Landing) -> None:
    """Nothing is guessed."""
    issue = landing.land(complained(Complaint(("order", "loyalty"), "bad"))).issue
    assert issue.at is not None
    assert (issue.at.row, issue.at.column) == (2, None)
    assert issue.facts["complaints"] == "order.loyalty: bad"


def test_a_person_s_data_is_not_put_into_the_words(landing: Landing) -> None:
    """The value stands with the issue, where it is masked by its field; words are masked by pattern only."""
    reference = Reference(LookupKind.CUSTOMER, "erp_code", "Gülizar")
    order = complained(
        Complaint(("order", "customer"), "no"), looked_up={("order.customer", (0, 2)): reference}
    )
    issue = landing.land(order).issue
    assert issue.value == "Gülizar"
    assert "Gülizar" not in str(issue.facts)


def test_items_that_share_a_cell_and_filled_columns_find_their_rows(tmp_path: Path) -> None:
    """Of a split cell every item is that cell; an order column stands in the row that filled it."""
    export, overlay = open_layered_shop(tmp_path)
    export.write_text(
        "No;Tarih;Tutar;Not;Tel;Ürünler\n"
        '1001;01.03.2024 10:15;1.029,90 TL;;0532 111 22 33;"A-1 x2 @ 500,00; A-2 x1 @ 29,90"\n'
        "1002;02.03.2024 11:00;;;+90 532 111 22 34;A-2 x1 @ 10,00\n"
        "1002;;₺10,00;;;\n",
        encoding="utf-8",
    )
    places = Places(tmp_path / "state", tmp_path / "reports")
    with Simulator(faults={"create": {"1001": ["406"], "1002": ["406"]}}) as sim:
        result = run(PlanRequest([export], overlay, sim.url, 5), sending(sim.token), places)
    shapes = dict(
        table(
            result.journal, "SELECT o.number, s.shape FROM order_shapes s JOIN orders o ON o.id = s.order_id"
        )
    )
    assert json.loads(shapes["1001"])["items"] == [[0, 2], [0, 2]]
    assert json.loads(shapes["1002"]) == {"items": [[0, 3]], "filled": {"2": [0, 4]}}


FLAT = """\
version: 1
name: flat
locale: en_US
timezone: Europe/Istanbul
sources:
  lines: {files: "lines*.csv", key: No, split: {column: Items, into: "{sku} x{pieces}"}}
  further:
    payments: {files: "payments*.csv", key: No, rows: many}
order:
  number: No
  status: {constant: delivered}
  date_placed: {column: When, date: "%Y-%m-%d"}
  customer: {constant: 201}
  shipping_address: {constant: 301}
  billing_address: {constant: 302}
  currency: {constant: try}
  amount: {column: Paid, source: payments, pick: sum, decimal: true}
  gift_box_note: {concat: [Note, Name]}
items:
  product: {column: sku, integer: true}
  quantity: {column: pieces, integer: true}
  unit_price: {column: Each, decimal: true}
  total_price: {multiply: [pieces, Each]}
"""


@pytest.mark.parametrize(
    ("path", "cell", "told"),
    [
        (("order", "date_placed"), "B4", "lines.csv B4 (When)"),
        (("order", "gift_box_note"), "C2", "lines.csv C2 (Note, with D2 (Name))"),
        (("order", "amount"), "B7", "payments.csv B7 (Paid, with B8 (Paid))"),
        (("order_item", 1, "product"), "F2", "lines.csv F2 (Items)"),
        (("order_item", 2, "unit_price"), "E3", "lines.csv E3 (Each)"),
        (("order_item", 2), None, "lines.csv row 3"),
    ],
)
def test_every_kind_of_source_leads_to_its_own_rows(
    tmp_path: Path, path: tuple[str | int, ...], cell: str | None, told: str
) -> None:
    """Filled columns, several columns, further sources, items that share a cell, items without a field."""
    mapping = tmp_path / "flat.yaml"
    mapping.write_text(FLAT, encoding="utf-8")
    compiled, _ = read_mapping(mapping)
    tables = {
        0: Table(0, "lines", "lines.csv", ("No", "When", "Note", "Name", "Each", "Items")),
        1: Table(1, "payments", "payments.csv", ("No", "Paid")),
    }
    order = complained(Complaint(path, "no"))._replace(
        rows="[[0, [2, 3, 4]], [1, [7, 8]]]",
        shape='{"items":[[0,2],[0,2],[0,3]],"filled":{"1":[0,4]}}',
        body=b'{"order":{},"order_item":[]}',
    )
    issue = Landing(FieldFinder(compiled), tables, "run1").land(order).issue
    assert issue.at is not None
    assert issue.at.cell == cell
    assert str(issue.facts["complaints"]).endswith(f" – {told}")
