"""From facts and sampled orders to a suggested mapping."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.inference.doubting import doubted
from pipeline.inference.facts import ColumnFacts, TableFacts, key_text
from pipeline.inference.filling import Ground, fields_of
from pipeline.inference.headers import language_of
from pipeline.inference.joining import key_score
from pipeline.inference.matching import Match, Reason, match, says_item, weigh
from pipeline.inference.naming import mapping_name, pattern_of
from pipeline.inference.numbers import Separators, separators_of, unclear_columns
from pipeline.inference.outline import Outline
from pipeline.inference.reckoning import Reckoned, figures_of, reckon
from pipeline.inference.sampling import DrawnOrder, constant_share, first_row_only
from pipeline.inference.settings import locale_of, timezone_of
from pipeline.inference.suggestion import FieldSuggestion, Setting, SourceSuggestion, Suggestion, Sums
from pipeline.inference.wording import currency_codes

_NEARLY_ALL = 0.98
_ENOUGH = 5
_BETTER = 0.1


@dataclass(frozen=True)
class _Levels:
    """Whether each column belongs to the order or to its items, told by what varies within orders."""

    of: Mapping[int, str]
    first_rows: frozenset[int]


@dataclass(frozen=True)
class _Numbers:
    """How both tables write numbers, what arithmetic says, and the separator that it chose."""

    found: tuple[Separators, Separators]
    marks: tuple[Mapping[int, str], Mapping[int, str]]
    reckoned: Reckoned
    chosen: str | None


def conclude(tables: Sequence[TableFacts], outline: Outline, orders: Sequence[DrawnOrder]) -> Suggestion:
    """Suggest a mapping for the ``tables``, read as ``outline`` says; ``orders`` are a sample of theirs."""
    head, line = tables[outline.head[0]], tables[outline.lines[0]]
    flat = outline.flat is not None
    language = language_of([one.name for one in (*head.columns, *(() if flat else line.columns))])
    levels = _levels(head, orders) if flat else _Levels({}, frozenset())
    keys = {outline.head[1]}, {outline.lines[1]}
    head_columns = [
        one for one in head.columns if one.index not in keys[0] and levels.of.get(one.index) != "item"
    ]
    line_columns = [
        one for one in line.columns
        if one.index not in keys[1] and (levels.of.get(one.index) != "order" or says_item(one.name))
    ]  # fmt: skip
    numbers = _numbers((head, line), orders, (head_columns, line_columns), language)
    heads, lines = doubted(*_matches(head, line, outline, levels, numbers), numbers.reckoned, flat=flat)
    currency = heads.get("order.currency")
    codes = sorted(currency_codes(currency.column)) if currency is not None else []
    locale = locale_of(numbers.found, numbers.chosen, language, codes)
    ground = Ground(
        heads, lines, (head.columns, line.columns), numbers.marks,
        (numbers.found[0].contrary, numbers.found[1].contrary), locale.value, language, flat,
        levels.first_rows, numbers.reckoned, _pairs(heads, orders),
    )  # fmt: skip
    fields, value_tables = fields_of(ground)
    zone = timezone_of(language, codes, _offsets(fields))
    used = outline.head[0], outline.lines[0]
    return Suggestion(
        name=mapping_name(head.files),
        settings=(locale, zone),
        sources=_sources(tables, outline),
        fields=tuple(fields),
        tables=tuple(value_tables),
        sums=_sums(numbers.reckoned, heads.get("order.amount"), head, line, len(orders)),
        unused=_unused(fields, head, line, outline),
        join=outline.join,
        left_out=tuple(_title(one) for index, one in enumerate(tables) if index not in used),
    )


def _levels(table: TableFacts, orders: Sequence[DrawnOrder]) -> _Levels:
    of: dict[int, str] = {}
    first = set()
    for column in table.columns:
        share, count = constant_share(orders, column.index)
        if count and share < _NEARLY_ALL:
            of[column.index] = "item"
        elif first_row_only(orders, column.index):
            first.add(column.index)
            of[column.index] = "order"
        elif count >= _ENOUGH:
            of[column.index] = "order"
    return _Levels(of, frozenset(first))


def _matches(
    head: TableFacts, line: TableFacts, outline: Outline, levels: _Levels, numbers: _Numbers
) -> tuple[dict[str, Match], dict[str, Match]]:
    key = head.columns[outline.head[1]]
    reckoned = numbers.reckoned
    if outline.flat is not None:
        columns = [one for one in head.columns if one.index != key.index]
        level = {one.index: levels.of.get(one.index, "either") for one in columns}
        found = match(weigh(columns, level, {**reckoned.head_proofs, **reckoned.line_proofs}))
        found["order.number"] = _number(key, head, outline)
        return found, found
    columns = [one for one in head.columns if one.index != key.index]
    heads = match(weigh(columns, {one.index: "order" for one in columns}, reckoned.head_proofs))
    number = heads["order.number"] = _number(key, head, outline)
    if number.column.index != key.index:
        heads[".order_id"] = Match(key, 0.9, (Reason("own_number"),))
    below = [one for one in line.columns if one.index != outline.lines[1]]
    return heads, match(weigh(below, {one.index: "item" for one in below}, reckoned.line_proofs))


def _number(key: ColumnFacts, table: TableFacts, outline: Outline) -> Match:
    """The order's number: the key, unless another column that is each order's own has a better name."""
    named = key_score(key)
    rivals = [
        one
        for one in table.columns
        if one.index != key.index and key_score(one) > 0 and one.filled >= _NEARLY_ALL and one.sketch
    ]
    if outline.join is not None:
        rivals = [one for one in rivals if one.sketch is not None and one.sketch.unique >= _NEARLY_ALL]
        better = max(rivals, key=key_score, default=None)
        if better is not None and key_score(better) > named + _BETTER:
            return Match(better, 0.8, (Reason("better_number", {"key": key.name}),), (key,))
    reasons = [Reason("name")] if named else [Reason("numbered")]
    confidence = 0.97 if named > 0.9 else 0.8 if named else 0.75  # noqa: PLR2004
    if outline.join is not None:
        facts = {"items": f"{outline.join.items_covered:.1%}", "orders": f"{outline.join.orders_covered:.1%}"}
        reasons.append(Reason("joins", facts))
    else:
        reasons.append(Reason("groups"))
    close = [one for one in rivals if key_score(one) >= named - _BETTER - 0.05]
    if close:
        confidence = min(confidence, 0.7)
        reasons.append(Reason("similar", {"column": close[0].name}))
    return Match(key, confidence, tuple(reasons), tuple(rivals))


def _numbers(
    tables: tuple[TableFacts, TableFacts],
    orders: Sequence[DrawnOrder],
    columns: tuple[Sequence[ColumnFacts], Sequence[ColumnFacts]],
    language: str | None,
) -> _Numbers:
    found = separators_of(tables[0]), separators_of(tables[1])
    usual = found[0].usual or found[1].usual
    unclear = any(unclear_columns(table) for table in tables)
    first = usual or ("," if language in {"tr", "de"} else ".")
    tried = [first] if usual or not unclear else [first, "." if first == "," else ","]
    results = []
    for mark in tried:
        marks = _marks(tables[0], found[0], mark), _marks(tables[1], found[1], mark)
        numeric = [one for one in columns[0] if one.numeric], [one for one in columns[1] if one.numeric]
        figures = figures_of(orders, numeric[0], numeric[1], marks)
        results.append((mark, marks, reckon(figures, *numeric)))
    best = max(results, key=lambda one: _weight(one[2]))
    decided = len(results) > 1 and _weight(results[0][2]) != _weight(results[1][2])
    return _Numbers(found, best[1], best[2], best[0] if decided else None)


def _marks(table: TableFacts, found: Separators, otherwise: str) -> dict[int, str]:
    return {one.index: found.of(one.index, otherwise) for one in table.columns}


def _weight(reckoned: Reckoned) -> float:
    line = reckoned.lines[0].share if reckoned.lines else 0.0
    order = reckoned.orders[0].share if reckoned.orders else 0.0
    return round(line + order, 3)


def _pairs(heads: Mapping[str, Match], orders: Sequence[DrawnOrder]) -> Mapping[str, int]:
    paid, sent = heads.get(".payment_status"), heads.get(".fulfilment_status")
    if paid is None or sent is None:
        return {}
    cells = [(o.first(paid.column.index), o.first(sent.column.index)) for o in orders]
    return Counter(" ".join(filter(None, map(key_text, pair))) for pair in cells)


def _offsets(fields: Sequence[FieldSuggestion]) -> dict[str, bool]:
    formats: dict[str, bool] = {}
    for one in fields:
        rule = one.choice.rule if one.choice is not None else ""
        given = "" if isinstance(rule, str) else rule.get("date", "")
        for pattern in [given] if isinstance(given, str) else given:
            if pattern:
                formats[pattern] = "%z" in pattern
    return formats


def _sums(reckoned: Reckoned, amount: Match | None, head: TableFacts, line: TableFacts, sampled: int) -> Sums:
    best = reckoned.order
    order_total = "none"
    if best is not None and best.tax.included and amount is not None and amount.column.index == best.amount:
        order_total = (
            "items" + "+shipping" * (best.shipping is not None) + "-discount" * (best.discount is not None)
        )
    item_total = "quantity*unit_price"
    if reckoned.line is not None and reckoned.line.less is not None:
        item_total = "quantity*unit_price-discount"
    return Sums(
        tuple(one for one in reckoned.orders if one.share), reckoned.lines,
        {one.index: one.name for one in head.columns},
        {one.index: one.name for one in line.columns}, order_total, item_total, sampled,
    )  # fmt: skip


def _sources(tables: Sequence[TableFacts], outline: Outline) -> tuple[SourceSuggestion, ...]:
    if outline.flat is not None:
        return (_source("lines", tables, outline.head, fills=outline.fills),)
    return _source("orders", tables, outline.head), _source("items", tables, outline.lines)


def _source(
    name: str, tables: Sequence[TableFacts], place: tuple[int, int], *, fills: bool = False
) -> SourceSuggestion:
    table = tables[place[0]]
    foreign = [
        file for other in tables if other is not table for file in other.files if file not in table.files
    ]
    return SourceSuggestion(
        name, pattern_of(table.files, foreign), table.columns[place[1]].name, table.sheet, table.encoding,
        table.delimiter, table.header_rows, fills,
    )  # fmt: skip


def _unused(
    fields: Sequence[FieldSuggestion], head: TableFacts, line: TableFacts, outline: Outline
) -> tuple[tuple[str, str], ...]:
    read = {column for one in fields if one.choice is not None for column in one.choice.columns}
    sides = [("lines", head, outline.head[1])] if outline.flat else [
        ("orders", head, outline.head[1]), ("items", line, outline.lines[1])
    ]  # fmt: skip
    return tuple(
        (name, one.name)
        for name, table, key in sides
        for one in table.columns
        if one.name and one.name not in read and one.index != key
    )


def _title(table: TableFacts) -> str:
    return table.files[0] + (f" [{table.sheet}]" if table.sheet else "")


def answered(
    suggestion: Suggestion, chosen: Mapping[str, int | None], settings: Mapping[str, str]
) -> Suggestion:
    """The suggestion with a person's answers.

    ``chosen`` says for a field which choice is meant (0 is the suggested one, 1 the first other, ``None``
    leaves the field out), ``settings`` the value of a setting. What was answered is sure.
    """
    fields = [_answered(one, chosen[one.name]) if one.name in chosen else one for one in suggestion.fields]
    told = (Reason("answered"),)
    given = tuple(
        Setting(one.name, settings[one.name], 1.0, told) if one.name in settings else one
        for one in suggestion.settings
    )
    return replace(suggestion, fields=tuple(fields), settings=given)


def _answered(field: FieldSuggestion, pick: int | None) -> FieldSuggestion:
    every = [*([field.choice] if field.choice is not None else []), *field.others]
    if pick is None or not every:
        return replace(field, choice=None, others=tuple(every))
    choice = replace(every[pick], confidence=1.0, reasons=(Reason("answered"),))
    return replace(
        field, choice=choice, others=tuple(one for index, one in enumerate(every) if index != pick)
    )
