"""The small shop with orders that can be cancelled, and what must hold after an undo of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
from small_shop import MAPPING, Shop, open_shop, send_all, sending, table

from pipeline.runs.accounts.proving import prove
from pipeline.runs.asked.result import Result
from pipeline.runs.undoing.planning import UndoRequest
from pipeline.runs.undoing.verbs import UndoResult, apply_undo, plan_undo
from pipeline.simulator import Simulator, StoredOrder

REASON = 7


def open_undo_shop(folder: Path, count: int, status: str = "approved") -> Shop:
    """Write the small shop with orders of one status."""
    shop = open_shop(folder, count)
    shop.mapping.write_text(MAPPING.replace("constant: delivered", f"constant: {status}"), encoding="utf-8")
    return shop


def sent_shop(folder: Path, count: int, sim: Simulator, status: str = "approved") -> tuple[Shop, Result]:
    """Write the shop and send all of it."""
    shop = open_undo_shop(folder, count, status)
    result = send_all(shop, sim, window=0.12, concurrency=1)  # numbers and pks go together
    assert result.summary.orders.created == count
    return shop, result


def planned_undo(shop: Shop, result: Result, sim: Simulator, **changes: Any) -> UndoResult:
    """Plan the undo of a run, with a plan file beside the shop."""
    request = replace(UndoRequest(result.run_id, REASON), **changes)
    return plan_undo(request, sending(sim.token), shop.folder / "undo.plan", shop.places)


def applied(shop: Shop, sim: Simulator, planned: UndoResult, **changes: Any) -> UndoResult:
    """Apply it."""
    return apply_undo(planned.run_id, sending(sim.token, **changes), shop.places)


def change(order: StoredOrder, **fields: Any) -> None:
    """Change an order on the target, as somebody in its panel would."""
    order.answer = orjson.dumps({**order.shown, **fields})


def outcomes(result: UndoResult) -> dict[str, str]:
    """Give what became of each order, by number."""
    return {one.number: one.state.value for one in result.records() if one.kind == "order"}


def cancels_sent(sim: Simulator) -> Counter[str | None]:
    """Count the requests that were to cancel, by the order's pk."""
    return Counter(entry.subject for entry in sim.truth.log if entry.path.endswith("/cancel/"))


def assert_undone(shop: Shop, result: UndoResult, sim: Simulator) -> None:
    """Compare an undo with the target's truth: none twice, none unasked, none lost; the journal proves it.

    What is reported as cancelled is cancelled; what was never sent still stands; every request has an intent.
    """
    journal = shop.places.journal(result.run_id)
    truth = {order.number: order for order in sim.truth.orders(5)}
    assert max(sim.truth.cancels.values(), default=0) <= 1, "an order was cancelled twice"
    sent = cancels_sent(sim)
    rows = table(journal, "SELECT number, remote_id, state, attempts FROM undo WHERE kind = 'order'")
    for number, remote_id, state, attempts in rows:
        if number not in truth:
            assert state == "kept", f"{number} stands in the archive alone and is {state}"
            continue
        gone = truth[number].shown["status"] in {"100", "50"}
        assert sent[remote_id] <= attempts, f"{number} was sent without an intent"
        if state in {"cancelled", "asked", "already_cancelled"}:
            assert gone, f"{number} is reported as {state} and stands"
        elif state not in {"in_doubt", "cancelling", "unclear"}:
            assert number not in sim.truth.cancels, f"{number} is reported as {state} and was cancelled"
    assert set(sim.truth.cancels) <= {row[0] for row in rows}
    proof = prove(result.run_id, shop.places)
    assert proof.holds, proof.issues()
