"""When a record's text is the one asked for, by kind and key: from the strictest reading to the loosest."""

from collections.abc import Callable
from typing import TypeAlias

from pipeline.model.folding import fold, tidy
from pipeline.model.lookup import LookupKind

Reading: TypeAlias = Callable[[str], str]


def _as_written(text: str) -> str:
    return text.strip()


def _any_case(text: str) -> str:
    return text.strip().casefold()


def _digits(text: str) -> str:
    digits = "".join(character for character in text if character.isdecimal())
    return digits.removeprefix("00") or text.strip()


_ADDRESS_BOOK = (tidy, fold)
_CODE = (_as_written, _any_case)
_READINGS: dict[str, tuple[Reading, ...]] = {
    "sku": _CODE,
    "base_code": _CODE,
    "erp_code": _CODE,
    "code": _CODE,
    "channel_code": (_as_written,),  # unique as it is written, as far as anybody says
    "remote_id": (_as_written,),
    "slug": (_as_written,),  # each installation spells its own, and two may differ in case alone
    "email": (_any_case,),
    "phone_number": (_as_written, _digits),
    "name": _ADDRESS_BOOK,
    "line": _ADDRESS_BOOK,
}

ONLY_IF_ACTIVE = frozenset({LookupKind.COUNTRY, LookupKind.CITY, LookupKind.TOWNSHIP, LookupKind.DISTRICT})
"""Kinds whose inactive records do not count: the reference client asks for active places alone.

An old order may well name a product, a carrier or a payment option that is no longer offered.
"""


def readings(key: str) -> tuple[Reading, ...]:
    """How to read two texts before they are compared: the first reading under which any are equal decides.

    Places are compared blind to case, width and the four Turkish letters i; no reading takes away an accent,
    a digit or a sign that could tell two records apart.
    """
    return _READINGS[key]


def loosest(key: str) -> Reading:
    """The reading under which all that could be equal is equal."""
    return _READINGS[key][-1]
