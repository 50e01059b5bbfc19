"""Decisions at the end of a check, on a terminal."""

from pipeline.model.decision import Decisions
from pipeline.model.issue import shown
from pipeline.model.language import _, ngettext
from pipeline.reporting.shown.decisions import headline, masked_decisions, outlook, view_of
from pipeline.reporting.terminal.console import Screen
from pipeline.reporting.words.figures import grouped

MOST_PRINTED = 10


def print_decisions(screen: Screen, decisions: Decisions, command: str) -> None:
    """The end of a check: which decisions the refused orders wait for; ``command`` answers them."""
    if not decisions.listed:
        return
    decisions = decisions if screen.show_pii else masked_decisions(decisions)
    screen.line()
    screen.line((headline(decisions), "bold"))
    for number, one in enumerate(decisions.listed[:MOST_PRINTED], 1):
        view = view_of(one)
        orders = ngettext("{number} order", "{number} orders", one.orders).format(number=view.orders)
        screen.line(f"  {number}. {view.question} ({orders}; {shown(one.column)}, {one.field})")
        if view.suggestion:
            screen.line((f"     {_('suggested:')} ", "dim"), (view.suggestion, "bold"), f"   {view.effect}")
        elif view.others:
            screen.line((f"     {_('perhaps:')} ", "dim"), view.others)
    left = len(decisions.listed) + decisions.further - MOST_PRINTED
    if left > 0:
        more = ngettext(
            "and {number} further decision: decisions.json lists them.",
            "and {number} further decisions: decisions.json lists them.",
            left,
        )
        screen.line(f"  {more.format(number=grouped(left))}")
    if outlook(decisions):
        screen.line(f"  {outlook(decisions)}")
    screen.line((f"{_('Answer:')}  ", "bold"), command)
