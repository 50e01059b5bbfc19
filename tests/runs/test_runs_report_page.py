"""What the page of a run is made of, from its journal."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from small_shop import open_shop

from pipeline.journal.reading import JournalReader
from pipeline.journal.running import RunJournal
from pipeline.model.planned import Intent, Outcome
from pipeline.model.states import State
from pipeline.runs.accounts.report_page import NOT_GREEN, not_green
from pipeline.runs.asked.request import PlanRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.verbs import plan, report


@pytest.fixture
def planned(tmp_path: Path) -> tuple[Result, Path]:
    """Plan 60 orders for a target that is never spoken to."""
    shop = open_shop(tmp_path / "shop", 60)
    request = PlanRequest([shop.orders, shop.items], shop.mapping, "http://127.0.0.1:9", 5)
    result = plan(request, None, shop.places)
    with closing(RunJournal(result.journal, now=1000.0)) as journal:
        journal.record([Intent(number, 1, 1000.0) for number in (57, 58, 59, 60)])
        created = Outcome(57, State.CREATED.value, 1, "applied", 201, None, 1000.25, "201", "9")
        conflict = Outcome(58, State.CONFLICT.value, 1, "doubt", None, None, 1001.0)
        doubt = Outcome(59, State.IN_DOUBT.value, 1, "doubt", None, "reset", 1001.0)
        journal.record(outcomes=[created, conflict, doubt])  # the last one never hears of an answer
    return result, tmp_path


def test_doubtful_orders_come_before_all_others(planned: tuple[Result, Path]) -> None:
    """However many orders stand before them in the source, they are among those that the page lists."""
    result, _ = planned
    with closing(JournalReader(result.journal)) as journal:
        listed = list(not_green(journal))
    assert len(listed) == NOT_GREEN
    assert [record.state for record in listed[:4]] == [
        State.CONFLICT,
        State.IN_DOUBT,
        State.IN_FLIGHT,
        State.PLANNED,
    ]


def test_the_page_tells_rows_money_times_and_versions(planned: tuple[Result, Path]) -> None:
    """Everything that the journal adds up reaches the page: one order of sixty stands on the target."""
    result, folder = planned
    with closing(JournalReader(result.journal)) as journal:
        fates, money = journal.fates(), journal.money()
        used = sum(record.used for record in journal.tables())
    assert sum(fate.rows for fate in fates) == used
    assert sum(fate.minor for fate in fates) == sum(int(sums.read.scaleb(2)) for sums in money.values())
    places = open_shop(folder / "shop", 60).places
    html = Path(report(result.run_id, places).summary.files["report"]).read_text("utf-8")
    for words in ("Order totals in TRY", "Answer times", "250 ms", "SQLite 3.", "Python 3."):
        assert words in html
