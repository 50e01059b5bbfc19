"""What to do about one order, as command lines to type."""

from collections.abc import Mapping, Sequence
from shlex import quote
from typing import Any

from pipeline.model.language import _
from pipeline.model.order_life import FileOfOrder
from pipeline.model.states import State
from pipeline.reporting.words.next_step import Step
from pipeline.reporting.words.verdict import NOTHING_SENT

_UNSENT = frozenset({State.UNRESOLVED, State.PLANNED, State.WAITING, State.ABSENT, State.HELD})
_OPEN_FILES = frozenset({"starting", "in_doubt"})


def steps_of_order(  # noqa: PLR0913, PLR0917 - what a next step depends on
    run_id: str,
    command: str,
    number: str,
    state: State,
    code: str | None,
    sources: Sequence[str],
    mapping: str,
    failed: str,
    files: Sequence[FileOfOrder] = (),
    *,
    can_ask: bool = True,
) -> tuple[Step, ...]:
    """The most useful first; none where the order stands on the target as it was sent.

    ``code`` is why it does not, ``sources`` and ``mapping`` are those of its run, ``failed`` is the folder of
    its refused rows. ``can_ask``: the target lets orders be looked up.
    """
    if state in (State.CREATED, State.ALREADY_PRESENT):
        return _of_difference(run_id, code) if code else ()
    explain = [Step(f"orderlift explain {code}", _("read about this issue"))] if code else []
    if state in (State.INVALID, State.REJECTED):
        explain.insert(0, Step(f"orderlift fix export {run_id}", _("or correct it in a workbook")))
    if command == "check":
        verb = "check" if state is State.INVALID else "run"
        words = f"orderlift {verb} {' '.join(map(quote, sources))} -m {quote(mapping)}"
        purpose = _("once the cells named above are right") if verb == "check" else _("a check sends nothing")
        return (Step(words, purpose), *explain)
    if state in (State.INVALID, State.REJECTED):
        words = f"orderlift retry {run_id} --input {quote(failed)}"
        if command in NOTHING_SENT:
            words = f"orderlift plan {' '.join(map(quote, sources))} -m {quote(mapping)} -o PLAN"
        return (Step(words, _("once the cells named above are right")), *explain)
    return (*_of_ready(run_id, number, state, files, can_ask=can_ask), *explain)


def with_corrections(header: Mapping[str, Any], *, sendable: bool) -> Step:
    """The step that sends orders of a run with what was corrected since; ``header`` is the run's."""
    run = header["run_id"]
    if sendable:
        return Step(f"orderlift retry {run}", _("send it as it was corrected"))
    sources = " ".join(quote(one["path"]) for one in header["inputs"])
    words = f"orderlift run {sources} -m {quote(header['mapping'])} --overlay {run}"
    return Step(words, _("send it as it was corrected"))


def _of_difference(run_id: str, code: str) -> tuple[Step, ...]:
    """The steps of an order that the target holds otherwise."""
    again = Step(
        f"orderlift report {run_id} --reconcile --again",
        _("read back anew once the orders that differ are put right"),
    )
    return (again, Step(f"orderlift explain {code}", _("read about this issue")))


def _of_ready(
    run_id: str, number: str, state: State, files: Sequence[FileOfOrder], *, can_ask: bool
) -> list[Step]:
    """The steps of an order that passed the checks."""
    resolve = f"orderlift resolve {quote(number)} --run {run_id} --as … --why …"
    if state in _UNSENT:
        return [Step(f"orderlift resume {run_id}", _("send it, with all that is left of the run"))]
    if state is State.FAILED:
        return [Step(f"orderlift resume {run_id}", _("try again: the target does not hold it"))]
    if state is State.CONFLICT:
        return [Step(resolve, _("say what you found in the target's panel"))]
    doubtful = next((file for file in files if file.state in _OPEN_FILES), None)
    if doubtful is not None:
        words = f"orderlift archive resolve {run_id} {quote(doubtful.name)} --as … --why …"
        return [Step(words, _("say what became of the file in doubt"))]
    if can_ask and not files:
        ask = Step(f"orderlift reconcile {run_id}", _("ask the target about it; sends nothing"))
        return [ask, Step(resolve, _("or look yourself and say what you found"))]
    if files:
        return [Step(f"orderlift resume {run_id}", _("ask how far its files are"))]
    return [Step(resolve, _("look in the target's panel and say what you found"))]
