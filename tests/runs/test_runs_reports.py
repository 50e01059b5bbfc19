"""Reports come from the journal alone: they balance, come out the same again, and feed the next run."""

import csv
import os
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from small_shop import (
    Shop,
    assert_promises,
    codes,
    mode_settings,
    number,
    open_shop,
    send_all,
    sending,
    states,
)

from pipeline.journal.reading import JournalReader
from pipeline.model.refusal import JournalRefused
from pipeline.model.summary import Summary
from pipeline.runs.accounts.reports import write_reports
from pipeline.runs.accounts.status import Running, status
from pipeline.runs.asked.progress import Progress
from pipeline.runs.asked.request import PlanRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.state_folder.progress_file import NAME, ProgressFile, read_progress
from pipeline.runs.verbs import check, report, run
from pipeline.simulator import Simulator
from pipeline.simulator.seed import default_seed

FAULTS = {
    number(2): ["400"],
    number(4): ["406_empty"],
    number(5): ["404_product"],
    number(7): ["reset", "repeat"],
}


def mixed_run(shop: Shop, sim: Simulator) -> Result:
    """Send the shop to a target that refuses some, so that every kind of outcome is there."""
    return send_all(shop, sim, attempts=1)


def files_of(result: Result, shop: Shop) -> dict[str, bytes]:
    """Read every report; what tells the time and the command is taken out of the summary."""
    folder = shop.places.reports(result.run_id)
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    summary = orjson.loads(found.pop("summary.json"))
    found["summary"] = orjson.dumps({**summary, "seconds": 0, "command": ""})
    found.pop("report.html")
    return found


