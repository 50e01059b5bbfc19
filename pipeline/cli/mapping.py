"""``orderlift mapping``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from pathlib import Path
from typing import Any

import click

from pipeline.cli import options
from pipeline.cli.suggest import suggest
from pipeline.model.language import _


@click.group("mapping")
def command() -> None:
    """Work on a mapping file: suggest, check, test, show, diff, decide.

    \b
    orderlift mapping suggest orders.csv items.xlsx -o mapping.yaml
    orderlift mapping check mapping.yaml
    orderlift mapping transforms phone
    orderlift mapping schema > mapping.schema.json

    Next: orderlift check SRC… -m mapping.yaml
    """  # noqa: D301


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@options.variables
@options.color
def check(file: Path, variables: tuple[tuple[str, str], ...], color: str) -> int:
    """Check a mapping file without any source files.

    \b
    orderlift mapping check mapping.yaml
    orderlift mapping check mappings/turkish_two_files.yaml --color never

    Next: orderlift check SRC… -m mapping.yaml
    """  # noqa: D301
    from pipeline.cli.requests import Talk
    from pipeline.cli.telling import lines_of, screen, tell_refusal
    from pipeline.model.refusal import Refusal
    from pipeline.reporting.terminal.console import print_mapping_issue
    from pipeline.runs.opening.sources import read_mapping

    talk = Talk(as_json=False, quiet=False, color=color)
    try:
        mapping, _texts = read_mapping(file, dict(variables))
    except Refusal as refusal:
        return tell_refusal(talk, "mapping check", refusal)
    for warning in mapping.warnings:
        print_mapping_issue(screen(talk), warning, lines_of(warning.mark.file) if warning.mark else [])
    told = _("{file}: {count} fields mapped, no mistakes.")
    click.echo(told.format(file=file, count=len(mapping.places)))
    return 0


@command.command("show")
@options.sources
@click.option("--order", "key", required=True, metavar="K", help="The order, as the key column names it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object to standard output.")
@options.color
@options.show_pii
def show(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Show one order through every transform, from its cells to its payload.

    \b
    orderlift mapping show orders.csv items.xlsx -m mapping.yaml --order 1001
    orderlift mapping show exports/ -m mapping.yaml --order 1001 --json

    Personal data is masked unless --show-pii. Next: orderlift mapping test.
    """  # noqa: D301
    from pipeline.cli.mapping_work import show_order_of

    return show_order_of(flags)


@command.command("test")
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path), metavar="[SRC…]")
@click.option(
    "-m",
    "--mapping",
    type=click.Path(path_type=Path),
    default=Path(),
    help="A mapping, a test file or a folder of them; this folder if left out.",
)
@click.option("--write", is_flag=True, help="Write a first test from the source files, people invented.")
@click.option("--coverage", is_flag=True, help="Say what of the mapping the source files never needed.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes that prepare orders; chosen by size.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object to standard output.")
@options.color
@options.show_pii
def test(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Run the tests beside a mapping: its examples, and properties of all orders.

    \b
    orderlift mapping test
    orderlift mapping test -m mapping.yaml
    orderlift mapping test -m mapping.yaml orders.csv items.xlsx --coverage
    orderlift mapping test -m mapping.yaml orders.csv items.xlsx --write

    Tests of mapping.yaml stand in mapping.test.yaml. With source files their orders must have the
    properties too. Exit code 3 where something does not hold. Next: orderlift check.
    """  # noqa: D301
    from pipeline.cli.mapping_work import run_tests

    return run_tests(flags)


@command.command("diff")
@click.argument("before", type=click.Path(path_type=Path), metavar="A")
@click.argument("after", type=click.Path(path_type=Path), metavar="B")
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SRC…")
@options.variables
@click.option("--jobs", type=click.IntRange(min=1), help="Processes that prepare orders; chosen by size.")
@options.read_limits
@options.where
@options.talk
def diff(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Say which orders change between two mappings, and how.

    \b
    orderlift mapping diff old.yaml new.yaml orders.csv items.xlsx
    orderlift mapping diff old.yaml new.yaml exports/ --target https://… --channel 5

    With a target and a channel it says how many of them were sent already; the target is not asked, only
    the ledger of your runs. Exit code 3 where anything changes. Next: orderlift mapping show.
    """  # noqa: D301
    from pipeline.cli.mapping_work import run_diff

    return run_diff(flags)


@command.command("transforms")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object to standard output.")
def transforms(name: str | None, as_json: bool) -> int:
    """List the transforms that steps may name, or tell all about one.

    \b
    orderlift mapping transforms
    orderlift mapping transforms phone

    Next: write one under steps: in a rule, then orderlift mapping check mapping.yaml
    """  # noqa: D301
    from pipeline.cli.transforms import tell_transforms

    return tell_transforms(name, as_json=as_json)


@command.command("decide")
@options.sources
@click.option(
    "--snapshot",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Look up what orders name on the target in this file of orderlift snapshot.",
)
@click.option(
    "--answers", type=click.Path(path_type=Path), metavar="FILE", help="Take the answers from this file."
)
@click.option(
    "--write-answers",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the questions into a new file, to be answered there.",
)
@options.target
@options.output
def decide(answers: Path | None, write_answers: Path | None, **flags: Any) -> int:  # noqa: ANN401 - click's
    """Answer what refused orders wait for, once for all of them.

    \b
    orderlift mapping decide exports/ -m mapping.yaml
    orderlift mapping decide exports/ -m mapping.yaml --write-answers answers.yaml
    orderlift mapping decide exports/ -m mapping.yaml --answers answers.yaml

    Answers go into the mapping file, whose comments and layout stay; the file as it was is kept beside it.
    Next: orderlift check SRC… -m mapping.yaml
    """  # noqa: D301
    from pipeline.cli.decide import run

    if answers is not None and write_answers is not None:
        raise click.UsageError(_("--answers and --write-answers are two steps, one after the other."))
    return run(flags, answers, write_answers)


command.add_command(suggest)


@command.command("schema")
def schema() -> int:
    """Print the JSON Schema of mapping files, for editors.

    \b
    orderlift mapping schema
    orderlift mapping schema > mapping.schema.json

    Next: name the file in the first line of your mapping, so that your editor completes and checks it.
    """  # noqa: D301
    from pipeline.cli.streams import print_json
    from pipeline.mapping.schema import mapping_schema

    print_json(mapping_schema())
    return 0
