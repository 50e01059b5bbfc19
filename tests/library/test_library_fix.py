"""Refused rows leave as a workbook, come back corrected, and are sent: all from a program."""

from pathlib import Path

import openpyxl
from test_library_verbs import Shop

import pipeline
from pipeline.library.frames import FIX_COLUMNS
from pipeline.simulator import Simulator

PERSON = "ayse.yilmaz@mail.example"


def corrected(workbook: Path, texts: dict[str, str]) -> None:
    """Play the analyst: every cell that says one thing says another."""
    book = openpyxl.load_workbook(workbook)
    cells = [cell for sheet in book.worksheets[:2] for row in sheet.iter_rows() for cell in row]
    found = [cell for cell in cells if cell.value in texts]
    assert len(found) == len(texts)
    for cell in found:
        cell.value = texts[str(cell.value)]
    book.save(workbook)


def test_corrections_go_out_come_back_and_are_sent(tmp_path: Path) -> None:
    """The difference is a frame; a dry run keeps nothing; the source stays as it was."""
    shop = Shop(tmp_path)
    before = (tmp_path / "orders.csv").read_bytes()
    with Simulator() as target:
        done = pipeline.apply(
            shop.planned(target), token=target.token, rate=float("inf"), report_dir=shop.reports
        )
        books = pipeline.fix_export(done, tmp_path / "mine.xlsx", report_dir=shop.reports)
        assert (books.files, books.orders) == ((tmp_path / "mine.xlsx",), 1)
        corrected(books.files[0], {"ten": "10.00"})
        tried = pipeline.fix_import(books.files[0], dry_run=True, state_dir=shop.state)
        assert (tried.dry_run, tried.overlay, tried.ready) == (True, None, 1)
        taken = pipeline.fix_import(books.files[0], state_dir=shop.state)
        assert (taken.ok, taken.exit_code, taken.overlay) == (True, 0, f"{done.run_id}/1")
        again = pipeline.retry(done, token=target.token, rate=float("inf"), report_dir=shop.reports)
        assert (again.summary.orders.read, again.summary.orders.created) == (1, 1)
        assert target.truth.creates == {"0001": 1, "0002": 1, "0003": 1}
    frame = tried.to_frame()
    assert tuple(frame.columns) == FIX_COLUMNS
    assert list(frame.iloc[0])[2:] == [3, "C3", "Sum", "ten", "10.00", None, None]
    assert (tmp_path / "orders.csv").read_bytes() == before


def test_what_is_still_wrong_has_its_code_and_what_is_personal_is_masked(tmp_path: Path) -> None:
    """The frame and the representation show no address unless asked for; the cells are data."""
    shop = Shop(tmp_path)
    (tmp_path / "orders.csv").write_text(f"No,Placed,Sum,Mail\n0002,2024-03-02,ten,{PERSON}\n", "utf-8")
    (tmp_path / "items.csv").write_text("No,Article,Each\n0002,102,10.00\n", "utf-8")
    checked = shop.check()
    books = pipeline.fix_export(checked, report_dir=shop.reports)
    corrected(books.files[0], {"ten": "eleven", PERSON: f"new.{PERSON}"})
    taken = pipeline.fix_import(books.files[0], state_dir=shop.state)
    assert (taken.ok, taken.exit_code, taken.still_wrong) == (False, 3, 1)
    frame = taken.to_frame().set_index("header")
    assert list(frame["wrong"]) == ["E211", None]
    assert frame.loc["Mail", "before"] == "a•••@•••.example"
    assert PERSON not in repr(taken) + frame.to_csv()
    assert list(taken.to_frame(show_pii=True)["after"]) == ["eleven", f"new.{PERSON}"]
    assert taken.cells[1].before == PERSON


def test_corrections_of_a_check_are_laid_over_the_files(tmp_path: Path) -> None:
    """For every verb that reads files: by the result of the check, or the file of corrections."""
    shop = Shop(tmp_path)
    checked = shop.check()
    books = pipeline.fix_export(checked, report_dir=shop.reports)
    corrected(books.files[0], {"ten": "10.00"})
    pipeline.fix_import(books.files[0], state_dir=shop.state)
    kept = shop.state / "runs" / checked.run_id / "fixed" / "0001.json"
    for overlay in (checked, kept):
        again = pipeline.check(
            shop.sources, shop.mapping, overlay=overlay, state_dir=shop.state, report_dir=shop.reports
        )
        assert again.ok
    assert shop.check().summary.orders.invalid == 1
