"""Small sound files of every kind, from which the mutated ones are made."""

import gzip
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import xlsxwriter
import xlwt
from making import ods, xlsb
from making.biff5 import biff5
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

from pipeline.loaders.workbook.compound import workbook_stream
from pipeline.mapping.compiled import compile_mapping
from pipeline.model.rows import SourceSpec
from pipeline.validation.payload import field_checks

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "input_samples"
FILES = ROOT / "tests" / "loaders" / "workbook" / "files"
HEADER = ("No", "Date", "Name", "Total")
NOON = datetime(2024, 3, 1, 12)  # noqa: DTZ001 - sheets know no zone
ORDERS: Sequence[Sequence[Any]] = (
    HEADER,
    ("A-1", NOON, "Ayşe Öz", 12.5),
    ("A-2", NOON, "line\nbreak", 1001),
    ("", "", "", ""),
    ("00123", NOON, 'the 5" screen; "wide"', -3),
    ("A-4", "", "  ", 0.1),
    ("A-5", NOON, "x" * 40, 99999999),
)


@dataclass(frozen=True)
class Seed:
    """A sound file: its name, its bytes, and the source that reads it."""

    name: str
    data: bytes
    spec: SourceSpec


def spec_of(headers: Iterable[str] = HEADER, **choices: Any) -> SourceSpec:
    """Make a source that wants these columns."""
    return SourceSpec(
        **{"name": "orders", "files": "*", "headers": frozenset(headers), "key": "No", **choices}
    )


@cache
def _specs_of(mapping: str) -> tuple[SourceSpec, ...]:
    path = ROOT / mapping
    return tuple(compile_mapping(path.read_text("utf-8"), path.name, field_checks()).sources)


def _first_lines(path: Path, count: int) -> bytes:
    return b"".join(path.read_bytes().splitlines(keepends=True)[:count])


def csv_seeds() -> list[Seed]:
    """Text of many shapes: ours, the samples', and the samples' oddities."""
    lines = [
        ";".join(HEADER),
        "A-1;01.03.2024;Ayşe Öz;12,50",
        'A-2;02.03.2024;"a;b""c"',
        ";;;",
        'A-3;;"x',
        'y";1',
    ]
    plain = "".join(f"{line}\r\n" for line in lines)
    commas = "".join(
        ",".join(f'"{cell}"' for cell in row) + "\n"
        for row in ((*HEADER,), ("A-1", "d", "n,m", "1"), ("A-2",) * 4)
    )
    wide = "No\tDate\tName\tTotal\n" + "".join(f"B-{i}\t2024\tad {i}\t{i}.5\n" for i in range(40))
    above = (
        'Report\n\n"from; to"\nNo;Date;Name;Total;_status;_code;_message\nA-1;d;n;1;ok;;\nA-2;d;n;2;;E1;x\n'
    )
    two_rows = "Order;;Money;\nNo;Date;Name;Total\nA-1;d;n;1\nA-2;d;n;2\n"
    texts = {
        "plain.csv": (plain.encode("cp1254"), spec_of(locale="tr_TR")),
        "plain8.csv": (plain.encode(), spec_of(delimiter=";")),
        "commas.csv": (b"\xef\xbb\xbf" + commas.encode(), spec_of()),
        "wide.tsv": (wide.encode("utf-16"), spec_of()),
        "old.csv": (plain.replace("\r\n", "\r").encode("cp857"), spec_of(locale="tr_TR")),
        "above.csv": (above.encode(), spec_of(fill_down=("Date",))),
        "rows.csv": (two_rows.encode(), spec_of(header_rows=(1, 2), headers=("Order No", "Money Name"))),
        "named.csv": (
            plain.encode("cp1254"),
            spec_of(encoding="cp1254", header_rows=(1,), skip_rows=((4, 4),)),
        ),
        "sep.csv": (b"sep=|\n" + plain.replace(";", "|").encode(), spec_of()),
        "one.csv": (b"No\nA-1\nA-2\n\nA-3\n", spec_of(("No",))),
    }
    seeds = [Seed(name, data, spec) for name, (data, spec) in texts.items()]
    flat, german = (
        _specs_of("input_samples/oddities/flat.yaml")[0],
        _specs_of("input_samples/oddities/german.yaml")[0],
    )
    seeds += [
        Seed(path.name, path.read_bytes(), german if "german" in path.name else flat)
        for path in sorted((SAMPLES / "oddities").glob("*.csv"))
        if path.stat().st_size
    ]
    samples = {
        "siparisler.csv": _specs_of("mappings/turkish_two_files.yaml")[0],
        "shopify_orders_export.csv": _specs_of("mappings/shopify_orders_export.yaml")[0],
        "woocommerce_orders.csv": _specs_of("mappings/woocommerce.yaml")[0],
        "orders_en.csv": _specs_of("mappings/english_two_files.yaml")[0],
    }
    return seeds + [Seed(name, _first_lines(SAMPLES / name, 9), spec) for name, spec in samples.items()]


