"""Orders that go into the archive, while a partition is prepared: told apart from the others, and made."""

from datetime import datetime

from pipeline.mapping.archive_plan import zone_of
from pipeline.mapping.compiled import CompiledMapping
from pipeline.model.archive import ArchivedOrder, ArchiveSettings
from pipeline.model.draft import FieldProblem, MappedRow, OrderDraft
from pipeline.model.payload import ITEM_FIELDS, ORDER_FIELDS, Kind
from pipeline.validation.archive_records import RecordMaker, Trouble
from pipeline.validation.archive_route import Routing, in_words

PART = "archive"
"""The field of a typed row under which the fields of the archive stand."""
_REFERENCES = {
    spec.name
    for spec in (*ORDER_FIELDS, *ITEM_FIELDS)
    if spec.kind in (Kind.ID, Kind.IDS) and spec.name != "channel"
}
"""What create_orders wants ids for, and the archive knows nothing of."""
_EMPTY = "E205"


class ArchivePreparer:
    """Tells the orders of the archive from the others, and makes their rows. ``now`` is aware."""

    def __init__(self, mapping: CompiledMapping, settings: ArchiveSettings, now: datetime) -> None:
        where = zone_of(mapping.file)
        self._routing = Routing(settings.rules, now, where)
        self._maker = RecordMaker(settings, where)
        self._read = [
            frozenset(
                plan.name.partition(".")[2]
                for plan in mapping.order
                if plan.read is not None and plan.name.startswith(f"{PART}.addresses.{index}.")
            )
            for index in range(settings.addresses)
        ]

    def claims(self, draft: OrderDraft) -> bool:
        """Whether the order goes into the archive.

        What has no meaning on its way is taken from the draft: problems with records that only live orders
        name, or fields and problems of the archive.
        """
        fields = draft.order.fields
        if self._routing.into_archive(fields.get("date_placed"), fields.get(PART) or {}):
            for row in (draft.order, *draft.items):
                row.problems = [one for one in row.problems if not _is_reference(one)]
            draft.odd_rows = [(ref, one) for ref, one in draft.odd_rows if not _is_reference(one)]
            without = self._without(draft)
            draft.order.problems = [one for one in draft.order.problems if _address_of(one) not in without]
            return True
        for row in (draft.order, *draft.items):
            _forget(row)
        return False

    def make(self, draft: OrderDraft) -> tuple[ArchivedOrder | None, list[Trouble]]:
        """The rows of an order whose fields are all typed, and what is wrong with them or worth knowing."""
        items = [item.fields for item in draft.items]
        return self._maker.make(draft.order.fields, items, without=self._without(draft))

    def _without(self, draft: OrderDraft) -> frozenset[int]:
        """The address records of which every cell is empty: the order has none such."""
        given = draft.order.fields.get(PART) or {}
        wrong = {_address_of(problem) for problem in draft.order.problems if problem.problem.code != _EMPTY}
        return frozenset(
            index
            for index, names in enumerate(self._read)
            if names and index not in wrong and all(given.get(name) is None for name in names)
        )


def _is_reference(problem: FieldProblem) -> bool:
    """Whether it is about a record that only live orders name."""
    return problem.field.partition(".")[0] in _REFERENCES


def _forget(row: MappedRow) -> None:
    row.fields.pop(PART, None)
    if row.problems:
        row.problems = [one for one in row.problems if not one.field.startswith(f"{PART}.")]


def _address_of(problem: FieldProblem) -> int | None:
    """The index of the address record that a problem belongs to."""
    parts = problem.field.split(".")
    return int(parts[2]) if parts[:2] == [PART, "addresses"] else None


def rule_in_words(mapping: CompiledMapping, now: datetime) -> str:
    """Which orders go into the archive, with the days that ages have come to mean."""
    return in_words(mapping.archive.rules if mapping.archive else (), now, zone_of(mapping.file))
