"""One order explained, from its cells to the target's last word, whatever became of it."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from layered_shop import open_layered_shop
from old_shop import open_old_shop, order_line
from old_shop import sending as archive_sending
from small_shop import Shop, number, open_shop, send_all, sending, table

from pipeline.journal.order_life import looked_into
from pipeline.mapping.field_plan import OMIT
from pipeline.model.capability import Capability
from pipeline.model.refusal import JournalRefused, UsageRefused
from pipeline.model.states import State
from pipeline.reporting.files.explained_json import explained_json
from pipeline.reporting.shown.explained_order import ExplainedOrder, fit_to_show
from pipeline.reporting.shown.traced_order import shown_field
from pipeline.runs.asked.request import Places, PlanRequest
from pipeline.runs.explaining.one_order import explain_order, explained
from pipeline.runs.settling.resolving_orders import resolve
from pipeline.runs.verbs import check, resume, run
from pipeline.simulator import Simulator


def spoil(path: Path, *changes: tuple[str, str]) -> None:
    """Replace texts in a file, each of which must be there."""
    text = path.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")


def traced(order: ExplainedOrder) -> dict[str, tuple[object, tuple[str, ...]]]:
    """(what the cells hold, their names) of every field, the items' under their place."""
    found: dict[str, tuple[object, tuple[str, ...]]] = {}
    item = -1
    for part in order.traced.parts:
        item += part.name == "order_item"
        for trace, cells in part.fields:
            name = trace.field.replace("order_item", f"order_item[{item}]")
            found[name] = (trace.cells, tuple(str(cell.cell) for cell in cells))
    return found


def json_of(order: ExplainedOrder, *, show_pii: bool = True) -> dict[str, object]:
    """The JSON object that the command prints."""
    found: dict[str, object] = orjson.loads(
        orjson.dumps(explained_json(fit_to_show(order, show_pii=show_pii), show_pii=show_pii))
    )
    return found


def test_every_field_of_a_created_order_comes_with_its_cells_and_is_what_was_sent(tmp_path: Path) -> None:
    """The values of the trace are those of the stored payload; the cells are those of the file."""
    shop = open_shop(tmp_path, 5)
    with Simulator() as sim:
        send_all(shop, sim)
    order = explain_order(number(4), shop.places)
    assert order.life.state is State.CREATED
    assert order.life.remote_id is not None
    assert order.next == ()
    fields = traced(order)
    assert fields["order.amount"] == (("12.35",), ("E5",))
    assert fields["order_item[1].product"] == (("102",), ("B9",))
    assert order.payload is not None
    for part, sent in zip(
        order.traced.parts, [order.payload["order"], *order.payload["order_item"]], strict=True
    ):
        values = {
            trace.field.partition(".")[2]: shown_field(trace.value)
            for trace, _ in part.fields
            if trace.value is not OMIT
        }
        assert values == sent
    assert [step.state for step in order.steps] == ["planned", "in_flight", "created"]
    assert all(step.at is not None for step in order.steps)


def test_a_refused_order_shows_what_the_target_said_and_where(tmp_path: Path) -> None:
    """Issue at its field, attempt with its answer, and the command that sends it again."""
    shop = open_shop(tmp_path, 5)
    spoil(shop.items, ("A-0004,102,", "A-0004,999102,"))
    with Simulator() as sim:
        result = send_all(shop, sim)
    order = explain_order(f"{result.run_id[:4]}:{number(4)}", shop.places)
    assert order.run_id == result.run_id
    part, trace = next(
        (part, trace)
        for part in order.traced.parts
        for trace, _ in part.fields
        if any(order.traced.issues_at(part, trace))
    )
    assert (trace.field, trace.cells, part.at and part.at.row) == ("order_item.product", ("999102",), 9)
    (made,) = order.life.tries
    assert (made.status, made.outcome) == (400, "refused")
    assert made.complaints[0].path == ("order_item", 1, "product")
    folder = shop.places.reports(result.run_id) / "failed"
    assert order.next[0].command == f"orderlift retry {result.run_id} --input {folder.as_posix()}"


def test_an_order_refused_by_the_checks_shows_the_step_that_failed(tmp_path: Path) -> None:
    """There is no payload and no attempt; the trace ends where the value was refused."""
    shop = open_shop(tmp_path, 3)
    spoil(shop.orders, ("203,try,13.10", "203,try,ten"))
    result = check(PlanRequest([shop.orders, shop.items], shop.mapping), shop.places)
    order = explain_order(number(2), shop.places)
    assert (order.life.state, order.payload, order.life.tries) == (State.INVALID, None, ())
    amount = next(trace for trace, _ in order.traced.parts[0].fields if trace.field == "order.amount")
    assert amount.cells == ("ten",)
    assert amount.steps[-1].problem is not None
    assert order.reason is not None
    assert order.reason.code == amount.steps[-1].problem.code
    assert order.next[0].command.startswith("orderlift check ")
    assert result.run_id == order.run_id


