"""How long the report of a large run takes, and how much memory.

    python benchmarks/report.py build FOLDER [--orders 1000000]
    python benchmarks/report.py page FOLDER         report.html alone, by steps
    python benchmarks/report.py whole FOLDER        the command ``orderlift report``

``build`` writes sources and the journal of a run that has been sent, by the journal's own verbs: 2.5 item
rows an order, 2 in 100 orders refused by the checks, 1 in 200 by the target, 1 in 1,000 in doubt, 1 in 2,000
in conflict, 200 answers a second, 2,000 days in three statuses and three currencies. The same arguments give
the same journal.
"""

import argparse
import hashlib
import json
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from pipeline.journal.planning import Planning
from pipeline.journal.reading import JournalReader
from pipeline.journal.running import RunJournal
from pipeline.loaders.identify import identify
from pipeline.model.books import BookTerms
from pipeline.model.capability import Capability, as_header
from pipeline.model.issue import Issue
from pipeline.model.money import MoneyCell
from pipeline.model.planned import Intent, Outcome, PlannedOrder, packed_rows
from pipeline.model.reading import ReadLimits
from pipeline.model.records import TableRecord
from pipeline.model.rows import FileFacts, RowRef, Table
from pipeline.model.states import State
from pipeline.runs.accounts.report_page import write_page
from pipeline.runs.accounts.summing import summarise
from pipeline.runs.asked.request import Places
from pipeline.runs.opening.header import made_with, zone_of
from pipeline.runs.state_folder.catalogue_of_runs import write_card

RUN = "be11c0de00000001"
BATCH = 5_000
START = 1_795_000_000.0
RATE = 200.0
HEADER = ("number", "placed", "status", "currency", "total")
ITEM_HEADER = ("number", "sku", "quantity", "price")
TAIL = b'"},"order_item":[]}'
FIRST_DAY, DAYS = date(2019, 1, 1), 2000
STATUSES = ("delivered", "canceled", "refunded")
CURRENCIES = ("TRY",) * 18 + ("EUR", "USD")


def places_in(folder: Path) -> Places:
    """Return where the run lies."""
    return Places(state_dir=folder / "state", report_dir=folder / "reports")


