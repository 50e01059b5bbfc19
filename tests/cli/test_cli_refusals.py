"""What cannot be done is said with its code, on standard error, and with the exit code of its kind."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from shop import CANARY, Ended, export, orderlift, sources

from pipeline.cli.demo import to_be_repeated
from pipeline.model.catalogue import remedy_of
from pipeline.model.issue import Issue
from pipeline.model.summary import Summary
from pipeline.runs.asked.result import ReportsNotWritten, Result
from pipeline.simulator import Simulator

KEYS = list(Summary("", "", 0).as_json())
NOWHERE = "http://127.0.0.1:9"
TO = ("--target", NOWHERE, "--channel", "5")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with four good orders, their items and a mapping."""
    return export(tmp_path)


@pytest.fixture
def target() -> Iterator[Simulator]:
    """An empty simulator."""
    with Simulator() as simulator:
        yield simulator


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _refused(ended: Ended, exit_code: int, *codes: str) -> None:
    assert ended.code == exit_code, ended.err
    assert [code for code in codes if f"fatal[{code}]" not in ended.err] == []
    assert ended.out == ""


def test_a_column_that_the_file_lacks_is_named_with_its_neighbour(shop: Path) -> None:
    """E430 offers the closest column, before any row is read."""
    _replace(shop / "shop.yaml", "column: Sum", "column: Summ")
    ended = orderlift(shop, "check", *sources())
    _refused(ended, 2, "E430")
    assert "Did you mean 'Sum'?" in ended.err


def test_a_mistake_in_the_mapping_is_shown_with_a_caret(shop: Path) -> None:
    """The line of the mapping is printed, and the caret stands under the misspelt word."""
    _replace(shop / "shop.yaml", "{column: Sum, decimal", "{column: Sum, decimall")
    ended = orderlift(shop, "check", *sources())
    _refused(ended, 2, "E411")
    lines = ended.err.splitlines()
    caret = next(index for index, line in enumerate(lines) if line.strip(" |") == "^")
    assert lines[caret - 1][lines[caret].index("^") :].startswith("decimall")
    assert "Did you mean 'decimal'?" in ended.err


def test_the_same_mistake_is_found_without_any_source(shop: Path) -> None:
    """The command mapping check reads the mapping alone, and ends with 2."""
    assert orderlift(shop, "mapping", "check", "shop.yaml").code == 0
    _replace(shop / "shop.yaml", "name: small-shop", "nmae: small-shop")
    _refused(orderlift(shop, "mapping", "check", "shop.yaml"), 2, "E411")


def test_every_missing_file_is_named(shop: Path) -> None:
    """Two files that are not there are two issues, told at once."""
    ended = orderlift(shop, "check", "orders-may.csv", "items-may.csv", "-m", "shop.yaml")
    _refused(ended, 2, "E101")
    assert "orders-may.csv" in ended.err
    assert "items-may.csv" in ended.err


def test_a_mapping_that_is_missing_is_a_mistake_of_the_command(shop: Path) -> None:
    """E707, exit 2."""
    _refused(orderlift(shop, "check", "orders.csv", "items.csv", "-m", "nowhere.yaml"), 2, "E707")


def test_without_a_token_nothing_is_even_read(shop: Path) -> None:
    """E702 comes before the work of an hour, and leaves nothing behind."""
    _refused(orderlift(shop, "run", *sources(*TO)), 2, "E702")
    assert not (shop / "state").exists()


def test_a_token_of_two_words_is_refused_without_being_shown(shop: Path) -> None:
    """E703 says what is wrong with it, never what it is."""
    (shop / "token").write_text(f"{CANARY} {CANARY}", encoding="utf-8")
    ended = orderlift(shop, "run", *sources(*TO, "--token-file", "token"))
    assert ended.code == 2
    assert "fatal[E703]" in ended.err


@pytest.mark.parametrize(
    "address",
    ["http://omnitron.example.com", "ftp://omnitron.example.com", "https://u:p@omnitron.example.com"],
)
def test_an_address_that_would_leak_the_token_is_refused(shop: Path, address: str) -> None:
    """E704: https only beyond this machine, and no user names in addresses."""
    ended = orderlift(shop, "run", *sources("--target", address, "--channel", "5"), ORDERLIFT_TOKEN=CANARY)
    _refused(ended, 2, "E704")


def test_orders_for_another_machine_need_a_yes(shop: Path) -> None:
    """E706: where nobody can be asked, --yes has to be said; nothing is prepared before."""
    there = ("--target", "https://omnitron.invalid", "--channel", "5")
    _refused(orderlift(shop, "run", *sources(*there), ORDERLIFT_TOKEN=CANARY), 2, "E706")
    assert orderlift(shop, "plan", *sources(*there, "-o", "may.plan")).code == 0
    _refused(orderlift(shop, "apply", "may.plan", ORDERLIFT_TOKEN=CANARY), 2, "E706")


def test_a_plan_needs_target_and_channel(shop: Path) -> None:
    """E705 names both at once."""
    ended = orderlift(shop, "plan", *sources())
    _refused(ended, 2, "E705")
    assert "--target and --channel" in ended.err


def test_a_plan_whose_file_changed_is_stale(shop: Path) -> None:
    """E621: what is applied is what was reviewed, or nothing."""
    assert orderlift(shop, "plan", *sources(*TO, "-o", "may.plan")).code == 0
    _replace(shop / "orders.csv", "1.50", "1.51")
    _refused(orderlift(shop, "apply", "may.plan", ORDERLIFT_TOKEN=CANARY), 2, "E621")


