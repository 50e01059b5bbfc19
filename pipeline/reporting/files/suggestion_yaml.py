"""A suggested mapping as the text of a mapping file, with a comment on every line that is not certain."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pipeline.inference.matching import ACCEPTED
from pipeline.inference.suggestion import (
    Choice,
    FieldSuggestion,
    Setting,
    SourceSuggestion,
    Suggestion,
    TableEntry,
    ValueTable,
)
from pipeline.model.issue import shown
from pipeline.model.language import N_, _, ngettext
from pipeline.model.payload import ITEM_BY_NAME, ORDER_BY_NAME, FieldSpec, Kind
from pipeline.reporting.words.suggestion_sums import sum_lines
from pipeline.reporting.words.suggestion_words import reason_words

_PLAIN: Final = re.compile(r"\w[\w %./()+-]*")
_ESCAPED: Final = {"\\": "\\\\", '"': '\\"'}
_CHOICES: Final = 3
_UNUSED: Final = 30
_UNKNOWN_FIELDS: Final = (
    ("order", "shipping_amount"), ("order", "cargo_company"), ("items", "status"),
    ("items", "price_currency"), ("items", "tax_rate"), ("items", "price_list"), ("items", "stock_list"),
)  # fmt: skip
_WHY: Final = {
    "near": N_("?: only near a word that is known"),
    "open": N_("not over: left out, so that no open order is sent"),
    "unknown": N_("TODO: nobody knows this word"),
}


def mapping_text(suggestion: Suggestion) -> str:
    """The whole file; its check takes it. A needed field that is missing names a column that no file has."""
    parts = [
        *_head(suggestion),
        *_sources(suggestion.sources),
        *_section(suggestion, "order"),
        *_section(suggestion, "items"),
        *_values(suggestion.tables),
        *_checks(suggestion),
        *_unused(suggestion),
    ]
    return "\n".join(parts) + "\n"


def quoted(text: str) -> str:
    """A scalar as YAML reads it back, plain where that is safe."""
    if _PLAIN.fullmatch(text) and not text.endswith(" "):
        return text
    inside = "".join(_ESCAPED.get(c, c) if c.isprintable() else f"\\U{ord(c):08x}" for c in text)
    return f'"{inside}"'


def flow(value: Any) -> str:  # noqa: ANN401 - plain data
    """Plain data in one line."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{quoted(str(key))}: {flow(one)}" for key, one in value.items())
        return f"{{{inside}}}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(map(flow, value))}]"
    return quoted(str(value))


def _head(suggestion: Suggestion) -> Iterator[str]:
    yield "# " + _("Suggested by orderlift from names, values and arithmetic. Read it before you use it:")
    told = _("a line of less than {share} is a guess, TODO marks what is missing.")
    yield "# " + told.format(share=f"{ACCEPTED:.0%}")
    yield "version: 1"
    yield f"name: {quoted(suggestion.name)}"
    for setting in suggestion.settings:
        yield f"{setting.name}: {setting.value}  {_setting_note(setting)}"
    yield "preset: historic  # " + _("orders that are over: nothing open is sent, and is_send is true")
    yield ""


def _setting_note(setting: Setting) -> str:
    return f"# {setting.confidence:.0%}: {reason_words(setting.reasons)}"


def _sources(sources: Sequence[SourceSuggestion]) -> Iterator[str]:
    yield "sources:"
    for one in sources:
        given: dict[str, Any] = {"files": one.files}
        for name in ("sheet", "key", "encoding", "delimiter"):
            value = getattr(one, name)
            if value is not None:
                given[name] = value
        if one.header_rows:
            given["header_row"] = one.header_rows[0] if len(one.header_rows) == 1 else list(one.header_rows)
        if one.fill_down:
            given["fill_down"] = True
        yield f"  {one.name}: {flow(given)}"
    yield ""


