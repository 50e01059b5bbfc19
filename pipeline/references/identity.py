"""Which references mean the same record, though their rows fill in what is to be created differently."""

import hashlib
import json

from pipeline.model.lookup import LookupKind, Reference


def identity(reference: Reference) -> str:
    """Thirty-two hex digits that two references share where they mean one record.

    What a record would be created of does not count: a customer with one e-mail address is one customer,
    in however many ways the rows write the name. For an address it does count, since two people may live
    behind one door; the customer that an address is of is still the same one.
    """
    return hashlib.sha256(json.dumps(_essence(reference), ensure_ascii=False).encode()).hexdigest()[:32]


def _essence(reference: Reference) -> list[object]:
    value = reference.value
    if reference.kind is LookupKind.CUSTOMER and reference.key == "email":
        value = value.strip().casefold()
    made_of = None
    if reference.kind is LookupKind.ADDRESS and reference.create is not None:
        made_of = sorted([name, given] for name, given in reference.create)
    within = sorted((_essence(one) for one in reference.within), key=json.dumps)
    return [reference.kind.value, reference.key, value, within, made_of]
