"""Matches turned into fields: the rule for each, typed as its field wants it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pipeline.inference.addresses import customers, invoice_addresses, products, shipping_addresses
from pipeline.inference.dates import date_format
from pipeline.inference.facts import ColumnFacts
from pipeline.inference.fitting import in_percent
from pipeline.inference.matching import Match, Reason
from pipeline.inference.reckoning import Reckoned
from pipeline.inference.settings import separator_of
from pipeline.inference.suggestion import Choice, FieldSuggestion, Rule, ValueTable
from pipeline.inference.wording import (
    currency_codes,
    currency_table,
    pair_table,
    payment_table,
    status_table,
)
from pipeline.mapping.steps.words import NO, YES
from pipeline.model.folding import fold
from pipeline.model.payload import CURRENCIES, ITEM_BY_NAME, ORDER_BY_NAME, Absent, Kind

_NUMBERS: Final = frozenset({Kind.MONEY, Kind.RATE})
_DATES: Final = frozenset({Kind.MOMENT, Kind.DAY})
_YES: Final = ("ja", "wahr", "oui", "si", "var", "vrai")
_BY_MARK: Final = {",": "tr_TR", ".": "en_US"}
_GUESSED_SLUGS: Final = 0.6
_ONE_CURRENCY: Final = 0.8  # of these files: the next export may hold another
_BY_NAME: Final = 0.75
_DOUBTED: Final = 0.8
_OF_THE_ORDER: Final = 0.8

ORDER_SIMPLE: Final = (
    "shipping_amount", "shipping_tax_rate", "discount_amount", "refund_amount", "installment_count",
    "tracking_number", "invoice_number", "invoice_date", "remote_addr", "has_gift_box", "gift_box_note",
    "notes", "language_code",
)  # fmt: skip
ITEM_SIMPLE: Final = ("tax_rate", "tax_amount", "discount_amount", "estimated_delivery_date")


@dataclass(frozen=True)
class Ground:
    """What fields are filled from: matches of the order and of items, columns, and what is known of the file.

    ``separators`` say by column index how numbers are written, for the orders' table and the items'.
    ``flat``: both are one table. ``first_rows`` are columns filled on an order's first row alone.
    """

    heads: Mapping[str, Match]
    lines: Mapping[str, Match]
    columns: tuple[Sequence[ColumnFacts], Sequence[ColumnFacts]]
    separators: tuple[Mapping[int, str], Mapping[int, str]]
    contrary: tuple[frozenset[int], frozenset[int]]
    locale: str
    language: str | None
    flat: bool
    first_rows: frozenset[int]
    reckoned: Reckoned
    pairs: Mapping[str, int]


def fields_of(ground: Ground) -> tuple[list[FieldSuggestion], list[ValueTable]]:
    """Every field that something is known of, and all that the target needs; and the value tables."""
    tables: list[ValueTable] = []
    fields = [*_order_fields(ground, tables), *_item_fields(ground, tables)]
    return fields, tables


def _order_fields(ground: Ground, tables: list[ValueTable]) -> Iterator[FieldSuggestion]:
    heads = ground.heads
    yield _field("order", "number", [_plain(heads["order.number"]), *_others(heads["order.number"])])
    yield _field("order", "date_placed", _simple(ground, "order", "date_placed"))
    yield _field("order", "status", _statuses(ground, tables))
    turkish = ground.language == "tr"
    shipping = shipping_addresses(heads, turkish=turkish)
    yield _field("order", "customer", customers(heads))
    yield _field("order", "shipping_address", shipping)
    yield _field("order", "billing_address", invoice_addresses(heads, shipping, turkish=turkish))
    yield _field("order", "currency", _currencies(ground, tables))
    yield _field("order", "amount", _simple(ground, "order", "amount"))
    for name in ORDER_SIMPLE:
        yield from _known(_field("order", name, _simple(ground, "order", name)))
    yield from _known(_field("order", "payment_option_slug", _payments(ground, tables)))
    yield from _known(_field("order", "cargo_company", _carriers(ground)))
    yield _field("order", "is_send", [Choice({"constant": "true"}, (), 1.0, (Reason("history"),))])
    yield _field("order", "extra_field.id", [_own_id(heads)])


def _item_fields(ground: Ground, tables: list[ValueTable]) -> Iterator[FieldSuggestion]:
    chosen = products(ground.lines)
    yield _field("items", "product", chosen)
    yield from _known(_field("items", "status", _item_statuses(ground, tables)))
    yield _field("items", "quantity", _simple(ground, "items", "quantity"))
    price = _simple(ground, "items", "unit_price")
    yield from _known(
        _field("items", "price", [replace(one, reasons=(Reason("as_unit_price"),)) for one in price])
    )
    yield _field("items", "unit_price", price)
    yield _field("items", "total_price", _totals(ground))
    listed = _simple(ground, "items", "retail_price")
    same = [replace(one, reasons=(Reason("no_list_price"),)) for one in price]
    yield from _known(_field("items", "retail_price", listed or same))
    for name in ITEM_SIMPLE:
        yield from _known(_field("items", name, _simple(ground, "items", name)))
    yield from _known(_field("items", "price_currency", _item_currencies(ground, tables)))
    line = ground.lines.get(".line_no")
    if line is not None:
        yield from _known(_field("items", "extra_field.id", [_plain(line)]))
    sku = ground.lines.get("items.sku")
    if sku is not None and chosen and sku.column.name not in chosen[0].columns:
        yield from _known(_field("items", "extra_field.sku", [_plain(sku)]))


def _known(field: FieldSuggestion) -> Iterator[FieldSuggestion]:
    if field.choice is not None:
        yield field


def _field(section: str, name: str, choices: Sequence[Choice]) -> FieldSuggestion:
    spec = (ORDER_BY_NAME if section == "order" else ITEM_BY_NAME).get(name)
    required = spec is not None and spec.absent is Absent.REQUIRED
    first = choices[0] if choices else None
    return FieldSuggestion(section, name, first, tuple(choices[1:]), required=required)


def _plain(match: Match) -> Choice:
    return Choice(match.column.name, (match.column.name,), match.confidence, match.reasons)


def _own_id(heads: Mapping[str, Match]) -> Choice:
    """The channel's own id of the order: a column beside the number, or the number itself."""
    if ".order_id" in heads and heads["order.number"].column.index != heads[".order_id"].column.index:
        return _plain(heads[".order_id"])
    number = heads["order.number"].column.name
    return Choice(number, (number,), 0.9, (Reason("own_number"),))


