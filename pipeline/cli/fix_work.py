"""What the commands of ``orderlift fix`` do and say."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import Any

from pipeline.cli.requests import Talk, places_of
from pipeline.cli.streams import print_json
from pipeline.cli.telling import screen, see_through
from pipeline.model.catalogue import message_of
from pipeline.model.issue import Issue, shown
from pipeline.model.language import _, ngettext
from pipeline.reporting.masking.mask import mask_issue, mask_value
from pipeline.reporting.terminal.console import Screen, print_issues
from pipeline.reporting.words.figures import grouped
from pipeline.runs.fixing.exporting import FixBooks, export_fix
from pipeline.runs.fixing.taking import FixedCell, Taken, take_fix_book

MOST_SHOWN = 200
"""Corrected cells that are listed; of more, those that are still wrong, and the number."""
STILL_WRONG = 3
"""The exit code of whatever ends with refused rows."""


def export_fix_of(flags: dict[str, Any]) -> int:
    """``fix export``."""
    talk, places = Talk.of(flags), places_of(flags)
    return see_through(
        talk,
        "fix export",
        lambda: export_fix(flags["run_id"], flags["output"], places, everything=flags["everything"]),
        lambda done: _tell_export(talk, done),
    )


def _tell_export(talk: Talk, done: FixBooks) -> None:
    if not talk.quiet:
        print_issues(screen(talk), done.issues, {})
    if talk.as_json:
        print_json(
            {
                "schema": "orderlift/fix-export/1",
                "run_id": done.run_id,
                "files": [path.as_posix() for path in done.files],
                "orders": done.orders,
                "rows": done.rows,
                "rows_without_order": done.strays,
            }
        )
        return
    out = screen(talk, "out")
    if not done.files:
        out.line(_("Run {run}: nothing is to correct in the sources.").format(run=done.run_id))
        return
    for path in done.files:
        out.line(path.as_posix())
    told = _("Orders: {orders}, rows: {rows}. Correct the red cells, save, then:")
    if done.strays:
        told = _(
            "Orders: {orders}, rows: {rows}, of which without an order: {strays}. Correct the red cells, "
            "save, then:"
        )
    counts = {"orders": done.orders, "rows": done.rows, "strays": done.strays}
    out.line(told.format(**{name: grouped(count) for name, count in counts.items()}))
    out.line(f"  orderlift fix import {quote(done.files[0].as_posix())}")


def take_fix_of(flags: dict[str, Any]) -> int:
    """``fix import``."""
    talk, places = Talk.of(flags), places_of(flags)
    workbook: Path = flags["workbook"]
    return see_through(
        talk,
        "fix import",
        lambda: take_fix_book(workbook, places, dry_run=flags["dry_run"]),
        lambda taken: _tell_taken(talk, taken, dry_run=flags["dry_run"]),
        lambda taken: 0 if taken.all_well else STILL_WRONG,
    )


def _tell_taken(talk: Talk, taken: Taken, *, dry_run: bool) -> None:
    taken = replace(taken, cells=taken.cells if talk.show_pii else [_masked(one) for one in taken.cells])
    if talk.as_json:
        print_json(_as_json(taken, dry_run=dry_run))
        return
    out = screen(talk, "out")
    if not talk.quiet:
        _print_cells(out, taken)
        print_issues(screen(talk), taken.issues, {})
    for line in _closing(taken, dry_run=dry_run):
        out.line(line)


def _masked(one: FixedCell) -> FixedCell:
    """The cell as it may be shown: by its column's name, by the field that is wrong, by the value itself."""
    field, header = (one.wrong.field if one.wrong is not None else None) or "", one.at.header or ""

    def hidden(issue: Issue | None) -> Issue | None:
        return mask_issue(issue) if issue is not None else None

    return FixedCell(
        one.at,
        mask_value(one.before, field, header),
        mask_value(one.after, field, header),
        hidden(one.wrong),
        hidden(one.order_wrong),
    )


