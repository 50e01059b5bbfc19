"""A plan file: a small sealed pointer to a run, for review and for ``apply``."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from pipeline.journal.reading import JournalReader
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import JournalRefused, UsageRefused
from pipeline.reporting.files.atomic import replacing
from pipeline.runs.asked.request import Places
from pipeline.runs.opening.header import capability_of
from pipeline.runs.opening.sources import sha256_of

SCHEMA = "orderlift/plan/1"
SAMPLES = 3
_RUN_ID = re.compile(r"[0-9a-f]+")


def write_plan(path: Path, journal: JournalReader) -> None:
    """Write the plan of a sealed run: what it was made of, its digest, its totals, some payloads.

    Raises :class:`JournalRefused` (E701) where the file cannot be written.
    """
    header = journal.header
    capability = capability_of(header)
    plan = {
        "schema": SCHEMA,
        "run_id": header["run_id"],
        "digest": journal.digest,
        "created": header["created"],
        "target": header["target"],
        "channel": header["channel"],
        "mapping": {"path": header["mapping"], "sha256": header["mapping_sha256"]},
        "mapping_parts": [
            {"path": part["path"], "sha256": part["sha256"]}
            for part in (*header["mapping_parts"]["files"], *header["mapping_parts"]["tables"])
        ],
        "inputs": header["inputs"],
        "totals": dict(journal.totals),
        "ready": journal.order_counts().ready,
        "not_checked": header["not_checked"],
        "mode": capability.mode,
        "promise": capability.promise,
        "evidence": capability.evidence.words,
        "changes": journal.changes_digest(),
        "would_change": _would_change(journal),
        "samples": [orjson.loads(body) for body in journal.payloads(SAMPLES)],
    }
    try:
        with replacing(path) as file:
            file.write(orjson.dumps(plan, option=orjson.OPT_INDENT_2) + b"\n")
    except OSError as error:
        facts = {"reason": shown(error.strerror or error), "command": f"orderlift report {header['run_id']}"}
        raise JournalRefused(Issue("E701", Location(str(path)), facts=facts)) from error


def _would_change(journal: JournalReader) -> Mapping[str, object] | None:
    """How many customers would change, and in which fields; who they are stays in the journal."""
    counts = journal.changes()
    return {"customers": counts.listed, "fields": counts.fields} if counts is not None else None


def run_of_plan(path: Path, places: Places) -> str:
    """The run of a plan file, if it is still what was reviewed.

    Raises :class:`UsageRefused` for a file that is no plan (E622) and where an input, the mapping or the
    sealed run changed since (E621); :class:`JournalRefused` where the run is gone.
    """
    plan = _read(path)
    run_id: str = plan["run_id"]
    stale = [name for name, given in _given(plan) if _sha256(Path(name)) != given]
    if stale:
        raise UsageRefused(*(Issue("E621", Location(str(path)), facts={"what": name}) for name in stale))
    journal = JournalReader(places.journal(run_id))
    digest, changes = journal.digest, journal.changes_digest()
    journal.close()
    if digest != plan["digest"] or changes != plan.get("changes", changes):
        raise UsageRefused(Issue("E621", Location(str(path)), facts={"what": f"run {run_id}"}))
    return run_id


def _read(path: Path) -> Mapping[str, Any]:
    try:
        plan = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        plan = None
    if not isinstance(plan, dict) or not _is_plan(plan):
        raise UsageRefused(Issue("E622", Location(str(path))))
    return plan


def _is_plan(plan: Mapping[str, Any]) -> bool:
    """Whether everything is there that is relied on; a run's id never names another folder."""
    try:
        given = _given(plan)
        known = plan["schema"] == SCHEMA and _RUN_ID.fullmatch(plan["run_id"]) is not None
    except (KeyError, TypeError):
        return False
    return known and all(isinstance(text, str) for pair in given for text in pair) and "digest" in plan


def _given(plan: Mapping[str, Any]) -> list[tuple[str, str]]:
    inputs = [(facts["path"], facts["sha256"]) for facts in plan["inputs"]]
    parts = [(part["path"], part["sha256"]) for part in plan.get("mapping_parts", ())]
    return [*inputs, *parts, (plan["mapping"]["path"], plan["mapping"]["sha256"])]


def _sha256(path: Path) -> str:
    try:
        return sha256_of(path)
    except OSError:
        return "gone"
