"""Which record of an answer is meant. The target's filter is not believed: everything is compared here."""

from collections.abc import Iterable, Mapping, Sequence

from pipeline.model.folding import fold
from pipeline.model.lookup import LookupKind, Reference
from pipeline.references.equality import ONLY_IF_ACTIVE, Reading, readings
from pipeline.references.record import (
    Record,
    candidates_of,
    id_of,
    is_inactive,
    is_plainly_elsewhere,
    plain_id,
    text_of,
)
from pipeline.references.resolution import Ambiguous, Found, Missing, Resolution, Unanswered

_TELLS_NEIGHBOURS_APART = (
    "first_name",
    "last_name",
    "phone_number",
    "company_name",
    "tax_office",
    "tax_no",
    "identity_number",
    "postcode",
)


def match(
    reference: Reference, records: Iterable[Record], parents: Mapping[LookupKind, int]
) -> Found | Missing | Ambiguous | Unanswered:
    """The one record that the reference means, or why there is none.

    ``parents`` are the ids of the records it lies in. Records count once by id, however often a list repeats
    them, and their order never matters. The strictest reading under which any is equal decides. A record
    that cannot be read (no such field, no id) proves no absence: then the answer is ``Unanswered``.
    """
    inside = [record for record in records if _is_inside(reference, record, parents)]
    unreadable = next((name for record in inside for name in _lacks(reference, record)), None)
    counting = [record for record in inside if _counts(reference.kind, record)]
    for reading in readings(reference.key):
        meant = _equal(reference, counting, reading)
        if meant:
            return _decided(reference, meant)
    if unreadable is not None:
        return Unanswered(f"its records have no {unreadable}")
    not_counting = [record for record in inside if not _counts(reference.kind, record)]
    retired = _equal(reference, not_counting, readings(reference.key)[-1])
    return Missing(inactive=candidates_of(reference.kind, _by_id(reference, retired).items()))


def match_all(
    reference: Reference, records: Iterable[Record], parents: Mapping[LookupKind, int]
) -> Found | Missing | Ambiguous | Unanswered:
    """As :func:`match` for an answer that nobody can compare: a channel's own names of places."""
    inside = [record for record in records if not is_plainly_elsewhere(record, parents)]
    counting = [record for record in inside if _counts(reference.kind, record)]
    return _decided(reference, counting) if counting else Missing()


def match_hash(digest: str, records: Sequence[Record]) -> Resolution:
    """The address that a refusal named by its hash. A list without hashes is no answer."""
    meant = [record for record in records if text_of(record.get("hash_data")) == digest]
    ids = {number for record in meant if (number := id_of(record)) is not None}
    if len(ids) == 1:
        return Found(ids.pop())
    if ids:
        return Ambiguous(candidates_of(LookupKind.ADDRESS, [(id_of(record), record) for record in meant]))
    if meant or any("hash_data" not in record for record in records):
        return Unanswered("its records have no id or no hash_data")
    return Missing()


def _decided(reference: Reference, meant: list[Record]) -> Found | Ambiguous | Unanswered:
    by_id = _by_id(reference, meant)
    if None in by_id:
        return Unanswered("a record has no id")
    active = {number: record for number, record in by_id.items() if not is_inactive(record)}
    chosen = active or by_id
    if len(chosen) > 1:
        return Ambiguous(candidates_of(reference.kind, chosen.items()))
    (number,) = chosen
    assert number is not None
    return Found(number, inactive=not active)


def _by_id(reference: Reference, records: Iterable[Record]) -> dict[int | None, Record]:
    """Records by id; of several with one id an active one, and always the same, whatever their order."""
    by_id: dict[int | None, Record] = {}
    for record in records:
        number = id_of(record, reference.key)
        if number not in by_id or _rank(record) < _rank(by_id[number]):
            by_id[number] = record
    return by_id


def _rank(record: Record) -> tuple[bool, str]:
    return is_inactive(record), repr(sorted(record.items()))


def _counts(kind: LookupKind, record: Record) -> bool:
    return kind not in ONLY_IF_ACTIVE or not is_inactive(record)


def _equal(reference: Reference, records: list[Record], reading: Reading) -> list[Record]:
    wanted = reading(reference.value)
    return [
        record
        for record in records
        if (text := text_of(record.get(reference.key))) is not None and reading(text) == wanted
    ]


def _lacks(reference: Reference, record: Record) -> list[str]:
    needed = [reference.key, "customer"] if reference.kind is LookupKind.ADDRESS else [reference.key]
    return [name for name in needed if name not in record]


def _is_inside(reference: Reference, record: Record, parents: Mapping[LookupKind, int]) -> bool:
    if reference.key == "remote_id" and not _is_action_of(reference.kind, record):
        return False
    if reference.kind is not LookupKind.ADDRESS:
        return not is_plainly_elsewhere(record, parents)
    # An address is the sum of its parts: one without a township is not the one with it.
    if "customer" in record and plain_id(record["customer"]) != parents.get(LookupKind.CUSTOMER):
        return False
    places = (LookupKind.COUNTRY, LookupKind.CITY, LookupKind.TOWNSHIP, LookupKind.DISTRICT)
    same_place = all(plain_id(record.get(kind.value)) == parents.get(kind) for kind in places)
    return same_place and _same_people(reference, record)


def _same_people(reference: Reference, record: Record) -> bool:
    """Whether an address is of the people and the company that the reference would create it for."""
    return all(
        name not in record or fold(text_of(record[name]) or "") == fold(str(given))
        for name, given in reference.create or ()
        if name in _TELLS_NEIGHBOURS_APART and given not in (None, "")
    )


def _is_action_of(kind: LookupKind, record: Record) -> bool:
    """Whether an integration action is of this kind of object; one that does not say so counts."""
    stated = record.get("content_type")
    model = stated.get("model") if isinstance(stated, Mapping) else record.get("content_type_name")
    return not isinstance(model, str) or model == kind.value
