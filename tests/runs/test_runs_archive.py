"""Old orders go into the archive by files: whole runs against the twin, over sockets."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from changed_journal import change
from old_shop import ASKING, MAPPING, open_old_shop, order_line, sending
from small_shop import assert_sums, number, states, table

from pipeline.model.fingerprint import fingerprint_from
from pipeline.runs.accounts.proving import prove
from pipeline.runs.archive.verbs import resolve_archive
from pipeline.runs.asked.request import Places, PlanRequest
from pipeline.runs.verbs import check, report, resume, run
from pipeline.simulator import Settings, Simulator
from pipeline.upload.limits import Limits

if TYPE_CHECKING:
    from small_shop import Shop

    from pipeline.runs.asked.result import Result

IN_DOUBT = "SELECT name FROM archive_files WHERE state = 'in_doubt'"
START = "/api/v1/remote/5/migrations/start/{}/"


def go(shop: Shop, sim: Simulator, **changes: Any) -> Result:
    """Plan and send the whole shop, and add everything up."""
    result = run(shop.plan_request(sim.url), sending(sim.token, **changes), shop.places)
    assert_sums(result)
    return result


def mixed(folder: Path, count: int = 9, *, mapping: str = MAPPING) -> Shop:
    """Write a shop of which every third order is new; orders 1, 4 and 7 are of one customer."""
    lines = [
        order_line(place, old=place % 3 != 0, customer=1 if place % 3 == 1 else None)
        for place in range(1, count + 1)
    ]
    return open_old_shop(folder, lines, mapping=mapping)


def old(folder: Path, count: int, *, cities: dict[int, str] | None = None) -> Shop:
    """Write a shop of old orders only; ``cities`` are by place, where they are not the usual one."""
    cities = cities or {}
    lines = [order_line(place, old=True, city=cities.get(place, "Isparta")) for place in range(1, count + 1)]
    return open_old_shop(folder, lines)


def starts(sim: Simulator) -> list[str]:
    """Give the kinds of all files whose start came in, in that order."""
    return [entry.path.split("/")[-2] for entry in sim.truth.log if "/migrations/start/" in entry.path]


def numbers(sim: Simulator, key: str = "order") -> list[str]:
    """Give the order numbers that the archive holds."""
    return sorted(
        row["number" if key == "order" else "order_number"] for row in sim.truth.migrated.get(key, ())
    )


def codes(result: Result) -> dict[str, str | None]:
    """Give the code that stands for each order's outcome."""
    return {order.number: order.code for order in result.orders()}


def test_a_run_creates_new_orders_and_takes_old_ones_into_the_archive(tmp_path: Path) -> None:
    """Both sinks, several files of each kind, every order once, every sum right."""
    shop = mixed(tmp_path)
    with Simulator() as sim:
        result = go(shop, sim)
        assert sorted(order.number for order in sim.truth.orders()) == [number(3), number(6), number(9)]
        assert numbers(sim) == numbers(sim, "order_item") == [number(place) for place in (1, 2, 4, 5, 7, 8)]
        assert starts(sim) == [
            "user",
            "address",
            "order",
            "order_item",
            "user",
            "address",
            "order",
            "order_item",
        ]
        people = [row["customer_code"] for row in sim.truth.migrated["user"]]
        assert sorted(people) == ["M-1", "M-2", "M-5", "M-8"], "each customer goes once"
        assert sim.truth.side_effects.counts["fulfilment"] == 3, "those that were created, and no other"
    assert (result.exit_code, result.summary.orders.created, result.summary.archived) == (0, 9, 6)
    assert result.summary.items.created == 9
    created = dict(table(result.journal, "SELECT number, via FROM orders"))
    assert created[number(1)] == "archive"
    assert created[number(3)] == "201"


def test_amounts_are_json_numbers_with_the_digits_of_the_cell(tmp_path: Path) -> None:
    """No amount passes through a binary fraction: 0.10 stays 0.10, and large ones keep their cents."""
    lines = [order_line(1, old=True, total="9999999999.99"), order_line(2, old=True, total="0.10")]
    shop = open_old_shop(tmp_path, lines)
    with Simulator() as sim:
        result = go(shop, sim)
        kept = {row["number"]: row["amount"] for row in sim.truth.migrated["order"]}
    (text,) = [path.read_text() for path in folder_of(shop, result).glob("order-0001.json")]
    assert '"amount":9999999999.99,' in text
    assert '"amount":0.10,' in text
    assert {name: Decimal(amount) for name, amount in kept.items()} == {
        number(1): Decimal("9999999999.99"),
        number(2): Decimal("0.10"),
    }
    assert result.summary.money["TRY"].created == Decimal("10000000000.09")


