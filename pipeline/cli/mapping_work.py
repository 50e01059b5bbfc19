"""What ``orderlift mapping show``, ``test`` and ``diff`` do and tell."""

from pathlib import Path
from typing import Any

import click

from pipeline.cli.progress import Bar
from pipeline.cli.requests import Talk, read_limits
from pipeline.cli.streams import print_json
from pipeline.cli.telling import screen, see_through
from pipeline.model.language import _
from pipeline.reporting.shown.masked_trace import mask_property, masked_diff, masked_order
from pipeline.reporting.shown.traced_order import ShownOrder, trace_json
from pipeline.reporting.terminal.coverage import print_coverage
from pipeline.reporting.terminal.diff import diff_json, print_diff
from pipeline.reporting.terminal.examples import print_tests, tests_json
from pipeline.reporting.terminal.trace import print_trace
from pipeline.runs.asked.request import Places, PlanRequest, default_state_dir
from pipeline.runs.rehearsing.diffing import diff_mappings
from pipeline.runs.rehearsing.showing import show_order
from pipeline.runs.rehearsing.testing import MappingTestResult, find_test_files, run_test_file
from pipeline.runs.rehearsing.writing_example import write_test
from pipeline.upload.changes import MappingDiff

REFUSED = 3


def look_request(flags: dict[str, Any]) -> PlanRequest:
    """What to read, of the flags that name sources and a mapping."""
    return PlanRequest(
        list(flags["sources"]),
        flags["mapping"],
        flags.get("target"),
        flags.get("channel"),
        jobs=flags["jobs"],
        read_limits=read_limits(flags),
        variables=dict(flags["variables"]),
    )


def show_order_of(flags: dict[str, Any]) -> int:
    """``orderlift mapping show``: exit code 3 where the order is refused."""
    talk = Talk(flags["as_json"], quiet=False, color=flags["color"], show_pii=flags["show_pii"])

    def tell(orders: list[ShownOrder]) -> None:
        orders = orders if talk.show_pii else list(map(masked_order, orders))
        if talk.as_json:
            found = [trace_json(order) for order in orders]
            print_json(found[0] if len(found) == 1 else {**found[0], "also": found[1:]})
        for order in orders if not talk.as_json else ():
            print_trace(screen(talk, "out"), order)

    return see_through(
        talk,
        "mapping show",
        lambda: show_order(look_request(flags), flags["key"]),
        tell,
        lambda orders: REFUSED if any(order.refused for order in orders) else 0,
    )


def run_tests(flags: dict[str, Any]) -> int:
    """``orderlift mapping test``: exit code 3 where something does not hold."""
    talk = Talk(flags["as_json"], quiet=False, color=flags["color"], show_pii=flags["show_pii"])

    if flags["write"]:
        return see_through(
            talk, "mapping test", lambda: _written(flags), lambda path: _tell_written(talk, path)
        )

    def work() -> list[MappingTestResult]:
        files = find_test_files(flags["mapping"])
        if flags["coverage"] and not flags["sources"]:
            raise click.UsageError(_("Coverage is of rows: name the source files."))
        return [
            run_test_file(file, flags["sources"], jobs=flags["jobs"], counted=flags["coverage"])
            for file in files
        ]

    def tell(results: list[MappingTestResult]) -> None:
        if not talk.show_pii:
            for held in (held for result in results for held in result.properties):
                mask_property(held)
        if talk.as_json:
            print_json(tests_json(results))
        for result in results if not talk.as_json else ():
            print_tests(screen(talk, "out"), result)
            if result.needless is not None:
                print_coverage(screen(talk, "out"), result.needless)

    return see_through(
        talk,
        "mapping test",
        work,
        tell,
        lambda results: 0 if all(result.holds for result in results) else REFUSED,
    )


def _written(flags: dict[str, Any]) -> Path:
    """Write a first test, which is run the next time; returns its file."""
    if not flags["sources"] or flags["mapping"].is_dir():
        told = _("A test is written from rows by one mapping: name -m MAP and source files.")
        raise click.UsageError(told)
    return write_test(PlanRequest(list(flags["sources"]), flags["mapping"]))


def _tell_written(talk: Talk, path: Path) -> None:
    if talk.as_json:
        print_json({"file": str(path)})
    else:
        told = _("{path} is written; read what it expects before you rely on it.")
        screen(talk, "out").line(told.format(path=path))


def run_diff(flags: dict[str, Any]) -> int:
    """``orderlift mapping diff``: exit code 3 where any order changes."""
    talk = Talk.of(flags)

    def work() -> MappingDiff:
        request = look_request({**flags, "mapping": flags["before"]})
        places = Places(flags["state_dir"] or default_state_dir())
        with Bar(talk) as bar:
            return diff_mappings(request, flags["after"], places, progress=bar.preparing)

    def tell(diff: MappingDiff) -> None:
        diff = diff if talk.show_pii else masked_diff(diff)
        if talk.as_json:
            print_json(diff_json(diff))
        else:
            print_diff(screen(talk, "out"), diff)

    return see_through(talk, "mapping diff", work, tell, lambda diff: REFUSED if diff.any else 0)
