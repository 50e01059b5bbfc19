"""The header of a run: what was agreed when it was sealed, as JSON in the journal and as a value."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from pipeline.journal.connection import SQLITE
from pipeline.mapping.bookkeeping_terms import book_terms_of
from pipeline.mapping.compiled import CompiledMapping
from pipeline.model.capability import Capability, as_header, from_header
from pipeline.model.decision import Decisions, from_data
from pipeline.model.location import Mark
from pipeline.model.reading import ReadLimits
from pipeline.model.records import RunHeader, TableRecord
from pipeline.model.rows import FileFacts
from pipeline.runs.asked.request import PlanRequest
from pipeline.runs.opening.overlaying import header_part
from pipeline.runs.opening.sources import Sources

RECORDS = "Whether customers, addresses, products, cargo companies and payment options exist on the target."
NOT_CHECKED = (
    "Whether an order number is already taken on the target.",
    "Rules of the shop that its documentation does not tell.",
)
ARCHIVE = (
    "Whether the target has the archive's customers already, knows its places by their names, and takes its "
    "carriers, date formats and password hashes."
)


def tool_version() -> str:
    """The version of this program."""
    try:
        return version("orderlift")
    except PackageNotFoundError:
        return "unknown"


def made_with() -> dict[str, str]:
    """The versions that may matter when two runs of the same files differ."""
    return {
        "Python": f"{platform.python_version()} ({platform.python_implementation()})",
        "SQLite": SQLITE,
        "platform": f"{platform.system()} {platform.machine()}",
    }


def header_of(  # noqa: PLR0913 - what a run is made of
    run_id: str,
    command: str,
    request: PlanRequest,
    sources: Sources,
    now: datetime,
    *,
    snapshot_taken: str | None = None,
) -> dict[str, Any]:
    """The header as plain data, ready to be sealed.

    ``snapshot_taken`` is the moment of the snapshot that was asked, ISO 8601, where one was.
    """
    mapping, tables, texts = sources.mapping, sources.tables, sources.texts
    files = {opened.facts.path: opened.facts for opened in tables}
    return {
        "run_id": run_id,
        "command": command,
        "created": now.isoformat(timespec="microseconds"),
        "version": tool_version(),
        "made_with": made_with(),
        "mapping": str(request.mapping),
        "mapping_name": mapping.file.name,
        "mapping_sha256": texts.sha256[texts.file],
        "mapping_text": texts.text,
        "mapping_parts": _parts(sources),
        "target": request.target,
        "channel": request.channel,
        **as_header(request.capability),
        "inputs": [asdict(facts) for facts in files.values()],
        "overlay": header_part(request.overlay, tables),
        "read_limits": asdict(request.read_limits),
        "places": {field: _place(mark, texts.file) for field, mark in mapping.places.items()},
        "snapshot": [str(request.snapshot), snapshot_taken] if snapshot_taken else None,
        "preset": mapping.file.preset,
        "timezone": mapping.file.timezone,
        "bookkeeping": asdict(book_terms_of(mapping.file)),
        "orders_per_file": mapping.archive.orders_per_file if mapping.archive is not None else None,
        "not_checked": list(_not_checked(mapping, snapshot_taken)),
    }


def _not_checked(mapping: CompiledMapping, snapshot_taken: str | None) -> list[str]:
    records = RECORDS
    if snapshot_taken is not None:
        records = (
            f"Whether anything on the target changed since the snapshot was taken ({snapshot_taken}); "
            "whether customers and addresses exist there, which it never holds."
        )
    sentences = [records, *NOT_CHECKED, *([ARCHIVE] if mapping.archive is not None else [])]
    if mapping.file.checks.order_total == "none":
        sentences.append(
            "Whether amounts fit their items: the mapping states no arithmetic (checks: order_total:)."
        )
    return sentences


def read_limits_of(header: Mapping[str, Any]) -> ReadLimits:
    """The limits under which the sources were read."""
    return ReadLimits(**header["read_limits"])


def zone_of(header: Mapping[str, Any]) -> str:
    """The name of the time zone in which days are told: the mapping's, or UTC where it names none."""
    return header.get("timezone") or "UTC"


def decisions_of(header: Mapping[str, Any]) -> Decisions:
    """What the refused orders of a check wait for; none for other commands."""
    return from_data(header["decisions"]) if header.get("decisions") else Decisions()


def capability_of(header: Mapping[str, Any]) -> Capability:
    """The capability that was agreed on when the run was planned."""
    return from_header(header)


def header_value(header: Mapping[str, Any], tables: Sequence[TableRecord]) -> RunHeader:
    """The header as the reports take it."""
    capability = capability_of(header)
    return RunHeader(
        run_id=header["run_id"],
        command=header["command"],
        created=datetime.fromisoformat(header["created"]).isoformat(timespec="seconds"),
        version=header["version"],
        mapping=header["mapping"],
        mapping_name=header["mapping_name"],
        mapping_sha256=header["mapping_sha256"],
        target=header["target"],
        channel=header["channel"],
        mode=capability.mode,
        promise=capability.promise,
        evidence=capability.evidence.words,
        versions=_versions(header),
        inputs=tuple(FileFacts(**facts) for facts in header["inputs"]),
        tables=tuple(tables),
        places=places_of(header),
    )


def places_of(header: Mapping[str, Any]) -> dict[str, Mark]:
    """Where each payload field is mapped."""
    return {
        field: Mark(file[0] if file else header["mapping"], line, column)
        for field, (line, column, *file) in header["places"].items()
    }


def _place(mark: Mark, file: str) -> list[int | str]:
    """Line and column, and the file where it is one that the mapping extends."""
    return [mark.line, mark.column, *([] if mark.file == file else [mark.file])]


def _parts(sources: Sources) -> dict[str, Any]:
    """What the mapping is made of beside its file: a change of any of it is a change of the plan.

    Bases with their text, lookup tables, the values of variables, and the versions of packages whose data or
    code decides what a transform gives.
    """
    texts, beside = sources.texts, sources.texts.beside
    transforms = [one for one in sources.mapping.transforms if one.package]
    return {
        "files": [
            {"path": base.file, "sha256": texts.sha256[base.file], "text": base.text} for base in beside.bases
        ],
        "tables": [
            {"name": name, "path": table.file, "sha256": texts.sha256[table.file]}
            for name, table in sorted(beside.tables.items())
        ],
        "variables": dict(sorted(beside.variables.items())),
        "transforms": [
            {"name": one.name, "package": one.package, "version": one.version or _version(one.package)}
            for one in sorted(transforms, key=lambda one: one.name)
        ],
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def _versions(header: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What the run was made with: a header of an earlier version tells less."""
    parts = header.get("mapping_parts") or {}
    packages = {one["package"]: one["version"] for one in parts.get("transforms", ())}
    return (*header.get("made_with", {}).items(), *sorted(packages.items()))
