"""``orderlift explain``."""

import click


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
    from pipeline.model.issue import Issue

    entry = CATALOGUE.get(code.strip().upper())
    if entry is None:
        near = nearest(code, CATALOGUE)
        hint = f" Did you mean {near}?" if near else ""
        raise click.BadParameter(f"{code!r} is not an issue code.{hint}")
    fix = entry.fix(Issue(entry.code)).replace("<", "").replace(">", "")
    click.echo(f"{entry.code} ({entry.severity.value}): {entry.title}\n\nwhy: {entry.why}\nfix: {fix}")
    return 0
