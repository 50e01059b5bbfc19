"""Plug-in transforms: found by their entry points, admitted only where a mapping names them."""

from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint, entry_points

from pipeline.mapping.layers import StepName
from pipeline.mapping.transforms.plugin import GROUP, admitted
from pipeline.mapping.transforms.registry import BUILTIN, Registry, with_plugins
from pipeline.mapping.transforms.shape import Transform
from pipeline.model.issue import Issue, shown
from pipeline.model.refusal import MappingRefused


def registry_for(steps: Iterable[StepName]) -> Registry:
    """The transforms of the house and the plug-ins among the steps of a mapping.

    Raises :class:`MappingRefused` (E471) where a plug-in that is named cannot be used.
    """
    wanted: dict[str, StepName] = {}
    for step in steps:
        if step.name not in BUILTIN:
            wanted.setdefault(step.name, step)
    if not wanted:
        return BUILTIN
    found: dict[str, Transform] = {}
    issues = []
    for point in _points():
        if point.name in wanted:
            try:
                if point.name in found:
                    raise ValueError("two packages offer one of this name")  # noqa: TRY301 - told like others
                found[point.name] = _load(point)
            except ValueError as error:
                step, facts = wanted[point.name], {"reason": shown(error)}
                issues.append(Issue("E471", mark=step.mark, value=shown(point.name), facts=facts))
    if issues:
        raise MappingRefused(*issues)
    return with_plugins(found.values())


def all_plugins() -> Iterator[tuple[str, Transform | str]]:
    """Every plug-in there is by its name: the transform, or why it cannot be used."""
    for point in _points():
        try:
            yield point.name, _load(point)
        except ValueError as error:
            yield point.name, str(error)


def _points() -> list[EntryPoint]:
    return sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value))


def _load(point: EntryPoint) -> Transform:
    """The transform of an entry point; raises :class:`ValueError` with the reason why not."""
    package, version = (point.dist.name, point.dist.version) if point.dist is not None else ("", "")
    try:
        offered = point.load()
    except Exception as error:
        raise ValueError(f"its package fails to load with {type(error).__name__}") from error
    return admitted(offered, point.name, package, version)
