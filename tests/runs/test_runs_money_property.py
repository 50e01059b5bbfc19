"""No row and no cent is lost or counted twice, whatever the files hold and whatever the target does."""

import csv
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from small_shop import MAPPING, WINDOW, mode_settings, sending

from pipeline.model.capability import Capability
from pipeline.model.summary import broken_sums
from pipeline.runs.asked.request import Places, PlanRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.settling.reading_back import report_reconciled
from pipeline.runs.settling.retrying import RetryRequest
from pipeline.runs.verbs import resume, retry, run
from pipeline.simulator import Simulator

OUTCOMES = ("invalid", "created", "already_present", "refused", "in_doubt", "unprocessed")
B = Capability(settle_window=WINDOW)
FAULTS = (
    *("400", "406", "500", "503_empty", "reset", "reset_before_commit"),
    *("commit_then_reset", "commit_then_close", "commit_then_500", "truncated_body", "cut_json"),
)
WRONG = ("", "", "", "", "", "placed", "currency", "total", "items", "number")
CENTS = st.integers(0, 99_999_99).map(lambda minor: f"{minor // 100}.{minor % 100:02d}")
QUICK = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
THOROUGH = settings(QUICK, max_examples=150, derandomize=False, phases=(Phase.generate, Phase.shrink))


@dataclass(frozen=True)
class Line:
    """One row of the file of orders, with how many items follow it, and what the target does."""

    number: str
    placed: str
    currency: str
    total: str
    items: int
    faults: tuple[str, ...]

    @property
    def minor(self) -> int | None:
        """The amount in hundredths, by the rules of the file and by nothing of the program."""
        try:
            return int(Decimal(self.total) * 100)
        except ArithmeticError:
            return None


@st.composite
def shops(draw: st.DrawFn) -> tuple[list[Line], int]:
    """Give rows with wrong cells, keys that come twice, orders without items; and a number of orphans."""
    count = draw(st.integers(3, 14))
    good = {"placed": st.integers(1, 28).map(lambda day: f"2024-{day % 3 + 1:02d}-{day:02d} 0{day % 3}:30")}
    lines = []
    for place in range(count):
        # The first is right, because files of which no item belongs to any order are refused whole.
        wrong = draw(st.sampled_from(WRONG)) if place else ""
        lines.append(
            Line(
                number="N-0" if wrong == "number" else f"N-{place}",
                placed="32.13.2024" if wrong == "placed" else draw(good["placed"]),
                currency="lira" if wrong == "currency" else draw(st.sampled_from(["try", "eur", "usd"])),
                total="12,3x" if wrong == "total" else draw(CENTS),
                items=0 if wrong == "items" else draw(st.integers(1, 3)),
                faults=tuple(draw(st.lists(st.sampled_from(FAULTS), max_size=2))),
            )
        )
    return lines, draw(st.integers(0, 2))


def write(folder: Path, lines: list[Line], orphans: int) -> None:
    """Write both files and the mapping."""
    folder.mkdir(parents=True, exist_ok=True)
    orders = ["number,placed,customer,currency,total"]
    items = ["number,product,quantity,price,sum"]
    for place, line in enumerate(lines):
        total = f'"{line.total}"' if "," in line.total else line.total
        orders.append(f"{line.number},{line.placed},{201 + place},{line.currency},{total}")
        items += [f"{line.number},{101 + item},1,1.00,1.00" for item in range(line.items)]
    items += [f"ORPHAN-{place},101,1,1.00,1.00" for place in range(orphans)]
    (folder / "orders.csv").write_text("\n".join(orders) + "\n", encoding="utf-8")
    (folder / "items.csv").write_text("\n".join(items) + "\n", encoding="utf-8")
    (folder / "mapping.yaml").write_text(MAPPING, encoding="utf-8")


def money(result: Result, places: Places) -> dict[str, Counter[str]]:
    """Add up money.csv in hundredths and orders, per currency; the lines balance one by one."""
    sums: dict[str, Counter[str]] = {}
    with (places.reports(result.run_id) / "money.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            figures = {
                name: int(Decimal(value) * 100) if name.endswith("_sum") else int(value)
                for name, value in row.items()
                if name not in {"day", "status", "currency"} and value
            }
            for what in ("sum", "count"):
                parts = sum(figures[f"{name}_{what}"] for name in OUTCOMES)
                assert figures[f"source_{what}"] == parts, row
            sums.setdefault(row["currency"], Counter()).update(figures)
    return sums


def truth(sim: Simulator) -> dict[str, int]:
    """Add up what really stands on the target, per currency, in hundredths."""
    sums: Counter[str] = Counter()
    for order in sim.truth.orders(5):
        fields = order.payload["order"]
        sums[fields["currency"].upper()] += int(Decimal(fields["amount"]) * 100)
    return {currency: minor for currency, minor in sums.items() if minor}


