"""The reports of a run again, its money read back where that is wanted."""

# ruff: noqa: PLR0913 - keyword arguments are the interface

from pipeline.library.connection import Connection, request_of
from pipeline.library.places import AnyPath, AnyRun, id_of, places_of
from pipeline.runs import verbs
from pipeline.runs.asked.result import Result
from pipeline.runs.settling.reading_back import report_reconciled


def report(
    run: AnyRun = None,
    *,
    reconcile: bool | None = None,
    token: str | None = None,
    again: bool = False,
    rate: float | None = None,
    concurrency: int = 8,
    connection: Connection | None = None,
    show_pii: bool = False,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> Result:
    """Write the reports of a run again, from its journal alone.

    With ``reconcile`` (where it is left out: where there is a ``token``) what the run created is read back
    from the target first, as far as that was not done before (``again``: all of it), and its money is
    compared: the exit code is 0 only where it balances to the cent. Nothing is changed on the target.
    """
    places = places_of(run, state_dir, report_dir, show_pii=show_pii)
    if reconcile is None:
        reconcile = token is not None
    if not reconcile:
        if again:
            raise TypeError("again says how to reconcile")
        return verbs.report(id_of(run), places)
    if token is None:
        raise TypeError("reading back from the target needs a token")
    request = request_of(token, rate, concurrency, connection)
    return report_reconciled(id_of(run), request, places, again=again)
