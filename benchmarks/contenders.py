"""Who is compared, and how each is called. The command line of orderlift is written down here alone."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
CHANNEL = "5"
TOKEN = "demo-token"  # the simulator's own; the bare server takes any
ORDERLIFT = "orderlift"


class Work(NamedTuple):
    """One run's own places; ``scratch`` is empty when the run starts."""

    data: Path  # orders.csv, items.csv, mapping.yaml
    bodies: Path  # prepared payloads, one a line
    scratch: Path
    url: str
    rate: str = "unlimited"

    @property
    def orders(self) -> str:
        """The orders file."""
        return str(self.data / "orders.csv")

    @property
    def items(self) -> str:
        """The items file."""
        return str(self.data / "items.csv")


Command = Callable[[Work], list[str]]


class Contender(NamedTuple):
    """One entry of a comparison."""

    name: str
    command: Command
    before: Command | None = None  # runs first and is not measured
    largest: int | None = None  # orders; given more, it is measured at this many: tables compare rates


def script(name: str, *arguments: str) -> list[str]:
    return [sys.executable, str(HERE / "rivals" / name), *arguments]


def places(work: Work) -> list[str]:
    return ["--state-dir", str(work.scratch / "state"), "--report-dir", str(work.scratch / "reports")]


def pipeline(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pipeline", *arguments]


def sources(work: Work) -> list[str]:
    return [work.orders, work.items, "-m", str(work.data / "mapping.yaml")]


def target(work: Work) -> list[str]:
    return ["--target", work.url, "--channel", CHANNEL]


def sending(work: Work, at_once: int = 50) -> list[str]:
    return ["--rate", work.rate, "--concurrency", str(at_once), "--yes", "--json"]


def orderlift_plan(work: Work) -> list[str]:
    plan = str(work.scratch / "plan")
    return pipeline("plan", *sources(work), "-o", plan, *target(work), *places(work))


def orderlift_apply(work: Work) -> list[str]:
    return pipeline("apply", str(work.scratch / "plan"), *sending(work), *places(work))


def orderlift_run(work: Work) -> list[str]:
    return pipeline("run", *sources(work), *target(work), *sending(work, 200), *places(work))


def orderlift_help(work: Work) -> list[str]:  # noqa: ARG001  as every command
    return pipeline("--help")


def reference_run(work: Work) -> list[str]:
    return script("reference_sequence.py", "run", work.orders, work.items, work.url)


def naive_prepare(work: Work) -> list[str]:
    return script("naive.py", "prepare", work.orders, work.items, str(work.scratch / "out.jsonl"))


def naive_upload(work: Work) -> list[str]:
    return script("naive.py", "upload", str(work.bodies), work.url)


def naive_run(work: Work) -> list[str]:
    return script("naive.py", "run", work.orders, work.items, work.url)


def handwritten_prepare(work: Work) -> list[str]:
    return script("handwritten.py", "prepare", work.orders, work.items, str(work.scratch / "out.jsonl"))


def handwritten_upload(work: Work) -> list[str]:
    return script("handwritten.py", "upload", str(work.bodies), work.url)


def handwritten_run(work: Work) -> list[str]:
    return script("handwritten.py", "run", work.orders, work.items, work.url)


def httpx_upload(work: Work) -> list[str]:
    return script("httpx_default.py", "upload", str(work.bodies), work.url)


def raw_upload(work: Work) -> list[str]:
    return script("raw_sockets.py", "upload", str(work.bodies), work.url)


def dlt_run(work: Work) -> list[str]:
    return script("dlt_destination.py", "run", work.orders, work.items, work.url, str(work.scratch / "dlt"))


NAIVE_LARGEST = 20_000  # it holds 30 KB of memory for each order

PREPARE = (
    Contender(ORDERLIFT, orderlift_plan),
    Contender("handwritten", handwritten_prepare),
    Contender("naive", naive_prepare, largest=NAIVE_LARGEST),
)
UPLOAD = (
    Contender(ORDERLIFT, orderlift_apply, before=orderlift_plan),
    Contender("handwritten", handwritten_upload),
    Contender("naive (requests)", naive_upload),
    Contender("httpx default", httpx_upload),
    Contender("raw sockets (ceiling)", raw_upload),
)
END_TO_END = (
    Contender(ORDERLIFT, orderlift_run),
    Contender("handwritten", handwritten_run),
    Contender("naive", naive_run, largest=NAIVE_LARGEST),
    Contender("dlt", dlt_run, largest=NAIVE_LARGEST),
)
REQUESTS = (
    Contender(ORDERLIFT, orderlift_run),
    Contender("reference client", reference_run),
)
STARTUP = (
    Contender(f"{ORDERLIFT} --help", orderlift_help),
    Contender("python -c pass", lambda _: [sys.executable, "-c", "pass"]),
    Contender("python -c 'import pandas'", lambda _: [sys.executable, "-c", "import pandas"]),
)
