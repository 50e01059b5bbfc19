"""A report page as the template wants it: every number written out, every text masked and cut to size."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import quote

from pipeline.model.catalogue.entry import Entry
from pipeline.model.fates import Weight
from pipeline.model.issue import Issue
from pipeline.model.language import _, ngettext
from pipeline.model.location import Location
from pipeline.model.records import OrderRecord, RunHeader, TableRecord
from pipeline.model.rows import FileFacts
from pipeline.model.summary import Money, Summary
from pipeline.reporting.masking.mask import mask, mask_issue
from pipeline.reporting.masking.visible import shortened
from pipeline.reporting.page.charts import Segment, segments
from pipeline.reporting.page.page import ReportPage
from pipeline.reporting.words import outcome as outcomes
from pipeline.reporting.words.figures import amount, grouped, share, size
from pipeline.reporting.words.grouping import IssueGroup, by_weight
from pipeline.reporting.words.outcome import Outcome, outcome_of
from pipeline.reporting.words.place_words import place_words
from pipeline.reporting.words.source_line import mapping_mark
from pipeline.reporting.words.verdict import NOTHING_SENT

MOST_EXAMPLES: Final = 10
MOST_ORDERS: Final = 50
MOST_INPUTS: Final = 200
MOST_SENTENCES: Final = 100
MOST_SUMS: Final = 4
_MESSAGE: Final = 400
_NAME: Final = 160
_VALUE: Final = 80
_READ_AHEAD: Final = 2000
"""Texts are cut to this before they are masked, so that a cut never hides half of what a mask looks for."""


@dataclass(frozen=True, slots=True)
class CountLine:
    """One line of the table of counts; ``key`` is the swatch."""

    key: str
    symbol: str
    name: str
    count: str
    share: str
    meaning: str


@dataclass(frozen=True, slots=True)
class CountBlock:
    """A sum, its parts as a bar and as lines, and the identity that holds between them."""

    title: str
    total: str
    label: str
    bar: tuple[Segment, ...]
    lines: tuple[CountLine, ...]
    identity: str


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """One currency; ``holds`` says whether the sums add up."""

    currency: str
    read: str
    created: str
    not_created: str
    holds: bool


@dataclass(frozen=True, slots=True)
class ExampleView:
    """One issue. ``fix`` is there only where it differs from the group's."""

    cell: str
    file: str
    sheet: str
    header: str
    order: str
    message: str
    mapping: str
    field: str
    fix: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """All issues of one code; ``weight`` says how many orders and how much money have it."""

    code: str
    severity: str
    title: str
    why: str
    remedy: str
    count: str
    examples: tuple[ExampleView, ...]
    more: str
    left: int
    weight: str


@dataclass(frozen=True, slots=True)
class OrderView:
    """One order that does not stand on the target."""

    number: str
    outcome: Outcome
    code: str
    message: str
    place: str
    amount: str
    attempts: str
    remote_id: str


@dataclass(frozen=True, slots=True)
class InputView:
    """One file that was read."""

    path: str
    kind: str
    size: str
    encoding: str
    sha256: str
    read_as: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkView:
    """A file beside the report."""

    label: str
    href: str


def order_block(summary: Summary) -> CountBlock:
    """Orders read, by what the checks say."""
    orders, refused = summary.orders, outcomes.INVALID
    parts = (
        ("ready", "✓", _("ready"), orders.ready, _("passed every check")),
        (refused.key, refused.symbol, refused.name, orders.invalid, refused.meaning),
    )
    return _block(_("Orders read"), orders.read, parts)


def outcome_block(summary: Summary) -> CountBlock | None:
    """Ready orders by outcome; ``None`` where none was ready, or all of them only wait to be sent."""
    waiting = summary.orders.unprocessed if summary.command in NOTHING_SENT else 0
    if summary.orders.ready == waiting:
        return None
    counts = ((out, int(getattr(summary.orders, out.key))) for out in outcomes.SENT)
    parts = [
        (out.key, out.symbol, out.name, count, _meaning(out, summary))
        if out is not outcomes.UNPROCESSED or not waiting
        else ("ready", "✓", _("ready to be sent"), count, _("passed every check"))
        for out, count in counts
        if count or (out is outcomes.CREATED and not waiting)
    ]
    return _block(_("Ready orders"), summary.orders.ready, parts)


