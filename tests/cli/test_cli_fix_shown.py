"""What ``fix import`` shows of corrected cells: nobody's data unless asked, and sums that do not hold."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from shop import Ended, export, orderlift, sources

MAIL = "anna.probe@kunden.example"


def people(folder: Path) -> Path:
    """Write a shop of two orders, whose column of buyers decides about the status; both are refused."""
    shop = export(folder, orders=2)
    rows = (shop / "orders.csv").read_text("utf-8").splitlines()
    head = rows[0] + ",Käufer"
    body = [f"{row},{'Änne Groß' if place else MAIL}" for place, row in enumerate(rows[1:])]
    (shop / "orders.csv").write_text("\n".join([head, *body]) + "\n", encoding="utf-8")
    text = (shop / "shop.yaml").read_text("utf-8")
    (shop / "shop.yaml").write_text(
        text.replace(
            "items:\n  product", "  has_gift_box: {column: Käufer, boolean: true}\nitems:\n  product"
        ),
        encoding="utf-8",
    )
    return shop


def taken(shop: Path, *more: str) -> Ended:
    """Check, correct both cells, take the workbook up without keeping anything."""
    orderlift(shop, "check", *sources(), "-q")
    (path,) = shop.glob("reports/*/fix.xlsx")
    book = openpyxl.load_workbook(path)
    cells = [cell for row in book["orders"] for cell in row if cell.comment]
    assert len(cells) == 2
    cells[0].value, cells[1].value = "neu." + MAIL, "Sören Weiß"
    book.save(path)
    return orderlift(shop, "fix", "import", path.relative_to(shop).as_posix(), "-n", *more)


@pytest.mark.parametrize("more", [(), ("--json",)], ids=["text", "json"])
def test_corrected_cells_show_nobody_unless_asked_to(tmp_path: Path, more: tuple[str, ...]) -> None:
    """By the column's name and by what a value is, before and after, and in what is still wrong."""
    shop = people(tmp_path)
    hidden = taken(shop, *more)
    assert hidden.code == 3
    assert "•" in hidden.out
    for word in ("anna.probe", "Groß", "Weiß", "Sören"):
        assert word not in hidden.out + hidden.err
    (path,) = shop.glob("reports/*/fix.xlsx")
    asked = orderlift(shop, "fix", "import", path.relative_to(shop).as_posix(), "-n", "--show-pii", *more)
    for word in (MAIL, "Änne Groß", "Sören Weiß"):
        assert word in asked.out


def test_an_amount_that_its_items_do_not_make_is_told_with_the_correction(tmp_path: Path) -> None:
    """The order may be sent, as one of a file may; nobody should hear of it only then."""
    shop = export(tmp_path, wrong=1)
    text = (shop / "shop.yaml").read_text("utf-8")
    (shop / "shop.yaml").write_text(text + "checks:\n  order_total: items\n", encoding="utf-8")
    orderlift(shop, "check", *sources(), "-q")
    (path,) = shop.glob("reports/*/fix.xlsx")
    book = openpyxl.load_workbook(path)
    (cell,) = [cell for row in book["orders"] for cell in row if cell.comment]
    cell.value = "999.99"
    book.save(path)
    told = orderlift(shop, "fix", "import", path.relative_to(shop).as_posix())
    assert told.code == 0
    assert "warning[W312]: amount is 999.99, but items makes" in told.err
    assert "orders.csv, cell D5, corrected" in told.err
