"""Every transform does what its examples say, and is what it says of itself."""

import sys
import time

import pytest
import yaml
from mapping_texts import compiled, order_row, places_of, refused, unmarked, with_order

from pipeline.mapping.steps.problem import CellProblem
from pipeline.mapping.transforms.registry import BUILTIN, EXAMPLE_SETTING, outcome_of, untrue
from pipeline.mapping.transforms.shape import Example, Shape, Transform
from pipeline.mapping.transforms.telling import arguments_of, signature, step_schema
from pipeline.model.catalogue import CATALOGUE

EXAMPLES = [
    pytest.param(one, example, id=f"{one.name}-{number}")
    for one in BUILTIN.values()
    for number, example in enumerate(one.examples, 1)
]


@pytest.mark.parametrize(("transform", "example"), EXAMPLES)
def test_an_example_is_true(transform: Transform, example: Example) -> None:
    """What the page and the command line show is what happens, twice."""
    assert outcome_of(transform, example) == (example.gives, example.refused)
    assert outcome_of(transform, example) == (example.gives, example.refused)
    assert (example.gives is None) != (example.refused is None)
    assert example.refused is None or example.refused in CATALOGUE


@pytest.mark.parametrize("name", BUILTIN)
def test_a_transform_explains_itself(name: str) -> None:
    """A sentence, examples, and a sentence for every argument."""
    one = BUILTIN[name]
    assert one.says.endswith(".")
    assert one.examples
    assert untrue(one) == []
    assert all(argument.says for argument in arguments_of(one))
    assert "→" in signature(one)
    names = {argument.name for argument in arguments_of(one)}
    assert one.short is None or one.short in names


def test_an_untrue_example_is_found() -> None:
    """The test above can fail."""
    false = Example("trim", " a ", "b")
    broken = Transform("trim", Shape.TEXT, Shape.TEXT, "S.", BUILTIN["trim"].make, examples=(false,))
    assert untrue(broken) == ["trim gives 'a' and not what its example says"]


def test_editors_are_offered_every_transform() -> None:
    """By name alone where nothing is needed, with its arguments otherwise, each explained."""
    alone, tables = {}, {}
    for branch in step_schema(BUILTIN.values())["anyOf"]:
        if "const" in branch:
            alone[branch["const"]] = branch["description"]
        else:
            tables = branch["properties"]
    assert set(tables) == set(BUILTIN)
    assert "squeeze" in alone
    assert "phone" not in alone
    assert all(one["description"] for one in tables.values())
    assert tables["truncate"]["examples"] == ["4"]
    phone = tables["phone"]["anyOf"][1]["properties"]
    assert phone["form"]["enum"] == ["e164", "national"]


@pytest.mark.parametrize(
    ("step", "cell", "expected"),
    [
        ("upper", "ılık istek", "ILIK İSTEK"),
        ("lower", "İSTANBUL IRMAK", "istanbul ırmak"),
        ("title", "ığdır İLİ", "Iğdır İli"),
        ("{amount: try}", "TL 1.234,5", "1234.50"),
        ("{amount: try}", "-1.234,50TL", "-1234.50"),
        ("{amount: try}", "1.234,50- Türk Lirası", "-1234.50"),
        ("{amount: [usd, try]}", "US$ 5", "5.00"),
        ("percent", "% 18,5", "18.50"),
    ],
)
def test_the_files_locale_counts(step: str, cell: str, expected: str) -> None:
    """The file is Turkish, and says so once."""
    field = "shipping_tax_rate" if step == "percent" else "refund_amount" if "amount" in step else "notes"
    row = order_row(f"{field}: {{column: N, steps: [{step}]}}", {"N": cell})
    fields = row.fields
    if fields:
        assert str(fields[field]) == expected
    else:  # less than nothing may be written, and not sent
        assert [problem.problem.code for problem in row.problems] == ["E242"]
        assert expected.startswith("-")


