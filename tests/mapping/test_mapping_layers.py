"""A mapping upon another, variables, and lookup tables: what comes of them, and where mistakes are told."""

from typing import Any

import pytest
from mapping_texts import FILE, GOOD, spoilt, unmarked, with_order

from pipeline.mapping.binding import RowMapper
from pipeline.mapping.compiled import CompiledMapping, compile_mapping
from pipeline.mapping.layers import Beside, NamedText, layered, step_names, table_files
from pipeline.model.issue import Issue
from pipeline.model.refusal import MappingRefused
from pipeline.validation.payload import field_checks

BASE = "base.yaml"
OVERLAY = "extends: base.yaml\n"


def effective(overlay: str, base: str = GOOD, **variables: str) -> dict[str, Any]:
    """The data of an overlay upon a base."""
    return layered(overlay, FILE, Beside((NamedText(BASE, base),), variables)).document.data


def compiled_with(text: str, beside: Beside) -> CompiledMapping:
    """The compiled mapping."""
    return compile_mapping(text, FILE, field_checks(), beside)


def told(text: str, beside: Beside) -> list[tuple[str, str, int, int]]:
    """Code, file, line and column of every issue."""
    try:
        compiled_with(text, beside)
    except MappingRefused as refusal:
        return [place(issue) for issue in refusal.issues]
    raise AssertionError("the mapping was taken")


def place(issue: Issue) -> tuple[str, str, int, int]:
    """Code, file, line and column."""
    assert issue.mark is not None
    return issue.code, issue.mark.file, issue.mark.line, issue.mark.column


def test_an_overlay_changes_what_it_names_and_keeps_the_rest() -> None:
    """Tables are completed, values replaced."""
    data = effective(
        "extends: base.yaml\nname: customer\nvalues: {statuses: {İade: refunded, Kargoda: delivered}}\n"
        "order: {notes: NOT}\n"
    )
    assert data["name"] == "customer"
    assert data["locale"] == "tr_TR"
    assert data["values"]["statuses"] == {
        "Teslim Edildi": "delivered",
        "Kargoda": "delivered",
        "İade": "refunded",
    }
    assert data["order"]["notes"] == "NOT"
    assert data["order"]["number"] == "NO"
    assert "extends" not in data


def test_a_rule_with_a_source_replaces_the_rule_and_one_without_completes_it() -> None:
    """So a constant never meets the column that it replaces."""
    data = effective(
        OVERLAY
        + "order:\n  status: {constant: delivered}\n  date_placed: {ambiguous: later}\n  amount: TUTAR\n"
    )
    assert data["order"]["status"] == {"constant": "delivered"}
    assert data["order"]["date_placed"] == {
        "column": "TARIH",
        "date": "%d.%m.%Y %H:%M",
        "ambiguous": "later",
    }
    assert data["order"]["amount"] == "TUTAR"


def test_lists_are_replaced_and_a_tilde_takes_a_setting_away() -> None:
    """Nothing is ever appended to a list."""
    base = GOOD + "options: {currencies: [try, eur], status_as: name}\n"
    data = effective(OVERLAY + "options: {currencies: [usd], status_as: ~}\n", base)
    assert data["options"] == {"currencies": ["usd"]}


def test_three_layers_are_laid_from_the_bottom() -> None:
    """The nearest wins."""
    middle = NamedText("middle.yaml", "extends: base.yaml\nname: middle\nlocale: de_DE\n")
    document = layered("extends: middle.yaml\nname: top\n", FILE, Beside((middle, NamedText(BASE, GOOD))))
    data = document.document.data
    assert (data["name"], data["locale"]) == ("top", "de_DE")


def test_a_mistake_is_told_in_the_file_that_makes_it() -> None:
    """With its own line and column, in the base and in the overlay."""
    base, base_places = unmarked(spoilt(("{column: PARA, default: try}", "{column: PARA, default: ¦lira}")))
    overlay, places = unmarked(OVERLAY + "order:\n  notes: {column: N, steps: [¦trimm]}\n")
    beside = Beside((NamedText(BASE, base),))
    assert told(overlay, beside) == [("E460", FILE, *places[0])]
    sound = OVERLAY + "order:\n  notes: N\n"
    assert told(sound, beside) == [("E426", BASE, *base_places[0])]


def test_a_rules_place_is_in_the_file_that_writes_it() -> None:
    """Reports point there."""
    mapping = compiled_with(OVERLAY + "order:\n  notes: N\n", Beside((NamedText(BASE, GOOD),)))
    assert mapping.places["order.notes"].file == FILE
    assert mapping.places["order.status"].file == BASE


def test_what_an_overlay_breaks_is_told_in_the_overlay() -> None:
    """A table taken away that a rule of the base needs points at that rule."""
    issues = told(OVERLAY + "values: {statuses: ~}\n", Beside((NamedText(BASE, GOOD),)))
    assert [(code, file) for code, file, *_ in issues] == [("E420", BASE)]


VARIABLES = "variables: {wh: {type: integer, default: 1}, word: {choices: [a, b], default: a}, at: {}}\n"


def with_variables(line: str) -> str:
    """The sound mapping with three variables and a rule that uses some."""
    return with_order(line) + VARIABLES


def test_a_variable_stands_where_it_is_named() -> None:
    """By itself or within a text; its default where the command line says nothing."""
    text = with_variables("extra_field: {a: {constant: '${wh}'}, b: {constant: 'at ${at}, ${word}'}}")
    mapping = compiled_with(text, Beside(variables={"at": "İzmir", "word": "b"}))
    plans = {plan.name: plan.value for plan in mapping.order}
    assert (plans["extra_field.a"], plans["extra_field.b"]) == ("1", "at İzmir, b")


