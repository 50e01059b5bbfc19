"""The money of a run as ``report.html`` shows it: per currency a picture and the table beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pipeline.model.language import _, retold
from pipeline.model.location import Location
from pipeline.model.money import Amounts, MoneyBook, MoneyDifference, MoneyLine, ReadBackStand, summed
from pipeline.reporting.files.money_csv import UNKNOWN
from pipeline.reporting.words.figures import amount, grouped
from pipeline.reporting.words.place_words import place_words

MOST_DAYS: Final = 62
MOST_BUCKETS: Final = 120
MOST_CURRENCIES: Final = 3
MOST_STATUSES: Final = 30
MOST_ROWS: Final = 62
MOST_DIFFERENCES: Final = 50
TOP: Final = 20.0
BOTTOM: Final = 180.0
LEAST_HEIGHT: Final = 1.5
_DAY, _MONTH, _YEAR = 10, 7, 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the picture: x and width in per cent, y and height in pixels."""

    key: str
    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Label:
    """A text below the picture."""

    x: float
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """One line of a table, as text; ``read_back`` and ``difference`` are empty where nobody knows."""

    name: str
    orders: str
    source: str
    created: str
    not_created: str
    read_back: str
    difference: str
    differs: bool


@dataclass(frozen=True, slots=True)
class CurrencyView:
    """One currency: the picture, the rows of the table beside it, and its total."""

    currency: str
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    top: str
    half: str
    rows: tuple[MoneyRow, ...]
    more: int
    total: MoneyRow
    described: str


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """An order by which the target differs."""

    number: str
    code: str
    place: str
    currency: str
    sent: str
    found: str
    differs: str


@dataclass(frozen=True, slots=True)
class MoneyView:
    """The section. ``by`` names the buckets: day, month or year."""

    by: str
    zone: str
    begun: bool
    complete: bool
    balances: bool
    stand: str
    read_at: str
    currencies: tuple[CurrencyView, ...]
    more_currencies: int
    statuses: tuple[MoneyRow, ...]
    more_statuses: int
    unreadable: int
    archived: int
    differences: tuple[DifferenceView, ...]
    more_differences: int


def money_view(
    book: MoneyBook, differences: Sequence[MoneyDifference], stand: str, read_at: str = ""
) -> MoneyView | None:
    """The view of a book; ``None`` where no order was read.

    ``stand`` says in words how far reading back is, ``read_at`` when. At most 62 days are shown one by one;
    of more time it shows months, and of very much more years. Everything is in ``money.csv``.
    """
    if not book.lines:
        return None
    width, by = _width(book.lines)
    totals = sorted(book.by_currency().values(), key=lambda line: (-line.source.orders, line.currency))
    statuses = summed(book.lines, lambda line: ("", line.status, line.currency))
    return MoneyView(
        by=by,
        zone=book.zone,
        begun=book.stand.begun,
        complete=book.stand.complete,
        balances=book.stand.balances,
        stand=stand,
        read_at=read_at,
        currencies=tuple(_currency(book, line, width, by) for line in totals[:MOST_CURRENCIES]),
        more_currencies=max(0, len(totals) - MOST_CURRENCIES),
        statuses=tuple(
            _row(f"{line.status or _(UNKNOWN)}, {line.currency}", line, book.stand)
            for line in statuses[:MOST_STATUSES]
        ),
        more_statuses=max(0, len(statuses) - MOST_STATUSES),
        unreadable=sum(line.source.unreadable for line in totals),
        archived=book.stand.archived,
        differences=tuple(map(_difference, differences[:MOST_DIFFERENCES])),
        more_differences=max(0, book.stand.differing - MOST_DIFFERENCES),
    )


def _width(lines: Sequence[MoneyLine]) -> tuple[int, str]:
    """How many characters of a day make a bucket, and its name."""
    days = {line.day for line in lines if line.day}
    if len(days) <= MOST_DAYS:
        return _DAY, _("day")
    if len({day[:_MONTH] for day in days}) <= MOST_BUCKETS:
        return _MONTH, _("month")
    return _YEAR, _("year")


