"""One deliberate oddity a file, as customers' files really have them."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from making.writing import Formula, Value, csv_text, write_csv, write_text, write_xlsx

HEADER = (
    *("Order", "Date", "Status", "Customer", "Address", "Currency", "Total", "Tracking", "Note"),
    *("Product", "Quantity", "Price", "Line total"),
)
ORDER_HEADER, ITEM_HEADER = HEADER[:9], (HEADER[0], *HEADER[9:])
_GOOD: dict[str, Value] = {
    "Order": "A-1",
    "Date": "2024-03-01 10:15",
    "Status": "delivered",
    "Customer": "201",
    "Address": "301",
    "Currency": "try",
    "Total": "100.00",
    "Tracking": "",
    "Note": "",
    "Product": "101",
    "Quantity": "1",
    "Price": "100.00",
    "Line total": "100.00",
}
Row = tuple[Value, ...]


def _row(order: Value, **changes: Value) -> Row:
    """One good row with changes; blanks in column names are written as ``_``."""
    cells = {**_GOOD, "Order": order, **{name.replace("_", " "): value for name, value in changes.items()}}
    return tuple(cells[name] for name in HEADER)


def _order(number: Value, **changes: Value) -> Row:
    """The order's part of a row."""
    return _row(number, **changes)[: len(ORDER_HEADER)]


def _item(number: Value, **changes: Value) -> Row:
    """The item's part of a row, with the order's number."""
    return (number, *_row(number, **changes)[len(ORDER_HEADER) :])


def write(folder: Path) -> None:
    """Write every oddity into ``folder``."""
    _encodings(folder)
    _layouts(folder)
    _keys(folder)
    _broken_rows(folder)
    _cells(folder)
    _workbooks(folder)
    _whole_files(folder)


def _flat(path: Path, rows: Iterable[Row], encoding: str = "utf-8", delimiter: str = ",") -> None:
    write_csv(path, (HEADER, *rows), encoding, delimiter)


def _two(folder: Path, name: str, orders: Iterable[Row], items: Iterable[Row]) -> None:
    write_csv(folder / f"{name}.orders.csv", (ORDER_HEADER, *orders))
    write_csv(folder / f"{name}.items.csv", (ITEM_HEADER, *items))


def _encodings(folder: Path) -> None:
    note = "Işık Şeker, ğüöç İI"
    text = csv_text((HEADER, _row("A-1", Note=note), _row("A-2")), "\t")
    (folder / "utf16_tabs.csv").write_bytes(b"\xff\xfe" + text.encode("utf-16-le"))
    _flat(folder / "utf8_bom.csv", (_row("A-1", Note=note), _row("A-2")), "utf-8-sig")
    _flat(
        folder / "emoji_and_rtl.csv",
        (_row("A-1", Note="🎁👩🏽‍🚀 teşekkürler"), _row("A-2", Note="שלום مرحبا 123")),
    )
    header = (
        "Bestellnummer",
        "Datum",
        "Straße",
        "Währung",
        "Gesamt",
        "Artikel",
        "Stück",
        "Preis",
        "Summe",
        "Größe",
    )
    german = (
        header,
        ("D-1", "01.03.2024", "Gänseweg 3", "EUR", "1.234,50", "101", "2", "617,25", "1.234,50", "groß"),
        ("D-2", "02.03.2024", "Öchsleplatz 9", "EUR", "99,90", "102", "1", "99,90", "99,90", "für Kinder"),
    )
    write_csv(folder / "cp1252_german.csv", german, "cp1252", ";")