def _objects(count: int) -> list[dict[str, object]]:
    return [
        {
            "No": f"A-{i}",
            "Date": "2024-03-01",
            "Name": {"first": "Ayşe", "last": f'"Öz" {i}\n'},
            "Total": i * 1.5,
            "Lines": [{"sku": i}, None, True],
            "Empty": None,
        }
        for i in range(count)
    ]


_JSON_SPEC = {"headers": ("No", "Date", "Name.first", "Total")}


def json_seeds() -> list[Seed]:
    """Lists of objects and of lists."""
    rows = [
        list(HEADER),
        ["A-1", "d", "n", 1],
        ["A-2", None, "m", 10**17],
        ["", "", "", ""],
        ["A-3", True, "o", 1e-7],
    ]
    spec = spec_of(**_JSON_SPEC)
    return [
        Seed("orders.json", json.dumps(_objects(4), ensure_ascii=False, indent=1).encode(), spec),
        Seed("dense.json", json.dumps([{}, *_objects(3), {"No": ""}]).encode(), spec),
        Seed("wide.json", json.dumps(_objects(3), ensure_ascii=False).encode("utf-16"), spec),
        Seed("rows.json", json.dumps(rows).encode(), spec_of()),
    ]


def jsonl_seeds() -> list[Seed]:
    """One object, or one list, in each line."""
    lines = [json.dumps(one, ensure_ascii=False) for one in _objects(5)]
    rows = [list(HEADER), ["A-1", "d", "n", 1], ["A-2", None, "m", 2.5]]
    spec = spec_of(**_JSON_SPEC)
    return [
        Seed("orders.jsonl", "\n".join([*lines[:2], "", *lines[2:]]).encode(), spec),
        Seed(
            "orders.ndjson",
            ("\r\n".join(lines) + "\r\n").encode("cp1254"),
            spec_of(**_JSON_SPEC, locale="tr_TR"),
        ),
        Seed("rows.jsonl", "\n".join(map(json.dumps, rows)).encode(), spec_of()),
    ]


def _by_openpyxl() -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Orders"
    for row in ORDERS:
        sheet.append(list(row))
    sheet["E2"] = "=A2"
    sheet["F5"] = "#N/A"
    sheet["F5"].data_type = "e"
    sheet["D4"].number_format = "00000"
    sheet.merge_cells("A9:B9")
    sheet["A9"] = "merged"
    sheet.row_dimensions[3].hidden = True
    sheet.auto_filter.ref = "A1:D7"
    book.create_sheet("Notes").append(["nothing"])
    return _saved(book)


def _saved(book: Any) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _by_xlsxwriter() -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(
        out, {"default_date_format": "dd.mm.yyyy hh:mm", "remove_timezone": True}
    ) as book:
        sheet = book.add_worksheet("Orders")
        for number, row in enumerate(ORDERS, 1):
            sheet.write_row(number, 0, row)
        sheet.write_formula(2, 4, "=1+1", None, 2)
        sheet.write_formula(3, 4, '="a"', None, "a")
        sheet.write_rich_string(5, 4, "plain", book.add_format({"bold": True}), "bold", "end")
        sheet.write_number(4, 5, 12, book.add_format({"num_format": "0000"}))
        sheet.write_boolean(1, 5, True)
        sheet.set_column(6, 7, None, None, {"hidden": True})
        sheet.write_comment("A3", "note")
    return out.getvalue()


def xlsx_seeds() -> list[Seed]:
    """Workbooks of two libraries, and the samples' oddities."""
    seeds = [
        Seed("openpyxl.xlsx", _by_openpyxl(), spec_of()),
        Seed("xlsxwriter.xlsx", _by_xlsxwriter(), spec_of()),
    ]
    spec = _specs_of("input_samples/oddities/sheet.yaml")[0]
    names = ("date_cells", "excel_error_cells", "hidden_sheet", "long_number_cells", "merged_cells")
    return seeds + [
        Seed(f"{name}.xlsx", (SAMPLES / "oddities" / f"{name}.xlsx").read_bytes(), spec) for name in names
    ]