def test_an_order_in_doubt_shows_its_lost_attempt_and_how_to_settle_it(tmp_path: Path) -> None:
    """And what a person said of it then, with personal data masked."""
    shop = open_shop(tmp_path, 3)
    with Simulator(faults={"create": {number(2): ["commit_then_reset"]}}) as sim:
        planned = shop.plan_request(sim.url, Capability(lookup=False))
        result = run(planned, sending(sim.token), shop.places)
        order = explain_order(number(2), shop.places)
        assert order.life.state is State.IN_DOUBT
        assert order.next[0].command == f"orderlift resolve {number(2)} --run {result.run_id} --as … --why …"
        (made,) = order.life.tries
        assert (made.outcome, made.status) == ("doubt", None)
        assert made.reason
        resolve(
            number(2),
            "created",
            "seen in the panel, call ayse@ornek.example",
            "can",
            result.run_id,
            shop.places,
        )
    last = explain_order(number(2), shop.places)
    assert (last.steps[-1].state, last.steps[-1].cause) == ("created", "person")
    shown = fit_to_show(last, show_pii=False)
    assert "ayse@ornek" not in str(shown.steps) + str(shown.life)


def test_what_is_left_to_be_sent_says_so(tmp_path: Path) -> None:
    """An order whose turn did not come has no attempt, and resume is what comes next."""
    shop = open_shop(tmp_path, 4)
    with Simulator() as sim:
        result = send_all(shop, sim, limit=2)
    order = explain_order(number(4), shop.places)
    assert order.life.state is State.PLANNED
    assert order.next[0].command == f"orderlift resume {result.run_id}"


def test_an_order_of_the_archive_shows_its_files_and_hides_the_password(tmp_path: Path) -> None:
    """Rows of migration files stand in the place of a payload; a password's hash is nobody's business."""
    shop = open_old_shop(tmp_path, [order_line(1, old=True), order_line(2, old=False)])
    with Simulator() as sim:
        run(shop.plan_request(sim.url), archive_sending(sim.token), shop.places)
    order = explain_order(number(1), shop.places)
    assert order.life.files
    assert {file.kind for file in order.life.files} >= {"order", "order_item"}
    field = next(trace for trace, _ in order.traced.parts[0].fields if trace.field == "archive.user.email")
    assert field.cells == ("m1@example.com",)
    assert field.mark is not None
    everything = json.dumps(json_of(order, show_pii=True))
    assert f"{1:064x}" not in everything
    assert "m1@example.com" in everything
    masked = json.dumps(json_of(order, show_pii=False), ensure_ascii=False)
    for private in ("m1@example.com", "0532 111 22 33", "Deneme 1", "Örnek Sok. 1"):
        assert private not in masked


def test_items_in_one_cell_are_told_apart(tmp_path: Path) -> None:
    """A split cell gives two items of one row; tables and bases are those of the run."""
    export, overlay = open_layered_shop(tmp_path)
    places = Places(tmp_path / "state", tmp_path / "reports")
    with Simulator() as sim:
        run(PlanRequest([export], overlay, sim.url, 5), sending(sim.token), places)
    order = explain_order("1001", places)
    fields = traced(order)
    assert fields["order_item[0].product"] == (("A-1",), ("F2",))
    assert fields["order_item[1].product"] == (("A-2",), ("F2",))
    (tmp_path / "tables" / "skus.csv").write_text("OLD;NEW\nA-1;999\n", encoding="utf-8")
    lost = explain_order("1001", places)
    assert set(lost.lost.values()) == {"mapping"}
    fields = traced(lost)
    assert fields["order_item[1].product"] == ((), ("F2",))


@pytest.mark.parametrize(
    ("change", "why"), [("changed", "changed"), ("same size", "changed"), ("gone", "gone")]
)
def test_a_source_that_is_not_the_same_shows_the_stored_payload(
    tmp_path: Path, change: str, why: str
) -> None:
    """Cells of another file are never taken for those that were sent; places and the payload stay."""
    shop = open_shop(tmp_path, 3)
    with Simulator() as sim:
        send_all(shop, sim)
    if change == "gone":
        shop.items.unlink()
    else:
        spoil(shop.items, ("A-0002,102,2,", "A-0002,103,2," if change == "same size" else "A-0002,1030,2,"))
    order = explain_order(number(2), shop.places)
    assert dict(order.lost) == {str(shop.items): why}
    fields = traced(order)
    assert fields["order_item[1].product"] == ((), ("B5",))
    sent = next(
        field
        for part in json_of(order)["parts"][2:3]  # type: ignore[index]
        for field in part["fields"]
        if field["field"] == "order_item.product"
    )
    assert (sent["payload"], sent["value"], sent["cells"][0]["raw"]) == (102, 102, None)


def test_the_newest_run_that_holds_the_order_is_meant(tmp_path: Path) -> None:
    """And an older one where it is named, by the beginning of its id."""
    shop = open_shop(tmp_path, 2)
    with Simulator() as sim:
        first = send_all(shop, sim)
        second = send_all(shop, sim)
    assert explain_order(number(1), shop.places).run_id == second.run_id
    older = explain_order(f"{first.run_id}:{number(1)}", shop.places)
    assert (older.run_id, older.life.state) == (first.run_id, State.CREATED)
    assert explain_order(number(1), shop.places).life.state is State.ALREADY_PRESENT


