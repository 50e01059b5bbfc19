"""What a run did not do is done by another one, from repaired files or from the same."""

import shutil
from collections import Counter
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from small_shop import Shop, mode_settings, number, open_shop, send_all, sending, states

from pipeline.journal.reading import JournalReader
from pipeline.model.refusal import UsageRefused
from pipeline.model.summary import Money, broken_sums
from pipeline.runs.asked.result import Result
from pipeline.runs.ledger.facts import ledger_facts
from pipeline.runs.settling.retrying import RetryRequest, request_of_retry
from pipeline.runs.state_folder.catalogue_of_runs import list_runs
from pipeline.runs.verbs import check, retry
from pipeline.simulator import Simulator

TWICE = mode_settings(unique=False)


def spoil(shop: Shop, *places: int) -> None:
    """Write a currency that there is not into some orders."""
    lines = shop.orders.read_text().splitlines()
    for place in places:
        lines[place] = lines[place].replace(",try,", ",lira,").replace(",eur,", ",lira,")
    shop.orders.write_text("\n".join(lines) + "\n")


def repaired(result: Result, shop: Shop, folder: Path, *places: int) -> Path:
    """Copy the rows that were handed back, and correct some of them."""
    shutil.copytree(shop.places.reports(result.run_id) / "failed", folder)
    orders = folder / "orders.csv"
    lines = orders.read_text(encoding="utf-8-sig").splitlines()
    chosen = {number(place) for place in places}
    fixed = [line.replace(",lira,", ",try,") if line[:6] in chosen else line for line in lines]
    orders.write_text("\n".join(fixed) + "\n", encoding="utf-8")
    return folder


def created(*results: Result) -> Decimal:
    """Add up what the runs brought to the target, in all currencies."""
    return sum((sums.created for one in results for sums in one.summary.money.values()), Decimal(0))


def test_three_of_five_repaired_only_those_are_sent_and_both_runs_balance(tmp_path: Path) -> None:
    """The other two are handed back again; together the runs account for every order and every cent."""
    shop = open_shop(tmp_path / "shop", 10)
    whole = check(shop.plan_request("http://127.0.0.1:1"), shop.places).summary.money
    spoil(shop, 1, 2, 3, 4, 5)
    with Simulator(settings=TWICE) as sim:
        first = send_all(shop, sim)
        assert first.summary.orders.invalid == 5
        folder = repaired(first, shop, tmp_path / "fixed", 1, 2, 3)
        second = retry(RetryRequest(first.run_id, [folder]), sending(), shop.places)
        assert sim.truth.creates == {number(place): 1 for place in (1, 2, 3, 6, 7, 8, 9, 10)}
    orders = second.summary.orders
    assert (orders.read, orders.created, orders.invalid, second.exit_code) == (5, 3, 2, 3)
    assert second.summary.command == "retry"
    failed = (shop.places.reports(second.run_id) / "failed" / "orders.csv").read_text(encoding="utf-8-sig")
    assert [line[:6] for line in failed.splitlines()[1:]] == [number(4), number(5)]
    assert [broken_sums(one.summary) for one in (first, second)] == [[], []]
    assert first.summary.orders.created + orders.created + orders.invalid == 10
    left = sum((sums.not_created for sums in second.summary.money.values()), Decimal(0))
    assert created(first, second) + left == sum((sums.read for sums in whole.values()), Decimal(0))
    assert "W641" not in second.summary.issues, "a part of an export misses nothing"


