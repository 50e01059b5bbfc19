"""An explained order says where a value comes from a correction, and what was corrected since."""

from pathlib import Path
from typing import Any

import orjson
from fix_shop import broken_shop, corrected, corrections, edit, workbook
from small_shop import Shop, mode_settings, number, send_all, sending

from pipeline.model.overlay import Overlay, SheetKey, Taking, as_data, from_data
from pipeline.reporting.files.explained_json import explained_json
from pipeline.reporting.page.orders_view import life_views
from pipeline.reporting.shown.explained_order import ExplainedOrder, fit_to_show
from pipeline.reporting.shown.explained_words import since_sentences
from pipeline.runs.asked.result import Result
from pipeline.runs.explaining.one_order import explain_order
from pipeline.runs.fixing.taking import take_fix_book
from pipeline.runs.settling.retrying import RetryRequest
from pipeline.runs.state_folder.overlay_store import folder_of
from pipeline.runs.verbs import check, retry
from pipeline.simulator import Simulator

TWICE = mode_settings(unique=False)


def as_json(order: ExplainedOrder, *, show_pii: bool = True) -> dict[str, Any]:
    """Give the JSON object that the command prints."""
    shown = fit_to_show(order, show_pii=show_pii)
    found: dict[str, Any] = orjson.loads(orjson.dumps(explained_json(shown, show_pii=show_pii)))
    return found


def cell_of(document: dict[str, Any], name: str) -> dict[str, Any]:
    """Give the one cell that a field of the order reads."""
    (found,) = [
        cell
        for part in document["parts"]
        for field in part["fields"]
        if field["field"] == name
        for cell in field["cells"]
    ]
    return dict(found)


def retried(folder: Path, sim: Simulator) -> tuple[Shop, Result, Result]:
    """Send a shop with a wrong currency, correct it, and send it again."""
    shop = broken_shop(folder / "shop", 3, {(2, "currency"): "lira"})
    first = send_all(shop, sim)
    corrected(shop, first, {(2, "currency"): "try"})
    return shop, first, retry(RetryRequest(first.run_id), sending(), shop.places)


def test_a_corrected_cell_shows_what_the_file_says_and_which_workbook_changed_it(tmp_path: Path) -> None:
    """The value is the one that was sent; the text of the file stands beside it."""
    with Simulator(settings=TWICE) as sim:
        shop, first, second = retried(tmp_path, sim)
    order = explain_order(f"{second.run_id}:{number(2)}", shop.places)
    told = as_json(order)
    cell = cell_of(told, "order.currency")
    assert (cell["raw"], cell["corrected"], cell["in_file"]) == ("try", True, "lira")
    other = cell_of(told, "order.amount")
    assert (other["corrected"], other["in_file"]) == (False, other["raw"])
    (one,) = told["corrections"]
    assert (one["cell"], one["before"], one["after"], one["since_the_run"]) == ("D3", "lira", "try", False)
    assert (one["corrections"], one["workbook"]) == (f"{first.run_id}/1", "fix.xlsx")
    assert one["taken_up"].endswith("Z")
    assert told["sources_lost"] == {}
    assert order.payload is not None
    assert order.payload["order"]["currency"] == "try"


def test_what_was_corrected_since_a_run_is_told_with_the_command_that_sends_it(tmp_path: Path) -> None:
    """The run itself has read the wrong value, and shows it."""
    shop = broken_shop(tmp_path / "shop", 3, {(2, "currency"): "lira", (2, "total"): "ten"})
    result = check(shop.plan_request("http://127.0.0.1:1"), shop.places)
    assert as_json(explain_order(number(2), shop.places))["corrections"] == []
    corrected(shop, result, {(2, "currency"): "try"})
    half = explain_order(number(2), shop.places)
    assert (half.ready_since, cell_of(as_json(half), "order.currency")["raw"]) == (False, "lira")
    corrected(shop, result, {(2, "total"): "13.10"})
    whole = explain_order(number(2), shop.places)
    assert whole.ready_since is True
    assert whole.next[0].command.endswith(f"--overlay {result.run_id}")
    told = since_sentences(whole)
    assert "orders.csv D3 (currency): 'lira' → 'try' (corrections" in told[0]
    assert f"corrections {result.run_id}/2, from fix.xlsx at " in told[1]
    assert [one["since_the_run"] for one in as_json(whole)["corrections"]] == [True, True]
    (view,) = life_views([whole], 1)
    assert view.notes == tuple(told)


