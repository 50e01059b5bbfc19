"""``orderlift fix``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from pathlib import Path
from typing import Any

import click

from pipeline.cli import options


@click.group("fix")
def command() -> None:
    """Correct refused rows in a workbook: export, import.

    \b
    orderlift fix export 7f3a -o fix.xlsx
    orderlift fix import fix.xlsx
    orderlift retry 7f3a

    The source files stay as they are. Next: orderlift retry
    """  # noqa: D301


@command.command("export")
@click.argument("run_id", required=False, metavar="[RUN]")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The workbook; the run's own fix.xlsx if left out.",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Also orders that are ready by now, by what was taken up from earlier workbooks.",
)
@options.output
def export(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Write the rows of refused orders into a workbook, wrong cells in red with the reason.

    \b
    orderlift fix export
    orderlift fix export 7f3a -o for-the-shop.xlsx

    Of more than 20,000 rows there are several, numbered. Next: orderlift fix import fix.xlsx
    """  # noqa: D301
    from pipeline.cli.fix_work import export_fix_of

    return export_fix_of(flags)


@command.command("import")
@click.argument("workbook", type=click.Path(path_type=Path), metavar="FIXED.xlsx")
@click.option("-n", "--dry-run", is_flag=True, help="Show what was corrected, and keep nothing of it.")
@options.output
def take(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Take up what was corrected in a workbook, checked again, and leave the source files alone.

    \b
    orderlift fix import reports/7f3a91c2/fix.xlsx -n
    orderlift fix import reports/7f3a91c2/fix.xlsx

    Ends with 3 where something is still wrong. Next: orderlift retry
    """  # noqa: D301
    from pipeline.cli.fix_work import take_fix_of

    return take_fix_of(flags)
