"""``archive write`` and ``archive resolve``, and a run with both sinks, as people see them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from old_shop import open_old_shop, order_line
from shop import orderlift

from pipeline.simulator import Settings, Simulator

SOURCES = ("orders.csv", "items.csv", "-m", "mapping.yaml")
START = "/api/v1/remote/5/migrations/start/order/"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Five old orders of which two are one customer's, and a new one."""
    lines = [order_line(place, old=place < 6, customer=1 if place < 3 else None) for place in range(1, 7)]
    return open_old_shop(tmp_path, lines).folder


@pytest.fixture
def target() -> Iterator[Simulator]:
    """A target whose migrations end at the first question."""
    with Simulator(settings=Settings(migration_statuses=("completed",))) as simulator:
        yield simulator


def _to(target: Simulator) -> tuple[str, ...]:
    return ("--target", target.url, "--channel", "5", "--rate", "unlimited")


def test_a_run_with_both_sinks_says_where_the_orders_are(shop: Path, target: Simulator) -> None:
    """The closing table counts them among the created ones, and apart."""
    ran = orderlift(shop, "run", *SOURCES, *_to(target), ORDERLIFT_TOKEN=target.token)
    assert ran.code == 0
    assert "5 of 6 orders go into the archive and are not created: placed before 2020-01-01" in ran.err
    assert "archive: order-0002.json: through" in ran.err
    table = [line.split() for line in ran.out.splitlines()]
    assert ["created", "6"] in table
    assert ["of", "these", "in", "the", "archive", "5"] in table
    assert len(target.truth.migrated["user"]) == 4


def test_files_are_written_for_people_from_a_check_alone(shop: Path) -> None:
    """Without a target and without the network; each customer once, items behind their orders."""
    assert orderlift(shop, "check", *SOURCES).code == 0
    wrote = orderlift(shop, "archive", "write", "-o", "out", "--json")
    assert wrote.code == 0
    told = wrote.document
    assert (told["orders"], told["schema"]) == (5, "orderlift/archive-files/1")
    assert [Path(name).name for name in told["files"]] == [
        f"{kind}-{place:04d}.json" for place in (1, 2) for kind in ("user", "address", "order", "order_item")
    ]
    rows = {name: json.loads((shop / name).read_bytes()) for name in told["files"]}
    people = [row["customer_code"] for name, found in rows.items() if "user" in name for row in found]
    assert people == ["M-1", "M-3", "M-4", "M-5"]
    again = orderlift(shop, "archive", "write", "-o", "out")
    assert again.code == 0
    assert "5 orders in 8 files, to be uploaded in this order:" in again.out


def test_a_run_whose_files_were_handed_out_does_not_upload_them_too(shop: Path, target: Simulator) -> None:
    """Until somebody says what became of them."""
    token = target.token
    planned = orderlift(shop, "plan", *SOURCES, *_to(target)[:4])
    assert planned.code == 0
    assert orderlift(shop, "archive", "write", "-o", "out").code == 0
    sent = orderlift(shop, "resume", "--rate", "unlimited", ORDERLIFT_TOKEN=token)
    assert sent.code == 5
    assert "E565" in sent.err
    assert target.truth.migrated == {}
    run_id = next((shop / "state" / "runs").iterdir()).name
    said = ("--as", "done", "--why", "uploaded by hand")
    done = orderlift(shop, "archive", "resolve", run_id, "all", *said)
    assert "6" in done.out
    finished = orderlift(shop, "resume", "--rate", "unlimited", ORDERLIFT_TOKEN=token)
    assert finished.code == 0
    assert target.truth.migrated == {}


def test_files_that_were_refused_by_hand_come_out_to_be_corrected(shop: Path, target: Simulator) -> None:
    """With what the person said."""
    orderlift(shop, "plan", *SOURCES, *_to(target)[:4])
    orderlift(shop, "archive", "write")
    run_id = next((shop / "state" / "runs").iterdir()).name
    said = ("--as", "refused", "--why", "a column is missing")
    told = orderlift(shop, "archive", "resolve", run_id, "all", *said)
    assert "refused to take the files: a column is missing (a person's word)" in told.err
    failed = (shop / "reports" / run_id / "failed" / "orders.csv").read_text("utf-8")
    assert failed.count("E560") == 5


def test_files_not_uploaded_after_all_are_uploaded_by_the_run(shop: Path, target: Simulator) -> None:
    """``not-started`` gives them back."""
    orderlift(shop, "plan", *SOURCES, *_to(target)[:4])
    orderlift(shop, "archive", "write")
    said = ("--as", "not-started", "--why", "nobody had the time")
    run_id = next((shop / "state" / "runs").iterdir()).name
    orderlift(shop, "archive", "resolve", run_id, "all", *said)
    assert orderlift(shop, "resume", "--rate", "unlimited", ORDERLIFT_TOKEN=target.token).code == 0
    assert len(target.truth.migrated["order"]) == 5


def test_a_file_in_doubt_is_shown_with_the_command_that_decides(shop: Path) -> None:
    """Exit 4; a wrong name is told the right ones; ``refused`` refuses its orders, with the words said."""
    with Simulator(
        faults={"other": {START: ["commit_then_reset"]}}, settings=Settings(migration_statuses=("completed",))
    ) as target:
        ran = orderlift(shop, "run", *SOURCES, *_to(target), ORDERLIFT_TOKEN=target.token)
        assert ran.code == 4
        run_id = next((shop / "state" / "runs").iterdir()).name
        assert (
            f"orderlift archive resolve {run_id} order-0001.json --as done|refused|not-started"
            in " ".join(ran.err.split())
        )
        assert f"Next:   orderlift archive resolve {run_id} FILE --as" in ran.out
        assert "orderlift resume" not in ran.out
        wrong = orderlift(shop, "archive", "resolve", run_id, "user-0001.json", "--as", "done", "--why", "x")
        assert wrong.code == 2
        assert "order-0001.json" in wrong.err
        said = ("--as", "refused", "--why", "support looked: nothing there")
        decided = orderlift(shop, "archive", "resolve", run_id, "order-0001.json", *said)
        assert "nothing there" in decided.err
        assert "E533" not in decided.err, "nobody's process has died"
        assert (decided.code, f"orderlift resume {run_id}" in decided.out) == (5, True)
        finished = orderlift(shop, "resume", "--rate", "unlimited", ORDERLIFT_TOKEN=target.token)
        assert finished.code == 3
        assert [row["number"] for row in target.truth.migrated["order"]] == ["A-0005"]


def test_there_is_nothing_to_write_where_no_order_goes_there(shop: Path) -> None:
    """And that is said."""
    mapping = shop / "mapping.yaml"
    mapping.write_text(mapping.read_text("utf-8").replace("2020-01-01", "2001-01-01"), encoding="utf-8")
    orders = (shop / "orders.csv").read_text("utf-8").replace(",,try", ",201,try")
    (shop / "orders.csv").write_text(orders, encoding="utf-8")
    assert orderlift(shop, "check", *SOURCES).code == 0
    wrote = orderlift(shop, "archive", "write")
    assert (wrote.code, "E567" in wrote.err) == (2, True)
