"""What is said of an undo on a terminal: what can be taken back, what not and why, what became of it."""

from collections import Counter
from decimal import Decimal

from pipeline.model.language import _
from pipeline.model.undo import Group, UndoReasons, UndoSummary
from pipeline.reporting.page.undo_view import names_of, reason_words
from pipeline.reporting.terminal.console import Screen
from pipeline.reporting.words.figures import amount, grouped
from pipeline.reporting.words.undo_words import GROUPS, OTHERS, OUTCOMES


def print_undo(screen: Screen, summary: UndoSummary, reasons: UndoReasons, *, planned: bool) -> None:
    """Print the three groups with their reasons, and the outcomes where something was sent."""
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
    _print_reasons(screen, reasons)
    if summary.unsettled:
        screen.line()
        told = _("{count} orders of the run are in doubt or in conflict, and on no list. Settle them: {how}")
        screen.line(told.format(count=summary.unsettled, how=f"orderlift reconcile {summary.undoes}"))


def _groups(summary: UndoSummary) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        (word.name, grouped(summary.orders.get(group.value, 0))) for group, word in GROUPS.items()
    ]
    return rows + [(_(OTHERS.get(kind, kind)), grouped(n)) for kind, n in sorted(summary.others.items())]


def _outcomes(summary: UndoSummary) -> list[tuple[str, ...]]:
    counted: Counter[str] = Counter()
    for state, word in OUTCOMES.items():
        counted[word.name] += summary.count(state)
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


def _print_reasons(screen: Screen, reasons: UndoReasons) -> None:
    """Why lines are not taken back: the reasons, counted, the commonest first, with a few of the orders."""
    if reasons.listed:
        screen.line()
    for one in reasons.listed:
        told = reason_words(one, show_pii=screen.show_pii)
        screen.line((f"{one.code} ", "bold yellow"), f"× {one.lines}  {told}: {names_of(one)}")
    more = reasons.kinds - len(reasons.listed)
    if more > 0:
        screen.line(_("and {count} more reasons, in undo.csv").format(count=grouped(more)))
