"""``orderlift prove``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import options
from pipeline.model.fingerprint import Fingerprint, fingerprint_from
from pipeline.model.language import _

if TYPE_CHECKING:
    from pipeline.runs.accounts.proving import Proof


class Kept(click.ParamType[Fingerprint]):
    """A fingerprint as it is printed."""

    name = "fingerprint"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Fingerprint:
        """The fingerprint."""
        if isinstance(value, Fingerprint):
            return value
        found = fingerprint_from(str(value))
        if found is None:
            told = _("{value!r} is not a fingerprint, such as 8-22-12-1- and 64 hexadecimal digits")
            self.fail(told.format(value=value), param, ctx)
        return found


@click.command("prove")
@click.argument("run_id", required=False, metavar="[RUN]")
@click.option(
    "--fingerprint",
    type=Kept(),
    metavar="HEX",
    help="A fingerprint that was kept, to be held against the journal.",
)
@options.output
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Replay a run's journal, and check every promise it can answer for.

    \b
    orderlift prove
    orderlift prove 7f3a --json
    orderlift prove 7f3a --fingerprint 8-22-12-1-9f86d081…

    Nothing is sent or changed. Exit code 7 and the orders by number where a promise does not hold. The end of
    each run, and its report, names the fingerprint of its history; kept elsewhere, it shows whether that
    history was rewritten, even where everything was made to fit again.
    Next: orderlift report, or orderlift reconcile.
    """  # noqa: D301
    from pipeline.cli.requests import Talk, places_of
    from pipeline.cli.streams import print_json
    from pipeline.cli.telling import screen, see_through
    from pipeline.reporting.terminal.console import print_issues
    from pipeline.reporting.terminal.diagnosis import print_fingerprint, print_promises
    from pipeline.runs.accounts.proving import prove

    talk = Talk.of(flags)

    def tell(proof: "Proof") -> None:
        if not talk.quiet:
            print_issues(screen(talk), proof.issues(), {}, examples=20)
        if talk.as_json:
            print_json(proof.as_json())
        else:
            out = screen(talk, "out")
            print_promises(out, proof.run_id, proof.checks, proof.emptied)
            print_fingerprint(out, proof.fingerprint, proof.compared)

    return see_through(
        talk,
        "prove",
        lambda: prove(flags["run_id"], places_of(flags), flags["fingerprint"]),
        tell,
        lambda proof: proof.exit_code,
    )
