"""An undo on the command line: it is confirmed and applied, and told of."""

import sys
from pathlib import Path
from shlex import quote
from typing import Any

import click

from pipeline.cli.progress import Bar
from pipeline.cli.requests import Talk, places_of, send_request
from pipeline.cli.streams import print_json
from pipeline.cli.telling import screen, see_through, tell_refusal
from pipeline.model.issue import Issue
from pipeline.model.language import _
from pipeline.model.refusal import Refusal, UsageRefused
from pipeline.model.undo import Group, UndoState
from pipeline.reporting.terminal.console import Screen, print_issues
from pipeline.reporting.terminal.undo import print_undo
from pipeline.reporting.words.undo_next import wider_step
from pipeline.runs.accounts.status import Running
from pipeline.runs.asked.request import Places
from pipeline.runs.connection.address import is_this_machine
from pipeline.runs.state_folder.catalogue_of_runs import RunCard, list_runs
from pipeline.runs.undoing.verbs import UndoResult, apply_undo, report_undo, undo_status
from pipeline.upload.time_left import in_words

_LEFT = (UndoState.LISTED, UndoState.WAITING, UndoState.FAILED, UndoState.IN_DOUBT, UndoState.CANCELLING)


def apply_undo_run(command: str, flags: dict[str, Any], run_id: str) -> int:
    """Ask, cancel what an undo still has to cancel, tell what came of it; returns the exit code."""
    talk, places = Talk.of(flags), places_of(flags)
    try:
        before = report_undo(run_id, places, "status").summary
        left = sum(before.outcomes.get(state.value, 0) for state in _LEFT)
        if flags["dry_run"]:
            if talk.as_json:
                print_json(before.as_json())
            else:
                told = _("Undo {run}: would cancel {count} orders of run {undoes}. Nothing was sent.")
                click.echo(told.format(run=run_id, count=left, undoes=before.undoes))
            return 0
        request = send_request(flags)
        confirm_cancelling(before.target, before.channel, left, yes=flags["yes"])
    except Refusal as refusal:
        return tell_refusal(talk, command, refusal)
    with Bar(talk) as bar:
        return see_through(
            talk,
            command,
            lambda: apply_undo(run_id, request, places, told=bar.cancelling, command=command),
            lambda result: tell_undo(talk, result),
            lambda result: result.exit_code,
        )


def confirm_cancelling(target: str, channel: int, orders: int, *, yes: bool) -> None:
    """Return if orders may be cancelled; raises :class:`UsageRefused` (E662) where nobody said so.

    On a terminal the person types the channel; elsewhere ``--yes`` is needed.
    """
    if yes or not orders or is_this_machine(target):
        return
    if sys.stdin.isatty() and sys.stderr.isatty():
        told = _("About to CANCEL {orders} orders on {target}, channel {channel}, which is a live shop.")
        click.echo(told.format(orders=orders, target=target, channel=channel), err=True)
        warning = _(
            "A cancelling may write to customers, pay money back and move stock. Nothing here takes it back."
        )
        click.echo(warning, err=True)
        asked = _("Type '{channel}' to continue").format(channel=channel)
        if click.prompt(asked, default="", show_default=False, err=True).strip() == str(channel):
            return
    facts: dict[str, str | int] = {"orders": orders, "target": target, "channel": channel}
    raise UsageRefused(Issue("E662", facts=facts))


def tell_undo(talk: Talk, result: UndoResult, plan: Path | None = None) -> None:
    """Print what an undo can do, or did, and what comes next; or its JSON object."""
    summary, err, out = result.summary, screen(talk), screen(talk, "out")
    if result.ending.code is not None and result.ending.code.startswith("E") and not talk.quiet:
        facts = {**result.ending.facts, "run": result.run_id}
        print_issues(err, [Issue(result.ending.code, facts=facts)], {})
    if talk.as_json:
        print_json(summary.as_json())
        return
    planned = not summary.begun
    print_undo(out, summary, result.reasons, planned=planned)
    out.line()
    if "report" in summary.files:
        out.line(_("Report: {file}").format(file=summary.files["report"]))
        out.line(_("Every line: {file}").format(file=summary.files["undo"]))
    left = sum(summary.outcomes.get(state.value, 0) for state in _LEFT)
    if summary.orders.get(Group.REVERSIBLE.value) and left:
        sealed = f"orderlift apply {quote(str(plan))}" if plan is not None else None
        again = sealed or f"orderlift resume {result.run_id}"
        told = _("Nothing was sent. Next: {command}") if planned else _("Next: {command}")
        out.line(told.format(command=again))
    elif planned:
        out.line(_("Nothing was sent."))
    _tell_wider(out, result, plan)


def _tell_wider(out: Screen, result: UndoResult, plan: Path | None) -> None:
    """How to list what only its status keeps, where there is such."""
    if result.agreed is None:
        return
    named = {} if plan is None else {"plan": str(plan)}
    step = wider_step(result.summary, result.reasons.listed, result.agreed, **named)
    if step is not None:
        told = _("What only its status keeps is listed as well by: {command}")
        out.line(told.format(command=step.command))


def undos_of(run_id: str, places: Places) -> list[str]:
    """The undos that were planned of a run, the newest first."""
    return [card.run_id for card in list_runs(places) if card.undoes == run_id]


def told_of_undo(talk: Talk, command: str, flags: dict[str, Any]) -> int | None:
    """Tell of the run that is named, if it is an undo, and return the exit code; else ``None``."""
    named, places = flags["run_id"], places_of(flags)
    if named is None:
        return None
    try:
        fitting = [card for card in list_runs(places) if card.run_id.startswith(named)]
    except Refusal as refusal:
        return tell_refusal(talk, command, refusal)
    if len(fitting) != 1 or fitting[0].undoes is None:
        return None
    card = fitting[0]
    if command == "status":
        return see_through(
            talk,
            command,
            lambda: undo_status(card.run_id, places),
            lambda found: _tell_status(talk, card, found),
        )
    return see_through(
        talk,
        command,
        lambda: report_undo(card.run_id, places, command),
        lambda result: tell_undo(talk, result),
        lambda result: result.exit_code,
    )


def _tell_status(talk: Talk, card: RunCard, found: UndoResult | Running) -> None:
    """Where an undo stands, or how far the process has come that applies it."""
    if isinstance(found, UndoResult):
        tell_undo(talk, found)
    elif talk.as_json:
        head = {"schema": "orderlift/undo-running/1", "run_id": found.run_id, "undoes": card.undoes}
        print_json({**head, "running": dict(found.facts)})
    else:
        click.echo(_in_words(found))


def _in_words(running: Running) -> str:
    facts = running.facts
    if not facts:
        told = _("Undo {run} is being worked on by another process, which has not told anything yet.")
        return told.format(run=running.run_id)
    told = _(
        "Undo {run} is being applied by process {pid}: {cancelled} cancelled, {left_alone} left alone, "
        "{not_cancelled} not cancelled, {in_doubt} in doubt, {left} left, {orders_per_second} orders/s{time}."
    )
    seconds = facts.get("seconds_left")
    time = "" if seconds is None else _(", about {time} left").format(time=in_words(seconds))
    return told.format_map({**facts, "run": running.run_id, "time": time})