def test_the_report_of_a_corrected_run_says_so_at_the_cell(tmp_path: Path) -> None:
    """Of the orders that it explains, those with which something is wrong."""
    shop = broken_shop(tmp_path / "shop", 3, {(2, "currency"): "lira", (2, "customer"): "x"})
    with Simulator(settings=TWICE) as sim:
        first = send_all(shop, sim)
        corrected(shop, first, {(2, "currency"): "try", (2, "customer"): "999999"})
        second = retry(RetryRequest(first.run_id), sending(), shop.places)
    page = (shop.places.reports(second.run_id) / "report.html").read_text(encoding="utf-8")
    assert second.summary.orders.rejected == 1
    assert f"corrected; the file says &#39;x&#39; (corrections {first.run_id}/1, from fix.xlsx at" in page


def test_personal_data_in_corrections_is_masked(tmp_path: Path) -> None:
    """By the field that reads the cell, before and after."""
    shop = broken_shop(tmp_path / "shop", 3, {(2, "customer"): "Ayşe Yılmaz"})
    result = check(shop.plan_request("http://127.0.0.1:1"), shop.places)
    corrected(shop, result, {(2, "customer"): "Fatma Yılmaz"})
    order = explain_order(number(2), shop.places)
    assert "Yılmaz" in str(as_json(order, show_pii=True))
    assert "Yılmaz" not in str(as_json(order, show_pii=False))
    assert "Yılmaz" not in str(since_sentences(fit_to_show(order, show_pii=False)))


def test_corrections_that_are_gone_are_told_and_no_cell_is_shown_as_it_was_not(tmp_path: Path) -> None:
    """The stored payload stands in their place."""
    with Simulator(settings=TWICE) as sim:
        shop, _, second = retried(tmp_path, sim)
    for path in folder_of(shop.places, second.run_id).glob("*.json"):
        path.unlink()
    told = as_json(explain_order(f"{second.run_id}:{number(2)}", shop.places))
    assert set(told["sources_lost"].values()) == {"corrections"}
    cell = cell_of(told, "order.currency")
    assert cell["raw"] is None


def test_a_cell_that_is_corrected_again_comes_from_the_later_workbook(tmp_path: Path) -> None:
    """The other one stays with the first; a retry of a retry knows of both."""
    shop = broken_shop(tmp_path / "shop", 3, {(2, "currency"): "lira", (2, "customer"): "x"})
    with Simulator(settings=TWICE) as sim:
        first = send_all(shop, sim)
        corrected(shop, first, {(2, "currency"): "try", (2, "customer"): "999999"})
        second = retry(RetryRequest(first.run_id), sending(), shop.places)
        later = edit(workbook(shop, second), corrections({(2, "customer"): "205"}), tmp_path / "later.xlsx")
        take_fix_book(later, shop.places)
        third = retry(RetryRequest(second.run_id), sending(), shop.places)
    told = as_json(explain_order(f"{third.run_id}:{number(2)}", shop.places))
    found = {
        one["header"]: (one["before"], one["after"], one["corrections"], one["workbook"])
        for one in told["corrections"]
    }
    assert found == {
        "customer": ("x", "205", f"{second.run_id}/1", "later.xlsx"),
        "currency": ("lira", "try", f"{first.run_id}/1", "fix.xlsx"),
    }


def test_corrections_of_before_are_read_as_they_were_written() -> None:
    """Without a word on where they come from; their digest is that of the same data."""
    key = SheetKey("orders.csv", "ab", None)
    data = as_data(Overlay("7f3a", 1, {key: {3: {1: "try"}}}))
    assert data["cells"] == [[0, 3, 1, "try"]]
    assert "takings" not in data
    assert as_data(from_data(data)) == data
    known = Overlay(
        "7f3a",
        1,
        {key: {3: {1: "try"}}},
        takings=(Taking("7f3a/1", "f.xlsx", "now"),),
        taken={(key, 3, 1): 0},
    )
    assert from_data(as_data(known)) == known
    assert known.taking(key, 3, 1) == Taking("7f3a/1", "f.xlsx", "now")
