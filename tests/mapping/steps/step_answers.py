"""What a step makes of a cell: its value, or the code of its problem."""

from typing import Any

from pipeline.mapping.steps.problem import CellProblem, Step


def answer(step: Step, cell: object) -> Any:
    """The value, or the problem's code as text."""
    try:
        return step(cell)
    except CellProblem as problem:
        return problem.problem.code
