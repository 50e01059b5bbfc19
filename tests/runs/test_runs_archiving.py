"""The archive part against answers that the twin does not give."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import closing
from typing import TYPE_CHECKING, Any, cast

import pytest
from old_shop import ASKING, open_old_shop, order_line
from small_shop import states

from pipeline.journal.archive import ArchiveBook
from pipeline.journal.running import RunJournal
from pipeline.model.exchange import Answer, NoAnswer, Reply, Wire
from pipeline.model.location import Location
from pipeline.runs.archive.archiving import Archiving
from pipeline.runs.connection.turns import Turns
from pipeline.runs.verbs import plan, report
from pipeline.upload.limits import Limits

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.model.ending import Ending
    from pipeline.runs.asked.result import Result
    from pipeline.target.migrations import MigrationsClient

DONE = Answer(200, data={"status": "completed"})


class Replies:
    """A target that answers starts and questions in turn; what it was asked is kept."""

    requests = 0

    def __init__(self, starts: list[Reply], answers: list[Reply]) -> None:
        self._starts, self._answers = deque(starts), deque(answers)
        self.started: list[tuple[str, bytes]] = []

    async def start(self, _kind: str, name: str, content: bytes) -> Reply:
        """Answer a start; without a word left each migration gets a name of its own."""
        self.started.append((name, content))
        return (
            self._starts.popleft()
            if self._starts
            else Answer(200, data={"migration_id": f"m{len(self.started)}"})
        )

    async def progress(self, _migration: str) -> Reply:
        """Answer a question; without a word left everything is done."""
        return self._answers.popleft() if self._answers else DONE


def archived(
    folder: Path, starts: list[Reply], answers: list[Reply], *, orders: int = 2, **changes: Any
) -> tuple[Result, Ending, Replies]:
    """Plan old orders, see their archive part through, and report."""
    shop = open_old_shop(folder, [order_line(place, old=True) for place in range(1, orders + 1)])
    ready = plan(shop.plan_request("http://127.0.0.1:9"), places=shop.places)
    target = Replies(starts, answers)
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += 0.3
        return now

    with closing(RunJournal(ready.journal, now=0.0)) as journal:
        archiving = Archiving(
            ArchiveBook(journal),
            cast("MigrationsClient", target),
            Turns(float("inf"), clock),
            folder / "files",
            **{
                "most": 4,
                "asking": ASKING,
                "attempts": 3,
                "limits": Limits(),
                "place": lambda at: Location("orders.csv", None, at[1]),
                "clock": clock,
                "wall": lambda: 0.0,
                "chance": lambda: 0.0,
                **changes,
            },
        )
        ending = asyncio.run(archiving.run())
    return report(None, shop.places), ending, target


def test_an_answer_that_names_another_files_migration_is_in_doubt(tmp_path: Path) -> None:
    """Its progress would speak of the other file."""
    same = Answer(200, data={"migration_id": "m1"})
    result, _, target = archived(tmp_path, [same, same], [])
    assert [name for name, _ in target.started] == ["user-0001.json", "address-0001.json"]
    assert set(states(result).values()) == {"in_doubt"}


def test_a_start_that_is_told_to_come_again_comes_again_with_the_same_bytes(tmp_path: Path) -> None:
    """After the pause it was told; both starts have their intent."""
    later = Answer(429, {"retry-after": "0"})
    result, _, target = archived(tmp_path, [later, NoAnswer(Wire.NEVER_SENT, "no connection")], [])
    assert target.started[0] == target.started[1] == target.started[2]
    assert result.exit_code == 5, "nobody has said that the run has ended"
    assert set(states(result).values()) == {"created"}
    assert result.summary.traffic.retries == 2


def test_a_pause_of_hours_ends_the_run(tmp_path: Path) -> None:
    """It says when to come again, and nothing is in doubt."""
    result, ending, _ = archived(tmp_path, [Answer(429, {"retry-after": "7200"})], [])
    assert (ending.code, ending.facts) == ("E532", {"seconds": 7200})
    assert set(states(result).values()) == {"waiting"}


def test_items_that_are_refused_leave_an_order_to_a_person(tmp_path: Path) -> None:
    """It stands without them; the other order is through."""
    refused = {
        "status": "completed",
        "succeeded": 1,
        "failed": 1,
        "errors": [{"row": 2, "errors": {"price": ["x"]}}],
    }
    result, _, _ = archived(tmp_path, [], [DONE, DONE, DONE, Answer(200, data=refused)])
    assert sorted(states(result).values()) == ["conflict", "created"]
    (order,) = [order for order in result.orders() if order.code]
    assert order.code == "E564"
    assert "price: x" in (order.message or "")


def test_rows_that_the_file_does_not_have_leave_a_doubt(tmp_path: Path) -> None:
    """Whoever counts differently may mean any row."""
    strange = {"status": "completed", "errors": [{"row": 17, "errors": "x"}]}
    result, _, _ = archived(tmp_path, [], [Answer(200, data=strange)])
    assert set(states(result).values()) == {"in_doubt"}


@pytest.mark.parametrize("orders", [4, 5])
def test_a_file_holds_as_many_orders_as_it_may(tmp_path: Path, orders: int) -> None:
    """The fifth goes into files of its own."""
    _, _, target = archived(tmp_path, [], [], orders=orders)
    files = [name for name, _ in target.started if name.startswith("order-")]
    assert files == ["order-0001.json", "order-0002.json"][: 1 if orders == 4 else 2]


def test_a_limit_of_time_ends_the_questions(tmp_path: Path) -> None:
    """A migration that never ends does not hold the run for ever."""
    waiting: list[Reply] = [Answer(200, data={"status": "waiting"})] * 50
    result, ending, _ = archived(tmp_path, [], waiting, limits=Limits(max_duration=9.0))
    assert ending.code == "E543"
    assert result.summary.issues["E568"] == 2