def folder_of(shop: Shop, result: Result) -> Path:
    """Give the folder of a run's migration files."""
    return shop.places.run_dir(result.run_id) / "archive"


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
def test_files_lie_in_the_folder_of_the_run_for_their_owner_alone(tmp_path: Path) -> None:
    """They hold people and password hashes; each is what its digest in the journal says."""
    shop = old(tmp_path, 5)
    with Simulator() as sim:
        result = go(shop, sim)
    files = sorted(folder_of(shop, result).iterdir())
    assert [path.name for path in files] == [
        f"{kind}-000{place}.json" for kind in ("address", "order", "order_item", "user") for place in (1, 2)
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert all(json.loads(path.read_bytes()) for path in files)


def test_nothing_an_old_order_lacks_for_being_created_is_demanded(tmp_path: Path) -> None:
    """Old orders have no customer id; new ones without it are still refused, at the cell."""
    without = order_line(2, old=False).replace(",201,", ",,")
    shop = open_old_shop(tmp_path, [order_line(1, old=True), without])
    result = check(shop.plan_request("http://127.0.0.1:9"), shop.places)
    assert states(result) == {number(1): "planned", number(2): "invalid"}
    (issue,) = [issue for issue in result.issues() if issue.code == "E205"]
    assert issue.at is not None
    assert (issue.order, issue.field, issue.at.header) == (number(2), "order.customer", "customer")


def test_what_is_wrong_with_an_old_order_is_told_at_its_cell(tmp_path: Path) -> None:
    """Phone, e-mail and length are checked before a byte leaves; new orders are not asked for them."""
    shop = open_old_shop(
        tmp_path,
        [
            order_line(1, old=True, phone="+49 170 1234567"),
            order_line(2, old=True, email="nobody"),
            order_line(3, old=True, payment="x" * 65),
            order_line(4, old=True, hash=""),
            order_line(5, old=False, phone="none", email="none", hash=""),
        ],
    )
    result = check(shop.plan_request("http://127.0.0.1:9"), shop.places)
    found = {
        issue.order: (issue.code, issue.field, issue.at and issue.at.header)
        for issue in result.issues()
        if issue.order
    }
    assert found == {
        number(1): ("E362", "archive.user.phone", "phone"),
        number(2): ("E248", "archive.user.email", "email"),
        number(3): ("E241", "archive.order.payment_type", "payment"),
        number(4): ("E205", "archive.user.password", "hash"),
    }
    assert states(result)[number(5)] == "planned"


def test_a_customer_told_in_two_ways_refuses_the_orders_and_names_both_rows(tmp_path: Path) -> None:
    """Which row is right is not ours to guess."""
    lines = [
        order_line(1, old=True, customer=1),
        order_line(2, old=True, customer=1, last="Başka"),
        order_line(3, old=True),
    ]
    shop = open_old_shop(tmp_path, lines)
    result = check(shop.plan_request("http://127.0.0.1:9"), shop.places)
    told = [(issue.order, issue.facts) for issue in result.issues() if issue.code == "E360"]
    orders = str(tmp_path / "orders.csv")
    assert told == [
        (number(1), {"rows": f"row 2 and row 3 of {orders}", "fields": "last_name"}),
        (number(2), {"rows": f"row 3 and row 2 of {orders}", "fields": "last_name"}),
    ]
    assert states(result) == {number(1): "invalid", number(2): "invalid", number(3): "planned"}


def test_the_newest_order_may_tell_the_truth_about_its_customer(tmp_path: Path) -> None:
    """Where the mapping says so, its row is sent for all orders of the customer."""
    lines = [
        order_line(1, old=True, customer=1, placed="2019-05-01 10:00", last="Yeni", email="new@example.com"),
        order_line(2, old=True, customer=1, placed="2015-05-01 10:00", last="Eski", email="old@example.com"),
    ]
    mapping = MAPPING.replace("  orders_per_file: 4\n", "  conflicts: newest\n")
    with Simulator() as sim:
        result = go(open_old_shop(tmp_path, lines, mapping=mapping), sim)
        (person,) = sim.truth.migrated["user"]
        emails = {row["user_email"] for row in sim.truth.migrated["order"]}
    assert (person["last_name"], person["email"], emails) == ("Yeni", "new@example.com", {"new@example.com"})
    assert (result.exit_code, result.summary.issues["W361"]) == (0, 1)


def test_two_customers_with_one_email_are_refused(tmp_path: Path) -> None:
    """The target takes an address once, in whatever case it is written."""
    lines = [order_line(1, old=True, email="A@example.com"), order_line(2, old=True, email="a@EXAMPLE.com")]
    shop = open_old_shop(tmp_path, lines)
    result = check(shop.plan_request("http://127.0.0.1:9"), shop.places)
    assert codes(result) == {number(1): "E361", number(2): "E361"}


def test_a_lost_answer_to_a_start_is_in_doubt_and_never_started_again(tmp_path: Path) -> None:
    """The target may have taken the file; a resume asks nothing and starts nothing."""
    shop = old(tmp_path, 6)
    faults = {"other": {START.format("order"): ["commit_then_reset"]}}
    with Simulator(faults=faults) as sim:
        result = go(shop, sim)
        again = resume(None, sending(sim.token), shop.places)
        assert starts(sim) == ["user", "address", "order"]
    assert (result.exit_code, again.exit_code) == (4, 4)
    assert states(again) == {number(place): "in_doubt" if place <= 4 else "planned" for place in range(1, 7)}
    assert again.summary.issues["E563"] == 4
    assert_sums(again)


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("user", "reset"),
        ("user", "503"),
        ("address", "500"),
        ("order", "timeout"),
        ("order_item", "commit_then_500"),
    ],
)
def test_an_answer_that_proves_nothing_leaves_a_doubt(tmp_path: Path, kind: str, fault: str) -> None:
    """Whatever became of the start, it is not repeated."""
    shop = old(tmp_path, 2)
    with Simulator(faults={"other": {START.format(kind): [fault]}}) as sim:
        result = go(shop, sim, deadline=0.5, asking=replace(ASKING, deadline=0.5))
        assert starts(sim).count(kind) == 1
    assert (result.exit_code, set(states(result).values())) == (4, {"in_doubt"})