def test_the_reports_of_a_mixed_run_balance_and_come_out_the_same_again(tmp_path: Path) -> None:
    """From the journal alone the same files are written again, byte by byte, and every sum holds."""
    shop = open_shop(tmp_path / "shop", 10)
    with Simulator(faults=FAULTS, settings=mode_settings(unique=False)) as sim:
        result = mixed_run(shop, sim)
        assert_promises(result, sim)
    first = files_of(result, shop)
    for path in sorted(shop.places.reports(result.run_id).rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    again = report(result.run_id, shop.places)
    assert files_of(again, shop) == first
    assert sorted(first) == [
        "failed/items.csv",
        "failed/orders.csv",
        "fix.xlsx",
        "issues.jsonl",
        "money.csv",
        "orders.csv",
        "summary",
    ]
    assert result.summary.exit_code == again.summary.exit_code == 4


def test_the_summary_counts_what_the_target_holds(tmp_path: Path) -> None:
    """Orders, items and money of the summary are those of the target, to the cent."""
    shop = open_shop(tmp_path / "shop", 10)
    with Simulator(faults=FAULTS, settings=mode_settings(unique=False)) as sim:
        result = mixed_run(shop, sim)
        totals = sim.truth.totals(5)
    summary = result.summary.as_json()
    assert result.summary.orders.created == totals["orders"] == 6
    assert result.summary.items.created == totals["items"]
    assert {name: sums["created"] for name, sums in summary["money"].items()} == {  # type: ignore[attr-defined]
        **{currency.upper(): amount for currency, amount in totals["money"].items()},
        **{name: "0.00" for name in ("EUR", "TRY") if name.lower() not in totals["money"]},
    }
    assert result.summary.orders.read == 10
    assert result.summary.rows.read == result.summary.rows.used + result.summary.rows.ignored


def test_failed_rows_hold_what_is_not_created_and_load_again(tmp_path: Path) -> None:
    """Only orders that do not stand on the target are in `failed/`; the same mapping sends them next time.

    The one in conflict waits for a person, whoever sends it.
    """
    shop = open_shop(tmp_path / "shop", 10)
    with Simulator(faults=FAULTS, settings=mode_settings(unique=True)) as sim:
        result = mixed_run(shop, sim)
        missing = {name for name, state in states(result).items() if state != "created"}
        failed = shop.places.reports(result.run_id) / "failed"
        with (failed / "orders.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert {row["number"] for row in rows} == missing
        assert {row["number"]: row["_code"] for row in rows} == {
            name: codes(result)[name] for name in missing
        }
        sim.script({})
        (failed / "mapping.yaml").write_bytes(shop.mapping.read_bytes())
        second = Shop(failed, len(missing))
        again = run(second.plan_request(sim.url), sending(), shop.places)
        assert again.summary.orders.read == len(missing)
        assert again.exit_code == 4
        assert codes(again)[number(4)] == "E642"
        assert sim.truth.creates == {number(place): 1 for place in range(1, 11) if place != 4}


def test_a_report_that_cannot_be_written_leaves_the_journal_alone(tmp_path: Path) -> None:
    """A file lies where the folder should be: the refusal names it, and elsewhere the report can be had."""
    shop = open_shop(tmp_path / "shop", 3)
    with Simulator() as sim:
        result = send_all(shop, sim)
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    with pytest.raises(JournalRefused) as refused:
        report(result.run_id, type(shop.places)(shop.places.state_dir, blocked))
    assert refused.value.issues[0].code == "E701"
    assert report(result.run_id, shop.places).exit_code == 0


def test_a_source_that_changed_since_is_not_copied_from(tmp_path: Path) -> None:
    """Failed rows are copied from the file that was read, or not at all, and a warning says so."""
    shop = open_shop(tmp_path / "shop", 3)
    with Simulator(faults={number(1): ["400"]}) as sim:
        result = send_all(shop, sim)
    shop.orders.write_text(shop.orders.read_text().replace("10:00", "12:00"))
    again = report(result.run_id, shop.places)
    assert again.summary.issues["W710"] == 1
    assert again.summary.exit_code == result.summary.exit_code == 3


def test_the_status_of_a_finished_run_is_its_summary(tmp_path: Path) -> None:
    """Where a run stands is read from its journal."""
    shop = open_shop(tmp_path / "shop", 3)
    with Simulator() as sim:
        send_all(shop, sim)
    found = status(None, shop.places)
    assert isinstance(found, Summary)
    assert (found.orders.created, found.command) == (3, "status")


def test_the_status_of_a_running_upload_is_what_it_last_wrote(tmp_path: Path) -> None:
    """While the journal is held by the process that sends, its progress file answers."""
    shop = open_shop(tmp_path / "shop", 4)
    seen: list[object] = []
    with Simulator() as sim:

        def look(progress: Progress) -> None:
            if not seen:
                run_id = next(iter(shop.places.state_dir.joinpath("runs").iterdir())).name
                facts = {"pid": os.getpid(), "created": progress.created}
                (shop.places.run_dir(run_id) / NAME).write_bytes(orjson.dumps(facts))
                seen.append(status(run_id, shop.places))

        result = run(shop.plan_request(sim.url), sending(), shop.places, told=look)
    assert isinstance(seen[0], Running)
    assert seen[0].facts["created"] == 1
    assert read_progress(shop.places.run_dir(result.run_id)) is None, "the file goes when the run ends"


def test_progress_that_cannot_be_written_disturbs_nobody(tmp_path: Path) -> None:
    """A folder that is gone, or a file that is no JSON, is no trouble of the upload's."""
    beside = ProgressFile(tmp_path / "gone")
    beside._written -= 10
    beside.told(Progress(3))
    beside.remove()
    (tmp_path / NAME).write_bytes(b"[")
    assert read_progress(tmp_path) is None


def test_the_token_is_in_no_file(tmp_path: Path) -> None:
    """Neither journal nor report nor progress holds a byte of it, whatever went wrong."""
    shop = open_shop(tmp_path / "shop", 8)
    token = "canary-7f3a91c0"
    faults = {
        number(1): ["reset"],
        number(2): ["400"],
        number(3): ["header_flood"],
        number(4): ["garbage"],
        number(5): ["nul_header"],
    }
    with Simulator(seed=replace(default_seed(), token=token), faults=faults) as sim:
        result = send_all(shop, sim)
        assert_promises(result, sim)
    assert result.summary.orders.created == 7
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert token.encode() not in path.read_bytes(), path.name


def test_the_report_of_a_check_says_what_the_files_are(tmp_path: Path) -> None:
    """Column by column, as long as the files are small and still the same; a run spends no time on it."""
    shop = open_shop(tmp_path / "shop", 3)
    places = shop.places
    result = check(PlanRequest([shop.orders, shop.items], shop.mapping), places)
    page = Path(result.summary.files["report"]).read_text("utf-8")
    assert "What the files are" in page
    assert page.count("separated by commas") == 2
    shop.orders.write_text(shop.orders.read_text("utf-8") + "\n", encoding="utf-8")
    with closing(JournalReader(result.journal)) as journal:
        write_reports(journal, tmp_path / "again", "check")
    assert "What the files are" not in (tmp_path / "again" / "report.html").read_text("utf-8")
    shop = open_shop(tmp_path / "other", 3)
    with Simulator() as sim:
        sent = run(shop.plan_request(sim.url), sending(sim.token), shop.places)
    assert "What the files are" not in Path(sent.summary.files["report"]).read_text("utf-8")