def _print_cells(out: Screen, taken: Taken) -> None:
    """``orders.csv!M4818  "teslm edildi" → "teslim edildi"  ok``."""
    cells = taken.cells
    if len(cells) > MOST_SHOWN:
        wrong = [one for one in cells if one.wrong is not None or one.order_wrong is not None]
        cells = wrong[:MOST_SHOWN]
    for one in cells:
        out.line(f"  {_place(one)}  {_quoted(one.before)} → {_quoted(one.after)}  ", _outcome(one))
    if len(cells) < len(taken.cells):
        left = len(taken.cells) - len(cells)
        out.line(
            ngettext("  and {count} cell more", "  and {count} cells more", left).format(count=grouped(left))
        )
    if cells:
        out.line()


def _outcome(one: FixedCell) -> tuple[str, str]:
    if one.wrong is not None:
        told = _("still wrong: {code} {message}")
        return told.format(code=one.wrong.code, message=message_of(one.wrong)), "red"
    if one.order_wrong is not None:
        issue = one.order_wrong
        told = _("ok, but its order is still wrong: {code} {message}")
        where = f" ({issue.at.cell or issue.at.row})" if issue.at is not None and issue.at.row else ""
        return told.format(code=issue.code, message=message_of(issue)) + where, "yellow"
    return _("ok"), "green"


def _place(one: FixedCell) -> str:
    at = one.at
    return f"{at.sheet or Path(at.file).name}!{at.cell}"


def _quoted(text: str) -> str:
    return f'"{shown(text)}"'


def _closing(taken: Taken, *, dry_run: bool) -> list[str]:
    lines = []
    if taken.cells:
        said = _(
            "Corrected cells: {cells}, in rows: {rows}. Orders ready now: {ready}; still wrong: {wrong}."
        )
        lines.append(
            said.format(
                cells=grouped(len(taken.cells)),
                rows=grouped(taken.rows),
                ready=grouped(taken.ready),
                wrong=grouped(taken.still_wrong),
            )
        )
    if taken.answers and taken.kept is not None:
        said = _("Answers written into {mapping}: {count}; the file as it was before: {kept}")
        lines.append(
            said.format(count=grouped(taken.answers), mapping=taken.header["mapping"], kept=taken.kept)
        )
    elif taken.answers and dry_run:
        said = _("Answers that would go into {mapping}: {count}; the cells were checked without them.")
        lines.append(said.format(count=grouped(taken.answers), mapping=taken.header["mapping"]))
    if not taken.cells:
        lines.append(_("No cell says anything new."))
    if taken.stored is not None:
        said = _("Source files were not changed (kept as corrections {name}).")
        lines.append(said.format(name=taken.stored.overlay.name))
    elif dry_run and taken.cells:
        lines.append(_("Nothing was kept: this was a dry run."))
    return [*lines, *_next(taken, dry_run=dry_run)]


def _next(taken: Taken, *, dry_run: bool) -> list[str]:
    """The command that uses what was taken up."""
    if dry_run or (taken.stored is None and taken.kept is None):
        return []
    if taken.sendable and taken.ready:
        return [_go_on(f"orderlift retry {taken.run_id}")]
    if taken.sendable:
        return [_go_on(f"orderlift fix export {taken.run_id}")]
    sources = " ".join(quote(one["path"]) for one in taken.header["inputs"])
    command = f"orderlift run {sources} -m {quote(taken.header['mapping'])}"
    return [_go_on(command + (f" --overlay {taken.run_id}" if taken.stored is not None else ""))]


def _go_on(command: str) -> str:
    return f"{_('Next:')}   {command}"


def _as_json(taken: Taken, *, dry_run: bool) -> dict[str, Any]:
    stored = taken.stored
    return {
        "schema": "orderlift/fix-import/1",
        "run_id": taken.run_id,
        "dry_run": dry_run,
        "cells": [
            {
                "file": one.at.file,
                "sheet": one.at.sheet,
                "row": one.at.row,
                "cell": one.at.cell,
                "header": one.at.header,
                "before": one.before,
                "after": one.after,
                "wrong": one.wrong.code if one.wrong is not None else None,
                "order_wrong": one.order_wrong.code if one.order_wrong is not None else None,
            }
            for one in taken.cells
        ],
        "rows": taken.rows,
        "orders": {"ready": taken.ready, "still_wrong": taken.still_wrong},
        "answers": taken.answers,
        "issues": dict(Counter(issue.code for issue in taken.issues)),
        "overlay": {"name": stored.overlay.name, "sha256": stored.sha256, "cells": stored.overlay.count}
        if stored is not None
        else None,
    }
