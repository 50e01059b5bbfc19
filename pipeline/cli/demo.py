"""``orderlift demo``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import options
from pipeline.model.language import _

if TYPE_CHECKING:
    from pipeline.model.summary import OrderCounts
    from pipeline.runs.asked.request import Places
    from pipeline.runs.asked.result import ReportsNotWritten, Result

FAULTS = {"503": 0.02, "429": 0.01, "commit_then_reset": 0.02, "reset_before_commit": 0.01, "seed": 11}
"""The service the demo meets: mildly unwell, the same way every time."""


@dataclass(frozen=True, slots=True)
class Intended:
    """How the demo ends, because its samples hold wrong rows on purpose."""

    created: int
    invalid: int
    rejected: int

    def differs(self, orders: "OrderCounts") -> str:
        """What came out differently, or nothing."""
        names = [name for name in self.__slots__ if getattr(self, name) != getattr(orders, name)]
        told = _("{name} {found} instead of {intended}")
        return ", ".join(
            told.format(name=name, found=getattr(orders, name), intended=getattr(self, name))
            for name in names
        )


NO_REPORTS = 7
INTENDED = Intended(created=227, invalid=2, rejected=1)


@click.command("demo")
@click.option("--keep", type=click.Path(path_type=Path), help="Keep the journal in this folder.")
@options.output
def command(keep: Path | None, **flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """See it work: the shipped samples, end to end, against the simulator.

    \b
    orderlift demo
    orderlift demo --keep demo-state --report-dir demo-reports

    Starts the simulator on a free port of this machine, sends some 200 invented orders through a mildly
    unwell service, and ends with 0 when the outcome is the intended one: the samples hold wrong rows on
    purpose. Next: open the report; orderlift check with your own files.
    """  # noqa: D301
    import tempfile

    from pipeline.cli.requests import Talk
    from pipeline.runs.asked.request import Places

    talk = Talk.of(flags)
    with tempfile.TemporaryDirectory(prefix="orderlift-demo-", ignore_cleanup_errors=True) as scratch:
        places = Places(flags["state_dir"] or keep or Path(scratch), flags["report_dir"])
        kept = bool(flags["state_dir"] or keep)
        code = _demo(talk, places, kept=kept)
    if not (talk.quiet or kept or code == NO_REPORTS):
        told = _(
            "Its journal is gone with it, and commands that its report names find no run. To try them: "
            "orderlift demo --keep demo-state, and give them --state-dir demo-state."
        )
        click.echo(told, err=True)
    return code


def _demo(talk: Any, places: "Places", *, kept: bool) -> int:  # noqa: ANN401 - imported late
    from pipeline.cli.progress import Bar
    from pipeline.cli.telling import carry_out, screen
    from pipeline.model.capability import Capability
    from pipeline.model.issue import Issue
    from pipeline.reporting.terminal.console import print_issues
    from pipeline.runs.asked.request import PlanRequest, SendRequest
    from pipeline.runs.asked.result import ReportsNotWritten
    from pipeline.runs.machine.shipped import shipped
    from pipeline.runs.verbs import run
    from pipeline.simulator import Simulator

    samples, mapping = shipped("input_samples"), shipped("mappings") / "turkish_two_files.yaml"
    sources = [samples / "siparisler.csv", samples / "siparis_kalemleri.xlsx"]
    said: list[str] = []

    with Simulator(faults=FAULTS) as simulator, Bar(talk) as bar:
        if not talk.quiet:
            names = ", ".join(path.name for path in sources)
            told = _("Simulator on {url}; reading {names}")
            click.echo(told.format(url=simulator.url, names=names), err=True)

        def work() -> "Result":
            planned = PlanRequest(sources, mapping, simulator.url, 5, Capability(settle_window=0.5))
            request = SendRequest(simulator.token, rate=100.0)
            try:
                return run(planned, request, places, progress=bar.preparing, told=bar.sending)
            except ReportsNotWritten as refusal:
                if kept:
                    raise
                raise to_be_repeated(refusal) from refusal

        def as_intended(result: "Result") -> int:
            different = _different(result.summary.orders, simulator.truth.totals(5)["orders"])
            said.append(different or _sentence(result.summary.orders))
            return 1 if different else 0

        code = carry_out(talk, "demo", work, as_intended)
    if code and said:
        print_issues(screen(talk), [Issue("E709", facts={"reason": said[0]})], {})
    elif said and not talk.quiet:
        click.echo(said[0], err=True)
    return code


def to_be_repeated(refusal: "ReportsNotWritten") -> "ReportsNotWritten":
    """The same with another remedy: no report can be made later, because the journal goes with the demo."""
    from pipeline.runs.asked.result import ReportsNotWritten

    again = {"command": "orderlift demo --report-dir FOLDER"}
    issues = (replace(issue, facts={**issue.facts, **again}) for issue in refusal.issues)
    return ReportsNotWritten(refusal.result, *issues)


def _different(orders: "OrderCounts", held: int) -> str:
    if different := INTENDED.differs(orders):
        return different
    told = _("the simulator holds {held} orders, the run created {created}")
    return "" if held == orders.created else told.format(held=held, created=orders.created)


def _sentence(orders: "OrderCounts") -> str:
    told = _(
        "As intended: {created} created, each once; {invalid} refused by the checks and {rejected} by the "
        "target, because the samples hold wrong rows on purpose."
    )
    return told.format(created=orders.created, invalid=orders.invalid, rejected=orders.rejected)
