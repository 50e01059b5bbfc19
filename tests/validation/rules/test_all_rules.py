"""The rules as a whole: each enrolled, each tested."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from typed_orders import NOW, draft, item, terms

from pipeline.model.catalogue import CATALOGUE
from pipeline.validation import rules
from pipeline.validation.rules import all_rules, findings

_MODULES = {path.stem for path in Path(rules.__file__).parent.glob("*.py")} - {"__init__"}


def test_every_rule_has_a_test_file() -> None:
    """One rule, one file, one test file."""
    tests = {path.stem for path in Path(__file__).parent.glob("test_rule_*.py")}
    assert _MODULES
    assert tests == {f"test_rule_{name}" for name in _MODULES}


def test_every_rule_enrols_itself() -> None:
    """By having a file."""
    assert {rule.__module__.rpartition(".")[2] for rule in all_rules()} == _MODULES
    assert len(all_rules()) == len(_MODULES)


def test_a_sound_order_has_no_finding() -> None:
    """Under the strictest terms."""
    assert (
        findings(draft(), terms("items+shipping-discount", "quantity*unit_price-discount", "0", refuse=True))
        == []
    )


def test_every_finding_of_an_order_is_told_at_once() -> None:
    """And each has its words."""
    order = draft(
        item(2, "5.00", "9.00", price_currency="eur"),
        date_placed=NOW + timedelta(days=2),
        refund_amount=Decimal("11.00"),
    )
    found = findings(order, terms("items", "quantity*unit_price", refuse=True))
    assert {one.code for one in found} == {"E311", "E312", "E321", "W331", "W341"}
    assert all(one.code in CATALOGUE for one in found)
    softer = findings(order, terms("items", "quantity*unit_price"))
    assert {one.code for one in softer} == {"W311", "W312", "E321", "W331", "W341"}


def test_the_code_of_a_mismatch_says_whether_it_refuses() -> None:
    """Both codes are in the catalogue for each rule that has the choice."""
    for number in (311, 312):
        assert terms(refuse=True).code(number) == f"E{number}"
        assert {f"E{number}", terms().code(number)} <= set(CATALOGUE)
