"""``orderlift reconcile``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from typing import Any

import click

from pipeline.cli import options


@click.command("reconcile")
@click.argument("run_id", required=False, metavar="[RUN]")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Look up every order that is not final, as if another journal had sent it.",
)
@options.connection
@options.output
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Settle what is in doubt by asking the target, and send nothing.

    \b
    orderlift reconcile
    orderlift reconcile 7f3a --all

    Each number is looked up and what is found is compared; an absence counts after the settle window.
    Next: orderlift resume, or orderlift resolve for what only a person can decide.
    """  # noqa: D301
    from pipeline.cli.progress import Bar
    from pipeline.cli.requests import Talk, look_up_request, places_of
    from pipeline.cli.telling import carry_out, tell_refusal
    from pipeline.model.refusal import Refusal
    from pipeline.runs.settling.reconciling import reconcile

    talk = Talk.of(flags)
    try:
        request, places = look_up_request(flags), places_of(flags)
    except Refusal as refusal:
        return tell_refusal(talk, "reconcile", refusal)
    with Bar(talk) as bar:
        return carry_out(
            talk,
            "reconcile",
            lambda: reconcile(
                flags["run_id"], request, places, everything=flags["everything"], told=bar.settling
            ),
        )