def _layouts(folder: Path) -> None:
    rows = (HEADER, _row("A-1"), _row("A-2"))
    above = "Report: all orders\r\nFrom 2024-03-01 to 2024-03-31\r\n\r\n"
    write_text(folder / "preamble_lines.csv", above + csv_text(rows))
    write_text(folder / "sep_line.csv", "sep=;\r\n" + csv_text(rows, ";"))
    lines = (_row("A-1", Note="First line\nSecond line\r\nThird"), _row("A-2"), _row("A-3", Total="1O0.00"))
    _flat(folder / "multi_line_cells.csv", lines)
    january, february = "two_monthly_files.2024-01", "two_monthly_files.2024-02"
    _two(folder, january, (_order("A-1"), _order("A-2")), (_item("A-1"), _item("A-2")))
    _two(folder, february, (_order("A-3"),), (_item("A-3"), _item("A-1", Product="102")))


def _keys(folder: Path) -> None:
    _flat(folder / "leading_zeros.csv", (_row("000123"), _row("000124"), _row("7")))
    orders = (_order("000123"), _order("000124"))
    _two(folder, "zeros_lost_in_items", orders, (_item("123"), _item("124")))
    twice = (_order("A-1"), _order("A-2"), _order("A-1", Status="canceled"))
    _two(folder, "duplicate_order_number", twice, (_item("A-1"), _item("A-2")))
    _flat(folder / "colliding_order_numbers.csv", (_row("A-17"), _row("a-17"), _row("A-18")))
    _two(folder, "orphan_item", (_order("A-1"),), (_item("A-1"), _item("A-9")))
    _two(folder, "order_without_items", (_order("A-1"), _order("A-2")), (_item("A-1"),))
    parts = {"Total": "200.00", "Note": "by the door"}
    again = dict.fromkeys(ORDER_HEADER[1:], "")
    differing = (
        *(_row("A-1", **parts), _row("A-1", **{**parts, "Product": "102"})),
        *(_row("A-2", **parts), _row("A-2", **{**parts, "Total": "250.00", "Product": "102"})),
        *(_row("A-3", **parts), _row("A-3", **again, Product="102")),
    )
    _flat(folder / "repeated_order_columns_differ.csv", differing)
    filled = (
        *(_row("A-1", Total="200.00"), _row("", **again, Product="102")),
        *(_row("A-2"), _row("A-3", Total="200.00"), _row("", **again, Product="103")),
    )
    _flat(folder / "blank_key_fill_down.csv", filled)
    _flat(folder / "order_cut_in_two.part1.csv", (_row("A-1"), _row("A-2", Total="200.00")))
    _flat(folder / "order_cut_in_two.part2.csv", (_row("A-2", Total="200.00", Product="102"), _row("A-3")))


def _broken_rows(folder: Path) -> None:
    good = csv_text((HEADER, _row("A-1"), _row("A-2", Note="N")))
    last = csv_text((_row("A-3"),))
    write_text(folder / "ragged_row.csv", good.replace(",N,", ",by the door, please,") + last)
    write_text(folder / "unclosed_quote.csv", good.replace(",N,", ',"by the door,') + last)
    write_text(folder / "quote_inside_text.csv", good.replace(",N,", ',"the 5" screen",') + last)
    _flat(folder / "control_character.csv", (_row("A-1", Note="bell \x07 rings"), _row("A-2")))


