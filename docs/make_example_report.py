"""Write reports/example/, the demo's own report: `python docs/make_example_report.py [FOLDER]`.

The demo runs from the root of the checkout, so that every path in the report is relative to it.
"""  # noqa: INP001

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import orjson

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ("report.html", "summary.json", "orders.csv", "issues.jsonl")


def make(out: Path) -> None:
    """Run the demo and leave its report in ``out``, which is made anew."""
    with tempfile.TemporaryDirectory() as state:
        environment = {**os.environ, "PYTHONUTF8": "1"}
        words = [
            sys.executable,
            "-m",
            "pipeline",
            "demo",
            "--json",
            "-q",
            "--keep",
            state,
            "--report-dir",
            "reports",
        ]
        ran = subprocess.run(words, cwd=ROOT, env=environment, check=True, capture_output=True)  # noqa: S603
    written = ROOT / "reports" / orjson.loads(ran.stdout)["run_id"]
    for name in TEXTS:
        path = written / name
        text = path.read_bytes().replace(f"reports/{written.name}".encode(), b"reports/example")
        path.write_bytes(text)
    shutil.rmtree(out, ignore_errors=True)
    shutil.move(written, out)
    for path in out.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)  # it is to be looked at by everybody
    out.chmod(0o755)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "reports" / "example")