def _section(suggestion: Suggestion, section: str) -> Iterator[str]:
    yield f"{section}:"
    fields = [one for one in suggestion.fields if one.section == section]
    objects: dict[str, list[FieldSuggestion]] = {}
    for one in fields:
        outer, dot, _inner = one.field.partition(".")
        if dot:
            objects.setdefault(outer, []).append(one)
        else:
            yield from _field(one)
    for outer, inside in objects.items():
        if any(one.choice is not None for one in inside):
            yield f"  {outer}:"
            for one in inside:
                yield from _field(one, name=one.field.partition(".")[2], indent="    ")
    have = {one.field for one in fields if one.choice is not None}
    for place, name in _UNKNOWN_FIELDS:
        if place == section and name not in have:
            told = _("no column was found for it ({note})").format(note=_(_spec(section, name).note))
            yield f"  # TODO {name}: {told}"
    yield ""


def _field(one: FieldSuggestion, name: str | None = None, indent: str = "  ") -> Iterator[str]:
    label = name or one.field
    if one.choice is None:
        if one.required:
            spec = _spec(one.section, one.field)
            yield f"{indent}{label}: {flow(_missing(spec))}  # TODO: {_todo(spec)}"
        yield from _others(one.others, label, indent)
        return
    note = f"{one.choice.confidence:.0%}: {reason_words(one.choice.reasons)}"
    mark = "" if one.accepted else "? "
    yield f"{indent}{label}: {flow(one.choice.rule)}  # {mark}{note}"
    if not one.accepted:
        yield from _others(one.others, label, indent)


def _others(others: Sequence[Choice], label: str, indent: str) -> Iterator[str]:
    for other in others[:_CHOICES]:
        yield f"{indent}# {_('or')} {label}: {flow(other.rule)}"


def _spec(section: str, name: str) -> FieldSpec:
    return (ORDER_BY_NAME if section == "order" else ITEM_BY_NAME)[name]


def _missing(spec: FieldSpec) -> dict[str, Any]:
    """A rule that the grammar takes and no file fulfils, so that nothing runs before somebody corrects it."""
    rule: dict[str, Any] = {"column": f"TODO {spec.name}"}
    if spec.kind is Kind.MOMENT:
        rule["date"] = "%Y-%m-%d"
    return rule


def _todo(spec: FieldSpec) -> str:
    return _("the target needs it and no column was found ({note})").format(note=_(spec.note))


def _values(tables: Sequence[ValueTable]) -> Iterator[str]:
    if not tables:
        return
    yield "values:"
    for table in tables:
        active = any(one.active for one in table.entries)
        yield f"  {table.name}:{'' if active else ' {}'}"
        for entry in table.entries:
            yield _entry(entry)
    yield ""


def _entry(entry: TableEntry) -> str:
    word = quoted(entry.word)
    times = ngettext("{count} row", "{count} rows", entry.count).format(count=f"{entry.count:,}")
    if entry.active:
        note = f" ? {_('a guess')}" if entry.why == "near" else ""
        return f"    {word}: {entry.value}  # {times}{note}"
    return f"    # {word}: {entry.value or 'TODO'}  # {times}; {_(_WHY[entry.why])}"


def _checks(suggestion: Suggestion) -> Iterator[str]:
    yield "checks:"
    yield f"  order_total: {suggestion.sums.order_total}"
    yield f'  item_total: "{suggestion.sums.item_total}"'
    yield from (f"  # {line}" for line in sum_lines(suggestion.sums))
    yield ""


def _unused(suggestion: Suggestion) -> Iterator[str]:
    if suggestion.unused:
        yield "# " + _(
            "Columns that nothing reads; under order or items, extra_field takes what you want to keep:"
        )
        for source, column in suggestion.unused[:_UNUSED]:
            yield f"#   {source}: {quoted(column)}"
        if len(suggestion.unused) > _UNUSED:
            yield "#   " + _("and {count} more").format(count=len(suggestion.unused) - _UNUSED)
    for table in suggestion.left_out:
        yield "# " + _("Not used: {table}").format(table=shown(table))
