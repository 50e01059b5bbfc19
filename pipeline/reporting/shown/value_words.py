"""Values on their way to the payload, and records that they name, as people are told of them.

Machines read what ``trace_view`` says of the same values, which is English in every language.
"""

from typing import Any, Final

from pipeline.mapping.field_plan import OMIT
from pipeline.model.language import N_, _, retold
from pipeline.model.lookup import LookupKind, Reference
from pipeline.model.order_life import RecordNamed
from pipeline.reporting.shown.traced_order import written

STANDINGS: Final = {
    "wanted": N_("wanted"),
    "found": N_("found on the target"),
    "lacking": N_("lacking"),
    "creating": N_("creating"),
    "in_doubt": N_("in doubt"),
    "created": N_("created by this run"),
}
"""Where a record stands, by the journal's word for it."""


def told_value(value: Any) -> str:  # noqa: ANN401 - of any type that a step takes or gives
    """A value in one line as JSON has it; what is left out and what is looked up in words."""
    if value is OMIT:
        return _("left out")
    if isinstance(value, Reference):
        return told_record(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(told_value, value))
    return written(value)


def told_record(reference: Reference) -> str:
    """``customer by email 'ayse@example.org'``, with what it lies in and whether it may be created."""
    words = _("{kind} by {key} {value}").format(
        kind=_kind(reference.kind), key=reference.key, value=repr(reference.value)
    )
    if reference.within:
        lies_in = ", ".join(f"{_kind(one.kind)} {one.value!r}" for one in reference.within)
        words = _("{record} in {places}").format(record=words, places=lies_in)
    if reference.create is not None:
        made = ", ".join(f"{name} {value!r}" for name, value in reference.create)
        words = _("{record}; created if missing, of {values}").format(record=words, values=made)
    return words


def answer_of(named: RecordNamed) -> str:
    """What came of a lookup, in words: ``product by sku 'A-1' → 5012 (found on the target)``."""
    found = named.remote_id if named.remote_id is not None else _("no id")
    how = _(STANDINGS[named.state]) if named.state in STANDINGS else named.state
    trouble = f" {named.trouble}" if named.trouble else ""
    return f"{told_record(named.reference)} → {found} ({how}){trouble}"


def _kind(kind: LookupKind) -> str:
    return retold(kind.value.replace("_", " "))
