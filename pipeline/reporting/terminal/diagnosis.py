"""What the doctor found, and what a probe or a proof says, on a terminal."""

from collections.abc import Sequence
from typing import Protocol

from pipeline.model.capability import Capability
from pipeline.model.catalogue import severity_of
from pipeline.model.diagnosis import Finding
from pipeline.model.fingerprint import Compared, Fingerprint
from pipeline.model.issue import Severity
from pipeline.model.language import _, retold
from pipeline.reporting.terminal.console import Screen
from pipeline.reporting.words.figures import grouped

_MARKS = {None: ("✓", "green"), Severity.WARNING: ("!", "yellow")}


def print_findings(screen: Screen, findings: Sequence[Finding]) -> None:
    """One line for each: a mark, what was looked at, what was found, the code where it is not well."""
    room = max((len(retold(finding.what)) for finding in findings), default=0)
    for what, found, issue in findings:
        symbol, style = _MARKS.get(severity_of(issue) if issue else None, ("✕", "bold red"))
        code = f"  [{issue.code}]" if issue else ""
        screen.line((f"  {symbol} ", style), f"{retold(what):<{room}}  {retold(found)}", (code, style))


def print_capability(screen: Screen, capability: Capability) -> None:
    """The mode, what may be promised in it, and how it is known."""
    screen.paragraph(_("Mode {mode}:").format(mode=capability.mode), capability.promise)
    screen.paragraph(_("Known by:"), capability.evidence.words)


class Promise(Protocol):
    """A promise that was checked: what was held against what, how often, and how often it did not hold."""

    name: str
    what: str
    of: str
    checked: int
    broken: int
    faults: list[tuple[str | None, str]]


def print_promises(
    screen: Screen, run_id: str, promises: Sequence[Promise], emptied: str | None = None
) -> None:
    """One line for each promise, and one for the whole; ``emptied`` is when payloads were removed."""
    broken = sum(promise.broken for promise in promises)
    word, style = (
        (_("Every promise holds"), "green") if not broken else (_("The journal breaks promises"), "bold red")
    )
    told = _("run {run}, {count} promises checked").format(run=run_id, count=len(promises))
    screen.line((f"{word}: ", style), (told, "bold"))
    screen.line()
    room = max((len(_(promise.name)) for promise in promises), default=0)
    for promise in promises:
        mark = ("  ✕ ", "bold red") if promise.broken else ("  ✓ ", "green")
        count = f"{grouped(promise.checked)} {_(promise.of)}"
        screen.line(mark, f"{_(promise.name):<{room}}  {_(promise.what)}: {count}")
        for number, fault in promise.faults:
            whose = _("order {number}: ").format(number=number) if number else ""
            screen.line("      ", (f"{whose}{retold(fault)}", "red"))
        more = promise.broken - len(promise.faults)
        if more > 0:
            screen.line("      " + _("and {count} more").format(count=grouped(more)))
    if emptied is not None:
        said = _("Its payloads were removed on {at}: their bytes and amounts could not be checked again.")
        screen.line()
        screen.line(said.format(at=emptied))


def print_fingerprint(screen: Screen, now: Fingerprint | None, compared: Compared | None) -> None:
    """What became of a fingerprint that was kept, and the present one, to be kept."""
    screen.line()
    if compared is not None and compared.reason:
        screen.line(
            ("  ✕ ", "bold red"),
            (f"{_('Not the fingerprint of this journal')}: ", "bold red"),
            retold(compared.reason),
        )
    elif compared is not None:
        same, more = (
            _("The history is the one whose fingerprint was kept"),
            _("{count} entries were added after it"),
        )
        since = f"; {more.format(count=grouped(compared.since))}" if compared.since else ""
        screen.line(("  ✓ ", "green"), f"{same}{since}")
    if now is not None:
        screen.line((_("Fingerprint:"), "bold"), f" {now.text}")
