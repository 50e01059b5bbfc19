"""Issues and the closing table on terminals, old ones and hostile values included."""

import io
import re
import subprocess
import sys
from dataclasses import replace

import hostile
import pytest
import sample_run

from pipeline.model.issue import Issue
from pipeline.model.location import Location, Mark
from pipeline.model.summary import OrderCounts, RowCounts
from pipeline.reporting.terminal.console import (
    Color,
    Screen,
    print_issues,
    print_mapping_issue,
    print_summary,
)
from pipeline.reporting.words.next_step import Step
from pipeline.reporting.words.source_line import pointed_at


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def issues_text(*issues: Issue, examples: int = 3, counts: dict[str, int] | None = None) -> str:
    """Print the issues and give what was printed."""
    stream = io.StringIO()
    print_issues(
        Screen(stream),
        issues,
        sample_run.PLACES,
        examples=examples,
        counts=counts,
        catalogue=sample_run.CATALOGUE,
    )
    return stream.getvalue()


def test_an_issue_says_what_where_why_and_how_to_go_on() -> None:
    """Code, cell, mapping line, cause, remedy and number stand under each other."""
    assert issues_text(sample_run.status_issue(), counts={"E214": 37}) == (
        'error[E214]: unknown order status "teslm edildi"\n'
        "  --> input_samples/siparisler.xlsx, sheet Siparisler, cell M4818 (DURUM)   (order 1002231)\n"
        "      mapped by mappings/acme.yaml:41:7   order.status\n"
        "  why: The value is not in the table of statuses that the mapping names.\n"
        '  fix: Did you mean "teslim edildi"? Add the value to the table, or correct the cell.\n'
        "  more: 37 rows share this code · orderlift explain E214\n"
        "\n"
    )


def test_only_the_first_of_each_code_are_printed_and_all_are_counted() -> None:
    """A thousand equal issues take no thousand lines, and the cause is told once."""
    text = issues_text(*sample_run.issues())
    assert text.count("error[E214]") == 3
    assert text.count("why: The value is not in the table") == 1
    assert "37 rows share this code" in text
    assert "12 rows share this code" in text
    assert text.index("E214") < text.index("E203") < text.index("W118")


def test_a_remedy_that_differs_is_printed_with_its_issue() -> None:
    """What helps one row may not help the next."""
    other = replace(sample_run.status_issue(1), facts={"near": "iptal"})
    text = issues_text(sample_run.status_issue(), other)
    assert 'Did you mean "teslim edildi"' in text
    assert 'Did you mean "iptal"' in text


def test_a_code_that_is_only_counted_is_still_told() -> None:
    """Where the examples are not at hand, the code and its number are."""
    text = issues_text(counts={"E305": 3})
    assert "error[E305]: items do not add up to the order" in text
    assert "3 issues share this code" in text


def test_long_advice_is_wrapped_beside_its_label() -> None:
    """Lines of prose stay within the width; places are not torn, so that they can be copied."""
    stream = io.StringIO()
    print_issues(
        Screen(stream, width=50),
        [sample_run.status_issue()],
        sample_run.PLACES,
        catalogue=sample_run.CATALOGUE,
    )
    lines = stream.getvalue().splitlines()
    assert "  why: The value is not in the table of statuses" in lines
    assert "       that the mapping names." in lines
    assert any(line.endswith("cell M4818 (DURUM)   (order 1002231)") for line in lines)


def test_a_fault_of_the_mapping_is_pointed_at() -> None:
    """The line of the mapping is printed with a caret under the word that is meant."""
    issue = Issue("E214", value="transfrom", mark=Mark("m.yaml", 10, 14), facts={"near": "transform"})
    stream = io.StringIO()
    print_mapping_issue(
        Screen(stream), issue, ["x"] * 9 + ["  a: {column, transfrom: 1}"], sample_run.CATALOGUE
    )
    assert stream.getvalue().splitlines()[1:5] == [
        "  --> m.yaml:10:14",
        "   |",
        "10 |   a: {column, transfrom: 1}",
        "   |              ^",
    ]


@pytest.mark.parametrize(
    ("line", "column", "caret"),
    [("abc", 1, 0), ("abc", 3, 2), ("\ta: b", 2, 1), ("a\x07b", 3, 5), ("漢字: x", 5, 6), ("abc", 9, 3)],
)
def test_the_caret_stands_under_its_letter(line: str, column: int, caret: int) -> None:
    """Tabs, wide letters and what is shown as an escape do not move the caret away."""
    assert pointed_at([line], Mark("m", 1, column), 80)[2][1] == f" {' ' * caret}^"


def test_a_long_line_is_cut_around_the_caret() -> None:
    """The caret is never beyond the edge of the terminal."""
    for column in (1, 50, 500, 999):
        parts = pointed_at(["x" * 1000], Mark("m", 1, column), 80)
        assert all(len(gutter) + len(text) <= 80 for gutter, text in parts)
        assert "^" in parts[2][1]


def test_a_mark_beyond_the_file_is_printed_without_a_line() -> None:
    """A mapping that was shortened since is no reason to fail."""
    assert pointed_at([], Mark("m", 1, 1), 80) == []


