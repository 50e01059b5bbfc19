"""The money by day against the totals of a summary: two ways to count the same orders must agree."""

from decimal import Decimal

from pipeline.model.money import MoneyBook, MoneyLine
from pipeline.model.summary import Money, Summary


def broken_money(book: MoneyBook, summary: Summary) -> list[str]:
    """What does not agree, each written out with its numbers; empty where everything does."""
    orders = summary.orders
    wanted = {
        "invalid": orders.invalid,
        "created": orders.created,
        "already_present": orders.already_present,
        "refused": orders.rejected + orders.failed,
        "in_doubt": orders.in_doubt + orders.conflict,
        "unprocessed": orders.unprocessed,
    }
    broken = []
    for name, number in wanted.items():
        found = sum(getattr(line, name).orders for line in book.lines)
        if found != number:
            broken.append(f"orders.{name}: {number} ≠ {found} by day, status and currency")
    lines = book.by_currency()
    for currency in sorted({*lines, *summary.money}):
        line = lines.get(currency, MoneyLine("", "", currency))
        sums = summary.money.get(currency, Money())
        created = line.created.plus(line.already_present)
        for name, minor, total in (
            ("read", line.source.minor, sums.read),
            ("created", created.minor, sums.created),
        ):
            if Decimal(minor).scaleb(-2) != total:
                broken.append(f"money.{currency}.{name}: {total} ≠ {Decimal(minor).scaleb(-2)} by day")
    return broken
