"""A living customer changes only if a plan listed it, only if nobody was faster, and never by a guess."""

import sys
from pathlib import Path
from typing import Any

import pytest
from changed_journal import change
from small_shop import sending, table

from pipeline.journal.reading import JournalReader
from pipeline.model.capability import Capability
from pipeline.model.refusal import UsageRefused
from pipeline.reporting.words.customer_changes import change_line, changes_sentence
from pipeline.runs.asked.request import Places, PlanRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.verbs import apply, plan, resume, run
from pipeline.simulator import Settings, Simulator

MAPPING = """\
version: 1
name: changes
locale: en_US
timezone: Europe/Istanbul
preset: historic
sources:
  orders: {files: "orders*.csv", key: No}
  items: {files: "items*.csv", key: No}
order:
  number: No
  date_placed: {column: Placed, date: "%Y-%m-%d"}
  status: {constant: delivered}
  customer:
    lookup: customer
    by: {email: Mail}
    update: {phone_number: Phone, last_name: Surname, i_know: live customers will be changed}
  shipping_address: {constant: 301}
  billing_address: {constant: 301}
  currency: {constant: try}
  amount: {column: Sum, decimal: true}
items:
  product: {constant: 101}
  quantity: {constant: 1}
  unit_price: {column: Each, decimal: true}
  total_price: {column: Each, decimal: true}
"""
NEW = "+90 500 000 01 01"


def people(sim: Simulator) -> list[dict[str, Any]]:
    """Give the customers of the channel."""
    return [one for one in sim.records("customers") if 5 in (one.get("channels") or [5])]


def mails(sim: Simulator) -> tuple[str, str]:
    """Give the e-mails of two customers who live."""
    first, second = [one for one in people(sim) if one["email"] and one["phone_number"]][:2]
    return first["email"], second["email"]


def customer(sim: Simulator, mail: str) -> dict[str, Any]:
    """Give a customer as it is now."""
    return next(one for one in people(sim) if one["email"] == mail)


def shop(folder: Path, sim: Simulator, *rows: tuple[str, str, str]) -> tuple[PlanRequest, Places]:
    """Write orders of these customers: e-mail, phone, surname."""
    folder.mkdir(exist_ok=True)
    lines = [f"L{n},2024-01-05,{mail},{phone},{name},10\n" for n, (mail, phone, name) in enumerate(rows, 1)]
    (folder / "orders.csv").write_text("No,Placed,Mail,Phone,Surname,Sum\n" + "".join(lines), "utf-8")
    items = [f"L{n},10\n" for n in range(1, len(rows) + 1)]
    (folder / "items.csv").write_text("No,Each\n" + "".join(items), "utf-8")
    (folder / "map.yaml").write_text(MAPPING, "utf-8")
    files = [folder / "orders.csv", folder / "items.csv"]
    request = PlanRequest(files, folder / "map.yaml", sim.url, 5, Capability(settle_window=0.3))
    return request, Places(folder / "state", folder / "reports")


def planned(folder: Path, sim: Simulator, *rows: tuple[str, str, str]) -> tuple[Result, Places]:
    """Plan online, with a plan file."""
    request, places = shop(folder, sim, *rows)
    return plan(request, folder / "p.plan", places, online=sending(sim.token)), places


def patches(sim: Simulator) -> int:
    """Count the requests that could change somebody."""
    return sum(one.method == "PATCH" for one in sim.truth.log)


def test_a_plan_lists_what_changes_and_applying_it_changes_that(tmp_path: Path) -> None:
    """Two orders of one customer are one change; empty cells and equal values change nothing."""
    with Simulator() as sim:
        first, second = mails(sim)
        same = customer(sim, second)["phone_number"]
        before = dict(customer(sim, first))
        result, places = planned(
            tmp_path, sim, (first, NEW, ""), (first, "+905000000101", ""), (second, same, "")
        )
        assert patches(sim) == 0
        assert changes_sentence(result.summary) == "Would change: 1 customer (phone_number)."
        assert result.resolved is not None
        applied = apply(tmp_path / "p.plan", sending(sim.token), places)
        after = customer(sim, first)
        assert (patches(sim), applied.exit_code) == (1, 0)
        (changed,) = sim.truth.changed
        assert (changed.pk, changed.after) == (before["pk"], {"phone_number": NEW})
        assert {**after, "phone_number": 0, "modified_date": 0} == {
            **before,
            "phone_number": 0,
            "modified_date": 0,
        }
        assert resume(None, sending(sim.token), places).exit_code == 0
        assert patches(sim) == 1
        assert applied.summary.traffic.requests < len(sim.truth.log)
    assert changes_sentence(applied.summary) == "Customers: 1 of 1 changed (phone_number)."
    assert applied.summary.as_json()["customer_changes"]["changed"] == 1  # type: ignore[index]


