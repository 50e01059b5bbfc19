"""The lists and pages that ``orderlift mapping transforms`` prints."""

from collections.abc import Iterator
from dataclasses import asdict

import click

from pipeline.cli.streams import print_json
from pipeline.mapping.steps.words import nearest
from pipeline.mapping.transforms.registry import BUILTIN
from pipeline.mapping.transforms.shape import Transform
from pipeline.mapping.transforms.telling import arguments_of, outcome, signature
from pipeline.model.language import _, retold
from pipeline.runs.opening.plugins import all_plugins

_SCHEMA = "orderlift/transforms/1"


def tell_transforms(name: str | None, *, as_json: bool) -> int:
    """Print one transform or all of them; returns the exit code."""
    plugins = dict(all_plugins())
    known = {**{key: one for key, one in plugins.items() if isinstance(one, Transform)}, **BUILTIN}
    if name is not None and name not in known:
        near = nearest(name, known)
        told = plugins.get(name)
        why = (
            _("it cannot be used: {reason}").format(reason=retold(told))
            if isinstance(told, str)
            else _("there is none of that name")
        )
        hint = _(" Did you mean {name!r}?").format(name=near) if near and near != name else ""
        raise click.UsageError(f"{name!r}: {why}.{hint}")
    chosen = list(known.values()) if name is None else [known[name]]
    if as_json:
        print_json({"schema": _SCHEMA, "transforms": [_as_data(one) for one in chosen]})
        return 0
    for line in _list(chosen) if name is None else _page(chosen[0]):
        click.echo(line)
    broken = {key: why for key, why in plugins.items() if isinstance(why, str) and name is None}
    for key, why in broken.items():
        told = _("The plug-in {name} cannot be used: {reason}.")
        click.echo(told.format(name=key, reason=retold(why)), err=True)
    return 0


def _list(transforms: list[Transform]) -> Iterator[str]:
    width = max(len(one.name) for one in transforms)
    kinds = max(len(signature(one)) for one in transforms)
    for one in transforms:
        first = _(one.says).partition(". ")[0].rstrip(".")
        yield f"{one.name:{width}}  {signature(one):{kinds}}  {first}."
    yield ""
    command = "orderlift mapping transforms NAME"
    yield _("Arguments and examples of one: {command}").format(command=command)


def _page(one: Transform) -> Iterator[str]:
    yield f"{one.name}  ({signature(one)})"
    yield f"  {_(one.says)}"
    if one.package and one.version:
        told = _("A plug-in: {package} {version}")
        yield "  " + told.format(package=one.package, version=one.version)
    arguments = arguments_of(one)
    if arguments:
        yield ""
        yield _("Arguments:")
    for argument in arguments:
        left_out = _("if left out: {default}").format(default=argument.default) if argument.default else ""
        need = _("needed") if argument.needed else left_out
        short = _("may be written alone") if argument.is_short else ""
        values = _(" or ").join(map(retold, argument.values.split(" or ")))
        told = "; ".join(word for word in (values, need, short) if word)
        yield f"  {argument.name}  ({told})"
        yield f"      {_(argument.says)}"
    yield ""
    yield _("Examples:")
    for step, given, result in outcome(one):
        yield f"  {step}"
        yield f"      {given} → {retold(result)}"


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
