"""The way of an analyst on the command line: check, correct in a workbook, import, run."""

from pathlib import Path

import openpyxl
from shop import export, orderlift, sources


def corrected(path: Path, value: str) -> Path:
    """Write an amount into the one red cell."""
    book = openpyxl.load_workbook(path)
    (cell,) = [cell for row in book["orders"] for cell in row if cell.comment]
    cell.value = value
    book.save(path)
    return path


def test_the_way_from_a_refused_cell_to_a_ready_order(tmp_path: Path) -> None:
    """Every step says the next one; the source stays as it is."""
    shop = export(tmp_path, wrong=1)
    before = (shop / "orders.csv").read_bytes()
    checked = orderlift(shop, "check", *sources())
    assert checked.code == 3
    (path,) = shop.glob("reports/*/fix.xlsx")
    name = path.relative_to(shop).as_posix()
    assert f"orderlift fix import {name}" in checked.out
    tried = orderlift(shop, "fix", "import", name, "-n")
    assert (tried.code, "No cell says anything new." in tried.out) == (0, True)
    corrected(path, "eleven")
    wrong = orderlift(shop, "fix", "import", name, "-n")
    assert wrong.code == 3
    assert 'orders.csv!D5  "ten" → "eleven"  still wrong: E211' in wrong.out
    corrected(path, "4.50")
    taken = orderlift(shop, "fix", "import", name)
    assert taken.code == 0
    assert 'orders.csv!D5  "ten" → "4.50"  ok' in taken.out
    run_id = path.parent.name
    assert f"--overlay {run_id}" in taken.out
    again = orderlift(shop, "check", *sources("--overlay", run_id))
    assert again.code == 0
    assert f"cells corrected by a correction workbook ({run_id}/1)" in again.err
    assert (shop / "orders.csv").read_bytes() == before


def test_the_same_as_one_json_object(tmp_path: Path) -> None:
    """Standard output holds nothing beside it."""
    shop = export(tmp_path, wrong=2)
    orderlift(shop, "check", *sources(), "-q")
    done = orderlift(shop, "fix", "export", "-o", "mine.xlsx", "--json")
    assert done.document["files"] == ["mine.xlsx"]
    assert (done.document["orders"], done.document["rows"]) == (2, 4)
    book = openpyxl.load_workbook(shop / "mine.xlsx")
    book["orders"]["D2"] = "3.50"
    book.save(shop / "mine.xlsx")
    taken = orderlift(shop, "fix", "import", "mine.xlsx", "--json").document
    assert taken["orders"] == {"ready": 1, "still_wrong": 0}
    assert [(one["cell"], one["before"], one["after"], one["wrong"]) for one in taken["cells"]] == [
        ("D4", "ten", "3.50", None)
    ]
    assert taken["overlay"]["cells"] == 1


def test_a_row_without_an_order_is_counted_apart(tmp_path: Path) -> None:
    """It is in the workbook, to be corrected, and it is no order."""
    shop = export(tmp_path, wrong=1)
    with (shop / "items.csv").open("a", encoding="utf-8") as file:
        file.write("0999,101,1.50\n")
    orderlift(shop, "check", *sources(), "-q")
    told = orderlift(shop, "fix", "export").out
    assert "Orders: 1, rows: 3, of which without an order: 1. Correct the red cells" in told
    done = orderlift(shop, "fix", "export", "--json").document
    assert (done["orders"], done["rows"], done["rows_without_order"]) == (1, 3, 1)


def test_what_cannot_be_taken_up_is_refused_with_a_code(tmp_path: Path) -> None:
    """A file that is no workbook, a run without corrections, a run that is not there."""
    shop = export(tmp_path, wrong=1)
    orderlift(shop, "check", *sources(), "-q")
    (path,) = shop.glob("reports/*")
    for code, told in (
        (2, orderlift(shop, "fix", "import", "orders.csv")),
        (2, orderlift(shop, "fix", "import", "nothing.xlsx")),
        (2, orderlift(shop, "check", *sources("--overlay", path.name))),
        (2, orderlift(shop, "run", *sources("--overlay", "0000"), "-n")),
        (2, orderlift(shop, "fix", "export", "0000")),
    ):
        assert told.code == code
        assert "error" in told.err or "fatal" in told.err


def test_an_edited_workbook_that_was_kept_is_told_where_it_happens(tmp_path: Path) -> None:
    """Whoever writes the reports again reads of it there and then."""
    shop = export(tmp_path, wrong=1)
    orderlift(shop, "check", *sources(), "-q")
    (path,) = shop.glob("reports/*/fix.xlsx")
    corrected(path, "4.50")
    told = orderlift(shop, "report")
    assert "W677: edited workbook kept" in told.out
    assert path.with_name("fix.edited-1.xlsx").exists()
