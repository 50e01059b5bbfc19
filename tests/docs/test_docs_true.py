"""What the pages say by hand, held against the program."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import plan, telling
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.issue import Issue
from pipeline.model.states import State
from pipeline.model.summary import Money, Summary
from pipeline.reporting.files.issues_jsonl import issue_object
from pipeline.reporting.files.orders_csv import COLUMNS
from pipeline.reporting.words.outcome import outcome_of
from pipeline.runs.accounts import summing
from pipeline.runs.machine.interrupt import CODES

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
REPORTS = (DOCS / "reports.md").read_text("utf-8")
PAGES = sorted(
    [
        *DOCS.rglob("*.md"),
        *ROOT.glob("*.md"),
        ROOT / "reports" / "README.md",
        ROOT / "input_samples" / "README.md",
    ]
)

EACH_PAGE = [pytest.param(page, id=page.relative_to(ROOT).as_posix()) for page in PAGES]


def _block(name: str) -> list[str]:
    """The first cells of a table in docs/reports.md, without their marks."""
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- end -->", REPORTS, re.DOTALL)
    assert found is not None
    return [line.split("|")[1].strip().strip("`") for line in found[1].splitlines()[2:]]


def _keys(document: dict[str, Any], before: str = "") -> list[str]:
    keys: list[str] = []
    for name, value in document.items():
        keys += _keys(value, f"{before}{name}.") if isinstance(value, dict) else [f"{before}{name}"]
    return keys


def test_every_key_of_the_json_object_is_explained() -> None:
    """And in the order in which it is printed."""
    summary = Summary("", "", 0, money={"CUR": Money()}, issues={"CODE": 1}, files={"report": ""})
    assert _block("json") == _keys(summary.as_json())


def test_every_column_of_orders_csv_is_explained() -> None:
    """In its order, with every outcome that it may hold."""
    assert _block("orders.csv") == list(COLUMNS)
    assert [key for state in State if f"`{(key := outcome_of(state).key)}`" not in REPORTS] == []


def test_every_key_of_an_issue_is_explained() -> None:
    """In its order."""
    assert _block("issues.jsonl") == list(issue_object(Issue("E211"), {}, CATALOGUE["E211"]))


def test_every_exit_code_is_explained() -> None:
    """Those of refusals, of endings, of the demo and of a plan with work."""
    named = {
        name: value for name, value in vars(summing).items() if name.isupper() and isinstance(value, int)
    }
    assert len(named) == 7
    codes = {*named.values(), *CODES.values(), *(code for _, code in telling._CODES), plan.WORK}
    assert _block("exit codes") == [str(code) for code in sorted(codes)]


def test_the_identities_of_the_page_hold_in_the_example() -> None:
    """The page's own sums, added up."""
    told = json.loads((ROOT / "reports" / "example" / "summary.json").read_text("utf-8"))
    rows, orders = told["rows"], told["orders"]
    assert rows["read"] == rows["used"] + rows["ignored"] > 0
    assert orders["read"] == orders["invalid"] + orders["ready"] > 0
    assert orders["ready"] == sum(
        count for name, count in orders.items() if name not in {"read", "invalid", "ready"}
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    """Files exist, and so do the headings that a link names."""
    lost = []
    for link in re.findall(
        r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    ):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, heading = link.partition("#")
        there = (page.parent / path).resolve() if path else page
        known = there.exists() and (not heading or there.suffix != ".md" or heading in _anchors(there))
        lost += [] if known else [link]
    assert lost == []


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", EACH_PAGE)
def test_every_command_of_a_page_can_be_typed(page: Path) -> None:
    """Commands and flags in code blocks and in code words exist."""
    from click import Context, Group

    from pipeline.cli.app import cli

    wrong = []
    for line in re.findall(r"orderlift ([a-z][^\n`|]*)", _code_of(page)):
        words = line.split()
        command = cli.get_command(Context(cli), words[0])
        if isinstance(command, Group) and len(words) > 1:
            alone = command if command.invoke_without_command else None
            command = command.commands.get(words[1], alone)
        if command is None:
            wrong.append(line)
            continue
        flags = {flag for option in command.params for flag in option.opts} | {"--help"}
        wrong += [f"{words[0]} {word}" for word in words if re.match(r"--?[a-z]", word) and word not in flags]
    assert wrong == []


def _code_of(page: Path) -> str:
    text = page.read_text("utf-8")
    blocks = re.findall(r"```(?:sh|console)\n(.*?)```", text, re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`(orderlift [^`\n]+)`", text)])


def test_the_commands_to_start_with_come_first() -> None:
    """Both set-up commands stand in the README before anything else."""
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    assert lines[2:6] == [
        "```sh",
        "python3 -m venv .venv && .venv/bin/pip install -q .          && .venv/bin/orderlift demo",
        "python3 -m venv .venv && .venv/bin/pip install -q '.[test]'  && .venv/bin/pytest -q",
        "```",
    ]


def test_the_notebook_of_the_readme_runs(tmp_path: Path) -> None:
    """The snippet, against a simulator and with one amount spoilt, gives what its comments say."""
    snippet = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert snippet is not None
    for name, source in (("orders.csv", "orders_en.csv"), ("order_items.csv", "order_items_en.csv")):
        (tmp_path / name).write_bytes((ROOT / "input_samples" / source).read_bytes())
    (tmp_path / "mapping.yaml").write_bytes((ROOT / "mappings" / "english_two_files.yaml").read_bytes())
    orders = tmp_path / "orders.csv"
    orders.write_text(orders.read_text("utf-8").replace('"6,703.40"', '"6.703,40"'), encoding="utf-8")
    program = f"""
import os
from pipeline.simulator import Simulator
os.environ["XDG_STATE_HOME"] = os.path.join(os.getcwd(), "state")
with Simulator() as simulator:
    snippet = {snippet[1]!r}
    assert "http://127.0.0.1:18080" in snippet
    exec(snippet.replace("http://127.0.0.1:18080", simulator.url))
    assert checked.summary.orders.invalid == 1
    assert list(checked.issues_frame()["code"]) == ["E211"]
    assert list(frame[frame.outcome != "created"]["number"]) == ["WEB-2003"]
    assert simulator.truth.commits == 35
"""
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True, timeout=60)
