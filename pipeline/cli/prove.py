"""``orderlift prove``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import options

if TYPE_CHECKING:
    from pipeline.runs.accounts.proving import Proof


@click.command("prove")
@click.argument("run_id", required=False, metavar="[RUN]")
@options.output
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Replay a run's journal, and check every promise it can answer for.

    \b
    orderlift prove
    orderlift prove 7f3a --json

    Nothing is sent or changed. Exit code 7 and the orders by number where a promise does not hold.
    Next: orderlift report, or orderlift reconcile.
    """  # noqa: D301
    from pipeline.cli.requests import Talk, places_of
    from pipeline.cli.streams import print_json
    from pipeline.cli.telling import screen, see_through
    from pipeline.reporting.console import print_issues
    from pipeline.reporting.diagnosis import print_promises
    from pipeline.runs.accounts.proving import prove

    talk = Talk.of(flags)

    def tell(proof: "Proof") -> None:
        if not talk.quiet:
            print_issues(screen(talk), proof.issues(), {}, examples=20)
        if talk.as_json:
            print_json(proof.as_json())
        else:
            print_promises(screen(talk, "out"), proof.run_id, proof.checks, proof.emptied)

    return see_through(
        talk,
        "prove",
        lambda: prove(flags["run_id"], places_of(flags)),
        tell,
        lambda proof: proof.exit_code,
    )
