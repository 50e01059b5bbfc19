"""``orderlift explain``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from string import Formatter

import click

from pipeline.model.language import _


@click.command("explain")
@click.argument("code", metavar="CODE")
def command(code: str) -> int:
    """Explain an issue code.

    \b
    orderlift explain E214
    orderlift explain w432

    Next: correct the file or the mapping, and check again.
    """  # noqa: D301
    from pipeline.mapping.steps.words import nearest
    from pipeline.model.catalogue import CATALOGUE

    wanted = code.strip().upper()
    entry = CATALOGUE.get(wanted)
    if entry is None:
        near = nearest(wanted, CATALOGUE)
        hint = _(" Did you mean {code}?").format(code=near) if near else ""
        raise click.BadParameter(_("{code!r} is not an issue code.").format(code=code) + hint)
    click.echo(f"{entry.code} ({_(entry.severity.value)}): {_(entry.title)}\n")
    for label, text in ((_("says:"), entry.text), (_("why:"), entry.why), (_("fix:"), entry.remedy)):
        click.echo(f"{label} {in_general(_(text))}")
    return 0


def in_general(text: str) -> str:
    """Return a text of the catalogue as it reads without an issue: a fact shows as its name, in capitals."""
    parts = [
        literal + ("" if name in {None, "hint"} else str(name).upper())
        for literal, name, _, _ in Formatter().parse(text)
    ]
    return "".join(parts)
