"""The plan file of an undo: a small sealed pointer to it, for review and for ``apply``."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from pipeline.journal.reading import JournalReader
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import JournalRefused, UsageRefused
from pipeline.model.undo import HEADER, UndoRecord, UndoSummary
from pipeline.reporting.files.atomic import replacing
from pipeline.runs.asked.request import Places

SCHEMA = "orderlift/undo-plan/1"
SAMPLES = 3
_RUN_ID = re.compile(r"[0-9a-f]+")


def write_undo_plan(
    path: Path, journal: JournalReader, summary: UndoSummary, samples: list[UndoRecord]
) -> None:
    """Write what an undo will do, for review; raises :class:`JournalRefused` (E701) where that cannot be."""
    header = journal.header
    plan = {
        "schema": SCHEMA,
        "run_id": header["run_id"],
        "undoes": header["undoes"],
        "digest": journal.digest,
        "created": header["created"],
        "target": header["target"],
        "channel": header["channel"],
        "reason": header[HEADER]["reason"],
        "statuses": header[HEADER]["statuses"],
        **{name: summary.as_json()[name] for name in ("orders", "others", "unsettled", "money", "issues")},
        "not_checked": header["not_checked"],
        "samples": [
            {"number": one.number, "remote_id": one.remote_id, "status": one.status} for one in samples
        ],
    }
    try:
        with replacing(path) as file:
            file.write(orjson.dumps(plan, option=orjson.OPT_INDENT_2) + b"\n")
    except OSError as error:
        facts = {"reason": shown(error.strerror or error), "command": f"orderlift report {header['run_id']}"}
        raise JournalRefused(Issue("E701", Location(str(path)), facts=facts)) from error


def undo_of_plan(path: Path, places: Places) -> str | None:
    """The undo of a plan file, ``None`` where the file is none of an undo.

    Raises :class:`UsageRefused` (E621) where it is not what was sealed, :class:`JournalRefused` where it
    is gone.
    """
    plan = _read(path)
    if plan is None:
        return None
    run_id = str(plan.get("run_id"))
    if not _RUN_ID.fullmatch(run_id):
        raise UsageRefused(Issue("E622", Location(str(path))))
    journal = JournalReader(places.journal(run_id))
    digest = journal.digest
    journal.close()
    if digest != plan.get("digest"):
        raise UsageRefused(Issue("E621", Location(str(path)), facts={"what": f"undo {run_id}"}))
    return run_id


def _read(path: Path) -> Mapping[str, Any] | None:
    try:
        plan = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return plan if isinstance(plan, dict) and plan.get("schema") == SCHEMA else None
