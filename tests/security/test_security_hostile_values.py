"""S01, S02, S10, S15, S36: values that want to be a formula, a path, an address or a program."""

# ruff: noqa: RUF001 - signs that look alike are what is tested

import csv
import json
import socket
import threading
import zipfile
from pathlib import Path

import openpyxl
import pytest
from personal_shop import SOURCES, files_below, open_people_shop, sent, simulator, the_run, work

from pipeline.model.issue import Issue
from pipeline.model.refusal import UsageRefused
from pipeline.reporting.masking.formula import neutral, original
from pipeline.reporting.masking.mask import mask_issue
from pipeline.runs.asked.request import Places
from pipeline.runs.planning.plan_file import run_of_plan

FORMULAS = (
    "=1+1", "+905321112233", "-5", "@SUM(A1)", "\t=1", '=HYPERLINK("http://evil.example";"x")', "＝1+1",
    "'=1+1", "|calc", "=cmd|' /C calc'!A0", ";=1", "  =1", '"=1"', "plain",
)  # fmt: skip
ODD_NUMBERS = (
    "../../evil",
    "/etc/passwd",
    "CON",
    "..",
    "a" * 300,
    "x\\..\\y",
    "%2e%2e%2f",
    "$(id)",
    "`id`",
    "-rf",
)
OUTPUTS = {".html", ".json", ".jsonl", ".csv", ".xlsx", ".db", ".lock", ".ledger", ".commits", ""}


