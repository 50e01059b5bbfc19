"""Values and records as people are told of them, in each language."""

import pytest

from pipeline.journal import references as journal
from pipeline.mapping.field_plan import OMIT
from pipeline.model.language import speaking
from pipeline.model.lookup import LookupKind, Reference
from pipeline.model.order_life import RecordNamed
from pipeline.reporting.shown.traced_order import named_record
from pipeline.reporting.shown.value_words import STANDINGS, answer_of, told_record, told_value

COUNTRY = Reference(LookupKind.COUNTRY, "name", "Türkiye")
CITY = Reference(LookupKind.CITY, "name", "Isparta", within=(COUNTRY,))
CUSTOMER = Reference(
    LookupKind.CUSTOMER, "email", "ayse@example.org", create=(("name", "Ayşe"), ("is_active", True))
)


@pytest.mark.parametrize("reference", [COUNTRY, CITY, CUSTOMER], ids=["plain", "within", "to create"])
def test_english_tells_a_record_as_machines_read_it(reference: Reference) -> None:
    """Two ways to say one thing would be two things."""
    assert told_record(reference) == named_record(reference)


def test_a_record_is_told_in_turkish() -> None:
    """By what it is looked up, what it lies in, and what it would be made of."""
    with speaking("tr"):
        assert told_record(CITY) == "şehir (name: 'Isparta'), ülke 'Türkiye' içinde"
        assert told_record(CUSTOMER) == (
            "müşteri (email: 'ayse@example.org'); yoksa şunlarla oluşturulur: name 'Ayşe', is_active True"
        )
        assert named_record(COUNTRY) == "country by name 'Türkiye'"


def test_what_came_of_a_lookup_is_told() -> None:
    """The id and how it was come by; without one, how the record stands and why."""
    found = RecordNamed("order.customer", (0, 2), None, COUNTRY, "found", "12", 1, None)
    lacking = found._replace(state="lacking", remote_id=None, trouble="E342")
    assert answer_of(found) == "country by name 'Türkiye' → 12 (found on the target)"
    assert answer_of(lacking) == "country by name 'Türkiye' → no id (lacking) E342"
    with speaking("tr"):
        assert answer_of(found) == "ülke (name: 'Türkiye') → 12 (hedefte bulundu)"
        assert answer_of(lacking) == "ülke (name: 'Türkiye') → kimlik yok (bulunamadı) E342"


def test_every_standing_of_a_record_has_words() -> None:
    """Those of the journal, and no others."""
    assert set(STANDINGS) == {
        journal.WANTED,
        journal.FOUND,
        journal.LACKING,
        journal.CREATING,
        journal.IN_DOUBT,
        journal.CREATED,
    }


def test_values_are_told_as_json_has_them() -> None:
    """Text in quotation marks, several with commas; what is left out and what is looked up in words."""
    assert told_value([OMIT, "A", None, 3, COUNTRY]) == "left out, 'A', null, 3, country by name 'Türkiye'"
    with speaking("tr"):
        assert told_value((OMIT, "left out")) == "gönderilmiyor, 'left out'"
