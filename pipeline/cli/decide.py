"""``orderlift mapping decide``: the questions of a check asked, and their answers put into the mapping."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from pipeline.cli.progress import Bar
from pipeline.cli.requests import Talk, places_of, plan_request
from pipeline.cli.streams import print_json, reader_may_leave
from pipeline.cli.telling import (
    lines_of,
    print_decisions_of,
    screen,
    see_through,
)
from pipeline.mapping.answers_file import Given, template
from pipeline.model.decision import Answer, Asks, Decision, Decisions
from pipeline.model.issue import shown
from pipeline.model.language import N_, _, ngettext, retold
from pipeline.reporting.files.atomic import replacing
from pipeline.reporting.shown.decisions import answer_words, effect_words, headline, masked, question
from pipeline.reporting.terminal.console import print_mapping_issue
from pipeline.reporting.words.figures import grouped
from pipeline.runs.asked.result import Result
from pipeline.runs.planning.deciding import asked, decide, read_answers
from pipeline.runs.verbs import check

_KIND = {Asks.VALUE: "value", Asks.DATE: "format", Asks.NUMBER: "locale", Asks.DEFAULT: "default"}
_TYPE = {
    Asks.VALUE: N_(
        "a letter, or what it stands for as the target wants it; - for nothing; Enter leaves it open"
    ),
    Asks.DATE: N_("a letter, or a format such as %d.%m.%Y; Enter leaves it open"),
    Asks.NUMBER: N_("a letter, or a locale such as tr_TR; Enter leaves it open"),
    Asks.DEFAULT: N_("what is sent where the cell is empty; Enter leaves it open"),
}


def run(flags: dict[str, Any], answers: Path | None, write_answers: Path | None) -> int:
    """Do the work of the command; returns the exit code: that of the last check."""
    talk = Talk.of(flags)
    if answers is None and write_answers is None and not (sys.stdin.isatty() and sys.stdout.isatty()):
        told = _("Without a terminal it takes --answers FILE, or --write-answers FILE first.")
        raise click.UsageError(told)
    return see_through(
        talk,
        "mapping decide",
        lambda: _decide(talk, flags, answers, write_answers),
        lambda last: _tell(talk, last),
        lambda last: last.exit_code,
    )


def _decide(talk: Talk, flags: dict[str, Any], answers: Path | None, write_answers: Path | None) -> Result:
    request = plan_request(flags)
    before = _check(talk, flags)
    about = asked(before)
    decisions = about.decisions
    if not decisions.listed:
        _say(talk, _("No question is open: what is refused, if anything, needs other repairs."))
        return before
    _say(talk, headline(decisions))
    if write_answers is not None:
        _write_template(write_answers, decisions, str(request.mapping))
        count = len(decisions.listed)
        told = ngettext(
            "{file}: {count} question to answer; then: --answers.",
            "{file}: {count} questions to answer; then: --answers.",
            count,
        )
        _say(talk, told.format(file=write_answers, count=grouped(count)))
        return before
    if answers is not None:
        given, warnings = read_answers(answers, decisions)
        for warning in warnings:
            mark = warning.mark
            print_mapping_issue(screen(talk), warning, lines_of(mark.file) if mark is not None else [])
    else:
        given = ask(decisions.listed, _prompt, click.echo, show_pii=talk.show_pii)
    if not given:
        _say(talk, _("No answer was given; the mapping stays as it is."))
        return before
    kept = decide(request, about, given)
    told = ngettext(
        "{file}: {count} answer written; as it was before: {kept}",
        "{file}: {count} answers written; as it was before: {kept}",
        len(given),
    )
    _say(talk, told.format(file=request.mapping, count=grouped(len(given)), kept=kept))
    after = _check(talk, flags)
    _compare(talk, before, after)
    return after


def _check(talk: Talk, flags: dict[str, Any]) -> Result:
    with Bar(talk) as bar:
        return check(plan_request(flags), places_of(flags), progress=bar.preparing)


def _write_template(path: Path, decisions: Decisions, mapping: str) -> None:
    if path.exists():
        told = _("{path} exists; a file of answers is never overwritten.")
        raise click.UsageError(told.format(path=path))
    effects = {one.id: effect_words(one) for one in decisions.listed}
    try:
        with replacing(path) as file:
            file.write(template(decisions.listed, mapping, effects).encode())
    except OSError as error:
        told = _("{path} cannot be written: {reason}")
        raise click.UsageError(told.format(path=path, reason=error.strerror or error)) from None


def ask(
    decisions: Sequence[Decision],
    prompt: Callable[[str], str],
    echo: Callable[[str], object],
    *,
    show_pii: bool = False,
) -> list[Given]:
    """Ask every question; ``prompt`` gives what somebody types, empty text for no answer.

    Words that belong to somebody are masked unless ``show_pii``.
    """
    given = []
    for number, one in enumerate(decisions, 1):
        seen = one if show_pii else masked(one)
        echo("")
        told = ngettext(
            "{number} of {all}: {question} ({count} order)",
            "{number} of {all}: {question} ({count} orders)",
            one.orders,
        )
        echo(
            told.format(number=number, all=len(decisions), question=question(seen), count=grouped(one.orders))
        )
        echo(f"   {shown(one.column)} → {one.field}")
        letters = {chr(ord("a") + index): found for index, found in enumerate(one.candidates[:26])}
        for letter, found in letters.items():
            more = _("; suggested, {effect}").format(effect=effect_words(one))
            more = more if found.answer == one.suggested else ""
            echo(f"   {letter}) {answer_words(found.answer)}   ({retold(found.why)}{more})")
        text = prompt(_(_TYPE[one.key.asks])).strip()
        if text in letters:
            given.append(Given(one, letters[text].answer))
        elif text == "-" and one.key.asks is Asks.VALUE:
            given.append(Given(one, Answer("empty")))
        elif text:
            given.append(Given(one, Answer(_KIND[one.key.asks], text)))  # type: ignore[arg-type]
    return given


def _prompt(words: str) -> str:
    return str(click.prompt(f"   {words}\n   ", default="", show_default=False, prompt_suffix="> "))


def _compare(talk: Talk, before: Result, after: Result) -> None:
    was, now = before.summary.orders, after.summary.orders
    told = ngettext(
        "Checked again: {ready} of {count} order ready (before: {was_ready}), {refused} refused "
        "(before: {was_refused}).",
        "Checked again: {ready} of {count} orders ready (before: {was_ready}), {refused} refused "
        "(before: {was_refused}).",
        now.read,
    )
    _say(
        talk,
        told.format(
            ready=grouped(now.ready),
            count=grouped(now.read),
            was_ready=grouped(was.ready),
            refused=grouped(now.invalid),
            was_refused=grouped(was.invalid),
        ),
    )


def _say(talk: Talk, text: str) -> None:
    if not talk.as_json:
        with reader_may_leave():
            screen(talk, "out").line(text)


def _tell(talk: Talk, result: Result) -> None:
    if talk.as_json:
        print_json(result.summary.as_json())
    else:
        print_decisions_of(screen(talk, "out"), result)
