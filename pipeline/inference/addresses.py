"""Customers, addresses and products: ids where the file has them, else what they can be found by."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.inference.matching import Match, Reason
from pipeline.inference.suggestion import Choice

_OWN_ID = 0.7
"""An id of the file may be the target's or the old shop's: nobody can tell from here."""
_OF_TWO = 0.8
_PLACES = ("city", "township", "district")


def customers(found: Mapping[str, Match]) -> list[Choice]:
    """Ways to name the customer, the better first.

    Where the shop's own code stands beside an e-mail address, which of them counts is a question.
    """
    choices = []
    code = found.get(".customer_code")
    if "customer.id" in found:
        choices.append(_id(found["customer.id"]))
    if "customer.email" in found:
        email = found["customer.email"]
        rule = {"lookup": "customer", "by": {"email": email.column.name}}
        choices.append(
            Choice(
                rule, (email.column.name,), min(email.confidence, _OF_TWO if code else 0.95), email.reasons
            )
        )
    if code is not None:
        rule = {"lookup": "customer", "by": {"channel_code": code.column.name}}
        choices.append(Choice(rule, (code.column.name,), _OWN_ID, code.reasons))
    if "customer.phone" in found:
        phone = found["customer.phone"]
        rule = {"lookup": "customer", "by": {"phone_number": phone.column.name}}
        choices.append(Choice(rule, (phone.column.name,), min(phone.confidence, 0.6), phone.reasons))
    return choices


def products(found: Mapping[str, Match]) -> list[Choice]:
    """Ways to name the product, the better first."""
    choices = []
    if "items.id" in found:
        choices.append(_id(found["items.id"]))
    if "items.sku" in found:
        sku = found["items.sku"]
        rule = {"lookup": "product", "by": {"sku": sku.column.name}}
        choices.append(Choice(rule, (sku.column.name,), sku.confidence, sku.reasons))
    if ".barcode" in found:
        code = found[".barcode"]
        rule = {"lookup": "product", "by": {"sku": code.column.name}}
        choices.append(Choice(rule, (code.column.name,), min(code.confidence, 0.5), code.reasons))
    return choices


def shipping_addresses(found: Mapping[str, Match], *, turkish: bool) -> list[Choice]:
    """Ways to name the shipping address."""
    return [*_ids(found, "shipping.id"), *_lookups(found, "shipping", turkish=turkish)]


def invoice_addresses(found: Mapping[str, Match], shipping: list[Choice], *, turkish: bool) -> list[Choice]:
    """Ways to name the billing address; that of the parcel where the file has no other."""
    own = [*_ids(found, "invoice.id"), *_lookups(found, "invoice", turkish=turkish)]
    shared = [
        Choice(one.rule, one.columns, min(one.confidence, 0.6), (Reason("as_shipping"),)) for one in shipping
    ]
    return [*own, *shared]


def _ids(found: Mapping[str, Match], concept: str) -> Iterator[Choice]:
    for one in (concept, "address.id"):
        if one in found:
            yield _id(found[one])


def _id(match: Match) -> Choice:
    reasons = (*match.reasons, Reason("whose_id"))
    rule = {"column": match.column.name, "integer": True}
    return Choice(rule, (match.column.name,), min(match.confidence, _OWN_ID), reasons)


def _lookups(found: Mapping[str, Match], prefix: str, *, turkish: bool) -> Iterator[Choice]:
    line, city = found.get(f"{prefix}.line"), found.get(f"{prefix}.city")
    if line is None or city is None:
        return
    parts = [line, city]
    within: dict[str, Any] = {}
    reasons: list[Reason] = [Reason("by_line")]
    country = found.get(f"{prefix}.country")
    confidence = min(line.confidence, city.confidence)
    if country is not None:
        short = all(len(word) == 2 for word in country.column.words or ("",))  # noqa: PLR2004
        within["country"] = {"code" if short else "name": country.column.name}
        parts.append(country)
    else:
        within["country"] = {"code": {"constant": "TR"}}
        confidence = min(confidence, 0.88 if turkish else 0.4)
        reasons.append(Reason("country_assumed"))
    for place in _PLACES:
        place_match = found.get(f"{prefix}.{place}")
        if place_match is None:
            break
        within[place] = place_match.column.name
        if place_match is not city:
            parts.append(place_match)
    confidence = min(confidence, *(one.confidence for one in parts))
    rule = {"lookup": "address", "by": {"line": line.column.name}, "within": within}
    reasons += [reason for one in parts for reason in one.reasons if reason.key == "similar"]
    yield Choice(rule, tuple(one.column.name for one in parts), confidence, tuple(reasons))
