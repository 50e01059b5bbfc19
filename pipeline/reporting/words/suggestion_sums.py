"""The sums that arithmetic found, in words, with how many orders and lines say so."""

from collections.abc import Iterator
from typing import Final

from pipeline.inference.arithmetic import LineSum, OrderSum, Tax
from pipeline.inference.suggestion import Sums
from pipeline.model.issue import shown
from pipeline.model.language import N_, _

_REST: Final = 3
_ROUNDED: Final = {"line": N_("line"), "order": N_("order"), "unit": N_("unit")}


def sum_lines(sums: Sums) -> Iterator[str]:
    """One line for each sum: the best, and the next ones with what they explain."""
    if sums.orders:
        best = sums.orders[0]
        told = _("{sum}: {share} of {count} orders")
        yield told.format(sum=order_words(best, sums), share=_share(best.share), count=best.orders)
        for other in sums.orders[1 : 1 + _REST]:
            as_well = _share(other.share) == _share(best.share)
            told = _("just as well: {sum}: {share}") if as_well else _("less well: {sum}: {share}")
            yield "  " + told.format(sum=order_words(other, sums), share=_share(other.share))
    else:
        yield _("No sum of items, shipping and discount explains the orders' totals.")
    if sums.lines:
        line = sums.lines[0]
        told = _("{sum}: {share} of {count} telling lines")
        yield told.format(sum=line_words(line, sums), share=_share(line.share), count=line.telling)
    if sums.orders and not sums.orders[0].tax.included:
        yield _("Prices are without VAT and the total is with it: checks cannot state that, so none is made.")


def order_words(one: OrderSum, sums: Sums) -> str:
    """``items + Shipping − Discount = Total``, with what is said of VAT."""
    parts = [_("items")]
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
        return _("VAT ({column})").format(column=shown(sums.heads[tax.amount]))
    rate = f"{shown(sums.columns[tax.column])}" if tax.column is not None else f"{tax.percent} %"
    return _("VAT ({rate}, rounded by {what})").format(rate=rate, what=_(_ROUNDED.get(tax.rounded or "", "")))


def _share(share: float) -> str:
    return f"{share:.1%}"
