"""A retry sends exactly the orders that corrections mended, under the rules of every run."""

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from fix_shop import broken_shop, codes, corrected, corrections, edit, issues_of, workbook
from small_shop import Shop, mode_settings, number, send_all, sending, states, table

from pipeline.journal.ledger import Ledger
from pipeline.journal.reading import JournalReader
from pipeline.model.refusal import InputRefused, UsageRefused
from pipeline.model.summary import Repaired, Summary, broken_sums
from pipeline.reporting.words.next_step import next_steps
from pipeline.reporting.words.verdict import sentence_of, verdict_of
from pipeline.runs.accounts.status import status
from pipeline.runs.asked.result import Result
from pipeline.runs.fixing.exporting import export_fix
from pipeline.runs.fixing.taking import take_fix_book
from pipeline.runs.planning.plan_file import run_of_plan
from pipeline.runs.settling.retrying import RetryRequest, request_of_retry
from pipeline.runs.state_folder.channel_files import ledger_file
from pipeline.runs.verbs import plan, report, retry, run
from pipeline.simulator import Simulator

TWICE = mode_settings(unique=False)
LIRA = {(place, "currency"): "lira" for place in (1, 2, 3, 4)}


def again(shop: Shop, result: Result, *, everything: bool = False) -> Result:
    """Retry a run with what was corrected."""
    return retry(RetryRequest(result.run_id, everything=everything), sending(), shop.places)


def assert_stands(result: Result, sim: Simulator) -> None:
    """Every order of a run stands on the target once, with the bytes that were sealed."""
    sql = "SELECT o.number, p.body FROM orders o JOIN payloads p ON p.order_id = o.id"
    sealed = table(result.journal, sql)
    stored = {order.number: order.raw for order in sim.truth.orders(5)}
    assert sealed
    assert [stored.get(name) for name, _ in sealed] == [body for _, body in sealed]
    assert set(sim.truth.creates.values()) == {1}


def test_only_the_corrected_orders_are_read_and_sent_and_both_runs_balance(tmp_path: Path) -> None:
    """Two of four are corrected, one of them rightly; everything is accounted for, to the cent."""
    shop = broken_shop(tmp_path / "shop", 8, LIRA)
    with Simulator(settings=TWICE) as sim:
        first = send_all(shop, sim)
        assert (first.summary.orders.invalid, first.summary.orders.created) == (4, 4)
        taken = corrected(shop, first, {(1, "currency"): "try", (2, "currency"): "lire"})
        assert (taken.ready, taken.still_wrong, taken.sendable) == (1, 1, True)
        second = again(shop, first)
        assert sim.truth.creates == {number(place): 1 for place in (1, 5, 6, 7, 8)}
        assert_stands(second, sim)
    orders = second.summary.orders
    assert (orders.read, orders.created, second.exit_code) == (1, 1, 0)
    assert states(second) == {number(1): "created"}
    assert second.summary.rows.read == 3
    assert [broken_sums(one.summary) for one in (first, second)] == [[], []]
    assert "W641" not in second.summary.issues
    assert second.summary.issues["W670"] == 1
    (told,) = [issue for issue in issues_of(second) if issue.code == "W670"]
    assert (told.facts["cells"], told.facts["rows"]) == (1, 1)


def test_nothing_that_stands_there_is_sent_again(tmp_path: Path) -> None:
    """The same retry twice: the second one finds its order on the target, by the ledger."""
    shop = broken_shop(tmp_path / "shop", 3, {(2, "currency"): "lira"})
    with Simulator(settings=TWICE) as sim:
        first = send_all(shop, sim)
        corrected(shop, first, {(2, "currency"): "try"})
        again(shop, first)
        third = again(shop, first)
        assert sim.truth.creates == {number(place): 1 for place in (1, 2, 3)}
    assert (third.summary.orders.already_present, third.summary.orders.created) == (1, 0)


def test_a_run_whose_refused_orders_were_sent_later_says_so(tmp_path: Path) -> None:
    """Which runs sent how many, and what is left; once nothing is, nobody is sent to the old rows again."""
    shop = broken_shop(tmp_path / "shop", 6, LIRA)
    with Simulator(settings=TWICE) as sim:
        first = send_all(shop, sim)
        corrected(shop, first, {(place, "currency"): "try" for place in (1, 2, 3)})
        second = again(shop, first)
        some = report(first.run_id, shop.places)
        assert some.summary.repaired == Repaired(3, 1, (second.run_id,))
        assert [step.command.split()[1] for step in next_steps(some.summary)] == ["fix", "retry", "explain"]
        assert sentence_of(some.summary).startswith("5 of 6 orders stand on the target; 4 were refused")
        corrected(shop, first, {(4, "currency"): "try"})
        third = again(shop, first)
    done = report(first.run_id, shop.places).summary
    assert done.repaired == Repaired(4, 0, (second.run_id, third.run_id))
    assert done.as_json()["repaired"] == {"orders": 4, "left": 0, "runs": [second.run_id, third.run_id]}
    assert (done.orders, done.exit_code) == (first.summary.orders, 3), "what the run itself did stays"
    assert next_steps(done) == ()
    assert verdict_of(done).word == "Finished, and repaired"
    page = (shop.places.reports(first.run_id) / "report.html").read_text("utf-8")
    told = f"4 orders that it refused stand on the target by now, sent by: {second.run_id}, {third.run_id}."
    assert told in page
    seen = status(first.run_id, shop.places)
    assert isinstance(seen, Summary)
    assert seen.repaired == done.repaired
    assert second.summary.repaired is None


