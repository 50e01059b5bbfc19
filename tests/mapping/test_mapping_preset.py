"""Orders that are over, and orders that are live: what may be sent, and what must be said."""

import pytest
from mapping_texts import GOOD, compiled, places_of, refused, spoilt, unmarked, with_order

from pipeline.mapping.binding import RowMapper
from pipeline.mapping.grammar import LIVE_WORDS
from pipeline.model.catalogue import message_of, remedy_of
from pipeline.model.draft import Problem
from pipeline.model.payload import CLOSED_STATUSES, STATUSES

_HISTORIC = "version: 1\npreset: historic"
_STATUS = "status: {column: DURUM, map: statuses}"


def _historic(*changes: tuple[str, str]) -> str:
    return spoilt(("version: 1", _HISTORIC), *changes)


def _is_send(line: str) -> str:
    return with_order(f"is_send: {line}").replace("version: 1", _HISTORIC)


def _status_of(text: str, cell: str, section: str = "order") -> object:
    mapping = compiled(text)
    plans = mapping.order if section == "order" else mapping.items
    row = RowMapper([plan for plan in plans if plan.name == "status"], ("DURUM",))((cell,), (0, 2))
    return row.fields.get("status", [problem.problem for problem in row.problems])


def test_orders_that_are_over_are_marked_as_sent() -> None:
    """Without a rule, and whatever stands in for other fields; otherwise nothing is added."""
    for text in (_historic(), _historic() + "options: {unmapped: omit}\n", _is_send("{constant: true}")):
        assert [plan.value for plan in compiled(text).order if plan.name == "is_send"] == [True]
    assert "is_send" not in {plan.name for plan in compiled(GOOD).order}


@pytest.mark.parametrize(
    "line",
    [
        "{constant: false}",
        "{constant: 'no'}",
        "G",
        "{column: G, default: true}",
        "{column: G, boolean: {true: [a], false: []}, default: true}",
        "{column: G, map: {a: true, b: false}, default: true}",
        "{column: G, map: {a: true}}",
        "{column: G, map: {a: true}, default: false}",
    ],
)
def test_a_rule_by_which_a_past_order_might_be_picked_up_is_refused(line: str) -> None:
    """An empty cell counts: then the target would choose."""
    text, (place,) = unmarked(_is_send(f"¦{line}"))
    assert ("E447", *place) in places_of(refused(text))


@pytest.mark.parametrize(
    "line",
    ["{column: G, map: {a: true, b: true}, default: true}", "{column: G, map: {a: true}, required: true}"],
)
def test_a_rule_that_can_only_give_true_is_taken(line: str) -> None:
    """It is of no use, but does no harm."""
    assert compiled(_is_send(line)).order


@pytest.mark.parametrize("code", sorted(STATUSES))
@pytest.mark.parametrize("written", ["code", "name"])
def test_only_closed_statuses_leave(code: str, written: str) -> None:
    """Canceled, delivered and refunded, of an order and of an item; all others would enter fulfilment."""
    items = ("  quantity:", "  status: DURUM\n  quantity:")
    text = _historic((_STATUS, "status: DURUM"), items) + f"options: {{status_as: {written}}}\n"
    for section in ("order", "items"):
        found = _status_of(text, STATUSES[code], section)
        if code in CLOSED_STATUSES:
            assert found == (code if written == "code" else STATUSES[code])
        else:
            facts = {"status": STATUSES[code], "closed": "canceled, delivered, refunded"}
            assert found == [Problem("E247", facts)]


def test_an_open_status_in_a_value_table_is_told_at_the_cells_that_hold_it() -> None:
    """The table may serve live orders as well; how many past ones have it is for the report to say."""
    assert _status_of(_historic(), "Teslim Edildi") == "550"
    assert [problem.code for problem in _status_of(_historic(), "Kargoda")] == ["E247"]  # type: ignore[attr-defined]
    assert _status_of(GOOD, "Kargoda") == "500"


@pytest.mark.parametrize("line", ["{constant: ¦approved}", "{column: DURUM, default: ¦shipped}"])
def test_an_open_status_that_the_mapping_writes_itself_is_its_mistake(line: str) -> None:
    """A constant or a default is in every order."""
    text, (place,) = unmarked(_historic((_STATUS, f"status: {line}")))
    issues = refused(text)
    assert places_of(issues) == [("E426", *place)]
    assert "E247" in message_of(issues[0])


def test_an_item_of_a_past_order_has_a_status() -> None:
    """Of a rule whose cell is empty the target would make its own choice; without a rule W449 says so."""
    text = _historic(("  quantity:", "  status: DURUM\n  quantity:"))
    assert _status_of(text, "", "items") == [Problem("E205")]
    assert "W449" not in {issue.code for issue in compiled(text).warnings}
    assert ("W449", 18, 1) in places_of(compiled(_historic()).warnings)
    assert "W449" not in {issue.code for issue in compiled(GOOD).warnings}


def test_a_mapping_that_says_nothing_is_told_what_to_say() -> None:
    """At the top of the file."""
    (warning,) = (issue for issue in compiled(GOOD).warnings if issue.code == "W448")
    assert places_of((warning,)) == [("W448", 1, 1)]
    assert LIVE_WORDS in remedy_of(warning)
    live = spoilt(("version: 1", f"version: 1\npreset: live\ni_know: {LIVE_WORDS}"))
    for text in (_historic(), live):
        assert "W448" not in {issue.code for issue in compiled(text).warnings}


def test_live_orders_are_sent_as_they_are() -> None:
    """Nothing is added and nothing refused; the words may be written in capitals."""
    live = spoilt(("version: 1", f"version: 1\npreset: live\ni_know: {LIVE_WORDS.upper()}"))
    assert _status_of(live, "Kargoda") == "500"
    assert "is_send" not in {plan.name for plan in compiled(live).order}


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("preset: ¦live", LIVE_WORDS),
        ("preset: live\ni_know: ¦yes", LIVE_WORDS),
        ("¦i_know: orders will enter fulfilment", "is for preset: live"),
        ("preset: historic\n¦i_know: orders will enter fulfilment", "is for preset: live"),
    ],
)
def test_live_orders_need_the_words_and_others_have_no_use_for_them(lines: str, told: str) -> None:
    """Nobody sends live orders by a slip of the pen."""
    text, (place,) = unmarked(spoilt(("version: 1", f"version: 1\n{lines}")))
    issues = refused(text)
    assert places_of(issues) == [("E446", *place)]
    assert told in message_of(issues[0])


def test_another_preset_is_not_known() -> None:
    """There are two."""
    text, (place,) = unmarked(spoilt(("version: 1", "version: 1\npreset: ¦historical")))
    assert places_of(refused(text)) == [("E421", *place)]
