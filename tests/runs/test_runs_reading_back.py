"""``report --reconcile``: what the target shows against the run, to the cent, and every order is named."""

import csv
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
from old_shop import open_old_shop, order_line
from old_shop import sending as archived
from small_shop import WINDOW, Shop, mode_settings, number, open_shop, send_all, sending, table

from pipeline.journal.read_backs import ReadBacks
from pipeline.journal.reading import JournalReader
from pipeline.journal.running import RunJournal
from pipeline.model.capability import Capability
from pipeline.model.catalogue import remedy_of
from pipeline.model.ending import Ending
from pipeline.model.planned import Intent
from pipeline.model.refusal import UsageRefused
from pipeline.runs.asked.result import Result
from pipeline.runs.connection.held_run import read_about_run
from pipeline.runs.connection.turns import Turns
from pipeline.runs.redacting.bundling import redact
from pipeline.runs.redacting.request import RedactRequest
from pipeline.runs.settling.reading_back import report_reconciled
from pipeline.runs.settling.retrying import RetryRequest
from pipeline.runs.verbs import plan, report, resume, retry, run
from pipeline.simulator import Settings, Simulator
from pipeline.target.order_pages import OrderPages

SMALL_PAGES = mode_settings(unique=True, page_limit_max=10)


def edited(sim: Simulator, name: str, **changes: object) -> None:
    """Play somebody who changes an order in the target's panel."""
    (order,) = sim.truth.numbered(5, name)
    order.answer = orjson.dumps({**order.shown, **changes})


def gets(sim: Simulator) -> list[str]:
    """Give the requests for lists of orders, by their query."""
    return [one.query for one in sim.truth.log if one.method == "GET" and one.path.endswith("/orders/")]


def read_back(result: Result, shop: Shop, sim: Simulator, *, again: bool = False, **how: object) -> Result:
    """Read a run back."""
    return report_reconciled(result.run_id, sending(sim.token, **how), shop.places, again=again)


