"""What ``report.html`` is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.inspection.found import Inspection
from pipeline.mapping.coverage import Needless
from pipeline.model.decision import Decisions
from pipeline.model.fates import Fate, Weight
from pipeline.model.records import OrderRecord, RunHeader, Second
from pipeline.model.summary import Summary, broken_sums
from pipeline.reporting.page.money_view import MoneyView
from pipeline.reporting.shown.explained_order import ExplainedOrder
from pipeline.reporting.words.grouping import IssueGroup


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One run, as the page tells it.

    ``issues`` hold up to 10 examples each, ``not_green`` up to 50 orders that do not stand on the target;
    in doubt first;
    more of either are left out, and the page says so. ``not_checked`` are sentences. ``files`` name what lies
    beside the report: a label (``orders.csv``) and a path relative to the report's folder. ``broken`` are
    sums found broken elsewhere; those of the summary are added by themselves. ``inspection`` is what the
    files really are, where somebody looked; ``decisions`` what the refused orders of a check wait for;
    ``needless`` what no row of it needed. ``fates`` add up what became of rows and money, ``weights`` the
    orders and the money that wait for each code; ``explained`` are orders with all that is known of them.
    Personal data is masked unless ``show_pii``.
    """

    header: RunHeader
    summary: Summary
    issues: tuple[IssueGroup, ...] = ()
    timeline: tuple[Second, ...] = ()
    not_green: tuple[OrderRecord, ...] = ()
    not_checked: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    broken: tuple[str, ...] = ()
    inspection: Inspection | None = None
    decisions: Decisions = field(default_factory=Decisions)
    needless: tuple[Needless, ...] = ()
    fates: tuple[Fate, ...] = ()
    weights: tuple[Weight, ...] = ()
    explained: tuple[ExplainedOrder, ...] = ()
    show_pii: bool = False
    money_days: MoneyView | None = None

    @property
    def broken_sums(self) -> tuple[str, ...]:
        """Every sum that does not hold, each once."""
        return tuple(dict.fromkeys((*broken_sums(self.summary), *self.broken)))