def _currency(book: MoneyBook, total: MoneyLine, width: int, by: str) -> CurrencyView:
    lines = tuple(line for line in book.lines if line.currency == total.currency)
    buckets = summed(lines, lambda line: (line.day[:width], "", line.currency))
    peak = max(max(map(abs, _heights(line, begun=book.stand.begun))) for line in buckets)
    top = _round_up(peak)
    rows = [_row(line.day or _(UNKNOWN), line, book.stand) for line in buckets]
    described = _("{currency} per {by}: {source} in the files, {created} created").format(
        currency=total.currency, by=by, source=_text(total.source), created=_text(_created(total))
    )
    if book.stand.begun:
        described += ", " + _("{found} read back").format(found=_text(total.read_back))
    return CurrencyView(
        total.currency,
        tuple(
            bar
            for place, line in enumerate(buckets)
            for bar in _bars(line, place, len(buckets), top, begun=book.stand.begun)
        ),
        _labels([line.day or _(UNKNOWN) for line in buckets]),
        amount(Decimal(top).scaleb(-2)),
        amount(Decimal(top // 2).scaleb(-2)),
        tuple(rows[-MOST_ROWS:]),
        max(0, len(rows) - MOST_ROWS),
        _row(_("all"), total, book.stand),
        described,
    )


def _created(line: MoneyLine) -> Amounts:
    return line.created.plus(line.already_present)


def _heights(line: MoneyLine, *, begun: bool) -> list[int]:
    heights = [line.source.minor, _created(line).minor]
    return [*heights, line.read_back.minor] if begun else heights


def _bars(line: MoneyLine, place: int, count: int, top: int, *, begun: bool) -> list[Bar]:
    """Source, created and read back side by side. What is negative is drawn as nothing: the table has it."""
    heights = _heights(line, begun=begun)
    slot = 100 / count
    width = slot * 0.8 / len(heights)
    bars = []
    for index, (key, minor) in enumerate(zip(("source", "created", "read_back"), heights, strict=False)):
        if minor > 0:
            height = max((BOTTOM - TOP) * minor / top, LEAST_HEIGHT)
            x = place * slot + slot * 0.1 + index * width
            bars.append(Bar(key, round(x, 3), round(width, 3), round(BOTTOM - height, 1), round(height, 1)))
    return bars


def _labels(names: Sequence[str]) -> tuple[Label, ...]:
    """The first, the last and one between them, if there is room."""
    count = len(names)
    places = sorted({0, count // 2, count - 1}) if count > 2 else range(count)  # noqa: PLR2004
    labels = []
    outer = {0: "start", count - 1: "end"} if count > 1 else {}
    for place in places:
        anchor = outer.get(place, "middle")
        x = 0.0 if anchor == "start" else 100.0 if anchor == "end" else 100 * (place + 0.5) / count
        labels.append(Label(round(x, 3), names[place], anchor))
    return tuple(labels)


def _round_up(peak: int) -> int:
    """The least round number that is not below ``peak`` and can be halved."""
    unit = 1
    while True:
        for step in (2, 4, 6, 8, 10):
            if step * unit >= peak:
                return step * unit
        unit *= 10


def _row(name: str, line: MoneyLine, stand: ReadBackStand) -> MoneyRow:
    created = _created(line)
    return MoneyRow(
        name,
        grouped(line.source.orders),
        _text(line.source),
        _text(created),
        _text(line.source.minus(created)),
        _text(line.read_back) if stand.begun else "",
        _text(line.difference) if stand.complete else "",
        stand.complete and (line.difference.minor != 0 or line.difference.orders != 0),
    )


def _text(amounts: Amounts) -> str:
    return amount(Decimal(amounts.minor).scaleb(-2))


def _difference(one: MoneyDifference) -> DifferenceView:
    found = "–" if one.found is None else amount(Decimal(one.found).scaleb(-2))
    sent = "–" if one.sent is None else amount(Decimal(one.sent).scaleb(-2))
    place = place_words(Location(one.at.file, row=one.at.row))
    return DifferenceView(one.number, one.code, place, one.currency or "", sent, found, retold(one.differs))
