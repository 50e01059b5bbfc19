"""Why a suggestion is made, in words. Every reason that inference gives has its sentence here."""

from collections.abc import Sequence
from typing import Final

from pipeline.inference.matching import Reason
from pipeline.model.issue import shown
from pipeline.model.language import N_, _

_WORDS: Final = {
    "name": N_("its name says so"),
    "name_near": N_("its name is near"),
    "values_alone": N_("its values alone say so"),
    "empty": N_("empty throughout"),
    "values": N_("its values fit"),
    "arithmetic": N_("{formula} in {share} of {count}"),
    "similar": N_("{column!r} is as likely"),
    "numbered": N_("values such as #1001 on every row"),
    "joins": N_("{items} of the items' keys are among the orders, {orders} of the orders have items"),
    "groups": N_("rows of one order share it"),
    "better_number": N_("one for each order, and better named than the key {key!r}"),
    "whose_id": N_("is it the target's id, or the old shop's own?"),
    "by_line": N_("looked up by its line and place"),
    "country_assumed": N_("no column for the country, so Turkey is assumed"),
    "as_shipping": N_("no address of its own: that of the parcel"),
    "carrier_by_name": N_("looked up by name; its code in the ERP would be surer"),
    "slugs_guessed": N_("slugs are each installation's own: check the table"),
    "words": N_("{known} of {words} words are known"),
    "two_states": N_("two states make one; each pair is in the table"),
    "status_of_order": N_("the order's status, on every row"),
    "one_currency": N_("the only currency of the file"),
    "currency_assumed": N_("no column for the currency, but Turkish headers"),
    "as_unit_price": N_("as unit_price"),
    "no_list_price": N_("no list price in the file: the price itself"),
    "multiplied": N_("no column for the line's total"),
    "own_number": N_("the order's own number"),
    "history": N_("history: the ERP must not pick it up again"),
    "date_cells": N_("date cells; the format is for cells that hold text"),
    "one_format": N_("{share} of all values have this one format"),
    "several_formats": N_("{share} of all values have one of these formats"),
    "format_beside": N_("the column beside it proves that it writes dates so"),
    "day_or_month": N_("no value proves which is the day and which the month"),
    "numbers_contrary": N_("some values contradict it about the decimal sign"),
    "other_locale": N_("this column writes its decimals with {mark!r}"),
    "numbers_proven": N_("{columns} columns prove {mark!r} as decimal sign"),
    "numbers_reckoned": N_("values leave it open; sums hold with {mark!r} as decimal sign only"),
    "numbers_open": N_("values leave open whether 1.234 is a thousand"),
    "numbers_plain": N_("no number needs it"),
    "zone_turkish": N_("Turkish columns or liras"),
    "zone_language": N_("German columns"),
    "zone_in_dates": N_("dates carry their own offset"),
    "zone_unknown": N_("nothing tells where the shop's clock hung"),
    "line_sum_fails": N_("quantity × price is the total in {share} of the lines only"),
    "order_sum_fails": N_("no sum of items, shipping and discount explains more than {share} of the orders"),
    "thousand_or_point": N_("no value proves whether 1.234 is a thousand"),
    "answered": N_("you said so"),
}


def reason_words(reasons: Sequence[Reason]) -> str:
    """The reasons as one line, without control characters."""
    return "; ".join(_one(reason) for reason in reasons)


def _one(reason: Reason) -> str:
    facts = {name: shown(value) if isinstance(value, str) else value for name, value in reason.facts.items()}
    return _(_WORDS[reason.key]).format_map(facts)


def known_reasons() -> frozenset[str]:
    """Every key that has words."""
    return frozenset(_WORDS)
