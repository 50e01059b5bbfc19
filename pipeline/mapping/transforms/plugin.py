"""Transforms of other packages: what they are made of, and what keeps their failures at the cell.

A package offers one by an entry point of the group ``orderlift.transforms`` whose value is a
:class:`Transform` and whose name is the transform's. The contract: the same value and arguments give the
same answer on every machine, at any time; nothing is read, written or remembered outside; and a value is
refused by :func:`refuse` alone.
"""

from dataclasses import replace
from typing import Any, NoReturn

from pipeline.mapping.steps.problem import CellProblem, Step
from pipeline.mapping.transforms.registry import BUILTIN, untrue
from pipeline.mapping.transforms.shape import (
    ArgumentError,
    Arguments,
    Example,
    Noted,
    Setting,
    Shape,
    Transform,
    has_shape,
)
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.issue import shown

GROUP = "orderlift.transforms"
"""The group of entry points."""

__all__ = ["GROUP", "Arguments", "Example", "Setting", "Shape", "Transform", "admitted", "refuse"]

_REFUSED = "E277"


def refuse(reason: str) -> NoReturn:
    """Refuse a value; the reason is shown at its cell and must not hold the value itself."""
    raise CellProblem(_REFUSED, reason=shown(reason))


def admitted(offered: object, name: str, package: str, version: str) -> Transform:
    """The transform that a package offers, guarded; raises :class:`ValueError` with the reason why not.

    Its examples are tried, each twice: they must be true, and alike.
    """
    if not isinstance(offered, Transform):
        raise ValueError(f"it is {type(offered).__name__} and no Transform")  # noqa: TRY004 - a finding
    if offered.name != name:
        raise ValueError(f"its name is {shown(offered.name)}, and its entry point is called {shown(name)}")
    if name in BUILTIN:
        raise ValueError("there is a transform of this name already")
    transform = _guarded(replace(offered, package=package, version=version, costly=True))
    wrong = untrue(transform)
    if wrong:
        raise ValueError(shown(wrong[0]))
    return transform


def _guarded(transform: Transform) -> Transform:
    """The transform, whose failures are problems of the cell, and whose values have the declared shape."""

    def make(arguments: Any, setting: Setting) -> Step:  # noqa: ANN401 - of the plug-in's own model
        try:
            step = transform.make(arguments, setting)
        except ArgumentError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a plug-in raises
            reason = f"it fails at these arguments with {type(error).__name__}"
            raise ArgumentError("E471", value=transform.name, reason=reason) from None
        return lambda value: _checked(transform, step, value)

    return replace(transform, make=make)


def _checked(transform: Transform, step: Step, value: Any) -> Any:  # noqa: ANN401
    facts = {"transform": transform.name, "package": transform.package}
    try:
        result = step(value)
    except CellProblem as problem:
        if problem.problem.code not in CATALOGUE:
            raise CellProblem("E274", error=shown(problem.problem.code), **facts) from None
        raise CellProblem(problem.problem.code, **{**facts, **problem.problem.facts}) from None
    except Exception as error:  # noqa: BLE001 - whatever a plug-in raises
        raise CellProblem("E274", error=type(error).__name__, **facts) from None
    inside = result.value if isinstance(result, Noted) else result
    if not has_shape(inside, transform.gives):
        promised = transform.gives.value
        raise CellProblem("E275", found=type(inside).__name__, promised=promised, **facts)
    return result
