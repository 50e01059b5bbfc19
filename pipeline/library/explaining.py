"""One order, from its cells to the target's last word."""

import io
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.library.frames import fields_frame
from pipeline.library.places import AnyPath, AnyRun, id_of, places_of
from pipeline.model.location import Location
from pipeline.reporting.files.explained_json import explained_json
from pipeline.reporting.shown.explained_order import ExplainedOrder, fit_to_show
from pipeline.reporting.terminal.console import Screen
from pipeline.reporting.terminal.explained import print_explained
from pipeline.reporting.words.outcome import outcome_of
from pipeline.runs.explaining.one_order import explain_order

if TYPE_CHECKING:
    import pandas as pd


class _Printer(Protocol):
    def text(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Explanation:
    """One order of a run, explained; ``str()`` and a notebook show it as ``orderlift explain`` does.

    ``at`` is its row. ``outcome`` is a word of ``orders.csv`` (``created``, ``rejected``, ``invalid`` …),
    ``code`` the issue why it does not stand on the target, ``next`` the commands that go on from here.
    ``text`` was made in the language that was spoken then; ``masked`` says that personal data is hidden in
    it, in :meth:`as_dict` and in :meth:`to_frame` alike.
    """

    run_id: str
    order: str
    outcome: str
    code: str | None
    at: Location
    remote_id: str | None
    next: tuple[str, ...]
    masked: bool
    text: str = made_by(repr=False)
    facts: Mapping[str, Any] = made_by(repr=False, compare=False)

    def as_dict(self) -> dict[str, Any]:
        """The object of ``orderlift explain --json``: fields, attempts, states; times are UTC, ISO 8601."""
        return deepcopy(dict(self.facts))

    def to_frame(self) -> "pd.DataFrame":
        """The fields as a data frame: one row for each cell that a field reads.

        ``field`` with its ``value`` as it was read and as it stands in the ``payload``, the place in the
        ``mapping``, ``file``, ``sheet`` and ``cell`` with ``header`` and ``raw`` value, and the ``codes`` of
        what is wrong with it.
        """
        return fields_frame(self.facts["parts"])

    def __str__(self) -> str:
        """As ``orderlift explain`` prints it, without colours."""
        return self.text

    def _repr_pretty_(self, printer: _Printer, cycle: bool) -> None:  # noqa: ARG002 - IPython's signature
        """Show the text where a notebook's cell ends with the explanation."""
        printer.text(self.text)


def explain(  # noqa: PLR0913 - keyword arguments are the interface
    run: AnyRun,
    order: str,
    *,
    row: str | int | None = None,
    show_pii: bool = False,
    width: int = 100,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> Explanation:
    """Explain one order: where each value comes from, what was sent, what came back, what to do next.

    It works for every order that a run has read, whatever became of it::

        print(pipeline.explain("7f3a", "A-1017"))                 # the whole story, in words
        pipeline.explain(done, "A-1017").code                     # 'E511'
        pipeline.explain(done, "A-1017").to_frame()               # field, value, mapping, cell, raw …
        pipeline.explain(done, "A-1017").as_dict()["attempts"]    # each request and its answer

    Every payload field is told with the line of the mapping, the cells that it reads, each step between them
    and what a lookup found; then the attempts, the states with their times (UTC), and the next commands.
    Nothing is sent or asked: it comes from the journal and your files. Where a file has changed since, the
    stored payload stands in for its cells.

        run         an id, the beginning of one, or a result; None: the newest run that holds the order
        order       its number, as text
        row         tells orders of the same number apart: a row number, or "FILE:ROW"
        show_pii    shows personal data as it is; secrets are never shown
        width       of the text, in characters
        state_dir   where journals live; by default where the result's does, else one folder per user
        report_dir  where the next commands look for failed/

    Raises ``Refusal``: no run holds the order (E681), several orders fit (E682), several runs do (E623), or a
    journal cannot be read, perhaps because another process is sending from it (E605).
    """
    named = id_of(run)
    words = order if named is None else f"{named}:{order}"
    which = None if row is None else str(row)
    found = explain_order(words, places_of(run, state_dir, report_dir), which)
    return _explanation(fit_to_show(found, show_pii=show_pii), width, show_pii=show_pii)


def _explanation(found: ExplainedOrder, width: int, *, show_pii: bool) -> Explanation:
    """All of it made at once: what is handed on holds nothing that may not be shown."""
    facts = explained_json(found, show_pii=show_pii)
    text = io.StringIO()
    print_explained(Screen(text, "never", width=width, show_pii=show_pii), found, show_pii=show_pii)
    return Explanation(
        found.run_id,
        found.life.number,
        outcome_of(found.life.state).key,
        found.reason.code if found.reason is not None else None,
        found.at,
        found.life.remote_id,
        tuple(step.command for step in found.next),
        masked=not show_pii,
        text=text.getvalue(),
        facts=facts,
    )