def test_a_start_that_never_left_is_tried_again(tmp_path: Path) -> None:
    """Nobody listens: it is proven that nothing was taken, and a later run goes on."""
    shop = old(tmp_path, 2)
    with Simulator() as sim:
        url, port = sim.url, int(sim.url.rpartition(":")[2])
    result = run(shop.plan_request(url), sending(sim.token, attempts=1), shop.places)
    assert (result.exit_code, result.ending.code) == (5, "E531")
    assert set(states(result).values()) == {"waiting"}
    with Simulator(port=port) as sim:
        result = resume(None, sending(sim.token), shop.places)
        assert starts(sim) == ["user", "address", "order", "order_item"]
    assert result.exit_code == 0


def test_a_refused_file_refuses_its_orders_with_the_reason(tmp_path: Path) -> None:
    """The rest of the run goes on."""
    shop = old(tmp_path, 6)
    with Simulator(faults={"other": {START.format("order"): ["400"]}}) as sim:
        result = go(shop, sim)
        assert numbers(sim) == [number(5), number(6)]
    assert result.exit_code == 3
    assert codes(result) == {number(place): "E560" if place <= 4 else None for place in range(1, 7)}


def test_the_rows_that_a_migration_names_are_refused_and_the_others_go_again(tmp_path: Path) -> None:
    """A target that stores nothing of a file with a bad row gets the good rows in a second one."""
    shop = old(tmp_path, 4, cities={2: "Atlantis"})
    with Simulator() as sim:
        result = go(shop, sim)
        assert numbers(sim) == numbers(sim, "order_item") == [number(1), number(3), number(4)]
        assert starts(sim) == ["user", "address", "address", "order", "order_item"]
    assert result.exit_code == 3
    assert codes(result) == {number(1): None, number(2): "E561", number(3): None, number(4): None}
    assert "Atlantis" in next(order.message or "" for order in result.orders() if order.code)


