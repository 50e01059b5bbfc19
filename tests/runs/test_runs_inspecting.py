"""Looking into real files: everything that is in them is told, whatever one of them is."""

import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from pipeline.inspection.found import FileFound, Inspection, TableFound
from pipeline.model.catalogue import message_of
from pipeline.model.refusal import MappingRefused, UsageRefused
from pipeline.runs.rehearsing.inspecting import inspect

MAPPING = """\
version: 1
name: small
locale: tr_TR
timezone: Europe/Istanbul
sources:
  orders: {files: "orders*.csv", key: No, header_row: 3}
  items:  {files: "items*", key: No}
order:
  number: No
  date_placed: {column: Date, date: "%d.%m.%Y"}
  status: {constant: delivered}
  customer: {constant: 201}
  shipping_address: {constant: 301}
  billing_address: {constant: 302}
  currency: {constant: try}
  amount: {column: Sum, decimal: true}
items:
  product: {column: Article, integer: true}
  quantity: {constant: 1}
  unit_price: {column: Each, decimal: true}
  total_price: {column: Each, decimal: true}
"""


def _one(path: Path) -> FileFound:
    (file,) = inspect([path]).files
    return file


def _codes(found: FileFound | TableFound) -> set[str]:
    for risk in found.risks:
        assert "<" not in message_of(risk.issue)
    return {risk.issue.code for risk in found.risks}


