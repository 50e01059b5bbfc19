"""``failed/``: the customer's own rows that somebody has to correct."""

from pathlib import Path

from pipeline.journal.reading import JournalReader
from pipeline.loaders.copying import copy_rows
from pipeline.model.catalogue import message_of
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.overlay import Overlay
from pipeline.model.records import RowVerdict
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import FileFacts, Table
from pipeline.reporting.files.atomic import make_private_folder
from pipeline.reporting.words.outcome import outcome_of
from pipeline.runs.opening.header import read_limits_of
from pipeline.runs.opening.overlaying import key_of

_WRITTEN_AS_XLSX = {"xlsm", "xlsb", "xls", "ods"}


def write_failed(
    journal: JournalReader, folder: Path, overlay: Overlay | None
) -> tuple[list[Path], list[Issue]]:
    """The rows of every order that was refused, and rows that belong to none, as the run has read them.

    Returns the files written and warnings about sources that changed since they were read.
    """
    tables = {record.table.index: record.table for record in journal.tables()}
    limits = read_limits_of(journal.header)
    verdicts = _row_verdicts(journal, tables)
    written: list[Path] = []
    troubles: list[Issue] = []
    for facts in (FileFacts(**given) for given in journal.header["inputs"]):
        chosen = [
            (table, verdicts.get(index, {})) for index, table in tables.items() if table.file == facts.path
        ]
        if not any(rows for _, rows in chosen):
            continue
        out = _free_name(folder / "failed", facts, written)
        new = not out.exists()
        try:
            make_private_folder(out.parent)
            cells = overlay.cells if overlay is not None else {}
            corrections = {table.index: cells.get(key_of(facts, table), {}) for table, _ in chosen}
            if new:
                out.touch(mode=0o600)  # its owner's alone before the first row is in it
            copy_rows(facts, chosen, out, limits, corrections)
            out.chmod(0o600)
            written.append(out)
        except (InputRefused, FileNotFoundError):
            if new:
                out.unlink(missing_ok=True)
            troubles.append(Issue("W710", Location(facts.path), facts={"run": journal.header["run_id"]}))
    return written, troubles


def _free_name(folder: Path, facts: FileFacts, taken: list[Path]) -> Path:
    """The input's own name; a second file of the same name from another folder gets a number.

    Workbooks are written as XLSX, whatever they were.
    """
    name = Path(facts.path).name
    if facts.packing is None and facts.kind in _WRITTEN_AS_XLSX:
        name = Path(name).with_suffix(".xlsx").name
    stem, dot, suffixes = name.partition(".")
    out = folder / name
    number = 2
    while out in taken:
        out = folder / f"{stem}-{number}{dot}{suffixes}"
        number += 1
    return out


def _row_verdicts(journal: JournalReader, tables: dict[int, Table]) -> dict[int, dict[int, RowVerdict]]:
    """What to say behind each row, by table and row number; orders share one verdict among their rows."""
    verdicts: dict[int, dict[int, RowVerdict]] = {}
    names = {(table.file, table.sheet): index for index, table in tables.items()}
    for issue in journal.homeless():
        if issue.at is not None and issue.at.row is not None:
            index = names[(issue.at.file, issue.at.sheet)]
            verdicts.setdefault(index, {})[issue.at.row] = RowVerdict(
                "ignored", issue.code, message_of(issue)
            )
    for at, rows, state, order_id, number in journal.refused():
        reason = journal.reason(order_id, state, tables[at[0]].at(at[1]), number)
        verdict = RowVerdict(
            outcome_of(state).key, reason.code if reason else "", message_of(reason) if reason else ""
        )
        for tab, row in rows:
            verdicts.setdefault(tab, {})[row] = verdict
    return verdicts
