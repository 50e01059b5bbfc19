"""Preparing a sample for real, and its outcome in the words of the table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sample_cases import Sample

from pipeline.journal.reading import JournalReader
from pipeline.journal.running import RunJournal
from pipeline.model.issue import Issue
from pipeline.runs.asked.request import Places, PlanRequest
from pipeline.runs.planning.stages import prepare_run

ROOT = Path(__file__).parents[2]
SAMPLE_DIR = ROOT / "input_samples"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the journal of a prepared sample says."""

    orders: int
    refused: int
    items: int
    money: str
    issues: str
    totals: dict[str, int]
    bodies: tuple[bytes, ...]


def prepare(sample: Sample, state_dir: Path) -> Prepared:
    """Prepare a sample for channel 5; raises a Refusal where nothing can be prepared."""
    return prepare_files(
        [SAMPLE_DIR / name for name in sample.files.split()], ROOT / sample.mapping, state_dir
    )


def prepare_files(files: Sequence[Path], mapping: Path, state_dir: Path) -> Prepared:
    """Prepare files for channel 5 as any user's would be."""
    request = PlanRequest(files, mapping, "http://127.0.0.1:9", 5, jobs=1)
    places = Places(state_dir)
    journal = places.journal(prepare_run(request, places, "plan", sendable=True))
    reader = JournalReader(journal)
    try:
        counts = reader.order_counts()
        money = ", ".join(f"{currency} {sums.read}" for currency, sums in reader.money().items())
        issues = told(reader.issues(), several=len(files) > 1)
        items, totals = reader.items()[0], dict(reader.totals)
    finally:
        reader.close()
    return Prepared(counts.read, counts.invalid, items, money, issues, totals, tuple(_bodies(journal)))


def told(issues: Iterable[Issue], *, several: bool) -> str:
    """Codes with their places, as the table writes them."""
    return ", ".join(f"{issue.code} {_place(issue, several=several)}" for issue in issues)


def _place(issue: Issue, *, several: bool) -> str:
    at = issue.at
    if at is None:
        return "-"
    place = at.cell or str(at.row or "-")
    return f"{Path(at.file).name}:{place}" if several else place


def _bodies(journal: Path) -> list[bytes]:
    running = RunJournal(journal, now=0.0)
    try:
        return [order.body for order in running.ready((-1, -1), 10_000)]
    finally:
        running.close()


def sent_values(bodies: Sequence[bytes], field: str) -> list[object]:
    """One payload field (``order.notes``) of every order; of items, a list for each order."""
    section, name = field.split(".")
    documents: list[Any] = [orjson.loads(body) for body in bodies]
    if section == "order":
        return [document["order"][name] for document in documents]
    return [[item[name] for item in document["order_item"]] for document in documents]
