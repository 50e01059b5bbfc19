"""Which sums hold in the sampled orders, exactly: of a line, and of an order with its VAT."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from typing import Final

CENT: Final = Decimal("0.01")
_HALF_CENT: Final = Decimal("0.005")
_HUNDRED: Final = Decimal(100)
RATES: Final = (20, 18, 10, 8, 19, 7, 21, 1)
"""VAT rates in percent that are tried where no column names one: of Turkey, Germany and neighbours."""
LEAST_EVIDENCE: Final = 3
_FEW: Final = 60
_HOPELESS: Final = 0.3

Numbers = Sequence[Decimal | None]


@dataclass(frozen=True, slots=True)
class LineSum:
    """``total`` is quantity × price: columns by index, and the ``share`` of the telling lines that say so.

    A line tells something where its quantity is not one; ``telling`` counts those. ``less`` is a discount
    column that is taken off.
    """

    quantity: int
    price: int
    total: int
    less: int | None
    share: float
    telling: int


@dataclass(frozen=True, slots=True)
class Tax:
    """How VAT comes into an order's total: ``included`` in the prices, or added to them.

    ``rate`` is a column (by index) or a number of percent, ``rounded`` says by ``unit``, ``line`` or
    ``order``; both are ``None`` where it is included. ``amount`` is a column of the order that holds the VAT.
    """

    included: bool = True
    column: int | None = None
    percent: int | None = None
    rounded: str | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class OrderSum:
    """What an order's amount is made of, and the ``share`` of the ``orders`` looked at of which that is true.

    True is what differs by a cent at most; ``exact`` is the share without even that, which tells one way of
    rounding from another.
    """

    amount: int
    shipping: int | None
    discount: int | None
    tax: Tax
    share: float
    exact: float
    orders: int

    @property
    def simple(self) -> int:
        """The fewer parts, the simpler."""
        return (self.shipping is not None) + (self.discount is not None) + 2 * (not self.tax.included)


@dataclass(frozen=True)
class Figures:
    """The numbers of the sampled orders: ``lines[column]`` one a line, ``heads[column]`` one an order.

    ``spans`` says for each order where its lines begin and end.
    """

    heads: Mapping[int, Numbers]
    lines: Mapping[int, Numbers]
    spans: Sequence[tuple[int, int]] = field(repr=False)


def line_sums(
    figures: Figures, quantities: Sequence[int], prices: Sequence[int], lesses: Sequence[int]
) -> list[LineSum]:
    """Every (quantity, price, total) of these columns that explains lines, the best first."""
    found = []
    for quantity in quantities:
        for price in prices:
            if price == quantity:
                continue
            for total in prices:
                if total in {quantity, price}:
                    continue
                options = [None, *(one for one in lesses if one not in {quantity, price, total})]
                found += [_line_sum(figures.lines, quantity, price, total, less) for less in options]
    good = [one for one in found if one.share > _HOPELESS and one.telling]
    return sorted(good, key=lambda one: (-round(one.share, 3), one.less is not None))


def _line_sum(
    lines: Mapping[int, Numbers], quantity: int, price: int, total: int, less: int | None
) -> LineSum:
    nothing: Numbers = [Decimal(0)] * len(lines[quantity])
    rows = zip(
        lines[quantity], lines[price], lines[total], nothing if less is None else lines[less], strict=True
    )
    told = (
        (q, p, t, d or Decimal(0)) for q, p, t, d in rows if q is not None and p is not None and t is not None
    )
    telling = [one for one in told if one[0] != 1 or one[3]]
    few = telling[:_FEW]
    if _hits(few) <= _HOPELESS * len(few):
        return LineSum(quantity, price, total, less, 0.0, len(telling))
    return LineSum(quantity, price, total, less, _hits(telling) / len(telling), len(telling))


def _hits(rows: Sequence[tuple[Decimal, Decimal, Decimal, Decimal]]) -> int:
    return sum(abs(q * p - d - t) <= max(CENT, _HALF_CENT * abs(q)) for q, p, t, d in rows)


@dataclass(frozen=True)
class OrderParts:
    """The columns that an order's amount may be made of.

    ``total`` is the line's total; ``None``: the product of quantity and price. ``rates`` are columns of the
    lines with a VAT rate, ``taxes`` columns of the order with a VAT amount.
    """

    amounts: Sequence[int]
    shippings: Sequence[int]
    discounts: Sequence[int]
    quantity: int | None
    price: int | None
    total: int | None
    rates: Sequence[int]
    taxes: Sequence[int] = ()


def order_sums(figures: Figures, parts: OrderParts) -> list[OrderSum]:
    """Every sum of these columns that was tried, the one that explains the most orders first.

    VAT on top is tried where sums without it leave more than a few orders open.
    """
    found = list(_with_tax(figures, parts, Tax()))
    best = max((one.share for one in found), default=0.0)
    if best < 0.95:  # noqa: PLR2004
        for tax in _taxes(parts):
            found += _with_tax(figures, parts, tax)
    return sorted(
        found,
        key=lambda one: (-round(one.share, 3), -round(one.exact, 3), one.simple),
    )


def _taxes(parts: OrderParts) -> Iterator[Tax]:
    for amount in parts.taxes:
        yield Tax(included=False, amount=amount)
    for rounded in ("line", "order", "unit"):
        if rounded == "unit" and (parts.quantity is None or parts.price is None):
            continue
        for column in parts.rates:
            yield Tax(included=False, column=column, rounded=rounded)
        for percent in RATES:
            yield Tax(included=False, percent=percent, rounded=rounded)


def _with_tax(figures: Figures, parts: OrderParts, tax: Tax) -> Iterator[OrderSum]:
    sums = _item_sums(figures, parts, tax)
    if sums is None:
        return
    zero: Numbers = [Decimal(0)] * len(figures.spans)
    for amount in parts.amounts:
        for shipping in (None, *parts.shippings):
            for discount in (None, *parts.discounts):
                if len({amount, shipping, discount} - {None}) < 1 + (shipping is not None) + (
                    discount is not None
                ):
                    continue
                columns = [
                    zero if one is None else figures.heads[one] for one in (shipping, discount)
                ]  # fmt: skip
                yield OrderSum(
                    amount, shipping, discount, tax, *_share(figures.heads[amount], sums, *columns)
                )


def _share(
    amounts: Numbers, sums: Numbers, shippings: Numbers, discounts: Numbers
) -> tuple[float, float, int]:
    """The share of orders that add up to a cent, the share that does exactly, and how many there are."""
    rows = zip(amounts, sums, shippings, discounts, strict=True)
    zero = Decimal(0)
    differences = (
        abs(s + (ship or zero) - abs(less or zero) - a)
        for a, s, ship, less in rows
        if a is not None and s is not None
    )
    few = list(islice(differences, _FEW))
    if sum(one <= CENT for one in few) <= _HOPELESS / 3 * len(few):
        return 0.0, 0.0, len(few)
    every = [*few, *differences]
    count = len(every)
    return sum(one <= CENT for one in every) / count, sum(not one for one in every) / count, count


def _item_sums(figures: Figures, parts: OrderParts, tax: Tax) -> Numbers | None:
    """The sum of every order's lines, VAT added as ``tax`` says; ``None`` where columns are missing."""
    lines = figures.lines
    totals = _totals(lines, parts)
    if totals is None:
        return None
    rates = None if tax.column is None else lines[tax.column]
    quantities = lines.get(parts.quantity) if parts.quantity is not None else None
    prices = lines.get(parts.price) if parts.price is not None else None

    def taxed(index: int) -> Decimal | None:
        total = totals[index]
        if total is None or tax.included or tax.amount is not None:
            return total
        rate = rates[index] if rates is not None else Decimal(tax.percent or 0)
        if rate is None:
            return None
        factor = (_HUNDRED + rate) / _HUNDRED
        if tax.rounded == "order":
            return total * factor
        if tax.rounded == "line":
            return _cents(total * factor)
        quantity, price = (quantities or [])[index], (prices or [])[index]
        return None if quantity is None or price is None else quantity * _cents(price * factor)

    finish: Callable[[Decimal], Decimal] = _cents if tax.rounded == "order" else Decimal
    sums = [_sum([taxed(index) for index in range(*span)], finish) for span in figures.spans]
    if tax.amount is None:
        return sums
    taxes = figures.heads[tax.amount]
    return [
        None if one is None else one + (more or Decimal(0)) for one, more in zip(sums, taxes, strict=True)
    ]


def _totals(lines: Mapping[int, Numbers], parts: OrderParts) -> Numbers | None:
    if parts.total is not None:
        return lines[parts.total]
    if parts.quantity is None or parts.price is None:
        return None
    pairs = zip(lines[parts.quantity], lines[parts.price], strict=True)
    return [None if q is None or p is None else q * p for q, p in pairs]


def _sum(values: Sequence[Decimal | None], finish: Callable[[Decimal], Decimal]) -> Decimal | None:
    told = [one for one in values if one is not None]
    return finish(sum(told, Decimal(0))) if told and len(told) == len(values) else None


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)
