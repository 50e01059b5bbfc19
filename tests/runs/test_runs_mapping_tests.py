"""Tests beside a mapping: examples, properties, what rows never needed, a first test written."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.mapping.coverage import in_a_line
from pipeline.model.refusal import MappingRefused, UsageRefused
from pipeline.runs.asked.request import PlanRequest
from pipeline.runs.rehearsing.testing import MappingTestResult, find_test_files, run_test_file
from pipeline.runs.rehearsing.writing_example import write_test

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MAPPING = """\
version: 1
name: shop
preset: historic
timezone: Europe/Istanbul
sources:
  orders: {files: "orders*.csv", key: No}
  items:  {files: "items*.csv", key: No}
order:
  number:           No
  date_placed:      {column: Placed, date: "%Y-%m-%d %H:%M"}
  status:           {column: State, map: states}
  customer:         {lookup: customer, by: {email: Mail}, create: {channel_code: Mail, first_name: Name}}
  shipping_address: {constant: 301}
  billing_address:  {constant: 302}
  currency:         {constant: try}
  amount:           {column: Sum, decimal: true}
  notes:            {column: Note, default: none, when: {column: Kind, is: gift}}
items:
  product:          {column: Article, integer: true}
  quantity:         {constant: 1}
  unit_price:       {column: Each, decimal: true}
  total_price:      {column: Each, decimal: true}
  status:           {constant: delivered}
values:
  states: {Done: delivered, Back: refunded}
"""
ROWS = """\
  - name: {name}
    rows:
      orders: |
        No,Placed,State,Sum,Mail,Name,Note,Kind
        0001,2024-03-01 10:01,Done,1.50,ada@shop.example,Ada,hello,
        0002,2024-03-01 10:01,Lost,1.50,can@shop.example,Can,,
      items: |
        No,Article,Each
        0001,101,1.50
        0002,101,1.50
    expect:
