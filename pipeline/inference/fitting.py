"""Whether the values of a column can be what its name says."""

from collections.abc import Mapping
from typing import Final

from pipeline.inference.facts import ColumnFacts
from pipeline.inference.vocabulary import vocabulary
from pipeline.inspection.shapes import Shape
from pipeline.model.folding import fold

STRONG, NEUTRAL, AGAINST = 1, 0, -1
_MOST: Final = 0.9
_LARGEST_RATE: Final = 100
_TEXTS: Final = frozenset({Shape.TEXT, Shape.CODE, Shape.MIXED, Shape.WHOLE, Shape.YES_NO})
_KEYS: Final = frozenset({Shape.CODE, Shape.WHOLE, Shape.TEXT, Shape.NUMBER_CELL, Shape.MIXED, Shape.PHONE})
_FLAGS: Final = frozenset({Shape.YES_NO, Shape.YES_NO_CELL})

_MONEY: Final = {
    "order.amount", "order.shipping_amount", "order.discount_amount", "order.refund_amount", ".order_tax",
    ".subtotal", "items.unit_price", "items.total_price", "items.retail_price", "items.discount_amount",
    "items.tax_amount",
}  # fmt: skip
_MOMENTS: Final = {"order.date_placed", "order.invoice_date", "items.estimated_delivery_date", ".other_date"}
_COUNTS: Final = {"items.quantity", "order.installment_count"}
_RATES: Final = {"items.tax_rate", "order.shipping_tax_rate"}
_IDS: Final = {"customer.id", "shipping.id", "invoice.id", "address.id", "items.id"}
_CODES: Final = {
    ".line_no", ".order_id", "order.number", "items.sku",
    ".barcode", "order.tracking_number", "order.invoice_number",
    ".discount_code",
    ".payment_reference", "invoice.postcode", "shipping.postcode", ".tax_no", ".identity",
}  # fmt: skip
_MAY_BE_EMPTY: Final = {
    "order.tracking_number", "order.notes", "order.gift_box_note", "order.invoice_number",
}  # fmt: skip
_PROVEN_NUMBERS: Final = {".tax_no", ".identity"}
_CURRENCIES: Final = {"order.currency", "items.price_currency"}
_NAMES: Final = {".customer_name", ".item_name", "customer.first_name", "customer.last_name"}
_STATUSES: Final = {"order.status", "items.status"}
_BY_KNOWN_WORDS: Final = {*_CURRENCIES, *_STATUSES, "order.payment_option_slug", "order.cargo_company"}


def fit_of(concept: str, facts: ColumnFacts) -> int:
    """``STRONG`` where the values speak for the concept, ``AGAINST`` where they cannot be it.

    An empty column speaks against everything but plain text: nothing is known of it.
    """
    shape = facts.profile.shape
    if shape is Shape.EMPTY:
        return NEUTRAL if concept in _MAY_BE_EMPTY else AGAINST
    proven = is_proven_number(facts)
    if concept in _PROVEN_NUMBERS:
        return STRONG if proven else NEUTRAL if shape in _KEYS else AGAINST
    if proven:  # what carries the check digits of a person's number is nothing else
        return AGAINST
    return _by_kind(concept, facts)


def _by_kind(concept: str, facts: ColumnFacts) -> int:
    shape = facts.profile.shape
    if concept in _MONEY:
        return NEUTRAL if facts.numeric else AGAINST
    if concept in _MOMENTS:
        return STRONG if facts.dated else AGAINST
    if concept in _COUNTS:
        return NEUTRAL if facts.numeric and (facts.whole or _few_decimals(facts)) else AGAINST
    if concept in _RATES:
        return _as_rate(facts)
    if concept == ".customer_code":
        return NEUTRAL if shape is Shape.CODE else AGAINST
    if concept in _IDS:
        return NEUTRAL if facts.whole else AGAINST
    if concept in _CODES:
        return NEUTRAL if shape in _KEYS else AGAINST
    return _as_words(concept, facts)


def is_proven_number(facts: ColumnFacts) -> bool:
    """Whether nearly all values are identity or tax numbers or bank accounts, by their check digits."""
    return any(facts.kinds[kind] >= _MOST for kind in ("tckn", "vkn", "iban"))


def _as_words(concept: str, facts: ColumnFacts) -> int:
    shape = facts.profile.shape
    if concept in _BY_KNOWN_WORDS:
        return _as_known_words(concept, facts)
    if concept in _NAMES and facts.numeric:
        return AGAINST
    if concept == "customer.email":
        return STRONG if shape is Shape.EMAIL else AGAINST
    if concept == "customer.phone":
        return STRONG if shape is Shape.PHONE else NEUTRAL if shape in {Shape.WHOLE, Shape.CODE} else AGAINST
    if concept == "order.remote_addr":
        return STRONG if facts.kinds["ip"] >= _MOST else AGAINST
    if concept == "order.has_gift_box":
        return STRONG if is_flag(facts) else AGAINST
    return NEUTRAL if shape in _TEXTS and not (facts.numeric and not concept.startswith(".")) else AGAINST


def _as_known_words(concept: str, facts: ColumnFacts) -> int:
    """Few words that come again and again, most of them known."""
    known = vocabulary()
    if concept in _CURRENCIES:
        return _known_share(facts, known.currencies)
    if facts.words is None or facts.dated or (facts.numeric and concept not in _STATUSES):
        return AGAINST
    if concept == "order.cargo_company":
        return NEUTRAL if facts.profile.shape in _TEXTS else AGAINST
    words = known.statuses if concept in _STATUSES else known.payments
    return STRONG if _known_share(facts, words) is STRONG else NEUTRAL


def _few_decimals(facts: ColumnFacts) -> bool:
    """Whether the numbers may be whole though they are written with a fraction: ``2,00``."""
    texts = facts.words or dict.fromkeys(facts.profile.samples, 1)
    return all(
        one.replace(",", ".").rpartition(".")[2].strip("0") == "" for one in texts if set(one) & set(".,")
    )


def _as_rate(facts: ColumnFacts) -> int:
    if facts.words is None or not (facts.numeric or in_percent(facts)):
        return AGAINST
    numbers = [one.strip("% \u00a0\u202f").replace(",", ".") for one in facts.words]
    try:
        return STRONG if all(0 <= float(one) < _LARGEST_RATE for one in numbers) else AGAINST
    except ValueError:
        return AGAINST


def in_percent(facts: ColumnFacts) -> bool:
    """Whether its values are written with a per cent sign: ``19 %``, ``%20``."""
    return facts.profile.shape is Shape.PERCENT


def _known_share(facts: ColumnFacts, known: Mapping[str, str]) -> int:
    if not facts.words:
        return AGAINST
    count = sum(facts.words.values())
    hits = sum(
        number for word, number in facts.words.items() if fold(word) in known or fold(word).upper() in _ISO
    )
    return STRONG if hits >= _MOST * count else AGAINST if not hits else NEUTRAL


_ISO: Final = frozenset({"TRY", "EUR", "USD", "GBP", "SAR", "AED", "PLN", "RON", "CHF", "SEK", "KWD", "QAR"})


def is_flag(facts: ColumnFacts) -> bool:
    """Whether the column says yes and no, in words or as 1 and 0."""
    if facts.profile.shape in _FLAGS:
        return True
    return bool(facts.words) and set(facts.words or ()) <= {"0", "1"}
