"""An invented run of 200 orders for the tests of the reports."""

from decimal import Decimal
from typing import Final

from pipeline.model.catalogue.entry import Entry
from pipeline.model.fates import Fate, Weight
from pipeline.model.issue import Issue, Severity
from pipeline.model.location import Location, Mark
from pipeline.model.records import OrderRecord, RunHeader, Second, TableRecord
from pipeline.model.rows import FileFacts, Table
from pipeline.model.states import State
from pipeline.model.summary import ItemCounts, Money, OrderCounts, RowCounts, Summary, Traffic
from pipeline.reporting.page.page import ReportPage
from pipeline.reporting.words.grouping import IssueGroup, group_issues

ORDERS: Final = "input_samples/siparisler.xlsx"
ITEMS: Final = "input_samples/kalemler.csv"
MAPPING: Final = "mappings/acme.yaml"

CATALOGUE: Final = {
    entry.code: entry
    for entry in (
        Entry(
            "E214",
            Severity.ERROR,
            "unknown order status",
            'unknown order status "{value}"',
            "The value is not in the table of statuses that the mapping names.",
            'Did you mean "{near}"? Add the value to the table, or correct the cell.',
        ),
        Entry(
            "E203",
            Severity.ERROR,
            "not a number",
            '"{value}" is not a number in {locale}',
            "Points and commas mean different things in different countries, so nothing is guessed.",
            "Write it as {example}, or name the cell's locale in the mapping.",
        ),
        Entry(
            "E231",
            Severity.ERROR,
            "phone number not valid",
            '"{value}" is not a phone number of {country}',
            "The number has too few digits, or begins with a prefix that is not in use.",
            "Write it with its area code, or leave it empty where the mapping allows that.",
        ),
        Entry(
            "E305",
            Severity.ERROR,
            "items do not add up to the order",
            "the items add up to {items}, the order says {total}",
            "The target takes both as they are, and its books would differ from then on.",
            "Correct the total, or the amounts of the items.",
        ),
        Entry(
            "W118",
            Severity.WARNING,
            "error value in a cell",
            "{value} stands in the sheet and was read as empty",
            "A formula failed before the workbook was saved.",
            "Repair the formula, or leave the cell empty.",
        ),
    )
}
PLACES: Final = {
    "order.status": Mark(MAPPING, 41, 7),
    "order.amount": Mark(MAPPING, 44, 7),
    "order.customer.phone_number": Mark(MAPPING, 52, 9),
    "order.cargo_company": Mark(MAPPING, 47, 7),
}


def status_issue(number: int = 0) -> Issue:
    """Return a misspelt status."""
    at = Location(ORDERS, "Siparisler", 4818 + number, 12, "DURUM")
    facts = {"near": "teslim edildi"}
    return Issue("E214", at, "teslm edildi", str(1002231 + number), "order.status", facts=facts)


def issues() -> list[Issue]:
    """37 misspelt statuses, and some of each other kind."""
    found = [status_issue(n) for n in range(37)]
    found += [
        Issue(
            "E203",
            Location(ORDERS, "Siparisler", 932 + n, 7, "TOPLAM"),
            "1,234.56",
            str(1003001 + n),
            "order.amount",
            facts={"locale": "tr_TR", "example": "1234,56"},
        )
        for n in range(12)
    ]
    found += [
        Issue(
            "E231",
            Location(ORDERS, "Siparisler", 77 + n, 10, "TELEFON"),
            "0532 111 2",
            str(1004001 + n),
            "order.customer.phone_number",
            facts={"country": "TR"},
        )
        for n in range(2)
    ]
    found.append(
        Issue(
            "E305",
            Location(ORDERS, "Siparisler", 112, 7, "TOPLAM"),
            "120.00",
            "1005001",
            facts={"items": "102.00", "total": "120.00"},
        )
    )
    found += [
        Issue(
            "W118", Location(ORDERS, "Siparisler", 9, 15, "KARGO"), "#N/A", "1005002", "order.cargo_company"
        )
    ]
    return found


def groups() -> tuple[IssueGroup, ...]:
    """Return the issues by code."""
    return tuple(group_issues(issues()))


def summary(**changes: object) -> Summary:
    """200 orders, of which 189 stand on the target."""
    values: dict[str, object] = {
        "run_id": "7f3a9c21",
        "command": "run",
        "exit_code": 4,
        "target": "https://omnitron.acme.example",
        "channel": 5,
        "rows": RowCounts(631, 629, 2),
        "orders": OrderCounts(200, 4, 196, 187, 2, 3, 1, 2, 1, 0),
        "items": ItemCounts(431, 406),
        "money": {
            "TRY": Money(Decimal("184322.50"), Decimal("176918.25"), Decimal("7404.25")),
            "EUR": Money(Decimal("2410.00"), Decimal("2410.00"), Decimal("0.00")),
        },
        "issues": {"E214": 37, "E203": 12, "E231": 2, "E305": 1, "W118": 1},
        "traffic": Traffic(213, 17),
        "seconds": 74.219,
        "files": {"report": "reports/7f3a9c21/report.html", "orders": "reports/7f3a9c21/orders.csv"},
    }
    return Summary(**{**values, **changes})  # type: ignore[arg-type]