"""
HOLDS = """\
      orders:
        "0001":
          order: {amount: 1.50, status: 550, customer: {email: ada@shop.example}, tracking_number: ~}
          items: [{product: 101, quantity: 1}]
        "0002": refused
      issues: [{code: E231, at: orders!C3}]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with a mapping and a small export."""
    (tmp_path / "shop.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "orders.csv").write_text(
        "No,Placed,State,Sum,Mail,Name,Note,Kind,Fax\n"
        "0001,2024-03-01 10:01,Done,1.50,ayse.gercek@mail.example,Ayşe Gerçek,ring 0532 123 45 67,gift,1\n"
        "0002,2024-03-02 10:01,Done,9.50,can.gercek@mail.example,Can Gerçek,,,\n"
        "0003,2024-03-02 10:01,Lost,9.50,can.gercek@mail.example,Can Gerçek,,,\n",
        encoding="utf-8",
    )
    (tmp_path / "items.csv").write_text(
        "No,Article,Each\n0001,101,1.50\n0002,102,9.50\n0003,101,9.50\n", encoding="utf-8"
    )
    return tmp_path


def run(shop: Path, text: str, *, counted: bool = False, with_files: bool = False) -> MappingTestResult:
    """Run a test file of this text."""
    path = shop / "shop.test.yaml"
    path.write_text(text, encoding="utf-8")
    sources = [shop / "orders.csv", shop / "items.csv"] if with_files else []
    return run_test_file(path, sources, counted=counted, now=NOW)


def example(expect: str) -> str:
    """A test file with the rows of :data:`ROWS`."""
    return "examples:\n" + ROWS.replace("{name}", "rows") + expect


def test_an_example_holds_where_fields_refusals_and_cells_are_as_expected(shop: Path) -> None:
    """Fields that are not mentioned may be anything; a record is what it is looked up by."""
    result = run(shop, example(HOLDS))
    assert result.examples[0].differences == ()
    assert result.holds


@pytest.mark.parametrize(
    ("old", "new", "what", "expected", "found"),
    [
        ("amount: 1.50", "amount: 1.55", "order 0001  order.amount", "1.55", "1.50"),
        ("tracking_number: ~", "is_send: ~", "order 0001  order.is_send", None, "true"),
        ("product: 101", "product: 7", "order 0001  items[0].product", "7", "101"),
        ("[{product: 101, quantity: 1}]", "[]", "order 0001  items", "0", "1"),
        (
            "email: ada",
            "email: eda",
            "order 0001  order.customer.email",
            "eda@shop.example",
            "ada@shop.example",
        ),
        ("C3}", "D3}", "issue", "E231 at orders!D3", "E231 at orders!C3"),
        ('"0002": refused', '"0009": refused', "order 0009", "an order", None),
    ],
)
def test_what_differs_is_told_field_by_field(
    shop: Path, *, old: str, new: str, what: str, expected: str | None, found: str | None
) -> None:
    """With what was expected, what was found, and the line that expects it."""
    text = example(HOLDS).replace(old, new)
    assert text != example(HOLDS)
    difference, _ = run(shop, text).examples[0].differences[0]
    assert (difference.what, difference.expected, difference.found) == (what, expected, found)


def test_an_order_that_is_refused_and_not_mentioned_fails(shop: Path) -> None:
    """Nobody may overlook it: its issues are told."""
    text = example(HOLDS).replace('        "0002": refused\n', "").split("      issues")[0]
    ((difference, _),) = run(shop, text).examples[0].differences
    assert (difference.what, difference.found) == ("order 0002", "refused")
    assert [issue.code for issue in difference.issues] == ["E231"]


def test_an_order_that_is_expected_to_be_refused_and_is_ready_fails(shop: Path) -> None:
    """The other way round."""
    text = example('      orders: {"0001": refused, "0002": refused}\n')
    ((difference, _),) = run(shop, text).examples[0].differences
    assert (difference.expected, difference.found) == ("refused", "ready to be sent")


def test_rows_that_cannot_be_read_fail_their_example_alone(shop: Path) -> None:
    """Rows without their columns are told, and other examples are run."""
    broken = ROWS.replace("{name}", "broken").replace("No,Placed,State", "No,Placed,Stand")
    text = "examples:\n" + broken + HOLDS + ROWS.replace("{name}", "sound") + HOLDS
    one, other = run(shop, text).examples
    assert [issue.code for issue in one.differences[0][0].issues] == ["E430"]
    assert other.holds


PROPERTIES = [
    ("{check: positive, field: order.amount}", 0),
    ("{check: between, field: order.amount, least: 2, most: 9.50}", 1),
    ("{check: between, field: order.date_placed, most: 2024-03-01}", 2),
    ("{check: one_of, field: order.status, values: [550]}", 0),
    ("{check: one_of, field: order.status, values: [600]}", 2),
    ("{check: always_sent, field: order.notes}", 0),
    ("{check: always_sent, field: order.tracking_number}", 2),
    ("{check: never_sent, field: order.tracking_number}", 0),
    ("{check: never_sent, field: order_item.product}", 2),
    ("{check: unique, field: order.number}", 0),
    ("{check: unique, field: order.status}", 1),
    ("{check: at_most_characters, field: order.number, length: 3}", 2),
    ("{check: at_most_refused, count: 0}", 1),
]


@pytest.mark.parametrize(("said", "broken"), PROPERTIES)
def test_a_property_is_held_against_every_order_that_is_ready(shop: Path, said: str, broken: int) -> None:
    """It counts the values for which it is not so, and names some."""
    (held,) = run(shop, f"properties:\n  - {said}\n", with_files=True).properties
    assert (held.broken, held.holds) == (broken, not broken)
    assert len(held.examples) == broken
    assert held.looked_at > 0


def test_what_came_once_in_each_of_two_inputs_has_not_come_twice(shop: Path) -> None:
    """An example may repeat an order of another, or of the files."""
    text = example(HOLDS) + "properties:\n  - {check: unique, field: order.number}\n"
    assert run(shop, text, with_files=True).properties[0].holds


def test_what_the_rows_never_needed_is_listed_with_its_place(shop: Path) -> None:
    """A value of a table and a column of a file; the condition was met, and the default was needed."""
    result = run(shop, "properties:\n  - {check: at_most_refused, count: 9}\n", counted=True, with_files=True)
    parts = result.needless or ()
    assert [(one.kind, one.name) for one in parts] == [("value", "states: Back"), ("column", "Fax")]
    assert parts[0].place == f"{shop / 'shop.yaml'}:25:29"
    assert in_a_line(parts) == "1 value of a table never met, 1 column never used"


def test_a_condition_and_a_field_may_never_be_needed(shop: Path) -> None:
    """Rows of which none is a gift, and a column that is empty throughout."""
    rows = (shop / "orders.csv").read_text(encoding="utf-8").replace(",gift,1\n", ",,\n")
    (shop / "orders.csv").write_text(rows, encoding="utf-8")
    mapping = MAPPING.replace("currency: ", "bin_number: Fax\n  currency: ")
    (shop / "shop.yaml").write_text(mapping, encoding="utf-8")
    result = run(shop, "properties:\n  - {check: at_most_refused, count: 9}\n", counted=True, with_files=True)
    kinds = {(one.kind, one.name) for one in result.needless or ()}
    assert {("condition", "order.notes: when Kind"), ("field", "order.bin_number")} <= kinds


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("{}", 1, "it holds no example and no property"),
        ("examples: [{name: a, expect: {}}]", 1, "either rows: or files:"),
        ("properties:\n  - {check: positiv, field: order.amount}\n", 2, "'positive'"),
        ("properties:\n  - {check: positive, field: amount}\n", 2, ""),
        ("properties:\n  - {check: positive, feld: order.amount}\n", 2, ""),
        ("examples:\n  - name: a\n    rows: {kalemler: x}\n    expect: {}\n", 3, "no source 'kalemler'"),
    ],
)
def test_what_a_test_file_may_not_say_is_told_at_its_line(
    shop: Path, text: str, line: int, reason: str
) -> None:
    """E491, with what belongs there."""
    with pytest.raises(MappingRefused) as told:
        run(shop, text)
    issue = told.value.issues[0]
    assert issue.mark is not None
    assert (issue.code, issue.mark.line) == ("E491", line)
    assert reason in str(issue.facts["reason"])


def test_tests_are_found_beside_a_mapping_and_in_a_folder(shop: Path) -> None:
    """And E492 where there are none."""
    with pytest.raises(UsageRefused) as told:
        find_test_files(shop / "shop.yaml")
    assert told.value.issues[0].code == "E492"
    run(shop, example(HOLDS))
    assert find_test_files(shop) == find_test_files(shop / "shop.yaml") == [shop / "shop.test.yaml"]


def test_a_first_test_is_written_from_real_rows_and_holds(shop: Path) -> None:
    """One order that is ready and one that is refused; nobody of the file is in it, and it repeats."""
    request = PlanRequest([shop / "orders.csv", shop / "items.csv"], shop / "shop.yaml")
    written = write_test(request, now=NOW)
    text = written.read_text(encoding="utf-8")
    for personal in ("gercek", "Gerçek", "Ayşe", "mail.example", "123 45", "Fax"):
        assert personal not in text
    assert "@example.org" in text
    result = run_test_file(written, now=NOW)
    assert result.holds
    assert result.examples[0].orders == 2
    again = write_test(request, shop / "again.test.yaml", NOW)
    assert again.read_text(encoding="utf-8") == text


def test_nothing_is_overwritten(shop: Path) -> None:
    """E494 where a test is there already."""
    run(shop, example(HOLDS))
    with pytest.raises(UsageRefused) as told:
        write_test(PlanRequest([shop / "orders.csv", shop / "items.csv"], shop / "shop.yaml"), now=NOW)
    assert told.value.issues[0].code == "E494"


def test_an_example_that_would_say_something_else_than_its_file_is_not_written(shop: Path) -> None:
    """E493: the mapping looks at a name that is replaced."""
    mapping = MAPPING.replace(
        "create: {channel_code: Mail, first_name: Name}", "create: {channel_code: Mail}"
    )
    noted = "notes: {column: Note, steps: [{extract: 'ring.*'}]}\n"
    lines = [line for line in mapping.splitlines(keepends=True) if not line.startswith("  notes")]
    (shop / "shop.yaml").write_text(
        "".join(lines).replace("items:\n  product", f"  {noted}items:\n  product")
    )
    with pytest.raises(UsageRefused) as told:
        write_test(PlanRequest([shop / "orders.csv", shop / "items.csv"], shop / "shop.yaml"), now=NOW)
    assert told.value.issues[0].code == "E493"
    assert not (shop / "shop.test.yaml").exists()
