"""An inspection as a page of its own, and as a section for another page; neither loads or runs anything."""

from pathlib import Path

from markupsafe import Markup

from pipeline.inspection.found import Inspection
from pipeline.model.language import _, ngettext, spoken
from pipeline.reporting.files.atomic import replacing
from pipeline.reporting.page.environment import environment
from pipeline.reporting.shown.inspected import FileView, file_views
from pipeline.reporting.words.figures import grouped


def write_inspection(path: Path, inspection: Inspection, *, show_pii: bool = False) -> None:
    """Write the page, readable by its owner alone. Raises ``OSError``."""
    with replacing(path) as file:
        file.write(render_inspection(inspection, show_pii=show_pii).encode())


def render_inspection(inspection: Inspection, *, show_pii: bool = False) -> str:
    """Return the page as HTML; personal data is masked unless ``show_pii``."""
    files = file_views(inspection, show_pii=show_pii)
    return (
        environment()
        .get_template("inspect.html.j2")
        .render(
            section=_section(files),
            count=ngettext("{count} file", "{count} files", len(files)).format(count=grouped(len(files))),
            refused=any(file.refused for file in files),
            risky=any(_kinds(file) for file in files),
            sentence=_sentence(inspection, files),
            mapping=inspection.mapping,
            masked=not show_pii,
            language=spoken(),
        )
    )


def inspection_section(inspection: Inspection, *, show_pii: bool = False) -> Markup:
    """Return the files as markup for a page that has the styles ``report.css`` and ``inspect.css``."""
    return _section(file_views(inspection, show_pii=show_pii))


def _section(files: tuple[FileView, ...]) -> Markup:
    text = environment().get_template("inspect_files.html.j2").render(files=files)
    return Markup(text)  # noqa: S704 - our own template, which escapes everything


def _sentence(inspection: Inspection, files: tuple[FileView, ...]) -> str:
    tables = [table for file in inspection.files for table in file.tables]
    kinds = {code for file in files for code in _kinds(file)}
    rows = sum(table.rows for table in tables)
    parts = {
        "rows": ngettext("{count} row", "{count} rows", rows).format(count=grouped(rows)),
        "tables": ngettext("{count} table", "{count} tables", len(tables)).format(count=grouped(len(tables))),
        "files": ngettext("{count} file", "{count} files", len(files)).format(count=grouped(len(files))),
        "risks": ngettext("{count} kind of risk", "{count} kinds of risk", len(kinds)).format(
            count=grouped(len(kinds))
        ),
    }
    told = (
        _("{rows} in {tables} of {files}; {risks} to look at.")
        if kinds
        else _("{rows} in {tables} of {files}; no risk to look at.")
    )
    return told.format(**parts)


def _kinds(file: FileView) -> set[str]:
    found = [*file.risks, *(risk for table in file.tables for risk in table.risks)]
    return {risk.code for risk in found}
