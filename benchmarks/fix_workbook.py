"""How long writing the correction workbook of broken rows takes: ``python benchmarks/fix_workbook.py``.

5,000 orders of one source, fifteen columns, one wrong cell each with its note, drop-downs included; from a
checked run's journal and its source to the file on the disk, in a process of its own, median of five. With
``--rows N`` another number of them.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median

FILLERS = 9
MAPPING = """\
version: 1
name: fix-benchmark
locale: en_US
timezone: Europe/Istanbul
sources:
  lines: {files: "lines*.csv", key: number}
order:
  number:           number
  status:           {column: state, map: states}
  date_placed:      {column: placed, date: "%Y-%m-%d"}
  customer:         {constant: 201}
  shipping_address: {constant: 301}
  billing_address:  {constant: 302}
  currency:         {constant: try}
  amount:           {column: total, decimal: true}
items:
  product:     {column: product, integer: true}
  quantity:    {column: quantity, integer: true}
  unit_price:  {column: total, decimal: true}
  total_price: {column: total, decimal: true}
values:
  states: {Done: delivered, Back: refunded}
"""


def write_shop(folder: Path, rows: int) -> None:
    """One file of orders with one line each, whose status is not in the table."""
    head = ["number", "state", "placed", "product", "quantity", "total"]
    head += [f"note {place}" for place in range(1, FILLERS + 1)]
    lines = [",".join(head)]
    for place in range(1, rows + 1):
        fillers = [f"some words about {place}"] * FILLERS
        lines.append(",".join([f"A-{place:06}", "Dome", "2024-03-01", "101", "1", "12.50", *fillers]))
    (folder / "lines.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "mapping.yaml").write_text(MAPPING, encoding="utf-8")


def checked(folder: Path) -> str:
    """Check the shop; returns the run."""
    from pipeline.runs.asked.request import Places, PlanRequest  # noqa: PLC0415 - the parent measures without it
    from pipeline.runs.verbs import check  # noqa: PLC0415

    request = PlanRequest([folder / "lines.csv"], folder / "mapping.yaml")
    return check(request, Places(folder / "state", folder / "reports")).run_id


def export(folder: Path, run_id: str) -> None:
    """Write all workbooks of the run, and print what that took."""
    from pipeline.journal.reading import JournalReader  # noqa: PLC0415
    from pipeline.runs.asked.request import Places  # noqa: PLC0415
    from pipeline.runs.fixing.exporting import write_fix  # noqa: PLC0415

    places = Places(folder / "state", folder / "reports")
    began, cpu = time.perf_counter(), time.process_time()
    with closing(JournalReader(places.journal(run_id))) as journal:
        done = write_fix(journal, folder / "out" / "fix.xlsx", places)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = sum(path.stat().st_size for path in done.files)
    facts = {"rows": done.rows, "files": len(done.files), "bytes": size, "seconds": seconds, "cpu": cpu}
    print(json.dumps({**facts, "peak_mb": after // 1024}))


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--in", dest="folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--run", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        export(given.folder, given.run)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_shop(folder, given.rows)
        run_id = checked(folder)
        command = [sys.executable, __file__, "--in", name, "--run", run_id]
        runs = [
            json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
            for _ in range(given.repetitions)
        ]
    times = sorted(one["seconds"] for one in runs)
    print(
        f"{runs[0]['rows']:,} rows, {runs[0]['files']} workbooks, {runs[0]['bytes'] / 1e6:.1f} MB:"
        f" {median(times):.2f} s (fastest {times[0]:.2f}, slowest {times[-1]:.2f});"
        f" {median(one['cpu'] for one in runs):.2f} s of a processor,"
        f" peak {max(one['peak_mb'] for one in runs)} MB"
    )


if __name__ == "__main__":
    main()