@pytest.mark.parametrize("value", ["x, required: true}", "[1, 2]", "{a: b}", "a: b", "~", "*x"])
def test_a_value_can_never_become_a_setting(value: str) -> None:
    """It is put in after the file was read as YAML."""
    text = with_variables("extra_field: {a: {constant: '<${at}>'}}")
    mapping = compiled_with(text, Beside(variables={"at": value}))
    assert {plan.name: plan.value for plan in mapping.order}["extra_field.a"] == f"<{value}>"


def test_a_value_within_a_template_names_no_column() -> None:
    """Braces in it are text."""
    text = with_variables("notes: {template: '{a} ${at}', columns: {a: A}}")
    plan = next(
        plan
        for plan in compiled_with(text, Beside(variables={"at": "{a.__class__}"})).order
        if plan.name == "notes"
    )
    assert RowMapper([plan], ("A",))(("x",), (0, 2)).fields == {"notes": "x {a.__class__}"}


def test_two_dollars_are_one_and_no_variable() -> None:
    """For texts that look like one."""
    text = with_variables("extra_field: {a: {constant: '$${at} ${at}'}}")
    mapping = compiled_with(text, Beside(variables={"at": "x"}))
    assert {plan.name: plan.value for plan in mapping.order}["extra_field.a"] == "${at} x"


@pytest.mark.parametrize(
    ("line", "given", "code"),
    [
        ("notes: {constant: ¦'${whh}'}", {"at": "x"}, "E464"),
        ("notes: {constant: '${at}'}", {}, "E465"),
        ("notes: {constant: '${at}${wh}'}", {"at": "x", "wh": "one"}, "E465"),
        ("notes: {constant: '${at}${word}'}", {"at": "x", "word": "c"}, "E465"),
        ("notes: {constant: '${at}'}", {"at": "x", "wh": "2"}, "E465"),
        ("notes: {constant: '${at}'}", {"at": "x", "whh": "2"}, "E464"),
    ],
)
def test_a_variable_that_does_not_fit_is_told_at_its_place(
    line: str, given: dict[str, str], code: str
) -> None:
    """Unknown, without a value, of another type, none of the choices, without effect."""
    text, places = unmarked(with_variables(line))
    issues = told(text, Beside(variables=given))
    assert [issue[0] for issue in issues if issue[0] == code] == [code]
    assert not places or issues[0][2:] == places[0]
    assert all(
        text.splitlines()[issue[2] - 1][issue[3] - 1 :].startswith(("'", "variables", "wh", "word", "at"))
        for issue in issues
    )


def test_a_wrong_value_is_told_where_the_variable_stands_in_the_grammar() -> None:
    """The type of a variable does not know what the field wants."""
    text, places = unmarked(with_variables("is_send: {constant: ¦'${at}'}"))
    assert told(text, Beside(variables={"at": "maybe"})) == [("E426", FILE, *places[0])]


TABLES = "tables: {skus: {file: skus.csv, key: OLD, value: NEW}}\n"


def with_table(csv: str, more: str = "") -> Beside:
    """A lookup table beside the mapping."""
    assert not more
    return Beside(tables={"skus": NamedText("skus.csv", csv)})


@pytest.mark.parametrize("csv", ["OLD;NEW\nA-1;101\n", 'NEW,x,"OLD"\n101,,A-1\n\n', "old\tnew\n a-1 \t101\n"])
def test_a_table_translates_by_its_two_columns(csv: str) -> None:
    """Whatever stands between them; keys are compared as in value tables."""
    text = spoilt(("{column: URUN, integer: true}", "{column: URUN, steps: [{table: skus}]}")) + TABLES
    plan = next(plan for plan in compiled_with(text, with_table(csv)).items if plan.name == "product")
    mapper = RowMapper([plan], ("URUN",))
    assert mapper(("a-1",), (0, 2)).fields == {"product": 101}
    assert [one.problem.code for one in mapper(("a-2",), (0, 2)).problems] == ["E270"]


@pytest.mark.parametrize(
    ("csv", "setting"),
    [
        ("OLD;NEU\nA;1\n", "value"),
        ("ALT;NEW\nA;1\n", "key"),
        ("OLD;NEW\nA;1\na;2\n", "key"),
        ("OLD;NEW\nA\n", "file"),
        ('OLD;NEW\n"A;1\n', "file"),
        ("", "key"),
    ],
)
def test_a_table_that_cannot_be_used_is_told_at_its_setting(csv: str, setting: str) -> None:
    """A column that is not there, a value with two meanings, a broken line."""
    marked = TABLES.replace(f"{setting}: ", f"{setting}: ¦", 1)
    text, places = unmarked(GOOD + marked)
    assert told(text, with_table(csv)) == [("E467", FILE, *places[0])]


def test_a_table_that_says_the_same_twice_is_sound() -> None:
    """Only two meanings are too many."""
    assert compiled_with(GOOD + TABLES, with_table("OLD;NEW\nA;1\nA;1\n")).order


def test_what_a_mapping_names_is_known_before_it_is_understood() -> None:
    """Files to read and transforms to find, each with its place."""
    text = with_order("notes: {column: N, steps: [trim, {acme: 1}]}") + TABLES
    document = layered(text, FILE, Beside()).document
    assert [step.name for step in step_names(document)] == ["trim", "acme"]
    assert [(name, file) for name, file, _ in table_files(document)] == [("skus", "skus.csv")]


def test_variables_and_all_else_are_told_at_once() -> None:
    """And nothing of a place whose value is missing, which would be a consequence."""
    text = with_variables("notes: {column: N, steps: [trimm]}\n  is_send: {constant: '${at}'}")
    assert [issue[0] for issue in told(text, Beside())] == ["E460", "E465"]
