"""The ways in which a reference can be asked for: what is published, and what may be tried."""

from dataclasses import dataclass
from enum import Enum

from pipeline.model.lookup import LookupKind, Reference
from pipeline.references.ability import Ability, Use
from pipeline.references.resolution import Ignored, Missing, Resolution, tried


class Manner(Enum):
    """How many references one request answers, and what its silence proves."""

    WHOLE = "whole"  # the whole list (of its parents): proves presence and absence
    CHUNK = "chunk"  # many values at once: proves presence
    SINGLE = "single"  # one value: proves presence and absence
    VARIANTS = "variants"  # other spellings of codes that are missing: proves nothing, suggests
    MAPPED = "mapped"  # one name that the channel has given a place: proves presence


@dataclass(frozen=True, slots=True)
class Way:
    """One way to ask. ``name`` stands in ``tried``, ``filter`` is the parameter that has to work.

    ``exact`` marks values that are written in one way only: an answer without them proves that they are
    missing, once the filter is known to work.
    """

    name: str
    manner: Manner
    filter: str = ""
    exact: bool = False


PROVEN = "proven"
"""Stands in ``tried`` where the record was asked for in a way that proves its absence."""

MAPPING_FILTER = "mapping__code__exact"
WHOLE = Way("list", Manner.WHOLE)
MAPPED = Way("mapped", Manner.MAPPED, MAPPING_FILTER)
PLACES = (LookupKind.COUNTRY, LookupKind.CITY, LookupKind.TOWNSHIP, LookupKind.DISTRICT)

_PATHS = {
    LookupKind.PRODUCT: "channel/{channel}/products/",
    LookupKind.CUSTOMER: "channel/{channel}/customers/",
    LookupKind.ADDRESS: "channel/{channel}/addresses/",
    LookupKind.CARGO_COMPANY: "channel/{channel}/cargos/",
    LookupKind.PAYMENT_OPTION: "payment_options/",
    LookupKind.PRICE_LIST: "channel/{channel}/price_lists/",
    LookupKind.STOCK_LIST: "channel/{channel}/stock_lists/",
    LookupKind.COUNTRY: "channel/{channel}/countries/",
    LookupKind.CITY: "channel/{channel}/cities/",
    LookupKind.TOWNSHIP: "channel/{channel}/townships/",
    LookupKind.DISTRICT: "channel/{channel}/districts/",
    LookupKind.RETAIL_STORE: "channel/{channel}/retail_stores/",
}
_INTEGRATION_ACTIONS = "channel/{channel}/integration_actions/"

_SMALL = frozenset(_PATHS) - {LookupKind.PRODUCT, LookupKind.CUSTOMER, LookupKind.ADDRESS}
_NO_CHUNKS = frozenset(
    {"erp_code"}
)  # a customer's is found by a part of it; nothing speaks for a list of them
_EXACT = frozenset({"customer", "remote_id", "channel_code", "phone_number"})
DEFINITIVE = frozenset({Manner.SINGLE, Manner.WHOLE})
_AFTERWARDS = frozenset({Manner.MAPPED, Manner.VARIANTS})


def path_of(kind: LookupKind, key: str, channel: int) -> str:
    """The list that holds records of a kind, below ``/api/v1/``."""
    path = _INTEGRATION_ACTIONS if key == "remote_id" else _PATHS[kind]
    return path.format(channel=channel)


def ways_of(reference: Reference) -> tuple[Way, ...]:
    """Every way to ask for the reference, in the order in which they are tried."""
    if reference.kind in _SMALL:
        return (WHOLE, MAPPED) if reference.kind in PLACES else (WHOLE,)
    if reference.kind is LookupKind.ADDRESS:
        name = LookupKind.CUSTOMER.value
        if not any(parent.kind is LookupKind.CUSTOMER for parent in reference.within):
            return (WHOLE,)
    else:
        name = reference.key
    many = Way(f"{name}__in", Manner.CHUNK, f"{name}__in", exact=name in _EXACT)
    chunk = () if name in _NO_CHUNKS else (many,)
    variants = (Way("variants", Manner.VARIANTS, f"{name}__in"),) if name in {"sku", "base_code"} else ()
    return (*chunk, Way(name, Manner.SINGLE, name), *variants, WHOLE)


def next_way(
    reference: Reference, resolution: Resolution | None, ability: Ability, *, alone: bool = False
) -> Way | None:
    """How to ask for it next; ``None`` where the answer stands. ``alone`` asks for nothing else with it."""
    if resolution is not None and not isinstance(resolution, Missing | Ignored):
        return None
    seen = tried(resolution)
    decided = _is_proven(reference, seen, ability)
    for way in ways_of(reference):
        if way.name in seen or (way.filter and ability.ignores(reference.kind, way.filter)):
            continue
        if decided != (way.manner in _AFTERWARDS):
            continue
        if way.manner is Manner.CHUNK and (alone or not _fits_a_chunk(reference)):
            continue
        if way.manner is Manner.VARIANTS and not _worth_variants(reference, way, seen, ability):
            continue
        return way
    return None


def definitive_way(reference: Reference, ability: Ability) -> Way | None:
    """The way whose silence proves that there is no such record, however often it was asked before."""
    return next(
        (
            way
            for way in ways_of(reference)
            if way.manner in DEFINITIVE and not (way.filter and ability.ignores(reference.kind, way.filter))
        ),
        None,
    )


def is_final(reference: Reference, resolution: Resolution | None, ability: Ability) -> bool:
    """Whether asking further would add nothing: only then does ``Missing`` mean that there is none."""
    return (
        resolution is not None
        and not isinstance(resolution, Ignored)
        and next_way(reference, resolution, ability) is None
    )


def _fits_a_chunk(reference: Reference) -> bool:
    """Whether what is asked for survives in a list that is joined by commas."""
    value = reference.value
    return reference.kind is LookupKind.ADDRESS or ("," not in value and value == value.strip() != "")


def _is_proven(reference: Reference, seen: frozenset[str], ability: Ability) -> bool:
    """Whether an absence is certain: asked for alone, or among others by a filter that works."""
    return PROVEN in seen or any(
        way.exact and way.name in seen and ability.use(reference.kind, way.filter) is Use.WORKS
        for way in ways_of(reference)
    )


def _worth_variants(reference: Reference, way: Way, seen: frozenset[str], ability: Ability) -> bool:
    return (
        way.filter in seen
        and ability.use(reference.kind, way.filter) is Use.WORKS
        and _fits_a_chunk(reference)
    )
