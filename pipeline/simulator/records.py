"""What exists beside orders, by kind: it starts as the seed says and grows by what is created."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.simulator.seed import KINDS, REFERENCES, is_visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pipeline.simulator.seed import Record, Seed

    Fold = Callable[[str], str]

PKS_OF_A_KIND = 1_000_000
"""Created records of different kinds have pks of different millions: one taken for another is noticed."""


class Table:
    """The records of one kind, found by pk or by what a field equals. Fields are compared as text."""

    def __init__(self, records: Iterable[Record] = (), first_pk: int = 1) -> None:
        self._first_pk = first_pk
        self._records: dict[int, Record] = {}
        self._indexes: dict[tuple[str, Fold | None], dict[str, list[Record]]] = {}
        for record in records:
            self.add(record)

    def __iter__(self) -> Iterator[Record]:
        """Give the records in the order of their creation."""
        return iter(list(self._records.values()))

    def __len__(self) -> int:
        return len(self._records)

    def get(self, pk: int) -> Record | None:
        """Give the record with this pk."""
        return self._records.get(pk)

    def next_pk(self) -> int:
        """Give a pk that nothing of this kind has."""
        return max(self._first_pk, next(reversed(self._records), 0) + 1)

    def add(self, record: Record) -> None:
        """Let a record exist."""
        self._records[record["pk"]] = record
        for (field, fold), index in self._indexes.items():
            index.setdefault(_key(record, field, fold), []).append(record)

    def change(self, pk: int, values: Mapping[str, object]) -> None:
        """Give a record other values. Raises KeyError if there is none."""
        record = self._records[pk]
        for (field, fold), index in self._indexes.items():
            if field in values:
                index[_key(record, field, fold)].remove(record)
                index.setdefault(_key({**record, **values}, field, fold), []).append(record)
        record.update(values)

    def equal(self, field: str, asked: str, fold: Fold | None = None) -> list[Record]:
        """Give the records whose field equals what is asked, folded if a folding is given."""
        index = self._indexes.get((field, fold))
        if index is None:
            index = self._indexes[field, fold] = {}
            for record in self._records.values():
                index.setdefault(_key(record, field, fold), []).append(record)
        return list(index.get(fold(asked) if fold else asked, ()))


class Known:
    """The pks an order, an address or a file of one channel may refer to, as they are at the moment."""

    def __init__(self, table: Table, channel: int) -> None:
        self._get = table.get
        self._channel = channel

    def __contains__(self, pk: object) -> bool:
        record = self._get(pk)  # type: ignore[arg-type]  # whatever is no pk is not found
        return record is not None and is_visible(record, self._channel)


class Records:
    """All tables of one twin."""

    def __init__(self, seed: Seed) -> None:
        self.tables = {
            kind: Table(map(dict, seed.all(kind)), PKS_OF_A_KIND * place + 1)
            for place, kind in enumerate(KINDS, 1)
        }

    def __getitem__(self, kind: str) -> Table:
        return self.tables[kind]

    def references(self, channel: int) -> dict[str, Known]:
        """Give the pks one channel may refer to, by kind of reference."""
        return {name: Known(self.tables[kind], channel) for name, kind in REFERENCES.items()}


def text_of(value: object) -> str:
    """Give the text a field is compared as: `true` and `false` for flags, nothing for null."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _key(record: Record, field: str, fold: Fold | None) -> str:
    text = text_of(record.get(field))
    return fold(text) if fold else text
