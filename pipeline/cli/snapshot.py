"""``orderlift snapshot``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import options
from pipeline.model.language import _, retold

if TYPE_CHECKING:
    from pipeline.cli.requests import Talk
    from pipeline.runs.references.snapshotting import SnapshotTaken

_PATH = click.Path(path_type=Path)


@click.command("snapshot")
@click.argument("sources", nargs=-1, type=_PATH, metavar="[SRC…]")
@click.option("-m", "--mapping", type=_PATH, help="The mapping file: only what it looks up is read.")
@options.variables
@click.option("-o", "--output", required=True, type=_PATH, help="The file to write.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes that read the rows; chosen by size.")
@options.read_limits
@options.where
@options.connection
@options.talk
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Keep what a target holds, so that check knows it without the network.

    \b
    orderlift snapshot orders.csv items.xlsx -m mapping.yaml --target https://… --channel 5 -o may.snapshot
    orderlift snapshot -m mapping.yaml --target https://… --channel 5 -o may.snapshot
    orderlift check orders.csv items.xlsx -m mapping.yaml --snapshot may.snapshot

    With source files the products that their rows name are read, without them all products, a hundred a
    request. The target is asked, and not changed; customers and addresses are never read.

    Next: orderlift check.
    """  # noqa: D301
    from pipeline.cli.progress import Bar
    from pipeline.cli.requests import Talk, look_up_request, read_limits
    from pipeline.cli.telling import see_through
    from pipeline.runs.asked.request import Places, SnapshotRequest, default_state_dir
    from pipeline.runs.verbs import snapshot

    if flags["sources"] and flags["mapping"] is None:
        raise click.UsageError(_("Source files are read by a mapping: add -m."))
    talk = Talk.of(flags)

    def work() -> "SnapshotTaken":
        request = SnapshotRequest(
            flags["target"],
            flags["channel"],
            flags["output"],
            flags["mapping"],
            flags["sources"],
            flags["jobs"],
            read_limits(flags),
            dict(flags["variables"]),
        )
        sending, places = look_up_request(flags), Places(flags["state_dir"] or default_state_dir())
        with Bar(talk) as bar:
            return snapshot(request, sending, places, progress=bar.preparing)

    return see_through(
        talk, "snapshot", work, lambda taken: _tell(talk, taken), lambda taken: taken.exit_code
    )


def _tell(talk: "Talk", taken: "SnapshotTaken") -> None:
    from pipeline.cli.streams import print_json
    from pipeline.cli.telling import screen
    from pipeline.reporting.terminal.console import print_issues

    print_issues(screen(talk), taken.unread, {}, examples=20)
    if talk.as_json:
        print_json(
            {
                "file": str(taken.path),
                "target": taken.target,
                "channel": taken.channel,
                "taken": taken.taken,
                "records": dict(taken.records),
                "unread": [issue.facts["what"] for issue in taken.unread],
                "requests": taken.requests,
                "exit_code": taken.exit_code,
            }
        )
        return
    out = screen(talk, "out")
    held = ", ".join(f"{retold(kind.replace('_', ' '))} × {count}" for kind, count in taken.records.items())
    told = _("{path}: {held}. {requests} requests; nothing was changed.")
    out.line(told.format(path=taken.path, held=held or _("nothing"), requests=taken.requests))