def test_without_files_the_run_s_own_are_read_again_and_only_what_lacks_is_sent(tmp_path: Path) -> None:
    """Refused, failed and corrected orders go, and what stands there is counted as such."""
    shop = open_shop(tmp_path / "shop", 6)
    spoil(shop, 1)
    faults = {number(2): ["400"], number(3): ["503_empty", "repeat"]}
    with Simulator(faults=faults, settings=TWICE) as sim:
        first = send_all(shop, sim, attempts=1)
        sim.script({})
        shop.orders.write_text(shop.orders.read_text().replace(",lira,", ",try,"))
        second = retry(RetryRequest(), sending(), shop.places)
        assert sim.truth.creates == {number(place): 1 for place in range(1, 7)}
        third = retry(RetryRequest(), sending(), shop.places)
        assert sum(entry.method == "POST" for entry in sim.truth.log) == 6 + 2
    assert Counter(states(second).values()) == {"created": 3, "already_present": 3}
    assert (second.exit_code, third.exit_code, third.summary.orders.already_present) == (0, 0, 6)
    assert [card.retries for card in list_runs(shop.places)] == [second.run_id, first.run_id, None]
    with closing(JournalReader(second.journal)) as journal:
        assert journal.header["retries"] == first.run_id


def test_a_retry_is_made_as_the_run_was_unless_told_otherwise(tmp_path: Path) -> None:
    """Files, mapping, target, channel, what is relied on: each can be another one."""
    shop = open_shop(tmp_path / "shop", 2)
    with Simulator(settings=TWICE) as sim:
        first = send_all(shop, sim, unique=True, window=7.0)
    planned = request_of_retry(RetryRequest(first.run_id[:4]), shop.places)
    was = shop.plan_request(sim.url)
    assert (planned.sources, planned.mapping) == (was.sources, was.mapping)
    assert (planned.target, planned.channel, planned.retries) == (sim.url, 5, first.run_id)
    assert (planned.capability.unique, planned.capability.settle_window) == (True, 7.0)
    asked = RetryRequest(None, [tmp_path], tmp_path / "m.yaml", "http://127.0.0.1:2", 6, jobs=1)
    other = request_of_retry(asked, shop.places)
    assert (other.sources, other.mapping) == ([tmp_path], tmp_path / "m.yaml")
    assert (other.target, other.channel, other.jobs) == ("http://127.0.0.1:2", 6, 1)


def test_without_a_run_there_is_nothing_to_retry(tmp_path: Path) -> None:
    """A check sent nothing and was not going to."""
    shop = open_shop(tmp_path / "shop", 1)
    check(shop.plan_request("http://127.0.0.1:1"), shop.places)
    with pytest.raises(UsageRefused) as refused:
        request_of_retry(RetryRequest(), shop.places)
    assert refused.value.issues[0].code == "E624"


def test_a_new_export_that_overlaps_the_old_one_sends_what_is_new(tmp_path: Path) -> None:
    """Ten orders before, fourteen now, the first three no longer among them."""
    with Simulator(settings=TWICE) as sim:
        send_all(open_shop(tmp_path / "shop", 10), sim)
        shop = open_shop(tmp_path / "shop", 14)
        for path in (shop.orders, shop.items):
            gone = {number(place) for place in (1, 2, 3)}
            lines = [line for line in path.read_text().splitlines() if line[:6] not in gone]
            path.write_text("\n".join(lines) + "\n")
        result = send_all(shop, sim)
        assert sim.truth.creates == {number(place): 1 for place in range(1, 15)}
    assert (result.summary.orders.created, result.summary.orders.already_present) == (4, 7)
    assert (result.summary.issues["W641"], result.exit_code) == (1, 0)
    assert all(sums == Money(sums.read, sums.read) for sums in result.summary.money.values())


def test_a_list_of_runs_tells_what_their_ledger_knows(tmp_path: Path) -> None:
    """Orders by state, as of the run's end; without a ledger, or with a damaged one, nothing is told."""
    shop = open_shop(tmp_path / "shop", 3)
    with Simulator(faults={number(1): ["400"]}, settings=TWICE) as sim:
        first = send_all(shop, sim)
    known = ledger_facts(shop.places, list_runs(shop.places))
    assert known[first.run_id].counts == {"created": 2, "rejected": 1}
    for ledger in (shop.places.state_dir / "channels").glob("*.ledger"):
        ledger.write_bytes(b"x" * 5000)
    assert ledger_facts(shop.places, list_runs(shop.places)) == {}
