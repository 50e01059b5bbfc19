"""The page of an undo as its template wants it: numbers written out, texts masked and cut to size."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from pipeline.model.issue import Issue
from pipeline.model.language import _, retold
from pipeline.model.location import Location
from pipeline.model.payload import STATUSES
from pipeline.model.undo import Group, UndoCount, UndoReason, UndoRecord, UndoState, UndoSummary
from pipeline.reporting.files.issues_jsonl import as_it_is
from pipeline.reporting.masking.mask import mask_issue
from pipeline.reporting.masking.visible import shortened
from pipeline.reporting.page.charts import Segment, segments
from pipeline.reporting.words.figures import amount, grouped, share
from pipeline.reporting.words.place_words import place_words
from pipeline.reporting.words.undo_next import next_of
from pipeline.reporting.words.undo_words import GROUPS, OTHERS, OUTCOMES, Word, issue_of, moment, why, word_of

_NAME: Final = 160
_VALUE: Final = 80
_MESSAGE: Final = 400


@dataclass(frozen=True, slots=True)
class CountRow:
    """One group and outcome: how many orders, their share of all, their money per currency."""

    word: Word
    group: str
    outcome: str
    count: str
    share: str
    money: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """Every order that the run created, in parts that add up to all of them."""

    total: str
    label: str
    bar: tuple[Segment, ...]
    rows: tuple[CountRow, ...]
    identity: str


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """What was listed in one currency, and how much of it is cancelled."""

    currency: str
    listed: str
    cancelled: str
    left: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One order that nothing here finishes."""

    number: str
    remote_id: str
    word: Word
    code: str
    message: str
    next: str
    when: str
    amount: str
    place: str


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """Why lines are not taken back, how many, and a few of them."""

    code: str
    message: str
    count: str
    names: str


def count_view(counts: Iterable[UndoCount]) -> Counts:
    """The orders by group and outcome; states that share a word are added up."""
    orders: Counter[tuple[Group, Word]] = Counter()
    money: dict[tuple[Group, Word], Counter[str]] = {}
    for one in counts:
        if one.kind != "order":
            continue
        group = Group(one.group)
        key = (group, OUTCOMES.get(UndoState(one.state), GROUPS[group]))
        orders[key] += one.lines
        money.setdefault(key, Counter())[one.currency or "?"] += one.minor
    places = [*OUTCOMES.values(), *GROUPS.values()]
    parts = sorted(orders, key=lambda key: (list(Group).index(key[0]), places.index(key[1])))
    total = sum(orders.values())
    rows = tuple(_row(group, word, orders[group, word], total, money[group, word]) for group, word in parts)
    said = " + ".join(f"{row.count} {row.outcome or row.group}" for row in rows)
    return Counts(
        total=grouped(total),
        label=", ".join(f"{row.outcome or row.group} {row.count}" for row in rows),
        bar=segments((word.swatch, orders[group, word]) for group, word in parts),
        rows=rows,
        identity=f"{grouped(total)} = {said}" if said else "",
    )


def _row(group: Group, word: Word, count: int, total: int, money: Counter[str]) -> CountRow:
    name = GROUPS[group].name.partition(":")[0]
    return CountRow(
        word=word,
        group=name,
        outcome=word.name if group is Group.REVERSIBLE else "",
        count=grouped(count),
        share=share(count, total),
        money=tuple(
            f"{_money(minor)} {name}" for name, minor in sorted(money.items()) if minor or name != "?"
        ),
    )


def _money(minor: int) -> str:
    return amount(Decimal(minor).scaleb(-2))


def money_rows(summary: UndoSummary) -> tuple[MoneyRow, ...]:
    """Each currency: listed = cancelled + left."""
    return tuple(
        MoneyRow(
            currency,
            amount(Decimal(listed)),
            amount(Decimal(cancelled)),
            amount(Decimal(listed) - Decimal(cancelled)),
        )
        for currency, (listed, cancelled) in sorted(summary.money.items())
    )


def other_rows(summary: UndoSummary) -> tuple[tuple[str, str], ...]:
    """What the run has made beside orders, which stays: in words, and how many."""
    return tuple((_(OTHERS.get(kind, kind)), grouped(n)) for kind, n in sorted(summary.others.items()))


def person_rows(records: Sequence[UndoRecord], run_id: str, *, show_pii: bool) -> tuple[PersonRow, ...]:
    """Orders that nothing here finishes, as they are listed."""
    return tuple(_person(record, run_id, show_pii=show_pii) for record in records)


def _person(record: UndoRecord, run_id: str, *, show_pii: bool) -> PersonRow:
    issue = _seen(issue_of(record), show_pii=show_pii)
    money = f"{amount(Decimal(record.amount))} {record.currency or ''}".strip() if record.amount else "–"
    return PersonRow(
        number=shortened(record.number, _VALUE),
        remote_id=shortened(record.remote_id or "", _VALUE),
        word=word_of(record),
        code=record.code or "",
        message=shortened(why(issue), _MESSAGE),
        next=next_of(record, run_id),
        when=moment(record.when).replace("T", " ").removesuffix("Z"),
        amount=shortened(money, _VALUE),
        place=shortened(place_words(Location(record.file, record.sheet, record.row)), _NAME)
        if record.file
        else "",
    )


def reason_rows(reasons: Iterable[UndoReason], *, show_pii: bool) -> tuple[ReasonRow, ...]:
    """The commonest reasons, in words without the order that was met first."""
    return tuple(
        ReasonRow(
            one.code,
            shortened(reason_words(one, show_pii=show_pii), _MESSAGE),
            grouped(one.lines),
            shortened(names_of(one), _NAME),
        )
        for one in reasons
    )


def reason_words(reason: UndoReason, *, show_pii: bool) -> str:
    """Why, without the name of the order; with it where the catalogue has no words for the reason alone."""
    issue = _seen(Issue(reason.code, facts=reason.facts), show_pii=show_pii)
    assert issue is not None
    told = str(issue.facts.get("reason") or "")
    return retold(told) if told else why(issue)


def names_of(reason: UndoReason) -> str:
    """``A-1, A-2, A-3 +7``."""
    more = reason.lines - len(reason.names)
    return ", ".join(reason.names) + (f" +{grouped(more)}" if more > 0 else "")


def status_words(codes: Iterable[str]) -> str:
    """``300 (waiting), 400 (approved)``."""
    return ", ".join(f"{code} ({STATUSES[code]})" if code in STATUSES else code for code in codes)


def _seen(issue: Issue | None, *, show_pii: bool) -> Issue | None:
    if issue is None:
        return None
    shown = (as_it_is if show_pii else mask_issue)(issue)
    return replace(
        shown,
        facts={
            name: shortened(one, _MESSAGE) if isinstance(one, str) else one
            for name, one in shown.facts.items()
        },
    )
