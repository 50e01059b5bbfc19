"""Notebooks: their cells run inside of an event loop, are interrupted by Ctrl-C, and start often."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from test_library_verbs import Shop

import pipeline
from pipeline.model.language import spoken
from pipeline.runs.connection.connecting import run_loop
from pipeline.simulator import Simulator

INTERRUPTED = """
import asyncio, signal, sys, threading, time
from pathlib import Path
from test_library_verbs import Shop
import pipeline
from pipeline.simulator import Simulator

def interrupt(target, times):
    while not target.truth.log:
        time.sleep(0.01)
    for _ in range(times):
        signal.raise_signal(signal.SIGINT)
        time.sleep(0.3)

async def cell(shop, target, times):
    planned = shop.planned(target)
    threading.Thread(target=interrupt, args=[target, times], daemon=True).start()
    return pipeline.apply(planned, token=target.token, rate=2, concurrency=1, report_dir=shop.reports)

for times, faults in ((1, {}), (2, {"0001": ["delay_answer:9"]})):
    folder = Path(sys.argv[1], str(times))
    folder.mkdir()
    shop = Shop(folder)
    places = dict(state_dir=shop.state, report_dir=shop.reports)
    with Simulator(faults=faults) as target:
        try:
            done = asyncio.new_event_loop().run_until_complete(cell(shop, target, times))
            ended = done.exit_code, done.summary.orders.created
        except KeyboardInterrupt:
            ended = "KeyboardInterrupt"
        again = pipeline.resume(token=target.token, rate=float("inf"), **places)
        print(ended, again.summary.orders.created, dict(target.truth.creates), flush=True)
"""
"""A cell that sends, stopped once, and in another shop twice; then a cell that resumes."""


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """How the cell ended and what the target holds after another has resumed: a line for each time."""
    program = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(tmp_path_factory.mktemp("stopped"))],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert program.returncode == 0, program.stderr
    return program.stdout.splitlines()


def test_verbs_work_inside_of_a_running_loop(tmp_path: Path) -> None:
    """As in a notebook, where a second loop cannot run in the same thread."""
    shop = Shop(tmp_path)

    async def cell() -> tuple[pipeline.Result, pipeline.Result]:
        done = pipeline.apply(
            shop.planned(target), token=target.token, rate=float("inf"), report_dir=shop.reports
        )
        return done, pipeline.report(
            done, token=target.token, rate=float("inf"), report_dir=tmp_path / "again"
        )

    with Simulator() as target:
        done, read_back = asyncio.run(cell())
    assert done.summary.orders.created == 2
    assert read_back.summary.read_back is not None
    assert read_back.summary.read_back.balances


def test_the_language_goes_along_into_the_loop_beside() -> None:
    """What is said while orders are sent is said in the language of the cell."""

    async def work() -> str:
        return spoken()

    async def cell() -> str:
        with pipeline.speaking("tr"):
            return run_loop(work())

    assert asyncio.run(cell()) == "tr"


def test_the_stop_button_ends_sending_cleanly(stopped: list[str]) -> None:
    """The cell gives a result that says so, and the kernel lives on to resume."""
    assert stopped[0] == "(130, 1) 2 {'0001': 1, '0003': 1}"


def test_the_stop_button_pressed_twice_gives_up_what_is_under_way(stopped: list[str]) -> None:
    """The cell does not wait for an answer that is on its way; what was sent is looked up, not sent again."""
    assert stopped[1] == "KeyboardInterrupt 2 {'0001': 1, '0003': 1}"


def test_importing_costs_next_to_nothing(tmp_path: Path) -> None:
    """Neither pandas nor anything of ours is imported before it is used, and names complete all the same."""
    program = (
        "import sys; before = set(sys.modules); import pipeline; "
        "new, own = set(sys.modules) - before, sys.stdlib_module_names; "
        "print(sorted(name for name in new if name.split('.')[0] not in own)); "
        "print({'explain', 'money', 'Refusal'} <= set(dir(pipeline))); "
        "pipeline.money, pipeline.list_runs; "
        "print([name for name in ('pandas', 'aiohttp', 'httpx', 'openpyxl') if name in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert told.stdout.splitlines() == ["['pipeline']", "True", "[]"]
