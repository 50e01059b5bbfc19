"""The mapping files that are shipped, and what is said about the samples."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from sample_cases import DEMO, ODDITIES, SAMPLES
from sample_outcomes import ROOT, SAMPLE_DIR

from pipeline.mapping.compiled import CompiledMapping, compile_mapping
from pipeline.validation.payload import field_checks

SHIPPED = sorted((ROOT / "mappings").glob("*.yaml"))
GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.yaml"))
ODD = sorted((SAMPLE_DIR / "oddities").glob("*.yaml"))
README = (SAMPLE_DIR / "README.md").read_text(encoding="utf-8")


def _compiled(path: Path) -> CompiledMapping:
    return compile_mapping(path.read_text(encoding="utf-8"), path.name, field_checks())


@pytest.mark.parametrize("path", [*SHIPPED, *ODD], ids=lambda path: str(path.stem))
def test_a_shipped_mapping_is_understood_without_a_warning(path: Path) -> None:
    """Every key and field is known, and nothing that the reference client sends is forgotten."""
    compiled = _compiled(path)
    assert [(issue.code, dict(issue.facts)) for issue in compiled.warnings] == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.stem))
def test_a_shipped_mapping_keeps_history_history(path: Path) -> None:
    """Orders are marked as sent to the ERP, and items carry all four of price, quantity and totals."""
    compiled = _compiled(path)
    constants = {plan.name: plan.value for plan in compiled.order if plan.read is None}
    assert constants["is_send"] is True
    read = {plan.name for plan in compiled.items if plan.read is not None}
    assert {"price", "unit_price", "quantity", "total_price"} <= read


@pytest.mark.parametrize("path", [*SHIPPED, *ODD], ids=lambda path: str(path.stem))
def test_a_shipped_mapping_names_its_schema_for_editors(path: Path) -> None:
    """The first line points from the mapping's own folder to the schema."""
    first = path.read_text(encoding="utf-8").splitlines()[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert found is not None
    assert (path.parent / found[1]).resolve() == ROOT / "docs" / "mapping.schema.json"


def test_every_mapping_is_used_by_a_sample() -> None:
    """No mapping is shipped untried."""
    used = {sample.mapping for sample in SAMPLES} | {f"mappings/{path.name}" for path in GOLDEN}
    assert used == {path.relative_to(ROOT).as_posix() for path in [*SHIPPED, *ODD]}


@pytest.mark.parametrize("name", sorted({sample.name for sample in ODDITIES}))
def test_the_readme_says_of_each_oddity_what_orderlift_says(name: str) -> None:
    """Its line in the table names exactly the codes of its outcome, whatever mapping it is read with."""
    line = next((line for line in README.splitlines() if line.startswith(f"| `{name}`")), "")
    expected = set().union(*(sample.codes for sample in ODDITIES if sample.name == name))
    assert set(re.findall(r"\b[EW]\d{3}\b", line)) == expected
    assert line.count("|") == 4


def test_the_readme_tells_of_no_oddity_that_is_not_there() -> None:
    """A sample that went away takes its line along."""
    listed = re.findall(r"^\| `(\w+)`", README, re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert set(listed) == {sample.name for sample in ODDITIES}


def test_the_readme_tells_the_demo_as_it_is() -> None:
    """The figures and cells in its description are those of the table."""
    told = " ".join(README.split())
    assert f"{DEMO.orders} orders with {DEMO.items} items" in told
    currency, amount = DEMO.money.split()
    assert f"{Decimal(amount):,} {currency}" in told
    errors = re.findall(r"(E\d+) \S+:(\w+)", DEMO.issues)
    assert len(errors) == DEMO.refused
    assert re.findall(r"cell (\w+): [^(]*\((E\d+)\)", told) == [(cell, code) for code, cell in errors]