def test_rows_left_out_of_a_finished_migration_refuse_their_orders_alone(tmp_path: Path) -> None:
    """A target that stores the good rows gets nothing twice."""
    shop = old(tmp_path, 4, cities={2: "Atlantis"})
    with Simulator(settings=Settings(migration_bad_rows="skip")) as sim:
        result = go(shop, sim)
        assert numbers(sim) == [number(1), number(3), number(4)]
        assert starts(sim) == ["user", "address", "order", "order_item"]
    assert codes(result)[number(2)] == "E561"


@pytest.mark.parametrize("shape", ["flat", "nested", "percent", "text"])
def test_progress_is_understood_in_several_shapes(tmp_path: Path, shape: Any) -> None:
    """The real one is published nowhere."""
    shop = old(tmp_path, 2)
    with Simulator(settings=Settings(migration_progress=shape)) as sim:
        result = go(shop, sim)
        assert numbers(sim) == [number(1), number(2)]
    assert result.exit_code == 0


def test_progress_that_nobody_understands_ends_in_doubt_with_what_was_seen(tmp_path: Path) -> None:
    """It is asked a few times, then a person is shown the answer."""
    shop = old(tmp_path, 2)
    with Simulator(settings=Settings(migration_statuses=("zorp",))) as sim:
        result = go(shop, sim)
        asked = sum("/migrations/" in entry.path and entry.method == "GET" for entry in sim.truth.log)
        assert starts(sim) == ["user"]
    assert (result.exit_code, asked) == (4, 4)
    (reason, *_) = [issue.facts["reason"] for issue in result.issues() if issue.code == "E563"]
    assert "zorp" in str(reason)


def test_a_failed_migration_that_does_not_say_what_it_stored_is_in_doubt(tmp_path: Path) -> None:
    """Failure alone does not prove that nothing is there."""
    shop = old(tmp_path, 2, cities={2: "Atlantis"})
    with Simulator(settings=Settings(migration_progress="text")) as sim:
        result = go(shop, sim)
    assert (result.exit_code, set(states(result).values())) == (4, {"in_doubt"})


def test_customers_of_an_earlier_run_are_used_and_told(tmp_path: Path) -> None:
    """The corrected orders of a customer who is there already find their way to him."""
    first = open_old_shop(tmp_path / "one", [order_line(1, old=True, customer=1)])
    second = open_old_shop(tmp_path / "two", [order_line(2, old=True, customer=1), order_line(3, old=True)])
    with Simulator() as sim:
        assert go(first, sim).exit_code == 0
        result = go(second, sim)
        assert numbers(sim) == [number(1), number(2), number(3)]
        assert sorted(row["customer_code"] for row in sim.truth.migrated["user"]) == ["M-1", "M-3"]
    assert (result.exit_code, result.summary.issues["W364"]) == (0, 1)


def test_an_email_of_somebody_else_is_not_taken_for_the_customer(tmp_path: Path) -> None:
    """A live customer has the address under another code: no order may go to a guess."""
    with Simulator() as sim:
        taken = next(str(one["email"]) for one in sim.records("customers"))
        result = go(open_old_shop(tmp_path, [order_line(1, old=True, email=taken)]), sim)
        assert numbers(sim) == []
    assert (result.exit_code, codes(result)) == (3, {number(1): "E561"})


def test_a_token_that_is_refused_stops_the_run_and_a_resume_asks_on(tmp_path: Path) -> None:
    """The file runs on at the target: it is asked about again, and not started again."""
    shop = old(tmp_path, 2)
    with Simulator(faults={"other": {"*": ["ok", "401"]}}) as sim:
        result = go(shop, sim)
        assert (result.exit_code, result.ending.code) == (5, "E501")
        assert result.summary.issues["E568"] == 2
        assert resume(None, sending(sim.token), shop.places).exit_code == 0
        assert starts(sim) == ["user", "address", "order", "order_item"]


