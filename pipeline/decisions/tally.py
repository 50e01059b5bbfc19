"""Issues counted by the question they ask, order by order, in memory that does not grow with the orders."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from dataclasses import field as made_by

from pipeline.decisions.question import NEVER_READY, Places, key_of
from pipeline.model.decision import Asks, Decision, Key
from pipeline.model.issue import Issue

MOST_KEYS = 20_000
"""Questions that are told apart; what comes after them is counted only."""
MOST_SAMPLES = 200
"""Values kept of a question about a column, to find a format or a locale that fits them all."""


@dataclass(slots=True)
class _Count:
    code: str
    field: str
    column: str
    word: str
    orders: int = 0
    rows: int = 0
    samples: dict[str, None] = made_by(default_factory=dict)
    money: dict[str, int] = made_by(default_factory=dict)


@dataclass(slots=True)
class Tally:
    """Counts questions. ``orders`` are all that were told, ``open`` those that only questions refuse."""

    places: Places
    orders: int = 0
    open: int = 0
    beyond: int = 0
    counts: dict[Key, _Count] = made_by(default_factory=dict)
    _known: dict[tuple[str, str | None, str | None, str | None], Key | None] = made_by(default_factory=dict)

    def add(self, issues: Iterable[Issue], total: tuple[str | None, int | None] = (None, None)) -> None:
        """Count the errors of one order; ``total`` is its currency and amount in hundredths, where known."""
        keys: set[Key] = set()
        decided = True
        for issue in issues:
            key = self.key(issue)
            if key is None or issue.code in NEVER_READY:
                decided = False
                continue
            count = self.counts.get(key)
            if count is None:
                if len(self.counts) >= MOST_KEYS:
                    self.beyond += 1
                    decided = False
                    continue
                header = (issue.at.header if issue.at is not None else None) or ""
                count = _Count(issue.code, issue.field or "", header, issue.value or "")
                self.counts[key] = count
            count.rows += 1
            if issue.value and (len(count.samples) < (MOST_SAMPLES if key.asks is not Asks.VALUE else 1)):
                count.samples.setdefault(issue.value)
            keys.add(key)
        currency, minor = total
        for key in keys:
            count = self.counts[key]
            count.orders += 1
            if currency is not None and minor is not None:
                count.money[currency] = count.money.get(currency, 0) + minor
        self.orders += 1
        self.open += decided

    def key(self, issue: Issue) -> Key | None:
        """The question of an issue; what was once found out is remembered for issues alike."""
        header = issue.at.header if issue.at is not None else None
        about = f"{issue.facts.get('what')} {issue.facts.get('key')}" if "what" in issue.facts else header
        alike = (issue.code, issue.field, about, issue.value)
        if alike not in self._known:
            if len(self._known) >= MOST_KEYS:
                self._known.clear()
            self._known[alike] = key_of(issue, self.places)
        return self._known[alike]

    def decisions(self) -> Iterator[Decision]:
        """Every question, those that most orders wait for first, without candidates yet."""
        order = sorted(self.counts.items(), key=lambda one: (-one[1].orders, one[1].field, one[0].word))
        for key, count in order:
            found = Decision(key, count.code, count.field, count.column, count.word, count.orders, count.rows)
            yield replace(found, samples=tuple(count.samples), money=dict(count.money))
