"""Reading records of the target's lists, whose shapes are documented in part."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from pipeline.model.lookup import LookupKind
from pipeline.references.resolution import Candidate

Record: TypeAlias = Mapping[str, Any]

_TELLING = (
    "name",
    "code",
    "sku",
    "slug",
    "base_code",
    "erp_code",
    "channel_code",
    "user_type",
    "address_type",
)
_TELLING_PERSONS = ("channel_code", "erp_code", "user_type", "date_joined", "created_date")
_TELLING_ADDRESSES = ("title", "address_type", "township", "district", "created_date")
_LONGEST_ID = 18


def id_of(record: Record, key: str = "") -> int | None:
    """The record's own id: ``pk``, else ``id``; for an integration action the id of what it stands for."""
    names = ("object_id",) if key == "remote_id" else ("pk", "id")
    return next((number for name in names if (number := plain_id(record.get(name))) is not None), None)


def plain_id(value: object) -> int | None:
    """An id, given as a number, as digits, or inside the record it belongs to; ``None`` where it is none."""
    if isinstance(value, Mapping):
        value = value.get("pk", value.get("id"))
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= _LONGEST_ID:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def text_of(value: object) -> str | None:
    """What a field says, where it says something that can be compared."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value.strip() else None


def is_inactive(record: Record) -> bool:
    """Whether the record says that it is switched off; one that says nothing is on."""
    return record.get("is_active") is False


def is_plainly_elsewhere(record: Record, parents: Mapping[LookupKind, int]) -> bool:
    """Whether the record says that it lies in another parent. What it does not say proves nothing."""
    return any(
        stated is not None and stated != parent
        for kind, parent in parents.items()
        for stated in (plain_id(record.get(kind.value)),)
    )


def candidates_of(kind: LookupKind, records: Iterable[tuple[int | None, Record]]) -> tuple[Candidate, ...]:
    """Candidates by id, with the fields in which they differ; no name, mail or phone of a person."""
    chosen = sorted(records, key=lambda pair: (pair[0] is None, pair[0] or 0))
    names: tuple[str, ...] = _TELLING
    if kind is LookupKind.CUSTOMER:
        names = _TELLING_PERSONS
    elif kind is LookupKind.ADDRESS:
        names = _TELLING_ADDRESSES
    if len(chosen) > 1:
        names = tuple(name for name in names if len({_told(record, name) for _, record in chosen}) > 1)
    return tuple(
        Candidate(number, tuple((name, text) for name in names if (text := _told(record, name)) is not None))
        for number, record in chosen
    )


def _told(record: Record, name: str) -> str | None:
    value = record.get(name)
    return text_of(value) if not isinstance(value, Mapping) else text_of(plain_id(value))