def test_orders_that_fit_alike_are_listed_with_their_rows(tmp_path: Path) -> None:
    """A number that stands twice needs its row; one that differs in case is found all the same."""
    shop = open_shop(tmp_path, 3)
    spoil(shop.orders, ("A-0003,2024", "A-0002,2024"))
    check(PlanRequest([shop.orders, shop.items], shop.mapping), shop.places)
    with pytest.raises(UsageRefused) as refused:
        explain_order(number(2), shop.places)
    (issue,) = refused.value.issues
    assert (issue.code, issue.facts["count"]) == ("E682", 2)
    assert "row 3" in str(issue.facts["places"])
    assert "row 4" in str(issue.facts["places"])
    assert explain_order(number(2), shop.places, "4").at.row == 4
    assert explain_order(number(2), shop.places, "orders.csv:3").at.row == 3
    assert explain_order("a-0001", shop.places).life.number == "A-0001"
    with pytest.raises(UsageRefused) as refused:
        explain_order("B-1", shop.places)
    assert refused.value.issues[0].code == "E681"


def test_a_payload_that_is_not_what_was_sealed_is_not_shown(tmp_path: Path) -> None:
    """A look does not search the journal for damage, but it never tells a damaged payload."""
    shop = open_shop(tmp_path, 2)
    with Simulator() as sim:
        result = send_all(shop, sim)
    with closing(sqlite3.connect(result.journal)) as db:
        db.execute(
            "UPDATE payloads SET body = cast(replace(body, '13.10', '13.11') AS BLOB) WHERE order_id = 2"
        )
        db.commit()
    with pytest.raises(JournalRefused) as refused:
        explain_order(number(2), shop.places)
    assert refused.value.issues[0].code == "E611"
    assert explain_order(number(1), shop.places).life.state is State.CREATED


def test_a_journal_from_before_there_were_complaints_opens_and_goes_on(tmp_path: Path) -> None:
    """The tables that it lacks are added, empty."""
    shop = open_shop(tmp_path, 4)
    spoil(shop.items, ("A-0004,102,", "A-0004,999102,"))
    with Simulator() as sim:
        result = send_all(shop, sim, limit=2)
        with closing(sqlite3.connect(result.journal)) as db:
            db.execute("DROP TABLE complaints")
            db.execute("DROP TABLE order_shapes")
            db.commit()
        assert explain_order(number(1), shop.places).life.state is State.CREATED
        again = resume(result.run_id, sending(sim.token), shop.places)
    assert again.summary.orders.rejected == 1
    assert table(again.journal, "SELECT count(*) FROM complaints") == [(1,)]
    order = explain_order(number(4), shop.places)
    assert order.reason is not None
    assert order.reason.at is not None
    assert order.reason.at.cell == "B9"


def shop_with_words(folder: Path, count: int) -> Shop:
    """A shop all of whose orders are refused by the checks, with hostile words in their cells."""
    shop = open_shop(folder, count)
    text = shop.orders.read_text(encoding="utf-8")
    for place in range(1, count + 1):
        text = text.replace(
            f"{number(place)},2024-", f"{number(place)},<script>alert({place})</script> 2024-"
        )
    shop.orders.write_text(text, encoding="utf-8")
    return shop


def test_the_report_explains_orders_in_trouble_within_its_size(tmp_path: Path) -> None:
    """Fifty at most, each behind an anchor of its own, escaped, the page below a megabyte."""
    shop = shop_with_words(tmp_path, 70)
    result = check(PlanRequest([shop.orders, shop.items], shop.mapping), shop.places)
    page = (shop.places.reports(result.run_id) / "report.html").read_text(encoding="utf-8")
    assert len(page.encode()) <= 1_000_000
    anchors = [part.split('"')[0] for part in page.split('<div id="')[1:] if part.startswith("order-")]
    assert len(anchors) == len(set(anchors)) == 50
    assert all(f'href="#{anchor}"' in page for anchor in anchors)
    assert "<script" not in page
    assert "orders.csv B2 (placed)" in page


def test_a_report_of_large_files_explains_by_places_alone(tmp_path: Path) -> None:
    """Nobody waits for files to be read again: fields, cells' names and attempts come from the journal."""
    shop = open_shop(tmp_path, 5)
    spoil(shop.items, ("A-0004,102,", "A-0004,999102,"))
    with Simulator() as sim:
        result = send_all(shop, sim)
    shop.items.unlink()
    shop.orders.unlink()
    with looked_into(result.journal) as lives:
        (order,) = explained(lives, shop.places, [4], look=False)
    assert order.lost == {}
    assert traced(order)["order_item[1].product"] == ((), ("B9",))
    assert replace(order, lost={}).life.tries[0].complaints
