"""Which issues ask the same, what may be meant, and what of it is suggested."""

from decimal import Decimal

import pytest

from pipeline.decisions import dates, numbers, words
from pipeline.decisions.forming import Measured, concluded, formed, id_of
from pipeline.decisions.question import key_of, shape_of
from pipeline.decisions.tally import Tally
from pipeline.model.decision import Answer, Asks, Decision, Decisions, Key, RulePlace, as_data, from_data
from pipeline.model.issue import Issue
from pipeline.model.location import Location

TABLE = ("values", "statuses")
STATUS = RulePlace(("order", "status"), ("DURUM",), TABLE, {"Teslim Edildi": "delivered"}, ("delivered",))
ITEM_STATUS = RulePlace(("items", "status"), ("DURUM",), TABLE, STATUS.entries, STATUS.takes)
PLACED = RulePlace(("order", "date_placed"), ("TARIH",), formats=("%d.%m.%Y",))
CITY = RulePlace(("order", "shipping_address", "within", "city"), ("IL",), ("values", "cities"))
PLACES = {
    ("order.status", "DURUM"): STATUS,
    ("order_item.status", "DURUM"): ITEM_STATUS,
    ("order.date_placed", "TARIH"): PLACED,
    ("order.shipping_address", "city name"): CITY,
}


def issue(code: str, field: str, header: str, value: str | None, **facts: str) -> Issue:
    """An issue at a cell below a header."""
    return Issue(code, Location("o.csv", None, 2, 1, header), value, "A1", field, facts=facts)


def status(value: str, field: str = "order.status") -> Issue:
    """An unknown status."""
    return issue("E231", field, "DURUM", value)


def reads(locale: str, text: str) -> Decimal | None:
    """Read numbers of two locales, as far as these tests need."""
    plain = text.replace(".", "").replace(",", ".") if locale == "tr_TR" else text.replace(",", "")
    parts = text.split("," if locale == "tr_TR" else ".")
    return Decimal(plain) if (len(parts) < 3 and len(parts[-1]) <= 2) or len(parts) == 1 else None


def test_a_word_is_one_question_wherever_the_same_table_is_asked() -> None:
    """Case and Turkish dots do not matter, nor does the field; another word is another question."""
    first = key_of(status("İADE"), PLACES)
    assert first == key_of(status(" iade", "order_item.status"), PLACES)
    assert first == Key(Asks.VALUE, TABLE, "iade")
    assert first != key_of(status("İptal"), PLACES)


def test_a_lookup_asks_at_the_rule_that_read_the_word() -> None:
    """The place around an address is a rule of its own."""
    found = key_of(
        issue("E342", "order.shipping_address", "ADRES", "Istambul", what="city", key="name"), PLACES
    )
    assert found == Key(Asks.VALUE, ("values", "cities"), "istambul")


def test_what_no_answer_helps_asks_nothing() -> None:
    """A code that no mapping decides, a field that nothing maps, a value that was cut."""
    assert key_of(issue("E242", "order.status", "DURUM", "0"), PLACES) is None
    assert key_of(issue("E231", "order.notes", "NOT", "x"), PLACES) is None
    assert key_of(status("x" * 79 + "…"), PLACES) is None


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        *((text, True) for text in ("1,234.50", "1234.5", "-1 234,50", "1\u2019234\u2019567.89", "1.234")),
        *((text, False) for text in ("1299,90 €", "£142.49", "12.34.5", "1.23.456,7", "1.234.5", "12 TL")),
    ],
)
def test_only_what_some_locale_writes_asks_for_a_locale(text: str, asks: bool) -> None:
    """No locale reads a currency beside the number, nor garbage."""
    places = {("order.amount", "TOPLAM"): RulePlace(("order", "amount"), ("TOPLAM",), locale="de_AT")}
    found = key_of(issue("E211", "order.amount", "TOPLAM", text), places)
    assert (found is not None and found.asks is Asks.NUMBER) == asks


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("31/12/2024", "9/9/9999"),
        ("1/2/2024 9:30", "9/9/9999 9:9"),
        ("20241231", "99999999"),
        ("2024-1-2", "9999-9-9"),
    ],
)
def test_dates_written_alike_are_one_question(text: str, shape: str) -> None:
    """Digits count, not their values; how many there are tells years and whole dates from days."""
    assert shape_of(text) == shape


def test_an_order_counts_once_for_a_question_and_is_open_when_nothing_else_refuses_it() -> None:
    """However many of its rows ask."""
    tally = Tally(PLACES)
    tally.add([status("İADE"), status("iade", "order_item.status")])
    tally.add([status("İADE"), issue("E242", "order.amount", "T", "-1")])
    (one,) = tally.decisions()
    assert (one.orders, one.rows, tally.orders, tally.open) == (2, 3, 2, 1)


