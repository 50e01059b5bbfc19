"""What was read back, per currency, on a terminal."""

from decimal import Decimal

from pipeline.model.language import _
from pipeline.model.money import Amounts, MoneyBook
from pipeline.reporting.terminal.console import Screen
from pipeline.reporting.words.figures import amount, grouped


def print_reconciled(screen: Screen, book: MoneyBook) -> None:
    """Print what was created, what the target shows and how they differ, per currency."""
    if not book.lines:
        return
    rows = [
        (f"  {currency}", figure(line.standing), figure(line.read_back), figure(line.difference))
        for currency, line in book.by_currency().items()
    ]
    screen.line()
    screen.table([(f"  {_('read back')}", _("created"), _("on the target"), _("difference")), *rows])
    screen.line(f"  {_('Sums, with the number of orders; by day and status in money.csv.')}")


def figure(amounts: Amounts) -> str:
    """A sum with its number of orders: ``1 234.50 (12)``."""
    return f"{amount(Decimal(amounts.minor).scaleb(-2))} ({grouped(amounts.orders)})"