def test_orders_that_a_retry_did_not_bring_there_are_not_called_repaired(tmp_path: Path) -> None:
    """The target refused it again; or it was cancelled since."""
    shop = broken_shop(tmp_path / "shop", 3, {(2, "currency"): "lira"})
    with Simulator(faults={number(2): ["400"]}, settings=TWICE) as sim:
        first = send_all(shop, sim)
        corrected(shop, first, {(2, "currency"): "try"})
        again(shop, first)
        assert report(first.run_id, shop.places).summary.repaired is None
        sim.script({})
        second = again(shop, first)
        repaired = report(first.run_id, shop.places).summary.repaired
        assert repaired == Repaired(1, 0, (second.run_id,))
        with closing(Ledger(ledger_file(shop.places, sim.url, 5))) as ledger:
            ledger.cancel("0dd", [(number(2).casefold(), number(2), "cancelled")])
        assert report(first.run_id, shop.places).summary.repaired is None


def test_with_all_every_order_of_the_run_is_read_with_its_corrections(tmp_path: Path) -> None:
    """Those that stand there are found, those that are still wrong are refused again."""
    shop = broken_shop(tmp_path / "shop", 6, LIRA)
    with Simulator(settings=TWICE) as sim:
        first = send_all(shop, sim)
        corrected(shop, first, {(1, "currency"): "try"})
        second = again(shop, first, everything=True)
        assert sim.truth.creates == {number(place): 1 for place in (1, 5, 6)}
    orders = second.summary.orders
    assert (orders.read, orders.created, orders.already_present, orders.invalid) == (6, 1, 2, 3)


def test_an_order_that_the_target_refused_is_in_the_workbook_with_its_complaint(tmp_path: Path) -> None:
    """Corrected, it goes with a retry, and what the target was told before does not."""
    shop = broken_shop(tmp_path / "shop", 4, {})
    with Simulator(faults={number(2): ["400"]}, settings=TWICE) as sim:
        first = send_all(shop, sim)
        assert states(first)[number(2)] == "rejected"
        book = openpyxl.load_workbook(workbook(shop, first))
        assert [row[0].value for row in book["orders"].iter_rows(min_row=2)] == [number(2)]
        notes = [cell.comment.text for page in book for row in page for cell in row if cell.comment]
        assert len(notes) == 1
        assert notes[0].startswith("E5")
        sim.script({})
        corrected(shop, first, {(2, "customer"): "209"})
        second = again(shop, first)
        assert_stands(second, sim)
    assert second.summary.orders.created == 1


def test_corrections_of_a_retry_build_on_those_it_came_with(tmp_path: Path) -> None:
    """What was corrected for the first run stays corrected in the second and third, without the first."""
    shop = broken_shop(tmp_path / "shop", 3, {(2, "currency"): "lira"})
    with Simulator(faults={number(2): ["400"]}, settings=TWICE) as sim:
        first = send_all(shop, sim)
        corrected(shop, first, {(2, "currency"): "try"})
        second = again(shop, first)
        assert states(second) == {number(2): "rejected"}
        assert openpyxl.load_workbook(workbook(shop, second))["orders"]["D2"].value == "try"
        sim.script({})
        taken = corrected(shop, second, {(2, "customer"): "209"})
        assert taken.stored is not None
        assert taken.stored.overlay.count == 2
        third = again(shop, second)
        assert sim.truth.creates == {number(place): 1 for place in (1, 2, 3)}
        assert b'"customer":209' in next(o.raw for o in sim.truth.orders(5) if o.number == number(2))
    assert states(third) == {number(2): "created"}


def test_a_retry_of_a_retry_without_new_corrections_reads_the_same_orders(tmp_path: Path) -> None:
    """Not the whole of the first run's files."""
    shop = broken_shop(tmp_path / "shop", 3, {(2, "currency"): "lira"})
    with Simulator(faults={number(2): ["400"]}, settings=TWICE) as sim:
        first = send_all(shop, sim)
        corrected(shop, first, {(2, "currency"): "try"})
        second = again(shop, first)
        sim.script({})
        third = again(shop, second)
    assert states(third) == {number(2): "created"}


