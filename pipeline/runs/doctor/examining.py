"""The doctor: what a run depends on is looked at before it is needed."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.model.capability import Capability
from pipeline.model.catalogue import severity_of
from pipeline.model.diagnosis import Finding
from pipeline.model.issue import Issue, Severity
from pipeline.runs.asked.request import Places, SendRequest
from pipeline.runs.doctor.machine import look_at_machine
from pipeline.runs.doctor.target import look_at_target
from pipeline.runs.state_folder.evidence_file import read_evidence

MACHINE_TROUBLE, TARGET_TROUBLE = 7, 5


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found on the machine and at the target, and what an earlier probe has left, if one has."""

    machine: Sequence[Finding]
    target: Sequence[Finding] = ()
    probed: Capability | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them, in order."""
        return (*self.machine, *self.target)

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What is not well."""
        return tuple(finding.issue for finding in self.findings if finding.issue is not None)

    @property
    def exit_code(self) -> int:
        """7 where the machine would fail a run, 5 where the target would, else 0; warnings do not count."""
        if _ails(self.machine):
            return MACHINE_TROUBLE
        return TARGET_TROUBLE if _ails(self.target) else 0


def diagnose(
    places: Places, target: str | None = None, channel: int | None = None, request: SendRequest | None = None
) -> Diagnosis:
    """Look at this machine, and with a ``request`` at the target. Raises :class:`UsageRefused`."""
    machine = look_at_machine(places)
    if target is None or channel is None or request is None:
        return Diagnosis(machine)
    found = look_at_target(target, channel, request)
    return Diagnosis(machine, found, read_evidence(places, target, channel))


def _ails(findings: Sequence[Finding]) -> bool:
    return any(f.issue is not None and severity_of(f.issue) is not Severity.WARNING for f in findings)
