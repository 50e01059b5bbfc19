"""The sums that arithmetic found, in words, with how many orders and lines say so."""

from collections.abc import Iterator
from typing import Final

from pipeline.inference.arithmetic import LineSum, OrderSum, Tax
from pipeline.inference.suggestion import Sums
from pipeline.model.issue import shown

_REST: Final = 3


def sum_lines(sums: Sums) -> Iterator[str]:
    """One line for each sum: the best, and the next ones with what they explain."""
    if sums.orders:
        best = sums.orders[0]
        yield f"{order_words(best, sums)}: {_share(best.share)} of {best.orders} orders"
        for other in sums.orders[1 : 1 + _REST]:
            yield f"  less well: {order_words(other, sums)}: {_share(other.share)}"
    else:
        yield "No sum of items, shipping and discount explains the orders' totals."
    if sums.lines:
        line = sums.lines[0]
        yield f"{line_words(line, sums)}: {_share(line.share)} of {line.telling} telling lines"
    if sums.orders and not sums.orders[0].tax.included:
        yield "Prices are without VAT and the total is with it: checks cannot state that, so none is made."


def order_words(one: OrderSum, sums: Sums) -> str:
    """``items + Shipping − Discount = Total``, with what is said of VAT."""
    parts = ["items"]
    if not one.tax.included:
        parts.append(f"+ {_tax(one.tax, sums)}")
    if one.shipping is not None:
        parts.append(f"+ {shown(sums.heads[one.shipping])}")
    if one.discount is not None:
        parts.append(f"− {shown(sums.heads[one.discount])}")
    return f"{' '.join(parts)} = {shown(sums.heads[one.amount])}"


def line_words(one: LineSum, sums: Sums) -> str:
    """``Quantity × Price = Total``."""
    less = f" − {shown(sums.columns[one.less])}" if one.less is not None else ""
    names = [shown(sums.columns[place]) for place in (one.quantity, one.price, one.total)]
    return f"{names[0]} × {names[1]}{less} = {names[2]}"


def _tax(tax: Tax, sums: Sums) -> str:
    if tax.amount is not None:
        return f"VAT ({shown(sums.heads[tax.amount])})"
    rate = f"{shown(sums.columns[tax.column])}" if tax.column is not None else f"{tax.percent} %"
    return f"VAT ({rate}, rounded by {tax.rounded})"


def _share(share: float) -> str:
    return f"{share:.1%}"
