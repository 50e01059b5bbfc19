"""``orderlift doctor``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import options
from pipeline.model.language import N_, _

if TYPE_CHECKING:
    from pipeline.cli.requests import Talk
    from pipeline.runs.asked.request import Places, SendRequest
    from pipeline.runs.doctor.examining import Diagnosis
    from pipeline.runs.doctor.probe import Probed


@click.command("doctor")
@options.where
@click.option(
    "--probe-unique",
    is_flag=True,
    help="Create test orders to learn what the target does with a number it already holds.",
)
@click.option(
    "--probe-order",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The payload to probe with: a JSON file with order and order_item.",
)
@click.option("--probe-run", metavar="RUN", help="A run whose first order is what to probe with.")
@click.option("--by", metavar="NAME", help="Who probes; the user of this machine where it is left out.")
@click.option("--yes", is_flag=True, help="Create the test orders beyond this machine without asking.")
@options.connection
@options.talk
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Look at what a run depends on: this machine, the target, its channel.

    \b
    orderlift doctor
    orderlift doctor --target https://… --channel 5
    orderlift doctor --target https://… --channel 9 --probe-unique --probe-order order.json

    With --probe-unique two to five orders are created on a test channel, after you agreed; what was seen is
    kept for later plans of that channel. Without it nothing is changed. Next: orderlift plan.
    """  # noqa: D301
    from pipeline.cli.requests import Talk, look_up_request
    from pipeline.cli.telling import see_through
    from pipeline.runs.asked.request import Places, default_state_dir
    from pipeline.runs.doctor.examining import diagnose

    target, channel = flags["target"], flags["channel"]
    if (target is None) != (channel is None) or (flags["probe_unique"] and target is None):
        raise click.UsageError(_("A target is looked at by --target URL and --channel N together."))
    talk, places = Talk.of(flags), Places(flags["state_dir"] or default_state_dir())

    def work() -> "tuple[Diagnosis, Probed | None]":
        request = look_up_request(flags) if target is not None else None
        found = diagnose(places, target, channel, request)
        if flags["probe_unique"] and request is not None and found.exit_code == 0:
            return found, _probe(flags, request, places)
        if flags["probe_unique"]:
            click.echo(_("Nothing was probed: what was found has to be seen to first."), err=True)
        return found, None

    return see_through(
        talk, "doctor", work, lambda found: _tell(talk, *found), lambda found: found[0].exit_code
    )


def _probe(flags: dict[str, Any], request: "SendRequest", places: "Places") -> "Probed":
    from pipeline.cli.confirm import confirm
    from pipeline.cli.requests import this_person
    from pipeline.runs.doctor.probe import draw_numbers, probe, probe_order

    target, channel, chosen = flags["target"], flags["channel"], draw_numbers()
    payload = probe_order(places, flags["probe_order"], flags["probe_run"])
    told = _(
        "The probe sends up to six orders to channel {channel} of {target} and creates two to five of them:"
    )
    click.echo(told.format(channel=channel, target=target), err=True)
    for number in chosen.most:
        click.echo(f"  '{number}'{_(' (twice)') if number == chosen.first else ''}", err=True)
    click.echo(_("They stay there: this tool deletes nothing. Use a test channel."), err=True)
    confirm(target, channel, N_("two to five test"), yes=flags["yes"])
    by = this_person() if flags["by"] is None else flags["by"]
    return probe(target, channel, payload, chosen, request, places, by=by)


def _tell(talk: "Talk", found: "Diagnosis", probed: "Probed | None") -> None:
    from pipeline.cli.streams import print_json, reader_may_leave
    from pipeline.cli.telling import screen
    from pipeline.model.capability import as_header
    from pipeline.reporting.terminal.console import print_issues
    from pipeline.reporting.terminal.diagnosis import print_capability, print_findings

    known = probed.capability if probed else found.probed
    issues = [*found.issues, *(probed.issues if probed else ())]
    with reader_may_leave():
        if not talk.quiet:
            print_issues(screen(talk), issues, {})
        if talk.as_json:
            print_json(
                {
                    "schema": "orderlift/diagnosis/1",
                    "exit_code": found.exit_code,
                    "findings": [
                        {"what": one.what, "found": one.found, "code": one.issue.code if one.issue else None}
                        for one in found.findings
                    ],
                    "capability": {"mode": known.mode, **as_header(known)} if known else None,
                    "created": list(probed.created) if probed else [],
                    "issues": [issue.code for issue in issues],
                }
            )
            return
        out = screen(talk, "out")
        print_findings(out, found.findings)
        if known is not None:
            out.line()
            print_capability(out, known)
        if probed is not None:
            out.line()
            numbers = ", ".join(repr(number) for number in probed.created)
            out.line(_("Created on the target: {numbers}.").format(numbers=numbers))
            out.line(_("Kept for later plans in {path}").format(path=probed.path))
