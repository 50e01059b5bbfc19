"""Killed at every named point, in every mode and script: a resume finishes, no order exists twice."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

if sys.platform == "win32":
    pytest.skip("processes are killed and limited in the way of POSIX", allow_module_level=True)

from child import gone, server, until
from crash_points import BY_CODE, NOT_OURS, POINTS, Point, work_until
from small_shop import Shop, assert_promises, number, open_shop, sending, states

from pipeline.model.capability import Capability
from pipeline.model.refusal import Refusal
from pipeline.runs.asked.result import Result
from pipeline.runs.verbs import plan, resume
from pipeline.simulator import Settings, Simulator

WINDOW = 0.1
ORDERS = 3


@dataclass(frozen=True)
class Mode:
    """What is relied on, and a target that offers exactly that.

    ``settles``: doubts end without a person. ``looks``: orders can be looked up.
    """

    name: str
    capability: Capability
    settings: Settings
    settles: bool = True
    looks: bool = True


MODES: tuple[Mode, ...] = (
    Mode("A", Capability(True, WINDOW), Settings(unique_numbers=True)),
    Mode("B", Capability(False, WINDOW), Settings(unique_numbers=False)),
)
if "lookup" in Capability.__slots__:
    blind: dict[str, Any] = {"settle_window": WINDOW, "lookup": False}
    MODES += (
        Mode("A-blind", Capability(True, **blind), Settings(unique_numbers=True), looks=False),
        Mode("C", Capability(False, **blind), Settings(unique_numbers=False), settles=False, looks=False),
    )
SCRIPTS = {"201": "ok", "reset_after_commit": "commit_then_reset", "reset_before_commit": "reset"}
UNANSWERED = {
    "201": "delay_answer:9",
    "reset_after_commit": "commit_then_hang",
    "reset_before_commit": "hang",
}
"""The same scripts for points at which the target is waited for."""


def every_run() -> Iterator[Any]:
    """Give each point in each mode: with one script in turn in an ordinary run, with all behind ``long``."""
    for place, point in enumerate(POINTS):
        for turn, mode in enumerate(MODES):
            for at, script in enumerate(SCRIPTS):
                marks = () if (place + turn) % len(SCRIPTS) == at else (pytest.mark.long,)
                yield pytest.param(point, mode, script, marks=marks, id=f"{mode.name}-{point.code}-{script}")


@pytest.mark.parametrize(("point", "mode", "script"), list(every_run()))
def test_killed_at_a_point_every_order_exists_once(
    tmp_path: Path, point: Point, mode: Mode, script: str
) -> None:
    """The process dies there; a resume ends every order, none is lost, none twice; then nothing is left."""
    shop = open_shop(tmp_path / "shop", ORDERS)
    faults = {number(place): [SCRIPTS[script]] for place in range(1, ORDERS + 1)}
    if point.unanswered:
        faults[number(1)] = [UNANSWERED[script]]
    with Simulator(faults=faults, settings=mode.settings) as sim:
        if not point.planning:
            plan(shop.plan_request(sim.url, mode.capability), places=shop.places)
        for code in (*point.before, point.code):
            killed_at(BY_CODE[code], shop, sim, mode)
        if point.planning:
            assert sim.truth.log == [], "nothing is asked or sent before a plan is sealed"
        result = finish(shop, sim, mode)
        requests = len(sim.truth.log)
        again = resume(None, sending(sim.token), shop.places)
        assert len(sim.truth.log) == requests or not mode.settles, "a finished run has nothing left to do"
        assert states(again) == states(result)


def killed_at(point: Point, shop: Shop, sim: Simulator, mode: Mode) -> None:
    """Start a process that dies at the point; it has to."""
    given = (point.code, shop.folder, shop.count, sim.token, sim.url, mode.capability)
    process = server().Process(target=work_until, args=given)
    process.start()
    if point.arm is None:
        until(lambda: any(entry.method == "POST" and entry.number for entry in sim.truth.log))
        process.kill()
    gone(process)
    struck = process.exitcode in {-signal.SIGKILL, -signal.SIGXFSZ}
    not_there = point.looking and not mode.looks and process.exitcode in {0, 4}
    assert struck or not_there, f"the point was not reached: {process.exitcode}"


def finish(shop: Shop, sim: Simulator, mode: Mode) -> Result:
    """Resume what there is, or plan anew where there is nothing to resume; check every promise."""
    try:
        result = resume(None, sending(sim.token), shop.places)
    except Refusal:
        plan(shop.plan_request(sim.url, mode.capability), places=shop.places)
        result = resume(None, sending(sim.token), shop.places)
    assert_promises(result, sim)
    if mode.settles:
        assert set(states(result).values()) == {"created"}
        assert sim.truth.creates == {number(place): 1 for place in range(1, ORDERS + 1)}
        assert result.exit_code == 0
    else:
        assert set(states(result).values()) <= {"created", "in_doubt"}
        assert max(sim.truth.creates.values(), default=0) <= 1
    return result


def numbered() -> Iterator[str]:
    """Give the codes of the general list of crash points."""
    return (f"C{place:02d}" for place in range(25))


def test_every_point_of_the_list_is_here_or_accounted_for() -> None:
    """A point is armed, or there is a reason why it does not exist."""
    assert sorted({*BY_CODE, *NOT_OURS}) == sorted(numbered())