def test_too_many_questions_are_counted_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory does not grow with the words of a file."""
    monkeypatch.setattr("pipeline.decisions.tally.MOST_KEYS", 3)
    tally = Tally(PLACES)
    for number in range(10):
        tally.add([status(f"word {number}")])
    assert (len(tally.counts), tally.orders, tally.open, tally.beyond) == (3, 10, 3, 7)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("Teslim Edldi", Answer("value", "delivered")),
        ("İADE", Answer("value", "refunded")),
        ("yok", Answer("empty")),
        ("-", Answer("empty")),
        ("Kayıp", None),
    ],
)
def test_a_word_means_what_is_spelt_like_it_or_what_people_mean_by_it(
    word: str, meant: Answer | None
) -> None:
    """A table's entry, a status in the shop's language, or nothing at all."""
    found = words.candidates(word, STATUS.entries, ("delivered", "refunded"))
    assert found[1] == meant


def test_two_answers_as_likely_as_each_other_are_not_chosen_between() -> None:
    """Both are listed."""
    found, suggested = words.candidates("abcdef1", {"abcdef2": "x", "abcdef3": "y"}, ())
    assert {one.answer.text for one in found} == {"x", "y"}
    assert suggested is None


@pytest.mark.parametrize(
    ("samples", "formats", "meant"),
    [
        (["25/03/2024", "01/02/2024"], (), "%d/%m/%Y"),
        (["03/25/2024", "01/02/2024"], ("%d.%m.%Y",), "%m/%d/%Y"),
        (["01/02/2024"], ("%d.%m.%Y",), "%d/%m/%Y"),
        (["01/02/2024"], ("%m-%d-%Y",), "%m/%d/%Y"),
        (["01/02/2024"], (), None),
        (["25/03/2024", "03/25/2024"], ("%d.%m.%Y",), None),
        (["2024-03-25T10:00:00"], (), "%Y-%m-%dT%H:%M:%S"),
        (["20240325"], (), "%Y%m%d"),
    ],
)
def test_a_format_is_suggested_where_all_samples_prove_it(
    samples: list[str], formats: tuple[str, ...], meant: str | None
) -> None:
    """Or where the column's own format tells the order of day and month; never by a guess."""
    suggested = dates.candidates(samples, formats)[1]
    assert (suggested.text if suggested else None) == meant


def test_a_locale_is_suggested_where_it_alone_reads_all_samples() -> None:
    """1,250.00 is one number in English; a word beside it is none anywhere."""
    two = ["1,250.00", "3.50"]
    assert numbers.candidates(
        two, "tr_TR", lambda locale, text: reads(locale, text) if locale == "en_US" else None
    )[1]
    assert numbers.candidates([], "tr_TR", reads) == ([], None)
    assert numbers.agrees("12", "tr_TR", "en_US", reads)
    assert not numbers.agrees(
        "1.250", "tr_TR", "en_US", lambda _, text: None if _ == "en_US" else Decimal(text)
    )


def test_an_effect_counts_alone_only_what_waits_for_nothing_else() -> None:
    """An order with two questions needs both answers."""
    tally = Tally(PLACES)
    for order in ([status("İADE")], [status("İADE"), status("iptl")], [status("iptl")]):
        tally.add(order)
    listed = formed(tally, {}, reads)
    first, second = (one.key for one in listed)
    measured = Measured()
    listed = [
        Decision(o.key, o.code, o.field, o.column, o.word, o.orders, o.rows, suggested=Answer("empty"))
        for o in listed
    ]
    measured.add([first], whole=True, ready=True)
    measured.add([first, second], whole=True, ready=True)
    measured.add([second], whole=False, ready=False)
    done = concluded(tally, listed, measured)
    effects = {one.key: one.effect for one in done.listed}
    assert [(e.measured, e.alone, e.together) for e in (effects[first], effects[second]) if e] == [
        (2, 1, 2),
        (2, 0, 1),
    ]
    assert (done.ready, done.measured) == (2, 3)


def test_decisions_survive_being_written_down() -> None:
    """What a journal keeps is what the check found; names are the same in every check."""
    tally = Tally(PLACES)
    tally.add([status("Teslim Edldi"), issue("E221", "order.date_placed", "TARIH", "25/03/2024")])
    done = Decisions(tuple(formed(tally, {}, reads)), 1, 1, 0, 0, 0)
    assert from_data(as_data(done)) == done
    assert {id_of(one.key) for one in done.listed} == {one.id for one in done.listed}
