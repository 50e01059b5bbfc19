"""``orderlift undo``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from pathlib import Path
from typing import Any

import click

from pipeline.cli import options
from pipeline.model.language import _


@click.command("undo")
@click.argument("run_id", metavar="RUN")
@click.option(
    "-o",
    "--output",
    "plan_file",
    type=click.Path(path_type=Path),
    required=True,
    help="Where to write the plan for apply.",
)
@click.option(
    "--reason",
    type=click.IntRange(min=1),
    required=True,
    help="The id of the target's reason for cancelling; only its own panel or API tells which there are.",
)
@click.option(
    "--status",
    "statuses",
    multiple=True,
    metavar="STATUS",
    help="Cancel orders of this status, by code or name; instead of 200, 300, 350, 400 and 450.",
)
@click.option(
    "--ignore-modified",
    is_flag=True,
    help="Take an order for untouched though it was modified later, if all that was sent reads the same.",
)
@options.connection
@options.output
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Plan to cancel what a run created; apply carries it out.

    \b
    orderlift undo 7f3a -o undo.plan --reason 12
    orderlift apply undo.plan --dry-run
    orderlift apply undo.plan --canary 3 --rate 5

    Every order is read back first, and nothing is changed: what can be cancelled, what somebody has touched
    since, and what cannot be taken back, each with its reason. Next: orderlift apply.
    """  # noqa: D301
    from pipeline.cli.progress import Bar
    from pipeline.cli.requests import Talk, look_up_request, places_of
    from pipeline.cli.telling import see_through
    from pipeline.cli.undoing import tell_undo
    from pipeline.runs.undoing.planning import UndoRequest
    from pipeline.runs.undoing.verbs import UndoResult, plan_undo
    from pipeline.upload.undo import BEFORE_SHIPPING, code_of

    codes = [code_of(text) for text in flags["statuses"]]
    for text, code in zip(flags["statuses"], codes, strict=True):
        if code is None:
            told = _("{text!r} is no status of the target").format(text=text)
            raise click.BadParameter(told, param_hint="--status")
    talk = Talk.of(flags)
    with Bar(talk) as bar:

        def work() -> UndoResult:
            wanted = frozenset(code for code in codes if code) or frozenset(BEFORE_SHIPPING)
            request = UndoRequest(flags["run_id"], flags["reason"], wanted, flags["ignore_modified"])
            online = look_up_request(flags)
            return plan_undo(request, online, flags["plan_file"], places_of(flags), progress=bar.preparing)

        return see_through(
            talk,
            "undo",
            work,
            lambda result: tell_undo(talk, result, flags["plan_file"]),
            lambda result: result.exit_code,
        )
