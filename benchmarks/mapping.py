"""Mapping rows by a mapping file, beside hand-written code that does the same to the same rows.

`python benchmarks/mapping.py [--rows N] [--repetitions N] [--json OUT]`: all sides in one process, in turns;
medians of rows a second of CPU time. Ours catches every cell's error and goes on; the hand-written functions
stop at the first wrong cell. All must give the same fields.

* **by hand** refuses what the mapping refuses: numbers that are not written as the locale writes them,
  characters that cannot be sent, what is too long, what has three decimal places, codes that a spreadsheet
  has rewritten.
* **by hand, tuned** is the same with `lru_cache` at what is expensive.
* **by hand, trusting** takes any cell for what it should be: it reads 1.2.3,4 as 123.4.

Loads:

* **cheap**: text, whole numbers, locale decimals, a value table.
* **expensive**: a date in a time zone to UTC, an amount with its currency, a telephone number, a lookup in a
  table, a country.
"""

import argparse
import json
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pipeline.mapping.binding import RowMapper
from pipeline.mapping.compiled import compile_mapping
from pipeline.mapping.layers import Beside, NamedText
from pipeline.validation.payload import field_checks

Row = tuple[str, ...]
Function = Callable[[Row], dict[str, Any]]

HEADER = (
    *("NO", "STATE", "CURRENCY", "SUM", "POSTAGE", "PIECES"),
    *("NOTE", "PLACED", "PRICE", "PHONE", "SKU", "LAND"),
)
CHEAP = """\
  number: NO
  status: {column: STATE, map: states}
  currency: {column: CURRENCY, map: {TL: try, EUR: eur}}
  amount: {column: SUM, decimal: true}
  shipping_amount: {column: POSTAGE, decimal: true}
  installment_count: {column: PIECES, integer: true}
  notes: {column: NOTE, steps: [squeeze]}
"""
EXPENSIVE = """\
  date_placed: {column: PLACED, date: "%d.%m.%Y %H:%M:%S"}
  refund_amount: {column: PRICE, steps: [{amount: try}]}
  segment: {column: PHONE, steps: [{phone: TR}]}
  tracking_number: {column: SKU, steps: [{table: skus}]}
  language_code: {column: LAND, steps: [country]}
"""
NEEDED = {
    "status": "{constant: delivered}",
    "date_placed": "{constant: 2024-01-01}",
    "currency": "{constant: try}",
    "amount": "{constant: 1}",
    "number": "NO",
}
FRAME = """\
version: 1
name: benchmark
locale: tr_TR
timezone: Europe/Istanbul
options: {{unmapped: omit}}
sources:
  orders: {{files: o, key: NO}}
  items: {{files: i, key: NO}}
tables:
  skus: {{file: skus.csv, key: OLD, value: NEW}}
values:
  states: {{Teslim Edildi: delivered, İptal: canceled, İade: refunded}}
order:
{order}  customer: {{constant: 1}}
  shipping_address: {{constant: 1}}
  billing_address: {{constant: 1}}
items:
  product: {{constant: 1}}
  quantity: {{constant: 1}}
  unit_price: {{constant: 1}}
  total_price: {{constant: 1}}
"""
STATES = {"Teslim Edildi": "550", "İptal": "100", "İade": "600"}
LANDS = {"Türkiye": "TR", "Almanya": "DE", "Kıbrıs": "CY", "Hollanda": "NL"}
SKUS = {f"OLD-{number}": f"NEW-{number:05}" for number in range(5_000)}
ISTANBUL = ZoneInfo("Europe/Istanbul")
CENT = Decimal("0.01")
LARGEST = Decimal(10) ** 10
CURRENCIES = {"TL": "try", "EUR": "eur"}
AMOUNT = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:[.][0-9]{3})+)(?:,[0-9]+)?")
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd]")
CONVERTED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE][+-]?[0-9]{1,3}|[0-9]+\.0")


