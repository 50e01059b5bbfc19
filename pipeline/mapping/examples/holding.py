"""Whether orders are what an example expects of them: every difference, field by field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.mapping.examples.grammar import REFUSED, Expected, ExpectedIssue, ExpectedOrder
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.issue import Issue, Severity


@dataclass(frozen=True, slots=True)
class SeenOrder:
    """An order as the mapping makes it.

    ``payload`` is the document that would be sent (``order``, ``order_item``), with a table in the place of a
    record that is looked up; ``None`` where the order is refused. ``issues`` are those of the order.
    """

    number: str
    payload: Mapping[str, Any] | None
    issues: tuple[Issue, ...] = ()

    @property
    def refused_by(self) -> tuple[str, ...]:
        """The codes that refuse it, each once; none where it is ready."""
        if self.payload is not None:
            return ()
        codes = {one.code for one in self.issues}
        return tuple(sorted(code for code in codes if CATALOGUE[code].severity is not Severity.WARNING))


@dataclass(frozen=True, slots=True)
class SeenIssue:
    """An issue with the places by which a test file may name its cell."""

    issue: Issue
    cells: frozenset[str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as expected.

    ``what`` names the order and field, ``path`` the place of the expectation below the example's ``expect``.
    ``expected`` and ``found`` are texts, ``None`` for nothing.
    """

    what: str
    path: tuple[str | int, ...]
    expected: str | None
    found: str | None
    issues: tuple[Issue, ...] = ()


def differences(
    expected: Expected, orders: Sequence[SeenOrder], issues: Sequence[SeenIssue]
) -> Iterator[Difference]:
    """Every difference between what is expected and what is. ``issues`` are all, of orders and of rows.

    An order that is refused must be expected to be, and so must each of its errors where any issue is listed.
    """
    by_number: dict[str, list[SeenOrder]] = {}
    for order in orders:
        by_number.setdefault(order.number, []).append(order)
    for number, said in expected.orders.items():
        found = by_number.get(number, [])
        if not found:
            yield Difference(f"order {number}", ("orders", number), "an order", None)
        for order in found:
            yield from _order(order, said, ("orders", number))
    for order in orders:
        if order.payload is None and order.number not in expected.orders:
            what = f"order {order.number}"
            yield Difference(what, (), "not mentioned, so ready", REFUSED, order.issues)
    if expected.issues:
        yield from _issues(expected.issues, issues)


def _issues(expected: Sequence[ExpectedIssue], issues: Sequence[SeenIssue]) -> Iterator[Difference]:
    """Issues that are expected and not found, and errors that are found and not expected."""
    for index, wanted in enumerate(expected):
        if not any(_is(one, wanted) for one in issues):
            place = f" at {wanted.at}" if wanted.at else ""
            near = sorted({f"{one.issue.code} at {_place(one)}" for one in issues})
            found = ", ".join(near[:6]) or None
            yield Difference("issue", ("issues", index), f"{wanted.code}{place}", found)
    for one in issues:
        is_error = CATALOGUE[one.issue.code].severity is not Severity.WARNING
        if is_error and not any(_is(one, wanted) for wanted in expected):
            found_at = f"{one.issue.code} at {_place(one)}"
            yield Difference("issue", ("issues",), None, found_at, (one.issue,))


def _order(order: SeenOrder, said: ExpectedOrder | str, path: tuple[str | int, ...]) -> Iterator[Difference]:
    what = f"order {order.number}"
    if isinstance(said, str):
        if order.payload is not None:
            yield Difference(what, path, REFUSED, "ready to be sent")
        return
    if order.payload is None:
        yield Difference(what, path, "ready to be sent", REFUSED, order.issues)
        return
    yield from _fields(said.order, order.payload["order"], f"{what}  order", (*path, "order"))
    items = order.payload["order_item"]
    if said.items is None:
        return
    if len(said.items) != len(items):
        yield Difference(f"{what}  items", (*path, "items"), str(len(said.items)), str(len(items)))
    for index, (wanted, item) in enumerate(zip(said.items, items, strict=False)):
        yield from _fields(wanted, item, f"{what}  items[{index}]", (*path, "items", index))


def _fields(
    wanted: Mapping[str, Any], found: Mapping[str, Any], what: str, path: tuple[str | int, ...]
) -> Iterator[Difference]:
    for name, value in wanted.items():
        there = found.get(name)
        if isinstance(value, Mapping) and isinstance(there, Mapping):
            yield from _fields(value, there, f"{what}.{name}", (*path, name))
        elif as_text(value) != as_text(there):
            yield Difference(f"{what}.{name}", (*path, name), as_text(value), as_text(there))


def as_text(value: Any) -> str | None:  # noqa: ANN401 - plain data
    """A value of a payload as a test file writes it; ``None`` for null and for what is left out."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(str(as_text(one)) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {as_text(one)}" for name, one in value.items()) or "{}"
    return str(value)


def _is(one: SeenIssue, wanted: ExpectedIssue) -> bool:
    return (
        one.issue.code == wanted.code
        and (wanted.at is None or wanted.at in one.cells)
        and (wanted.order is None or wanted.order == one.issue.order)
    )


def _place(one: SeenIssue) -> str:
    return max(one.cells, key=len, default="no cell")
