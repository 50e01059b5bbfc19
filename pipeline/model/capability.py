"""What a target can be relied on for, how that is known, and what may therefore be promised."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from dataclasses import field as made_by
from typing import Any

from pipeline.model.language import N_, _, retold

ASSUMED = N_("assumed")
DECLARED = N_("declared")
PROBED = N_("probed")


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a capability is known.

    ``source`` is ``assumed`` (nobody said anything: the documentation is taken at its word), ``declared`` (a
    person did) or ``probed`` (the target was tried). ``at`` is UTC, ISO 8601; ``by`` names who declared or
    probed; ``seen`` are sentences on what the target did. ``same`` are the ways in which two numbers may
    differ that the target takes for one.
    """

    source: str = ASSUMED
    at: str = ""
    by: str = ""
    seen: Sequence[str] = ()
    same: Sequence[str] = ()

    @property
    def words(self) -> str:
        """``probed 2024-05-01T10:00:00+00:00 by ayse: a second order with the same number was refused``."""
        by = _("by {person}").format(person=self.by) if self.by else ""
        head = " ".join(filter(None, (_(self.source), self.at, by)))
        if self.source == ASSUMED:
            return _("assumed from the target's documentation; neither declared nor probed")
        if not self.seen:
            return _("{head}; not probed").format(head=head)
        return f"{head}: {'; '.join(map(retold, self.seen))}"


@dataclass(frozen=True, slots=True)
class Capability:
    """``unique``: a second create with the same number is refused. ``settle_window`` in seconds.

    ``lookup``: orders can be read back by number. Without ``unique``, an absence counts only after the settle
    window, in which the target may still apply a request whose answer was lost. Without ``unique`` and
    ``lookup`` nothing is ever sent twice, and people settle what is in doubt.
    """

    unique: bool = False
    settle_window: float = 120.0
    lookup: bool = True
    evidence: Evidence = made_by(default_factory=Evidence)

    @property
    def mode(self) -> str:
        """``A``: the target refuses a second order; ``B``: it only shows its orders; ``C``: neither."""
        return "A" if self.unique else "B" if self.lookup else "C"

    @property
    def promise(self) -> str:
        """The promise this mode allows, in words, with its condition."""
        known = {PROBED: _("probed"), DECLARED: _("declared, not probed")}.get(
            self.evidence.source, _("assumed, not probed")
        )
        if self.unique:
            promise = _(
                "Each order number is created at most once by this tool, whatever crashes: the target "
                "refuses a number that it already holds ({known})."
            ).format(known=known)
            if not self.lookup:
                promise += " " + _(
                    "Orders cannot be looked up, so one whose first answer was lost and whose second "
                    "sending was refused as duplicate counts as created without being compared."
                )
            return promise
        if self.lookup:
            return _(
                "Each order number is created at most once by this tool, whatever crashes, as long as the "
                "target does not apply a request more than {seconds} seconds after receiving it."
            ).format(seconds=f"{self.settle_window:g}")
        return _(
            "No order is ever sent twice by this tool, unless a person has decided that the target does not "
            "hold it. After a fault some orders may be listed as in doubt, for a person to settle."
        )


class ContradictedError(Exception):
    """What was declared is more than what the target was seen to do; the argument is what was declared."""


def agreed(declared: Capability, probed: Capability | None) -> Capability:
    """The capability to rely on: what was declared, else what was probed, else what is assumed.

    Less than what was probed may always be declared. Where different numbers are the same to the target, a
    refusal alone proves nothing: without lookups it is not relied on. Raises :class:`ContradictedError` for a
    declaration of ``unique`` where the target was seen to take a number twice.
    """
    said = declared.unique or not declared.lookup
    if probed is None:
        if said and declared.evidence.source == ASSUMED:
            return replace(declared, evidence=replace(declared.evidence, source=DECLARED))
        return declared
    if declared.unique and not probed.unique:
        raise ContradictedError("--assume-unique")
    lookup = probed.lookup and declared.lookup
    unique = probed.unique and (lookup or not probed.evidence.same)
    return Capability(unique, declared.settle_window, lookup, probed.evidence)


def as_header(capability: Capability) -> dict[str, Any]:
    """The capability as the header of a run keeps it."""
    return {
        "unique": capability.unique,
        "settle_window": capability.settle_window,
        "lookup": capability.lookup,
        "evidence": asdict(capability.evidence),
    }


def from_header(header: Mapping[str, Any]) -> Capability:
    """The capability that :func:`as_header` wrote; what an earlier header lacks is assumed."""
    evidence = Evidence(**header["evidence"]) if "evidence" in header else Evidence()
    return Capability(
        bool(header["unique"]),
        float(header["settle_window"]),
        bool(header.get("lookup", True)),
        replace(evidence, seen=tuple(evidence.seen), same=tuple(evidence.same)),
    )
