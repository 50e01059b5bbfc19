"""A plan file is applied exactly as it was reviewed, or not at all; runs are found by their ids."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from changed_journal import change as change_journal
from small_shop import Shop, assert_promises, mode_settings, number, open_shop, send_all, sending

from pipeline.model.capability import Capability
from pipeline.model.refusal import JournalRefused, Refusal, UsageRefused
from pipeline.runs.asked.result import Result
from pipeline.runs.state_folder.catalogue_of_runs import find_run, list_runs
from pipeline.runs.verbs import apply, check, plan, resume
from pipeline.simulator import Simulator


def planned(shop: Shop, url: str) -> tuple[Path, Result]:
    """Plan the shop into a plan file."""
    file = shop.folder / "plan.json"
    return file, plan(shop.plan_request(url, Capability(settle_window=0.2)), file, shop.places)


def refused_code(work: Callable[[], Any], kind: type[Refusal]) -> str:
    """Give the code of the first issue with which a command refuses."""
    with pytest.raises(kind) as refused:
        work()
    return refused.value.issues[0].code


def test_a_plan_says_what_will_be_sent_and_sends_it(tmp_path: Path) -> None:
    """Digest, totals and samples stand in the file; applying it creates all orders, again none."""
    shop = open_shop(tmp_path / "shop", 6)
    with Simulator(settings=mode_settings(unique=False)) as sim:
        file, ready = planned(shop, sim.url)
        said = orjson.loads(file.read_bytes())
        assert sim.truth.log == []
        result = apply(file, sending(), shop.places)
        assert_promises(result, sim)
        apply(file, sending(), shop.places)
        assert len(sim.truth.log) == 6
        bodies = [orjson.loads(order.raw) for order in sim.truth.orders(5)]
    assert (said["ready"], said["totals"]["orders"], said["run_id"]) == (6, 6, ready.run_id)
    assert all(sample in bodies for sample in said["samples"])
    assert (ready.exit_code, result.exit_code) == (0, 0)


@pytest.mark.parametrize("what", ["orders.csv", "items.csv", "mapping.yaml"])
@pytest.mark.parametrize("how", ["changed", "deleted"])
def test_a_plan_whose_sources_changed_is_stale(tmp_path: Path, what: str, how: str) -> None:
    """One byte more in an input or the mapping, or one of them gone: nothing is sent."""
    shop = open_shop(tmp_path / "shop", 3)
    with Simulator() as sim:
        file, _ = planned(shop, sim.url)
        if how == "changed":
            with (shop.folder / what).open("ab") as source:
                source.write(b"\n")
        else:
            (shop.folder / what).unlink()
        assert refused_code(lambda: apply(file, sending(), shop.places), UsageRefused) == "E621"
        assert sim.truth.log == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE orders SET amount_minor = amount_minor + 1 WHERE id = 2",
        "UPDATE orders SET number = 'A-9999' WHERE id = 2",
        "UPDATE orders SET sha256 = zeroblob(32) WHERE id = 2",
        "DELETE FROM orders WHERE id = 2",
        "UPDATE payloads SET body = CAST(replace(body, '07:00', '08:00') AS BLOB) WHERE order_id = 2",
        "UPDATE meta SET value = replace(value, '\"channel\":5', '\"channel\":6') WHERE key = 'header'",
    ],
)
def test_a_journal_that_was_changed_is_not_sent(tmp_path: Path, change: str) -> None:
    """Whoever edits the sealed orders, their payloads or where they go, nothing leaves."""
    shop = open_shop(tmp_path / "shop", 3)
    with Simulator() as sim:
        file, ready = planned(shop, sim.url)
        change_journal(ready.journal, change)
        assert refused_code(lambda: apply(file, sending(), shop.places), JournalRefused) == "E611"
        assert sim.truth.creates[number(2)] == 0
        assert len(sim.truth.log) == 0


def test_a_plan_of_another_run_is_stale(tmp_path: Path) -> None:
    """A plan file whose digest is not that of its run is refused."""
    shop = open_shop(tmp_path / "shop", 3)
    file, _ = planned(shop, "http://127.0.0.1:9")
    said = orjson.loads(file.read_bytes())
    file.write_bytes(orjson.dumps({**said, "digest": "0" * 64}))
    assert refused_code(lambda: apply(file, sending(), shop.places), UsageRefused) == "E621"


@pytest.mark.parametrize(
    "change",
    [
        lambda _: b"",
        lambda _: b"[]",
        lambda _: b"not json",
        lambda said: orjson.dumps({"schema": said["schema"]}),
        lambda said: orjson.dumps({**said, "schema": "orderlift/plan/0"}),
        lambda said: orjson.dumps({**said, "run_id": "../../elsewhere"}),
        lambda said: orjson.dumps({**said, "run_id": 7}),
        lambda said: orjson.dumps({**said, "inputs": [{}]}),
        lambda said: orjson.dumps({**said, "inputs": None}),
        lambda said: orjson.dumps({**said, "mapping": "mapping.yaml"}),
        lambda said: orjson.dumps({name: value for name, value in said.items() if name != "digest"}),
    ],
)
def test_what_is_no_plan_is_told_so(tmp_path: Path, change: Callable[[dict[str, Any]], bytes]) -> None:
    """A file of another make, or with parts missing, is refused and nothing else happens."""
    shop = open_shop(tmp_path / "shop", 1)
    file, _ = planned(shop, "http://127.0.0.1:9")
    file.write_bytes(change(orjson.loads(file.read_bytes())))
    assert refused_code(lambda: apply(file, sending(), shop.places), UsageRefused) == "E622"


def test_a_run_that_was_only_checked_is_never_sent(tmp_path: Path) -> None:
    """Neither by its id nor as the newest run."""
    shop = open_shop(tmp_path / "shop", 2)
    with Simulator() as sim:
        checked = check(shop.plan_request(sim.url), shop.places)
        for name in (checked.run_id, None):
            assert refused_code(lambda: resume(name, sending(), shop.places), UsageRefused) == "E624"  # noqa: B023
        assert refused_code(lambda: apply(checked, sending(), shop.places), JournalRefused) == "E610"
        assert sim.truth.log == []


def test_runs_are_listed_and_found_by_the_beginning_of_their_ids(tmp_path: Path) -> None:
    """The full id, an unmistakable beginning, or nothing for the newest; else the choice is told."""
    shop = open_shop(tmp_path / "shop", 1)
    assert list_runs(shop.places) == []
    assert refused_code(lambda: find_run(shop.places, None), UsageRefused) == "E624"
    runs = {check(shop.plan_request("http://127.0.0.1:9"), shop.places).run_id for _ in range(2)}
    assert {card.run_id for card in list_runs(shop.places)} == runs
    for run_id in runs:
        assert find_run(shop.places, run_id) == run_id
    assert find_run(shop.places, None) in runs
    assert refused_code(lambda: find_run(shop.places, ""), UsageRefused) == "E623"
    assert refused_code(lambda: find_run(shop.places, "zz"), UsageRefused) == "E624"


def test_a_card_that_is_damaged_hides_only_its_own_run(tmp_path: Path) -> None:
    """Listing goes on past cards that cannot be read."""
    shop = open_shop(tmp_path / "shop", 1)
    good = check(shop.plan_request("http://127.0.0.1:9"), shop.places).run_id
    for place, content in enumerate((b"", b"[]", b'{"run_id": "x"}', b"\xff")):
        folder = shop.places.run_dir(f"bad{place}")
        folder.mkdir(parents=True)
        (folder / "run.json").write_bytes(content)
    assert [card.run_id for card in list_runs(shop.places)] == [good]


def test_a_journal_that_is_gone_is_told(tmp_path: Path) -> None:
    """The card is there, the journal is not: no new one is made in its place."""
    shop = open_shop(tmp_path / "shop", 1)
    file, ready = planned(shop, "http://127.0.0.1:9")
    ready.journal.unlink()
    assert refused_code(lambda: apply(file, sending(), shop.places), JournalRefused) == "E601"
    assert not ready.journal.exists()


def test_two_shops_in_one_state_folder_do_not_meet(tmp_path: Path) -> None:
    """Each run keeps to its own journal and reports."""
    one, two = open_shop(tmp_path / "one", 2), open_shop(tmp_path / "two", 3)
    with Simulator() as sim, Simulator() as other:
        first = send_all(one, sim)
        second = send_all(Shop(two.folder, 3), other)
        assert_promises(first, sim)
        assert_promises(second, other)
    assert first.run_id != second.run_id
