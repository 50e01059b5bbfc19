"""What a column is to its mapping, and with it what of its cells may be seen by others."""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from typing import Any, TypeAlias

from pipeline.model.folding import fold
from pipeline.model.header import header_key
from pipeline.model.payload import ITEM_BY_NAME, ORDER_BY_NAME, Kind

Path: TypeAlias = tuple[str, ...]


class Role(IntEnum):
    """What the cells of a column are, the least personal first."""

    AMOUNT = 0
    WORD = 1
    DATE = 2
    CODE = 3
    PLACE = 4
    TEXT = 5
    ADDRESS = 6
    NAME = 7
    PHONE = 8
    IDENTITY = 9
    EMAIL = 10

    @property
    def personal(self) -> bool:
        """Whether a cell of this kind may tell who somebody is."""
        return self >= Role.TEXT


_BY_KIND = {
    **dict.fromkeys((Kind.MONEY, Kind.RATE, Kind.INTEGER), Role.AMOUNT),
    **dict.fromkeys((Kind.STATUS, Kind.CURRENCY, Kind.BOOLEAN), Role.WORD),
    **dict.fromkeys((Kind.MOMENT, Kind.DAY, Kind.RANGE), Role.DATE),
    **dict.fromkeys((Kind.ID, Kind.IDS, Kind.URL, Kind.OBJECT), Role.CODE),
    Kind.IP: Role.IDENTITY,
}
_CODES = frozenset(
    [
        "number",
        "key",
        "sku",
        "remote_id",
        "base_code",
        "erp_code",
        "channel_code",
        "code",
        "slug",
        "invoice_number",
        "tracking_number",
        "carrier_shipping_code",
        "shipment_code",
        "payment_option_slug",
        "shipping_option_slug",
        "language_code",
        "client_type",
        "delivery_type",
        "shipping_company",
        "segment",
        "split",
    ]
)
_BY_WORD: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (Role.EMAIL, re.compile(r"e_?mail|e[- ]?posta|eposta")),
    (
        Role.IDENTITY,
        re.compile(
            r"identity|passport|tax_?(?:no|number|id)\b|vergi ?no|tckn|kimlik|bin_number|password|iban|"
            r"remote_addr|\bip\b"
        ),
    ),
    (Role.PHONE, re.compile(r"phone|telefon|\bgsm|mobile|\btel\b")),
    (
        Role.NAME,
        re.compile(
            r"(?:first|last|middle|full|sur|company|customer|recipient|contact)[ _-]?name|surname|soyad|"
            r"\bad[ıi]?\b|isim|ünvan|unvan|\btitle\b|müşteri|musteri|alıcı|alici|\bname\b"
        ),
    ),
    (Role.ADDRESS, re.compile(r"address|adres|street|\bline\b|post_?code|\bzip\b|sokak|mahalle")),
    (Role.PLACE, re.compile(r"\b(?:country|city|township|district|province|state|[iı]l|[iı]l[cç]e|ülke)\b")),
    (Role.DATE, re.compile(r"\bdate|_date|tarih|date_of_birth")),
)
_NO_COLUMNS = frozenset(
    [
        "lookup",
        "map",
        "constant",
        "default",
        "date",
        "decimal",
        "integer",
        "boolean",
        "locale",
        "timezone",
        "text",
        "steps",
        "empty",
        "source",
        "pick",
        "required",
        "ambiguous",
        "template",
        "separator",
        "is",
        "is_not",
        "contains",
        "starts_with",
        "ends_with",
        "at_least",
        "at_most",
        "more_than",
        "less_than",
        "because",
    ]
)


def uses_of(section: Mapping[str, Any], names: Iterable[str]) -> dict[str, list[Path]]:
    """Where rules of a mapping (as plain data) name a column: header → paths such as ``order.amount``."""
    found: dict[str, list[Path]] = {}
    wanted = {header_key(name): name for name in names}
    for path, word in _words(section, ()):
        name = wanted.get(header_key(word))
        if name is not None and not _NO_COLUMNS & set(path[2:]):
            found.setdefault(name, []).append(path)
    return found


def words_of(data: object) -> Iterator[str]:
    """Every scalar of a mapping, keys too, folded: words that whoever reads the mapping knows anyway."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield fold(str(key))
            yield from words_of(value)
    elif isinstance(data, list):
        for value in data:
            yield from words_of(value)
    elif isinstance(data, str):
        yield fold(data)


def role_of(header: str, paths: Iterable[Path]) -> Role:
    """What a column holds, by the fields that are made of it; by its name where there are none.

    Of several the most personal counts, but a column that is calculated or dated with has to stay one.
    """
    roles = [role for path in paths if (role := _role_at(path)) is not None]
    if not roles:
        return _by_word(fold(header)) or Role.TEXT
    needed = [role for role in roles if role in (Role.AMOUNT, Role.DATE)]
    most = max(roles)
    return most if most > Role.TEXT or not needed else min(needed)


def _role_at(path: Path) -> Role | None:
    """What a field makes of its column; ``None`` where the mapping only looks at it."""
    section, field, *inside = (*path, "", "")
    if section not in ("order", "items", "archive"):
        return Role.CODE if section == "sources" and {"key", "split"} & set(path) else None
    spec = (ORDER_BY_NAME if section == "order" else ITEM_BY_NAME).get(field)
    below = [part for part in inside if part and part not in ("column", "by", "create", "within", "update")]
    kind = _BY_KIND.get(spec.kind) if spec is not None else None
    if kind is not None and not below:
        return kind
    last = fold(" ".join(below) or field)
    by_word = _by_word(last)
    if by_word is not None:
        return by_word
    if (below[-1] if below else field) in _CODES or (
        spec is not None and spec.kind in (Kind.OBJECT, Kind.ID)
    ):
        return Role.CODE
    return kind if kind is not None else Role.TEXT


def _by_word(text: str) -> Role | None:
    return next((role for role, words in _BY_WORD if words.search(text)), None)


def _words(data: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _words(value, (*path, str(key)))
    elif isinstance(data, list):
        for value in data:
            yield from _words(value, path)
    elif isinstance(data, str):
        yield path, data
