"""Living customers that a plan changes, in words: how many, and what, masked."""

from pipeline.model.change import Change
from pipeline.model.summary import Summary
from pipeline.reporting.figures import counted, grouped
from pipeline.reporting.mask import mask_personal
from pipeline.reporting.verdict import NOTHING_SENT


def changes_sentence(summary: Summary) -> str:
    """``Would change: 12 customers (phone_number).``; empty where no plan has looked."""
    counts = summary.changes
    if counts is None:
        return ""
    fields = f" ({', '.join(counts.fields)})" if counts.fields else ""
    if summary.command in NOTHING_SENT:
        return f"Would change: {counted(counts.listed, 'customer')}{fields}."
    told = [f"{grouped(counts.changed)} of {grouped(counts.listed)} changed{fields}"]
    told += [f"{grouped(counts.not_changed)} left as they are"] if counts.not_changed else []
    told += [f"{grouped(counts.left)} still to be changed"] if counts.left else []
    return f"Customers: {', '.join(told)}."


def change_line(change: Change) -> str:
    """``customer 201: phone_number +•• ••• •••••32 → +•• ••• •••••45``."""
    parts = [
        f"{name} {_masked(change.before[name])} → {_masked(value)}" for name, value in change.after.items()
    ]
    return f"customer {change.remote_id}: {', '.join(parts)}"


def _masked(value: str | None) -> str:
    return mask_personal(value) if value else "(nothing)"