def build(folder: Path, orders: int, body: int) -> None:
    """Write the sources and the journal; ``body`` is the size of a payload in bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    items = write_sources(folder, orders)
    tables = [
        Table(0, "orders", str(folder / "orders.csv"), HEADER),
        Table(1, "items", str(folder / "items.csv"), ITEM_HEADER),
    ]
    journal = places_in(folder).journal(RUN)
    planning = Planning(journal)
    planning.add_tables(tables)
    for at in range(0, orders, BATCH):
        planned, issues = drafts(at, min(at + BATCH, orders), tables[0], body)
        planning.add(planned, issues)
    planning.count_rows(TableRecord(tables[0], orders, orders))
    planning.count_rows(TableRecord(tables[1], items, items))
    header = header_of(folder)
    totals = {"orders": orders, "items_read": items, "rows_read": orders + items}
    planning.seal(header, totals | {"rows_used": orders + items, "rows_ignored": 0}, sendable=True)
    planning.close()
    write_card(places_in(folder), header)
    send(journal, orders)


def write_sources(folder: Path, orders: int) -> int:
    """Write both files and return the number of item rows: two and three by turns."""
    count = 0
    with (folder / "orders.csv").open("w") as heads, (folder / "items.csv").open("w") as lines:
        heads.write(",".join(HEADER) + "\n")
        lines.write(",".join(ITEM_HEADER) + "\n")
        for number in range(orders):
            heads.write(f"A-{number:07},2019-03-01 10:00,delivered,TRY,{number % 5000}.50\n")
            for item in range(2 + number % 2):
                lines.write(f"A-{number:07},SKU-{item},1,{number % 500}.25\n")
                count += 1
    return count


def drafts(
    first: int, last: int, table: Table, size: int
) -> tuple[list[PlannedOrder], list[tuple[RowRef | None, Issue]]]:
    """Return a batch of orders as planning takes them, with the issues of those that are refused."""
    planned = []
    issues: list[tuple[RowRef | None, Issue]] = []
    for number in range(first, last):
        name, row = f"A-{number:07}", number + 2
        item = 2 + number // 2 * 5 + number % 2 * 2
        rows = packed_rows([(0, row), *((1, item + n) for n in range(2 + number % 2))])
        head = f'{{"order":{{"number":"{name}","notes":"'.encode()
        body = head.ljust(size - len(TAIL), b".") + TAIL
        good = number % 50 != 7
        if not good:
            at = table.at(row, 2)
            issues.append((table.at(row) and (0, row), Issue("E214", at, "teslm", name, "order.status")))
            if number % 100 == 7:
                at = table.at(row, 4)
                issues.append(((0, row), Issue("E203", at, "1,234.56", name, "order.amount")))
        amount = None if number % 500 == 7 else number % 5000 * 100 + 50
        currency = CURRENCIES[number % len(CURRENCIES)]
        day = (FIRST_DAY + timedelta(days=number % DAYS)).isoformat()
        planned.append(
            PlannedOrder(
                (0, row),
                name,
                name.casefold(),
                currency,
                amount,
                2 + number % 2,
                rows,
                body if good else None,
                hashlib.sha256(body).digest() if good else None,
                cell=MoneyCell(day, STATUSES[number % len(STATUSES)]),
            )
        )
    return planned, issues


def header_of(folder: Path) -> dict[str, Any]:
    """Return a header as planning seals it."""
    text = replace_text(identify(folder / "orders.csv", ReadLimits()).facts)
    items = replace_text(identify(folder / "items.csv", ReadLimits()).facts)
    return {
        "run_id": RUN,
        "command": "run",
        "created": "2026-11-23T12:00:00.000000+00:00",
        "version": "0",
        "made_with": made_with(),
        "mapping": "mapping.yaml",
        "mapping_name": "benchmark",
        "mapping_sha256": "0" * 64,
        "mapping_text": "",
        "mapping_parts": {"files": [], "tables": [], "variables": {}, "transforms": []},
        "target": "https://omnitron.example",
        "channel": 5,
        **as_header(Capability()),
        "inputs": [asdict(text), asdict(items)],
        "read_limits": asdict(ReadLimits()),
        "places": {"order.status": [7, 3], "order.amount": [9, 3]},
        "snapshot": None,
        "preset": None,
        "bookkeeping": asdict(BookTerms()),
        "orders_per_file": None,
        "not_checked": ["Whether an order number is already taken on the target."],
    }


def replace_text(facts: FileFacts) -> FileFacts:
    """Return the facts of a text file as reading completes them."""
    return replace(facts, encoding="utf-8", delimiter=",")


def send(path: Path, orders: int) -> None:
    """Move every order that may be sent to its end, each by an attempt."""
    journal = RunJournal(path, now=START)
    chance = Random(7)
    try:
        for at in range(0, orders, BATCH):
            chosen = [number for number in range(at, min(at + BATCH, orders)) if number % 50 != 7]
            journal.record([Intent(number + 1, 1, START + number / RATE) for number in chosen])
            told = [ended(number, chance) for number in chosen]
            journal.record([], [outcome for outcome, _ in told], [i for _, issue in told for i in issue])
        journal.note("ended", {"code": None, "facts": {}}, START + orders / RATE)
    finally:
        journal.close()


def ended(number: int, chance: Random) -> tuple[Outcome, list[tuple[int, Issue]]]:
    """Return what became of an order, with the issue of one that was refused."""
    begun = START + number / RATE
    finished = begun + chance.lognormvariate(-2.7, 0.6)
    order_id, name = number + 1, f"A-{number:07}"
    if number % 200 == 11:
        issue = Issue(
            "E516", order=name, facts={"status": 400, "said": "order_item[1].product: does not exist"}
        )
        return Outcome(order_id, State.REJECTED.value, 1, "refused", 400, None, finished), [(order_id, issue)]
    if number % 1000 == 23:
        reason = "the connection was reset"
        return Outcome(order_id, State.IN_DOUBT.value, 1, "doubt", None, reason, finished), []
    if number % 2000 == 37:
        issue = Issue("E522", order=name, facts={"what": "amount", "there": "1", "here": "2"})
        return Outcome(order_id, State.CONFLICT.value, 1, "doubt", None, None, finished), [(order_id, issue)]
    created = Outcome(order_id, State.CREATED.value, 1, "applied", 201, None, finished, "201", str(order_id))
    return created, []


def page(folder: Path) -> dict[str, float]:
    """Write report.html alone and say what each step took: seconds, and the most memory so far in MB."""
    out = places_in(folder).reports(RUN)
    out.mkdir(parents=True, exist_ok=True)
    costs = {"start_mb": peak()}
    began = time.perf_counter()
    journal = JournalReader(places_in(folder).journal(RUN))
    costs["open_s"] = time.perf_counter() - began
    costs["open_mb"] = peak()
    began, used = time.perf_counter(), time.process_time()
    summary = summarise(journal, "report")
    costs["summary_s"] = time.perf_counter() - began
    began = time.perf_counter()
    write_page(journal, summary, out, journal.money_book(zone_of(journal.header)))
    costs["page_s"] = time.perf_counter() - began
    costs["both_cpu_s"] = time.process_time() - used
    costs["end_mb"] = peak()
    journal.close()
    costs["html_bytes"] = float((out / "report.html").stat().st_size)
    return costs


def whole(folder: Path) -> dict[str, float]:
    """Run the command as people do."""
    places = places_in(folder)
    words = (
        "report",
        RUN,
        "--state-dir",
        str(places.state_dir),
        "--report-dir",
        str(places.report_dir),
        "-q",
    )
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "pipeline", *words], check=False)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = time.perf_counter() - began
    return {
        "exit": done.returncode,
        "wall_s": wall,
        "cpu_s": used.ru_utime + used.ru_stime,
        "mb": megabytes(used),
    }


def peak() -> float:
    """Return the most memory this process has held."""
    return megabytes(resource.getrusage(resource.RUSAGE_SELF))


def megabytes(used: resource.struct_rusage) -> float:
    """Return the most memory held, which Linux tells in kilobytes and macOS in bytes."""
    return used.ru_maxrss / (1 << 20 if platform.system() == "Darwin" else 1 << 10)


def lines() -> Iterator[str]:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("build", "page", "whole"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--body", type=int, default=1_400, help="bytes of a payload")
    given = parser.parse_args()
    began = time.perf_counter()
    if given.what == "build":
        build(given.folder, given.orders, given.body)
        size = places_in(given.folder).journal(RUN).stat().st_size
        yield json.dumps({"seconds": round(time.perf_counter() - began, 1), "journal_mb": size >> 20})
    else:
        costs = page(given.folder) if given.what == "page" else whole(given.folder)
        yield json.dumps({name: round(value, 2) for name, value in costs.items()})


if __name__ == "__main__":
    for line in lines():
        print(line)
