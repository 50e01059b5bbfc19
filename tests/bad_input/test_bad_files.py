"""Files that are not what they should be, before anybody looks at a cell."""

import gzip
import io
import os
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlwt
from bad_files import (
    COLUMNS,
    TWO,
    checked,
    csv_file,
    csv_text,
    file,
    line,
    looked_into,
    mapping,
    refused,
    told,
    workbook,
)
from making import biff5, ods, xlsb

from pipeline.loaders.opening import open_tables
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import SourceSpec

ROWS = (line("00123", Note="Şişli"), line("B", Sum=10.0))


def zipped(**entries: str) -> bytes:
    """Make a zip archive of text files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in entries.items():
            archive.writestr(f"{name}.csv", content)
    return out.getvalue()


def ods_cell(cell: Any) -> str:
    """Make a cell of OpenDocument."""
    return ods.typed("float", str(cell)) if isinstance(cell, float) else ods.text(cell)


def in_format(folder: Path, kind: str) -> Path:
    """Make the same two rows as a file of a kind."""
    path = folder / f"orders.{kind}"
    if kind == "xls":
        book = xlwt.Workbook()
        sheet = book.add_sheet("Orders")
        for number, row in enumerate((COLUMNS, *ROWS)):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell)
        book.save(str(path))
    elif kind == "ods":
        ods.write(path, ods.table(*(ods.row(*map(ods_cell, row)) for row in (COLUMNS, *ROWS))))
    elif kind == "xlsb":
        xlsb.write(path, {"Orders": xlsb.Sheet({i: list(row) for i, row in enumerate((COLUMNS, *ROWS), 1)})})
    elif kind == "old.xls":
        path.write_bytes(biff5.biff5((COLUMNS, *ROWS), codepage=1254))
    elif kind == "csv.gz":
        path.write_bytes(gzip.compress(csv_text(*ROWS).encode()))
    elif kind == "zip":
        path.write_bytes(zipped(orders=csv_text(*ROWS)))
    else:
        workbook(folder, *ROWS, name=path.name)
    return path


@pytest.mark.parametrize("kind", ["xlsx", "xlsb", "ods", "xls", "old.xls", "csv.gz", "zip"])
def test_the_same_rows_give_the_same_orders_in_every_format(tmp_path: Path, kind: str) -> None:
    """Zeros in front, Turkish letters and number cells included."""
    found = checked(in_format(tmp_path, kind))
    assert (found.told, list(found.orders)) == ([], ["00123", "B"])
    assert found.sent("notes") == ["Şişli", ""]
    assert found.sent("amount") == ["10.00", "10.00"]


def test_a_path_that_leads_to_nothing_is_refused_by_its_name(tmp_path: Path) -> None:
    """With the reason of the operating system; inspecting it says the same."""
    lost = tmp_path / "orders.csv"
    first = refused(lost)[0]
    assert first.at is not None
    assert (first.code, first.at.file) == ("E101", str(lost))
    assert told(looked_into(lost).refused) == ["E101 -"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_link_that_leads_in_a_circle_is_refused(tmp_path: Path) -> None:
    """A link to a file is as good as the file."""
    circle = tmp_path / "orders.csv"
    circle.symlink_to(circle)
    assert refused(circle)[0].code == "E101"
    circle.unlink()
    circle.symlink_to(csv_file(tmp_path, line(), name="real.csv"))
    assert list(checked(circle).orders) == ["A"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_this_user_may_not_read_is_refused(tmp_path: Path) -> None:
    """With the reason of the operating system."""
    path = csv_file(tmp_path, line())
    path.chmod(0)
    assert told(refused(path)) == ["E101 -"]


def test_a_folder_without_the_files_of_a_source_is_refused(tmp_path: Path) -> None:
    """The pattern that found nothing is told; a folder that looks like a file is a folder."""
    (tmp_path / "orders.csv").mkdir()
    shop = mapping(tmp_path, TWO)
    (orders, items) = refused(tmp_path / "orders.csv", shop=shop)
    assert (orders.code, items.code) == ("E105", "E105")
    assert [issue.facts["pattern"] for issue in (orders, items)] == ["orders.*", "items.*"]


@pytest.mark.parametrize(
    ("name", "content", "code", "word"),
    [
        pytest.param("orders.csv", b"", "E106", "nothing", id="no-bytes"),
        pytest.param("orders.csv", b"\xef\xbb\xbf", "E106", "nothing", id="a-mark-alone"),
        pytest.param("orders.csv", b" \r\n\t\r\n", "E106", "nothing", id="blanks-alone"),
        pytest.param("orders.csv", csv_text().encode(), "E107", "header", id="a-header-alone"),
        pytest.param("orders.csv", csv_text((" ",) * 7).encode(), "E107", "header", id="blank-rows-alone"),
        pytest.param("orders.xls", b"<html><table><tr><td>No", "E108", "web page", id="a-web-page"),
        pytest.param("orders.xlsx", b"%PDF-1.7", "E108", "PDF", id="a-pdf"),
        pytest.param(
            "orders.xlsx", zipped(May="No\n1", June="No\n2"), "E145", "May.csv, June.csv", id="csvs"
        ),
        pytest.param("orders.csv", b"\x1f\x8b\x08\x00 cut", "E147", "unpacked", id="a-cut-download"),
    ],
)
def test_a_file_without_a_table_is_refused_for_what_it_is(
    tmp_path: Path, name: str, content: bytes, code: str, word: str
) -> None:
    """Checking and inspecting agree; its name counts for nothing."""
    from pipeline.model.catalogue import message_of

    path = file(tmp_path, content, name=name)
    (issue,) = refused(path)
    assert issue.code == code
    assert word in message_of(issue)
    assert [one.code for one in looked_into(path).refused] == [code]


@pytest.mark.parametrize("name", ["orders.csv", "orders.xlsx"])
def test_a_lying_name_is_told_and_the_content_read(tmp_path: Path, name: str) -> None:
    """A workbook named CSV, and the other way round."""
    real = workbook(tmp_path, line(), name="x.xlsx") if name.endswith("csv") else csv_file(tmp_path, line())
    found = checked(real.rename(tmp_path / name))
    assert (found.told, list(found.orders)) == (["W103 -"], ["A"])


def test_what_unpacks_to_too_much_is_refused_with_the_limit_and_how_to_raise_it(tmp_path: Path) -> None:
    """Found while unpacking, for sizes in headers may lie."""
    from pipeline.model.catalogue import remedy_of

    rows = csv_text(*(line(f"N{i}", Note=f"{i:0300}") for i in range(4000)))
    path = file(tmp_path, gzip.compress(rows.encode()), name="orders.csv.gz")
    (issue,) = refused(path, limits=ReadLimits(unpacked=1))
    assert issue.code == "E148"
    assert "--read-limit unpacked=2" in remedy_of(issue)
    assert len(checked(path, limits=ReadLimits(unpacked=2)).orders) == 4000


def test_a_file_that_is_saved_while_it_is_read_is_refused(tmp_path: Path) -> None:
    """Whether it grows or is exchanged by one of the same size."""
    for change in (csv_text(line(), line("B")), csv_text(line("Z"))):
        path = csv_file(tmp_path, line())
        (table,) = open_tables(SourceSpec("lines", "*", frozenset(COLUMNS)), [path], first_index=0)
        path.write_text(change, encoding="utf-8")
        os.utime(path, (0, 0))
        with pytest.raises(InputRefused) as caught:
            list(table.batches())
        assert told(caught.value.issues) == ["E112 -"]


@pytest.mark.parametrize("rows", [65_535, 65_536])
def test_a_file_that_ends_where_a_spreadsheet_ends_may_be_cut_off(tmp_path: Path, rows: int) -> None:
    """Excel 97 kept 65,536 rows and dropped the rest without a word."""
    items = "".join(f"A;;;;{product};1;10\n" for product in range(102, 100 + rows))
    found = checked(file(tmp_path, csv_text(line()) + items))
    assert found.told == (["W106 -", "W352 2"] if rows == 65_536 else ["W352 2"])
    assert len(found.sent_items("product")[0]) == rows - 1


def test_a_date_is_the_same_day_in_every_calendar(tmp_path: Path) -> None:
    """Workbooks that count from 1904 are read by their own calendar, and that is told."""
    day = date(2024, 3, 1)
    plain = checked(workbook(tmp_path, line(Placed=day)))
    mac = checked(workbook(tmp_path, line(Placed=day), name="mac.xlsx", date_1904=True))
    assert (plain.told, mac.told) == ([], ["W112 -"])
    assert plain.sent("date_placed") == mac.sent("date_placed") == ["2024-02-29T21:00:00Z"]
