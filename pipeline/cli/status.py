"""``orderlift status``."""

from typing import Any

import click

from pipeline.cli import options


@click.command("status")
@click.argument("run_id", required=False, metavar="[RUN]")
@options.output
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Say where a run stands.

    \b
    orderlift status
    orderlift status 7f3a --json

    Works while the run is being sent by another process, too. Next: orderlift resume, orderlift report.
    """  # noqa: D301
    import sys

    import orjson

    from pipeline.cli.requests import Talk, places_of
    from pipeline.cli.telling import screen, tell_refusal
    from pipeline.model.refusal import Refusal
    from pipeline.reporting.console import print_summary
    from pipeline.runs.status import Running, status

    talk = Talk.of(flags)
    try:
        found = status(flags["run_id"], places_of(flags))
    except Refusal as refusal:
        return tell_refusal(talk, "status", refusal)
    if isinstance(found, Running):
        facts = found.facts
        if talk.as_json:
            sys.stdout.write(orjson.dumps({"run_id": found.run_id, "running": facts}, option=orjson.OPT_INDENT_2).decode())
            sys.stdout.write("\n")
        else:
            click.echo(
                f"Run {found.run_id} is being sent by process {facts['pid']}: {facts['created']} created, "
                f"{facts['refused']} refused, {facts['in_doubt']} in doubt, {facts['left']} left, "
                f"{facts['orders_per_second']} orders/s."
            )
        return 0
    if talk.as_json:
        sys.stdout.write(orjson.dumps(found.as_json(), option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        print_summary(screen(talk, "out"), found)
    return 0