def _meaning(out: Outcome, summary: Summary) -> str:
    """What an outcome means, and how many of the created orders went into the archive."""
    if out is not outcomes.CREATED or not summary.archived:
        return out.meaning
    archived = _("{meaning}; {number} of them in the archive: old orders, not in the panel")
    return archived.format(meaning=out.meaning, number=grouped(summary.archived))


def _block(title: str, total: int, parts: Sequence[tuple[str, str, str, int, str]]) -> CountBlock:
    """Return a sum with its parts: (swatch, symbol, name, count, meaning)."""
    said = " + ".join(f"{grouped(count)} {name}" for _key, _symbol, name, count, _meaning in parts)
    sign = "=" if total == sum(part[3] for part in parts) else "≠"
    return CountBlock(
        title=title,
        total=grouped(total),
        label=f"{title}: {grouped(total)}; "
        + ", ".join(f"{name} {grouped(n)}" for _key, _symbol, name, n, _meaning in parts),
        bar=segments((part[0], part[3]) for part in parts),
        lines=tuple(
            CountLine(key, symbol, name, grouped(count), share(count, total), meaning)
            for key, symbol, name, count, meaning in parts
        ),
        identity=f"{grouped(total)} {sign} {said}",
    )


def money_lines(money: Mapping[str, Money]) -> tuple[MoneyLine, ...]:
    """Each currency, in the order of its code."""
    return tuple(
        MoneyLine(
            currency,
            amount(sums.read),
            amount(sums.created),
            amount(sums.not_created),
            sums.read == sums.created + sums.not_created,
        )
        for currency, sums in sorted(money.items())
    )


def group_views(page: ReportPage, catalogue: Mapping[str, Entry], most: int) -> tuple[GroupView, ...]:
    """Issues by code with at most ``most`` examples each, the gravest first."""
    held: dict[str, list[Weight]] = {}
    for weight in page.weights:
        held.setdefault(weight.code, []).append(weight)
    return tuple(
        _group(group, catalogue[group.code], page, most, weight_words(held.get(group.code, ())))
        for group in by_weight(page.issues, catalogue)
    )


def weight_words(weights: Sequence[Weight]) -> str:
    """``35 orders worth 12 345.00 TRY, 80.00 EUR``; empty where no order has it."""
    count = sum(weight.orders for weight in weights)
    if not count:
        return ""
    sums = [weight for weight in weights if weight.currency and weight.minor]
    sums.sort(key=lambda weight: (-weight.orders, weight.currency or ""))
    words = [f"{amount(Decimal(weight.minor).scaleb(-2))} {weight.currency}" for weight in sums[:MOST_SUMS]]
    words += ["…"] if len(sums) > MOST_SUMS else []
    if not words:
        said = ngettext("{number} order", "{number} orders", count)
    else:
        said = ngettext("{number} order worth {sums}", "{number} orders worth {sums}", count)
    return said.format(number=grouped(count), sums=shortened(", ".join(words), _NAME))


def _group(group: IssueGroup, entry: Entry, page: ReportPage, most: int, weight: str) -> GroupView:
    """One code with its examples."""
    shown = group.examples[: min(most, MOST_EXAMPLES)]
    examples = shown if page.show_pii else tuple(mask_issue(issue) for issue in shown)
    plain = "" if "{" in entry.remedy or not entry.remedy else _(entry.remedy)
    remedy = _fix(entry, examples[0]) if examples else plain
    left = max(group.count - len(examples), 0)
    return GroupView(
        code=group.code,
        severity=entry.severity.value,
        title=_(entry.title),
        why=_(entry.why),
        remedy=remedy,
        count=grouped(group.count),
        examples=tuple(_example(issue, entry, page.header, remedy) for issue in examples),
        more=grouped(left) if left else "",
        left=left,
        weight=weight,
    )


def _fix(entry: Entry, issue: Issue) -> str:
    return shortened(entry.fix(_cut(issue)), _MESSAGE)


def _example(issue: Issue, entry: Entry, header: RunHeader, remedy: str) -> ExampleView:
    """One issue as the page shows it; ``issue`` is masked already where it should be."""
    at = issue.at
    mark = mapping_mark(issue, header.places)
    fix = _fix(entry, issue)
    return ExampleView(
        cell=_cell(at) if at else "",
        file=shortened(at.file, _NAME) if at else "",
        sheet=shortened(at.sheet or "", _VALUE) if at else "",
        header=shortened(at.header or "", _VALUE) if at else "",
        order=shortened(issue.order or "", _VALUE),
        message=shortened(entry.message(_cut(issue)), _MESSAGE),
        mapping=shortened(str(mark), _NAME) if mark else "",
        field=shortened(issue.field or "", _VALUE),
        fix=fix if fix != remedy else "",
    )


