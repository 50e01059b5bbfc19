"""How a step says that a cell cannot become what its field wants."""

from collections.abc import Callable
from typing import Any, TypeAlias

from pipeline.model.draft import Problem

Step: TypeAlias = Callable[[Any], Any]


class CellProblem(Exception):  # noqa: N818 - it is a finding about a cell, not an error of ours
    """Raised by a step; carries the catalogue's code and the facts.

    ``cell`` is the index of the cell to blame, where a step reads several. ``also`` is what else is wrong
    with them.
    """

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.cell: int | None = None
        self.also: tuple[CellProblem, ...] = ()
        self.problem = Problem(code, facts)
