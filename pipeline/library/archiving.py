"""Migration files of old orders, for whoever uploads them by hand."""

# ruff: noqa: PLR0913 - keyword arguments are the interface

from typing import Literal

from pipeline.library.places import AnyPath, AnyRun, id_of, path, places_of
from pipeline.runs.archive.verbs import Written, resolve_archive, write_archive
from pipeline.runs.asked.result import Result


def archive_write(
    run: AnyRun = None,
    output: AnyPath | None = None,
    *,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> Written:
    """Write the migration files of a run for uploading by hand, and upload nothing.

    ``output`` is the folder; the run's own where it is left out. The value's ``files`` are in the order in
    which they are to be uploaded. They hold names, addresses and password hashes as they are. The run does
    not upload them itself any more: :func:`archive_resolve` says what became of them.
    """
    return write_archive(id_of(run), path(output), places_of(run, state_dir, report_dir))


def archive_resolve(
    run: str | Result,
    file: str,
    said: Literal["done", "refused", "not-started"],
    *,
    why: str,
    by: str,
    show_pii: bool = False,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> Result:
    """Say what became of a migration file in doubt, or of ``all`` files written by hand.

    ``why`` and ``by`` (who says so) are kept with the decision. A file that was not started goes out again
    with the next :func:`resume`.
    """
    named = run.run_id if isinstance(run, Result) else run
    places = places_of(run, state_dir, report_dir, show_pii=show_pii)
    return resolve_archive(named, file, said, why, by, places)