def test_what_is_shown_of_a_change_is_masked(tmp_path: Path) -> None:
    """Enough to recognise a number, not to call it."""
    with Simulator() as sim:
        first, _ = mails(sim)
        result, _ = planned(tmp_path, sim, (first, NEW, "Deneme"))
    journal = JournalReader(result.journal)
    (change,) = journal.listed_changes(10)
    journal.close()
    line = change_line(change)
    assert line.startswith(f"customer {change.remote_id}: last_name Ö•••••• → D•••••, phone_number ")
    assert "→ +•• ••• ••• •• 01" in line
    assert "500" not in line
    assert "Deneme" not in line


def test_without_a_plan_that_listed_it_nobody_is_changed(tmp_path: Path) -> None:
    """`run`, and a plan made without the network: the orders go, the customer stays, W355 says so."""
    with Simulator() as sim:
        first, _ = mails(sim)
        request, places = shop(tmp_path, sim, (first, NEW, ""))
        result = run(request, sending(sim.token), places)
        assert (patches(sim), result.exit_code, result.summary.issues["W355"]) == (0, 0, 1)
        assert resume(None, sending(sim.token), places).summary.issues["W355"] == 1
    assert "customer_changes" not in result.summary.as_json()


def test_a_customer_whom_somebody_changed_since_is_left_alone(tmp_path: Path) -> None:
    """The value is no longer what the plan saw: nothing is overwritten."""
    with Simulator() as sim:
        first, second = mails(sim)
        _, places = planned(tmp_path, sim, (first, NEW, ""), (second, "+905000000102", ""))
        sim.records("customers").change(customer(sim, first)["pk"], {"phone_number": "+905999999999"})
        result = apply(tmp_path / "p.plan", sending(sim.token), places)
        assert customer(sim, first)["phone_number"] == "+905999999999"
        assert customer(sim, second)["phone_number"] == "+905000000102"
        assert len(sim.truth.orders(5)) == 2
    assert (result.exit_code, result.summary.issues["E351"]) == (3, 1)
    assert "1 of 2 changed (phone_number), 1 left as they are" in changes_sentence(result.summary)


def test_orders_that_disagree_change_nothing(tmp_path: Path) -> None:
    """Two phones for one customer: neither is sent, both rows are told, and the orders go."""
    with Simulator() as sim:
        first, second = mails(sim)
        result, places = planned(
            tmp_path, sim, (first, NEW, ""), (second, "+905000000102", ""), (first, "+905000000103", "")
        )
        assert (result.exit_code, result.summary.issues["E350"]) == (3, 2)
        apply(tmp_path / "p.plan", sending(sim.token), places)
        assert [one.after for one in sim.truth.changed] == [{"phone_number": "+905000000102"}]
        assert len(sim.truth.orders(5)) == 3


def test_a_list_that_was_changed_since_the_review_makes_the_plan_stale(tmp_path: Path) -> None:
    """Nobody smuggles a customer into a plan that was reviewed."""
    with Simulator() as sim:
        first, second = mails(sim)
        result, places = planned(tmp_path, sim, (first, NEW, ""), (second, "+905000000102", ""))
        change(
            result.journal,
            "UPDATE changes SET after = replace(after, '01 01', '01 09') WHERE after LIKE '%01 01%'",
        )
        with pytest.raises(UsageRefused) as refused:
            apply(tmp_path / "p.plan", sending(sim.token), places)
        assert refused.value.issues[0].code == "E621"
        assert patches(sim) == 0


