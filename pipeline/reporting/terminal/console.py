"""Issues and the closing table on a terminal.

Everything goes to a text stream that the caller names. Values never steer the terminal: whatever does not
show is written as an escape; what the stream's encoding lacks gets a plain spelling. ``rich`` is imported
when something is printed, to keep the start of the program fast.
"""

import os
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal, TextIO

from pipeline.model.catalogue import CATALOGUE
from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Issue, Severity
from pipeline.model.language import _, retold
from pipeline.model.location import Mark
from pipeline.model.summary import Summary, broken_sums
from pipeline.reporting.masking.mask import mask_issue
from pipeline.reporting.masking.visible import visible
from pipeline.reporting.words import outcome as outcomes
from pipeline.reporting.words.book_sentences import book_sentences
from pipeline.reporting.words.customer_changes import changes_sentence
from pipeline.reporting.words.figures import amount, duration, grouped
from pipeline.reporting.words.glyphs import fit
from pipeline.reporting.words.grouping import IssueGroup, by_weight, group_issues
from pipeline.reporting.words.held_back import held_back_sentence
from pipeline.reporting.words.money_sentence import not_in_any_sum, read_back_sentence
from pipeline.reporting.words.next_step import Step, next_steps
from pipeline.reporting.words.place_words import place_words
from pipeline.reporting.words.source_line import mapping_mark, pointed_at
from pipeline.reporting.words.verdict import NOTHING_SENT, ONLY_LOOKING, repaired_sentence, verdict_of

if TYPE_CHECKING:
    from rich.console import Console

Color = Literal["auto", "always", "never"]

WIDTH_ELSEWHERE: Final = 100
LEAST_WIDTH: Final = 40
_STYLE: Final = {Severity.FATAL: "bold red", Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}
_TONE: Final = {"good": "bold green", "attention": "bold yellow", "bad": "bold red"}