def test_questions_may_fail_for_a_while(tmp_path: Path) -> None:
    """Asking changes nothing, so it is asked again; a target that never answers ends the run."""
    shop = old(tmp_path, 2)
    with Simulator(faults={"other": {"*": ["ok", "503", "reset", "ok"]}}) as sim:
        assert go(shop, sim).exit_code == 0
    shop = old(tmp_path / "silent", 2)
    with Simulator(faults={"other": {"*": ["ok", *["503"] * 3]}}) as sim:
        result = go(shop, sim)
        assert (result.exit_code, result.ending.code) == (5, "E531")
        assert resume(None, sending(sim.token), shop.places).exit_code == 0
        assert starts(sim) == ["user", "address", "order", "order_item"]


def test_a_limit_leaves_the_archive_for_later(tmp_path: Path) -> None:
    """Trying a few orders tries no files."""
    shop = mixed(tmp_path)
    with Simulator() as sim:
        result = go(shop, sim, limit=3)
        assert starts(sim) == []
        assert (result.exit_code, result.ending.code) == (6, "E544")
        assert resume(None, sending(sim.token), shop.places).exit_code == 0


def test_a_canary_guards_the_archive_and_is_no_part_of_it(tmp_path: Path) -> None:
    """It is chosen among orders that are created; where it passes, the archive follows."""
    shop = mixed(tmp_path)
    with Simulator() as sim:
        result = go(shop, sim, canary=2)
    assert (result.exit_code, result.summary.orders.created, result.summary.archived) == (0, 9, 6)


def test_the_archive_does_not_follow_orders_that_were_stopped(tmp_path: Path) -> None:
    """A run that met its limit of errors starts no file."""
    shop = mixed(tmp_path)
    with Simulator(faults={"406": 1.0}) as sim:
        result = run(shop.plan_request(sim.url), sending(sim.token, limits=Limits(max_errors=0)), shop.places)
        assert starts(sim) == []
    assert result.exit_code == 6


def test_reports_say_where_old_orders_are(tmp_path: Path) -> None:
    """orders.csv line by line, the page in its counts, and the issue for all of them."""
    shop = mixed(tmp_path)
    with Simulator() as sim:
        result = go(shop, sim)
    lines = (tmp_path / "reports" / result.run_id / "orders.csv").read_text("utf-8-sig").splitlines()
    assert sum("in the archive" in line for line in lines) == 6
    page = (tmp_path / "reports" / result.run_id / "report.html").read_text("utf-8")
    assert "6 of them in the archive" in page
    assert "6 of 9 orders go into the archive" in page
    assert report(None, shop.places).summary.archived == 6


def test_a_finished_run_has_nothing_left_to_do(tmp_path: Path) -> None:
    """Resumed, it asks and starts nothing."""
    shop = mixed(tmp_path)
    with Simulator() as sim:
        go(shop, sim)
        before = len(sim.truth.log)
        assert resume(None, sending(sim.token), shop.places).exit_code == 0
        assert len(sim.truth.log) == before


def test_a_mapping_without_an_archive_makes_what_it_always_made(tmp_path: Path) -> None:
    """The section costs nobody anything who does not write it."""
    mapping = MAPPING.partition("archive:")[0]
    shop = open_old_shop(tmp_path, [order_line(1, old=False)], mapping=mapping)
    with Simulator() as sim:
        result = go(shop, sim)
        assert len(sim.truth.orders()) == 1
    assert (result.exit_code, result.summary.archived) == (0, 0)


FLAT = """\
version: 1
name: flat-shop
timezone: Europe/Istanbul
sources:
  lines: {files: "lines*.csv", key: number}
  further:
    payments: {files: "payments*.csv", key: number}
order:
  number: number
  status: {constant: delivered}
  date_placed: {column: placed, date: "%Y-%m-%d"}
  customer: {column: customer, source: payments, integer: true, required: true}
  shipping_address: {constant: 301}
  billing_address: {constant: 302}
  currency: {constant: try}
  amount: {column: total, decimal: true}
  tracking_number: {column: tracking, source: payments}
items:
  product: {lookup: product, by: {sku: sku}}
  quantity: {column: quantity, integer: true}
  unit_price: {column: price, decimal: true}
  total_price: {column: price, decimal: true}
archive:
  when: {column: channel, is: Eski}
  user: {customer_code: code, email: email, first_name: first, last_name: last,
         date_joined: {constant: 2015-01-01}, password: {constant: "!x"}}
  order: {shipping_address: {constant: x}, billing_address: {constant: y}}
  items: {sku: sku}
"""