def rows_of(count: int, seed: int) -> list[Row]:
    """Return rows as shops have them: states and countries repeat, customers come again."""
    rng = random.Random(seed)
    phones = [
        f"05{rng.choice((30, 32, 35, 42, 55))} {rng.randrange(200, 999)} {rng.randrange(1_000, 9_999)}"
        for _ in range(max(count // 4, 1))
    ]
    return [
        (
            f"{100_000 + number}",
            rng.choice(list(STATES)),
            rng.choice(("TL", "EUR")),
            written(rng.randrange(100, 500_000)),
            written(rng.choice((0, 2990, 3990, 4990))),
            str(rng.randrange(1, 12)),
            rng.choice(("", "Kapıya  bırakın", "zili çalmayın ")),
            datetime.fromtimestamp(1_680_000_000 + rng.randrange(20_000_000), UTC).strftime(
                "%d.%m.%Y %H:%M:%S"
            ),
            f"{written(rng.choice((4990, 9990, 14990, 29990)) + rng.randrange(20) * 100)} TL",
            rng.choice(phones),
            f"OLD-{rng.randrange(5_000)}",
            rng.choice(list(LANDS)),
        )
        for number in range(count)
    ]


def written(cents: int) -> str:
    """Return an amount as Turkey writes it."""
    return f"{cents / 100:,.2f}".translate(str.maketrans(",.", ".,"))


def ours(rules: str, rows: Sequence[Row]) -> Function:
    """Return the mapping's function; it is told nothing of the rows."""
    names = {line.split(":")[0].strip() for line in rules.splitlines()}
    order = rules + "".join(f"  {name}: {rule}\n" for name, rule in NEEDED.items() if name not in names)
    table = "OLD;NEW\n" + "".join(f"{old};{new}\n" for old, new in SKUS.items())
    beside = Beside(tables={"skus": NamedText("skus.csv", table)})
    mapping = compile_mapping(FRAME.format(order=order), "benchmark.yaml", field_checks(), beside)
    mapper = RowMapper([plan for plan in mapping.order if plan.name in names], HEADER)

    def read(row: Row) -> dict[str, Any]:
        found = mapper(row, (0, 2))
        if found.problems:
            raise ValueError(found.problems)
        return found.fields

    assert rows
    return read


def trusting_money(text: str) -> Decimal:
    return Decimal(text.strip().replace(".", "").replace(",", ".")).quantize(CENT)


def trusting_cheap(row: Row) -> dict[str, Any]:
    """Do by hand what CHEAP says, where every cell is right."""
    return {
        "number": row[0].strip(),
        "status": STATES[row[1].strip()],
        "currency": CURRENCIES[row[2].strip()],
        "amount": trusting_money(row[3]),
        "shipping_amount": trusting_money(row[4]),
        "installment_count": int(row[5]),
        "notes": " ".join(row[6].split()),
    }


def text(cell: str, limit: int = 1_000_000) -> str:
    if not cell.isascii() or not cell.isprintable():
        bad = FORBIDDEN.search(cell)
        if bad:
            raise ValueError(f"character at {bad.start()}")
    cell = cell.strip()
    if len(cell) > limit:
        raise ValueError("too long")
    return cell


def code(cell: str) -> str:
    cell = text(cell, 128)
    if not cell.isprintable() or CONVERTED.fullmatch(cell):
        raise ValueError("rewritten")
    return cell


def money(cell: str) -> Decimal:
    cell = text(cell)
    if not AMOUNT.fullmatch(cell):
        raise ValueError("no amount")
    value = Decimal(cell.replace(".", "").replace(",", "."))
    rounded = value.quantize(CENT)
    if rounded != value or not 0 <= value < LARGEST:
        raise ValueError("no amount")
    return rounded


def whole(cell: str) -> int:
    cell = text(cell)
    if not (cell.isascii() and cell.isdigit()) or len(cell) > 18:
        raise ValueError("no whole number")
    value = int(cell)
    if value < 1:
        raise ValueError("too small")
    return value


def cheap(row: Row) -> dict[str, Any]:
    """Do by hand what CHEAP says, and refuse what it refuses."""
    return {
        "number": code(row[0]),
        "status": STATES[text(row[1])],
        "currency": CURRENCIES[text(row[2])],
        "amount": money(row[3]),
        "shipping_amount": money(row[4]),
        "installment_count": whole(row[5]),
        "notes": " ".join(text(row[6], 320).split()),
    }


def moment(cell: str) -> datetime:
    local = datetime.strptime(text(cell), "%d.%m.%Y %H:%M:%S")  # noqa: DTZ007 - the zone comes next
    early, late = local.replace(tzinfo=ISTANBUL), local.replace(tzinfo=ISTANBUL, fold=1)
    if not 1990 <= local.year <= 2100 or early.utcoffset() != late.utcoffset():
        raise ValueError("no such time, or two")
    return early.astimezone(UTC)


def trusting_moment(cell: str) -> datetime:
    local = datetime.strptime(cell, "%d.%m.%Y %H:%M:%S").replace(tzinfo=ISTANBUL)
    return local.astimezone(UTC)


def phone(cell: str) -> str:
    number = phonenumbers.parse(text(cell), "TR")
    if number.extension or not phonenumbers.is_valid_number(number):
        raise ValueError("no number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def price(cell: str) -> Decimal:
    return money(text(cell).removesuffix("TL"))


def by_hand(
    moment: Callable[[str], datetime], phone: Callable[[str], str], price: Callable[[str], Decimal]
) -> Function:
    """Return what EXPENSIVE says, written by hand with the given parts."""

    def read(row: Row) -> dict[str, Any]:
        return {
            "date_placed": moment(row[7]),
            "refund_amount": price(row[8]),
            "segment": phone(row[9]),
            "tracking_number": SKUS[text(row[10], 256)],
            "language_code": LANDS[text(row[11])],
        }

    return read


def both(first: Function, second: Function) -> Function:
    return lambda row: {**first(row), **second(row)}


def contenders(rows: Sequence[Row]) -> dict[str, dict[str, Callable[[], Function]]]:
    """Return what is compared: for each load, a maker of each side's function, its memory empty."""

    def tuned() -> Function:
        remember = lru_cache(maxsize=50_000)
        return by_hand(moment, remember(phone), remember(price))

    def trusting() -> Function:
        return by_hand(trusting_moment, phone, lambda cell: trusting_money(cell.removesuffix("TL")))

    return {
        "cheap": {
            "mapping": lambda: ours(CHEAP, rows),
            "by hand": lambda: cheap,
            "by hand, trusting": lambda: trusting_cheap,
        },
        "expensive": {
            "mapping": lambda: ours(EXPENSIVE, rows),
            "by hand": lambda: by_hand(moment, phone, price),
            "by hand, tuned": tuned,
            "by hand, trusting": trusting,
        },
        "both": {
            "mapping": lambda: ours(CHEAP + EXPENSIVE, rows),
            "by hand": lambda: both(cheap, by_hand(moment, phone, price)),
            "by hand, tuned": lambda: both(cheap, tuned()),
            "by hand, trusting": lambda: both(trusting_cheap, trusting()),
        },
    }


def measure(rows: Sequence[Row], repetitions: int) -> list[dict[str, Any]]:
    """Return rows a second of each side for each load, the sides taking turns."""
    found = []
    for load, sides in contenders(rows).items():
        results = [[make()(row) for row in rows[:2_000]] for make in sides.values()]
        assert all(result == results[0] for result in results), f"{load}: the sides differ"
        speeds: dict[str, list[float]] = {side: [] for side in sides}
        for _ in range(repetitions):
            for side, make in sides.items():
                read = make()
                begin = time.process_time()
                for row in rows:
                    read(row)
                speeds[side].append(len(rows) / (time.process_time() - begin))
        mine = median(speeds["mapping"])
        found += [
            {
                "load": load,
                "side": side,
                "rows_per_second": round(median(speed)),
                "share": round(mine / median(speed), 2),
            }
            for side, speed in speeds.items()
        ]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found = measure(rows_of(given.rows, given.seed), given.repetitions)
    print(f"{'load':10} {'side':18} {'rows/s':>10}  mapping is")
    for one in found:
        print(f"{one['load']:10} {one['side']:18} {one['rows_per_second']:>10,}  {one['share']:.2f} of it")
    if given.json is not None:
        document = {
            "rows": given.rows,
            "repetitions": given.repetitions,
            "seed": given.seed,
            "results": found,
        }
        given.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
