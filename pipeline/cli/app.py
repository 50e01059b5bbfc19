"""The command line: commands are imported when they are called, so that ``--help`` stays fast."""

import gc
import os
import sys
from importlib import import_module
from typing import Any

import click

from pipeline.cli.languages import VARIABLE, asked_for, in_language, language_option, takes_language
from pipeline.cli.streams import print_json, reader_may_leave, show_everything
from pipeline.model.language import _, speaking
from pipeline.model.summary import Summary

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "See it work: the shipped samples, end to end, against the simulator."),
    "doctor": ("doctor", "Look at what a run depends on: this machine, the target, its channel."),
    "init": ("init", "Make a first mapping of your files, asking about what is not certain."),
    "inspect": ("inspect", "Say what files really are: encoding, sheets, columns, risks."),
    "check": ("check", "Find everything that can be known without the network."),
    "snapshot": ("snapshot", "Keep what a target holds, so that check knows it without the network."),
    "plan": ("plan", "Check, and seal a plan that can be reviewed and applied."),
    "apply": ("apply", "Send exactly what a plan holds."),
    "run": ("run", "Check, plan and apply in one."),
    "resume": ("resume", "Continue a run: settle what is in doubt, send what is left."),
    "retry": ("retry", "Send what a run did not: its repaired files, or its own once more."),
    "fix": ("fix", "Correct refused rows in a workbook: export, import."),
    "reconcile": ("reconcile", "Settle what is in doubt by asking the target, and send nothing."),
    "resolve": ("resolve", "Record what a person found out about an order in doubt, in conflict or failed."),
    "undo": ("undo", "Plan to cancel what a run created; apply carries it out."),
    "rebuild": ("rebuild", "Make a lost journal again: plan anew, and look every number up."),
    "status": ("status", "Say where a run stands."),
    "runs": ("runs", "List the runs, newest first; prune old ones."),
    "report": ("report", "Write the reports of a run again."),
    "prove": ("prove", "Replay a run's journal, and check every promise it can answer for."),
    "redact": ("redact", "Make a bundle of a problem that may be shared: small, and in disguise."),
    "archive": ("archive", "Migration files for old orders: write, resolve."),
    "explain": ("explain", "Explain an issue code, or one order of a run."),
    "mapping": ("mapping", "Work on a mapping file: suggest, check, test, show, diff, decide."),
    "simulate": ("simulate", "Serve the simulator, the target's twin."),
}
"""Command → (module in this package, what it does); the help of each command begins with the same words."""


class LazyGroup(click.Group):
    """A group whose commands live in modules of their own."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command, or ``None`` where there is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"pipeline.cli.{COMMANDS[cmd_name][0]}").command
        return in_language(takes_language(command))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; of one that is not there, the most similar ones are told."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(error.command_name, possibilities=COMMANDS, ctx=ctx) from None

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - what the command returns
        """Run the command; an interruption is told in the language that was chosen."""
        try:
            return super().invoke(ctx)
        except (click.Abort, KeyboardInterrupt):
            click.echo(_("Interrupted."), err=True)
            ctx.exit(130)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing any of them."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(text)) for name, (_module, text) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    params=[language_option(envvar=VARIABLE)],
)
@click.version_option(package_name="orderlift", prog_name="orderlift", message="%(prog)s %(version)s")
def cli() -> None:
    """Lift a legacy shop's order history out of spreadsheets and into Akinon Omnitron.

    \b
    orderlift demo
    orderlift check orders.csv items.xlsx -m mapping.yaml
    orderlift run orders.csv items.xlsx -m mapping.yaml --target https://… --channel 5

    The token comes from ORDERLIFT_TOKEN or --token-file. Exit codes: 0 done, 2 usage or mapping, 3 some
    orders refused, 4 some need a person, 5 stopped early, 6 safety limit, 7 journal or disk.
    """  # noqa: D301 - \b is click's mark for lines that stay as they are


def main() -> int:
    """Run the command line; returns the exit code."""
    gc.set_threshold(100_000, 50, 100)  # millions of short-lived values, hardly a cycle among them
    show_everything()
    code = 0
    with reader_may_leave(), speaking(asked_for(sys.argv[1:], os.environ.get(VARIABLE, ""))):
        code = _run()
    return code  # noqa: RET504 - where the reader left, it is still 0


def _run() -> int:
    streams = sys.stdout, sys.stderr
    try:
        code = in_language(cli).main(standalone_mode=False, prog_name="orderlift")
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo(_("Interrupted."), err=True)
        return 130
    except click.ClickException as error:
        error.show()
        if "--json" in sys.argv:
            command = error.ctx.info_name if isinstance(error, click.UsageError) and error.ctx else None
            print_json(Summary("", command or "", error.exit_code, issues={"E708": 1}).as_json())
        return error.exit_code
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except SystemExit:
        if sys.stdout is streams[0]:
            raise
        sys.stdout, sys.stderr = streams  # click puts others in their place when a pipe has closed
        raise BrokenPipeError from None
    return code if isinstance(code, int) else 0
