"""Suggesting for files as they lie on a disk: never over a file, flat in memory, quick enough."""

from __future__ import annotations

import csv
import time
import tracemalloc
from pathlib import Path

import pytest

from pipeline.model.refusal import InputRefused, UsageRefused
from pipeline.runs.rehearsing.suggesting import suggest, warnings_of, write_mapping


def export(folder: Path, orders: int) -> list[Path]:
    """Write two files: ``orders`` orders of one or two lines that add up."""
    heads, lines = folder / "siparisler.csv", folder / "kalemler.csv"
    with (
        heads.open("w", encoding="utf-8", newline="") as a,
        lines.open("w", encoding="utf-8", newline="") as b,
    ):
        first, second = csv.writer(a, delimiter=";"), csv.writer(b, delimiter=";")
        first.writerow(["Sipariş No", "Tarih", "Durum", "E-posta", "Toplam Tutar", "Kargo Ücreti", "Not"])
        second.writerow(["Sipariş No", "Stok Kodu", "Adet", "Birim Fiyat", "Tutar"])
        for n in range(orders):
            price, pieces = 10 + n % 90, 1 + n % 3
            total = price * pieces
            mail = f"k{n}@ornek.example"
            first.writerow(
                [f"S{n:07}", f"{1 + n % 28:02}.03.2024", "İptal", mail, f"{total + 5},50", "5,50", f"not {n}"]
            )
            second.writerow([f"S{n:07}", f"K{n % 500}", pieces, f"{price},00", f"{total},00"])
    return [heads, lines]


def test_a_file_that_came_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    """Whoever writes it between the first look and the last is not overwritten either."""
    path = tmp_path / "mapping.yaml"
    path.write_text("theirs", encoding="utf-8")
    with pytest.raises(UsageRefused) as refused:
        write_mapping(path, "ours")
    assert refused.value.issues[0].code == "E480"
    assert path.read_text("utf-8") == "theirs"


def test_files_that_cover_each_other_in_part_are_told(tmp_path: Path) -> None:
    """Half of the items' orders are missing, and every order has its item."""
    heads, lines = export(tmp_path, 40)
    rows = heads.read_text("utf-8").splitlines()
    heads.write_text("\n".join(rows[:31]) + "\n", encoding="utf-8")
    issues = warnings_of(suggest([heads, lines]))
    assert [(one.code, one.facts) for one in issues] == [("W481", {"items": "75.0%", "orders": "100.0%"})]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """As everywhere, by its code."""
    with pytest.raises(InputRefused) as refused:
        suggest([tmp_path / "nowhere.csv"])
    assert refused.value.issues[0].code == "E101"


@pytest.mark.long
def test_fifty_thousand_rows_in_each_of_two_files_take_five_seconds(tmp_path: Path) -> None:
    """Read twice, and every sum tried, on one core."""
    files = export(tmp_path, 50_000)
    begun = time.process_time()
    found = suggest(files)
    assert time.process_time() - begun < 5
    assert found.sums.order_total == "items+shipping"


@pytest.mark.long
def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    """Four times the rows, and about the same peak."""
    peaks = []
    for count in (60_000, 240_000):
        folder = tmp_path / str(count)
        folder.mkdir()
        files = export(folder, count)
        tracemalloc.start()
        suggest(files)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0], peaks
