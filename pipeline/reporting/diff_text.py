"""What changes between two mappings, for a terminal and as JSON."""

from collections import Counter
from typing import Any

from pipeline.model.issue import shown
from pipeline.reporting.console import Screen
from pipeline.reporting.figures import grouped
from pipeline.upload.changes import KindOfChange, MappingDiff

SCHEMA = "orderlift/mapping-diff/1"
MOST_PAIRS = 5
"""Pairs of before and after that are printed of one kind."""


def print_diff(screen: Screen, diff: MappingDiff) -> None:
    """Print how many orders change, each kind of change with its most frequent values, and what was sent."""
    ready = diff.same + diff.changed
    words = [f"{grouped(diff.changed)} of {grouped(ready)} orders that are ready both times change"]
    words += [f"{grouped(diff.newly_refused)} newly refused"] if diff.newly_refused else []
    words += [f"{grouped(diff.newly_ready)} newly ready"] if diff.newly_ready else []
    screen.line(("; ".join(words) + ".", "bold"))
    for kind in sorted(diff.kinds.values(), key=lambda one: (-one.orders, one.field, one.how)):
        _print_kind(screen, kind)
    _print_turned(screen, "Newly refused", diff.newly_refused, diff.refused_examples, diff.why_refused)
    _print_turned(
        screen, "Newly ready, refused before", diff.newly_ready, diff.ready_examples, diff.why_was_refused
    )
    _print_rest(screen, diff)


def _print_kind(screen: Screen, kind: KindOfChange) -> None:
    screen.line()
    more = f", {grouped(kind.values)} values" if kind.values != kind.orders else ""
    screen.line((f"{kind.field} {kind.how}", "bold"), f"   {grouped(kind.orders)} orders{more}")
    pairs = kind.pairs.most_common(MOST_PAIRS)
    if pairs[0][1] == 1:  # every value is another: orders tell more than a list of pairs
        for number, before, after in kind.examples:
            screen.line(f"    {_pair(before, after)}", (f"   order {number}", "dim"))
        return
    for (before, after), count in pairs:
        screen.line(f"    {_pair(before, after)}", (f"   {grouped(count)} times", "dim"))
    rest = len(kind.pairs) - len(pairs)
    if rest > 0 or kind.more_pairs:
        screen.line((f"    … and {grouped(rest)}{' or more' if kind.more_pairs else ''} other pairs", "dim"))
    screen.line((f"    for example order {kind.examples[0][0]}", "dim"))


def _pair(before: str | None, after: str | None) -> str:
    return f"{shown(before or 'not sent')} → {shown(after or 'not sent')}"


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
    screen.line((title, "bold"), f"   {grouped(count)} orders: {codes}")
    for number, _ in examples:
        screen.line((f"    for example order {number}", "dim"))


def _print_rest(screen: Screen, diff: MappingDiff) -> None:
    screen.line()
    for count, words in (
        (diff.same, "orders stay as they are"),
        (diff.refused_by_both, "orders are refused by both"),
        (diff.only_before, "orders are read by the first mapping alone"),
        (diff.only_after, "orders are read by the second mapping alone"),
        (diff.not_compared, "orders differ and were not compared field by field: their keys differ"),
    ):
        if count:
            screen.line(f"{grouped(count)} {words}.")
    if diff.sent is not None:
        style = "bold yellow" if diff.sent.count else "default"
        screen.line((f"{grouped(diff.sent.count)} of those that change were sent already.", style))
        for number, run, remote in diff.sent.examples:
            known = f", id {remote} on the target" if remote else ""
            screen.line((f"    order {number}: run {run}{known}", "dim"))


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
