"""The lists and pages that ``orderlift mapping transforms`` prints."""

from collections.abc import Iterator
from dataclasses import asdict

import click

from pipeline.cli.streams import print_json
from pipeline.mapping.steps.words import nearest
from pipeline.mapping.transforms.registry import BUILTIN
from pipeline.mapping.transforms.shape import Transform
from pipeline.mapping.transforms.telling import arguments_of, outcome, signature
from pipeline.runs.plugins import all_plugins

_SCHEMA = "orderlift/transforms/1"


def tell_transforms(name: str | None, *, as_json: bool) -> int:
    """Print one transform or all of them; returns the exit code."""
    plugins = dict(all_plugins())
    known = {**{key: one for key, one in plugins.items() if isinstance(one, Transform)}, **BUILTIN}
    if name is not None and name not in known:
        near = nearest(name, known)
        told = plugins.get(name)
        why = f"it cannot be used: {told}" if isinstance(told, str) else "there is none of that name"
        hint = f" Did you mean {near!r}?" if near and near != name else ""
        raise click.UsageError(f"{name!r}: {why}.{hint}")
    chosen = list(known.values()) if name is None else [known[name]]
    if as_json:
        print_json({"schema": _SCHEMA, "transforms": [_as_data(one) for one in chosen]})
        return 0
    for line in _list(chosen) if name is None else _page(chosen[0]):
        click.echo(line)
    broken = {key: why for key, why in plugins.items() if isinstance(why, str) and name is None}
    for key, why in broken.items():
        click.echo(f"The plug-in {key} cannot be used: {why}.", err=True)
    return 0


def _list(transforms: list[Transform]) -> Iterator[str]:
    width = max(len(one.name) for one in transforms)
    kinds = max(len(signature(one)) for one in transforms)
    for one in transforms:
        first = one.says.partition(". ")[0].rstrip(".")
        yield f"{one.name:{width}}  {signature(one):{kinds}}  {first}."
    yield ""
    yield "Arguments and examples of one: orderlift mapping transforms NAME"


def _page(one: Transform) -> Iterator[str]:
    yield f"{one.name}  ({signature(one)})"
    yield f"  {one.says}"
    if one.package and one.version:
        yield f"  A plug-in: {one.package} {one.version}"
    arguments = arguments_of(one)
    if arguments:
        yield ""
        yield "Arguments:"
    for argument in arguments:
        need = "needed" if argument.needed else f"if left out: {argument.default}" if argument.default else ""
        short = "may be written alone" if argument.is_short else ""
        told = "; ".join(word for word in (argument.values, need, short) if word)
        yield f"  {argument.name}  ({told})"
        yield f"      {argument.says}"
    yield ""
    yield "Examples:"
    for step, given, result in outcome(one):
        yield f"  {step}"
        yield f"      {given} → {result}"


def _as_data(one: Transform) -> dict[str, object]:
    return {
        "name": one.name,
        "takes": one.takes.name.lower(),
        "gives": one.gives.name.lower(),
        "says": one.says,
        "arguments": [asdict(argument) for argument in arguments_of(one)],
        "examples": [asdict(example) for example in one.examples],
        "package": one.package,
        "version": one.version,
    }
