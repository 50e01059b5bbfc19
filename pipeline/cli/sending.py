"""What ``apply`` and ``resume`` have in common: a sealed run is found, confirmed and sent."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import click

from pipeline.cli.confirm import confirm
from pipeline.cli.progress import Bar
from pipeline.cli.requests import Talk, places_of, send_request
from pipeline.cli.telling import carry_out, tell_refusal
from pipeline.journal.reading import JournalReader
from pipeline.model.refusal import Refusal
from pipeline.model.states import State
from pipeline.runs.request import Places
from pipeline.runs.verbs import send


def send_sealed(command: str, flags: dict[str, Any], find: Callable[[Places], str]) -> int:
    """Find the run, ask where that is due, send; returns the exit code."""
    talk, places = Talk.of(flags), places_of(flags)
    try:
        run_id = find(places)
        with closing(JournalReader(places.journal(run_id))) as journal:
            header, orders, settling = journal.header, journal.order_counts(), journal.count(State.IN_DOUBT)
        if flags["dry_run"]:
            click.echo(f"Run {run_id}: would send {orders.unprocessed} orders and settle {settling}. Nothing was sent.")
            return 0
        request = send_request(flags)
        confirm(header["target"], header["channel"], str(orders.unprocessed + settling), yes=flags["yes"])
    except Refusal as refusal:
        return tell_refusal(talk, command, refusal)
    with Bar(talk) as bar:
        return carry_out(talk, command, lambda: send(run_id, request, places, command, told=bar.sending))
