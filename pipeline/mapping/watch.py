"""Who looks on while rules are worked through: nobody, as a rule; a tracer; a counter of what was used.

A watch is given when a mapping is compiled, and the compiled steps are the same whoever looks on: it may only
wrap them. Where nobody does, nothing is wrapped, so that it costs nothing.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from pipeline.mapping.positioned import Path
from pipeline.mapping.steps.problem import Step

Reader: TypeAlias = Callable[..., Any]
REMEMBERED = 5_000
"""Distinct combinations of cells whose answer is remembered."""


class Watch:
    """Nobody looks on. Watchers change what they need."""

    keeps_apart = False
    """Whether two rules that read alike must not share what they have learnt."""

    def at(self, path: Path) -> "Watch":  # noqa: ARG002 - for watchers
        """The watch over the rule at a path of the mapping file."""
        return self

    def step(self, step: Step, name: str, *below: str | int) -> Step:  # noqa: ARG002 - for watchers
        """The step, which stands ``below`` the rule in the file and is told of by its ``name``."""
        return step

    def table(self, name: str, table: Mapping[str, str], look_up: Step) -> Step:  # noqa: ARG002
        """The step through a value table: a name under ``values``, or ``""`` for one of the rule's own."""
        return look_up

    def remembered(self, read: Reader) -> Reader:
        """The function with its latest answers remembered; problems are not."""
        return lru_cache(maxsize=REMEMBERED, typed=True)(read)

    @property
    def remembers(self) -> bool:
        """Whether answers may be remembered, so that steps are worked through once for each value."""
        return True


NOBODY = Watch()
