"""Orders of source files prepared for whoever only looks at them: nothing is kept, nothing is sent."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from pipeline.model.lookup import Reference
from pipeline.model.planned import PlannedOrder
from pipeline.runs.opening.sources import Sources
from pipeline.runs.preparing.partition import Prepared
from pipeline.runs.preparing.spool import Spool, partitions_for
from pipeline.runs.preparing.spooling import spooled, terms_of
from pipeline.runs.preparing.workers import WorkerSettings, prepare_all

NONCE = "record"
"""Begins the mark of a record that is looked up; no cell can hold a digest behind it by chance."""
_MARK = len(f"{NONCE}:") + 32


def partitions_of(sources: Sources) -> int:
    """How many partitions keep each one small."""
    return partitions_for(list({opened.facts.path: opened.facts for opened in sources.tables}.values()))


def prepared(  # noqa: PLR0913 - what to prepare, how, and whom to tell
    sources: Sources,
    now: datetime,
    *,
    channel: int | None = None,
    jobs: int | None = None,
    partitions: int | None = None,
    counted: bool = False,
    progress: Callable[[str, int], None] = lambda *_: None,
) -> Iterator[Prepared]:
    """Prepare every order of the sources, partition by partition, in memory that does not grow with them.

    The first one holds no orders, only what is wrong with rows that belong to none. Raises as reading does.
    """
    with tempfile.TemporaryDirectory(prefix="orderlift-") as folder:
        spool = Spool(Path(folder), partitions or partitions_of(sources))
        first = Prepared()
        for opened in sources.tables:
            for batch, _, issues in spooled(opened, sources.mapping, spool):
                first.issues += [(None, issue) for issue in issues]
                progress("rows", len(batch.rows) + len(batch.ignored))
        yield first
        tables = tuple(opened.table for opened in sources.tables)
        settings = WorkerSettings(
            sources.texts, tables, terms_of(sources.mapping, now), channel, NONCE, counted
        )
        for done in prepare_all(settings, spool, jobs):
            progress("orders", len(done.orders))
            yield done


def payload_of(order: PlannedOrder, references: Mapping[str, Reference]) -> dict[str, Any] | None:
    """The payload as plain data, with a table in the place of each record that is looked up."""
    if order.body is None:
        return None
    payload: dict[str, Any] = orjson.loads(order.body)
    for part in (payload["order"], *payload["order_item"]) if order.uses else ():
        for name, value in part.items():
            if isinstance(value, str) and len(value) == _MARK and value.startswith(f"{NONCE}:"):
                reference = references.get(value[len(NONCE) + 1 :])
                part[name] = _as_table(reference) if reference is not None else value
    return payload


def _as_table(reference: Reference) -> dict[str, Any]:
    """``{"email": …, "city": …, "create": {…}}``: what it is looked up by, lies in, and would be made of."""
    table: dict[str, Any] = {reference.key: reference.value}
    table |= {one.kind.value: one.value for one in reference.within}
    if reference.create is not None:
        table["create"] = dict(reference.create)
    return table
