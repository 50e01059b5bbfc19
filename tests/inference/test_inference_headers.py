"""What column names say, in three languages and in many spellings."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib.resources import files

import pytest

from pipeline.inference.headers import header_scores, language_of
from pipeline.inference.vocabulary import plain_words, vocabulary
from pipeline.model.payload import ITEM_BY_NAME, ORDER_BY_NAME, STATUSES


@pytest.mark.parametrize(
    ("header", "concept"),
    [
        ("SİPARİŞ NO", "order.number"),
        ("SIPARIS NO", "order.number"),
        ("sipariş no", "order.number"),
        ("Bestellnummer", "order.number"),
        ("OrderNumber", "order.number"),
        ("order_number", "order.number"),
        ("Sipraiş Tarihi", "order.date_placed"),
        ("E-POSTA", "customer.email"),
        ("Müşteri İli", "shipping.city"),
        ("KDV %", "items.tax_rate"),
        ("MwSt-Satz", "items.tax_rate"),
        ("Gutscheinbetrag", "order.discount_amount"),
        ("Versandkosten", "order.shipping_amount"),
        ("Lineitem price", "items.unit_price"),
        ("Item #", ".line_no"),
        ("Stück", "items.quantity"),
    ],
)
def test_a_name_is_understood(header: str, concept: str) -> None:
    """Case, Turkish dots, accents, compounds, one slip and dashes do not matter."""
    scores = header_scores(header)
    assert scores.get(concept, 0) >= 0.8
    assert scores[concept] == max(scores.values())


@pytest.mark.parametrize(
    ("header", "concept"),
    [
        ("Kargo Toplamı", "order.amount"),
        ("Ara Toplam", "order.amount"),
        ("Fatura Tarihi", "order.date_placed"),
        ("Güncelleme Tarihi", "order.date_placed"),
        ("Fatura No", "order.number"),
        ("Liste Fiyatı", "items.unit_price"),
        ("İndirim Kodu", "order.discount_amount"),
        ("Tax 1 Name", "items.tax_rate"),
        ("Shipping Method", "order.shipping_amount"),
    ],
)
def test_a_qualified_name_is_not_the_plain_one(header: str, concept: str) -> None:
    """A shipping total is no total: a name is never sure to be what it is without its other word."""
    scores = header_scores(header)
    assert scores.get(concept, 0) < 0.85
    assert scores.get(concept, 0) < max([*scores.values(), 0.85])


def test_nothing_is_made_of_an_unknown_name() -> None:
    """Words nobody knows mean nothing."""
    assert header_scores("Xyzzy") == {}
    assert header_scores("") == {}


def test_every_synonym_has_one_meaning_and_can_be_met() -> None:
    """A word that stood under two meanings would silently lose one; a word with an accent is never found."""
    data = tomllib.loads(files("pipeline.inference").joinpath("synonyms.toml").read_text("utf-8"))
    words = [word for given in data["words"].values() for word in given]
    assert [word for word, count in Counter(words).items() if count > 1] == []
    assert [word for word in words if " ".join(plain_words(word)) != word] == []


def test_every_concept_leads_somewhere() -> None:
    """Columns name fields of the payload, parts of a lookup, or something known to be neither."""
    meanings = set(vocabulary().words.values())
    for names, concepts in vocabulary().columns.items():
        assert names <= meanings, names - meanings
        for concept, level in concepts:
            section, _, name = concept.partition(".")
            known = {"order": ORDER_BY_NAME, "items": ITEM_BY_NAME}.get(section)
            assert known is None or name in known or name in {"id", "sku"}, concept
            assert 0 < level <= 1
    assert set(vocabulary().statuses.values()) <= set(STATUSES.values())


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        (["Sipariş No", "Tarih", "SKU"], "tr"),
        (["Bestellnummer", "Datum", "SKU"], "de"),
        (["Order No", "Order date", "SKU"], "en"),
        (["Xyz"], None),
    ],
)
def test_the_language_of_the_headers_is_told(headers: list[str], language: str | None) -> None:
    """By words that only one language has."""
    assert language_of(headers) == language
