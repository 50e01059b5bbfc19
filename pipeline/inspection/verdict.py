"""What a column as a whole holds, from the shapes of its values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pipeline.inspection.shapes import Look, Shape
from pipeline.inspection.tally import Tally

NEARLY_ALL: Final = 0.95
"""A column is what so many of its values are; the rest are exceptions, and the shares tell of them."""

_FAMILIES: Final = (
    (Shape.DECIMAL, {Shape.DECIMAL, Shape.WHOLE}),
    (Shape.CODE, {Shape.CODE, Shape.WHOLE}),
    (Shape.PHONE, {Shape.PHONE, Shape.WHOLE}),
    (Shape.AMOUNT, {Shape.AMOUNT, Shape.DECIMAL, Shape.WHOLE}),
    (Shape.PERCENT, {Shape.PERCENT, Shape.DECIMAL, Shape.WHOLE}),
    (Shape.TEXT, {Shape.TEXT, Shape.CODE, Shape.YES_NO, Shape.WHOLE}),
)
"""A shape, and those that its values may also have: some prices are whole, some codes have no letters."""
_LEAST_SHARE: Final = 0.05
"""A shape rules its family only where so many values have it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The column's shape, how many values have which, formats, decimal separator and what tells it."""

    shape: Shape
    shares: Mapping[Shape, int] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    decimal: str | None = None
    separators: Mapping[str, int] = field(default_factory=dict)


def verdict_of(looks: Mapping[Look, Tally]) -> Verdict:
    """Return what nearly all values look like, or that they are mixed."""
    shares: dict[Shape, int] = {}
    for look, tally in looks.items():
        shares[look.shape] = shares.get(look.shape, 0) + tally.count
    shares = dict(sorted(shares.items(), key=lambda item: -item[1]))
    filled = sum(shares.values())
    if not filled:
        return Verdict(Shape.EMPTY)
    shape = _ruling(shares, filled)
    formats = date_formats(looks)
    if shape is Shape.WHOLE and all(look.detail == "8 ymd" for look in looks if look.shape is Shape.WHOLE):
        shape, formats = Shape.DATE, ("%Y%m%d",)
    marks = {look.detail: tally.count for look, tally in looks.items() if look.shape is Shape.DECIMAL}
    return Verdict(shape, shares, formats, decimal_separator(looks), marks)


def _ruling(shares: Mapping[Shape, int], filled: int) -> Shape:
    first = next(iter(shares))
    if shares[first] >= NEARLY_ALL * filled:
        return first
    for shape, family in _FAMILIES:
        together = sum(shares.get(one, 0) for one in family)
        if together >= NEARLY_ALL * filled and shares.get(shape, 0) >= _LEAST_SHARE * filled:
            return shape
    return Shape.MIXED


def date_formats(looks: Mapping[Look, Tally]) -> tuple[str, ...]:
    """Return the formats in which the column's text dates can be read, the frequent first.

    Where day and month may be exchanged in some values, others that leave no doubt decide. Candidates
    that nothing decides between are joined by ``|``.
    """
    counts: dict[str, int] = {}
    for look, tally in looks.items():
        if look.shape is Shape.DATE and look.detail:
            counts[look.detail] = counts.get(look.detail, 0) + tally.count
    for unclear in [key for key in counts if "|" in key]:
        told = [one for one in unclear.split("|") if one in counts]
        if len(told) == 1:
            counts[told[0]] += counts.pop(unclear)
    return tuple(sorted(counts, key=lambda key: -counts[key]))


def decimal_separator(looks: Mapping[Look, Tally]) -> str | None:
    """Return the separator that the column's decimals have, ``None`` where they have two or none."""
    signs = {look.detail for look in looks if look.shape is Shape.DECIMAL and not look.detail.startswith("?")}
    return signs.pop() if len(signs) == 1 else None
