"""What a mapping says of the stages after the orders, as the rest of the program takes it."""

from collections.abc import Iterator, Mapping

from pipeline.mapping.grammar import MappingFile
from pipeline.mapping.lookup_rule import LookupRule
from pipeline.mapping.positioned import Document
from pipeline.model.books import BookTerms
from pipeline.model.issue import Issue


def book_terms_of(mapping: MappingFile) -> BookTerms:
    """What is asked for."""
    customer, books = mapping.order.customer, mapping.bookkeeping  # type: ignore[attr-defined]
    changes = isinstance(customer, LookupRule) and bool(customer.updated)
    return BookTerms(books.batch, books.error_reports, changes)


def warnings_of(mapping: MappingFile, document: Document) -> Iterator[Issue]:
    """W353 where orders are registered and their items cannot be."""
    extra = mapping.items.extra_field  # type: ignore[attr-defined]
    if mapping.bookkeeping.batch and not (isinstance(extra, Mapping) and "id" in extra):
        yield Issue("W353", mark=document.key_mark(("bookkeeping",)))
