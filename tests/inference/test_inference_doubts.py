"""What is not proved is asked, however clear a column's name is."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.inference.matching import ACCEPTED
from pipeline.inference.suggestion import FieldSuggestion, Suggestion
from pipeline.runs.rehearsing.suggesting import suggest

HEADER = [
    "Sipariş No",
    "Tarih",
    "Durum",
    "E-posta",
    "Toplam Tutar",
    "SKU",
    "Adet",
    "Birim Fiyat",
    "Satır Tutarı",
]


def told(folder: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> Suggestion:
    """What is suggested for a flat file of these rows."""
    path = folder / "siparis.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([header, *rows])
    return suggest([path])


def rows_of(total: str = "{line}0,00", line: str = "{line}0,00", date: str = "13.01.2024") -> list[list[str]]:
    """Orders of one line: two pieces at half of the total each."""
    return [
        [f"A{n}", date, "Teslim Edildi", f"k{n % 4}@ornek.example", total.format(line=n), f"X{n}", "2",
         f"{n * 5},00", line.format(line=n)]
        for n in range(1, 30)
    ]  # fmt: skip


def field(suggestion: Suggestion, name: str) -> FieldSuggestion:
    """A field that is there."""
    found = suggestion.field(name)
    assert found is not None
    assert found.choice is not None
    return found


def reasons(suggestion: Suggestion, name: str) -> set[str]:
    """Why a field is believed or doubted."""
    choice = field(suggestion, name).choice
    assert choice is not None
    return {reason.key for reason in choice.reasons}


def test_what_adds_up_is_accepted(tmp_path: Path) -> None:
    """The same file without a fault leaves nothing of its sums to ask."""
    found = told(tmp_path, rows_of())
    assert all(field(found, f"items.{name}").accepted for name in ("quantity", "unit_price", "total_price"))
    assert field(found, "order.amount").accepted


def test_a_price_that_does_not_make_the_total_is_asked(tmp_path: Path) -> None:
    """The names are clear; the product says that one of them is something else."""
    found = told(tmp_path, rows_of(line="{line}7,13", total="{line}7,13"))
    assert not field(found, "items.unit_price").accepted
    assert not field(found, "items.total_price").accepted
    assert "line_sum_fails" in reasons(found, "items.unit_price")


def test_an_amount_that_nothing_explains_is_asked(tmp_path: Path) -> None:
    """It may be the total of something else."""
    found = told(tmp_path, rows_of(total="{line}3,99"))
    assert field(found, "items.total_price").accepted
    assert not field(found, "order.amount").accepted
    assert "order_sum_fails" in reasons(found, "order.amount")
    assert found.sums.order_total == "none"


def test_a_date_that_may_be_two_days_is_asked_with_both_readings(tmp_path: Path) -> None:
    """The other format is offered as another choice."""
    found = field(told(tmp_path, rows_of(date="03/04/2024")), "order.date_placed")
    assert not found.accepted
    assert [one.rule for one in found.others] == [{"column": "Tarih", "date": "%m/%d/%Y"}]


def test_an_amount_whose_point_no_value_proves_is_asked(tmp_path: Path) -> None:
    """Other columns prove the comma, but this one stands alone: 1.234 may be either."""
    header = [*HEADER, "İade Tutarı"]
    rows = [[*row, "1.234" if n % 7 == 0 else ""] for n, row in enumerate(rows_of())]
    found = told(tmp_path, rows, header)
    assert not field(found, "order.refund_amount").accepted
    assert "thousand_or_point" in reasons(found, "order.refund_amount")


def test_an_id_is_asked_because_nobody_knows_whose_it_is(tmp_path: Path) -> None:
    """The target's customer 12 and the old shop's are two people."""
    header = [*HEADER, "Müşteri ID"]
    rows = [[*row, str(200 + n % 4)] for n, row in enumerate(rows_of())]
    found = field(told(tmp_path, rows, header), "order.customer")
    assert not found.accepted
    assert found.others[0].columns == ("E-posta",)


@pytest.mark.parametrize("name", ["Sipariş Numarası", "Sipariş Kodu"])
def test_two_columns_that_may_be_the_same_thing_are_asked(name: str, tmp_path: Path) -> None:
    """Both are named as the order's number."""
    header = [*HEADER, name]
    rows = [[*row, f"W{n}"] for n, row in enumerate(rows_of())]
    found = field(told(tmp_path, rows, header), "order.number")
    assert found.choice is not None
    assert found.choice.confidence < ACCEPTED


def test_a_name_that_values_contradict_is_not_used(tmp_path: Path) -> None:
    """A column called e-mail in which there is none."""
    header = ["Sipariş No", "Tarih", "E-posta", "Adet"]
    found = told(tmp_path, [[f"A{n}", "13.01.2024", "evet", "2"] for n in range(9)], header)
    customer = found.field("order.customer")
    assert customer is not None
    assert customer.choice is None


def test_a_number_with_the_check_digits_of_a_person_is_nobody_elses(tmp_path: Path) -> None:
    """Identity numbers under a customer's heading are neither a code of the shop nor an id of the target."""
    header = [*HEADER, "Müşteri No"]
    person = "10000000146"
    rows = [[*row, person] for row in rows_of()]
    found = field(told(tmp_path, rows, header), "order.customer")
    assert found.choice is not None
    assert found.choice.columns == ("E-posta",)
    assert all(one.columns != ("Müşteri No",) for one in found.others)


def test_a_file_of_one_order_has_a_number(tmp_path: Path) -> None:
    """A column that is named as the order's number need not change."""
    assert told(tmp_path, rows_of()[:1]).sources[0].key == "Sipariş No"
