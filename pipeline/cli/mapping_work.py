"""What ``orderlift mapping show``, ``test`` and ``diff`` do and tell."""

from collections.abc import Callable
from typing import Any

import click

from pipeline.cli.progress import Bar
from pipeline.cli.requests import Talk, read_limits
from pipeline.cli.streams import print_json, reader_may_leave
from pipeline.cli.telling import screen, tell_bug, tell_interrupt, tell_refusal
from pipeline.model.refusal import Refusal
from pipeline.reporting.coverage_text import print_coverage
from pipeline.reporting.diff_text import diff_json, print_diff
from pipeline.reporting.examples_text import print_tests, tests_json
from pipeline.reporting.trace_text import print_trace
from pipeline.reporting.trace_view import trace_json
from pipeline.runs.diffing import diff_mappings
from pipeline.runs.request import Places, PlanRequest, default_state_dir
from pipeline.runs.showing import show_order
from pipeline.runs.testing import find_test_files, run_test_file
from pipeline.runs.writing_example import write_test

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


def looking(talk: Talk, command: str, work: Callable[[], int]) -> int:
    """Do the work of a command that changes nothing, and tell why where it cannot be done."""
    code = 0
    try:
        with reader_may_leave():
            code = work()
    except click.ClickException:
        raise
    except Refusal as refusal:
        return tell_refusal(talk, command, refusal)
    except KeyboardInterrupt:
        return tell_interrupt(talk, command)
    except Exception as error:  # noqa: BLE001 - a mistake of ours, told as one
        return tell_bug(talk, command, error)
    return code


def show_order_of(flags: dict[str, Any]) -> int:
    """``orderlift mapping show``: exit code 3 where the order is refused."""
    talk = Talk(flags["as_json"], quiet=False, color=flags["color"])

    def work() -> int:
        orders = show_order(look_request(flags), flags["key"])
        if talk.as_json:
            found = [trace_json(order) for order in orders]
            print_json(found[0] if len(found) == 1 else {**found[0], "also": found[1:]})
        for order in orders if not talk.as_json else ():
            print_trace(screen(talk, "out"), order)
        return REFUSED if any(order.refused for order in orders) else 0

    return looking(talk, "mapping show", work)


def run_tests(flags: dict[str, Any]) -> int:
    """``orderlift mapping test``: exit code 3 where something does not hold."""
    talk = Talk(flags["as_json"], quiet=False, color=flags["color"])

    def work() -> int:
        if flags["write"]:
            return _write_test(talk, flags)
        files = find_test_files(flags["mapping"])
        if flags["coverage"] and not flags["sources"]:
            raise click.UsageError("Coverage is of rows: name the source files.")
        results = [
            run_test_file(file, flags["sources"], jobs=flags["jobs"], counted=flags["coverage"])
            for file in files
        ]
        if talk.as_json:
            print_json(tests_json(results))
        for result in results if not talk.as_json else ():
            print_tests(screen(talk, "out"), result)
            if result.needless is not None:
                print_coverage(screen(talk, "out"), result.needless)
        return 0 if all(result.holds for result in results) else REFUSED

    return looking(talk, "mapping test", work)


def _write_test(talk: Talk, flags: dict[str, Any]) -> int:
    """Write a first test; it is run the next time."""
    if not flags["sources"] or flags["mapping"].is_dir():
        raise click.UsageError("A test is written from rows by one mapping: name -m MAP and source files.")
    written = write_test(PlanRequest(list(flags["sources"]), flags["mapping"]))
    if talk.as_json:
        print_json({"file": str(written)})
    else:
        screen(talk, "out").line(f"{written} is written; read what it expects before you rely on it.")
    return 0


def run_diff(flags: dict[str, Any]) -> int:
    """``orderlift mapping diff``: exit code 3 where any order changes."""
    talk = Talk.of(flags)

    def work() -> int:
        request = look_request({**flags, "mapping": flags["before"]})
        places = Places(flags["state_dir"] or default_state_dir())
        with Bar(talk) as bar:
            diff = diff_mappings(request, flags["after"], places, progress=bar.preparing)
        if talk.as_json:
            print_json(diff_json(diff))
        else:
            print_diff(screen(talk, "out"), diff)
        return REFUSED if diff.any else 0

    return looking(talk, "mapping diff", work)
