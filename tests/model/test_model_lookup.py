"""References: equal ones share a digest, however they came about."""

import pickle
from dataclasses import replace

from pipeline.model.lookup import LookupKind, Reference, reference_from

COUNTRY = Reference(LookupKind.COUNTRY, "code", "TR")
CITY = Reference(LookupKind.CITY, "name", "İzmir", (COUNTRY,))


def test_a_digest_is_the_same_in_every_process_and_version() -> None:
    """Journals hold it, so it never changes; nor does asking for it change what the reference equals."""
    asked, never_asked = CITY, Reference(LookupKind.CITY, "name", "İzmir", (COUNTRY,))
    assert asked.digest == "98759083f0e2a9bb6420c3b69a2c38a6"
    assert (asked, hash(asked), repr(asked)) == (never_asked, hash(never_asked), repr(never_asked))
    assert pickle.loads(pickle.dumps(asked)).digest == asked.digest
    assert reference_from(asked.as_data()).digest == asked.digest


def test_a_changed_copy_has_a_digest_of_its_own() -> None:
    """The one that was asked for before is not carried over."""
    before = CITY.digest
    copies = [replace(CITY, value="Izmir"), replace(CITY, within=()), replace(CITY, create=())]
    assert len({before, *(one.digest for one in copies)}) == 4
