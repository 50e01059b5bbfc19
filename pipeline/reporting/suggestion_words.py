"""Why a suggestion is made, in words. Every reason that inference gives has its sentence here."""

from collections.abc import Sequence
from typing import Final

from pipeline.inference.matching import Reason
from pipeline.model.issue import shown

_WORDS: Final = {
    "name": "its name says so",
    "name_near": "its name is near",
    "values_alone": "its values alone say so",
    "empty": "empty throughout",
    "values": "its values fit",
    "arithmetic": "{formula} in {share} % of {count}",
    "similar": "{column!r} is as likely",
    "numbered": "values such as #1001 on every row",
    "joins": "{items} of the items' keys are among the orders, {orders} of the orders have items",
    "groups": "rows of one order share it",
    "better_number": "one for each order, and better named than the key {key!r}",
    "whose_id": "is it the target's id, or the old shop's own?",
    "by_line": "looked up by its line and place",
    "country_assumed": "no column for the country, so Turkey is assumed",
    "as_shipping": "no address of its own: that of the parcel",
    "carrier_by_name": "looked up by name; its code in the ERP would be surer",
    "slugs_guessed": "slugs are each installation's own: check the table",
    "words": "{known} of {words} words are known",
    "two_states": "two states make one; each pair is in the table",
    "status_of_order": "the order's status, on every row",
    "one_currency": "the only currency of the file",
    "currency_assumed": "no column for the currency, but Turkish headers",
    "as_unit_price": "as unit_price",
    "no_list_price": "no list price in the file: the price itself",
    "multiplied": "no column for the line's total",
    "own_number": "the order's own number",
    "history": "history: the ERP must not pick it up again",
    "date_cells": "date cells; the format is for cells that hold text",
    "one_format": "{share} of all values have this one format",
    "several_formats": "{share} of all values have one of these formats",
    "format_beside": "the column beside it proves that it writes dates so",
    "day_or_month": "no value proves which is the day and which the month",
    "numbers_contrary": "some values contradict it about the decimal sign",
    "other_locale": "this column writes its decimals with {mark!r}",
    "numbers_proven": "{columns} columns prove {mark!r} as decimal sign",
    "numbers_reckoned": "values leave it open; sums hold with {mark!r} as decimal sign only",
    "numbers_open": "values leave open whether 1.234 is a thousand",
    "numbers_plain": "no number needs it",
    "zone_turkish": "Turkish columns or liras",
    "zone_language": "German columns",
    "zone_in_dates": "dates carry their own offset",
    "zone_unknown": "nothing tells where the shop's clock hung",
    "line_sum_fails": "quantity × price is the total in {share} of the lines only",
    "order_sum_fails": "no sum of items, shipping and discount explains more than {share} of the orders",
    "thousand_or_point": "no value proves whether 1.234 is a thousand",
    "answered": "you said so",
}


def reason_words(reasons: Sequence[Reason]) -> str:
    """The reasons as one line, without control characters."""
    return "; ".join(_one(reason) for reason in reasons)


def _one(reason: Reason) -> str:
    facts = {name: shown(value) if isinstance(value, str) else value for name, value in reason.facts.items()}
    return _WORDS[reason.key].format_map(facts)


def known_reasons() -> frozenset[str]:
    """Every key that has words."""
    return frozenset(_WORDS)
