"""What a command says when it has ended, and the code it ends with."""

import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import Literal, TypeVar, cast

import click

from pipeline.cli.requests import Talk
from pipeline.cli.streams import clear_the_last_line, print_json, reader_may_leave
from pipeline.journal.reading import JournalReader
from pipeline.mapping.coverage import in_a_line
from pipeline.model.books import BookTerms
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.ending import INTERRUPTED
from pipeline.model.issue import Issue, shown
from pipeline.model.language import _, retold
from pipeline.model.refusal import (
    InputRefused,
    JournalRefused,
    MappingRefused,
    Refusal,
    SafetyStop,
    TargetRefused,
    UsageRefused,
)
from pipeline.model.summary import Summary
from pipeline.reporting.terminal.console import Screen, print_issues, print_mapping_issue, print_summary
from pipeline.reporting.terminal.decisions import print_decisions
from pipeline.reporting.terminal.diagnosis import print_capability
from pipeline.reporting.words.book_sentences import requests_afterwards
from pipeline.reporting.words.customer_changes import change_line
from pipeline.runs.asked.resolved import Resolved
from pipeline.runs.asked.result import ReportsNotWritten, Result
from pipeline.runs.machine.interrupt import CODES
from pipeline.runs.opening.header import capability_of, decisions_of, places_of
from pipeline.runs.preparing.covering import needless_in

Found = TypeVar("Found")
EXAMPLES = 3
CHANGES = 10
START_RATE = 5
"""Requests a second at which an unknown target is approached."""
_CODES: tuple[tuple[type[Refusal], int], ...] = (
    (UsageRefused, 2),
    (MappingRefused, 2),
    (InputRefused, 2),
    (TargetRefused, 5),
    (SafetyStop, 6),
    (JournalRefused, 7),
)


def screen(talk: Talk, stream: Literal["out", "err"] = "err") -> Screen:
    """Where to print: talk goes to standard error, results to standard output."""
    color = cast("Literal['auto', 'always', 'never']", talk.color)
    return Screen(sys.stdout if stream == "out" else sys.stderr, color, show_pii=talk.show_pii)


def carry_out(
    talk: Talk,
    command: str,
    work: Callable[[], Result],
    ends: Callable[[Result], int] = lambda r: r.exit_code,
) -> int:
    """Do the work of a command, tell what came of it, and return the exit code, which ``ends`` may choose."""
    return see_through(talk, command, work, lambda result: tell_result(talk, result, ends(result)), ends)


def see_through(
    talk: Talk,
    command: str,
    work: Callable[[], Found],
    tell: Callable[[Found], object],
    ends: Callable[[Found], int] = lambda _: 0,
) -> int:
    """Do the work of a command, tell what came of it, and return the exit code that ``ends`` gives it.

    A refusal, an interruption and a mistake of ours are told as what they are. A reader who leaves before all
    is told changes nothing of the code.
    """
    try:
        try:
            found = work()
        finally:
            clear_the_last_line()
        code = ends(found)
    except click.ClickException:
        raise
    except Refusal as refusal:
        return tell_refusal(talk, command, refusal)
    except (KeyboardInterrupt, click.Abort):
        return tell_interrupt(talk, command)
    except Exception as error:  # noqa: BLE001 - a mistake of ours, told as one
        return tell_bug(talk, command, error)
    with reader_may_leave():
        tell(found)
    return code


def tell_result(talk: Talk, result: Result, code: int) -> None:
    """Print the issues, why the run ended, and the closing table or the JSON object."""
    err = screen(talk)
    summary = replace(result.summary, exit_code=code)
    if not talk.quiet:
        _print_run_issues(err, result)
    if talk.as_json:
        print_json(summary.as_json())
    else:
        print_summary(screen(talk, "out"), summary)
        _print_about_workbooks(screen(talk, "out"), summary)
        _print_promise(screen(talk, "out"), result)
        print_decisions_of(screen(talk, "out"), result)
        _print_needless(screen(talk, "out"), result)
        if result.resolved is not None:
            _print_resolved(screen(talk, "out"), result.resolved)
            _print_what_follows(screen(talk, "out"), result)


def _print_about_workbooks(out: Screen, summary: Summary) -> None:
    """What is to be known of the correction workbooks, of which the journal knows nothing."""
    for code in ("W671", "W674", "W677"):
        if code in summary.issues:
            out.line(f"{code}: {_(CATALOGUE[code].title)} · orderlift explain {code}")
    if "W671" in summary.issues:
        out.line(_("All workbooks: orderlift fix export {run}").format(run=summary.run_id))


def _print_promise(out: Screen, result: Result) -> None:
    """What may be promised of this target, and how that is known; a check promises nothing."""
    if result.summary.command == "check" or result.summary.target is None:
        return
    with closing(JournalReader(result.journal, whole=False)) as journal:
        capability = capability_of(journal.header)
    out.line()
    print_capability(out, capability)


def print_decisions_of(out: Screen, result: Result) -> None:
    """What the refused orders of a check wait for, and the command that answers it."""
    if result.summary.command != "check":
        return
    with closing(JournalReader(result.journal, whole=False)) as journal:
        sources = " ".join(quote(one["path"]) for one in journal.header["inputs"])
        command = f"orderlift mapping decide {sources} -m {quote(journal.header['mapping'])}"
        snapshot, parts = journal.header["snapshot"], journal.header["mapping_parts"]
        command += f" --snapshot {quote(snapshot[0])}" if snapshot else ""
        given = (f" --var {quote(f'{name}={value}')}" for name, value in parts["variables"].items())
        command += "".join(given)
        print_decisions(out, decisions_of(journal.header), command)


