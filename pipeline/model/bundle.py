"""A bundle that may be shared: what it shows, what is in it, and what stayed real."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: its code, the payload field and the column, where it has them."""

    code: str
    field: str | None = None
    header: str | None = None


@dataclass(frozen=True, slots=True)
class RealCells:
    """Cells that kept their value because the problem does not show without it.

    ``example`` is masked; ``personal`` says whether they may tell who somebody is.
    """

    file: str
    header: str
    count: int
    example: str
    personal: bool


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle holds. ``output`` is ``None`` where nothing was written (a dry run).

    ``shown`` are the problems that its inputs show again, ``told`` those that only the target can show and
    that ``journal.json`` tells, ``lost`` those that the small inputs do not show. ``beside`` counts the run's
    other issues by code. ``withheld`` are inputs that are not in it, each with the reason. ``files`` go by
    name, with their size in bytes. ``of_orders`` is how many orders the run has, 0 where there was no run.
    """

    run_id: str
    output: str | None
    command: str
    shown: tuple[Problem, ...] = ()
    told: tuple[Problem, ...] = ()
    lost: tuple[Problem, ...] = ()
    beside: Mapping[str, int] | None = None
    orders: int = 0
    of_orders: int = 0
    rows: int = 0
    columns_dropped: int = 0
    real: tuple[RealCells, ...] = ()
    withheld: tuple[tuple[str, str], ...] = ()
    as_xlsx: tuple[str, ...] = ()
    cut_to: int | None = None
    files: tuple[tuple[str, int], ...] = ()

    @property
    def exit_code(self) -> int:
        """0: all shows, and nothing personal is real; 4: a person has to look; 3: something is missing."""
        if any(one.personal for one in self.real):
            return 4
        return 3 if self.lost or self.withheld or self.cut_to is not None else 0
