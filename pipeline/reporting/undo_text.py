"""What is said of an undo on a terminal: what can be taken back, what not and why, what became of it."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby

from pipeline.model.language import _, retold
from pipeline.model.undo import Group, UndoRecord, UndoState, UndoSummary
from pipeline.reporting.console import Screen
from pipeline.reporting.figures import amount, grouped
from pipeline.reporting.undo_csv import why

EXAMPLES = 3
REASONS = 8


def print_undo(screen: Screen, summary: UndoSummary, records: Iterable[UndoRecord], *, planned: bool) -> None:
    """Print the three groups with their reasons, and the outcomes where something was sent."""
    lines = list(records)
    title = _("Undo of run {run}: {count} orders that it created on {target}, channel {channel}")
    screen.line(
        (
            title.format(
                run=summary.undoes,
                count=grouped(sum(summary.orders.values())),
                target=summary.target,
                channel=summary.channel,
            ),
            "bold",
        )
    )
    screen.line()
    screen.table([(_("Orders"), _("count")), *_groups(summary)])
    if not planned:
        screen.line()
        screen.table([(_("Became of the reversible ones"), _("count")), *_outcomes(summary)])
    _print_money(screen, summary, planned=planned)
    if planned and summary.orders.get(Group.REVERSIBLE.value):
        warning = _("Applying it cancels them on the target, where customers may be told and money may move.")
        screen.line((warning, "bold yellow"))
    _print_reasons(screen, lines)
    if summary.unsettled:
        screen.line()
        told = _("{count} orders of the run are in doubt or in conflict, and on no list. Settle them: {how}")
        screen.line(told.format(count=summary.unsettled, how=f"orderlift reconcile {summary.undoes}"))


def _groups(summary: UndoSummary) -> list[tuple[str, ...]]:
    words = {
        Group.REVERSIBLE: _("reversible: the target can be asked to cancel them"),
        Group.TOUCHED: _("touched since: left to whoever changed them"),
        Group.IRREVERSIBLE: _("irreversible"),
    }
    rows: list[tuple[str, ...]] = [
        (word, grouped(summary.orders.get(group.value, 0))) for group, word in words.items()
    ]
    kinds = {
        "customer": _("customers created, irreversible"),
        "address": _("addresses created, irreversible"),
        "customer_change": _("customers changed, irreversible"),
        "registration": _("remote ids registered, irreversible"),
    }
    return rows + [(kinds.get(kind, kind), grouped(count)) for kind, count in sorted(summary.others.items())]


def _outcomes(summary: UndoSummary) -> list[tuple[str, ...]]:
    words = {
        UndoState.CANCELLED: _("cancelled, and read back so"),
        UndoState.ASKED: _("waiting for cancellation on the target"),
        UndoState.ALREADY: _("cancelled by somebody else before"),
        UndoState.LEFT_ALONE: _("changed since the plan, left alone"),
        UndoState.REFUSED: _("refused by the target"),
        UndoState.FAILED: _("attempts used up"),
        UndoState.UNCLEAR: _("unclear: a person has to look"),
        UndoState.IN_DOUBT: _("in doubt"),
        UndoState.CANCELLING: _("in doubt"),
        UndoState.WAITING: _("not cancelled yet"),
        UndoState.LISTED: _("not cancelled yet"),
    }
    counted: Counter[str] = Counter()
    for state, word in words.items():
        counted[word] += summary.outcomes.get(state.value, 0)
    return [(word, grouped(count)) for word, count in counted.items() if count]


def _print_money(screen: Screen, summary: UndoSummary, *, planned: bool) -> None:
    sentence = (
        _("{listed} {currency} to be cancelled")
        if planned
        else _("{cancelled} of {listed} {currency} cancelled")
    )
    for currency, (listed, cancelled) in sorted(summary.money.items()):
        told = sentence.format(
            cancelled=amount(Decimal(cancelled)), listed=amount(Decimal(listed)), currency=currency
        )
        screen.line(f"  {told}")


def _print_reasons(screen: Screen, lines: list[UndoRecord]) -> None:
    """Why lines are not taken back: the reasons, counted, the commonest first, with a few of the orders."""
    told = sorted((one for one in lines if one.code), key=_reason)
    groups = [(reason, list(some)) for reason, some in groupby(told, key=_reason)]
    groups.sort(key=lambda group: -len(group[1]))
    if groups:
        screen.line()
    for (code, reason), some in groups[:REASONS]:
        names = ", ".join(one.number or one.remote_id or "" for one in some[:EXAMPLES])
        more = f" +{len(some) - EXAMPLES}" if len(some) > EXAMPLES else ""
        screen.line((f"{code} ", "bold yellow"), f"× {len(some)}  {reason}: {names}{more}")
    if len(groups) > REASONS:
        screen.line(_("and {count} more reasons, in orders.csv").format(count=len(groups) - REASONS))


def _reason(record: UndoRecord) -> tuple[str, str]:
    reason = record.facts.get("reason")
    return record.code or "", retold(str(reason)) if reason else why(record)
