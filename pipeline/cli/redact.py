"""``orderlift redact``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import options
from pipeline.model.language import _

if TYPE_CHECKING:
    from pipeline.cli.requests import Talk
    from pipeline.model.bundle import Bundle
    from pipeline.runs.redacting.request import RedactRequest

_PATH = click.Path(path_type=Path)


@click.command("redact")
@click.argument("what", nargs=-1, metavar="[RUN | SRC…]")
@click.option("-m", "--mapping", type=_PATH, help="With SRC…: files that are refused before there is a run.")
@options.variables
@click.option("-o", "--output", required=True, type=_PATH, metavar="BUNDLE.zip", help="Where to write it.")
@click.option("--issue", metavar="CODE", help="Show this issue only; else every error there is.")
@click.option("--order", metavar="NUMBER", help="Show what is wrong with this order only.")
@click.option(
    "--max-orders", type=click.IntRange(min=1), default=25, show_default=True, help="Take at most N orders."
)
@click.option("--channel", type=click.IntRange(min=1), help="With SRC…: the sales channel id.")
@click.option("-n", "--dry-run", is_flag=True, help="Tell what would be in it, and write nothing.")
@options.read_limits
@options.talk
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Make a bundle of a problem that may be shared: small, and in disguise.

    \b
    orderlift redact 7f3a -o problem.zip
    orderlift redact 7f3a -o problem.zip --issue E211
    orderlift redact orders.csv items.csv -m mapping.yaml -o problem.zip

    Exit codes: 0 nothing personal in it is real, 3 it does not show everything, 4 something personal is real
    and a person has to look. Next: look into it, then share it.
    """  # noqa: D301
    from pipeline.cli.requests import Talk
    from pipeline.cli.telling import see_through
    from pipeline.runs.asked.request import Places, default_state_dir
    from pipeline.runs.redacting.bundling import redact

    talk = Talk.of(flags)
    request = _request(flags)
    places = Places(flags["state_dir"] or default_state_dir())
    return see_through(
        talk,
        "redact",
        lambda: redact(request, places),
        lambda bundle: _tell(talk, bundle),
        lambda bundle: bundle.exit_code,
    )


def _request(flags: dict[str, Any]) -> "RedactRequest":
    from pipeline.cli.requests import read_limits
    from pipeline.runs.redacting.request import RedactRequest

    what: tuple[str, ...] = flags["what"]
    if flags["mapping"] is None and len(what) > 1:
        raise click.UsageError(_("Name one run; or files, with -m and their mapping."))
    if flags["mapping"] is not None and not what:
        raise click.UsageError(_("Name the files that the mapping reads."))
    of_run = flags["mapping"] is None
    return RedactRequest(
        output=flags["output"],
        run_id=what[0] if of_run and what else None,
        sources=() if of_run else tuple(map(Path, what)),
        mapping=flags["mapping"],
        channel=flags["channel"],
        variables=dict(flags["variables"]),
        read_limits=read_limits(flags),
        issue=flags["issue"].strip().upper() if flags["issue"] else None,
        order=flags["order"],
        most_orders=flags["max_orders"],
        dry=flags["dry_run"],
    )


def _tell(talk: "Talk", bundle: "Bundle") -> None:
    from dataclasses import asdict

    from pipeline.cli.streams import print_json
    from pipeline.cli.telling import screen
    from pipeline.reporting.terminal.bundle import print_bundle

    if talk.as_json:
        print_json({"schema": "orderlift/bundle/1", **asdict(bundle), "exit_code": bundle.exit_code})
    else:
        print_bundle(screen(talk, "out"), bundle)
