"""Help: every command explains itself alike, and at once."""

import json
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from pipeline.cli.app import COMMANDS, cli

HEAVY = (
    "pandas",
    "pydantic",
    "httpx",
    "aiohttp",
    "openpyxl",
    "xlsxwriter",
    "sqlite3",
    "rich",
    "tqdm",
    "starlette",
)


def _every_command() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {below}", found) for below, found in command.commands.items())


EVERY = [pytest.param(name, command, id=name) for name, command in _every_command()]


def _help(command: click.Command, name: str) -> str:
    return command.get_help(click.Context(command, info_name=f"orderlift {name}", terminal_width=200))


def test_there_are_as_many_commands_as_the_list_promises() -> None:
    """The next tests would pass on nothing."""
    assert {name for name, _ in _every_command()} == {
        *COMMANDS,
        "mapping check",
        "mapping decide",
        "mapping diff",
        "mapping schema",
        "mapping show",
        "mapping suggest",
        "mapping test",
        "mapping transforms",
        "archive write",
        "archive resolve",
        "fix export",
        "fix import",
        "runs prune",
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_begins_with_the_words_of_the_list(name: str) -> None:
    """Whoever comes from the list of commands finds the same sentence again."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert (command.help or "").startswith(COMMANDS[name][1])


@pytest.mark.parametrize(("name", "command"), EVERY)
def test_a_command_shows_two_examples_and_what_comes_next(name: str, command: click.Command) -> None:
    """Examples come before options, and nobody is left alone at the end."""
    text = _help(command, name)
    examples = [
        line for line in text.splitlines() if line.strip().startswith(("orderlift ", "ORDERLIFT_TOKEN="))
    ]
    assert len(examples) >= 2
    assert "Next: " in text


@pytest.mark.parametrize(("name", "command"), EVERY)
def test_every_option_says_what_it_does(name: str, command: click.Command) -> None:
    """An option without a word of explanation is not finished."""
    silent = [
        option.name for option in command.params if isinstance(option, click.Option) and not option.help
    ]
    assert silent == [], name


def test_a_command_that_is_not_there_brings_the_nearest_one() -> None:
    """A slip of the finger is answered with the command that was meant."""
    with pytest.raises(click.NoSuchCommand) as refused:
        cli.main(["chekc"], standalone_mode=False)
    assert "Did you mean 'check'?" in refused.value.format_message()
    assert refused.value.exit_code == 2


def test_no_option_takes_a_token() -> None:
    """A command line can be read by other users of the machine."""
    options = {option for _, command in _every_command() for p in command.params for option in p.opts}
    assert "--rate" in options
    assert {option for option in options if "token" in option} == {"--token-file"}


@pytest.mark.parametrize("given", [["--help"], ["run", "--help"], ["simulate", "-h"], ["--version"]])
def test_help_imports_nothing_heavy(given: list[str]) -> None:
    """Help is asked for often; it must not wait for libraries that only work needs."""
    code = (
        "import json, sys; from pipeline.cli.app import main; "
        f"sys.argv[1:] = {given!r}; code = main(); sys.stderr.write(json.dumps([code, sorted(sys.modules)]))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    ended, modules = json.loads(ran.stderr)
    assert ended == 0
    assert "orderlift" in ran.stdout
    assert [name for name in HEAVY if name in modules] == []
