"""Living customers that a plan changes, in words: how many, and what, masked."""

from pipeline.model.change import Change
from pipeline.model.language import _, ngettext
from pipeline.model.summary import Summary
from pipeline.reporting.masking.mask import mask_personal
from pipeline.reporting.words.figures import grouped
from pipeline.reporting.words.verdict import NOTHING_SENT


def changes_sentence(summary: Summary) -> str:
    """``Would change: 12 customers (phone_number).``; empty where no plan has looked."""
    counts = summary.changes
    if counts is None:
        return ""
    fields = f" ({', '.join(counts.fields)})" if counts.fields else ""
    if summary.command in NOTHING_SENT:
        said = ngettext(
            "Would change: {number} customer{fields}.",
            "Would change: {number} customers{fields}.",
            counts.listed,
        )
        return said.format(number=grouped(counts.listed), fields=fields)
    changed = _("{number} of {all} changed{fields}")
    told = [changed.format(number=grouped(counts.changed), all=grouped(counts.listed), fields=fields)]
    if counts.not_changed:
        told.append(_("{number} left as they are").format(number=grouped(counts.not_changed)))
    if counts.left:
        told.append(_("{number} still to be changed").format(number=grouped(counts.left)))
    return _("Customers: {parts}.").format(parts=", ".join(told))


def change_line(change: Change) -> str:
    """``customer 201: phone_number +•• ••• •••••32 → +•• ••• •••••45``."""
    parts = ", ".join(
        f"{name} {_masked(change.before[name])} → {_masked(value)}" for name, value in change.after.items()
    )
    return _("customer {id}: {parts}").format(id=change.remote_id, parts=parts)


def _masked(value: str | None) -> str:
    return mask_personal(value) if value else _("(nothing)")