def _cut(issue: Issue) -> Issue:
    """Return the issue with a value and facts of bearable length."""
    return Issue(
        issue.code,
        value=None if issue.value is None else shortened(issue.value, _VALUE),
        order=issue.order,
        facts={k: shortened(v, _NAME) if isinstance(v, str) else v for k, v in issue.facts.items()},
    )


def _cell(at: Location) -> str:
    """Return the cell, or the row or column where more is not known."""
    if at.cell:
        return at.cell
    if at.row is not None:
        return _("row {number}").format(number=at.row)
    return ""


def order_views(page: ReportPage) -> tuple[OrderView, ...]:
    """Return the first 50 orders that do not stand on the target, those in doubt or in conflict first."""
    records = sorted(page.not_green, key=lambda record: not is_doubtful(record))
    return tuple(_order(record, page.show_pii) for record in records[:MOST_ORDERS])


def is_doubtful(record: OrderRecord) -> bool:
    """Whether nobody can send the order before somebody has looked what became of it."""
    return outcome_of(record.state) in (outcomes.IN_DOUBT, outcomes.CONFLICT)


def _order(record: OrderRecord, show_pii: bool) -> OrderView:
    message = shortened(record.message or "", _READ_AHEAD)
    if not show_pii:
        keep = {text for text in (record.number, record.remote_id, record.amount) if text}
        message = mask(message, keep)
    return OrderView(
        number=shortened(record.number, _VALUE),
        outcome=outcome_of(record.state),
        code=record.code or "",
        message=shortened(message, _MESSAGE),
        place=shortened(place_words(record.at), _NAME),
        amount=shortened(f"{record.amount} {record.currency or ''}".strip(), _VALUE)
        if record.amount
        else "–",
        attempts=grouped(record.attempts),
        remote_id=shortened(record.remote_id or "", _VALUE),
    )


def not_green_count(summary: Summary) -> int:
    """Orders that do not stand on the target; before anything is sent, those that never will."""
    orders = summary.orders
    if summary.command in NOTHING_SENT:
        return orders.invalid
    return orders.read - orders.created - orders.already_present


def input_views(header: RunHeader) -> tuple[InputView, ...]:
    """Return the files that were read, as they were then."""
    return tuple(_input(facts, header.tables) for facts in header.inputs[:MOST_INPUTS])


def _input(facts: FileFacts, tables: Iterable[TableRecord]) -> InputView:
    encoding = facts.encoding or "–"
    if facts.delimiter:
        sign = "TAB" if facts.delimiter == chr(9) else facts.delimiter
        encoding = _("{encoding}, separated by {sign}").format(encoding=encoding, sign=sign)
    return InputView(
        path=shortened(facts.path, _NAME),
        kind=facts.kind,
        size=size(facts.bytes),
        encoding=encoding,
        sha256=facts.sha256,
        read_as=tuple(_table(record) for record in tables if record.table.file == facts.path)[:MOST_EXAMPLES],
    )


def _table(record: TableRecord) -> str:
    """What a table was read as, and what became of its rows: read = used + ignored."""
    table = record.table
    rows = _("{read} rows read = {used} used + {ignored} ignored")
    if record.blank:
        rows = _("{read} rows read = {used} used + {ignored} ignored ({blank} blank)")
    parts = (
        _("sheet {name}").format(name=shortened(table.sheet, _VALUE)) if table.sheet else "",
        _("header in row {number}").format(number=table.header_row) if table.header_row else "",
        rows.format(
            read=grouped(record.read),
            used=grouped(record.used),
            ignored=grouped(record.ignored),
            blank=grouped(record.blank),
        ),
    )
    return f"{table.source}: {', '.join(part for part in parts if part)}"


def link_views(files: Mapping[str, str]) -> tuple[LinkView, ...]:
    """Links that cannot leave the report's folder for another scheme or host: everything is quoted."""
    return tuple(LinkView(label, quote(path.lstrip("/\\"), safe="/")) for label, path in files.items())