def conserved(result: Result, places: Places, lines: list[Line], orphans: int) -> dict[str, Counter[str]]:
    """Check that a run has every row and every cent of its files, each once; gives its money."""
    summary = result.summary
    assert broken_sums(summary) == []
    assert summary.exit_code != 1
    items = sum(line.items for line in lines)
    assert summary.rows.read == len(lines) + items + orphans
    assert summary.rows.read == summary.rows.used + summary.rows.ignored
    sums = money(result, places)
    expected: Counter[str] = Counter()
    for line in lines:
        expected["???" if line.currency == "lira" else line.currency.upper()] += line.minor or 0
    assert {name: found["source_sum"] for name, found in sums.items() if found["source_sum"]} == {
        name: minor for name, minor in expected.items() if minor
    }
    assert sum(found["source_count"] for found in sums.values()) == summary.orders.read == len(lines)
    assert sum(found["without_amount"] for found in sums.values()) == sum(
        line.minor is None for line in lines
    )
    for name, one in summary.money.items():
        assert int(one.read * 100) == sums[name]["source_sum"]
        created = sums[name]["created_sum"] + sums[name]["already_present_sum"]
        assert (int(one.created * 100), int(one.not_created * 100)) == (
            created,
            sums[name]["source_sum"] - created,
        )
    return sums


def created(*runs: dict[str, Counter[str]]) -> dict[str, int]:
    """Add up what runs created, per currency."""
    sums: Counter[str] = Counter()
    for one in runs:
        for currency, figures in one.items():
            sums[currency] += figures["created_sum"]
    return {currency: minor for currency, minor in sums.items() if minor}


def settled(result: Result, sim: Simulator, places: Places) -> Result:
    """Continue a run until nothing is in doubt and nothing is left."""
    for _ in range(4):
        orders = result.summary.orders
        if not (orders.in_doubt or orders.failed or orders.unprocessed):
            break
        result = resume(result.run_id, sending(sim.token), places)
    return result


def fixed(lines: list[Line]) -> list[Line]:
    """Correct what an analyst corrects in the rows that were refused: cells and keys, and adds items."""
    return [
        Line(f"F-{place}", "2024-05-05 10:00", "try", line.total if line.minor is not None else "7.77", 1, ())
        for place, line in enumerate(lines)
    ]


def lives(shop: tuple[list[Line], int], sim: Simulator, folder: Path) -> None:
    """Live one shop's life: sent through faults, settled, its sources fixed and sent again, read back."""
    lines, orphans = shop
    write(folder, lines, orphans)
    places = Places(folder / "state", folder / "reports")
    sim.reset()
    sim.script({"create": {line.number: [*line.faults] for line in lines if line.faults}})
    files = [folder / "orders.csv", folder / "items.csv"]
    planned = PlanRequest(files, folder / "mapping.yaml", sim.url, 5, B)
    first = run(planned, sending(sim.token, attempts=2), places)
    sums = conserved(first, places, lines, orphans)
    there, known = truth(sim), created(sums)
    doubtful = {name: known.get(name, 0) + figures["in_doubt_sum"] for name, figures in sums.items()}
    assert all(known.get(name, 0) <= minor <= doubtful.get(name, 0) for name, minor in there.items())
    sim.script({})
    first = settled(first, sim, places)
    sums = conserved(first, places, lines, orphans)
    assert created(sums) == truth(sim)
    refused_lines = [line for line in lines if line.number in _refused(first)]
    more: dict[str, Counter[str]] = {}
    if refused_lines:
        repaired = fixed(refused_lines)
        write(folder / "fixed", repaired, 0)
        inputs = [folder / "fixed" / "orders.csv", folder / "fixed" / "items.csv"]
        second = retry(RetryRequest(first.run_id, inputs), sending(sim.token), places)
        second = settled(second, sim, places)
        more = conserved(second, places, repaired, 0)
        assert created(sums, more) == truth(sim)
        _balances(second, sim, places)
    _balances(first, sim, places)
    assert sim.truth.created_twice == []


def _refused(result: Result) -> set[str]:
    refused = {"invalid", "rejected"}
    return {order.number for order in result.orders() if order.state.value in refused}


def _balances(result: Result, sim: Simulator, places: Places) -> None:
    """Read a run back: it balances in every line, and shows what the run has created."""
    done = report_reconciled(result.run_id, sending(sim.token), places)
    assert done.exit_code in (0, 3), done.summary
    stand = done.summary.read_back
    assert stand is not None
    assert stand.balances
    for figures in money(done, places).values():
        assert figures["difference_sum"] == figures["difference_count"] == 0
        assert figures["read_back_sum"] == figures["created_sum"] + figures["already_present_sum"]


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    """Give a target that takes a number twice, so that nothing but the program keeps it from that."""
    with Simulator(settings=mode_settings(unique=False)) as simulator:
        yield simulator


def test_rows_and_cents_are_conserved(sim: Simulator) -> None:
    """Source = created + refused + in doubt + left + ignored, and created is what really stands there."""
    _check(QUICK, sim)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_rows_and_cents_are_conserved_in_many_lives(sim: Simulator) -> None:
    """The same for as many shops as minutes allow."""
    _check(THOROUGH, sim)


def _check(how: settings, sim: Simulator) -> None:
    @how
    @given(shops())
    def check(shop: Any) -> None:
        with tempfile.TemporaryDirectory() as folder:
            lives(shop, sim, Path(folder))

    check()