@pytest.mark.parametrize("fault", ["reset", "commit_then_reset", "502_html", "cut_json"])
def test_a_lost_answer_is_settled_by_reading_the_customer(tmp_path: Path, fault: str) -> None:
    """Whether it was applied or not, the customer has the value in the end, changed once."""
    with Simulator() as sim:
        first, _ = mails(sim)
        _, places = planned(tmp_path, sim, (first, NEW, ""))
        sim.script({"other": {f"PATCH /api/v1/channel/5/customers/{customer(sim, first)['pk']}/": [fault]}})
        result = apply(tmp_path / "p.plan", sending(sim.token), places)
        assert customer(sim, first)["phone_number"] == NEW
        assert len(sim.truth.changed) == 1
        assert patches(sim) == (1 if fault in {"commit_then_reset", "cut_json"} else 2)
    assert result.exit_code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed in the way of POSIX")
@pytest.mark.parametrize("fault", ["delay_answer:30", "hang"])
def test_killed_over_a_change_the_next_process_reads_first(tmp_path: Path, fault: str) -> None:
    """The intent stands in the journal; what somebody else did meanwhile is respected."""
    from child import gone, start, until
    from small_shop import Shop

    with Simulator() as sim:
        first, _ = mails(sim)
        result, places = planned(tmp_path, sim, (first, NEW, ""))
        sim.script({"other": {f"PATCH /api/v1/channel/5/customers/{customer(sim, first)['pk']}/": [fault]}})
        process = start(Shop(tmp_path, 1), sim.token, deadline=40.0)
        until(lambda: patches(sim) == 1 and any(one.action == fault for one in sim.truth.log))
        process.kill()
        gone(process)
        assert table(result.journal, "SELECT state FROM changes") == [("changing",)]
        again = resume(None, sending(sim.token), places)
        assert (again.exit_code, len(sim.truth.changed)) == (0, 1)
        assert customer(sim, first)["phone_number"] == NEW


def test_a_change_that_the_target_refuses_is_told(tmp_path: Path) -> None:
    """400 with a complaint: the customer stays, the order stands."""
    with Simulator() as sim:
        first, _ = mails(sim)
        _, places = planned(tmp_path, sim, (first, NEW, ""))
        sim.script({"other": {f"PATCH /api/v1/channel/5/customers/{customer(sim, first)['pk']}/": ["400"]}})
        result = apply(tmp_path / "p.plan", sending(sim.token), places)
        assert sim.truth.changed == []
    assert (result.exit_code, result.summary.issues["E352"], result.summary.orders.created) == (3, 1, 1)


def test_a_customer_who_cannot_be_read_lists_nothing(tmp_path: Path) -> None:
    """The plan says that it is not whole, and so nobody is changed by it."""
    with Simulator() as sim:
        first, second = mails(sim)
        path = f"/api/v1/channel/5/customers/{customer(sim, second)['pk']}/"
        sim.script({"other": {f"GET {path}": ["500", "repeat"]}})
        request, places = shop(tmp_path, sim, (first, NEW, ""), (second, NEW, ""))
        result = plan(request, None, places, online=sending(sim.token, attempts=1))
        assert result.exit_code == 5
        sim.script({})
        assert apply(result, sending(sim.token), places).summary.issues["W355"] == 1
        assert patches(sim) == 0


@pytest.mark.parametrize("words", ["", ", i_know: yes", ", i_know: orders will enter fulfilment"])
def test_changing_customers_needs_the_words(words: str) -> None:
    """Nobody changes living customers by a slip of the pen."""
    from pipeline.mapping.compiled import compile_mapping
    from pipeline.model.refusal import MappingRefused

    text = MAPPING.replace(", i_know: live customers will be changed", words)
    with pytest.raises(MappingRefused) as refused:
        compile_mapping(text, "map.yaml", {})
    assert {issue.mark.line for issue in refused.value.issues if issue.mark} == {16}


def test_the_twin_keeps_what_it_says(tmp_path: Path) -> None:
    """A target that refuses unknown filters, and one with other settings, is asked by id alone."""
    with Simulator(settings=Settings(ignore_unknown_filters=False)) as sim:
        first, _ = mails(sim)
        planned(tmp_path, sim, (first, NEW, ""))
        gets = [
            one for one in sim.truth.log if one.path.endswith(f"/customers/{customer(sim, first)['pk']}/")
        ]
        assert [one.query for one in gets] == [""]
