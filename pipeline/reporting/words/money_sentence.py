"""How far the money of a run was read back from the target, in a sentence."""

from pipeline.model.language import _, ngettext
from pipeline.model.money import ReadBackStand
from pipeline.model.summary import Summary
from pipeline.reporting.words.figures import grouped
from pipeline.reporting.words.verdict import NOTHING_SENT


def read_back_sentence(summary: Summary) -> str:
    """``Read back from the target: all 198 orders, and every cent balances.``

    Empty where nothing stands on the target that could be read back, and after a demo, whose target is gone.
    """
    stand = summary.read_back
    standing = summary.orders.created + summary.orders.already_present - summary.archived
    if stand is None or summary.command in {*NOTHING_SENT, "demo"} or not (standing or stand.begun):
        return ""
    if not stand.begun:
        return _(
            "Not read back from the target: orderlift report {run} --reconcile compares every cent."
        ).format(run=summary.run_id)
    return _how_far(stand)


def _how_far(stand: ReadBackStand) -> str:
    read, wanted = grouped(stand.read), grouped(stand.wanted)
    differing = ngettext("{count} order differs", "{count} orders differ", stand.differing).format(
        count=grouped(stand.differing)
    )
    if not stand.complete:
        said = _("Read back from the target: {read} of {wanted} orders so far.").format(
            read=read, wanted=wanted
        )
        return f"{said} {differing}." if stand.differing else said
    if stand.differing:
        return _("Read back from the target: {wanted} orders; {differing}.").format(
            wanted=wanted, differing=differing
        )
    return ngettext(
        "Read back from the target: {wanted} order, and every cent balances.",
        "Read back from the target: {wanted} orders, and every cent balances.",
        stand.wanted,
    ).format(wanted=wanted)


def not_in_any_sum(count: int) -> str:
    """``3 orders have no amount that could be read; they are in no sum.``; empty where there is none."""
    said = ngettext(
        "{number} order has no amount that could be read; it is in no sum.",
        "{number} orders have no amount that could be read; they are in no sum.",
        count,
    )
    return said.format(number=grouped(count)) if count else ""