def test_a_flat_file_and_a_further_source_feed_the_archive_too(tmp_path: Path) -> None:
    """An order's columns stand on its first line; what a further source says is taken, ids are not missed."""
    (tmp_path / "mapping.yaml").write_text(FLAT, encoding="utf-8")
    (tmp_path / "lines.csv").write_text(
        "number,placed,total,channel,code,email,first,last,sku,quantity,price\n"
        "A-1,2016-01-02,30.00,ESKİ,M-1,a@example.com,Ayşe,Deneme,S-1,1,10.00\n"
        "A-1,,,,,,,,S-2,1,20.00\n",
        encoding="utf-8",
    )
    (tmp_path / "payments.csv").write_text("number,customer,tracking\nA-1,,T-7\n", encoding="utf-8")
    with Simulator() as sim:
        request = PlanRequest(
            [tmp_path / "lines.csv", tmp_path / "payments.csv"], tmp_path / "mapping.yaml", sim.url, 5
        )
        result = run(request, sending(sim.token), Places(tmp_path / "state", tmp_path / "reports"))
        (order,) = sim.truth.migrated["order"]
        skus = [row["sku"] for row in sim.truth.migrated["order_item"]]
        assert "/products/" not in " ".join(entry.path for entry in sim.truth.log), "nothing is looked up"
    assert (order["tracking_number"], order["created_date"][:10], skus) == (
        "T-7",
        "2016-01-01",
        ["S-1", "S-2"],
    )
    assert (result.exit_code, result.summary.items.created) == (0, 2)


def test_the_same_old_orders_again_start_nothing(tmp_path: Path) -> None:
    """What stands in the archive by an earlier run stands there; one that was changed since is refused."""
    shop = old(tmp_path, 4)
    with Simulator() as sim:
        first = go(shop, sim)
        before = starts(sim)
        again = go(shop, sim)
        assert starts(sim) == before
        text = shop.orders.read_text("utf-8")
        shop.orders.write_text(text.replace(",2.10,", ",3.10,", 1), "utf-8")
        changed = go(shop, sim)
        assert starts(sim) == before
    assert (first.summary.orders.created, first.exit_code) == (4, 0)
    assert (again.summary.orders.already_present, again.exit_code) == (4, 0)
    assert sorted(code for code in codes(changed).values() if code) == ["E640"]


def test_the_journal_proves_what_went_into_the_archive(tmp_path: Path) -> None:
    """An order counts as created where a finished file holds its items, and nowhere else."""
    shop = mixed(tmp_path)
    with Simulator() as sim:
        result = go(shop, sim)
    assert prove(result.run_id, shop.places).holds
    last = "(SELECT max(id) FROM archive_files WHERE kind = 'order_item')"
    change(result.journal, f"UPDATE archive_files SET state = 'refused' WHERE id = {last}")
    broken = {check.name for check in prove(result.run_id, shop.places).checks if check.broken}
    assert broken == {"no claim alone"}


def test_what_was_printed_of_an_archive_stays_true_while_it_goes_on(tmp_path: Path) -> None:
    """A start without an answer, then a person's word, then the rest: each fingerprint holds for its part."""
    shop = mixed(tmp_path)
    faults = {"other": {START.format("order"): ["commit_then_reset"]}}
    with Simulator(faults=faults) as sim:
        results = [go(shop, sim, limit=2), resume(None, sending(sim.token), shop.places)]
        places, why = shop.places, "seen in the panel"
        doubtful = next(name for (name,) in table(places.journal(results[0].run_id), IN_DOUBT))
        results.append(resolve_archive(None, doubtful, "done", why, "ayse", places))
        results.append(resume(None, sending(sim.token), places))
    printed = [fingerprint_from(str(result.summary.fingerprint)) for result in results]
    assert len({one.text for one in printed if one is not None}) == 4
    proofs = [prove(None, places, kept) for kept in printed]
    assert [proof.compared and proof.compared.reason for proof in proofs] == [""] * 4
    since = [proof.compared.since for proof in proofs if proof.compared is not None]
    assert since == sorted(since, reverse=True)
    assert since[-1] == 0