def with_notes(folder: Path, notes: tuple[str, ...]) -> Path:
    """Write a shop of refused orders, each with one of the notes."""
    open_people_shop(folder, 1)
    rows = list(csv.reader((folder / "orders.csv").read_text(encoding="utf-8").splitlines()))
    head, row = rows
    with (folder / "orders.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(head)
        for place, note in enumerate(notes):
            lines.writerow([f"P{place}", *row[1:-2], "ten", note])
    items = "".join(f"P{place},PAM-TIS-01,10\n" for place in range(len(notes)))
    (folder / "items.csv").write_text("No,SKU,Each\n" + items, encoding="utf-8")
    return folder


def test_rows_that_are_loaded_again_are_never_escaped(tmp_path: Path) -> None:
    """failed/ holds each cell as it was, a formula or not, and the same mapping reads the same from it."""
    folder = with_notes(tmp_path, FORMULAS)
    assert work(folder, "check", *SOURCES, "-m", "map.yaml").code == 3
    failed = folder / "reports" / the_run(folder) / "failed"
    with (failed / "orders.csv").open(encoding="utf-8", newline="") as file:
        notes = [row["Müşteri Notu"] for row in csv.DictReader(file)]
    assert notes == list(FORMULAS)
    again = work(folder, "check", str(failed), "-m", "map.yaml", "--json").document
    assert again["orders"]["invalid"] == len(FORMULAS)


def test_a_workbook_that_is_handed_back_runs_nothing(tmp_path: Path) -> None:
    """Cells of failed/*.xlsx are texts: no formula, no link to other files, no macro."""
    folder = open_people_shop(tmp_path, 1)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    rows = list(csv.reader((folder / "orders.csv").read_text(encoding="utf-8").splitlines()))
    for line, note in enumerate((None, *FORMULAS)):
        values = rows[0] if note is None else [f"P{line - 1}", *rows[1][1:-2], "ten", note]
        for column, value in enumerate(values, 1):
            cell = sheet.cell(line + 1, column, value)
            cell.data_type = "s"
    (folder / "orders.csv").unlink()
    book.save(folder / "orders.xlsx")
    mapping = (folder / "map.yaml").read_text(encoding="utf-8").replace("orders*.csv", "orders*.xlsx")
    (folder / "map.yaml").write_text(mapping, encoding="utf-8")
    (folder / "items.csv").write_text(
        "No,SKU,Each\n" + "".join(f"P{n},PAM-TIS-01,10\n" for n in range(len(FORMULAS))), encoding="utf-8"
    )
    assert work(folder, "check", "orders.xlsx", "items.csv", "-m", "map.yaml").code == 3
    failed = folder / "reports" / the_run(folder) / "failed" / "orders.xlsx"
    with zipfile.ZipFile(failed) as archive:
        names, xml = archive.namelist(), b"".join(map(archive.read, archive.namelist()))
    assert b"<f>" not in xml
    assert b"<f " not in xml
    assert not [name for name in names if "external" in name.lower() or "vba" in name.lower()]
    table = openpyxl.load_workbook(failed).active
    assert table is not None
    column = [cell.value for cell in table[1]].index("Müşteri Notu")
    assert [row[column] for row in table.iter_rows(min_row=2, values_only=True)] == list(FORMULAS)


def test_every_cell_of_a_table_for_people_is_disarmed_and_can_be_had_back(tmp_path: Path) -> None:
    """orders.csv: order numbers that would run begin with an apostrophe, by a rule that can be undone."""
    folder = open_people_shop(tmp_path, 1)
    text = (folder / "orders.csv").read_text(encoding="utf-8")
    (folder / "orders.csv").write_text(text.replace("P0,", "=1+1,", 1), encoding="utf-8")
    items = (folder / "items.csv").read_text(encoding="utf-8")
    (folder / "items.csv").write_text(items.replace("P0,", "=1+1,", 1), encoding="utf-8")
    work(folder, "check", *SOURCES, "-m", "map.yaml")
    with (folder / "reports" / the_run(folder) / "orders.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["number"] == "'=1+1"
    assert original(row["number"]) == "=1+1"
    assert [original(neutral(value)) for value in FORMULAS] == list(FORMULAS)


def test_no_value_becomes_a_path(tmp_path: Path) -> None:
    """Orders called like paths and commands make the same files as any others, in the same folders."""
    folder = open_people_shop(tmp_path / "shop" / "deep", 1)
    rows = list(csv.reader((folder / "orders.csv").read_text(encoding="utf-8").splitlines()))
    with (folder / "orders.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [rows[0], *([number, *rows[1][1:]] for number in ODD_NUMBERS)]
        )
    (folder / "items.csv").write_text(
        "No,SKU,Each\n" + "".join(f"{number},PAM-TIS-01,10\n" for number in ODD_NUMBERS), encoding="utf-8"
    )
    with simulator() as sim:
        sent(folder, sim)
    inside = {path.relative_to(tmp_path).parts[:2] for path in files_below(tmp_path)}
    assert inside == {("shop", "deep")}
    names = {path.name for path in files_below(folder / "state", folder / "reports")}
    assert not [name for name in names if any(number in name for number in ODD_NUMBERS if len(number) > 2)]
    assert {path.suffix for path in files_below(folder / "state", folder / "reports")} <= OUTPUTS


@pytest.mark.parametrize("run", ["../../etc", "/etc", "..", "a/../../b", "7f3a\0", ""])
def test_the_run_of_a_plan_names_no_other_folder(tmp_path: Path, run: str) -> None:
    """A plan file that was tampered with leads nowhere."""
    digests = {"path": "x", "sha256": "0" * 64}
    plan = {
        "schema": "orderlift/plan/1",
        "run_id": run,
        "digest": "d",
        "inputs": [digests],
        "mapping": digests,
    }
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan))
    with pytest.raises(UsageRefused) as refused:
        run_of_plan(path, Places(tmp_path))
    assert refused.value.issues[0].code == "E622"


def test_an_address_in_a_cell_is_never_visited(tmp_path: Path) -> None:
    """Addresses stand in notes, links and status words; only the target is spoken to."""
    visits: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        port, done = server.getsockname()[1], threading.Event()

        def listen() -> None:
            while not done.is_set():
                try:
                    visits.append(server.accept())
                except TimeoutError:
                    continue

        ear = threading.Thread(target=listen)
        ear.start()
        url = f"http://127.0.0.1:{port}/x.png"
        folder = open_people_shop(tmp_path, 2)
        text = (folder / "orders.csv").read_text(encoding="utf-8")
        (folder / "orders.csv").write_text(text.replace("evde yoksa", url), encoding="utf-8")
        with simulator() as sim:
            assert sent(folder, sim).code == 0
            assert url in json.dumps([order.raw.decode() for order in sim.truth.orders(5)])
        done.set()
        ear.join()
    assert visits == []


def test_what_a_target_echoes_is_masked() -> None:
    """A complaint that quotes an address, a telephone or an identity number shows none of them."""
    said = "order.customer: 'ayse@ornek.example' tel:+90 532 111 22 33, 10000000146 does not exist"
    shown = mask_issue(Issue("E511", order="1", facts={"status": 400, "complaints": said})).facts[
        "complaints"
    ]
    assert shown == "order.customer: 'a•••@•••.example' tel:•••33, •••46 does not exist"