def lines(result: Result, shop: Shop, name: str = "money.csv") -> list[dict[str, str]]:
    """Give the lines of a report."""
    with (shop.places.reports(result.run_id) / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def total(rows: list[dict[str, str]], column: str) -> Decimal:
    """Add a column up."""
    return sum((Decimal(row[column]) for row in rows), Decimal(0))


def differing(result: Result, shop: Shop) -> dict[str, tuple[str, str]]:
    """Give the orders that differ: their code and in what."""
    return {
        row["number"]: (row["code"], row["differs"]) for row in lines(result, shop, "money-differences.csv")
    }


def test_a_run_that_is_as_it_was_sent_is_green(tmp_path: Path) -> None:
    """In bulk: 30 orders in three pages, each line of the money balances, and asking again asks nothing."""
    shop = open_shop(tmp_path, 30)
    with Simulator(settings=SMALL_PAGES) as sim:
        sent = send_all(shop, sim, unique=True)
        before = lines(sent, shop)
        done = read_back(sent, shop, sim)
        assert len(gets(sim)) == 3
        assert read_back(sent, shop, sim).exit_code == 0
        assert len(gets(sim)) == 3
    assert {row["read_back_sum"] for row in before} == {""}
    assert done.exit_code == 0
    assert done.summary.as_json()["read_back"] == {
        "orders": 30,
        "read": 30,
        "differing": 0,
        "balances": True,
    }
    rows = lines(done, shop)
    assert all(row["read_back_sum"] == row["created_sum"] == row["source_sum"] for row in rows)
    assert {row["difference_sum"] for row in rows} == {"0.00"}
    assert total(rows, "created_sum") == sum(sums.created for sums in done.summary.money.values())
    assert not (shop.places.reports(sent.run_id) / "money-differences.csv").exists()


@pytest.mark.parametrize("pages", [10, 100], ids=["bulk", "number"])
def test_every_difference_of_a_cent_names_its_order(tmp_path: Path, pages: int) -> None:
    """Another amount, currency or status, an order that is gone, one that is there twice: exit 4."""
    shop = open_shop(tmp_path, 12)
    with Simulator(settings=mode_settings(unique=False, page_limit_max=pages)) as sim:
        sent = send_all(shop, sim)
        if pages == 100:  # a channel with so many orders of others that asking by number is less
            for place in range(1300):
                sim.place(somebodys(sim, place))
        cents = Decimal(sim.truth.numbered(5, number(2))[0].shown["amount"]) + Decimal("0.01")
        edited(sim, number(2), amount=str(cents))
        edited(sim, number(3), currency="usd")
        edited(sim, number(4), status="100")
        edited(sim, number(5), number="gone")
        sim.place(_payload(sim, 6))
        asked = len(gets(sim))
        done = read_back(sent, shop, sim)
        by_number = [query for query in gets(sim)[asked:] if query.startswith("number=")]
    # The order that was not seen, and the one that was seen twice, are asked for by number, in bulk too.
    assert ({query.split("&")[0] for query in by_number} == {"number=A-0005", "number=A-0006"}) == (
        pages == 10
    )
    assert done.exit_code == 4
    found = differing(done, shop)
    assert {name: code for name, (code, _) in found.items()} == {
        number(2): "E685",
        number(3): "E685",
        number(4): "E685",
        number(5): "E686",
        number(6): "E687",
    }
    assert found[number(2)][1] == f"amount: sent {cents - Decimal('0.01')}, found {cents}"
    assert found[number(4)][1] == "status: sent delivered, found canceled"
    rows = lines(done, shop)
    assert total([row for row in rows if row["status"] == "canceled"], "difference_count") == 1
    assert total([row for row in rows if row["currency"] == "USD"], "difference_count") == 1
    assert total(rows, "difference_count") == 0  # one is gone, one is there twice
    sums = {name: sums.created for name, sums in done.summary.money.items()}
    assert total(rows, "read_back_sum") - sum(sums.values()) == total(rows, "difference_sum")
    assert done.summary.issues["E685"] == 3
    assert {issue.code for issue in done.issues()} >= {"E685", "E686", "E687"}
    assert report(done.run_id, shop.places).exit_code == 4, "what was found is not forgotten"


def _payload(sim: Simulator, place: int) -> dict[str, Any]:
    return sim.truth.numbered(5, number(place))[0].payload


def somebodys(sim: Simulator, place: int) -> dict[str, Any]:
    """Give an order of somebody else's."""
    payload = _payload(sim, 1)
    return {**payload, "order": {**payload["order"], "number": f"X{place}"}}


def test_no_bundle_is_made_of_what_the_target_alone_shows(tmp_path: Path) -> None:
    """It is in no row: what to send instead is named. So it is of a run without other errors."""
    shop = open_shop(tmp_path / "shop", 3)
    out = tmp_path / "bundle.zip"
    with Simulator() as sim:
        sent = send_all(shop, sim)
        edited(sim, number(2), amount="1.00")
        read_back(sent, shop, sim)
    asked = RedactRequest(out, sent.run_id)
    for request in (replace(asked, order=number(2)), replace(asked, issue="E685"), asked):
        with pytest.raises(UsageRefused) as refused:
            redact(request, shop.places)
        (issue,) = refused.value.issues
        assert (issue.code, issue.facts["codes"]) == ("E698", "E685")
        assert f"orderlift explain {sent.run_id}:{number(2)}" in remedy_of(issue)
    assert not out.exists()
    with pytest.raises(UsageRefused) as refused:
        redact(replace(asked, issue="E686"), shop.places)
    assert refused.value.issues[0].code == "E695"


def test_what_was_put_right_is_seen_when_it_is_read_again(tmp_path: Path) -> None:
    """What was read is not asked for a second time, unless somebody says so."""
    shop = open_shop(tmp_path, 3)
    with Simulator() as sim:
        sent = send_all(shop, sim, unique=True)
        amount = sim.truth.numbered(5, number(1))[0].shown["amount"]
        edited(sim, number(1), amount="0.01")
        assert read_back(sent, shop, sim).exit_code == 4
        edited(sim, number(1), amount=float(amount))
        assert read_back(sent, shop, sim).exit_code == 4
        done = read_back(sent, shop, sim, again=True)
    assert done.exit_code == 0
    assert not (shop.places.reports(sent.run_id) / "money-differences.csv").exists()


def test_reading_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """A token that ends after two pages of five: what was read is kept, the rest is read, nothing twice."""
    shop = open_shop(tmp_path, 50)
    with Simulator(settings=SMALL_PAGES) as sim:
        sent = send_all(shop, sim, unique=True)
        sim.script({"lookup": {"*": ["ok", "ok", "401"]}})
        stopped = read_back(sent, shop, sim, concurrency=1)
        told = report(sent.run_id, shop.places)
        asked = len(gets(sim))
        done = read_back(sent, shop, sim, concurrency=1)
        rest = gets(sim)[asked:]
    assert (stopped.exit_code, stopped.ending.code) == (5, "E501")
    assert stopped.summary.issues["W685"] == 1
    stand = stopped.summary.read_back
    assert stand is not None
    assert (stand.read, stand.wanted, stand.balances) == (20, 50, False)
    assert "401" in stand.stopped
    assert told.exit_code == 0, "why sending ended still holds"
    assert [query.rsplit("=")[-1] for query in rest] == ["3", "4", "5"]
    assert done.exit_code == 0
    assert done.summary.read_back is not None
    assert done.summary.read_back.balances


@pytest.mark.parametrize("fault", ["500", "reset", "wrong_shape"])
def test_a_target_that_stumbles_is_asked_again(tmp_path: Path, fault: str) -> None:
    """A failed page is no empty page: it is read once more, and the money balances."""
    shop = open_shop(tmp_path, 20)
    with Simulator(settings=SMALL_PAGES) as sim:
        sent = send_all(shop, sim, unique=True)
        sim.script({"lookup": {"*": ["ok", fault]}})
        done = read_back(sent, shop, sim, concurrency=1)
    assert done.exit_code == 0
    assert done.summary.read_back is not None
    assert done.summary.read_back.read == 20


def test_a_target_that_never_answers_is_not_green(tmp_path: Path) -> None:
    """After all attempts reading ends with what it has, and says that it does not know."""
    shop = open_shop(tmp_path, 2)
    with Simulator() as sim:
        sent = send_all(shop, sim, unique=True)
        sim.script({"lookup": {"*": ["500", "repeat"]}})
        done = read_back(sent, shop, sim, attempts=1)
    assert (done.exit_code, done.ending.code) == (5, "E531")
    assert lines(done, shop)[0]["difference_sum"] == ""


def test_a_target_that_refuses_to_show_orders_is_not_asked_for_each(tmp_path: Path) -> None:
    """What is refused for a whole batch of numbers is refused for all."""
    shop = open_shop(tmp_path, 2)
    with Simulator() as sim:
        sent = send_all(shop, sim, unique=True)
        sim.script({"lookup": {"*": ["404", "repeat"]}})
        done = read_back(sent, shop, sim)
        assert len(gets(sim)) == 3
    assert done.exit_code == 5
    assert done.summary.read_back is not None
    assert done.summary.read_back.stopped == "not everything could be read: answer 404"


Unkind = Callable[[Simulator], None]


@pytest.mark.parametrize(
    "unkind",
    [
        lambda sim: sim.script({"lookup": {"*": ["bare_list", "repeat"]}}),
        lambda sim: sim.script({"lookup": {"*": ["two_matches", "repeat"]}}),
        lambda sim: sim.script({"lookup": {"*": ["fuzzy", "repeat"]}}),
        lambda sim: sim.script({"lookup": {"*": ["filter_ignored", "repeat"]}}),
    ],
    ids=["no pages", "each twice", "prefixes", "filter ignored"],
)
def test_the_habits_of_a_target_change_nothing(tmp_path: Path, unkind: Unkind) -> None:
    """A list without count or pages, one that repeats itself, a filter that is wide or ignored."""
    shop = open_shop(tmp_path, 15)
    with Simulator(settings=SMALL_PAGES) as sim:
        sent = send_all(shop, sim, unique=True)
        unkind(sim)
        done = read_back(sent, shop, sim)
    assert done.exit_code == 0, differing(done, shop)


def test_an_order_that_a_lookup_shows_twice_is_one(tmp_path: Path) -> None:
    """A single order is asked for by its number; the same one again is no second order."""
    shop = open_shop(tmp_path, 1)
    with Simulator(settings=SMALL_PAGES) as sim:
        sent = send_all(shop, sim, unique=True)
        sim.script({"lookup": {"*": ["two_matches", "repeat"]}})
        done = read_back(sent, shop, sim)
        assert "number=" in gets(sim)[-1]
    assert done.exit_code == 0, differing(done, shop)


def test_what_is_not_shown_at_once_is_waited_for(tmp_path: Path) -> None:
    """An order that the target shows a moment later is not called missing, as long as the settle window."""
    shop = open_shop(tmp_path, 2)
    with Simulator(settings=mode_settings(unique=True, lookup_lag=0.4)) as sim:
        sent = send_all(shop, sim, unique=True, window=5.0)
        told: list[str] = []
        done = report_reconciled(
            sent.run_id,
            sending(sim.token),
            shop.places,
            told=lambda progress: told.extend(issue.code for issue in progress.news),
        )
    assert done.exit_code == 0
    assert "W687" in told


def test_an_order_in_doubt_that_stands_there_is_named(tmp_path: Path) -> None:
    """Its money is in doubt in the run and stands on the target; once it is settled all balances."""
    shop = open_shop(tmp_path, 3)
    with Simulator() as sim:
        planned = plan(shop.plan_request(sim.url, Capability(settle_window=WINDOW)), places=shop.places)
        with closing(RunJournal(planned.journal, now=0.0)) as journal:
            journal.record([Intent(1, 1, 0.0)])
            journal.note("ended", {"code": None, "facts": {}}, 0.0)
            sim.place(orjson.loads(journal.ready_one(2)[0].body))
            body = table_body(journal)
        sim.place(body)
        first = read_back(planned, shop, sim)
        assert first.exit_code == 4
        assert {name: code for name, (code, _) in differing(first, shop).items()} == {number(1): "E687"}
        resume(planned.run_id, sending(sim.token), shop.places)
        done = read_back(planned, shop, sim)
    assert done.exit_code == 0
    assert done.summary.orders.already_present == 1
    assert total(lines(done, shop), "read_back_count") == 3


def table_body(journal: RunJournal) -> dict[str, object]:
    """Give the payload of the first order."""
    document: dict[str, object] = orjson.loads(
        journal.read("SELECT body FROM payloads WHERE order_id = 1")[0][0]
    )
    return document


def test_a_refused_order_that_stands_there_is_named_and_anothers_is_not(tmp_path: Path) -> None:
    """The same order under a refused number is money that the run does not know of; another order is not."""
    shop = open_shop(tmp_path, 3)
    with Simulator(faults={"create": {number(1): ["400"], number(2): ["400"]}}) as sim:
        sent = send_all(shop, sim, unique=True)
        assert sent.summary.orders.rejected == 2
        bodies = dict(
            table(sent.journal, "SELECT o.number, body FROM orders o JOIN payloads ON order_id = id")
        )
        sim.place(orjson.loads(bodies[number(1)]))
        other = orjson.loads(bodies[number(2)])
        other["order"]["amount"] = "1.23"
        sim.place(other)
        done = read_back(sent, shop, sim)
    assert done.exit_code == 4
    assert {name: code for name, (code, _) in differing(done, shop).items()} == {number(1): "E687"}


def test_what_a_retry_created_is_no_difference_of_the_first_run(tmp_path: Path) -> None:
    """It stands in the other run's sums, and the ledger knows that; each of the two balances by itself."""
    shop = open_shop(tmp_path, 3)
    with Simulator(faults={"create": {number(2): ["400"]}}) as sim:
        first = send_all(shop, sim, unique=True)
        assert first.summary.orders.rejected == 1
        again = retry(RetryRequest(first.run_id), sending(sim.token), shop.places)
        assert again.summary.orders.created == 1
        assert read_back(again, shop, sim).exit_code == 0
        done = read_back(first, shop, sim)
    assert done.exit_code == 3
    assert done.summary.read_back is not None
    assert done.summary.read_back.differing == 0


def test_orders_sent_since_are_read_too(tmp_path: Path) -> None:
    """Half of a run is read, the other half is sent later: that reading is no balance of the whole."""
    shop = open_shop(tmp_path, 4)
    with Simulator() as sim:
        first = run(
            shop.plan_request(sim.url, Capability(settle_window=WINDOW)),
            sending(sim.token, limit=2),
            shop.places,
        )
        read_back(first, shop, sim)
        whole = resume(first.run_id, sending(sim.token), shop.places)
        assert whole.summary.read_back is not None
        assert (whole.summary.read_back.read, whole.summary.read_back.wanted) == (2, 4)
        assert whole.exit_code == 0
        done = read_back(first, shop, sim)
    assert done.exit_code == 0
    assert done.summary.read_back is not None
    assert done.summary.read_back.read == 4


def test_a_target_without_lookups_is_refused(tmp_path: Path) -> None:
    """What cannot be looked up cannot be read back, and nobody pretends."""
    shop = open_shop(tmp_path, 1)
    with Simulator() as sim:
        sent = run(
            shop.plan_request(sim.url, Capability(settle_window=WINDOW, lookup=False)),
            sending(sim.token),
            shop.places,
        )
        with pytest.raises(UsageRefused) as refused:
            read_back(sent, shop, sim)
    assert refused.value.issues[0].code == "E651"


def test_reading_keeps_the_pace(tmp_path: Path) -> None:
    """At 10 requests a second, eight numbers take most of a second and no more than 10 leave in it."""
    shop = open_shop(tmp_path, 8)
    with Simulator() as sim:
        sent = send_all(shop, sim, unique=True)
        for place in range(900):
            sim.place(somebodys(sim, place))
        before = len(sim.truth.log)
        done = read_back(sent, shop, sim, rate=10.0)
        times = [one.at for one in sim.truth.log[before:]]
    assert done.exit_code == 0
    assert len(times) == 9
    assert times[-1] - times[0] > 0.7


def test_the_days_are_those_of_the_mappings_zone_and_hold_every_cent(tmp_path: Path) -> None:
    """The money by day is counted apart from the totals, and both hold the same cents."""
    shop = open_shop(tmp_path, 3)
    with Simulator() as sim:
        sent = send_all(shop, sim, unique=True)
    with closing(JournalReader(sent.journal)) as journal:
        book = journal.money_book("Europe/Istanbul")
    assert sum(line.source.minor for line in book.lines) == sum(
        int(sums.read * 100) for sums in sent.summary.money.values()
    )
    assert {line.day for line in book.lines} == {"2024-03-02", "2024-03-03", "2024-03-04"}


def test_a_reading_that_dies_leaves_the_run_as_it_was(tmp_path: Path) -> None:
    """Why sending ended still holds, and the report says that the reading did not come to its end."""
    shop = open_shop(tmp_path, 2)

    async def dies(journal: RunJournal, _pages: OrderPages, _turns: Turns) -> Ending:
        ReadBacks(journal).begin(1.0, again=False)
        raise SystemError

    with Simulator() as sim:
        sent = send_all(shop, sim, unique=True)
        with pytest.raises(SystemError):
            read_about_run(sent.run_id, shop.places, sending(sim.token), dies)
        told = report(sent.run_id, shop.places)
        assert (told.exit_code, told.summary.issues["W685"]) == (0, 1)
        assert read_back(sent, shop, sim).exit_code == 0


def test_orders_of_the_archive_are_left_out_of_the_balance(tmp_path: Path) -> None:
    """Nothing lists them: they count as created, the rest balances, and how many there are is said."""
    shop = open_old_shop(tmp_path, [order_line(place, old=place < 3) for place in range(1, 6)])
    with Simulator(settings=Settings(migration_statuses=("completed",))) as sim:
        sent = run(shop.plan_request(sim.url), archived(sim.token), shop.places)
        assert (sent.summary.orders.created, sent.summary.archived) == (5, 2), sent.summary
        done = read_back(sent, shop, sim)
    assert (done.exit_code, done.summary.issues["W686"]) == (0, 1)
    rows = lines(done, shop)
    assert [int(total(rows, name)) for name in ("created_count", "archived_count", "read_back_count")] == [
        5,
        2,
        3,
    ]
    assert total(rows, "difference_sum") == 0
