"""``orderlift runs prune``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

import sys
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import options

if TYPE_CHECKING:
    from pipeline.cli.requests import Talk
    from pipeline.runs.pruning import Pruned

DAY = 86400.0


@click.command("prune")
@click.argument("names", nargs=-1, metavar="[RUN]…")
@click.option(
    "--older-than", type=options.Duration(), default=30 * DAY, show_default="30d", metavar="TIME",
    help="Only runs at least so old, such as 12h or 90d.",
)  # fmt: skip
@click.option("--keep", type=click.IntRange(min=0), default=0, metavar="N", help="Never the N newest runs.")
@click.option(
    "--payloads-only", is_flag=True,
    help="Take out what is personal, and leave numbers, hashes, sums and states.",
)  # fmt: skip
@click.option(
    "--also-open", is_flag=True,
    help="Runs with orders unsent, failed, in doubt or in conflict, too: their work is given up.",
)  # fmt: skip
@click.option("-n", "--dry-run", is_flag=True, help="Say what would go, and remove nothing.")
@click.option("--yes", is_flag=True, help="Remove it without asking.")
@options.output
def prune(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Remove old runs, or what they hold of people.

    \b
    orderlift runs prune -n
    orderlift runs prune --older-than 90d --keep 5 --yes
    orderlift runs prune --payloads-only --yes
    orderlift runs prune 7f3a --yes

    Runs that are named go whatever their age. What stands on the target stays known, so that nothing is
    created twice; a run with open work stays. Next: orderlift runs.
    """  # noqa: D301
    from pipeline.cli.requests import Talk
    from pipeline.cli.telling import see_through

    talk = Talk.of(flags)
    return see_through(
        talk,
        "runs prune",
        lambda: _pruned(talk, flags),
        lambda done: _tell(talk, flags, done),
        lambda done: done.exit_code,
    )


def _pruned(talk: "Talk", flags: dict[str, Any]) -> "Pruned":
    """What went; with ``-n``, what would."""
    from datetime import UTC, datetime

    from pipeline.cli.requests import places_of
    from pipeline.cli.telling import screen
    from pipeline.reporting.terminal.pruning import print_due
    from pipeline.runs.pruning import Pruned, PruneRequest, prune, runs_due
    from pipeline.upload.retention import Retention, left_alone

    retention = Retention(flags["older_than"], flags["keep"], flags["also_open"], frozenset(flags["names"]))
    request, places, now = (
        PruneRequest(retention, flags["payloads_only"]),
        places_of(flags),
        datetime.now(UTC),
    )
    found = runs_due(request, places, now)
    going = [one for one in found if not left_alone(one.kept, retention)]
    if not talk.as_json and not talk.quiet:
        print_due(screen(talk, "out"), going, [one for one in found if one not in going], now)
    if flags["dry_run"]:
        left = tuple(one for one in found if one not in going)
        return Pruned(tuple(going), left, sum(one.bytes for one in going))
    if going:
        _confirm(len(going), yes=flags["yes"])
    return prune(found, places, now, retention)


def _confirm(count: int, *, yes: bool) -> None:
    """Return if they may go; raises :class:`UsageRefused` (E691) where nobody said so."""
    from pipeline.cli.yes_or_no import agreed
    from pipeline.model.issue import Issue
    from pipeline.model.language import _
    from pipeline.model.refusal import UsageRefused

    if yes:
        return
    asked = sys.stdin.isatty() and sys.stderr.isatty()
    if asked and agreed(_("Remove them? They cannot be had back.")):
        return
    raise UsageRefused(Issue("E691", facts={"count": count}))


def _tell(talk: "Talk", flags: dict[str, Any], done: "Pruned") -> None:
    from pipeline.cli.streams import print_json
    from pipeline.cli.telling import screen
    from pipeline.reporting.terminal.console import print_issues
    from pipeline.reporting.terminal.pruning import print_pruned, pruned_json

    print_issues(screen(talk), done.issues, {})
    if talk.as_json:
        print_json(pruned_json(done.gone, done.left, done.freed, dry_run=flags["dry_run"]))
    else:
        print_pruned(screen(talk, "out"), done.gone, done.freed, dry_run=flags["dry_run"])