def test_corrections_of_which_nothing_is_ready_send_nothing(tmp_path: Path) -> None:
    """And say so, instead of sending what nobody corrected."""
    shop = broken_shop(tmp_path / "shop", 4, LIRA)
    with Simulator(settings=TWICE) as sim:
        first = send_all(shop, sim)
        corrected(shop, first, {(1, "currency"): "lire"})
        with pytest.raises(UsageRefused) as refused:
            again(shop, first)
    assert codes(refused.value.issues) == ["E679"]


def test_a_retry_of_changed_sources_refuses_the_corrections(tmp_path: Path) -> None:
    """Rows of another file may be other orders."""
    shop = broken_shop(tmp_path / "shop", 4, LIRA)
    with Simulator(settings=TWICE) as sim:
        first = send_all(shop, sim)
        corrected(shop, first, {(1, "currency"): "try"})
        shop.orders.write_text(shop.orders.read_text().replace("2024-03", "2024-04"))
        with pytest.raises(InputRefused) as refused:
            again(shop, first)
        assert sim.truth.creates == {}
    assert codes(refused.value.issues) == ["E673"]


def test_an_item_row_that_named_no_order_joins_one_when_its_key_is_corrected(tmp_path: Path) -> None:
    """The order is sent whole: it was refused for the very item that is its own again."""
    shop = broken_shop(tmp_path / "shop", 3, {})
    text = shop.items.read_text().replace(f"\n{number(3)},", "\nA-9999,")
    shop.items.write_text(text)
    with Simulator(settings=TWICE) as sim:
        first = send_all(shop, sim)
        refused = {name for name, state in states(first).items() if state == "invalid"}
        assert refused == {number(3)}

        def rename(book: openpyxl.Workbook) -> None:
            for row in book["items"].iter_rows(min_row=2):
                if row[0].value == "A-9999":
                    row[0].value = number(3)

        taken = take_fix_book(edit(workbook(shop, first), rename), shop.places)
        assert (taken.ready, taken.still_wrong) == (1, 0)
        second = again(shop, first)
        assert_stands(second, sim)
    assert states(second) == {number(3): "created"}


def test_a_plan_is_sealed_over_its_corrections(tmp_path: Path) -> None:
    """Another overlay makes another digest; the plan of one is sent as it is."""
    shop = broken_shop(tmp_path / "shop", 2, {(2, "currency"): "lira"})
    with Simulator(settings=TWICE) as sim:
        first = send_all(shop, sim)
        corrected(shop, first, {(2, "currency"): "try"})
        request = request_of_retry(RetryRequest(first.run_id), shop.places)
        planned = plan(request, tmp_path / "p.plan", shop.places)
    assert run_of_plan(tmp_path / "p.plan", shop.places) == planned.run_id
    with closing(JournalReader(planned.journal)) as journal:
        assert journal.header["overlay"]["only"] is True
        assert journal.header["overlay"]["cells"] == [[0, 3, 3]]


def test_a_corrected_order_that_is_whole_now_stands_in_no_later_workbook(tmp_path: Path) -> None:
    """The workbook of the retry holds only what is broken in it."""
    shop = broken_shop(tmp_path / "shop", 3, {(2, "currency"): "lira"})
    with Simulator(settings=TWICE) as sim:
        first = send_all(shop, sim)
        corrected(shop, first, {(2, "currency"): "try"})
        second = again(shop, first)
    assert export_fix(second.run_id, None, shop.places).files == ()
    assert "fix" not in second.summary.files


@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx"])
def test_rows_handed_back_by_a_corrected_run_hold_its_corrections(tmp_path: Path, kind: str) -> None:
    """They load by the same mapping; what was corrected is not lost on that way either."""
    shop = broken_shop(tmp_path / "shop", 3, {(2, "currency"): "lira"})
    head, *rows = [line.split(",") for line in shop.orders.read_text().splitlines()]
    source = shop.orders.with_suffix(f".{kind}")
    if kind == "jsonl":
        source.write_text("".join(json.dumps(dict(zip(head, row, strict=True))) + "\n" for row in rows))
    elif kind == "xlsx":
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in [head, *rows]:
            book.active.append(row)
        book.save(source)
    shop.mapping.write_text(shop.mapping.read_text().replace("orders*.csv", f"orders*.{kind}"))
    with Simulator(faults={number(2): ["400"]}, settings=TWICE) as sim:
        planned = replace(shop.plan_request(sim.url), sources=[source, shop.items])
        first = run(planned, sending(sim.token), shop.places)
        book = openpyxl.load_workbook(workbook(shop, first))
        name = next(sheet.title for sheet in book if "customer" in [cell.value for cell in sheet[1]])
        path = edit(workbook(shop, first), corrections({(2, "currency"): "try"}, name))
        assert take_fix_book(path, shop.places).ready == 1
        second = again(shop, first)
        assert states(second) == {number(2): "rejected"}
        sim.script({})
        failed = shop.places.reports(second.run_id) / "failed"
        third = retry(RetryRequest(second.run_id, [failed]), sending(), shop.places)
        assert sim.truth.creates == {number(place): 1 for place in (1, 2, 3)}
    assert states(third) == {number(2): "created"}
