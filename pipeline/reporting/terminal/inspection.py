"""An inspection on a terminal: what each file is, its columns in a table, its risks by kind."""

import unicodedata
from collections.abc import Sequence
from typing import Final

from pipeline.inspection.found import Inspection
from pipeline.model.issue import Severity
from pipeline.model.language import N_, _, ngettext
from pipeline.reporting.masking.visible import shortened
from pipeline.reporting.shown.inspected import FileView, RiskView, TableView, file_views
from pipeline.reporting.terminal.console import Screen
from pipeline.reporting.words.figures import grouped

_HEADS: Final = ("", N_("column"), N_("filled"), N_("distinct"), N_("looks like"), N_("samples"))
_WIDEST: Final = (3, 26, 7, 10, 44)
"""Characters for each column but the last, which takes what is left."""
_RIGHT: Final = {2, 3}
_LEAST_SAMPLES: Final = 12
_FINDINGS: Final = 4
_COLUMNS: Final = 60
_STYLE: Final = {Severity.FATAL.value: "bold red", Severity.ERROR.value: "bold red"}


def print_inspection(screen: Screen, inspection: Inspection, *, show_pii: bool = False) -> None:
    """Print every file; personal data is masked unless ``show_pii``."""
    for number, file in enumerate(file_views(inspection, show_pii=show_pii)):
        if number:
            screen.line()
        _print_file(screen, file)


def _print_file(screen: Screen, file: FileView) -> None:
    screen.line((file.path, "bold"), *([f"  {file.about[0]}"] if file.about else []))
    for text in file.about[1:]:
        screen.line(f"  {text}")
    if file.sheets:
        screen.paragraph("  " + _("sheets:"), ", ".join(file.sheets), "")
    _print_risks(screen, file.refused)
    _print_risks(screen, file.risks)
    for table in file.tables:
        _print_table(screen, table)


def _print_table(screen: Screen, table: TableView) -> None:
    screen.line()
    if table.sheet:
        told = _("sheet {sheet}").format(sheet=table.sheet)
        screen.line(("  " + told, "bold"), f" ({_('hidden')})" if table.hidden else "")
    for text in table.about:
        screen.line(f"  {text}")
    if table.columns:
        screen.line()
        _print_columns(screen, table)
    _print_risks(screen, table.risks)


def _print_columns(screen: Screen, table: TableView) -> None:
    shown = table.columns[:_COLUMNS]
    rows = [
        (one.letters, one.name or _("(no name)"), one.filled, one.distinct, one.shape, ", ".join(one.samples))
        for one in shown
    ]
    heads = tuple(head and _(head) for head in _HEADS)
    texts = [tuple(screen.text(cell) for cell in row) for row in rows]
    widths = [
        min(most, max(_cells(row[index]) for row in (*texts, heads))) for index, most in enumerate(_WIDEST)
    ]
    rest = max(screen.width - sum(widths) - 2 * len(heads), _LEAST_SAMPLES)
    screen.line((_aligned(heads, [*widths, rest]), "dim"))
    for text in texts:
        screen.line(_aligned(text, [*widths, rest]))
    left = len(table.columns) - len(shown) + table.more_columns
    if left:
        told = ngettext(
            "… and {count} more column: --json and --html list them",
            "… and {count} more columns: --json and --html list them",
            left,
        )
        screen.line("  " + told.format(count=grouped(left)))


def _print_risks(screen: Screen, risks: Sequence[RiskView]) -> None:
    for risk in risks:
        screen.line()
        style = _STYLE.get(risk.severity, "bold yellow")
        screen.line((f"  {_(risk.severity)}[{risk.code}]", style), (f": {risk.title}", "bold"))
        for finding in risk.findings[:_FINDINGS]:
            screen.paragraph(f"    {finding.place}:" if finding.place else "   ", finding.message, "")
        if len(risk.findings) > _FINDINGS:
            left = len(risk.findings) - _FINDINGS
            screen.line("    " + _("… and {count} more like this").format(count=left))
        screen.paragraph("    " + _("fix:"), risk.remedy)


def _aligned(texts: Sequence[str], widths: Sequence[int]) -> str:
    cells = []
    for index, (text, width) in enumerate(zip(texts, widths, strict=True)):
        cut = _fitted(text, width)
        blanks = " " * (width - _cells(cut))
        cells.append(blanks + cut if index in _RIGHT else cut + blanks)
    return ("  " + "  ".join(cells)).rstrip()


def _fitted(text: str, width: int) -> str:
    """Cut the text until it takes no more than ``width`` places on a terminal."""
    cut = shortened(text, width)
    while _cells(cut) > width:
        cut = shortened(text, len(cut) - 1)
    return cut


def _cells(text: str) -> int:
    """How many places a terminal takes for a text: letters of East Asia take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )
