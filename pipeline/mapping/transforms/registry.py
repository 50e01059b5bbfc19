"""Which transforms there are, and whether their examples are true."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, TypeAlias

import yaml

from pipeline.mapping.steps.problem import CellProblem
from pipeline.mapping.transforms import amounts, contacts, cutting, dates, lookups, numbers, pattern, writing
from pipeline.mapping.transforms.chain import only_step
from pipeline.mapping.transforms.shape import Example, Noted, Setting, Transform, has_shape

Registry: TypeAlias = Mapping[str, Transform]

BUILTIN: Registry = MappingProxyType(
    {
        one.name: one
        for family in (writing, cutting, pattern, numbers, amounts, dates, contacts, lookups)
        for one in family.TRANSFORMS
    }
)
"""The transforms of the house, by name, in the order in which they are listed."""

EXAMPLE_SETTING = Setting(tables={"skus": {"old-1": "NEW-1"}})
"""What examples are read under: numbers as en_US writes them, no time zone, one table."""

Evaluate: TypeAlias = Callable[[Example], tuple[str | None, str | None]]


def with_plugins(plugins: Iterable[Transform]) -> Registry:
    """The transforms of the house and further ones, none of which may bear a name that is taken."""
    return MappingProxyType({**{one.name: one for one in plugins}, **BUILTIN})


def as_written(value: Any) -> str:  # noqa: ANN401 - a value of any shape
    """A value as a person writes it in an example: ``true``, ``1234.50``, ``2024-03-01T07:15:00Z``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)


def outcome_of(transform: Transform, example: Example) -> tuple[str | None, str | None]:
    """What an example really gives: (the value as written or ``None``, the code of the refusal or ``None``).

    Raises whatever the transform raises that is no :class:`CellProblem`; :class:`TypeError` where a value
    has not the shape that the transform promises.
    """
    written = yaml.load(example.step, yaml.BaseLoader)  # noqa: S506 - it makes nothing but text
    step = only_step(written, transform, EXAMPLE_SETTING)
    try:
        value = step(example.given)
    except CellProblem as problem:
        return None, problem.problem.code
    value = value.value if isinstance(value, Noted) else value
    if not has_shape(value, transform.gives):
        raise TypeError(f"{transform.name} gives {type(value).__name__} instead of {transform.gives.value}")
    return as_written(value), None


def untrue(transform: Transform) -> list[str]:
    """What is not true of a transform's examples, a sentence each; nothing where all hold, twice over."""
    wrong = [] if transform.examples else ["it has no examples"]
    for example in transform.examples:
        try:
            first, again = outcome_of(transform, example), outcome_of(transform, example)
        except Exception as error:  # noqa: BLE001 - a plug-in may raise anything
            wrong.append(f"{example.step} fails with {type(error).__name__}")
            continue
        if first != (example.gives, example.refused):
            wrong.append(f"{example.step} gives {first[0] or first[1]!r} and not what its example says")
        elif first != again:
            wrong.append(f"{example.step} gives something else the second time")
    return wrong
