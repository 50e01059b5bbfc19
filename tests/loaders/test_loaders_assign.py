"""Which file belongs to which source."""

import os
import sys
import unicodedata
from pathlib import Path

import pytest
from source_files import codes, refused

from pipeline.loaders.assign import assign_files
from pipeline.model.rows import SourceSpec


def source(name: str, files: str, sheet: str | None = None) -> SourceSpec:
    """Make a source by its name and pattern."""
    return SourceSpec(name, files, frozenset({"No"}), sheet)


def made(folder: Path, *names: str) -> list[Path]:
    """Write small files."""
    paths = [folder / name for name in names]
    for path in paths:
        path.write_text("No\n1\n")
    return paths


def test_files_go_to_the_source_whose_pattern_they_match_in_natural_order(tmp_path: Path) -> None:
    """Case makes no difference, and part 2 comes before part 10."""
    ten, two, items = made(tmp_path, "Orders-10.csv", "orders-2.CSV", "ITEMS.xlsx")
    specs = [source("orders", "orders*.csv"), source("items", "items*.xlsx")]
    assert assign_files(specs, [ten, items, two]) == {"orders": [two, ten], "items": [items]}


def test_a_folder_gives_what_is_wanted_and_nothing_else(tmp_path: Path) -> None:
    """Notes, hidden files, Excel's lock files and folders inside a folder are left alone."""
    orders, *_ = made(tmp_path, "orders.csv", "readme.txt", "~$orders.csv", ".orders.csv")
    (tmp_path / "orders-old.csv").mkdir()
    assert assign_files([source("orders", "*orders*.csv")], [tmp_path]) == {"orders": [orders]}


@pytest.mark.parametrize("before", ["orders.xls", "orders.ods", "orders.xlsb", "orders.xlsm"])
def test_rows_given_back_as_xlsx_meet_the_pattern_of_the_older_workbook(tmp_path: Path, before: str) -> None:
    """If they were named: of a folder nothing is taken that may be a second copy of the same orders."""
    (copy,) = made(tmp_path, "orders.xlsx")
    assert assign_files([source("orders", before)], [copy]) == {"orders": [copy]}
    assert codes(refused(lambda: assign_files([source("orders", before)], [tmp_path]))) == ["E105"]
    assert codes(refused(lambda: assign_files([source("orders", "items.xls")], [copy]))) == ["E103", "E105"]


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    """By itself and through its folder is still one file."""
    (orders,) = made(tmp_path, "orders.csv")
    assert assign_files([source("orders", "orders*")], [tmp_path, orders, orders]) == {"orders": [orders]}


def test_decomposed_letters_of_a_file_name_match_composed_ones(tmp_path: Path) -> None:
    """File systems of macOS hand names out decomposed."""
    (path,) = made(tmp_path, unicodedata.normalize("NFD", "siparişler.csv"))
    assert assign_files([source("orders", "Siparişler*.csv")], [path]) == {"orders": [path]}


def test_everything_that_does_not_fit_is_told_at_once(tmp_path: Path) -> None:
    """A missing path, an unwanted file, a file of two sources and a source without file are four issues."""
    both, other = made(tmp_path, "orders-items.csv", "notes.csv")
    specs = [source("orders", "orders*"), source("items", "*items*"), source("people", "people*")]
    issues = refused(lambda: assign_files(specs, [both, other, tmp_path / "gone.csv"]))
    assert sorted(codes(issues)) == ["E101", "E103", "E104", "E105"]


def test_two_sources_share_a_workbook_when_each_names_its_sheet(tmp_path: Path) -> None:
    """Orders and items often are two sheets of one file."""
    (path,) = made(tmp_path, "shop.xlsx")
    specs = [source("orders", "shop*", "Orders"), source("items", "shop*", "Items")]
    assert assign_files(specs, [path]) == {"orders": [path], "items": [path]}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes among its files")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    """A pipe can be read once only, and opening it would block."""
    if sys.platform != "win32":
        os.mkfifo(tmp_path / "orders.csv")
    issues = refused(lambda: assign_files([source("orders", "orders*")], [tmp_path / "orders.csv"]))
    assert codes(issues) == ["E102", "E105"]
