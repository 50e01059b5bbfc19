"""Where a target stands, and whether it may be spoken to at all."""

from pipeline.model.catalogue.environment import ORIGIN_FAULTS
from pipeline.model.issue import Issue, shown
from pipeline.model.refusal import UsageRefused
from pipeline.target.client import Address
from pipeline.target.origin import OriginRefusedError, parse_target


def address_of(target: str, channel: int) -> Address:
    """The address of a target's channel; raises :class:`UsageRefused` where it may not be spoken to."""
    try:
        origin, prefix = parse_target(target)
    except OriginRefusedError as refused:
        facts = {"reason": ORIGIN_FAULTS[refused.fault]}
        raise UsageRefused(Issue("E704", value=shown(target), facts=facts)) from None
    return Address(origin, prefix, channel)


def is_this_machine(target: str) -> bool:
    """Whether the target runs on this machine, where orders need no confirmation."""
    return address_of(target, 1).origin.is_loopback


def demand_target(target: str | None, channel: int | None, *, needed: bool) -> None:
    """Raise :class:`UsageRefused` where one is ``needed`` and lacks, or the target may not be spoken to."""
    if needed and (target is None or channel is None):
        what = " and ".join(
            name for name, given in (("--target", target), ("--channel", channel)) if given is None
        )
        raise UsageRefused(Issue("E705", facts={"what": what}))
    if target is not None:
        try:
            parse_target(target)
        except OriginRefusedError as refused:
            facts = {"reason": ORIGIN_FAULTS[refused.fault]}
            raise UsageRefused(Issue("E704", value=shown(target), facts=facts)) from None
