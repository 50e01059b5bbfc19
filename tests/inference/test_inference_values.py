"""What values prove: check digits, date formats, decimal signs, keys, and sums."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import pytest

from pipeline.inference.arithmetic import Figures, OrderParts, line_sums, order_sums
from pipeline.inference.dates import date_format
from pipeline.inference.facts import ColumnFacts, FactGatherer, KeySketch, TableFacts, key_hash
from pipeline.inference.identifiers import is_iban, is_ip, is_tckn, is_vkn
from pipeline.inference.numbers import number_of, separators_of
from pipeline.inference.sampling import Drawer, drawn_below, drawn_orders
from pipeline.inference.wording import status_table
from pipeline.inspection.table import TableProfiler
from pipeline.model.cell import Cell
from pipeline.model.rows import RowBatch, Table

CENT = Decimal("0.01")


def facts_of(columns: dict[str, Sequence[Cell]]) -> TableFacts:
    """A table with these columns."""
    table = Table(0, "t", "t.csv", tuple(columns))
    rows = list(zip(*columns.values(), strict=True))
    batch = RowBatch(table, range(2, len(rows) + 2), rows)
    profiler, gatherer = TableProfiler(table), FactGatherer(len(columns))
    profiler.feed(batch)
    gatherer.feed(batch)
    return TableFacts(("t.csv",), len(rows), gatherer.facts(profiler.columns()))


def column_of(values: Sequence[Cell]) -> ColumnFacts:
    """One column with these values."""
    return facts_of({"c": values}).columns[0]


def test_check_digits_tell_numbers_from_codes() -> None:
    """One digit changed, and it is none."""
    assert is_tckn("10000000146")
    assert not is_tckn("10000000147")
    assert not is_tckn("00000000000")
    assert is_vkn("1234567890") != is_vkn("1234567891")
    assert is_iban("GB82 WEST 1234 5698 7654 32")
    assert not is_iban("GB82 WEST 1234 5698 7654 33")
    assert is_ip("192.0.2.10")
    assert is_ip("2001:db8::1")
    assert not is_ip("192.0.2.300")
    assert not is_ip("1.2.3")


def test_one_value_beyond_twelve_proves_the_whole_column() -> None:
    """13/04 says that 03/04 is a day in April, wherever it stands."""
    many = ["03/04/2024"] * 500 + ["13/04/2024"]
    told = date_format(column_of(many), [], "en")
    assert told.formats == ("%d/%m/%Y",)
    assert told.confidence == 1.0


def test_a_month_that_no_value_proves_is_only_guessed() -> None:
    """Both readings are offered, and neither is sure."""
    told = date_format(column_of(["03/04/2024", "05/06/2024"]), [], "tr")
    assert (told.formats, told.other) == (("%d/%m/%Y",), ("%m/%d/%Y",))
    assert told.confidence < 0.85


def test_a_column_beside_it_proves_the_order_of_day_and_month() -> None:
    """Files are written by one program."""
    table = facts_of({"a": ["03/04/2024", "05/06/2024"], "b": ["25/12/2023", "01/02/2024"]})
    told = date_format(table.columns[0], table.columns, "en")
    assert told.formats == ("%d/%m/%Y",)
    assert told.reasons[0].key == "format_beside"


def test_decimal_signs_are_proved_by_column_and_never_by_cell() -> None:
    """1.234 alone says nothing; 1.234,50 anywhere in the column does; both signs are a contradiction."""
    table = facts_of(
        {
            "open": ["1.234", "2.500", "3.100"],
            "comma": ["1.234", "2.500", "1.234,50"],
            "both": ["1,50", "2.50", "3,50"],
        }
    )
    found = separators_of(table)
    assert dict(found.proven) == {1: ","}
    assert found.contrary == {2}
    assert number_of("1.234,50", ",") == Decimal("1234.50")
    assert number_of("1,234.50", ".") == Decimal("1234.50")
    assert number_of(0.1, ",") == Decimal("0.1")
    assert number_of("", ",") is None
    assert number_of("abc", ",") is None


def sketch_of(keys: Sequence[str]) -> KeySketch:
    """The sketch of a column with these values."""
    sketch = KeySketch()
    for start in range(0, len(keys), 5_000):
        batch: dict[int, int] = {}
        for key in keys[start : start + 5_000]:
            batch[key_hash(key)] = batch.get(key_hash(key), 0) + 1
        sketch.add(batch)
    return sketch


def test_coverage_is_exact_for_few_keys_and_near_for_many() -> None:
    """Of 60,000 keys, a tenth of which is missing, nine tenths are covered, give or take two percent."""
    few = sketch_of([str(n) for n in range(100)]).covered_by(sketch_of([str(n) for n in range(90)]))
    assert few == 0.9
    many, most = sketch_of([f"A{n}" for n in range(60_000)]), sketch_of([f"A{n}" for n in range(54_000)])
    assert not many.exact
    assert many.covered_by(most) == pytest.approx(0.9, abs=0.02)
    assert most.covered_by(many) == 1.0
    assert many.distinct == pytest.approx(60_000, rel=0.05)
    assert len(many.counts) <= 4_096


def test_orders_are_drawn_whole_or_not_at_all() -> None:
    """However rows are mixed, a drawn order has all of its rows."""
    table = Table(0, "t", "t.csv", ("key", "n"))
    rows: list[tuple[Cell, ...]] = [(f"K{n % 5_000}", str(n)) for n in range(20_000)]
    below = drawn_below(sketch_of([f"K{n}" for n in range(5_000)]))
    drawer = Drawer(0, below)
    for start in range(0, len(rows), 3_000):
        part = rows[start : start + 3_000]
        drawer.feed(RowBatch(table, range(len(part)), part))
    orders = drawn_orders(drawer)
    assert 1_200 < len(orders) < 1_800
    assert {len(order.lines) for order in orders} == {4}


def figures(orders: Sequence[Sequence[tuple[int, str, int]]], charge: str, rounded: str) -> Figures:
    """Orders of (quantity, net price, VAT rate); column 0 of the head is the total with VAT and a charge."""
    lines: dict[int, list[Decimal | None]] = {0: [], 1: [], 2: [], 3: []}
    heads: dict[int, list[Decimal | None]] = {0: [], 1: []}
    spans = []
    for order in orders:
        begin, total = len(lines[0]), Decimal(0)
        for quantity, price, rate in order:
            net, factor = Decimal(price), Decimal(100 + rate) / 100
            lines[0].append(Decimal(quantity))
            lines[1].append(net)
            lines[2].append(quantity * net)
            lines[3].append(Decimal(rate))
            if rounded == "unit":
                total += quantity * (net * factor).quantize(CENT, ROUND_HALF_UP)
            else:
                total += (
                    (quantity * net * factor).quantize(CENT, ROUND_HALF_UP)
                    if rounded == "line"
                    else quantity * net * factor
                )
        spans.append((begin, len(lines[0])))
        heads[0].append(total.quantize(CENT, ROUND_HALF_UP) + Decimal(charge))
        heads[1].append(Decimal(charge))
    return Figures(heads, lines, spans)


ORDERS = [
    [(3, f"{n}.{n * 37 % 100:02}", 20), (7, f"{n}.{n * 13 % 100:02}", 10), (2, f"{n}.{n * 71 % 100:02}", 20)]
    for n in range(10, 60)
]
PARTS = OrderParts(amounts=[0], shippings=[1], discounts=[], quantity=0, price=1, total=2, rates=[3])


@pytest.mark.parametrize("rounded", ["unit", "line", "order"])
def test_vat_on_top_is_found_with_the_way_it_is_rounded(rounded: str) -> None:
    """Each rounding explains all of its own orders, and is the best of all that were tried."""
    best = order_sums(figures(ORDERS, "9.90", rounded), PARTS)[0]
    assert (best.tax.included, best.tax.rounded, best.tax.column) == (False, rounded, 3)
    assert (best.share, best.shipping, best.discount) == (1.0, 1, None)


def test_a_rate_that_no_column_names_is_found() -> None:
    """All lines at 20 percent, and no column that says so."""
    orders = [[(2, f"{n}.35", 20)] for n in range(10, 40)]
    parts = OrderParts([0], [], [], 0, 1, 2, [])
    best = order_sums(figures(orders, "0", "line"), parts)[0]
    assert (best.tax.included, best.tax.percent, best.share) == (False, 20, 1.0)


def test_prices_with_vat_are_not_taxed_again() -> None:
    """What adds up without VAT is explained without it, by the simplest sum."""
    orders = [[(2, f"{n}.35", 0), (1, "5.00", 0)] for n in range(10, 40)]
    best = order_sums(figures(orders, "4.90", "line"), PARTS)[0]
    assert best.tax.included
    assert best.share == 1.0


def test_lines_of_one_piece_prove_nothing() -> None:
    """One times a price is that price: such lines cannot tell a price from a total."""
    single = figures([[(1, "5.00", 0)] for _ in range(30)], "0", "line")
    assert line_sums(single, [0], [1, 2], []) == []
    several = figures([[(3, "5.00", 0)] for _ in range(30)], "0", "line")
    found = line_sums(several, [0], [1, 2], [])
    assert [(one.price, one.total, one.share) for one in found] == [(1, 2, 1.0)]


def test_status_words_that_are_not_certain_do_not_count() -> None:
    """Known words count; a near one, one for an open order and an unknown one are written as comments."""
    table = status_table({"İPTAL": 5, "Teslim Edlidi": 1, "Kargoda": 3, "Bilinmez": 2})
    assert table is not None
    told = {one.word: (one.value, one.why, one.active) for one in table.entries}
    assert told == {
        "İPTAL": ("canceled", "known", True),
        "Teslim Edlidi": ("delivered", "near", False),
        "Kargoda": ("shipped", "open", False),
        "Bilinmez": (None, "unknown", False),
    }
    assert status_table({"delivered": 3, "Cancelled": 1}) is None


def test_an_order_that_is_too_long_to_keep_is_no_evidence() -> None:
    """Its first rows alone would not add up to its amount; memory stays small all the same."""
    table = Table(0, "t", "t.csv", ("key", "n"))
    rows = [*(("LONG", str(n)) for n in range(5_000)), ("SHORT", "1"), ("SHORT", "2")]
    drawer = Drawer(0, 1 << 32)
    drawer.feed(RowBatch(table, range(len(rows)), rows))
    assert [order.key for order in drawn_orders(drawer)] == ["SHORT"]
    assert sum(map(len, drawer.rows.values())) < 500