class Screen:
    """A stream with its width, its colours and the characters it can show.

    ``color`` is the ``--color`` flag, which decides over the environment: ``auto`` means colours on a
    terminal (or with ``FORCE_COLOR``), unless ``NO_COLOR`` is set or ``TERM`` is ``dumb``. Personal data is
    masked in everything that is printed of sources and answers, unless ``show_pii``.
    """

    def __init__(
        self,
        stream: TextIO,
        color: Color = "auto",
        *,
        width: int | None = None,
        show_pii: bool = False,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._stream = stream
        self._encoding = stream.encoding or "utf-8"
        self.colored = color == "always" or (color == "auto" and _wants_color(stream, environment))
        self.width = max(width or _width(stream), LEAST_WIDTH)
        self.show_pii = show_pii
        self._console: Console | None = None

    def issue(self, issue: Issue) -> Issue:
        """Return the issue as it may be shown here."""
        return issue if self.show_pii else mask_issue(issue)

    def text(self, value: str) -> str:
        """Return the value on one line, as this stream can show it."""
        return fit(visible(value), self._encoding)

    def line(self, *parts: str | tuple[str, str]) -> None:
        """Print one line of texts and (text, style) pairs; it is not wrapped, so that it can be copied."""
        from rich.text import Text  # noqa: PLC0415

        words = Text()
        for part in parts:
            words.append(
                *((self.text(part), None) if isinstance(part, str) else (self.text(part[0]), part[1]))
            )
        self._rich().print(words, soft_wrap=True)

    def paragraph(self, label: str, text: str, style: str = "bold") -> None:
        """Print a label and a text wrapped beside it."""
        room = self.width - len(label) - 1
        lines = textwrap.wrap(self.text(text), room, break_long_words=False, break_on_hyphens=False) or [""]
        self.line((label, style), f" {lines[0]}")
        for line in lines[1:]:
            self.line(" " * (len(label) + 1) + line)

    def table(self, rows: Sequence[tuple[str, ...]]) -> None:
        """Print rows in columns, the first to the left, the others to the right; the first row is a head."""
        from rich.table import Table  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        grid = Table(box=None, pad_edge=False, padding=(0, 2), show_header=True, header_style="dim")
        for number, head in enumerate(rows[0]):
            grid.add_column(Text(self.text(head)), justify="right" if number else "left", overflow="fold")
        for row in rows[1:]:
            grid.add_row(*(Text(self.text(cell)) for cell in row))
        self._rich().print(grid)

    def _rich(self) -> "Console":
        """Return the console, made when something is printed first."""
        if self._console is None:
            from rich.console import Console  # noqa: PLC0415

            self._console = Console(
                file=self._stream,
                width=self.width,
                force_terminal=self.colored,
                color_system="standard" if self.colored else None,
                no_color=not self.colored,
                highlight=False,
                markup=False,
                emoji=False,
                force_jupyter=False,  # what is printed goes to the stream that was named
                legacy_windows=None if self.colored and self._stream.isatty() else False,
            )
        return self._console


def print_issues(  # noqa: PLR0913
    screen: Screen,
    issues: Iterable[Issue],
    places: Mapping[str, Mark],
    *,
    counts: Mapping[str, int] | None = None,
    examples: int = 3,
    sources: Mapping[str, Sequence[str]] | None = None,
    catalogue: Mapping[str, Entry] = CATALOGUE,
) -> None:
    """Print issues by code, the gravest first, with the first ``examples`` of each and how many there are.

    ``places`` says where the mapping speaks of a payload field. ``counts`` holds the numbers in all where
    ``issues`` is a selection. ``sources`` are the lines of mapping files, by the name their marks carry.
    """
    shown = map(screen.issue, issues)
    for group in by_weight(group_issues(shown, examples=examples, counts=counts), catalogue):
        _print_group(screen, group, places, sources or {}, catalogue[group.code])


def print_mapping_issue(
    screen: Screen, issue: Issue, lines: Sequence[str], catalogue: Mapping[str, Entry] = CATALOGUE
) -> None:
    """Print an issue of a mapping file with its line and a caret; ``lines`` are the file's."""
    entry, issue = catalogue[issue.code], screen.issue(issue)
    _print_headline(screen, issue, entry)
    _print_place(screen, issue, {}, lines)
    screen.paragraph("  " + _("why:"), _(entry.why))
    screen.paragraph("  " + _("fix:"), entry.fix(issue))


def _print_group(
    screen: Screen,
    group: IssueGroup,
    places: Mapping[str, Mark],
    sources: Mapping[str, Sequence[str]],
    entry: Entry,
) -> None:
    """One code: its examples, the cause once, the remedy where it differs, the number."""
    if not group.examples:
        screen.line((_code_words(entry), _STYLE[entry.severity]), f": {_(entry.title)}")
        screen.paragraph("  " + _("why:"), _(entry.why))
    remedy = None
    for number, issue in enumerate(group.examples):
        _print_headline(screen, issue, entry)
        _print_place(screen, issue, places, sources.get(issue.mark.file, ()) if issue.mark else ())
        if number == 0:
            screen.paragraph("  " + _("why:"), _(entry.why))
        if entry.fix(issue) != remedy:
            remedy = entry.fix(issue)
            screen.paragraph("  " + _("fix:"), remedy)
    rows = any(issue.at and issue.at.row is not None for issue in group.examples)
    told = _("{count} rows share this code · ") if rows else _("{count} issues share this code · ")
    shared = told.format(count=grouped(group.count)) if group.count > 1 else ""
    screen.line(("  " + _("more:"), "bold"), f" {shared}orderlift explain {group.code}")
    screen.line()


def _print_headline(screen: Screen, issue: Issue, entry: Entry) -> None:
    """``error[E214]: unknown order status "teslm edildi"``."""
    screen.line(
        (_code_words(entry), _STYLE[entry.severity]),
        (f": {entry.message(issue)}", "bold"),
    )


def _code_words(entry: Entry) -> str:
    """``error[E214]``."""
    return f"{_(entry.severity.value)}[{entry.code}]"


def _print_place(screen: Screen, issue: Issue, places: Mapping[str, Mark], lines: Sequence[str]) -> None:
    """Print the cell, the order and the line of the mapping."""
    order = "   " + _("(order {number})").format(number=issue.order) if issue.order else ""
    if issue.at is not None:
        screen.line(("  -->", "blue"), f" {place_words(issue.at)}{order}")
    elif issue.mark is not None:
        screen.line(("  -->", "blue"), f" {issue.mark}")
    if issue.mark is not None:
        for gutter, text in pointed_at(lines, issue.mark, screen.width):
            screen.line((gutter, "blue"), text)
    mark = mapping_mark(issue, places)
    if mark is not None and issue.at is not None:
        told = _("mapped by {mark}").format(mark=mark)
        screen.line(f"      {told}", (f"   {issue.field or ''}".rstrip(), "dim"))


def print_summary(
    screen: Screen,
    summary: Summary,
    *,
    broken: Sequence[str] = (),
    steps: Sequence[Step] | None = None,
) -> None:
    """Print the closing table: the verdict, orders and items by outcome, money, files, what to do next.

    ``broken`` are sums found broken elsewhere, beside those of the summary. ``steps`` replace the commands
    that follow from the summary alone.
    """
    wrong = tuple(dict.fromkeys((*broken_sums(summary), *broken)))
    verdict = verdict_of(summary, wrong)
    screen.line((f"{verdict.word}: ", _TONE[verdict.tone]), (verdict.sentence, "bold"))
    for sum_ in wrong:
        screen.line(("  ✕ ", "bold red"), (retold(sum_), "red"))
    screen.line()
    screen.table([("", _("orders"), _("items")), *_order_rows(summary)])
    if summary.money:
        screen.line()
        screen.table(
            [
                ("  " + _("money"), _("read"), _("created"), _("not created")),
                *(
                    (f"  {currency}", amount(sums.read), amount(sums.created), amount(sums.not_created))
                    for currency, sums in sorted(summary.money.items())
                ),
            ]
        )
    beside = (
        not_in_any_sum(summary.unreadable),
        *(held_back_sentence(summary), changes_sentence(summary), *book_sentences(summary)),
        read_back_sentence(summary),
        repaired_sentence(summary),
    )
    for place, sentence in enumerate(filter(None, beside)):
        if place == 0:
            screen.line()
        screen.line(f"  {sentence}")
    screen.line()
    screen.line(("  " + " · ".join(_run_facts(summary)), "dim"))
    if summary.fingerprint is not None:
        told = _("fingerprint {fingerprint}").format(fingerprint=summary.fingerprint)
        screen.line((f"  {told}", "dim"))
    if summary.files:
        screen.line()
        _print_pairs(screen, _("Files:"), [(path, "") for path in summary.files.values()])
    _print_pairs(
        screen,
        _("Next:"),
        [(step.command, _(step.purpose)) for step in (next_steps(summary) if steps is None else steps)],
    )


def _order_rows(summary: Summary) -> list[tuple[str, str, str]]:
    """Orders by outcome; what is zero and would only take room is left out."""
    orders, items = summary.orders, summary.items
    rows = [
        ("  " + _("read"), grouped(orders.read), grouped(items.read)),
        ("  " + _("refused by the checks"), grouped(orders.invalid), ""),
        ("  " + _("ready"), grouped(orders.ready), ""),
    ]
    if summary.command in NOTHING_SENT:
        known = [
            (f"    {_(out.name)}", grouped(count), "")
            for out in (outcomes.ALREADY_PRESENT, outcomes.CONFLICT)
            if (count := int(getattr(orders, out.key)))
        ]
        left = ("    " + _("to be sent"), grouped(orders.unprocessed), "")
        return [*rows, *known, left] if known else rows
    for out in outcomes.SENT:
        count = int(getattr(orders, out.key))
        if count or out is outcomes.CREATED:
            rows.append((f"    {_(out.name)}", grouped(count), ""))
        if out is outcomes.CREATED and summary.archived:
            rows.append(("      " + _("of these in the archive"), grouped(summary.archived), ""))
    standing = orders.created + orders.already_present
    return [*rows, ("  " + _("stand on the target"), grouped(standing), grouped(items.created))]


def _run_facts(summary: Summary) -> list[str]:
    """``run 7f3a``, rows, requests, time."""
    rows = summary.rows
    told = _("{read} rows = {used} used + {ignored} ignored")
    facts = [
        _("run {run}").format(run=summary.run_id),
        told.format(read=grouped(rows.read), used=grouped(rows.used), ignored=grouped(rows.ignored)),
    ]
    if summary.traffic.requests:
        requests, retries = grouped(summary.traffic.requests), grouped(summary.traffic.retries)
        told = _("{requests} requests, {retries} repeated")
        facts.append(told.format(requests=requests, retries=retries))
    return facts if summary.command in ONLY_LOOKING else [*facts, duration(summary.seconds)]


def _print_pairs(screen: Screen, label: str, pairs: Sequence[tuple[str, str]]) -> None:
    """Lines under one label: what to copy, and a word about it."""
    room = max((len(first) for first, _ in pairs), default=0)
    for number, (first, second) in enumerate(pairs):
        head = label if number == 0 else ""
        tail = (f"{' ' * (room - len(first))}   {second}", "dim") if second else ""
        screen.line((f"{head:<8}", "bold"), first, tail)


def _wants_color(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether a stream gets colours by itself."""
    if environment.get("NO_COLOR"):
        return False
    return bool(environment.get("FORCE_COLOR")) or (stream.isatty() and environment.get("TERM") != "dumb")


def _width(stream: TextIO) -> int:
    """Return the terminal's width, or 100 where there is none."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or WIDTH_ELSEWHERE
    except (OSError, ValueError):  # not a terminal, or not a file at all
        return WIDTH_ELSEWHERE
