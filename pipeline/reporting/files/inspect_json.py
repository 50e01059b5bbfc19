"""An inspection as one JSON object."""

from dataclasses import asdict
from typing import Any

from pipeline.inspection.found import ColumnProfile, FileFound, Guess, Inspection, Risk, TableFound
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.issue import Issue
from pipeline.model.location import column_letters
from pipeline.reporting.files.issues_jsonl import issue_object
from pipeline.reporting.shown.inspected import masked
from pipeline.reporting.words.inspect_words import reasons

SCHEMA = "orderlift/inspection/1"


def inspection_object(inspection: Inspection, *, show_pii: bool = False) -> dict[str, Any]:
    """Return the object of ``--json``: every key always there; personal data masked unless ``show_pii``."""
    shown = masked(inspection, show_pii=show_pii)
    return {
        "schema": SCHEMA,
        "exit_code": shown.exit_code,
        "mapping": shown.mapping,
        "files": [_file(file) for file in shown.files],
    }


def _file(file: FileFound) -> dict[str, Any]:
    facts = file.facts
    return {
        "path": file.path,
        "kind": facts.kind if facts else None,
        "bytes": facts.bytes if facts else None,
        "sha256": facts.sha256 if facts else None,
        "packing": facts.packing if facts else None,
        "member": facts.member if facts else None,
        "encoding": facts.encoding if facts else None,
        "encoding_guess": _guess(file.encoding),
        "delimiter": facts.delimiter if facts else None,
        "delimiter_guess": _guess(file.delimiter),
        "sheets": [asdict(sheet) for sheet in file.sheets],
        "tables": [_table(table) for table in file.tables],
        "risks": [_risk(risk) for risk in file.risks],
        "refused": [_issue(issue) for issue in file.refused],
    }


def _table(table: TableFound) -> dict[str, Any]:
    return {
        "sheet": table.sheet,
        "hidden": table.hidden,
        "source": table.source,
        "header_rows": list(table.header_rows),
        "header_guess": _guess(table.header),
        "rows": table.rows,
        "blank_rows": table.blank_rows,
        "ignored_rows": table.ignored_rows,
        "columns": [_column(column) for column in table.columns],
        "risks": [_risk(risk) for risk in table.risks],
    }


def _column(column: ColumnProfile) -> dict[str, Any]:
    return {
        "column": column_letters(column.index),
        "name": column.name,
        "filled": column.filled,
        "blank": column.blank,
        "distinct": column.distinct,
        "distinct_exceeds": column.distinct_exceeds,
        "shape": column.shape.value,
        "shares": {shape.value: count for shape, count in column.shares.items()},
        "date_formats": [one for pattern in column.formats for one in pattern.split("|")],
        "decimal": column.decimal,
        "shortest": column.shortest,
        "longest": column.longest,
        "samples": list(column.samples),
    }


def _guess(guess: Guess | None) -> dict[str, Any] | None:
    if guess is None:
        return None
    return {"confidence": guess.confidence, "reasons": list(guess.reasons), "because": reasons(guess)}


def _risk(risk: Risk) -> dict[str, Any]:
    cells = [place.cell for place in risk.places if place.cell]
    return {**_issue(risk.issue), "count": risk.count, "cells": cells}


def _issue(issue: Issue) -> dict[str, Any]:
    left_out = {"order", "field", "mapping"}
    told = issue_object(issue, {}, CATALOGUE[issue.code])
    return {key: value for key, value in told.items() if key not in left_out}