def _csv(folder: Path, text: str, name: str = "orders.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_every_row_of_a_text_file_is_counted(tmp_path: Path) -> None:
    """Rows, blank ones, repeated headers; columns with what they hold."""
    rows = "".join(f"{i:05};0{i % 9 + 1}.03.2024;{i},50\n" for i in range(1, 51))
    file = _one(
        _csv(tmp_path, f"No;Tarih;Tutar\n{rows}\nNo;Tarih;Tutar\n99;01.03.2024;5,00\n", encoding="cp1254")
    )
    (table,) = file.tables
    assert (table.rows, table.blank_rows, table.ignored_rows) == (52, 1, 1)
    assert [column.filled for column in table.columns] == [51, 51, 51]
    assert [column.formats for column in table.columns] == [(), ("%d.%m.%Y",), ()]
    assert _codes(table) == {"W122", "W143"}
    assert (file.refused, file.risks) == ((), ())


def test_a_workbook_with_everything_in_it_is_told_whole(tmp_path: Path) -> None:
    """Hidden sheets, rows and columns, joined headers, mixed cells, totals."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "May"
    for row in (
        ["Report of May"],
        [],
        ["Bill", "", "Ship", "", "Note"],
        ["Name", "City", "Name", "City", ""],
        ["Ada", "Van", "Bo", "İzmir", datetime(2024, 5, 1)],  # noqa: DTZ001
        ["Cy", "Van", "Di", "İzmir", "02.05.2024"],
        ["Ed", "Van", "Flo", "İzmir", datetime(2024, 5, 3)],  # noqa: DTZ001
        ["Toplam", "", "", "", ""],
    ):
        sheet.append(row)
    sheet.merge_cells("A3:B3")
    sheet.merge_cells("C3:D3")
    sheet.row_dimensions[6].hidden = True
    old = made.create_sheet("Old")
    old.sheet_state = "hidden"
    for values in (["No", "Card"], [1, 1234567890123456789], [2, 4]):
        old.append(values)
    made.create_sheet("Blank")
    path = tmp_path / "book.xlsx"
    made.save(path)
    file = _one(path)
    assert [(one.name, one.visibility, one.empty) for one in file.sheets] == [
        ("May", "visible", None), ("Old", "hidden", None), ("Blank", "visible", "E106")
    ]  # fmt: skip
    may, hidden = file.tables
    assert (may.header_rows, may.rows, may.hidden) == ((3, 4), 4, False)
    assert [one.name for one in may.columns] == ["Bill Name", "Bill City", "Ship Name", "Ship City", "Note"]
    assert _codes(may) >= {"W108", "W132", "W136"}
    assert (hidden.sheet, hidden.hidden) == ("Old", True)
    assert _codes(hidden) >= {"W107", "W130"}
    assert file.refused == ()


def test_one_refused_file_keeps_no_other_from_being_told(tmp_path: Path) -> None:
    """Each says why; the whole ends with 2."""
    good = _csv(tmp_path, "No;Sum\n1;2\n")
    paths = [
        _csv(tmp_path, "", "empty.csv"),
        good,
        tmp_path / "missing.csv",
        _csv(tmp_path, 'No;Sum\n1;"x', "quote.csv"),
    ]
    found = inspect(paths)
    assert [[issue.code for issue in file.refused] for file in found.files] == [
        ["E106"],
        [],
        ["E101"],
        ["E130"],
    ]
    assert found.files[1].tables[0].rows == 1
    assert (found.exit_code, inspect([good]).exit_code) == (2, 0)


def test_a_broken_row_on_the_way_is_told_with_what_the_file_is(tmp_path: Path) -> None:
    """Kind and encoding stay known."""
    file = _one(_csv(tmp_path, 'No;Sum\n1;2\n2;"x\n'))
    assert [issue.code for issue in file.refused] == ["E130"]
    assert file.facts is not None
    assert (file.facts.kind, file.facts.delimiter, file.tables) == ("csv", ";", ())


def test_a_folder_is_searched_one_level_deep(tmp_path: Path) -> None:
    """In natural order; an empty one says so."""
    for name in ("part10.csv", "part2.csv"):
        _csv(tmp_path, "No;Sum\n1;2\n", name)
    (tmp_path / "empty").mkdir()
    found = inspect([tmp_path])
    assert [Path(file.path).name for file in found.files] == ["part2.csv", "part10.csv"]
    assert [issue.code for issue in inspect([tmp_path / "empty"]).files[0].refused] == ["E102"]


def test_a_mapping_says_how_its_files_are_read(tmp_path: Path) -> None:
    """Others are guessed; a source whose file is not given is no matter."""
    mapping = _csv(tmp_path, MAPPING, "small.yaml")
    orders = _csv(tmp_path, "a;b;c\nd;e;f\nNo;Date;Sum\n1;01.03.2024;2,00\n")
    other = _csv(tmp_path, "x;y\n1;2\n", "other.csv")
    mapped, guessed = inspect([orders, other], mapping).files
    assert (mapped.tables[0].source, mapped.tables[0].header_rows, mapped.tables[0].header) == (
        "orders",
        (3,),
        None,
    )
    assert mapped.tables[0].rows == 1
    assert guessed.tables[0].source is None
    assert guessed.tables[0].header is not None


def test_a_wrong_mapping_is_refused_before_any_file_is_read(tmp_path: Path) -> None:
    """It is the mapping that must be corrected."""
    orders = _csv(tmp_path, "No;Sum\n1;2\n")
    with pytest.raises(MappingRefused):
        inspect([orders], _csv(tmp_path, "version: 1\n", "small.yaml"))
    with pytest.raises(UsageRefused):
        inspect([orders], tmp_path / "missing.yaml")


def test_a_workbook_warns_of_itself_once(tmp_path: Path) -> None:
    """Not once for every sheet."""
    made = openpyxl.Workbook()
    made.epoch = CALENDAR_MAC_1904
    for name in ("One", "Two"):
        sheet = made.create_sheet(name)
        sheet.append(["No", "Sum"])
        sheet.append([1, 2])
    del made["Sheet"]
    path = tmp_path / "book.xlsx"
    made.save(path)
    found = _one(path)
    assert len(found.tables) == 2
    assert [(risk.issue.code, risk.count) for risk in found.risks] == [("W112", 1)]


def test_a_zip_archive_is_what_its_only_file_is(tmp_path: Path) -> None:
    """And its name is told."""
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("orders.csv", "No;Sum\n1;2\n")
    file = _one(path)
    assert file.facts is not None
    assert (file.facts.packing, file.facts.member, file.tables[0].rows) == ("zip", "orders.csv", 1)


def test_nothing_given_is_nothing_found() -> None:
    """An inspection of no file is fine."""
    assert inspect([]) == Inspection(())
