"""What became of the tests of a mapping, for a terminal and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Protocol

from pipeline.mapping.coverage import Needless
from pipeline.mapping.examples.holding import Difference
from pipeline.mapping.examples.properties import Held
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.issue import shown
from pipeline.model.language import _, retold
from pipeline.model.location import Mark
from pipeline.reporting.terminal.console import Screen
from pipeline.reporting.words.place_words import place_words

SCHEMA = "orderlift/mapping-test/1"
MOST = 20
"""Differences of an example that are printed."""


class ToldExample(Protocol):
    """One example and what is not as expected."""

    @property
    def name(self) -> str:
        """In its author's words."""

    @property
    def differences(self) -> Sequence[tuple[Difference, Mark]]:
        """Each with its place in the test file."""


class ToldTests(Protocol):
    """What became of one test file."""

    @property
    def file(self) -> str:
        """The test file."""

    @property
    def mapping(self) -> str:
        """Its mapping."""

    @property
    def examples(self) -> Sequence[ToldExample]:
        """Its examples."""

    @property
    def properties(self) -> Sequence[Held]:
        """Its properties."""

    @property
    def needless(self) -> Sequence[Needless] | None:
        """What no row needed, where that was asked."""


def print_tests(screen: Screen, tests: ToldTests) -> None:
    """Print each example and property with what is not so, field by field."""
    screen.line((tests.file, "bold"), ("   " + _("of {mapping}").format(mapping=tests.mapping), "dim"))
    for example in tests.examples:
        holds = not example.differences
        screen.line(_sign(holds=holds), example.name)
        for difference, mark in example.differences[:MOST]:
            _print_difference(screen, difference, mark)
        more = len(example.differences) - MOST
        if more > 0:
            screen.line("          " + _("… and {count} more").format(count=more))
    for held in tests.properties:
        _print_property(screen, held)


def _sign(*, holds: bool) -> tuple[str, str]:
    words = _("ok"), _("FAILS")
    room = max(map(len, words))
    return (f"  {words[0]:<{room}} ", "green") if holds else (f"  {words[1]:<{room}} ", "bold red")


def _print_difference(screen: Screen, one: Difference, mark: Mark) -> None:
    expected, found = _("- expected"), _("+ found")
    room = max(len(expected), len(found)) + 2
    screen.line((f"          {retold(one.what)}", "bold"), (f"   {mark}", "dim"))
    screen.line((f"          {expected:<{room}}", "red"), _told(one.expected))
    screen.line((f"          {found:<{room}}", "green"), _told(one.found))
    for issue in one.issues[:MOST]:
        place = " " + _("at {place}").format(place=place_words(issue.at)) if issue.at is not None else ""
        screen.line(f"            {issue.code}{place}: {CATALOGUE[issue.code].message(issue)}")


def _told(text: str | None) -> str:
    return _("nothing") if text is None else shown(text) or "''"


def _print_property(screen: Screen, held: Held) -> None:
    told = _("{count} looked at") if held.looked_at else _("nothing was looked at")
    told = _("{broken} of {count} are not so") if held.broken else told
    counted = told.format(broken=held.broken, count=held.looked_at)
    screen.line(_sign(holds=held.holds), retold(held.title), (f"   {counted}", "dim"))
    for number, value in held.examples if not held.holds else ():
        screen.line("          " + _("order {number}: ").format(number=number) + shown(value))


def tests_json(results: Sequence[ToldTests]) -> dict[str, Any]:
    """The same as JSON knows values; every key is always there."""
    return {
        "schema": SCHEMA,
        "holds": all(not example.differences for one in results for example in one.examples)
        and all(held.holds for one in results for held in one.properties),
        "files": [
            {
                "file": one.file,
                "mapping": one.mapping,
                "examples": [_example_json(example) for example in one.examples],
                "properties": [_property_json(held) for held in one.properties],
                "needless": None if one.needless is None else [asdict(part) for part in one.needless],
            }
            for one in results
        ],
    }


def _example_json(example: ToldExample) -> dict[str, Any]:
    return {
        "name": example.name,
        "holds": not example.differences,
        "differences": [
            {
                "what": one.what,
                "at": str(mark),
                "expected": one.expected,
                "found": one.found,
                "issues": [issue.code for issue in one.issues],
            }
            for one, mark in example.differences
        ],
    }


def _property_json(held: Held) -> dict[str, Any]:
    return {
        "property": held.title,
        "holds": held.holds,
        "looked_at": held.looked_at,
        "broken": held.broken,
        "examples": [{"order": number, "value": value} for number, value in held.examples],
    }