def _cells(folder: Path) -> None:
    formulas = ('=HYPERLINK("http://x.example","win")', "+905000000000", "@SUM(A1)", "-1+2")
    _flat(folder / "formula_like_text.csv", (_row(f"A-{n}", Note=note) for n, note in enumerate(formulas, 1)))
    amounts = (
        *("1,234.50", "1234.5", "1234", "1.234,50", "₺100.00", "12.345"),
        *("-5.00", "1 234.50", "1e3", "", "12345678901.00", "1,23.00"),
    )
    _flat(folder / "money_formats.csv", (_row(f"A-{n}", Total=amount) for n, amount in enumerate(amounts, 1)))
    moments = ("2015-11-08 02:30", "2015-11-08 03:30", "2015-03-29 03:30", "2016-11-06 03:30")
    _flat(folder / "clock_change.csv", (_row(f"A-{n}", Date=moment) for n, moment in enumerate(moments, 1)))
    words = ("NULL", "n/a", "-", "NA", "None", "null and void")
    _flat(folder / "na_and_null_words.csv", (_row(f"A-{n}", Note=word) for n, word in enumerate(words, 1)))
    dates = ("03/01/2024 10:15", "00.00.0000", "1899-12-30 00:00", "2099-03-01 10:15", "2024-02-30 10:15")
    _flat(folder / "date_formats.csv", (_row(f"A-{n}", Date=text) for n, text in enumerate(dates, 1)))
    unknown = (
        _row("A-1", Status="deliverd"),
        _row("A-2", Currency="dollar"),
        _row("A-3", Product="PAM-TIS-01"),
    )
    _flat(folder / "unknown_words.csv", unknown)
    _flat(folder / "sums_that_do_not_add_up.csv", (_row("A-1", Quantity="2"), _row("A-2")))
    _flat(folder / "text_too_long.csv", (_row("A-1", Note="ş" * 321), _row("A-2", Note="ş" * 320)))


def _workbooks(folder: Path) -> None:
    numbers: dict[str, Value] = {
        "Customer": 201,
        "Address": 301,
        "Total": 100,
        "Product": 101,
        "Quantity": 1,
        "Price": 100,
    }
    excel = (
        _row("A-1", **numbers, Line_total=Formula("=K2*L2|100")),
        _row("A-2", **{**numbers, "Total": Formula("=1/0|#DIV/0!")}),
        _row("A-3", **{**numbers, "Product": Formula("=VLOOKUP(1,Z1:Z2,1)|#N/A")}),
        _row(Formula("=#REF!|#REF!"), **numbers),
    )
    write_xlsx(folder / "excel_error_cells.xlsx", {"Orders": (HEADER, *excel)})
    long = (
        _row("A-1", **numbers, Tracking="12345678901234567"),
        _row("A-2", **numbers, Tracking=12345678901234567),
        _row("A-3", **numbers, Tracking=700000000001),
        _row(20240301000000017, **numbers),
    )
    write_xlsx(folder / "long_number_cells.xlsx", {"Orders": (HEADER, *long)})
    dated = (
        _row(1001, **numbers, Date=datetime(2024, 3, 1, 10, 15)),  # noqa: DTZ001 - cells have no zone
        _row(1002, **numbers, Date=date(2024, 3, 2)),
        _row(1003, **numbers, Date="2024-03-03 09:00"),
        _row(1004, **numbers, Date=45355.5),
    )
    write_xlsx(folder / "date_cells.xlsx", {"Orders": (HEADER, *dated)})
    rows = (HEADER, _row("A-1", **numbers), _row("A-2", **numbers))
    write_xlsx(folder / "two_possible_sheets.xlsx", {"Orders": rows, "Orders (old)": rows})
    write_xlsx(
        folder / "hidden_sheet.xlsx",
        {"About": (("Made by",), ("the old panel",)), "Orders": rows},
        hidden=("Orders",),
    )
    shared = (
        _row("A-1", **numbers),
        _row("A-1", **{**numbers, "Product": 102, "Total": None}),
        _row("A-2", **numbers),
    )
    write_xlsx(folder / "merged_cells.xlsx", {"Orders": (HEADER, *shared)}, merged=(("G2:G3", "200"),))


def _whole_files(folder: Path) -> None:
    write_text(folder / "empty_file.csv", "")
    write_csv(folder / "header_only.csv", (HEADER,))
    short = tuple("Totaal" if name == "Total" else name for name in HEADER)
    write_csv(folder / "missing_column.csv", (short, _row("A-1")))
    write_csv(folder / "column_twice.csv", ((*HEADER, "Total"), (*_row("A-1"), "90.00")))
    page = "<html><body><table><tr><td>Order</td></tr><tr><td>A-1</td></tr></table></body></html>\n"
    write_text(folder / "web_page.xls", page)
