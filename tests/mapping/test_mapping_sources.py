"""What a mapping says of the layout of its files: understood, refused at a place, and told to the loaders."""

import pytest
from mapping_texts import compiled, places_of, refused, spoilt, unmarked

from pipeline.mapping.binding import lacking_columns
from pipeline.mapping.grammar import Source
from pipeline.model.catalogue import message_of, remedy_of
from pipeline.model.rows import DropRule, SourceSpec, Table

_ORDERS = '"orders*.csv", key: NO}'


def _with(settings: str) -> str:
    """The sound mapping with more settings for its orders."""
    return spoilt((_ORDERS, f'"orders*.csv", key: NO, {settings}}}'))


def _spec(settings: str) -> SourceSpec:
    return compiled(_with(settings)).sources[0]


@pytest.mark.parametrize(
    ("settings", "rows"), [("header_row: 3", (3,)), ("header_row: [4, 5, 6]", (4, 5, 6)), ("sheet: A", ())]
)
def test_a_header_has_one_row_or_several_or_is_looked_for(settings: str, rows: tuple[int, ...]) -> None:
    """The loaders get the numbers; none where the mapping does not say."""
    assert _spec(settings).header_rows == rows


@pytest.mark.parametrize(
    ("written", "ranges"),
    [("4", ((4, 4),)), ('[4, "10-12"]', ((4, 4), (10, 12))), ('" 7 - 9 "', ((7, 9),)), ("[]", ())],
)
def test_rows_to_skip_are_numbers_and_ranges(written: str, ranges: tuple[tuple[int, int], ...]) -> None:
    """A single one needs no list."""
    assert _spec(f"skip_rows: {written}").skip_rows == ranges


@pytest.mark.parametrize(
    ("rule", "made"),
    [
        ("{is: Total, because: t}", DropRule(None, "is", ("Total",), "t")),
        ("{column: NO, is: [A, 0], because: t}", DropRule("NO", "is", ("A", "0"), "t")),
        ("{column: AD, contains: [test], because: t}", DropRule("AD", "contains", ("test",), "t")),
        ("{starts_with: [T, G], because: t}", DropRule(None, "starts_with", ("T", "G"), "t")),
        ("{column: AD, empty: true, because: t}", DropRule("AD", "empty", (), "t")),
        ("{column: AD, is: x, empty: false, because: t}", DropRule("AD", "is", ("x",), "t")),
    ],
)
def test_rows_are_dropped_by_one_test(rule: str, made: DropRule) -> None:
    """A word alone needs no list; words are text however they look."""
    assert _spec(f"drop: [{rule}]").drop == (made,)


@pytest.mark.parametrize(
    ("written", "columns", "fills_key"),
    [
        ("true", ("NO",), True),
        ("false", (), False),
        ("[AD, ADRES]", ("AD", "ADRES"), False),
        ("[no, AD]", ("no", "AD"), True),
    ],
)
def test_the_key_and_other_columns_are_filled_down(
    written: str, columns: tuple[str, ...], fills_key: bool
) -> None:
    """True means the key alone; in a list the key is one column like the others."""
    mapping = compiled(_with(f"fill_down: {written}"))
    assert isinstance(mapping.file.sources.orders, Source)
    assert mapping.file.sources.orders.fills_key is fills_key
    assert mapping.sources[0].fill_down == columns


def test_merged_cells_refuse_unless_the_mapping_says_otherwise() -> None:
    """And the key is told, since rows belong to each other by it."""
    assert (_spec("sheet: A").merged, _spec("merged: expand").merged, _spec("sheet: A").key) == (
        *("refuse", "expand"),
        "NO",
    )


