"""Which way an order goes, and the rows that are made of one that goes into the archive."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from pipeline.model.archive import SECTIONS, Age, ArchiveSettings, RouteRule
from pipeline.validation.archive_records import RecordMaker
from pipeline.validation.archive_route import Routing, in_words
from pipeline.validation.archive_values import mobile_number
from pipeline.validation.payload import field_checks

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
ISTANBUL = ZoneInfo("Europe/Istanbul")
GIVEN: dict[str, Any] = {
    "user.customer_code": "M-1",
    "user.email": "Ayse@Example.com",
    "user.first_name": "Ayşe",
    "user.last_name": "Deneme",
    "user.phone": "+90 (532) 111 22 33",
    "user.date_joined": datetime(2014, 1, 2, 3, 4, 5, tzinfo=UTC),
    "user.date_of_birth": date(1980, 2, 29),
    "user.password": "hash",
    "order.shipping_address": "Örnek Sok. 1",
    "order.billing_address": "Örnek Sok. 1",
}
ORDER: dict[str, Any] = {
    "number": "A-1",
    "status": "delivered",
    "date_placed": datetime(2015, 3, 2, 8, tzinfo=UTC),
    "currency": "try",
    "amount": Decimal("1234567890.10"),
    "discount_amount": Decimal("0.00"),
    "tracking_number": None,
    "extra_field": {"id": "7", "weight": Decimal("0.10")},
    "archive": GIVEN,
}
ITEM: dict[str, Any] = {"quantity": 2, "unit_price": Decimal("0.70"), "archive": {"items.sku": "S-1"}}


def made(order: dict[str, Any] = ORDER, *items: dict[str, Any], **settings: Any) -> Any:
    """Give the rows of an order, and the codes of what was found."""
    maker = RecordMaker(ArchiveSettings((), **settings), ISTANBUL)
    rows, found = maker.make(order, items or [ITEM])
    return rows, [(index, problem.field, problem.problem.code) for index, problem in found]


def changed(**given: Any) -> dict[str, Any]:
    """Give the order with changed fields; those of the archive have a double underscore for their dot."""
    own = {name.replace("__", "."): value for name, value in given.items() if "__" in name}
    return {**ORDER, **{k: v for k, v in given.items() if "__" not in k}, "archive": {**GIVEN, **own}}


@pytest.mark.parametrize(
    ("placed", "cell", "expected"),
    [
        (datetime(2021, 5, 31, 20, 59, tzinfo=UTC), "Eski Site", True),
        (datetime(2021, 5, 31, 21, 0, tzinfo=UTC), "Eski Site", False),
        (datetime(2015, 1, 1, tzinfo=UTC), "yeni", False),
        (None, "Eski Site", False),
    ],
)
def test_everything_that_a_rule_says_must_hold(placed: datetime | None, cell: str, expected: bool) -> None:
    """An age is measured when planning, from midnight where the shop is; no date is no old date."""
    rule = RouteRule(older=Age(3, "year"), cell="when.0", column="KANAL", test="is", words=("eski site",))
    assert Routing([rule], NOW, ISTANBUL).into_archive(placed, {"when.0": cell}) is expected


@pytest.mark.parametrize(
    ("test", "words", "cell", "expected"),
    [
        ("is", ("a", "b"), " B ", True),
        ("is", ("a",), "ab", False),
        ("contains", ("a",), "xAx", True),
        ("starts_with", ("a",), "Ab", True),
        ("starts_with", ("a",), "ba", False),
        ("empty", (), "  ", True),
        ("empty", (), "0", False),
        ("empty", (), None, True),
    ],
)
def test_a_cell_decides_as_rows_to_leave_out_are_told(
    test: Any, words: Any, cell: Any, expected: bool
) -> None:
    """Case, spaces and the Turkish letters i do not matter."""
    rule = RouteRule(cell="when.0", column="X", test=test, words=words)
    cells = {} if cell is None else {"when.0": cell}
    assert Routing([rule], NOW, None).into_archive(None, cells) is expected


def test_one_of_several_rules_is_enough_and_they_are_told_with_their_days() -> None:
    """The words hold the day that an age has come to mean."""
    rules = [
        RouteRule(before=date(2010, 1, 1)),
        RouteRule(older=Age(3, "year"), column="X", cell="when.1", test="empty"),
    ]
    assert Routing(rules, NOW, None).into_archive(datetime(2009, 1, 1, tzinfo=UTC), {"when.1": "full"})
    assert (
        in_words(rules, NOW, ISTANBUL)
        == "placed before 2010-01-01; or placed before 2021-06-01 and X is empty"
    )


def test_the_rows_of_an_order_as_they_leave() -> None:
    """Every digit of an amount is its cell's; what the section does not say is the order's own."""
    rows, found = made()
    assert found == []
    assert (
        rows.order
        == (
            '{"number":"A-1","user":"M-1","user_email":"Ayse@Example.com","status":"550",'
            '"created_date":"2015-03-02T08:00:00Z","amount":1234567890.10,"discount_amount":0.00,'
            '"currency":"TRY","payment_type":null,"bank":null,"tracking_number":null,"shipping_company":null,'
            '"shipping_address":"Örnek Sok. 1","billing_address":"Örnek Sok. 1",'
            '"extra_field":{"id":"7","weight":0.10}}'
        ).encode()
    )
    (item,) = rows.items
    assert item == (
        b'{"order_number":"A-1","product":null,"sku":"S-1","quantity":2,"price":0.70,"image_url":null,'
        b'"extra_field":{}}'
    )
    user = orjson.loads(rows.user)
    assert (user["phone"], user["sms_allowed"], user["email_allowed"], user["gender"]) == (
        "5321112233",
        False,
        False,
        None,
    )
    assert (user["date_joined"], user["date_of_birth"]) == ("2014-01-02T03:04:05Z", "1980-02-29")
    assert (rows.code, rows.email, rows.placed) == ("M-1", "ayse@example.com", 1425283200)


def test_what_the_section_says_counts_and_not_the_order() -> None:
    """Also where it says that there is nothing."""
    rows, _ = made(
        changed(
            order__status="100",
            order__created_date=datetime(2001, 1, 1, tzinfo=UTC),
            order__discount_amount=None,
            order__tracking_number="T-1",
            order__extra_field={},
        )
        | {"tracking_number": "of the order"}
    )
    row = orjson.loads(rows.order)
    assert (row["status"], row["created_date"], row["tracking_number"]) == (
        "100",
        "2001-01-01T00:00:00Z",
        "T-1",
    )
    assert "discount_amount" not in row
    item = {**ITEM, "archive": {"items.price": Decimal("9.99"), "items.quantity": None}}
    rows, _ = made(ORDER, item)
    assert rows.items[0].count(b'"quantity":null,"price":9.99') == 1


def test_an_address_has_what_it_does_not_say_from_its_customer() -> None:
    """Name, phone and e-mail, whose column is called as the mapping says; the same record goes once."""
    given = {f"addresses.{i}.{name}": "x" for i in (0, 1) for name in ("line", "country", "city", "township")}
    rows, _ = made(changed() | {"archive": {**GIVEN, **given}}, addresses=2, email_column="e_mail")
    (row,) = map(orjson.loads, rows.addresses)
    assert row == {
        "user": "M-1",
        "e_mail": "Ayse@Example.com",
        "phone_number": "5321112233",
        "first_name": "Ayşe",
        "last_name": "Deneme",
        "line": "x",
        "country": "x",
        "city": "x",
        "township": "x",
    }


def test_dates_are_written_as_the_mapping_says_in_its_time_zone() -> None:
    """The format that the target wants is published nowhere."""
    rows, _ = made(datetime_format="%Y-%m-%d %H:%M:%S", date_format="%d.%m.%Y")
    user = orjson.loads(rows.user)
    assert (user["date_joined"], user["date_of_birth"]) == ("2014-01-02 05:04:05", "29.02.1980")
    assert orjson.loads(rows.order)["created_date"] == "2015-03-02 10:00:00"


@pytest.mark.parametrize(
    ("order", "item", "found"),
    [
        (changed(tracking_number="x" * 65), ITEM, [(None, "order.tracking_number", "E241")]),
        (changed(currency="zloty"), ITEM, [(None, "order.currency", "E363")]),
        (changed(installment_count=0), ITEM, [(None, "order.installment_count", "E242")]),
        (ORDER, {**ITEM, "quantity": 0}, [(0, "order_item.quantity", "E242")]),
        (changed(user__phone="+49 170 1234567"), ITEM, [(None, "archive.user.phone", "E362")]),
    ],
)
def test_what_the_files_do_not_take_refuses_the_order(order: Any, item: Any, found: Any) -> None:
    """Nothing is cut to fit."""
    rows, told = made(order, item)
    assert (rows, told) == (None, found)


@pytest.mark.parametrize(("official", "own"), [("tr", "TRY"), ("eu", "EUR"), ("lei", "RON"), ("usd", "USD")])
def test_currencies_are_iso_codes(official: str, own: str) -> None:
    """create_orders has names of its own for some."""
    rows, _ = made(changed(currency=official))
    assert orjson.loads(rows.order)["currency"] == own


def test_foreign_phones_may_be_left_out_or_sent() -> None:
    """As the mapping says; what is left out is told."""
    order = changed(user__phone="+49 170 1234567")
    rows, found = made(order, foreign_phones="leave_out")
    assert (orjson.loads(rows.user)["phone"], found) == (None, [(None, "archive.user.phone", "W362")])
    rows, found = made(order, foreign_phones="send")
    assert (orjson.loads(rows.user)["phone"], found) == ("+49 170 1234567", [])


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5321112233", "5321112233"),
        ("05321112233", "5321112233"),
        ("+90 532 111 22 33", "5321112233"),
        ("0090 (532) 111-22-33", "5321112233"),
        ("905321112233", "5321112233"),
        ("2121112233", None),
        ("+49 532 111 22 33", None),
        ("532111223", None),
        ("53211122334", None),
        ("5321112233 ev", None),
        ("\u0665321112233", None),
    ],
)
def test_a_mobile_number_is_known_however_it_is_written(text: str, number: str | None) -> None:
    """And nothing else is taken for one."""
    assert mobile_number(text) == number


@pytest.mark.parametrize(
    ("field", "good", "bad", "code"),
    [
        ("user.email", "a@b.example", "a@b", "E248"),
        ("user.gender", "female", "kadın", "E246"),
        ("user.password_algorithm", "salted_sha1", "bcrypt", "E246"),
        ("user.first_name", "x" * 255, "x" * 256, "E241"),
        ("addresses.title", "x" * 128, "x" * 129, "E241"),
        ("order.shipping_address", "x" * 512, "x" * 513, "E241"),
        ("order.bank", "x" * 64, "x" * 65, "E241"),
        ("items.product", "x" * 256, "x" * 257, "E241"),
        ("items.sku", "x" * 128, "x" * 129, "E241"),
        ("items.quantity", 1, 0, "E242"),
        ("items.price", Decimal("9999999999.99"), Decimal("10000000000.00"), "E246"),
        ("items.image_url", "https://a.example/b.png", "b.png", "E244"),
    ],
)
def test_each_field_takes_what_is_documented(field: str, good: Any, bad: Any, code: str) -> None:
    """To the last character, and not one more."""
    known = {f"archive.{part}.{spec.name}" for part, specs in SECTIONS.items() for spec in specs}
    assert {name for name in field_checks() if name.startswith("archive.")} == known
    check = field_checks()[f"archive.{field}"]
    assert check(good) is None
    problem = check(bad)
    assert problem is not None
    assert problem.code == code
