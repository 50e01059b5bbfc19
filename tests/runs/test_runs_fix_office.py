"""LibreOffice opens a correction workbook and saves it in its own way: nothing is lost or made up."""

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from fix_shop import broken_shop, codes, corrections, edit, workbook
from small_shop import number

from pipeline.runs.fixing.taking import take_fix_book
from pipeline.runs.verbs import check

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed"),
]
IDS = {
    (2, "customer"): "00123",
    (3, "customer"): "=1+1",
    (4, "customer"): "1234567890123456789",
    (5, "customer"): "1.23E+15",
    (6, "customer"): "+90 532",
    (7, "customer"): "01.02.2024",
    (8, "customer"): "TRUE",
    (2, "currency"): "lira",
    (3, "currency"): "@x",
    (4, "currency"): "lira",
    (5, "currency"): " two  blanks ",
}


def saved_again(path: Path, folder: Path, kind: str) -> Path:
    """Let LibreOffice open the workbook and save it in a format of its own choosing."""
    folder.mkdir()
    subprocess.run(
        [
            str(SOFFICE),
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            str(folder),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=100,
    )
    return folder / f"{path.stem}.{kind.partition(':')[0]}"


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_a_workbook_that_libreoffice_saved_again_says_nothing_new(tmp_path: Path, kind: str) -> None:
    """Ids, dates and formulas that are texts stay texts; hidden columns stay where they belong."""
    shop = broken_shop(tmp_path / "shop", 9, IDS)
    result = check(shop.plan_request("http://127.0.0.1:1"), shop.places)
    taken = take_fix_book(saved_again(workbook(shop, result), tmp_path / "lo", kind), shop.places)
    assert (list(taken.cells), codes(taken.issues)) == ([], [])


def test_corrections_survive_libreoffice(tmp_path: Path) -> None:
    """Edited, then opened and saved there: every correction arrives, formulas as the texts they are."""
    shop = broken_shop(tmp_path / "shop", 9, IDS)
    result = check(shop.plan_request("http://127.0.0.1:1"), shop.places)
    right: dict[tuple[int, str], object] = {(place, "customer"): f"20{place}" for place in range(2, 9)}
    right |= {(2, "currency"): "try", (3, "currency"): "=eur", (5, "currency"): "usd"}
    edited = edit(workbook(shop, result), corrections(right), tmp_path / "edited.xlsx")
    path = saved_again(edited, tmp_path / "lo", "xlsx")
    taken = take_fix_book(path, shop.places)
    assert codes(taken.issues) == []
    assert {(one.at.row, one.at.header): one.after for one in taken.cells} == {
        (place + 1, column): text for (place, column), text in right.items()
    }
    assert (taken.ready, taken.still_wrong) == (5, 2)
    page = openpyxl.load_workbook(path)["orders"]
    kept = {
        row[0].value: (row[3].fill.fgColor.rgb, bool(row[3].comment)) for row in page.iter_rows(min_row=2)
    }
    assert kept[number(2)] == ("FFFFC7CE", True)
    assert [str(one.sqref) for one in page.data_validations.dataValidation] == ["D2:D8"]


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_merged_cells_and_a_title_survive_libreoffice(tmp_path: Path, kind: str) -> None:
    """A merged cell that lost its value empties nothing; the header is found below what stands above it."""
    shop = broken_shop(tmp_path / "shop", 6, {(2, "currency"): "lira", (3, "currency"): "lira"})
    result = check(shop.plan_request("http://127.0.0.1:1"), shop.places)

    def merge(book: openpyxl.Workbook) -> None:
        corrections({(2, "currency"): "try"})(book)
        page = book["orders"]
        page.insert_rows(1)
        page["A1"] = "what is wrong with these?"
        page.merge_cells("D3:D4")

    taken = take_fix_book(
        saved_again(edit(workbook(shop, result), merge), tmp_path / "again", kind), shop.places
    )
    assert [(one.at.cell, one.after) for one in taken.cells] == [("D3", "try")]
    assert sorted(codes(taken.issues)) == ["E670", "W673"]
    assert (taken.ready, taken.still_wrong) == (1, 1)