@pytest.mark.parametrize(
    ("marked", "code", "told"),
    [
        pytest.param(_with("header_row: ¦[1, 3]"), "E433", "not next to each other", id="gap"),
        pytest.param(_with("header_row: ¦[2, 1]"), "E433", "from top to bottom", id="upside-down"),
        pytest.param(_with("header_row: ¦[2, 2]"), "E433", "not next to each other", id="twice"),
        pytest.param(_with("header_row: ¦2, skip_rows: 1-3"), "E433", "leaves out row 2", id="skipped"),
        pytest.param(_with("header_row: ¦[]"), "E421", "several in a list", id="no-rows"),
        pytest.param(_with("header_row: [1, ¦two]"), "E421", "a whole number", id="row-in-words"),
        pytest.param(_with("header_row: ¦1048577"), "E421", "less than or equal to 1048576", id="too-far"),
        pytest.param(_with("skip_rows: ¦four"), "E421", "such as 4 or 10-12", id="skip-in-words"),
        pytest.param(_with("skip_rows: [4, ¦12-10]"), "E421", "such as 4 or 10-12", id="backwards"),
        pytest.param(_with("skip_rows: [¦0]"), "E421", "such as 4 or 10-12", id="row-zero"),
        pytest.param(_with("skip_rows: ¦99999999"), "E421", "such as 4 or 10-12", id="skip-too-far"),
        pytest.param(_with("skip_rows: ¦{a: b}"), "E421", "such as 4 or 10-12", id="skip-table"),
        pytest.param(_with("drop: [¦{because: x}]"), "E434", "given: none of them", id="no-test"),
        pytest.param(
            _with("drop: [¦{is: a, contains: b, because: x}]"), "E434", "given: is and contains", id="two"
        ),
        pytest.param(_with("drop: [{¦empty: true, because: x}]"), "E434", "needs a column", id="all-empty"),
        pytest.param(_with("drop: [{is: ¦'', because: x}]"), "E434", "empty: true", id="no-word"),
        pytest.param(_with("drop: [{is: ¦[], because: x}]"), "E434", "a word is missing", id="no-words"),
        pytest.param(_with("drop: [{contains: ¦[a, ' '], because: x}]"), "E434", "a word", id="blank-word"),
        pytest.param(_with("¦drop: [{is: a}]"), "E412", "'because' is missing", id="no-reason"),
        pytest.param(_with("drop: [{is: a, because: ¦''}]"), "E421", "should be text", id="empty-reason"),
        pytest.param(_with("drop: ¦total"), "E421", "a list", id="drop-word"),
        pytest.param(_with("fill_down: ¦perhaps"), "E421", "true or false", id="fill-word"),
        pytest.param(_with("merged: ¦split"), "E421", "'refuse' or 'expand'", id="merged"),
    ],
)
def test_what_cannot_be_meant_is_told_at_its_place(marked: str, code: str, told: str) -> None:
    """Each with what should stand there."""
    text, (place,) = unmarked(marked)
    issues = refused(text)
    assert places_of(issues) == [(code, *place)]
    assert told in message_of(issues[0])
    assert "{" not in message_of(issues[0]) + remedy_of(issues[0]).replace("{column: No, starts_with", "")


@pytest.mark.parametrize(
    ("marked", "near"),
    [
        (_with("drop: [{¦startswith: a, is: b, because: x}]"), "'starts_with'"),
        (_with("drop: [{is: b, because: x, ¦colum: AD}]"), "'column'"),
        (_with("drop: [{¦iss: b, is: b, because: x}]"), "'is'"),
        (_with("¦skip_row: 4"), "'skip_rows'"),
        (spoilt(("sources:", "sources:\n  ¦furter: {}")), "'further'"),
        (
            spoilt(("sources:", "sources:\n  further: {pay: {files: p, key: NO, ¦rowss: many}}")),
            "'rows'",
        ),
        (spoilt(("sources:", "sources:\n  further: {key: {files: p, key: NO, ¦sheeet: a}}")), "'sheet'"),
    ],
)
def test_a_misspelt_setting_is_told_with_the_nearest(marked: str, near: str) -> None:
    """Also inside lists and tables of names."""
    text, (place,) = unmarked(marked)
    issues = refused(text)
    assert places_of(issues) == [("E411", *place)]
    assert f"Did you mean {near}?" in remedy_of(issues[0])


def test_columns_that_settings_name_must_be_there_and_find_the_header() -> None:
    """Told once, by the first who asks for it, with the place of a setting in the mapping."""
    settings = "drop: [{column: ¦AD, is: x, because: x}, {is: y, because: y}], fill_down: [¦ADRES, DURUM]"
    text, marks = unmarked(_with(settings))
    mapping = compiled(text)
    assert mapping.sources[0].headers >= {"NO", "DURUM", "AD", "ADRES"}
    assert "AD" not in mapping.sources[1].headers
    header = ("TARIH", "MUSTERI", "PARA", "TOPLAM")
    issues = lacking_columns(Table(0, "orders", "o.csv", header), mapping.columns["orders"])
    assert [(issue.code, issue.value, issue.field) for issue in issues] == [
        ("E430", "NO", "key"),
        ("E430", "DURUM", "order.status"),
        ("E430", "AD", "drop"),
        ("E430", "ADRES", "fill_down"),
    ]
    assert [(i.mark.line, i.mark.column) for i in issues[2:] if i.mark] == marks


def test_a_flat_file_must_have_the_columns_of_orders_and_items() -> None:
    """Fields are named as in the payload."""
    text = spoilt(
        ('  orders: {files: "orders*.csv", key: NO}\n', ""),
        ('items: {files: "items*.csv"', 'lines: {files: "all.csv"'),
    )
    fields = {wanted.field: wanted.column for wanted in compiled(text).columns["lines"]}
    assert (fields["key"], fields["order.amount"], fields["order_item.product"]) == ("NO", "TOPLAM", "URUN")