def _others(match: Match) -> list[Choice]:
    return [Choice(one.name, (one.name,), 0.5) for one in match.others]


def _simple(ground: Ground, section: str, name: str) -> list[Choice]:
    found = (ground.heads if section == "order" else ground.lines).get(f"{section}.{name}")
    if found is None:
        return []
    kind = (ORDER_BY_NAME if section == "order" else ITEM_BY_NAME)[name].kind
    side = 0 if section == "order" else 1
    first = _typed(ground, found, kind, side)
    rest = [_typed(ground, Match(one, 0.5, ()), kind, side) for one in found.others]
    return [*_readings(ground, found, kind, side, first), *rest]


def _readings(ground: Ground, found: Match, kind: Kind, side: int, first: Choice) -> Iterator[Choice]:
    """The choice, and for a date whose day may be a month its second reading."""
    yield first
    if kind in _DATES:
        told = date_format(found.column, ground.columns[side], ground.language)
        if told.other:
            formats: Any = told.other[0] if len(told.other) == 1 else list(told.other)
            yield replace(first, rule={"column": found.column.name, "date": formats}, reasons=())


def _typed(ground: Ground, found: Match, kind: Kind, side: int) -> Choice:
    """A column read as the kind of its field."""
    column, confidence, reasons = found.column, found.confidence, found.reasons
    rule: Rule = column.name
    if kind in _NUMBERS and in_percent(column):
        rule = {"column": column.name, "steps": ["percent"]}
    elif kind in _NUMBERS:
        rule, confidence, reasons = _decimal(ground, column, side, confidence, reasons)
    elif kind in {Kind.INTEGER, Kind.ID}:
        rule = {"column": column.name, "integer": True}
    elif kind is Kind.BOOLEAN:
        rule = _boolean(column)
    elif kind in _DATES:
        told = date_format(column, ground.columns[side], ground.language)
        rule = {"column": column.name, "date": told.rule}
        confidence, reasons = min(confidence, told.confidence), (*reasons, *told.reasons)
    return Choice(rule, (column.name,), round(confidence, 2), reasons)


def _decimal(
    ground: Ground, column: ColumnFacts, side: int, confidence: float, reasons: tuple[Reason, ...]
) -> tuple[Rule, float, tuple[Reason, ...]]:
    mark = ground.separators[side].get(column.index)
    usual = separator_of(ground.locale)
    if column.index in ground.contrary[side]:
        reasons = (*reasons, Reason("numbers_contrary"))
        confidence = min(confidence, 0.9 if mark is not None and mark == usual else 0.5)
    marks = column.profile.separators
    if (
        marks
        and all(one.startswith("?") for one in marks)
        and all(one.key != "arithmetic" for one in reasons)
    ):
        reasons = (*reasons, Reason("thousand_or_point"))
        confidence = min(confidence, _DOUBTED)
    if mark is not None and mark != usual and column.profile.separators:
        rule = {"column": column.name, "decimal": {"locale": _BY_MARK[mark]}}
        return rule, confidence, (*reasons, Reason("other_locale", {"mark": mark}))
    return {"column": column.name, "decimal": True}, confidence, reasons


def _boolean(column: ColumnFacts) -> Rule:
    words = [fold(word) for word in column.words or ()]
    if not words or set(words) <= {fold(word) for word in (*YES, *NO)}:
        return {"column": column.name, "boolean": True}
    true = [word for word in column.words or () if fold(word) in {*YES, *_YES}]
    false = [word for word in column.words or () if word not in true]
    return {"column": column.name, "boolean": {"true": true, "false": false}}