@pytest.mark.parametrize(
    ("cell", "code"),
    [("(-5 TL)", "E263"), ("-5- TL", "E263"), ("TL", "E263"), ("5 TL 6", "E211"), ("5 € TL", "E262")],
)
def test_an_amount_that_is_none_is_refused(cell: str, code: str) -> None:
    """Twice negative, without a number, with two numbers, with two currencies."""
    row = order_row("refund_amount: {column: N, steps: [{amount: try}]}", {"N": cell})
    assert [problem.problem.code for problem in row.problems] == [code]


def test_a_sign_of_several_currencies_is_refused_until_it_is_told() -> None:
    """Two dollars are allowed, so $ alone says nothing."""
    rule = "currency: {column: N, steps: [%s]}"
    text = with_order("notes: N").replace("currency: {column: PARA, default: try}", rule % "currency")
    options = "options: {currencies: [usd, cad]}\n"

    def read(mapping: str) -> object:
        plan = next(plan for plan in compiled(mapping + options).order if plan.name == "currency")
        assert plan.read is not None
        return plan.read("$")

    told = text.replace(rule % "currency", rule % '{currency: {words: {"$": cad}}}')
    assert read(told) == "cad"
    with pytest.raises(CellProblem) as caught:
        read(text)
    assert (caught.value.problem.code, caught.value.problem.facts["codes"]) == ("E267", "cad or usd")


def test_a_pattern_takes_time_for_its_text_alone() -> None:
    """What takes a backtracking engine centuries is answered at once, and a cell is bounded."""
    line = "notes: {column: N, steps: [{extract: {pattern: '(?:a*)*b', otherwise: empty}}]}"
    begin = time.perf_counter()
    assert order_row(line, {"N": "a" * 5_000}).fields == {"notes": ""}
    assert time.perf_counter() - begin < 1
    row = order_row(line, {"N": "a" * 10_001})
    assert [problem.problem.code for problem in row.problems] == ["E269"]


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("{extract: ¦'(?=x)'}", "E469"),
        ("{extract: ¦'(a)(b)'}", "E469"),
        (r"{extract: ¦'\1'}", "E469"),
        ("{upper: ¦xx_YY}", "E474"),
        ("{phone: ¦XX}", "E474"),
        ("{phone: ¦Turkey}", "E421"),
        ("{amount: ¦dogecoin}", "E474"),
        ("{date: ¦'%Q'}", "E424"),
        ("{date: {formats: '%d.%m.%Y', timezone: ¦Mars/Base}}", "E416"),
        ("{map: ¦statusses}", "E420"),
        ("{table: ¦skus}", "E468"),
        ("{truncate: ¦0}", "E421"),
        ("{percent: ¦maybe}", "E421"),
        ("{boolean: {true: [a], false: ¦[A]}}", "E474"),
        ("{country: {names: ¦{X: XX}}}", "E474"),
        ("{currency: {words: ¦{X: doge}}}", "E474"),
    ],
)
def test_an_argument_that_cannot_be_meant_is_told_at_its_place(step: str, code: str) -> None:
    """Once, before any row is read."""
    text, places = unmarked(with_order(f"notes: {{column: N, steps: [{step}]}}"))
    issues = refused(text)
    assert places_of(issues)[0] == (code, *places[0])


def test_the_examples_setting_knows_the_table_they_use() -> None:
    """Examples are text; reading them needs nothing else."""
    assert EXAMPLE_SETTING.tables["skus"] == {"old-1": "NEW-1"}
    assert yaml.safe_load("{table: skus}") == {"table": "skus"}


def test_without_the_engine_a_pattern_refuses_the_mapping_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where there is no build of it, the rest of the language works."""
    monkeypatch.setitem(sys.modules, "re2", None)
    text, places = unmarked(with_order("notes: {column: N, steps: [trim, {extract: ¦'[0-9]+'}]}"))
    assert places_of(refused(text)) == [("E470", *places[0])]
    assert order_row("notes: {column: N, steps: [{before: x}]}", {"N": "axb"}).fields == {"notes": "a"}
