"""Pages of undos at the edges of what one can be: for looking at, and for a browser to measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from pipeline.model.issue import Issue
from pipeline.model.undo import (
    Group,
    UndoCount,
    UndoReason,
    UndoReasons,
    UndoRecord,
    UndoState,
    UndoSummary,
)
from pipeline.reporting.page.undo_html import render_undo
from pipeline.reporting.page.undo_page import UndoPage, UndoTerms

LONG_WORD: Final = "muvaffakiyetsizleştiricileştiriveremeyebileceklerimizdenmişsinizcesine"
TERMS: Final = UndoTerms(
    created="2026-03-01T10:00:00+00:00",
    digest="0123456789abcdef" * 4,
    list_digest="fedcba9876543210" * 4,
    reason=12,
    statuses=("200", "400"),
    ignore_modified=False,
    version="0.1.0",
    versions=(("Python", "3.12.1"),),
    not_checked=("Whether the reason is one that the target knows.",),
)


def counts() -> list[UndoCount]:
    """A thousand orders, of which some are in every state that there is."""
    found = [UndoCount("order", "reversible", "cancelled", "TRY", 900, 9_000_050)]
    found += [
        UndoCount("order", "reversible", state.value, "TRY", 8, 1_234)
        for state in UndoState
        if state not in (UndoState.CANCELLED, UndoState.KEPT)
    ]
    found.append(UndoCount("order", "touched", "kept", "EUR", 7, -50, "W688"))
    found.append(UndoCount("order", "irreversible", "kept", None, 13, 0, "W689"))
    return found


def summary(**changes: Any) -> UndoSummary:
    """The same as a summary."""
    states = {one.state: one.lines for one in counts() if one.group == "reversible"}
    made = UndoSummary(
        run_id="6c48531c",
        command="apply",
        exit_code=4,
        undoes="bb090dc3",
        target="https://shop.example",
        channel=5,
        orders={"reversible": sum(states.values()), "touched": 7, "irreversible": 13},
        outcomes=states,
        others={"customer": 3, "archive_customer": 2},
        unsettled=1,
        money={"TRY": ("90111.12", "90012.84")},
        reasons={"W688": 7, "W689": 13},
        requests=4_321,
        seconds=74.2,
    )
    return replace(made, **changes)


def record(state: UndoState, **changes: Any) -> UndoRecord:
    """One line in a state."""
    facts = {"what": "order A-1", "reason": "answer 406: no"}
    made = UndoRecord(
        "order", "A-1", "orders.csv", "Orders", 7, "1001", "400", "TRY", "19.99", Group.REVERSIBLE, state,
        "E688", facts, 1, 1_700_000_000.0,
    )  # fmt: skip
    return made._replace(**changes)


def sample() -> UndoPage:
    """Applied, with everything that can happen."""
    listed = (
        UndoReason("W688", {"what": "x", "reason": "it is cancelled already"}, 7, ("A-1", "A-2", "A-3")),
    )
    people = tuple(record(state) for state in (UndoState.UNCLEAR, UndoState.IN_DOUBT, UndoState.FAILED))
    return UndoPage(
        TERMS,
        summary(),
        counts(),
        UndoReasons(listed, 3),
        people,
        73,
        files={"undo.csv": "undo.csv"},
    )


def planned() -> UndoPage:
    """Sealed, and nothing was sent."""
    sealed = [UndoCount("order", "reversible", "listed", "TRY", 1, 1_999)]
    nothing_sent = summary(
        command="undo",
        exit_code=0,
        orders={"reversible": 1},
        outcomes={"listed": 1},
        others={},
        unsettled=0,
        money={"TRY": ("19.99", "0.00")},
        requests=0,
    )
    return UndoPage(TERMS, nothing_sent, sealed)


def empty() -> UndoPage:
    """The undo of a run that has created nothing."""
    nothing = summary(
        command="undo", exit_code=0, orders={}, outcomes={}, others={}, unsettled=0, money={}, requests=0
    )
    return UndoPage(replace(TERMS, not_checked=()), nothing, ())


def hostile(text: str, currency: str | None = None) -> UndoPage:
    """The text in every place that data can reach; a ``currency`` stays one where it is given."""
    facts: dict[str, str | int] = {"what": text, "reason": text, "run": text}
    money = currency or text
    whose = record(UndoState.UNCLEAR, number=text, remote_id=text, file=text, sheet=text, status=text)
    whose = whose._replace(currency=money, facts=facts)
    terms = replace(TERMS, digest=text, list_digest=text, statuses=(text,), version=text, not_checked=(text,))
    return UndoPage(
        replace(terms, versions=((text, text),)),
        summary(run_id=text, undoes=text, target=text, money={money: ("1.00", "0.50")}, others={text: 1}),
        [UndoCount("order", "reversible", "unclear", money, 1, 5)],
        UndoReasons((UndoReason("E689", facts, 1, (text,)),), 1),
        (whose,),
        1,
        ended=Issue("E664", facts=facts),
        broken=(text,),
        files={text: text},
    )  # fmt: skip


PAGES: Final[dict[str, Callable[[], UndoPage]]] = {
    "undo": sample,
    "undo-planned": planned,
    "undo-empty": empty,
    "undo-long": lambda: hostile(LONG_WORD, "TRY"),
}


def html_of(name: str) -> str:
    """Render one of the pages."""
    return render_undo(PAGES[name]())