def header() -> RunHeader:
    """Return what the run is about."""
    return RunHeader(
        run_id="7f3a9c21",
        command="run",
        created="2026-11-23T12:40:31Z",
        version="0.1.0",
        mapping=MAPPING,
        mapping_name="acme-legacy",
        mapping_sha256="9b2c" * 16,
        target="https://omnitron.acme.example",
        channel=5,
        mode="lookup_only",
        promise=(
            "Each order number is created at most once by this tool, as long as the shop does not apply "
            "a request more than 60 seconds after receiving it."
        ),
        evidence="declared 2026-11-20T09:00:00+00:00 by ayse; not probed",
        versions=(
            ("Python", "3.12.1 (CPython)"),
            ("SQLite", "3.45.1"),
            ("platform", "Linux-6.1"),
            ("acme", "2.1"),
        ),
        inputs=(
            FileFacts(ORDERS, 41_221, 1_763_900_000_000_000_000, "3fa1" * 16, "xlsx"),
            FileFacts(ITEMS, 1_204_551, 1_763_900_000_000_000_000, "c07e" * 16, "csv", "cp1254", ";"),
        ),
        tables=(
            TableRecord(Table(0, "orders", ORDERS, ("SIPARIS_NO",), 3, "Siparisler"), 10, 9, 1, 2),
            TableRecord(Table(1, "items", ITEMS, ("SIPARIS_NO",)), 20, 20),
        ),
        places=PLACES,
    )


def records() -> tuple[OrderRecord, ...]:
    """Eleven orders that do not stand on the target, one of each way and more."""

    def record(  # noqa: PLR0917
        number: int,
        row: int,
        state: State,
        code: str | None,
        message: str | None,
        attempts: int,
        pk: str | None = None,
    ) -> OrderRecord:
        at = Location(ORDERS, "Siparisler", row)
        return OrderRecord(
            str(number), at, state, code, message, pk, "TRY", f"{row % 97 * 7}.50", row % 4 + 1, attempts
        )

    return (
        record(1002231, 48, State.INVALID, "E214", 'unknown order status "teslm edildi"', 0),
        record(1003001, 93, State.INVALID, "E203", '"1,234.56" is not a number in tr_TR', 0),
        record(1004001, 77, State.INVALID, "E231", "not a phone number of TR", 0),
        record(1005001, 112, State.INVALID, "E305", "the items add up to 102.00, the order says 120.00", 0),
        record(1002240, 57, State.REJECTED, "E506", "the target does not know the product SKU-881", 1),
        record(1002251, 68, State.REJECTED, "E506", "the target does not know the product SKU-881-X", 1),
        record(1002262, 79, State.REJECTED, "E521", "the target could not match the city", 1),
        record(1002273, 90, State.FAILED, "E503", "the target answered 503 five times", 5),
        record(1002284, 101, State.IN_DOUBT, "E511", "the connection was lost after the order was sent", 2),
        record(1002295, 113, State.IN_DOUBT, "E511", "the connection was lost after the order was sent", 1),
        record(1002306, 124, State.CONFLICT, "E512", "the amount there is 102.00, not 120.00", 1, "88122"),
    )


def fates() -> tuple[Fate, ...]:
    """Return what became of the rows and the money of these orders; one amount could not be read."""
    return (
        Fate("already_present", "TRY", 2, 6, 188_825),
        Fate("conflict", "TRY", 1, 3, 12_000),
        Fate("created", "EUR", 12, 40, 241_000),
        Fate("created", "TRY", 175, 546, 17_503_000),
        Fate("failed", "TRY", 1, 4, 65_050),
        Fate("in_doubt", "TRY", 2, 7, 141_100),
        Fate("invalid", "TRY", 4, 14, 301_025, 1),
        Fate("rejected", "TRY", 3, 9, 221_250),
    )


def weights() -> tuple[Weight, ...]:
    """Return the orders that wait for each code."""
    return (
        Weight("E214", "EUR", 3, 8_000),
        Weight("E214", "TRY", 34, 2_212_345),
        Weight("E203", "TRY", 12, 0),
        Weight("E305", "TRY", 1, 12_000),
    )


def seconds() -> tuple[Second, ...]:
    """Seventy seconds of sending: slow at first, a pause, then steady."""
    spread = []
    left = 189
    for at in range(70):
        created = 0 if 22 <= at < 27 else min(left, 1 + at % 4 + (at > 30))
        left -= created
        slow = 4 if 18 <= at < 22 else 1
        times = tuple(((38 + n * 11 + at % 7) * slow, 1) for n in range(created))
        spread.append(Second(at, created, int(at in {12, 33, 58}), int(at in {22, 41}), times))
    return tuple(spread)


def page(**changes: object) -> ReportPage:
    """Return the page of this run."""
    values: dict[str, object] = {
        "header": header(),
        "summary": summary(),
        "issues": groups(),
        "timeline": seconds(),
        "fates": fates(),
        "weights": weights(),
        "not_green": records(),
        "not_checked": (
            "Whether the target has stock for 118 SKUs that were not looked up.",
            "Rules of the target that only a sent order can meet.",
        ),
        "files": {
            "orders.csv": "orders.csv",
            "issues.jsonl": "issues.jsonl",
            "summary.json": "summary.json",
            "failed/siparisler.xlsx": "failed/siparisler.xlsx",
        },
    }
    return ReportPage(**{**values, **changes})  # type: ignore[arg-type]
