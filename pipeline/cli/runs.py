"""``orderlift runs``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import options
from pipeline.cli.prune import prune
from pipeline.model.language import _

if TYPE_CHECKING:
    from pipeline.model.ledger import LedgerRun


@click.group("runs", invoke_without_command=True)
@options.output
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """List the runs, newest first; prune old ones.

    \b
    orderlift runs
    orderlift runs --json
    orderlift runs prune --older-than 90d -n

    Next: orderlift status RUN.
    """  # noqa: D301
    if click.get_current_context().invoked_subcommand is not None:
        return 0

    from dataclasses import asdict

    from pipeline.cli.requests import Talk, places_of
    from pipeline.cli.streams import print_json
    from pipeline.cli.telling import tell_refusal
    from pipeline.model.refusal import Refusal
    from pipeline.runs.ledger.facts import ledger_facts
    from pipeline.runs.state_folder.catalogue_of_runs import list_runs

    try:
        cards = list_runs(places_of(flags))
        known = ledger_facts(places_of(flags), cards)
    except Refusal as refusal:
        return tell_refusal(Talk.of(flags), "runs", refusal)
    if flags["as_json"]:
        runs = [{**asdict(card), "orders": _orders(known.get(card.run_id))} for card in cards]
        print_json({"schema": "orderlift/runs/1", "runs": runs})
        return 0
    for card in cards:
        where = _("{target} channel {channel}").format(target=card.target, channel=card.channel)
        where = where if card.target else _("checked only")
        more = "  " + _("retries {run}").format(run=card.retries) if card.retries else ""
        more += "  " + _("undoes {run}").format(run=card.undoes) if card.undoes else ""
        if card.undoes is None and (orders := _orders(known.get(card.run_id))) is not None:
            more += "  " + _("{on_target} of {read} orders on the target").format(**orders)
        elif _is_open(known.get(card.run_id)):
            more += "  " + _("not finished: orderlift status {run}").format(run=card.run_id)
        again = ", ".join(one.run_id for one in reversed(cards) if one.retries == card.run_id)
        more += "  " + _("retried by {runs}").format(runs=again) if again else ""
        click.echo(
            f"{card.run_id}  {_minute(card.created)}  {card.command:<6}  {card.mapping}  {where}{more}"
        )
    if not cards:
        click.echo(_("No runs yet."), err=True)
    return 0


command.add_command(prune)


def _minute(created: str) -> str:
    """``2026-11-24 01:43 UTC`` of a moment in ISO 8601, which is UTC."""
    return f"{created[:16].replace('T', ' ')} UTC"


def _is_open(known: "LedgerRun | None") -> bool:
    """Whether a run began to send and nobody knows yet that it came to its end."""
    return known is not None and known.started and known.open


def _orders(known: "LedgerRun | None") -> dict[str, int] | None:
    """What the ledger says of a run's orders, where it says something."""
    if known is None or not known.started or known.open:
        return None
    there = sum(known.counts.get(state, 0) for state in ("created", "already_present"))
    return {"read": sum(known.counts.values()), "on_target": there}
