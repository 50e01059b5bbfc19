"""Asking before orders are created on a target beyond this machine."""

import sys

import click

from pipeline.model.issue import Issue
from pipeline.model.language import _
from pipeline.model.refusal import UsageRefused
from pipeline.runs.connection.address import is_this_machine


def confirm(target: str, channel: int, orders: str, *, yes: bool) -> None:
    """Return if orders may be created; raises :class:`UsageRefused` (E706) where nobody said so.

    ``orders`` is how many, as a number or a word marked with ``N_``.
    On a terminal the person types the channel; elsewhere ``--yes`` is needed.
    """
    if yes or is_this_machine(target):
        return
    if sys.stdin.isatty() and sys.stderr.isatty():
        told = _("About to create {orders} orders on {target}, channel {channel}.")
        click.echo(told.format(orders=_(orders), target=target, channel=channel), err=True)
        asked = _("Type '{channel}' to continue").format(channel=channel)
        typed = click.prompt(asked, default="", show_default=False, err=True)
        if typed.strip() == str(channel):
            return
    raise UsageRefused(Issue("E706", facts={"orders": orders, "target": target, "channel": channel}))
