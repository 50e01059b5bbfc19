"""Amounts of a workbook of which some are numbers and others texts, as people type them."""

from pathlib import Path

import openpyxl
import pytest

from pipeline.inference.suggestion import Suggestion
from pipeline.model.reading import ReadLimits
from pipeline.runs.rehearsing.suggesting import suggest


def book(folder: Path, *, words: int = 0) -> Path:
    """Write forty orders of one item each under a merged title; each fourth total is a text."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(["ÇİĞDEM TEKSTİL – SATIŞ RAPORU"])
    sheet.merge_cells("A1:H1")
    sheet.append(
        [
            "Sipariş No",
            "Tarih",
            "Durum",
            "SKU",
            "Adet",
            "Birim Fiyatı",
            "Tutar",
            "Kargo Bedeli",
            "Genel Toplam",
        ]
    )
    for place in range(40):
        price, total = 100.5 + place, 1129.9 + place * 10
        text = f"{total:,.2f}".translate(str.maketrans(",.", ".,"))
        row = [f"A{place}", "13.02.2024", "Teslim Edildi", f"S{place % 3}", 10, price, price * 10, 124.9]
        sheet.append([*row, f"{place}. gün ödenir" if place < words else text if place % 4 == 0 else total])
    made.save(folder / "rapor.xlsx")
    return folder / "rapor.xlsx"


def amount_of(found: Suggestion) -> list[str]:
    """The columns that are suggested for the order's amount."""
    (field,) = [one for one in found.fields if one.name == "order.amount"]
    return list(field.choice.columns) if field.choice is not None else []


@pytest.mark.parametrize(("words", "columns"), [(0, ["Genel Toplam"]), (20, [])])
def test_a_total_may_be_a_number_here_and_a_text_there(
    tmp_path: Path, words: int, columns: list[str]
) -> None:
    """Both can be calculated with; where half of it is words, it is no amount."""
    assert amount_of(suggest([book(tmp_path, words=words)], ReadLimits())) == columns
