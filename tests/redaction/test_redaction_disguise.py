"""Values in disguise keep their shape, and nothing else."""

import re
import unicodedata
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.cell import CellError
from pipeline.redaction.cells import disguised
from pipeline.redaction.disguise import Disguise
from pipeline.redaction.lines import disguised_line
from pipeline.redaction.roles import Role

KEY = b"for tests alone, thirty-two byte"


def disguise(*encodings: str, key: bytes = KEY) -> Disguise:
    """Give a disguise under a fixed key."""
    return Disguise(key, encodings)


def kinds(text: str) -> list[str]:
    """Give the class of every character."""
    return [unicodedata.category(one) if one.isalnum() else one for one in text]


@given(st.text(st.characters(codec="cp1254"), max_size=40))
def test_classes_case_length_and_marks_stay(text: str) -> None:
    """Letters become letters of their case, digits digits, and everything else is untouched."""
    made = disguise("cp1254").text(text)
    assert kinds(made) == kinds(text)
    made.encode("cp1254")


@pytest.mark.parametrize(
    "name", ["Ayşe Öztürk", "ÇAĞRI İNCE", "Łukasz", "Иванов", "田中太郎", "Müller-Lüdenscheidt"]
)
def test_names_of_any_script_are_replaced(name: str) -> None:
    """No letter run of the name is left, and Turkish letters become Turkish ones."""
    made = disguise("utf-8").text(name)
    assert made != name
    assert kinds(made) == kinds(name)
    assert not set(re.split(r"\W", name)) & set(re.split(r"\W", made)) - {""}
    assert all(
        (one in "çğıöşüÇĞİÖŞÜ") == (new in "çğıöşüÇĞİÖŞÜ") for one, new in zip(name, made, strict=True)
    )


def test_the_same_value_has_the_same_disguise_and_another_under_another_key() -> None:
    """Within a bundle rows still meet; two bundles cannot be joined."""
    one, other = disguise(), disguise(key=b"another key")
    values = [f"WB-{number:05d}" for number in range(200)]
    first = [one.text(value) for value in values]
    assert first == [one.text(value) for value in values] == [disguise().text(value) for value in values]
    assert len(set(first)) == 200
    assert not set(first) & {other.text(value) for value in values[:20]}


def test_values_that_differ_in_case_or_leading_zeros_stay_alike() -> None:
    """What collides goes on colliding, and zeros that a spreadsheet lost are still lost."""
    made = disguise()
    assert made.text("ab-12x").upper() == made.text("AB-12X")
    long, short = made.text("0001234"), made.text("1234")
    assert long == f"000{short}"
    assert long != "0001234"


def test_few_values_stay_different() -> None:
    """Ten single digits have only nine others to become; nine of them are told apart."""
    made = [disguise().text(str(number)) for number in range(1, 10)]
    assert "0" not in made
    one = disguise()
    assert len({one.text(letter) for letter in "ABCDEFGHJK"}) == 10


def test_an_email_address_stays_one_at_a_domain_that_never_exists() -> None:
    """Case and blanks around it do not matter; what is no address stays none."""
    made = disguise()
    address = made.email(" Ayse.Yilmaz+7@ornek.com.tr ")
    assert re.fullmatch(r" [A-Z][a-z]{3}\.[A-Z][a-z]{5}\+\d@example\.invalid ", address)
    assert made.email("AYSE@ornek.com").lower() == made.email("ayse@ORNEK.com").lower()
    assert made.email("ayse@ornek.com") != made.email("ayse@other.com")
    assert "@" in made.email("ayse@@ornek")
    assert "ornek" not in made.email("ayse@@ornek")


def test_a_phone_number_keeps_country_network_and_form() -> None:
    """Only the last seven digits change, alike however they are grouped."""
    made = disguise()
    assert re.fullmatch(r"\+90 \(532\) \d{3} \d\d \d\d", made.phone("+90 (532) 765 43 21"))
    digits = {
        re.sub(r"\D", "", made.phone(text))[-7:] for text in ("0532 765 43 21", "5327654321", "+905327654321")
    }
    assert len(digits) == 1
    assert digits != {"7654321"}


def test_links_and_addresses_of_machines_become_documented_examples() -> None:
    """They stay what the checks take for a link and an address."""
    made = disguise()
    assert re.fullmatch(r"https://example\.invalid/\w+/\w+", made.code("https://shop.acme.com/orders/ayse1"))
    assert re.fullmatch(r"203\.0\.113\.\d+", made.code("88.240.17.3"))


@pytest.mark.parametrize("text", ["31.12.2023 10:15", "2023-02-28", "5/7/2023", "29.2.2024"])
def test_dates_stay_dates_of_the_same_year_and_form(text: str) -> None:
    """Whatever the order of day and month, what was valid stays valid."""
    made = disguise().date(text)
    assert len(made) == len(text)
    assert re.sub(r"\d", "9", made) == re.sub(r"\d", "9", text)
    for form in ("%d.%m.%Y %H:%M", "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y"):
        try:
            before = datetime.strptime(text, form)  # noqa: DTZ007 - a form is tried
        except ValueError:
            continue
        after = datetime.strptime(made, form)  # noqa: DTZ007 - as above
        assert (after.year, after.hour, after.minute) == (before.year, before.hour, before.minute)


def test_what_is_no_date_does_not_become_one() -> None:
    """A day of 31 and a month of 31 stay above twelve, both of them."""
    first, second, year = disguise().date("31.31.2023").split(".")
    assert min(int(first), int(second)) > 12
    assert year == "2023"


def test_cells_are_disguised_by_what_their_column_is() -> None:
    """Amounts and words of the mapping stay; numbers, dates and texts of other columns do not."""
    made = disguise()
    known = {"delivered", "kargoda"}
    assert disguised("1.234,50 TL", Role.AMOUNT, known, made) == "1.234,50 TL"
    assert disguised("6.703,40", Role.AMOUNT, known, made) == "6.703,40"
    assert disguised("sor Ayşe", Role.AMOUNT, known, made) != "sor Ayşe"
    assert disguised("Kargoda", Role.WORD, known, made) == "Kargoda"
    assert disguised("Ayşe aradı", Role.WORD, known, made) != "Ayşe aradı"
    assert disguised("a@delivered.com", Role.CODE, {"a@delivered.com"}, made) != "a@delivered.com"
    assert disguised(1001.0, Role.CODE, known, made) not in (1001.0, "1001")
    assert isinstance(disguised(1001.0, Role.CODE, known, made), float)
    assert disguised(12.5, Role.AMOUNT, known, made) == 12.5
    assert disguised(CellError("#REF!"), Role.NAME, known, made) == CellError("#REF!")
    day = disguised(date(1984, 3, 17), Role.IDENTITY, known, made)
    assert isinstance(day, date)
    assert day != date(1984, 3, 17)
    assert day.year == 1984
    assert disguised("", Role.NAME, known, made) == ""


def test_a_line_of_unknown_cells_keeps_marks_figures_and_known_words() -> None:
    """Names, addresses and long numbers in it go; `sep=` is no value."""
    made = disguise()
    line = disguised_line('Ayşe;"a@b.com";05321234567;12,50;delivered;x\r\n', {"delivered"}, made)
    parts = line.split(";")
    assert "Ayşe" not in line
    assert parts[1].endswith('@example.invalid"')
    assert parts[2] != "05321234567"
    assert parts[3:5] == ["12,50", "delivered"]
    assert line.endswith("\r\n")
    assert disguised_line("sep=;\n", set(), made) == "sep=;\n"
