"""Reading one table to its end, beside what people would read it with: time, and memory of the tree."""

import sys
from pathlib import Path
from statistics import median
from typing import Any, Protocol

import generate_tables
from measure import Cost

HERE = Path(__file__).parent
CONTENDERS = {
    "xlsx": ("orderlift", "calamine", "pandas_calamine", "openpyxl"),
    "csv": ("orderlift", "csv_reader", "pandas_csv"),
}
"""The first is ours, the second what ours is made of."""


class Session(Protocol):
    """What is needed of a session."""

    scratch: Path
    repetitions: int
    seed: int

    def measure(self, command: list[str]) -> Cost:
        """Run a command and weigh it."""

    def tail(self) -> str:
        """Return the last line anything wrote."""

    def time_is_up(self) -> bool:
        """Say whether the session's budget is spent."""


def read_tables(session: Session, count: int) -> tuple[list[dict[str, Any]], str]:
    """Read a workbook and a CSV file of ``count`` rows in turns; returns the rows and a table of them."""
    found: list[dict[str, Any]] = []
    for kind, names in CONTENDERS.items():
        path = session.scratch / f"table-{count}.{kind}"
        write = generate_tables.write_workbook if kind == "xlsx" else generate_tables.write_csv
        write(path, count, session.seed)
        costs: dict[str, list[Cost]] = {name: [] for name in names}
        for _ in range(session.repetitions):
            for name in names:
                if not session.time_is_up():
                    costs[name].append(_once(session, name, path, count))
        path.unlink()
        found += [_row(kind, count, name, costs) for name in names]
    return found, _table(found)


def _once(session: Session, name: str, path: Path, count: int) -> Cost:
    cost = session.measure([sys.executable, str(HERE / "rivals" / "read_table.py"), name, str(path)])
    if cost.exit_code != 0 or session.tail() != str(count):
        raise SystemExit(f"{name} did not read {count} rows: {session.tail()}")
    return cost


def _row(kind: str, count: int, name: str, costs: dict[str, list[Cost]]) -> dict[str, Any]:
    walls = [cost.wall for cost in costs[name]]
    ours = median(cost.wall for cost in costs["orderlift"])
    return {
        "kind": kind,
        "rows": count,
        "contender": name,
        "runs": len(walls),
        "wall": round(median(walls), 3),
        "fastest": round(min(walls), 3),
        "slowest": round(max(walls), 3),
        "peak_mb": round(max(cost.peak_mb for cost in costs[name]), 1),
        "ours_over_this": round(ours / median(walls), 2),
    }


def _table(found: list[dict[str, Any]]) -> str:
    lines = [
        "| file | rows | reader | wall s (fastest-slowest) | peak MB | orderlift's time / this |",
        "|---|--:|---|--:|--:|--:|",
    ]
    lines += [
        f"| {row['kind']} | {row['rows']:,} | {row['contender']} | "
        f"{row['wall']:.2f} ({row['fastest']:.2f}-{row['slowest']:.2f}) | {row['peak_mb']:,.0f} | "
        f"{row['ours_over_this']:.2f} |"
        for row in found
    ]
    return "\n".join(lines)