def test_a_file_that_is_no_plan_is_refused(shop: Path) -> None:
    """E622, exit 2."""
    _refused(orderlift(shop, "apply", "shop.yaml", ORDERLIFT_TOKEN=CANARY), 2, "E622")


@pytest.mark.parametrize("command", ["resume", "status", "report"])
def test_without_any_run_there_is_nothing_to_continue(shop: Path, command: str) -> None:
    """E624, exit 2."""
    _refused(orderlift(shop, command, ORDERLIFT_TOKEN=CANARY), 2, "E624")


def test_a_beginning_that_fits_several_runs_is_not_guessed(shop: Path) -> None:
    """E623 lists the runs that fit."""
    for _ in range(2):
        assert orderlift(shop, "check", *sources("-q")).code == 0
    _refused(orderlift(shop, "status", ""), 2, "E623")


def test_a_state_folder_that_is_a_file_is_trouble_of_the_disk(shop: Path) -> None:
    """E607, exit 7: nothing can be remembered there."""
    (shop / "afile").write_bytes(b"")
    _refused(orderlift(shop, "check", *sources("--state-dir", "afile")), 7, "E607")


def test_a_report_folder_that_is_a_file_is_trouble_of_the_disk(shop: Path) -> None:
    """E701, exit 7: the run is there, its reports are not; what was found is told all the same."""
    (shop / "afile").write_bytes(b"")
    _replace(shop / "shop.yaml", "en_US", "tr_TR")
    ended = orderlift(shop, "check", *sources("--report-dir", "afile"))
    assert (ended.code, "fatal[E701]" in ended.err) == (7, True)
    assert ended.err.index("error[E211]") < ended.err.index("fatal[E701]")
    assert "None of 4 orders are ready to be sent; 4 were refused by the checks." in ended.out
    assert "1. in which locale are numbers such as" in ended.out
    told = json.loads(orderlift(shop, "check", *sources("--report-dir", "afile", "--json")).out)
    assert (told["exit_code"], told["orders"]["invalid"], told["issues"]["E701"]) == (7, 4, 1)


def test_a_demo_without_a_place_for_its_reports_is_to_be_repeated(tmp_path: Path) -> None:
    """Its journal is gone with it, so that no report can be made of it later; what it did is still told."""
    result = Result(Summary("7f3a", "demo", 0), tmp_path / "journal.db")
    issue = Issue("E701", facts={"reason": "Read-only file system", "command": "orderlift report 7f3a"})
    refused = to_be_repeated(ReportsNotWritten(result, issue))
    assert refused.result is result
    assert remedy_of(refused.issues[0]).endswith("; then: orderlift demo --report-dir FOLDER")


def test_a_token_that_the_target_does_not_know_costs_one_request(shop: Path, target: Simulator) -> None:
    """E501, exit 5: the first answer is enough, and nothing more is sent."""
    ended = orderlift(
        shop, "run", *sources("--target", target.url, "--channel", "5", "--json"), ORDERLIFT_TOKEN=CANARY
    )
    assert ended.code == ended.document["exit_code"] == 5
    assert "fatal[E501]" in ended.err
    assert [entry.status for entry in target.truth.log] == [401]
    assert ended.document["orders"]["unprocessed"] == 4


REFUSALS = [
    pytest.param(["check", "nosuch.csv", "-m", "shop.yaml"], 2, "E101", id="no-such-file"),
    pytest.param(["check", "orders.csv", "-m", "nosuch.yaml"], 2, "E707", id="no-such-mapping"),
    pytest.param(["plan", *sources()], 2, "E705", id="no-target"),
    pytest.param(["run", *sources(*TO)], 2, "E702", id="no-token"),
    pytest.param(["apply", "nosuch.plan"], 2, "E622", id="no-such-plan"),
    pytest.param(["resume"], 2, "E624", id="no-such-run"),
    pytest.param(["status"], 2, "E624", id="no-status"),
    pytest.param(["report"], 2, "E624", id="no-report"),
    pytest.param(["check"], 2, "E708", id="no-arguments"),
    pytest.param(["run", *sources(*TO), "--rate", "fast"], 2, "E708", id="no-rate"),
    pytest.param(["check", *sources(), "--state-dir", "shop.yaml"], 7, "E607", id="no-state-folder"),
]


@pytest.mark.parametrize(("given", "exit_code", "issue"), REFUSALS)
def test_a_refusal_prints_the_whole_json_object_and_nothing_else(
    shop: Path, given: list[str], exit_code: int, issue: str
) -> None:
    """A script reads one object with every key, however the command ended."""
    ended = orderlift(shop, *given, "--json")
    assert ended.code == ended.document["exit_code"] == exit_code
    assert list(ended.document) == KEYS
    assert ended.document["issues"][issue] >= 1
    assert ended.document["command"] == given[0]


def test_a_misspelt_command_is_no_traceback(tmp_path: Path) -> None:
    """The program says what it does not know, with exit 2."""
    ended = orderlift(tmp_path, "chekc")
    assert ended.code == 2
    assert "chekc" in ended.err


def test_wrong_rows_do_not_keep_the_right_ones_back(tmp_path: Path, target: Simulator) -> None:
    """Exit 3: what is wrong is reported, what is right is created."""
    shop = export(tmp_path, 5, wrong=2)
    given = sources("--target", target.url, "--channel", "5", "--rate", "unlimited", "--json")
    ended = orderlift(shop, "run", *given, ORDERLIFT_TOKEN=target.token)
    assert ended.code == ended.document["exit_code"] == 3
    assert ended.document["orders"]["invalid"] == 2
    assert target.truth.creates == {"0001": 1, "0002": 1, "0003": 1}
    assert "error[E211]" in ended.err
