"""The stage after sending: customers are changed, books are kept. It changes no order's outcome."""

from collections.abc import Mapping
from typing import Any

from pipeline.model.books import BookTerms
from pipeline.model.ending import Ending
from pipeline.runs.bookkeeping.changing import Changing
from pipeline.runs.bookkeeping.desk import Desk, Unfinished
from pipeline.runs.bookkeeping.error_reporting import ErrorReporting
from pipeline.runs.bookkeeping.registering import Registering

GOES_ON_AFTER = frozenset({None, "E544", "E545"})
"""Endings of sending after which the orders that were sent are still told of: those that stopped nothing."""


def book_terms(header: Mapping[str, Any]) -> BookTerms:
    """What the run's mapping asked for when it was sealed."""
    return BookTerms(**header.get("bookkeeping", {}))


class Bookkeeping:
    """One process seeing to what follows the orders of one run, as far as its mapping asks for it."""

    def __init__(self, desk: Desk, terms: BookTerms) -> None:
        self._desk, self._terms = desk, terms

    async def run(self, sent: Ending) -> Ending:
        """Do it, if sending ended in a way that allows it; returns how the run ended altogether.

        Raises :class:`JournalRefused` when the journal can no longer be written.
        """
        if sent.code not in GOES_ON_AFTER:
            return sent
        try:
            if self._terms.customers:
                await Changing(self._desk).run()
            if self._terms.batch:
                await Registering(self._desk).run()
            if self._terms.error_reports:
                await ErrorReporting(self._desk).run()
        except Unfinished as unfinished:
            return unfinished.ending if sent.code is None else sent
        finally:
            requests = self._desk.requests()
            await self._desk.books(lambda books: books.settle(requests=requests))
        return sent
