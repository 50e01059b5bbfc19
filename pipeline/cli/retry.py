"""``orderlift retry``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

import re
from pathlib import Path
from typing import Any

import click

from pipeline.cli import options
from pipeline.model.language import N_, _

_RUN = re.compile(r"[0-9a-f]{1,8}")


@click.command("retry")
@click.argument("words", nargs=-1, metavar="[RUN]")
@click.option(
    "--input",
    "inputs",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FIXED",
    help="Repaired files, or a folder of them; the run's own files where none is named.",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="All orders of the run, also where some were corrected by fix import.",
)
@click.option("-m", "--mapping", type=click.Path(path_type=Path), help="Another mapping file.")
@click.option("--target", metavar="URL", help="Another target.")
@click.option("--channel", type=click.IntRange(min=1), help="Another sales channel.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes that prepare orders; chosen by size.")
@options.read_limits
@options.variables
@click.option("-n", "--dry-run", is_flag=True, help="Check only, and send nothing.")
@options.sending
@options.output
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Send what a run did not: its repaired files, or its own once more.

    \b
    orderlift retry 7f3a --input reports/7f3a91c2/failed
    orderlift retry --input fixed-orders.csv --input fixed-items.csv
    orderlift retry 7f3a

    Makes a new run with the old one's mapping, target and channel. What stands on the target already, by
    whichever run, is not sent again. Without RUN the newest is meant. Next: orderlift report.
    """  # noqa: D301
    from pipeline.cli.confirm import confirm
    from pipeline.cli.progress import Bar
    from pipeline.cli.requests import Talk, places_of, send_request
    from pipeline.cli.telling import carry_out, tell_refusal
    from pipeline.model.language import _
    from pipeline.model.reading import ReadLimits
    from pipeline.model.refusal import Refusal
    from pipeline.runs.settling.retrying import RetryRequest, request_of_retry
    from pipeline.runs.verbs import check, run_again

    talk, places = Talk.of(flags), places_of(flags)
    run_id, inputs = _run_and_inputs(flags["words"], flags["inputs"])
    limits = ReadLimits(**dict(flags["read_limits"])) if flags["read_limits"] else None
    asked = RetryRequest(
        run_id,
        inputs,
        flags["mapping"],
        flags["target"],
        flags["channel"],
        flags["jobs"],
        limits,
        dict(flags["variables"]),
        flags["everything"],
    )
    try:
        planned = request_of_retry(asked, places)
        if not flags["dry_run"]:
            request = send_request(flags)
            confirm(str(planned.target), planned.channel or 0, N_("all ready"), yes=flags["yes"])
    except Refusal as refusal:
        return tell_refusal(talk, "retry", refusal)
    with Bar(talk) as bar:
        if not talk.quiet:
            told = _("A new run for what run {run} did not do.")
            click.echo(told.format(run=planned.retries), err=True)
            if planned.overlay is not None and planned.overlay.only is not None:
                told = _("Only what was corrected there is sent ({name}); all of it: --all")
                click.echo(told.format(name=planned.overlay.overlay.name), err=True)
        if flags["dry_run"]:
            return carry_out(talk, "retry", lambda: check(planned, places, progress=bar.preparing))
        return carry_out(
            talk,
            "retry",
            lambda: run_again(planned, request, places, progress=bar.preparing, told=bar.sending),
        )


def _run_and_inputs(words: tuple[str, ...], inputs: tuple[Path, ...]) -> tuple[str | None, list[Path]]:
    """The run and the files; what a shell made of ``--input failed/*`` is files as well."""
    runs = [word for word in words if _RUN.fullmatch(word) and not Path(word).exists()]
    files = [Path(word) for word in words if word not in runs]
    if len(runs) > 1 or (files and not inputs):
        told = _("one run at most, and files with --input: {words}")
        raise click.UsageError(told.format(words=" ".join(words)))
    return (runs[0] if runs else None), [*inputs, *files]