@pytest.mark.parametrize("value", hostile.ESCAPES)
def test_no_value_steers_the_terminal(value: str) -> None:
    """Control characters, marks of direction and markup are printed as text, also in colour."""
    stream = Terminal()
    screen = Screen(stream, "always", width=100)
    issue = Issue(
        "E214", Location(value, value, 1, 1, value), value, value, value, Mark(value, 1, 1), {"near": value}
    )
    print_issues(screen, [issue], {}, catalogue=sample_run.CATALOGUE, sources={value: [value]})
    print_summary(
        screen,
        sample_run.summary(
            run_id=value, files={"x": value}, money={value: sample_run.summary().money["TRY"]}
        ),
    )
    text = re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue())
    assert [c for c in text if not c.isprintable() and c != "\n"] == []
    allowed = {"0", "1", "2", "1;31", "1;33", "31", "34", "1;32"}
    assert set(re.findall(r"\x1b\[([0-9;]*)m", stream.getvalue())) <= allowed
    if value.isprintable():
        assert value in text


@pytest.mark.parametrize(
    "encoding", ["ascii", "cp437", "cp850", "cp1252", "cp1254", "cp857", "latin-1", "utf-8"]
)
def test_every_encoding_can_show_everything(encoding: str) -> None:
    """An old terminal gets plain signs, and other letters as escapes, instead of an error."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    screen = Screen(stream)
    issue = replace(sample_run.status_issue(), value="teşlim → ₺ 漢")
    print_issues(screen, [issue], sample_run.PLACES, counts={"E214": 2}, catalogue=sample_run.CATALOGUE)
    print_summary(screen, sample_run.summary(rows=RowCounts(3, 1, 1)))
    stream.flush()
    shown = raw.getvalue().decode(encoding)
    assert "orderlift explain E214" in shown
    expected = {
        "utf-8": "teşlim → ₺ 漢",
        "ascii": "te\\u015flim -> \\u20ba \\u6f22",
        "cp1254": "teşlim -> \\u20ba \\u6f22",
    }
    assert expected.get(encoding, "") in shown


@pytest.mark.parametrize(
    ("color", "environment", "terminal", "colored"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour_follows_the_flag_then_the_environment_then_the_stream(
    color: Color, environment: dict[str, str], terminal: bool, colored: bool
) -> None:
    """``--color`` decides; ``NO_COLOR``, ``FORCE_COLOR`` and ``TERM`` count only for ``auto``."""
    stream = Terminal() if terminal else io.StringIO()
    screen = Screen(stream, color, environment=environment)
    print_summary(screen, sample_run.summary())
    assert ("\x1b[" in stream.getvalue()) is colored


def test_without_a_terminal_the_width_is_100() -> None:
    """A log file is not folded at eighty columns."""
    assert Screen(io.StringIO()).width == 100


def test_the_closing_table_tells_orders_items_money_and_the_next_command() -> None:
    """The last thing a run prints says how it ended and how to go on."""
    stream = io.StringIO()
    print_summary(Screen(stream), sample_run.summary())
    lines = [re.sub(r"\s+", " ", line).strip() for line in stream.getvalue().splitlines()]
    assert lines[0].startswith(
        "Needs a person: 189 of 200 orders stand on the target; 4 were refused by the checks"
    )
    for line in (
        "read 200 431",
        "refused by the checks 4",
        "ready 196",
        "created 187",
        "in doubt 2",
        "stand on the target 189 406",
        "TRY 184 322.50 176 918.25 7 404.25",
        "run 7f3a9c21 · 631 rows = 629 used + 2 ignored · 213 requests, 17 repeated · 1 min 14 s",
        "Files: reports/7f3a9c21/report.html",
        "Next: orderlift resume 7f3a9c21 settle what is in doubt, try again what failed",
    ):
        assert line in lines
    assert not any(line.startswith("not sent") for line in lines)


def test_broken_sums_are_told_at_the_top() -> None:
    """Contradicting numbers are not hidden behind a table."""
    stream = io.StringIO()
    print_summary(
        Screen(stream), sample_run.summary(rows=RowCounts(10, 7, 2), exit_code=0), broken=["elsewhere"]
    )
    assert stream.getvalue().startswith("The sums do not add up: ")
    assert "✕ rows.read = used + ignored: 10 ≠ 9" in stream.getvalue()
    assert "✕ elsewhere" in stream.getvalue()


def test_the_caller_may_name_the_next_step() -> None:
    """A command that knows its own arguments proposes them."""
    stream = io.StringIO()
    summary = sample_run.summary(command="check", orders=OrderCounts(1, 0, 1, unprocessed=1))
    print_summary(Screen(stream), summary, steps=[Step("orderlift plan a.csv -m m.yaml", "seal a plan")])
    assert "Next:   orderlift plan a.csv -m m.yaml   seal a plan" in stream.getvalue()
    assert "created" not in stream.getvalue().split("money")[0]


def test_rich_is_loaded_only_when_something_is_printed() -> None:
    """Importing the module keeps the start of the program fast."""
    code = (
        "import sys, pipeline.reporting.terminal.console as _; print({'rich', 'jinja2'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
