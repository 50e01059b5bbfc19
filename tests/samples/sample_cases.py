"""Every shipped sample and what becomes of it. A new sample is one more line here."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample and its outcome.

    ``files`` are names below ``input_samples``; ``mapping`` is a path below the repository. ``orders`` and
    ``refused`` count orders read and those that the checks refuse, ``items`` item rows of orders.
    ``money`` is what all readable orders are worth. ``issues`` are codes with their place (``E211 J63``,
    with the file's name where there are several), in the order found. ``sent`` names a payload field and
    its value in each order that is ready. ``fatal`` is the whole outcome where nothing can be prepared.
    """

    files: str
    mapping: str
    orders: int = 0
    refused: int = 0
    items: int = 0
    money: str = ""
    issues: str = ""
    sent: tuple[str, Sequence[object]] | None = None
    fatal: str = ""
    ignored: int = 0

    @property
    def name(self) -> str:
        """What the sample is called: the name of its first file without endings."""
        return self.files.split()[0].rpartition("/")[2].split(".")[0]

    @property
    def codes(self) -> set[str]:
        """The issue codes of its outcome."""
        return {
            word
            for word in f"{self.issues} {self.fatal}".split()
            if word[:1] in "EW" and word[1:].isdecimal()
        }


def _odd(  # noqa: PLR0917 - the columns of a table
    files: str,
    orders: int = 0,
    refused: int = 0,
    items: int = 0,
    money: str = "",
    issues: str = "",
    *,
    mapping: str = "flat",
    sent: tuple[str, Sequence[object]] | None = None,
    fatal: str = "",
    ignored: int = 0,
) -> Sample:
    inside = " ".join(f"oddities/{name}" for name in files.split())
    where = f"input_samples/oddities/{mapping}.yaml"
    return Sample(inside, where, orders, refused, items, money, issues, sent, fatal, ignored)


def _pair(name: str) -> str:
    return f"{name}.orders.csv {name}.items.csv"


DEMO = Sample(
    "siparisler.csv siparis_kalemleri.xlsx",
    "mappings/turkish_two_files.yaml",
    orders=230,
    refused=2,
    items=448,
    money="TRY 297555.54",
    issues="W432 siparisler.csv:1, W432 siparis_kalemleri.xlsx:1"
    ", E211 siparisler.csv:J63, E231 siparisler.csv:C140",
)

SHOPS = [
    DEMO,
    Sample("orders_en.csv order_items_en.csv", "mappings/english_two_files.yaml", 36, 0, 72, "TRY 76330.68"),
    Sample(
        "shopify_orders_export.csv",
        "mappings/shopify_orders_export.yaml",
        28,
        0,
        46,
        "TRY 41932.80",
        "W432 1",
    ),
    Sample("woocommerce_orders.csv", "mappings/woocommerce.yaml", 26, 0, 51, "TRY 34957.96", "W432 1"),
]

_MONEY = "E211 G5, E211 G6, E212 G7, E242 G8, E211 G9, E211 G10, E205 G11, E213 G12, E211 G13"
_FORMULAS = ['=HYPERLINK("http://x.example","win")', "+905000000000", "@SUM(A1)", "-1+2"]
_SPRING_2024 = ["2024-03-01T07:15:00Z", "2024-03-01T21:00:00Z", "2024-03-03T06:00:00Z"]
_TURKISH = "Işık Şeker, ğüöç İI"