def _statuses(ground: Ground, tables: list[ValueTable]) -> list[Choice]:
    found = ground.heads.get("order.status")
    if found is not None:
        return [_with_table(found, status_table(found.column.words or {}), tables)]
    paid, sent = ground.heads.get(".payment_status"), ground.heads.get(".fulfilment_status")
    if paid is None or sent is None:
        return [_plain(one) for one in (sent, paid) if one is not None]
    table = pair_table(ground.pairs)
    tables.append(table)
    names = {"paid": paid.column.name, "sent": sent.column.name}
    rule = {"template": "{paid} {sent}", "columns": names, "map": table.name}
    return [Choice(rule, (names["paid"], names["sent"]), 0.7, (Reason("two_states"),))]


def _with_table(found: Match, table: ValueTable | None, tables: list[ValueTable]) -> Choice:
    """A column of words, through its value table where one is needed; the table is added once."""
    if table is None:
        return _plain(found)
    if all(one.name != table.name for one in tables):
        tables.append(table)
    else:
        _merge(table, tables)
    rule = {"column": found.column.name, "map": table.name}
    unsure = sum(one.count for one in table.entries if not one.active)
    count = sum(one.count for one in table.entries)
    reasons = (
        *found.reasons,
        Reason("words", {"known": len(table.entries) - table.unsure, "words": len(table.entries)}),
    )
    confidence = found.confidence if unsure * 2 < count else min(found.confidence, 0.7)
    return Choice(rule, (found.column.name,), confidence, reasons)


def _merge(table: ValueTable, tables: list[ValueTable]) -> None:
    """Words of a second column that uses the same table."""
    place = next(index for index, one in enumerate(tables) if one.name == table.name)
    have = {fold(one.word) for one in tables[place].entries}
    more = tuple(one for one in table.entries if fold(one.word) not in have)
    tables[place] = ValueTable(table.name, (*tables[place].entries, *more))


def _item_statuses(ground: Ground, tables: list[ValueTable]) -> list[Choice]:
    found = ground.lines.get("items.status")
    if found is not None:
        return [_with_table(found, status_table(found.column.words or {}), tables)]
    order = ground.heads.get("order.status")
    if ground.flat and order is not None and order.column.index not in ground.first_rows:
        choice = _with_table(order, status_table(order.column.words or {}), tables)
        sure = min(choice.confidence, _OF_THE_ORDER)
        return [replace(choice, confidence=sure, reasons=(Reason("status_of_order"),))]
    return []


def _currencies(ground: Ground, tables: list[ValueTable]) -> list[Choice]:
    found = ground.heads.get("order.currency")
    if found is not None:
        return [_with_table(found, currency_table(found.column.words or {}), tables)]
    if ground.language == "tr":
        return [Choice({"constant": "try"}, (), 0.6, (Reason("currency_assumed"),))]
    return []


def _item_currencies(ground: Ground, tables: list[ValueTable]) -> list[Choice]:
    found = ground.lines.get("items.price_currency")
    if found is not None:
        return [_with_table(found, currency_table(found.column.words or {}), tables)]
    order = ground.heads.get("order.currency")
    if order is None:
        return []
    if ground.flat and order.column.index not in ground.first_rows:
        return [_with_table(order, currency_table(order.column.words or {}), tables)]
    codes = currency_codes(order.column)
    if len(codes) == 1 and codes <= set(CURRENCIES):
        return [Choice({"constant": codes.pop()}, (), _ONE_CURRENCY, (Reason("one_currency"),))]
    return []


def _payments(ground: Ground, tables: list[ValueTable]) -> list[Choice]:
    found = ground.heads.get("order.payment_option_slug")
    if found is None:
        return []
    choice = _with_table(found, payment_table(found.column.words or {}), tables)
    reasons = (*choice.reasons, Reason("slugs_guessed"))
    return [replace(choice, confidence=min(choice.confidence, _GUESSED_SLUGS), reasons=reasons)]


def _carriers(ground: Ground) -> list[Choice]:
    found = ground.heads.get("order.cargo_company")
    if found is None:
        return []
    rule = {"lookup": "cargo_company", "by": {"name": found.column.name}}
    reasons = (*found.reasons, Reason("carrier_by_name"))
    return [Choice(rule, (found.column.name,), min(found.confidence, _BY_NAME), reasons)]


def _totals(ground: Ground) -> list[Choice]:
    given = _simple(ground, "items", "total_price")
    if given:
        return given
    quantity, price = ground.lines.get("items.quantity"), ground.lines.get("items.unit_price")
    if quantity is None or price is None:
        return []
    names = (quantity.column.name, price.column.name)
    holds = ground.reckoned.order is not None
    confidence = min(quantity.confidence, price.confidence, 0.95 if holds else 0.8)
    return [Choice({"multiply": list(names)}, names, confidence, (Reason("multiplied"),))]
