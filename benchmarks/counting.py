"""How many requests the same orders cost, as the simulator counts them: time plays no part."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import contenders
import generate_records
from contenders import Work
from generate_records import Size
from measure import Cost

HERE = Path(__file__).parent
SIZE = Size(orders=2_000, customers=600, known=200, products=400)
SETTINGS = {"text_folding": "turkish"}  # else the reference client finds no İstanbul
REGISTERING = ("order_items/", "batch_requests/")
ASKING = "GET channel/{id}/orders/"
"""What the reference client does beside creating an order, and orderlift does not: a table tells it apart."""


class Session(Protocol):
    """What is needed of a session."""

    scratch: Path
    seed: int

    def measure(self, command: list[str]) -> Cost:
        """Run a command and weigh it."""

    def tail(self) -> str:
        """Return the last line anything wrote."""


class Counted(NamedTuple):
    """What the target saw of one contender."""

    contender: str
    requests: dict[str, int]
    orders: int
    customers: int
    addresses: int

    @property
    def total(self) -> int:
        """All requests."""
        return sum(self.requests.values())

    @property
    def creating(self) -> int:
        """Those that an order needs to be created: neither asking whether it exists, nor registering it."""
        return sum(
            count
            for name, count in self.requests.items()
            if name != ASKING and not any(path in name for path in REGISTERING)
        )


def count_requests(session: Session, size: Size) -> tuple[dict[str, Any], str]:
    """Send the same orders by each contender to a fresh target; returns the counts and a table of them."""
    data = session.scratch / "records"
    generate_records.write(data, size, session.seed)
    found = [_once(session, contender, data, size) for contender in contenders.REQUESTS]
    ours = found[0]
    rows = [
        {
            **one._asdict(),
            "total": one.total,
            "creating": one.creating,
            "total_over_ours": round(one.total / ours.total, 2),
            "creating_over_ours": round(one.creating / ours.total, 2),
        }
        for one in found
    ]
    return {"size": size._asdict(), "rows": rows}, _table(found)


def _once(session: Session, contender: contenders.Contender, data: Path, size: Size) -> Counted:
    place = session.scratch / f"requests-{contender.name.replace(' ', '-')}"
    place.mkdir()
    with _simulator(data / "seed.json", place) as url:
        cost = session.measure(contender.command(Work(data, Path(), place, url)))
        requests = json.loads(_ask(url, "requests/"))
        creates = json.loads(_ask(url, "creates/"))
        made = {kind: len(_ask(url, f"made/?kind={kind}").splitlines()) for kind in ("customer", "address")}
    found = Counted(contender.name, requests, len(creates), made["customer"], made["address"])
    missing = size.customers - size.known
    wanted = (size.orders, missing, missing * 2)
    right = (found.orders, found.customers, found.addresses) == wanted and set(creates.values()) == {1}
    if cost.exit_code != 0 or not right:
        raise SystemExit(f"{contender.name}, exit code {cost.exit_code}: {found[2:]}, {session.tail()}")
    return found


@contextmanager
def _simulator(seed: Path, place: Path) -> Iterator[str]:
    settings = place / "settings.json"
    settings.write_text(json.dumps(SETTINGS), encoding="utf-8")
    command = [sys.executable, "-m", "pipeline.simulator", "--port", "0"]
    command += ["--seed", str(seed), "--settings", str(settings)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HERE.parent) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def _ask(url: str, path: str) -> str:
    with urllib.request.urlopen(f"{url}/_simulator/{path}", timeout=30) as answer:
        text: str = answer.read().decode()
        return text


def _table(found: list[Counted]) -> str:
    names = " | ".join(one.contender for one in found)
    lines = [f"| requests | {names} |", "|---|" + "--:|" * len(found)]
    kinds = sorted({kind for one in found for kind in one.requests}, key=lambda kind: kind.split()[::-1])
    counts = [(f"`{kind}`", [one.requests.get(kind, 0) for one in found]) for kind in kinds]
    counts += [
        ("all", [one.total for one in found]),
        ("without asking for and registering orders", [one.creating for one in found]),
    ]
    lines += [f"| {name} | " + " | ".join(f"{count:,}" for count in each) + " |" for name, each in counts]
    return "\n".join(lines)
