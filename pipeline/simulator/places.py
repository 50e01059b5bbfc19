"""Countries, cities, townships, districts: how each list is filtered, and the names channels map to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.simulator.filters import on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.simulator.filters import Declared
    from pipeline.simulator.seed import Record

_ACTIVE = on("is_active", "flag")
PLACE_FILTERS: Mapping[str, Declared] = {
    "countries": {**on("code", "exact", "exact"), **on("name", "exact", "exact", "iexact"), **_ACTIVE},
    "cities": {**on("name", "exact", "exact", "iexact"), **on("country", "exact"), **_ACTIVE},
    "townships": {
        **on("name", "exact", "exact", "iexact"),
        **on("country", "exact"),
        **on("city", "exact"),
        **_ACTIVE,
    },
    "districts": {
        **on("name", "exact", "exact"),
        **on("country", "exact"),
        **on("city", "exact"),
        **on("township", "exact"),
        **_ACTIVE,
    },
}
"""Districts know no `name__iexact`: clients ask them for exactly the same name."""
PARENTS: Mapping[str, tuple[str, ...]] = {
    "city": ("country",),
    "township": ("country", "city"),
    "district": ("country", "city", "township"),
}
"""What each kind of place lies in, by the names of the fields."""
KINDS_OF_PLACE: Mapping[str, str] = {
    "country": "countries",
    "city": "cities",
    "township": "townships",
    "district": "districts",
}

MAPPING_FILTERS: Mapping[str, str] = {
    "mapping__code__exact": "code",
    "mapping__integration_type": "integration_type",
}


def mapped(records: list[Record], query: Mapping[str, str]) -> list[Record]:
    """Give the records with one mapping that has all that is asked, such as the code `5_Stambul`.

    A mapping is `{"code": "<channel>_<text>", "integration_type": "sales_channel"}`.
    """
    asked = {key: query[name] for name, key in MAPPING_FILTERS.items() if name in query}
    if not asked:
        return records
    return [
        record
        for record in records
        if any(
            all(mapping.get(key) == value for key, value in asked.items())
            for mapping in record.get("_mappings", ())
        )
    ]
