"""What ``apply`` and ``resume`` have in common: a sealed run is found, confirmed and sent."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import click

from pipeline.cli.confirm import confirm
from pipeline.cli.progress import Bar
from pipeline.cli.requests import Talk, places_of, send_request
from pipeline.cli.streams import print_json
from pipeline.cli.telling import carry_out, tell_refusal
from pipeline.cli.undoing import apply_undo_run
from pipeline.journal.reading import JournalReader
from pipeline.model.language import _
from pipeline.model.refusal import Refusal
from pipeline.model.undo import HEADER
from pipeline.runs.accounts.summing import summarise
from pipeline.runs.asked.request import Places
from pipeline.runs.verbs import send
from pipeline.upload.adaptive import START
from pipeline.upload.time_left import in_words


def send_sealed(command: str, flags: dict[str, Any], find: Callable[[Places], str]) -> int:
    """Find the run, ask where that is due, send; returns the exit code."""
    talk, places = Talk.of(flags), places_of(flags)
    try:
        run_id = find(places)
        with closing(JournalReader(places.journal(run_id))) as journal:
            if HEADER in journal.header:
                journal.close()
                return apply_undo_run(command, flags, run_id)
            header, doubtful = journal.header, journal.order_counts().in_doubt
            summary = replace(summarise(journal, command), exit_code=0)
        sendable = summary.orders.unprocessed + summary.orders.failed
        if flags["dry_run"]:
            if talk.as_json:
                print_json(summary.as_json())
            else:
                told = _(
                    "Run {run}: would send {orders} orders and settle {doubtful}{time}. Nothing was sent."
                )
                time = _how_long(sendable, flags["rate"])
                click.echo(told.format(run=run_id, orders=sendable, doubtful=doubtful, time=time))
            return 0
        request = send_request(flags)
        confirm(header["target"], header["channel"], str(sendable + doubtful), yes=flags["yes"])
    except Refusal as refusal:
        return tell_refusal(talk, command, refusal)
    with Bar(talk) as bar:
        return carry_out(talk, command, lambda: send(run_id, request, places, command, told=bar.sending))


def _how_long(orders: int, rate: float) -> str:
    """How long that many orders take at a rate of the flags, in words; nothing where it has no limit."""
    if not orders or rate == float("inf"):
        return ""
    told = (
        _("; about {time} at {rate} a second")
        if rate
        else _("; about {time} at {rate} a second, and less where more is borne")
    )
    return told.format(time=in_words(orders / (rate or START)), rate=f"{rate or START:g}")
