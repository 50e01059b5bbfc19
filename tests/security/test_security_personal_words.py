"""S18/S19: what counts as personal: fields, headers in three languages, and numbers by their check digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.reporting.masking.id_numbers import is_card_number, is_iban, is_identity_number
from pipeline.reporting.masking.mask import mask, mask_issue, mask_value
from pipeline.reporting.masking.personal_headers import is_personal_header

PERSON = "10000000146"
IBAN = "TR330006100519786457841326"
CARD = "4111111111111111"


@pytest.mark.parametrize(
    "header",
    [
        "E-POSTA", "Eposta", "EMAIL", "customerEmail", "TELEFON", "Cep Telefonu", "GSM", "Tel", "telephone",
        "Müşteri Adı", "MÜŞTERİ ADI", "Alıcı", "AlıcıAdı", "AD", "İSİM", "Ad Soyad", "Soyadı", "Teslim Alan",
        "Adres", "Fatura Adresi", "Shipping Address 1", "billing_first_name", "Billing Name", "Shipping Name",
        "shipping_lastname", "Billing Company", "Firma Ünvan", "TCKN", "T.C. Kimlik No", "Vergi No", "IBAN",
        "Kart No", "Posta Kodu", "Zip", "Doğum Tarihi", "IP Adresi", "remote_addr", "Sipariş Notu",
        "Käufer", "KUNDE", "Kundenname", "Vorname", "Nachname", "Straße", "Straße und Hausnummer", "Hausnr.",
        "PLZ", "Rechnungsadresse", "Lieferanschrift", "Rechnung Name", "Empfänger", "Handy", "Geburtsdatum",
        "USt-IdNr.", "Kontoinhaber", "Bestellnotiz", "Kundenhinweis", "E-Mail-Adresse", "Telefonnummer",
    ],
)  # fmt: skip
def test_a_column_of_people_is_known_by_its_header(header: str) -> None:
    """Turkish, English and German, in any case, with or without dots, dashes and underlines."""
    assert is_personal_header(header)


@pytest.mark.parametrize(
    "header",
    [
        "Name", "Ürün Adı", "Product Name", "Lineitem name", "Stok Kodu", "Kargo Firması", "Kategori Adı",
        "Sipariş No", "TARİH", "DURUM", "TOPLAM", "ADET", "Ödeme Tipi", "payment method name", "Store Name",
        "Shipping Method", "Billing Country", "Şehir", "Delivery Date", "Customer ID", "Fatura No", "zipper",
        "Bestellnummer", "Kundennummer", "Artikelname", "Produktname", "Rechnungsnummer", "Rechnungsdatum",
        "Zahlart", "Versandart", "Lieferstatus", "Steuersatz", "Ort", "Warenhausname", "Kundengruppe",
    ],
)  # fmt: skip
def test_a_column_of_things_is_not(header: str) -> None:
    """Articles, carriers and countries have names, and stay readable."""
    assert not is_personal_header(header)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"kimlik {PERSON}", "kimlik •••46"),
        (IBAN, "TR•••26"),
        ("TR33 0006 1005 1978 6457 8413 26", "TR•••26"),
        (f"iban: {IBAN}.", "iban: TR•••26."),
        (CARD, "•••11"),
        ("4111 1111 1111 1111", "•••11"),
        ("card 5500-0000-0000-0004, please", "card •••04, please"),
        ("3782 822463 10005", "•••05"),
    ],
)
def test_numbers_that_name_somebody_keep_two_digits(text: str, shown: str) -> None:
    """Identity numbers, accounts and cards are told by their check digits, wherever they stand."""
    assert mask(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "10000000147",  # the last check digit is wrong
        "10000000157",  # the one before is, and the last fits it
        "TR330006100519786457841327",
        "4111111111111112",
        "8690123456789",
        "9780201379624",
        "SKU-10000000146-X",
        "order #10000000146",
    ],
)
def test_numbers_without_the_check_digits_stay(text: str) -> None:
    """Order numbers, barcodes and ids are not hidden for their length."""
    assert mask(text) == text


def test_an_order_number_that_passes_by_chance_is_kept_where_it_is_the_order_s() -> None:
    """What is known to be the order's own number is shown."""
    assert mask(f"order {PERSON} is twice in the file", {PERSON}) == f"order {PERSON} is twice in the file"


@given(st.integers(100_000_000, 999_999_999))
def test_every_identity_number_is_known_and_no_neighbour(stem: int) -> None:
    """The two check digits follow from the nine before; a changed last digit is another number."""
    d = [int(c) for c in str(stem)]
    tenth = ((d[0] + d[2] + d[4] + d[6] + d[8]) * 7 - (d[1] + d[3] + d[5] + d[7])) % 10
    whole = f"{stem}{tenth}{(sum(d) + tenth) % 10}"
    assert is_identity_number(whole)
    assert not is_identity_number(f"{whole[:-1]}{(int(whole[-1]) + 1) % 10}")
    assert mask(whole) == f"•••{whole[-2:]}"


@given(st.text())
def test_no_text_breaks_the_check_digits(text: str) -> None:
    """Anything may stand in a cell."""
    assert is_identity_number(text) in {True, False}
    assert is_iban(text) in {True, False}
    assert is_card_number("".join(c for c in text if c in "0123456789")) in {True, False}


def test_a_value_that_is_looked_up_is_hidden_by_the_header_of_its_column() -> None:
    """A customer looked up by an address that is none is still somebody."""
    at = Location("orders.csv", row=7, column=3, header="E-POSTA")
    masked = mask_issue(Issue("E501", at, "ayse yilmaz at örnek", "1", "order.customer"))
    assert masked.value == "a••• y••••• a• ö••••"
    assert masked.at == at


@pytest.mark.parametrize("code", ["E401", "E431"])
def test_a_column_that_the_mapping_names_is_not_hidden(code: str) -> None:
    """A mistake of the mapping has a column's name for its value, and that is nobody's."""
    issue = Issue(
        code, Location("orders.csv", header="TELEFON"), "TELEFON_NO", None, "order.customer.phone_number"
    )
    assert mask_issue(issue).value == "TELEFON_NO"


def test_a_record_in_words_loses_what_it_is_found_by_and_made_of() -> None:
    """The names in quotation marks go, what they are called stays."""
    words = "customer by email 'ayse@ornek.example'; created if missing, of first_name 'Ayşe', "
    words += 'last_name "O\'Hara"'
    assert mask_value(words, "order.customer") == (
        "customer by email 'a•••@•••.example'; created if missing, of first_name 'A•••', last_name \"O'H•••\""
    )