def _print_needless(out: Screen, result: Result) -> None:
    """What the rows of a check never needed, in one line; the report lists it."""
    if result.summary.command != "check":
        return
    with closing(JournalReader(result.journal, whole=False)) as journal:
        parts = needless_in(journal.header)
    if parts:
        out.line()
        told = _("In these rows: {parts} (listed in the report).")
        out.line(told.format(parts=in_a_line(parts)))


def _print_resolved(out: Screen, resolved: Resolved) -> None:
    """What the target was asked, and what applying the plan will do there."""
    out.line()
    made = ", ".join(f"{retold(kind)} × {count}" for kind, count in resolved.to_create) or _("nothing")
    told = _("On the target: {requests} requests to look records up; to be created: {made}.")
    out.line(told.format(requests=resolved.requests, made=made))
    if resolved.open and not resolved.to_create:
        told = _("{count} orders wait for records that the target did not tell about.")
        out.line(told.format(count=resolved.open))
    if resolved.budget is not None:
        least, most = resolved.budget.least, resolved.budget.most
        seconds = most / START_RATE
        told = _("Applying takes {least} to {most} requests: {seconds} s at {rate} a second.")
        out.line(told.format(least=least, most=most, seconds=f"{seconds:,.0f}", rate=START_RATE))


def _print_what_follows(out: Screen, result: Result) -> None:
    """What is done once the orders are sent: how many requests, the first customers that change, masked."""
    with closing(JournalReader(result.journal, whole=False)) as journal:
        more = requests_afterwards(result.summary, BookTerms(**journal.header.get("bookkeeping", {})))
        changes = [change_line(change) for change in journal.listed_changes(CHANGES)]
    if more:
        out.line(_("What follows the orders takes about {count} requests more.").format(count=more))
    if changes:
        out.line()
        out.line(_("What would change, masked:"))
    for line in changes:
        out.line(f"  {line}")
    left = result.summary.changes.listed - len(changes) if result.summary.changes else 0
    if left:
        out.line("  " + _("and {count} more").format(count=left))


def tell_refusal(talk: Talk, command: str, refusal: Refusal) -> int:
    """Print every issue that keeps the command from doing its work.

    Where the work is done, and only its reports are not written, what came of it is told first.
    """
    code = next(code for kind, code in _CODES if isinstance(refusal, kind))
    done = refusal.result if isinstance(refusal, ReportsNotWritten) else None
    with reader_may_leave():
        if done is not None:
            tell_result(talk, done, code if talk.as_json else done.exit_code)
        _print_refusal(talk, refusal)
        if talk.as_json and done is None:
            print_json(Summary("", command, code, issues=Counter(i.code for i in refusal.issues)).as_json())
    return code


def _print_refusal(talk: Talk, refusal: Refusal) -> None:
    err = screen(talk)
    lines: dict[str, list[str]] = {}
    for issue in refusal.issues:
        if issue.mark is not None and issue.mark.file not in lines:
            lines[issue.mark.file] = lines_of(issue.mark.file)
    marked = [issue for issue in refusal.issues if issue.mark is not None]
    for issue in marked:
        print_mapping_issue(err, issue, lines[issue.mark.file] if issue.mark else [])
        err.line()
    print_issues(err, [issue for issue in refusal.issues if issue.mark is None], {}, examples=10)


def tell_interrupt(talk: Talk, command: str) -> int:
    """Interrupted where no order was under way: while preparing, or while writing the reports."""
    screen(talk).line(_("Interrupted. Where things stand: {command}").format(command="orderlift status"))
    if talk.as_json:
        print_json(Summary("", command, CODES[INTERRUPTED]).as_json())
    return CODES[INTERRUPTED]


def tell_bug(talk: Talk, command: str, error: Exception) -> int:
    """A mistake of the program: the details go to a file, readable by its owner alone.

    Its words may quote a value, so the screen has them only where personal data may be shown.
    """
    with tempfile.NamedTemporaryFile(
        "w", prefix="orderlift-crash-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write("".join(traceback.format_exception(error)))
    said = f"{type(error).__name__}: {error}" if talk.show_pii else type(error).__name__
    facts: dict[str, str | int] = {"reason": shown(said), "file": file.name}
    print_issues(screen(talk), [Issue("E711", facts=facts)], {})
    if talk.as_json:
        print_json(Summary("", command, 1, issues={"E711": 1}).as_json())
    return 1


def _print_run_issues(err: Screen, result: Result) -> None:
    journal = JournalReader(result.journal, whole=False)
    try:
        counts = journal.issue_counts()
        examples = [issue for code in counts for issue in journal.examples(code, EXAMPLES)]
        mentioned = {issue.code for issue in examples}
        wanted = {code: number for code, number in counts.items() if code in mentioned}
        print_issues(err, examples, places_of(journal.header), counts=wanted)
    finally:
        journal.close()


def lines_of(file: str) -> list[str]:
    """The lines of a mapping file, none where it cannot be read any more."""
    try:
        return Path(file).read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError:
        return []
