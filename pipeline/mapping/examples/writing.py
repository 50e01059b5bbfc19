"""A test file written from orders that are there: rows with invented people, and what became of them."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from pipeline.mapping.compiled import CompiledMapping
from pipeline.mapping.examples.grammar import REFUSED
from pipeline.mapping.examples.holding import SeenIssue, SeenOrder
from pipeline.mapping.lookup_rule import LookupRule
from pipeline.mapping.review import SECTIONS
from pipeline.mapping.rule import Rule
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.folding import fold
from pipeline.model.issue import Severity
from pipeline.model.lookup import LookupKind
from pipeline.model.payload import Kind

_NAMES = ("Ada", "Deniz", "Efe", "Lale", "Mert", "Naz", "Ozan", "Pelin", "Sarp", "Tuna", "Umay", "Zerrin")
_PERSONAL_FIELDS = frozenset({"notes", "gift_box_note", "remote_addr"})
_PEOPLE = frozenset({LookupKind.CUSTOMER, LookupKind.ADDRESS})
_KEPT = frozenset({"country", "city", "township", "district", "gender", "retail_store", "code", "name"})
"""What a lookup of a person reads that tells of no person."""
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_IP = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}")
_WORD = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"[0-9]{3,}")
_LONG = 7


def personal_columns(mapping: CompiledMapping) -> frozenset[str]:
    """The columns, folded, that a mapping reads people from: names, addresses, notes."""
    found: set[str] = set()
    for section in SECTIONS:
        rules = getattr(mapping.file, section)
        for name in type(rules).model_fields:
            given = getattr(rules, name)
            if isinstance(given, LookupRule) and given.kind in _PEOPLE:
                for below, text, rule in given.rules():
                    if text not in _KEPT and below[0] != "within":
                        found.update(map(fold, _columns(rule)))
            elif name in _PERSONAL_FIELDS and isinstance(given, Rule):
                found.update(map(fold, _columns(given)))
    return frozenset(found)


def plain_columns(mapping: CompiledMapping) -> frozenset[str]:
    """The columns, folded, that tell of nobody whatever they are called: keys, order numbers, ids, words.

    Ids are those of the target. Words are what a value table of the mapping translates: that file names them
    already.
    """
    found = {fold(source.key) for _, _, source in mapping.file.sources.given()}
    for section, specs in SECTIONS.items():
        rules = getattr(mapping.file, section)
        for name, spec in specs.items():
            given = getattr(rules, name)
            plain = isinstance(given, Rule) and (given.map is not None or spec.kind is Kind.ID)
            if plain or (section, name) == ("order", "number"):
                found.update(map(fold, _columns(given)))
    return frozenset(found)


def _columns(rule: Rule) -> Iterator[str]:
    yield from [rule.column] if rule.column is not None else ()
    yield from (*(rule.first_of or ()), *(rule.concat or ()), *(rule.columns or {}).values())


def invented(text: str) -> str:
    """An invented text of the same shape; the same one always becomes the same.

    An e-mail address lies in a domain kept for examples, an IP address in a network kept for them. Words
    become first names, long runs of digits keep their first ones and their length.
    """
    bare = text.strip()
    if not bare:
        return text
    number = int(hashlib.sha256(fold(bare).encode("utf-8", "surrogatepass")).hexdigest()[:12], 16)
    if _EMAIL.fullmatch(bare):
        return text.replace(bare, f"kisi{number % 9000 + 1000}@example.org")
    if _IP.fullmatch(bare):
        return text.replace(bare, f"192.0.2.{number % 254 + 1}")
    words = _EMAIL.sub(lambda found: invented(found[0]), text) if "@" in text else text
    return _DIGITS.sub(_other_digits, words) if "@" in text else _DIGITS.sub(_other_digits, _named(words))


def _named(text: str) -> str:
    return _WORD.sub(_other_name, text)


def _other_name(found: re.Match[str]) -> str:
    number = int(hashlib.sha256(fold(found[0]).encode()).hexdigest()[:8], 16)
    name = _NAMES[number % len(_NAMES)]
    return name.upper() if found[0].isupper() and len(found[0]) > 1 else name


def _other_digits(found: re.Match[str]) -> str:
    kept = 4 if len(found[0]) >= _LONG else 1
    digits = str(int(hashlib.sha256(found[0].encode()).hexdigest(), 16))
    return found[0][:kept] + digits[: len(found[0]) - kept]


def written_test(
    mapping: str, rows: Mapping[str, str], orders: Sequence[SeenOrder], issues: Sequence[SeenIssue]
) -> str:
    """The text of a test file with one example: rows by source, and all that became of them."""
    expect: dict[str, Any] = {
        "orders": {
            order.number: REFUSED if order.payload is None else _expected(order.payload) for order in orders
        }
    }
    errors = [one for one in issues if CATALOGUE[one.issue.code].severity is not Severity.WARNING]
    if errors:
        expect["issues"] = [
            {"code": one.issue.code, **({"at": max(one.cells, key=len)} if one.cells else {})}
            for one in errors
        ]
    example = {"name": "Rows of a real export, with invented people", "rows": dict(rows), "expect": expect}
    properties = [
        {"check": "always_sent", "field": "order.number"},
        {"check": "positive", "field": "order_item.quantity"},
    ]
    data = {"mapping": mapping, "examples": [example], "properties": properties}
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000)


def _expected(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "order": _said(payload["order"]),
        "items": [_said(item) for item in payload["order_item"]],
    }


def _said(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields without those that are sent as nothing."""
    return {
        name: _said(value) if isinstance(value, Mapping) else value
        for name, value in fields.items()
        if value not in (None, "", {}, []) and name != "channel"
    }


class _Dumper(yaml.SafeDumper):
    """Text of several lines is written as such."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
