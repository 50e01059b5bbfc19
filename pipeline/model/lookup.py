"""What an order names by id on the target, and by what it can be found there.

Sources: the published pages of the lists and what Akinon's reference client asks for; ``docs/target.md``
tells which is which.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias


class LookupKind(StrEnum):
    """A kind of record on the target."""

    PRODUCT = "product"
    CUSTOMER = "customer"
    ADDRESS = "address"
    CARGO_COMPANY = "cargo_company"
    PAYMENT_OPTION = "payment_option"
    PRICE_LIST = "price_list"
    STOCK_LIST = "stock_list"
    COUNTRY = "country"
    CITY = "city"
    TOWNSHIP = "township"
    DISTRICT = "district"
    RETAIL_STORE = "retail_store"


@dataclass(frozen=True, slots=True)
class Attribute:
    """A field of a record that is created. ``parent`` names the kind of record that it refers to."""

    name: str
    required: bool = False
    max_length: int | None = None
    parent: LookupKind | None = None


@dataclass(frozen=True, slots=True)
class LookupSpec:
    """How records of a kind are found, and what one that is created is made of.

    ``keys`` are the fields by which it may be found, one of them at a time; ``within`` are the records it
    lies in, which narrow the search. ``creates`` is empty where nothing of the kind is ever created.
    """

    kind: LookupKind
    keys: tuple[str, ...]
    within: tuple[LookupKind, ...] = ()
    creates: tuple[Attribute, ...] = ()


_PLACES = (LookupKind.COUNTRY, LookupKind.CITY, LookupKind.TOWNSHIP, LookupKind.DISTRICT)

LOOKUPS: dict[LookupKind, LookupSpec] = {
    spec.kind: spec
    for spec in (
        LookupSpec(LookupKind.PRODUCT, ("sku", "base_code", "remote_id")),
        LookupSpec(
            LookupKind.CUSTOMER,
            ("email", "phone_number", "channel_code", "erp_code"),
            creates=(
                Attribute("email", required=True, max_length=254),
                Attribute("channel_code", required=True, max_length=64),
                Attribute("first_name", max_length=255),
                Attribute("last_name", max_length=255),
                Attribute("phone_number", max_length=128),
                Attribute("erp_code", max_length=64),
                Attribute("gender"),
                Attribute("date_of_birth"),
                Attribute("date_joined"),
                Attribute("user_type"),
            ),
        ),
        LookupSpec(
            LookupKind.ADDRESS,
            ("line",),
            within=(LookupKind.CUSTOMER, *_PLACES),
            creates=(
                Attribute("line", required=True, max_length=255),
                Attribute("customer", required=True, parent=LookupKind.CUSTOMER),
                Attribute("country", required=True, parent=LookupKind.COUNTRY),
                Attribute("city", required=True, parent=LookupKind.CITY),
                Attribute("township", parent=LookupKind.TOWNSHIP),
                Attribute("district", parent=LookupKind.DISTRICT),
                Attribute("email", required=True, max_length=254),
                Attribute("phone_number", required=True, max_length=128),
                Attribute("first_name", required=True, max_length=255),
                Attribute("last_name", required=True, max_length=255),
                Attribute("title", max_length=128),
                Attribute("postcode", max_length=64),
                Attribute("notes", max_length=512),
                Attribute("company_name", max_length=255),
                Attribute("tax_office", max_length=64),
                Attribute("tax_no", max_length=20),
                Attribute("identity_number", max_length=64),
                Attribute("retail_store", parent=LookupKind.RETAIL_STORE),
            ),
        ),
        LookupSpec(LookupKind.CARGO_COMPANY, ("erp_code", "name")),
        LookupSpec(LookupKind.PAYMENT_OPTION, ("slug", "name")),
        LookupSpec(LookupKind.PRICE_LIST, ("name", "code")),
        LookupSpec(LookupKind.STOCK_LIST, ("name", "code")),
        LookupSpec(LookupKind.COUNTRY, ("code", "name")),
        LookupSpec(LookupKind.CITY, ("name",), within=(LookupKind.COUNTRY,)),
        LookupSpec(LookupKind.TOWNSHIP, ("name",), within=(LookupKind.COUNTRY, LookupKind.CITY)),
        LookupSpec(
            LookupKind.DISTRICT,
            ("name",),
            within=(LookupKind.COUNTRY, LookupKind.CITY, LookupKind.TOWNSHIP),
        ),
        LookupSpec(LookupKind.RETAIL_STORE, ("erp_code",)),
    )
}


UPDATABLE = ("first_name", "last_name", "phone_number")
"""What of a living customer may be changed: what the reference client changes."""

LOOKUP_FIELDS: dict[str, LookupKind] = {
    "order.customer": LookupKind.CUSTOMER,
    "order.shipping_address": LookupKind.ADDRESS,
    "order.billing_address": LookupKind.ADDRESS,
    "order.cargo_company": LookupKind.CARGO_COMPANY,
    "order.payment_option": LookupKind.PAYMENT_OPTION,
    "order_item.product": LookupKind.PRODUCT,
    "order_item.price_list": LookupKind.PRICE_LIST,
    "order_item.stock_list": LookupKind.STOCK_LIST,
}
"""The payload fields whose record can be looked up, and its kind."""

KNOWN_ID = "id"
"""The key of a reference whose value is the record's id itself, so that nothing is asked: an address lies
within such a customer where the mapping reads the customer's id from a column."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One record on the target, known here by what it can be found by.

    ``within`` are the records it lies in (a city's country, an address's customer and places). ``create``
    is what it is made of if it is missing, ``None`` where the mapping does not allow that; fields that
    refer to other records are not among them, they are those of ``within``. ``update`` is what a customer who
    is there shall have from then on, ``None`` where the mapping does not say that one is changed.
    """

    kind: LookupKind
    key: str
    value: str
    within: tuple["Reference", ...] = ()
    create: tuple[tuple[str, "Plain"], ...] | None = None
    update: tuple[tuple[str, "Plain"], ...] | None = None
    _digest: str = field(default="", init=False, repr=False, compare=False)
    _identity: str = field(default="", init=False, repr=False, compare=False)

    @property
    def digest(self) -> str:
        """Thirty-two hex digits that stand for the reference wherever it is equal, in every process.

        Made once for each object: it is asked for dozens of times while records are looked up.
        """
        if not self._digest:
            plain = json.dumps(self.as_data(), ensure_ascii=False)
            object.__setattr__(self, "_digest", hashlib.sha256(plain.encode()).hexdigest()[:32])
        return self._digest

    @property
    def identity(self) -> str:
        """As :attr:`digest`, for which record is meant, whatever it would be made of if it were missing."""
        if not self._identity:
            plain = [self.kind.value, self.key, self.value, [one.identity for one in self.within]]
            digest = hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()[:32]
            object.__setattr__(self, "_identity", digest)
        return self._identity

    def as_data(self) -> list[object]:
        """The reference as plain data, for a journal or another process."""
        create = [list(pair) for pair in self.create] if self.create is not None else None
        update = [[list(pair) for pair in self.update]] if self.update is not None else []
        within = [one.as_data() for one in self.within]
        return [self.kind.value, self.key, self.value, within, create, *update]

    def chain(self) -> Iterator["Reference"]:
        """Every reference that this one needs, each before those that need it, this one last."""
        for one in self.within:
            yield from one.chain()
        yield self


Plain: TypeAlias = str | int | bool | None
"""What a field of a record that is created may hold."""


def reference_from(data: list[object]) -> Reference:
    """The reference that :meth:`Reference.as_data` was made of."""
    kind, key, value, within, create, *update = data
    return Reference(
        LookupKind(str(kind)),
        str(key),
        str(value),
        tuple(reference_from(one) for one in within),  # type: ignore[attr-defined]
        None if create is None else tuple((name, given) for name, given in create),  # type: ignore[attr-defined]
        tuple((name, given) for name, given in update[0]) if update else None,  # type: ignore[attr-defined]
    )