def xls_seeds() -> list[Seed]:
    """Workbooks of Excel 97 in their container and without it, and of Excel 95."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Orders")
    dated, padded = xlwt.easyxf(num_format_str="dd.mm.yyyy"), xlwt.easyxf(num_format_str="00000")
    for number, row in enumerate(ORDERS):
        for column, cell in enumerate(row):
            if cell != "":
                sheet.write(
                    number, column, cell, dated if isinstance(cell, datetime) else xlwt.Style.default_style
                )
    sheet.write(2, 4, 12, padded)
    sheet.write(3, 4, xlwt.Formula("A1"))
    sheet.write(4, 4, True)
    sheet.write_merge(8, 9, 0, 1, "merged")
    book.add_sheet("Notes").write(0, 0, "nothing")
    whole = _saved(book)
    text = [["" if cell == "" else str(cell) for cell in row] for row in ORDERS]
    return [
        Seed("orders.xls", whole, spec_of()),
        Seed("bare.xls", workbook_stream(whole, "orders").content, spec_of()),
        Seed("old.xls", biff5(text, codepage=1254), spec_of()),
        Seed("excel.xls", (FILES / "orders.xls").read_bytes(), spec_of(("No", "Ad"), sheet="Siparişler")),
    ]


def ods_seeds() -> list[Seed]:
    """Workbooks of a library and of LibreOffice, and one with what libraries do not write."""
    return [
        Seed("odfpy.ods", _by_odfpy(), spec_of()),
        Seed("hand.ods", _by_hand(), spec_of()),
        Seed("office.ods", (FILES / "orders.ods").read_bytes(), spec_of(("No", "Ad"), sheet="Siparişler")),
    ]


def _by_odfpy() -> bytes:
    book = OpenDocumentSpreadsheet()
    table = Table(name="Orders")
    for row in ORDERS:
        line = TableRow()
        for cell in row:
            line.addElement(_odf_cell(cell))
        table.addElement(line)
    merged = TableRow()
    merged.addElement(TableCell(valuetype="string", numbercolumnsspanned=2))
    merged.addElement(CoveredTableCell())
    table.addElement(merged)
    book.spreadsheet.addElement(table)
    return _saved(book)


def _odf_cell(cell: object) -> Any:
    if isinstance(cell, int | float):
        made = TableCell(valuetype="float", value=str(cell))
    elif isinstance(cell, datetime):
        made = TableCell(valuetype="date", datevalue=cell.isoformat())
    else:
        made = TableCell(valuetype="string") if cell else TableCell()
    for line in str(cell).split("\n") if cell != "" else ():
        made.addElement(P(text=line))
    return made


def _by_hand() -> bytes:
    body = ods.table(
        ods.row(*map(ods.text, HEADER)),
        ods.row(ods.text("A-1"), ods.typed("date", "2024-03-01"), ods.text("n"), ods.typed("float", "1.5")),
        ods.row(
            ods.text("A-2"),
            ods.typed("time", "PT1H2M"),
            ods.text("n"),
            attributes='table:number-rows-repeated="3"',
        ),
        ods.row("<table:table-cell/>", attributes='table:number-rows-repeated="4"'),
        ods.row(
            ods.text("A-3"),
            ods.typed("boolean", "true"),
            ods.typed("percentage", "0.5"),
            ods.typed("currency", "3"),
        ),
        ods.row(ods.text("A-4"), ods.typed("float", "3", attributes='table:formula="of:=1+2"')),
        ods.row(
            ods.text("A-5", 'table:number-columns-repeated="3"'),
            ods.text("<text:span>a</text:span><text:s/>b"),
        ),
        ods.row(
            '<table:table-cell table:number-columns-repeated="1000"/>',
            attributes='table:number-rows-repeated="1000000"',
        ),
    )
    return _written(lambda path: ods.write(path, body))


def _written(write: Any) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        write(path)
        return path.read_bytes()


def xlsb_seeds() -> list[Seed]:
    """Binary workbooks."""
    rows: dict[int, Sequence[xlsb.Value]] = {
        1: HEADER,
        2: ("A-1", xlsb.Styled(45352, 1), "n", 12.5),
        3: ("A-2", xlsb.Styled(7, 2, short=True), xlsb.Inline("in"), xlsb.Rich("rich")),
        5: ("A-3", True, xlsb.Error("#N/A"), xlsb.Computed(2.0)),
        6: ("A-4", xlsb.Computed("text"), None, xlsb.Computed(xlsb.Error("#REF!"))),
    }
    sheet = xlsb.Sheet(rows, hidden_rows=(3,), hidden_columns=((1, 1),), merged=((7, 8, 0, 1),), notes=1)
    books = {"Orders": sheet, "Notes": xlsb.Sheet({1: ("nothing",)}, state=1)}
    data = _written(lambda path: xlsb.write(path, books, formats=("dd.mm.yyyy", "00000")))
    plain = {"Orders": xlsb.Sheet({1: HEADER} | {i: (f"A-{i}", 1.0, "n", float(i)) for i in range(2, 12)})}
    return [
        Seed("orders.xlsb", data, spec_of()),
        Seed("plain.xlsb", _written(lambda path: xlsb.write(path, plain)), spec_of()),
    ]


def gzip_seeds() -> list[Seed]:
    """Text files, packed by gzip."""
    inner = [*csv_seeds()[:4], json_seeds()[0], jsonl_seeds()[0]]
    return [Seed(f"{seed.name}.gz", gzip.compress(seed.data, mtime=0), seed.spec) for seed in inner]


def zip_seeds() -> list[Seed]:
    """Text files, each alone in a zip archive."""
    inner = [*csv_seeds()[:4], json_seeds()[0], jsonl_seeds()[0]]
    return [Seed(f"{seed.name}.zip", _zipped(seed), seed.spec) for seed in inner]


def _zipped(seed: Seed) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"export/{seed.name}"), seed.data)
        archive.writestr(zipfile.ZipInfo("__MACOSX/._a"), b"x")
    return out.getvalue()


def yaml_seeds() -> list[Seed]:
    """The mappings that come along."""
    paths = [*sorted((ROOT / "mappings").glob("*.yaml")), *sorted((SAMPLES / "oddities").glob("*.yaml"))]
    return [Seed(path.name, path.read_bytes(), spec_of()) for path in paths]
