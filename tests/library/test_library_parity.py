"""Every command has its function, every flag its argument, or a reason why not: docs/library.md tells."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from inspect import isfunction, signature
from pathlib import Path

import click
import pytest

import pipeline
from pipeline.cli.app import cli

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "library.md").read_text(encoding="utf-8")
ONLY = "command line only, because "
ALL = "all"


def commands_of(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with its whole name."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        whole = f"{before}{name}"
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield whole, command
        if isinstance(command, click.Group):
            yield from commands_of(command, f"{whole} ")


def table(name: str) -> list[list[str]]:
    """The rows of a table between its marks, without its head."""
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- end -->", PAGE, re.DOTALL)
    assert found is not None
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in found[1].strip().splitlines()[2:]]
    return [[cell.strip().replace("\\|", "|") for cell in row] for row in rows]


def codes(cell: str) -> list[str]:
    """What stands in backquotes."""
    return re.findall(r"`([^`]+)`", cell)


COMMANDS = dict(commands_of(cli))
TOLD = {codes(command)[0]: words for command, words in table("commands")}
FUNCTIONS = {command: codes(words) for command, words in TOLD.items() if not words.startswith(ONLY)}
ELSEWHERE = [
    (set(codes(flag)), {ALL} if of == ALL else set(codes(of)), words) for flag, of, words in table("flags")
]


def known(function: str) -> set[str]:
    """The arguments of a function, and the fields of the values that some of them take."""
    names = set(signature(getattr(pipeline, function)).parameters)
    inside = {
        "connection": pipeline.Connection,
        "limits": pipeline.Limits,
        "read_limits": pipeline.ReadLimits,
    }
    names |= {"run_id"} if "run" in names else set()
    return names.union(*({one.name for one in fields(inside[name])} for name in names & set(inside)))


def spelled(parameter: click.Parameter) -> set[str]:
    """How a page may write an option or an argument."""
    if isinstance(parameter, click.Option):
        return set(parameter.opts)
    metavar = parameter.metavar or ""
    return {metavar, *re.findall(r"[A-Z]+(?:\|[A-Z]+)?…?", metavar)}


def test_every_command_is_told() -> None:
    """A new command needs a function, or the reason why it has none; one that is gone is told no more."""
    assert len(COMMANDS) > 30
    assert TOLD.keys() == COMMANDS.keys()


@pytest.mark.parametrize("command", sorted(TOLD))
def test_a_command_has_functions_or_a_reason(command: str) -> None:
    """What the page names is there, for anybody who imports the package."""
    if command not in FUNCTIONS:
        assert len(TOLD[command]) > len(ONLY) + 10
        return
    assert FUNCTIONS[command]
    for name in FUNCTIONS[command]:
        assert name in pipeline.__all__
        assert isfunction(getattr(pipeline, name))


@pytest.mark.parametrize("command", sorted(FUNCTIONS))
def test_a_flag_has_an_argument_or_a_word(command: str) -> None:
    """Of every function that does a command's work, nothing the command can be told is out of reach."""
    here = set[str]().union(*(known(name) for name in FUNCTIONS[command]))
    told = set[str]().union(*(flags for flags, of, _ in ELSEWHERE if of & {ALL, command}))
    lost = [
        one.opts[-1] for one in COMMANDS[command].params if one.name not in here and not spelled(one) & told
    ]
    assert lost == []


def test_what_is_told_of_flags_is_true() -> None:
    """No row is left over of a flag that is gone, or has the argument by now."""
    over = []
    for flags, of, words in ELSEWHERE:
        assert words
        for command in FUNCTIONS if of == {ALL} else of:
            offered = set[str]().union(*(spelled(one) for one in COMMANDS[command].params))
            if of != {ALL} and not flags & offered:
                over.append(f"{command}: {sorted(flags)}")
    assert over == []


@pytest.mark.parametrize("name", sorted(name for name in pipeline.__all__ if name[0].islower()))
def test_every_function_explains_itself(name: str) -> None:
    """Its help begins with a sentence, and it is in a row of the page or a block of its own."""
    first = (getattr(pipeline, name).__doc__ or "").split("\n")[0]
    assert re.match(r"[A-Z].*[a-z)`]", first)
    assert name in {one for names in FUNCTIONS.values() for one in names} or f"pipeline.{name}(" in PAGE


def test_what_the_page_calls_can_be_called() -> None:
    """Every name is there, and takes the arguments that are shown."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    calls = [
        node
        for block in blocks
        for node in ast.walk(ast.parse(block))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("pipeline.")
    ]
    assert len(calls) > 10
    for call in calls:
        function = getattr(pipeline, ast.unparse(call.func).removeprefix("pipeline."))
        signature(function).bind(*call.args, **{str(one.arg): one.value for one in call.keywords})
