"""Sending a preset's sample to the simulator, and what stands there afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sample_outcomes import ROOT, SAMPLE_DIR
from small_shop import sending

from pipeline.model.capability import Capability
from pipeline.runs.asked.request import Places, PlanRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.verbs import check, run
from pipeline.simulator import Simulator

PLATFORMS = SAMPLE_DIR / "platforms"
FIRST_NEW_ID = 1_000_000
"""Ids above are the simulator's for records that were created a moment ago."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A preset's sample on the target: payloads by order number, people by e-mail, and what was told."""

    orders: dict[str, dict[str, Any]]
    people: dict[str, dict[str, Any]]
    addresses: list[dict[str, Any]]
    told: list[str]
    exit_code: int


def request(preset: str, files: Iterable[str], url: str | None = None) -> PlanRequest:
    """Ask for the files below ``input_samples/platforms`` with the preset's mapping."""
    sources = [PLATFORMS / name for name in files]
    mapping = ROOT / "mappings" / f"{preset}.yaml"
    return PlanRequest(sources, mapping, url, 5 if url else None, Capability(settle_window=0.3), jobs=1)


def checked(preset: str, files: Iterable[str], folder: Path) -> tuple[list[str], int]:
    """Check without the network: what is told, and the exit code."""
    result = check(request(preset, files), Places(folder / "state", folder / "reports"))
    return _told(result), result.exit_code


def sent(preset: str, files: Iterable[str], folder: Path) -> Outcome:
    """Send the sample to a fresh simulator."""
    with Simulator() as sim:
        places = Places(folder / "state", folder / "reports")
        result = run(request(preset, files, sim.url), sending(sim.token), places)
        assert set(sim.truth.creates.values()) <= {1}
        orders = {order.number: _plain(orjson.loads(order.raw)) for order in sim.truth.orders(5)}
        people = {record["email"]: record for record in sim.records("customers") if _is_new(record["pk"])}
        addresses = [record for record in sim.records("addresses") if _is_new(record["pk"])]
    return Outcome(orders, people, addresses, _told(result), result.exit_code)


def _told(result: Result) -> list[str]:
    """Codes with their cells, as often as they were told; not what a check cannot verify (W345)."""
    return [
        f"{issue.code} {(issue.at.cell if issue.at else None) or '-'} {issue.value or ''}".strip()
        for issue in result.issues()
        if issue.code not in {"W345", "W432"}
    ]


def _plain(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload with ``new`` in the place of an id that the target has just given."""
    order = {name: "new" if _is_new(value) else value for name, value in payload["order"].items()}
    return {**order, "items": payload["order_item"]}


def _is_new(value: object) -> bool:
    return isinstance(value, int) and value >= FIRST_NEW_ID
