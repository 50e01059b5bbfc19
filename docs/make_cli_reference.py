"""Write docs/cli.md from the commands themselves: `python docs/make_cli_reference.py [FILE]`."""  # noqa: INP001

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from pipeline.cli.app import COMMANDS, cli

WIDTH = 100
HELP = ["-h", "--help"]
PREAMBLE = """\
# The command line

*This page is written by `docs/make_cli_reference.py` from the commands themselves; a test keeps it in step.*

* Results go to standard output. Talk, issues and progress go to standard error; a progress bar is drawn on a
  terminal only.
* `--json` prints one object instead of the closing table. [Reports](reports.md#the-json-object) explains its
  keys, and [the exit codes](reports.md#exit-codes).
* The token comes from `ORDERLIFT_TOKEN` or from `--token-file`. There is no flag for the token itself: a
  command line can be read by every user of the machine, and it stays in the shell's history.
* A source `SRC` is a file or a folder. The mapping says by name which file holds orders and which items.
* Colours: `NO_COLOR`, `FORCE_COLOR` and `TERM=dumb` are respected; `--color` decides over them.
"""


def page() -> str:
    """Return the whole page."""
    names = [f"* [`{name}`](#{anchor(name)}): {text}" for name, (_, text) in COMMANDS.items()]
    parts = [PREAMBLE, "\n".join(names) + "\n"]
    root = click.Context(
        cli, info_name="orderlift", terminal_width=WIDTH, max_content_width=WIDTH, help_option_names=HELP
    )
    parts += [
        f"## `{context.command_path}`\n\n```text\n{context.get_help()}\n```\n" for context in walk(cli, root)
    ]
    return "\n".join(parts)


def walk(group: click.Group, context: click.Context) -> Iterator[click.Context]:
    """Yield the context of every command of the group, and of the groups in it."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None:
            continue
        below = click.Context(command, parent=context, info_name=name)
        yield below
        if isinstance(command, click.Group):
            yield from walk(command, below)


def anchor(name: str) -> str:
    """Return the anchor of a command's heading."""
    return f"orderlift-{name}"


if __name__ == "__main__":
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("cli.md")
    out.write_text(page(), encoding="utf-8", newline="\n")
