"""Pages that are made from the code are those that the code makes."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from pipeline.model.catalogue import CATALOGUE

ROOT = Path(__file__).resolve().parents[2]
DOCS, EXAMPLE, SOURCE = ROOT / "docs", ROOT / "reports" / "example", ROOT / "pipeline"
PICTURE_LIMIT = 200 * 1024


def _make(script: str, out: Path) -> None:
    subprocess.run([sys.executable, str(DOCS / script), str(out)], cwd=ROOT, check=True, timeout=90)


@pytest.mark.parametrize(
    ("script", "page"), [("make_cli_reference.py", "cli.md"), ("make_issue_pages.py", "issues.md")]
)
def test_a_made_page_is_in_step(script: str, page: str, tmp_path: Path) -> None:
    """Run the script that the page names, and commit the result."""
    _make(script, tmp_path / page)
    assert (tmp_path / page).read_bytes() == (DOCS / page).read_bytes()
    assert script in (DOCS / page).read_text("utf-8")


def test_the_blocks_that_code_decides_are_in_step(tmp_path: Path) -> None:
    """Run docs/make_blocks.py, and commit the result."""
    _make("make_blocks.py", tmp_path)
    made = sorted(tmp_path.iterdir())
    assert len(made) == 3
    assert [path.name for path in made if path.read_bytes() != (DOCS / path.name).read_bytes()] == []


def test_every_code_has_its_heading_and_every_code_in_the_program_its_entry() -> None:
    """No issue without a page for the customer, no page about nothing."""
    headings = re.findall(r"^## ([EW]\d{3}) · \S", (DOCS / "issues.md").read_text("utf-8"), re.MULTILINE)
    used = {
        code
        for path in SOURCE.rglob("*.py")
        if "catalogue" not in path.parts
        for code in re.findall(r"""["']([EW][1-7]\d{2})["']""", path.read_text("utf-8"))
    }
    assert len(used) > 100
    assert len(headings) == len(set(headings))
    assert set(headings) == set(CATALOGUE)
    assert used <= set(headings)


def test_every_code_that_a_page_mentions_exists() -> None:
    """A code in the documentation is a promise."""
    pages = [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
    mentioned = {
        code for page in pages for code in re.findall(r"\b[EW][1-7]\d{2}\b", page.read_text("utf-8"))
    }
    assert len(mentioned) > 100
    assert mentioned - set(CATALOGUE) == set()


def test_the_example_report_is_what_the_demo_writes(tmp_path: Path) -> None:
    """Made again, it differs in what must differ only: run, port, times, requests, who was served when."""
    made = tmp_path / "example"
    _make("make_example_report.py", made)
    assert _names(made) == _names(EXAMPLE)
    assert len(_names(EXAMPLE)) == 8
    for name in ("report.html", "summary.json", "issues.jsonl", "failed/siparisler.csv"):
        assert _masked(made, name) == _masked(EXAMPLE, name)
    assert _orders(made) == _orders(EXAMPLE)
    assert _cells(made) == _cells(EXAMPLE)


def test_the_example_report_names_no_machine() -> None:
    """Paths are relative to the checkout."""
    texts = [
        path.read_bytes()
        for path in EXAMPLE.rglob("*")
        if path.suffix in {".html", ".json", ".jsonl", ".csv"}
    ]
    assert len(texts) == 6
    assert any(b"input_samples/siparisler.csv" in text for text in texts)
    assert not any(
        re.search(rb"(?<![\w./])/(?:home|root|work|tmp|Users|usr)/|[A-Z]:\\", text) for text in texts
    )


def test_the_picture_of_the_report_is_small_and_wide_enough() -> None:
    """A picture of 1200 by 900 in a README, not more than 200 KB."""
    picture = (DOCS / "report.png").read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])) == (1200, 900)
    assert len(picture) <= PICTURE_LIMIT


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _masked(folder: Path, name: str) -> str:
    run_id = json.loads((folder / "summary.json").read_text("utf-8"))["run_id"]
    encoding = "cp1254" if name.endswith(".csv") else "utf-8"
    text = (folder / name).read_text(encoding).replace(run_id, "RUN")
    for pattern, instead in (
        (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", "MOMENT"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "MOMENT"),
        (r'"(requests|retries|seconds)": [\d.]+', r'"\1": N'),
        (r"after [\d.]+ s: ", "after N s: "),
        (r"[\d.]+ s, \d+ requests, of which \d+ repeated", "TRAFFIC"),
        (r"\d+(-\d+){3,}-[0-9a-f]{64}", "FINGERPRINT"),
        (r'(<span class="hash">(?:Python|SQLite|platform)) [^<]*', r"\1 VERSION"),
        (r"(?s)<section[^>]*>\s*<h2[^>]*>Upload.*?</section>", "TIMELINE"),
    ):
        text = re.sub(pattern, instead, text)
    return text


def _orders(folder: Path) -> list[list[str]]:
    """The lines of orders.csv without the target's ids and the number of attempts."""
    with (folder / "orders.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = [
            {**line, "remote_id": bool(line["remote_id"]), "attempts": ""} for line in csv.DictReader(file)
        ]
    assert len(lines) == 230
    return [[str(cell) for cell in line.values()] for line in lines]


def _cells(folder: Path) -> list[list[object]]:
    book = openpyxl.load_workbook(folder / "failed" / "siparis_kalemleri.xlsx")
    rows: list[list[object]] = [[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()]
    assert len(rows) > 3
    return rows
