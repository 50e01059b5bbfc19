"""What is sent to create a customer or an address. A record that lives is never changed."""

from collections.abc import Mapping
from typing import Any

from pipeline.model.lookup import LOOKUPS, LookupKind, Plain, Reference
from pipeline.references.ways import path_of

_CONSTANT: dict[LookupKind, dict[str, Any]] = {
    LookupKind.CUSTOMER: {"is_active": True, "extra_field": {}},
    LookupKind.ADDRESS: {"is_active": True, "extra_field": {}},
}
_IN_CHANNEL = frozenset({LookupKind.CUSTOMER})


def creation_path(kind: LookupKind, channel: int) -> str:
    """Where a record of the kind is posted to, below ``/api/v1/``. Raises ``ValueError`` for other kinds."""
    if kind not in _CONSTANT:
        raise ValueError(f"nothing creates a {kind.value}")
    return path_of(kind, "", channel)


def body(reference: Reference, parents: Mapping[LookupKind, int], channel: int) -> dict[str, Any]:
    """The JSON object that creates the record a reference means.

    Holds the attributes of its ``create``, the key it is looked up by, the ids of the records it lies in,
    and the constants that the reference client sends (a customer is active, the target's default is not).
    Attributes that are empty are left out; the order of the keys is fixed, so that equal bodies are equal
    bytes. Raises ``ValueError`` where the kind is never created or a required attribute is lacking.
    """
    creation_path(reference.kind, channel)
    attributes = LOOKUPS[reference.kind].creates
    given: dict[str, Plain] = dict(reference.create or ())
    given.setdefault(reference.key, reference.value)
    given |= {kind.value: number for kind, number in parents.items()}
    known = {attribute.name for attribute in attributes}
    if LookupKind.RETAIL_STORE in parents:
        given["address_type"] = "retail_store"
        known.add("address_type")
    elif reference.kind is LookupKind.ADDRESS:
        given["address_type"] = "customer"
        known.add("address_type")
    lacking = [one.name for one in attributes if one.required and given.get(one.name) in (None, "")]
    if lacking:
        raise ValueError(f"a {reference.kind.value} needs {', '.join(lacking)}")
    made = {name: value for name, value in sorted(given.items()) if name in known and value not in (None, "")}
    if reference.kind in _IN_CHANNEL:
        made["channel"] = channel
    return made | _CONSTANT[reference.kind]
