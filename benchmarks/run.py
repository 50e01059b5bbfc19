"""Measure orderlift and its rivals in one session, in turns, and say how they compare.

    python benchmarks/run.py NAME      NAME: reading, requests, prepare, upload, end_to_end, pace, startup
                                       or all

Every run has an empty state directory and a server of its own; a run counts only if the server has created
every order. Writes results/NAME.json and prints a Markdown table of medians.
"""

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import contenders
import counting
import generate
import reading
import windows
from contenders import Contender, Work
from generate_records import Size
from measure import Cost, measure

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"
SERVER_SECONDS = 10.0
RATES = (50, 200, 1000)
PACE_SECONDS = 10

ReadStamps = Callable[[Path], Sequence[float]]


class Server:
    """A bare server of our own; ``counts`` holds what it saw once it has been stopped."""

    def __init__(self) -> None:
        self.url = ""
        self.counts: dict[str, int] = {}


class Run(NamedTuple):
    """One measured run of one contender."""

    contender: str
    orders: int
    cost: Cost
    created: int | None  # by the server's count; None where nothing is to be sent
    trouble: str  # empty: the run counts


@contextmanager
def bare_server(stamps: Path | None = None) -> Iterator[Server]:
    command = [sys.executable, str(Path(__file__).with_name("bare_server.py"))]
    if stamps is not None:
        command += ["--stamps", str(stamps)]
    server = Server()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            server.url = f"http://127.0.0.1:{int(process.stdout.readline())}"
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                out, _ = process.communicate(timeout=SERVER_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
            server.counts = json.loads(out.splitlines()[-1])


def environment() -> dict[str, str]:
    return {**os.environ, "ORDERLIFT_TOKEN": contenders.TOKEN, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}


class Session:
    """The data, the scratch space and the time that is left."""

    def __init__(self, scratch: Path, options: argparse.Namespace) -> None:
        self.scratch = scratch
        self.repetitions: int = options.repetitions
        self.timeout: float = options.timeout
        self.seed: int = options.seed
        self.deadline: float = time.monotonic() + options.budget
        self.log = scratch / "log.txt"

    def time_is_up(self) -> bool:
        """Say whether the session's budget is spent."""
        return time.monotonic() > self.deadline

    def data(self, orders: int) -> Path:
        """Return the folder with that many orders, made once."""
        folder = self.scratch / f"data-{orders}"
        if not folder.exists():
            generate.write(folder, orders, self.seed)
        return folder

    def bodies(self, orders: int) -> Path:
        """Return prepared payloads for the uploaders that prepare none."""
        data = self.data(orders)
        path = data / "out.jsonl"
        if not path.exists():
            work = Work(data, path, data, "")
            cost = self.measure(contenders.handwritten_prepare(work))
            assert cost.exit_code == 0, self.tail()
        return path

    def measure(self, command: list[str]) -> Cost:
        """Run a command within what is left of the time."""
        left = max(1.0, min(self.timeout, self.deadline - time.monotonic()))
        return measure(command, env=environment(), cwd=ROOT, log=self.log, timeout=left)

    def tail(self) -> str:
        """Return the last line anything wrote."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        last = lines[-1] if lines else ""
        return last.replace(sys.executable, "python").replace(str(ROOT), ".")[:160]

    @contextmanager
    def workplace(self) -> Iterator[Path]:
        """Lend an empty folder."""
        place = Path(tempfile.mkdtemp(dir=self.scratch, prefix="run-"))
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def once(self, contender: Contender, orders: int, *, sends: bool) -> Run:
        """Run a contender once, on a fresh server and in an empty place."""
        orders = min(orders, contender.largest or orders)
        data, bodies = self.data(orders), self.bodies(orders) if sends else Path()
        with self.workplace() as place:
            with bare_server() as server:
                work = Work(data, bodies, place, server.url)
                if contender.before is not None:
                    before = self.measure(contender.before(work))
                    if before.exit_code != 0:
                        return Run(contender.name, orders, before, None, f"preparing: {self.tail()}")
                cost = self.measure(contender.command(work))
            created = server.counts["creates"]
        return Run(
            contender.name,
            orders,
            cost,
            created if sends else None,
            self.trouble(cost, created, orders, sends=sends),
        )

    def trouble(self, cost: Cost, created: int, orders: int, *, sends: bool) -> str:
        """Say why a run does not count; empty when it does."""
        if cost.timed_out:
            return f"stopped after {cost.wall:.0f} s"
        if cost.exit_code != 0:
            return f"exit code {cost.exit_code}: {self.tail()}"
        if created != (orders if sends else 0):
            return f"created {created} orders"
        return ""


def compare(session: Session, field: Sequence[Contender], sizes: Sequence[int], *, sends: bool) -> list[Run]:
    """Take turns, so that whatever else the machine does meets all of them."""
    runs: list[Run] = []
    given_up: set[tuple[str, int]] = set()
    for repetition in range(session.repetitions):
        done: set[tuple[str, int]] = set()  # a contender with a largest size needs it only once a turn
        for size in sizes:
            for contender in field:
                key = (contender.name, min(size, contender.largest or size))
                if key in done | given_up or session.time_is_up():
                    continue
                done.add(key)
                run = session.once(contender, size, sends=sends)
                if run.trouble:
                    given_up.add(key)
                runs.append(run)
                note = run.trouble or f"{run.cost.wall:.2f} s"
                print(f"{repetition + 1}: {run.contender}, {run.orders}: {note}", file=sys.stderr, flush=True)
    return runs


def summarise(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """Return medians for each contender and size; ``ratio`` is orderlift's rate over this one's."""
    rows: list[dict[str, Any]] = []
    for key in dict.fromkeys((run.orders, run.contender) for run in runs):
        orders, name = key
        mine = [run for run in runs if (run.orders, run.contender) == key]
        good = [run.cost for run in mine if not run.trouble]
        row: dict[str, Any] = {"contender": name, "orders": orders, "runs": len(good)}
        if good:
            wall = median(cost.wall for cost in good)
            row |= {
                "wall": round(wall, 3),
                "fastest": round(min(cost.wall for cost in good), 3),
                "slowest": round(max(cost.wall for cost in good), 3),
                "cpu": round(median(cost.cpu for cost in good), 3),
                "peak_mb": round(max(cost.peak_mb for cost in good), 1),
                "orders_per_second": round(orders / wall, 1),
            }
        row["trouble"] = next((run.trouble for run in mine if run.trouble), "")
        rows.append(row)
    for row in rows:
        row["ratio"] = ratio(row, rows)
    return rows


def ratio(row: dict[str, Any], rows: Sequence[dict[str, Any]]) -> float | None:
    """Return how many times as fast orderlift is: at the same size, or else at its smallest."""
    ours = [r for r in rows if r["contender"] == contenders.ORDERLIFT and "orders_per_second" in r]
    ours.sort(key=lambda r: (r["orders"] != row["orders"], r["orders"]))
    if not ours or "orders_per_second" not in row:
        return None
    return round(float(ours[0]["orders_per_second"]) / float(row["orders_per_second"]), 2)


def table(rows: Sequence[dict[str, Any]]) -> str:
    lines = [
        "| contender | orders | orders/s | wall s (fastest-slowest) | CPU s | peak MB | orderlift / this |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        head = f"| {row['contender']} | {row['orders']:,} |"
        costs = "— | — | —"
        if "wall" not in row:
            lines.append(f"{head} — | {row['trouble']} | {costs} |")
            continue
        wall = f"{row['wall']:.2f} ({row['fastest']:.2f}-{row['slowest']:.2f})"
        times = "—" if row["ratio"] is None else f"{row['ratio']:.2f}"
        costs = f"{row['cpu']:.2f} | {row['peak_mb']:,.0f} | {times}"
        lines.append(f"{head} {row['orders_per_second']:,.0f} | {wall} | {costs} |")
    return "\n".join(lines)


def machine() -> dict[str, Any]:
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load": [round(value, 2) for value in os.getloadavg()],
    }


def keep(name: str, content: dict[str, Any], markdown: str) -> None:
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps({"name": name, "machine": machine(), **content}, indent=2, ensure_ascii=False)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    print(f"\n## {name}\n\n{markdown}\n", flush=True)


def comparison(
    session: Session, name: str, field: Sequence[Contender], sizes: Sequence[int], *, sends: bool
) -> None:
    runs = compare(session, field, sizes, sends=sends)
    rows = summarise(runs)
    every = [{**run._asdict(), "cost": run.cost._asdict()} for run in runs]
    keep(name, {"rows": rows, "runs": every}, table(rows))


def arrivals(stamps: Path) -> Sequence[float]:
    """Read the moments the server noted: a send and its way through loopback, in monotonic seconds."""
    return [float(stamp) for stamp in json.loads(stamps.read_text(encoding="utf-8"))]


def reading_tables(session: Session, sizes: Sequence[int]) -> None:
    rows: list[dict[str, Any]] = []
    tables = []
    for size in sizes:
        found, markdown = reading.read_tables(session, size)
        rows += found
        tables.append(markdown)
    keep("reading", {"rows": rows}, "\n\n".join(tables))


def requests(session: Session, size: Size) -> None:
    counted, markdown = counting.count_requests(session, size)
    keep("requests", counted, markdown)


def resized(orders: list[int] | None) -> Size:
    """As many orders as asked for, and customers and goods in the usual proportion."""
    usual = counting.SIZE
    times = orders[0] / usual.orders if orders else 1
    return Size(*(max(10, round(count * times)) for count in usual))


def pace(session: Session, read_stamps: ReadStamps = arrivals) -> None:
    """Send for ten seconds at each rate and judge the moments ``read_stamps`` finds in the stamps file."""
    rows: list[dict[str, Any]] = []
    lines = ["| rate | sent | achieved | most in a second | kept |", "|--:|--:|--:|--:|---|"]
    for rate in RATES:
        if session.time_is_up():
            break
        data = session.data(rate * PACE_SECONDS)
        with session.workplace() as place:
            stamps = place / "stamps.json"
            with bare_server(stamps) as server:
                cost = session.measure(
                    contenders.orderlift_run(Work(data, Path(), place, server.url, rate=str(rate)))
                )
            verdict = windows.judge(read_stamps(stamps), rate)
        trouble = session.trouble(cost, server.counts["creates"], rate * PACE_SECONDS, sends=True)
        rows.append({"rate": rate, **verdict.pace._asdict(), "kept": verdict.kept, "trouble": trouble})
        said = trouble or ("yes" if verdict.kept else "no")
        found = verdict.pace
        lines.append(f"| {rate} | {found.sent:,} | {found.achieved:.2f} | {found.worst_second} | {said} |")
    keep("pace", {"rows": rows}, "\n".join(lines))


def startup(session: Session, repetitions: int = 10) -> None:
    walls: dict[str, list[float]] = {contender.name: [] for contender in contenders.STARTUP}
    for _ in range(repetitions):
        for contender in contenders.STARTUP:
            cost = session.measure(contender.command(Work(Path(), Path(), Path(), "")))
            if cost.exit_code == 0:
                walls[contender.name].append(cost.wall)
    rows = [
        {"command": name, "runs": len(found), "median": round(median(found), 3) if found else None}
        for name, found in walls.items()
    ]
    lines = ["| command | median s |", "|---|--:|"]
    lines += [
        f"| `{row['command']}` | {row['median'] if row['median'] is not None else '—'} |" for row in rows
    ]
    keep("startup", {"rows": rows}, "\n".join(lines))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = ("reading", "requests", "prepare", "upload", "end_to_end", "pace", "startup")
    parser.add_argument("name", choices=(*names, "all"))
    parser.add_argument(
        "--orders", type=int, nargs="+", help="sizes; default 200000 400000, or 20000 to send"
    )
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds for one run")
    parser.add_argument("--budget", type=float, default=3600.0, help="seconds for the session")
    parser.add_argument(
        "--scratch", type=Path, help="where files may be written; default: the system's place"
    )
    options = parser.parse_args()
    chosen = names if options.name == "all" else (options.name,)
    with tempfile.TemporaryDirectory(prefix="orderlift-benchmarks-", dir=options.scratch) as scratch:
        session = Session(Path(scratch), options)
        actions: dict[str, Callable[[], None]] = {
            "reading": lambda: reading_tables(session, options.orders or (500_000,)),
            "requests": lambda: requests(session, resized(options.orders)),
            "prepare": lambda: comparison(
                session, "prepare", contenders.PREPARE, options.orders or (200_000, 400_000), sends=False
            ),
            "upload": lambda: comparison(
                session, "upload", contenders.UPLOAD, options.orders or (20_000,), sends=True
            ),
            "end_to_end": lambda: comparison(
                session, "end_to_end", contenders.END_TO_END, options.orders or (20_000,), sends=True
            ),
            "pace": lambda: pace(session),
            "startup": lambda: startup(session),
        }
        for name in chosen:
            actions[name]()


if __name__ == "__main__":
    main()