ODDITIES = [
    _odd("utf16_tabs.csv", 2, 0, 2, "TRY 200.00", sent=("order.notes", [_TURKISH, ""])),
    _odd("utf8_bom.csv", 2, 0, 2, "TRY 200.00", sent=("order.notes", [_TURKISH, ""])),
    _odd(
        "cp1252_german.csv",
        2,
        0,
        2,
        "EUR 1334.40",
        "W101 1",
        mapping="german",
        sent=("order.amount", ["1234.50", "99.90"]),
    ),
    _odd(
        "emoji_and_rtl.csv",
        2,
        0,
        2,
        "TRY 200.00",
        sent=("order.notes", ["🎁👩🏽\u200d🚀 teşekkürler", "שלום مرحبا 123"]),
    ),
    _odd("preamble_lines.csv", 2, 0, 2, "TRY 200.00", mapping="preamble"),
    _odd("preamble_lines.csv", 2, 0, 2, "TRY 200.00", "W104 4"),
    _odd("sep_line.csv", 2, 0, 2, "TRY 200.00"),
    _odd(
        "multi_line_cells.csv",
        3,
        1,
        3,
        "TRY 200.00",
        "E211 G6",
        sent=("order.notes", ["First line\nSecond line\r\nThird", ""]),
    ),
    _odd(
        f"{_pair('two_monthly_files.2024-01')} {_pair('two_monthly_files.2024-02')}",
        *(3, 0, 4, "TRY 300.00"),
        mapping="two_files",
        sent=("order_item.product", [[101, 102], [101], [101]]),
    ),
    _odd("leading_zeros.csv", 3, 0, 3, "TRY 300.00", sent=("order.number", ["000123", "000124", "7"])),
    _odd(_pair("zeros_lost_in_items"), mapping="two_files", fatal="E307 zeros_lost_in_items.orders.csv:-"),
    _odd(
        _pair("duplicate_order_number"),
        *(3, 2, 2, "TRY 300.00"),
        "E303 duplicate_order_number.orders.csv:A2, E303 duplicate_order_number.orders.csv:A4",
        mapping="two_files",
        sent=("order.number", ["A-2"]),
    ),
    _odd(
        "colliding_order_numbers.csv",
        3,
        2,
        3,
        "TRY 300.00",
        "E306 A2, E306 A3",
        sent=("order.number", ["A-18"]),
    ),
    _odd(
        _pair("orphan_item"),
        1,
        0,
        1,
        "TRY 100.00",
        "E305 orphan_item.items.csv:A3",
        mapping="two_files",
        ignored=1,
    ),
    _odd(
        _pair("order_without_items"),
        2,
        1,
        1,
        "TRY 200.00",
        "E302 order_without_items.orders.csv:A3",
        mapping="two_files",
    ),
    _odd(
        "order_cut_in_two.part1.csv order_cut_in_two.part2.csv",
        *(4, 2, 4, "TRY 600.00"),
        "E303 order_cut_in_two.part1.csv:A3, E303 order_cut_in_two.part2.csv:A2",
        sent=("order.number", ["A-1", "A-3"]),
    ),
    _odd(
        "repeated_order_columns_differ.csv",
        *(3, 1, 6, "TRY 600.00"),
        "E304 G5",
        sent=("order.notes", ["by the door", "by the door"]),
    ),
    _odd(
        "blank_key_fill_down.csv",
        *(3, 0, 5, "TRY 500.00"),
        mapping="fill_down",
        sent=("order_item.product", [[101, 102], [101], [101, 103]]),
    ),
    _odd("ragged_row.csv", 3, 1, 3, "TRY 300.00", "E133 3, E308 3"),
    _odd("unclosed_quote.csv", fatal="E130 3"),
    _odd("quote_inside_text.csv", fatal="E131 3"),
    _odd("control_character.csv", 2, 1, 2, "TRY 200.00", "E134 I2, E308 2"),
    _odd("formula_like_text.csv", 4, 0, 4, "TRY 400.00", sent=("order.notes", _FORMULAS)),
    _odd(
        "money_formats.csv",
        12,
        9,
        12,
        "TRY 3703.00",
        _MONEY,
        sent=("order.amount", ["1234.50", "1234.50", "1234.00"]),
    ),
    _odd(
        "clock_change.csv",
        *(4, 2, 4, "TRY 400.00"),
        "E223 B3, E223 B4",
        sent=("order.date_placed", ["2015-11-07T23:30:00Z", "2016-11-06T00:30:00Z"]),
    ),
    _odd(
        "clock_change.csv",
        *(4, 0, 4, "TRY 400.00"),
        mapping="earlier",
        sent=(
            "order.date_placed",
            ["2015-11-07T23:30:00Z", "2015-11-08T00:30:00Z", "2015-03-29T00:30:00Z", "2016-11-06T00:30:00Z"],
        ),
    ),
    _odd("date_formats.csv", 5, 5, 5, "TRY 500.00", "E221 B2, E221 B3, E222 B4, E321 B5, E221 B6"),
    _odd(
        "na_and_null_words.csv",
        *(6, 0, 6, "TRY 600.00"),
        sent=("order.notes", ["", "", "", "NA", "None", "null and void"]),
    ),
    _odd("unknown_words.csv", 3, 3, 3, "??? 100.00, TRY 200.00", "E232 C2, E233 F3, E214 J4"),
    _odd("sums_that_do_not_add_up.csv", 2, 0, 2, "TRY 200.00", "W311 M2"),
    _odd("text_too_long.csv", 2, 1, 2, "TRY 200.00", "E241 I2", sent=("order.notes", ["ş" * 320])),
    _odd(
        "excel_error_cells.xlsx",
        3,
        2,
        3,
        "TRY 200.00",
        "W113 M2, E301 A5, E201 G3, E201 J4, E310 5",
        ignored=1,
    ),
    _odd(
        "long_number_cells.xlsx",
        *(3, 2, 3, "TRY 300.00"),
        "E301 A5, E202 H3, E310 5",
        sent=("order.tracking_number", ["12345678901234567"]),
        ignored=1,
    ),
    _odd("date_cells.xlsx", 4, 1, 4, "TRY 400.00", "E204 B5", sent=("order.date_placed", _SPRING_2024)),
    _odd("merged_cells.xlsx", 2, 1, 3, "TRY 300.00", "E135 G3, E308 3"),
    _odd("two_possible_sheets.xlsx", fatal="E115 -"),
    _odd("two_possible_sheets.xlsx", 2, 0, 2, "TRY 200.00", mapping="sheet"),
    _odd("hidden_sheet.xlsx", 2, 0, 2, "TRY 200.00", "W107 -", mapping="sheet"),
    _odd("empty_file.csv", fatal="E106 -"),
    _odd("header_only.csv", fatal="E107 -"),
    _odd("missing_column.csv", fatal="E430 1"),
    _odd("column_twice.csv", fatal="E122 N1"),
    _odd("web_page.xls", fatal="E108 -"),
]

SAMPLES = [*SHOPS, *ODDITIES]
