"""The recorder: what it says is durable is durable, and after a failure nobody goes on."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest
from small_shop import open_shop, states, table

from pipeline.journal.running import RunJournal
from pipeline.model.exchange import Answer
from pipeline.model.planned import Intent, Outcome
from pipeline.model.refusal import JournalRefused
from pipeline.model.states import State
from pipeline.runs.asked.result import Result
from pipeline.runs.connection.turns import Turns
from pipeline.runs.sending.recorder import Recorder
from pipeline.runs.verbs import plan

Work = Callable[[Recorder, RunJournal], Awaitable[None]]


def recorded(tmp_path: Path, work: Work, orders: int = 40) -> Result:
    """Open a planned run's journal and let something be recorded in it."""
    shop = open_shop(tmp_path / "shop", orders)
    ready = plan(shop.plan_request("http://127.0.0.1:9"), places=shop.places)

    async def record(journal: RunJournal) -> None:
        recorder = Recorder(journal)
        try:
            await work(recorder, journal)
        finally:
            try:
                await recorder.aclose()
            except JournalRefused:
                assert recorder.failure is not None

    with closing(RunJournal(ready.journal, now=0.0)) as journal:
        asyncio.run(record(journal))
    return ready


def in_flight(journal: Path, copy: Path) -> int:
    """Count the orders in flight as a power cut would leave them: from copies of the journal's files."""
    for end in ("", "-wal"):
        Path(f"{copy}{end}").write_bytes(Path(f"{journal}{end}").read_bytes())
    [(count,)] = table(copy, "SELECT count(*) FROM orders WHERE state = 'in_flight'")
    return int(count)


def test_an_intent_that_returned_is_durable(tmp_path: Path) -> None:
    """Whoever waited for an intent may send: the journal's file holds it already."""
    seen: list[int] = []

    async def work(recorder: Recorder, journal: RunJournal) -> None:
        await asyncio.gather(*(recorder.intent(Intent(place, 1, 1.0)) for place in range(1, 31)))
        seen.append(in_flight(journal._path, tmp_path / "copy.db"))

    recorded(tmp_path, work)
    assert seen == [30]


def test_where_many_wait_some_leave_while_others_are_written(tmp_path: Path) -> None:
    """Disk and wire work side by side: whoever returns is on the disk, and does not wait for everybody."""
    seen: dict[int, bool] = {}
    together: list[int] = []

    async def one(recorder: Recorder, path: Path, place: int) -> None:
        await recorder.intent(Intent(place, 1, 1.0))
        count = in_flight(path, tmp_path / f"copy-{place}.db")
        together.append(count)
        [(state,)] = table(tmp_path / f"copy-{place}.db", f"SELECT state FROM orders WHERE id = {place}")
        seen[place] = state == "in_flight"

    async def work(recorder: Recorder, journal: RunJournal) -> None:
        await asyncio.gather(*(one(recorder, journal._path, place) for place in range(1, 81)))

    recorded(tmp_path, work, orders=80)
    assert seen == dict.fromkeys(range(1, 81), True)
    assert together[0] == 40


def test_many_intents_share_a_commit_and_none_is_forgotten(tmp_path: Path) -> None:
    """Whether they come at once or one by one, with outcomes between them, all are there at the end."""

    async def one(recorder: Recorder, place: int) -> None:
        await asyncio.sleep(place % 5 / 1000)
        await recorder.intent(Intent(place, 1, 1.0))
        recorder.lookup(place, 1.0, 0)
        recorder.outcome(Outcome(place, State.CREATED.value, 1, "applied", 201, None, 2.0))

    async def work(recorder: Recorder, _: RunJournal) -> None:
        await asyncio.gather(*(one(recorder, place) for place in range(1, 41)))

    ready = recorded(tmp_path, work)
    assert set(states(ready).values()) == {"created"}
    assert table(ready.journal, "SELECT count(*), count(outcome) FROM attempts") == [(40, 40)]
    assert table(ready.journal, "SELECT count(*) FROM lookups") == [(40,)]


def test_a_flush_brings_everything_to_the_disk(tmp_path: Path) -> None:
    """After it, what was given before can be read back from the journal."""
    seen: list[int] = []

    async def work(recorder: Recorder, _: RunJournal) -> None:
        await recorder.intent(Intent(1, 1, 1.0))
        recorder.outcome(Outcome(1, State.WAITING.value, 1, "not_applied"))
        await recorder.flush()
        seen.append(await recorder.read(lambda journal: journal.count(State.WAITING)))
        await recorder.flush()

    recorded(tmp_path, work)
    assert seen == [1]


def test_after_a_failed_commit_nobody_may_send(tmp_path: Path) -> None:
    """Everybody who waits and everybody who comes later is refused, and nothing of it is in the journal."""
    codes: list[str] = []

    async def work(recorder: Recorder, journal: RunJournal) -> None:
        await recorder.intent(Intent(1, 1, 1.0))
        journal.database.execute("UPDATE meta SET value = '9' WHERE key = 'epoch'")
        waiting = await asyncio.gather(
            *(recorder.intent(Intent(place, 1, 1.0)) for place in range(2, 8)), return_exceptions=True
        )
        for late in (
            recorder.intent(Intent(9, 1, 1.0)),
            recorder.flush(),
            recorder.read(lambda one: one.epoch),
        ):
            with pytest.raises(JournalRefused) as refused:
                await late
            waiting.append(refused.value)
        for refusal in waiting:
            assert isinstance(refusal, JournalRefused)
            codes.append(refusal.issues[0].code)

    ready = recorded(tmp_path, work)
    assert codes == ["E613"] * 9
    assert sorted(states(ready).values()).count("in_flight") == 1


def test_an_intent_nobody_waits_for_any_more_is_still_written(tmp_path: Path) -> None:
    """A worker that is cancelled in between leaves an intent behind: a doubt later, never a silent send."""

    async def work(recorder: Recorder, _: RunJournal) -> None:
        waiting = asyncio.create_task(recorder.intent(Intent(1, 1, 1.0)))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await recorder.flush()

    ready = recorded(tmp_path, work)
    assert [state for state in states(ready).values() if state != "planned"] == ["in_flight"]


def test_turns_keep_the_pace_and_learn_it() -> None:
    """A given rate stays; without one it is halved by push-back and grows again."""
    clock = [0.0]
    fixed, learnt = Turns(50.0, lambda: clock[0]), Turns(None, lambda: clock[0])
    before = learnt.rate
    for turns in (fixed, learnt):
        turns.back(0.0, Answer(429))
    assert (fixed.rate, learnt.rate) == (50.0, before / 2)
    for step in range(100, 400):
        clock[0] = step / 10
        for turns in (fixed, learnt):
            turns.back(clock[0] - 0.05, Answer(201))
    assert fixed.rate == 50.0
    assert learnt.rate > before


def test_turns_wait_as_long_as_they_are_told() -> None:
    """Twenty requests at a hundred a second take two tenths, and a pause comes on top."""

    async def take() -> tuple[float, float]:
        loop = asyncio.get_running_loop()
        turns = Turns(100.0, loop.time)
        began = loop.time()
        for _ in range(20):
            await turns.reserve()
            await turns.leave()
        evenly = loop.time() - began
        turns.pause(0.2)
        await turns.reserve()
        await turns.leave()
        return evenly, loop.time() - began - evenly

    evenly, paused = asyncio.run(take())
    assert 0.18 <= evenly < 1.0
    assert paused >= 0.19
