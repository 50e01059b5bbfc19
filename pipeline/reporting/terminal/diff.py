"""What changes between two mappings, for a terminal and as JSON."""

from collections import Counter
from typing import Any

from pipeline.model.issue import shown
from pipeline.model.language import _, retold
from pipeline.reporting.terminal.console import Screen
from pipeline.reporting.words.figures import grouped
from pipeline.upload.changes import KindOfChange, MappingDiff

SCHEMA = "orderlift/mapping-diff/1"
MOST_PAIRS = 5
"""Pairs of before and after that are printed of one kind."""


def print_diff(screen: Screen, diff: MappingDiff) -> None:
    """Print how many orders change, each kind of change with its most frequent values, and what was sent."""
    ready = diff.same + diff.changed
    told = _("{changed} of {ready} orders that are ready both times change")
    words = [told.format(changed=grouped(diff.changed), ready=grouped(ready))]
    if diff.newly_refused:
        words.append(_("{count} newly refused").format(count=grouped(diff.newly_refused)))
    if diff.newly_ready:
        words.append(_("{count} newly ready").format(count=grouped(diff.newly_ready)))
    screen.line(("; ".join(words) + ".", "bold"))
    for kind in sorted(diff.kinds.values(), key=lambda one: (-one.orders, one.field, one.how)):
        _print_kind(screen, kind)
    _print_turned(screen, _("Newly refused"), diff.newly_refused, diff.refused_examples, diff.why_refused)
    _print_turned(
        screen, _("Newly ready, refused before"), diff.newly_ready, diff.ready_examples, diff.why_was_refused
    )
    _print_rest(screen, diff)


def _print_kind(screen: Screen, kind: KindOfChange) -> None:
    screen.line()
    more = _(", {count} values").format(count=grouped(kind.values)) if kind.values != kind.orders else ""
    orders = _("{count} orders").format(count=grouped(kind.orders))
    screen.line((f"{kind.field} {retold(kind.how)}", "bold"), f"   {orders}{more}")
    pairs = kind.pairs.most_common(MOST_PAIRS)
    if pairs[0][1] == 1:  # every value is another: orders tell more than a list of pairs
        for number, before, after in kind.examples:
            told = _("order {number}").format(number=number)
            screen.line(f"    {_pair(before, after)}", (f"   {told}", "dim"))
        return
    for (before, after), count in pairs:
        told = _("{count} times").format(count=grouped(count))
        screen.line(f"    {_pair(before, after)}", (f"   {told}", "dim"))
    rest = len(kind.pairs) - len(pairs)
    if rest > 0 or kind.more_pairs:
        told = _("… and {count} or more other pairs") if kind.more_pairs else _("… and {count} other pairs")
        screen.line(("    " + told.format(count=grouped(rest)), "dim"))
    screen.line(("    " + _("for example order {number}").format(number=kind.examples[0][0]), "dim"))


def _pair(before: str | None, after: str | None) -> str:
    return f"{shown(before or _('not sent'))} → {shown(after or _('not sent'))}"


def _print_turned(
    screen: Screen,
    title: str,
    count: int,
    examples: list[tuple[str, tuple[str, ...]]],
    why: Counter[str],
) -> None:
    if not count:
        return
    screen.line()
    codes = ", ".join(f"{code} × {grouped(number)}" for code, number in why.most_common())
    told = _("{count} orders: {codes}").format(count=grouped(count), codes=codes)
    screen.line((title, "bold"), f"   {told}")
    for number, _why in examples:
        screen.line(("    " + _("for example order {number}").format(number=number), "dim"))


def _print_rest(screen: Screen, diff: MappingDiff) -> None:
    screen.line()
    for count, told in (
        (diff.same, _("{count} orders stay as they are.")),
        (diff.refused_by_both, _("{count} orders are refused by both.")),
        (diff.only_before, _("{count} orders are read by the first mapping alone.")),
        (diff.only_after, _("{count} orders are read by the second mapping alone.")),
        (
            diff.not_compared,
            _("{count} orders differ and were not compared field by field: their keys differ."),
        ),
    ):
        if count:
            screen.line(told.format(count=grouped(count)))
    if diff.sent is not None:
        style = "bold yellow" if diff.sent.count else "default"
        told = _("{count} of those that change were sent already.")
        screen.line((told.format(count=grouped(diff.sent.count)), style))
        for number, run, remote in diff.sent.examples:
            known = _(", id {remote} on the target").format(remote=remote) if remote else ""
            told = _("order {number}: run {run}{known}")
            screen.line(("    " + told.format(number=number, run=run, known=known), "dim"))


def diff_json(diff: MappingDiff) -> dict[str, Any]:
    """The same as JSON knows values; every key is always there."""
    return {
        "schema": SCHEMA,
        "orders": {
            "same": diff.same,
            "changed": diff.changed,
            "newly_refused": diff.newly_refused,
            "newly_ready": diff.newly_ready,
            "refused_by_both": diff.refused_by_both,
            "only_before": diff.only_before,
            "only_after": diff.only_after,
            "not_compared": diff.not_compared,
        },
        "kinds": [
            {
                "field": kind.field,
                "how": kind.how,
                "orders": kind.orders,
                "values": kind.values,
                "pairs": [
                    {"before": before, "after": after, "count": count}
                    for (before, after), count in kind.pairs.most_common(20)
                ],
                "examples": [
                    {"order": number, "before": before, "after": after}
                    for number, before, after in kind.examples
                ],
            }
            for kind in sorted(diff.kinds.values(), key=lambda one: (-one.orders, one.field, one.how))
        ],
        "why_newly_refused": dict(diff.why_refused),
        "why_refused_before": dict(diff.why_was_refused),
        "sent": None
        if diff.sent is None
        else {
            "count": diff.sent.count,
            "examples": [
                {"order": number, "run": run, "remote_id": remote}
                for number, run, remote in diff.sent.examples
            ],
        },
    }
