"""Lookups that cannot be meant, told at their place before any row is read."""

import re

import pytest
from lookup_texts import BY_EMAIL, NEW_ADDRESS, NEW_CUSTOMER, with_lookups
from mapping_texts import GOOD, HERE, compiled, places_of, refused, unmarked

from pipeline.mapping.rule import Part
from pipeline.model.catalogue import message_of, remedy_of
from pipeline.model.lookup import LOOKUP_FIELDS, LOOKUPS, LookupKind
from pipeline.model.payload import ITEM_BY_NAME, ORDER_BY_NAME, Kind


def _customer(rest: str) -> str:
    return with_lookups(customer=f"customer: {{lookup: customer, {rest}}}")


def _address(rest: str, *, customer: str = NEW_CUSTOMER) -> str:
    line = f"shipping_address: {{lookup: address, by: {{line: A}}, {rest}}}"
    return with_lookups(customer=customer, address=line)


_TR = "country: {code: {constant: TR}}"


@pytest.mark.parametrize(
    ("marked", "code", "told"),
    [
        pytest.param(_customer("by: ¦{}"), "E440", "email and phone_number", id="no-key"),
        pytest.param(_customer("by: ¦{email: E, phone_number: T}"), "E440", "by: [{…}, {…}]", id="two-keys"),
        pytest.param(_customer("by: [{email: E}, ¦{}]"), "E440", "none of them", id="no-key-in-a-list"),
        pytest.param(_customer("by: ¦[]"), "E440", "none of them", id="no-way"),
        pytest.param(_customer("by: ¦email"), "E421", "settings such as", id="key-alone"),
        pytest.param(_customer("by: {¦emial: E}"), "E411", "'email'", id="misspelt-key"),
        pytest.param(_customer("by: [{email: E}, {¦fone: E}]"), "E411", "not a setting", id="misspelt-later"),
        pytest.param(_customer("by: {¦sku: E}"), "E411", "'sku'", id="key-of-another-kind"),
        pytest.param(_customer("by: {email: {¦colum: E}}"), "E411", "'column'", id="misspelt-in-a-rule"),
        pytest.param(
            with_lookups(customer="customer: {lookup: ¦product, by: {email: E}}"),
            "E421",
            "one of 'customer'",
            id="another-kind",
        ),
        pytest.param(
            with_lookups(customer="¦customer: {by: {email: E}}"), "E412", "'lookup' is missing", id="no-kind"
        ),
        pytest.param(
            with_lookups(customer="¦customer: {lookup: customer}"), "E412", "'by' is missing", id="no-by"
        ),
        pytest.param(_customer("by: {email: E}, ¦craete: {}"), "E411", "'create'", id="misspelt-create"),
        pytest.param(
            _customer("by: {email: E}, ¦column: E"), "E411", "'column' is not a setting", id="rule-as-well"
        ),
        pytest.param(
            _customer("by: {email: E}, ¦within: {}"), "E444", "a customer lies within nothing", id="within"
        ),
        pytest.param(
            with_lookups(product="product: {lookup: product, by: {sku: S}, ¦create: {sku: S}}"),
            "E444",
            "no product is ever created",
            id="create-product",
        ),
        pytest.param(
            with_lookups(more="¦external_status: {lookup: customer, by: {email: E}}"),
            "E444",
            "external_status names no record that is looked up; these do: customer, ship",
            id="no-lookup-field",
        ),
        pytest.param(
            with_lookups(product="product: {column: U}\n  ¦parent: {lookup: product, by: {sku: P}}"),
            "E444",
            "these do: product, price_list, stock_list",
            id="no-lookup-field-of-item",
        ),
        pytest.param(_customer("by: {email: E}, ¦create: {}"), "E441", ": channel_code", id="no-code"),
        pytest.param(
            _customer("by: {phone_number: T}, ¦create: {channel_code: K}"), "E441", ": email", id="no-email"
        ),
        pytest.param(
            _customer("by: {email: E}, create: {channel_code: K, ¦line: A}"), "E411", "'line'", id="attribute"
        ),
        pytest.param(
            _address("¦create: {}", customer=BY_EMAIL),
            "E441",
            ": country, city, phone_number, first_name, last_name",
            id="bare-address",
        ),
        pytest.param(
            _address(f"within: {{{_TR}, city: C}}, ¦create: {{first_name: A}}"),
            "E441",
            ": last_name",
            id="half-a-name",
        ),
        pytest.param(
            _address(
                f"within: {{{_TR}, city: C}}, ¦create: {{phone_number: T, first_name: A, last_name: B}}",
                customer="customer: {column: M, integer: true}",
            ),
            "E441",
            ": email",
            id="known-customer",
        ),
        pytest.param(_address("within: {¦city: C}"), "E442", "within its country", id="city"),
        pytest.param(
            _address(f"within: {{{_TR}, ¦district: D}}"),
            "E442",
            "within its city and township",
            id="district",
        ),
        pytest.param(_address("within: {country: ¦{}}"), "E440", "code and name", id="country"),
        pytest.param(
            _address("within: {country: ¦{code: A, name: B}}"), "E440", "code and name", id="country-twice"
        ),
        pytest.param(_address("within: {country: ¦ULKE}"), "E421", "settings such as", id="country-alone"),
        pytest.param(
            _address("within: {country: {¦constant: TR}}"), "E411", "'constant'", id="country-without-key"
        ),
        pytest.param(_address("within: {¦customer: C}"), "E411", "'customer'", id="customer-within"),
        pytest.param(
            _address(f"within: {{{_TR}, city: {{¦name: C}}}}"), "E411", "'name'", id="city-with-a-key"
        ),
        pytest.param(
            _customer("by: [{email: {column: E, ¦required: true}}, {phone_number: T}]"),
            "E443",
            "what follows email",
            id="required-way",
        ),
        pytest.param(
            _customer("by: [{email: {column: E, ¦default: a@b}}, {phone_number: T}]"),
            "E443",
            "default:",
            id="default",
        ),
        pytest.param(
            _customer("by: [{email: {¦constant: a@b}}, {phone_number: T}]"),
            "E443",
            "constant:",
            id="constant",
        ),
        pytest.param(
            _customer("by: {email: {column: E, ¦source: pay}}"),
            "E437",
            "reads the row of its order",
            id="source",
        ),
        pytest.param(
            _customer("by: {email: {column: E, ¦pick: first}}"), "E439", "further sources", id="pick"
        ),
        pytest.param(_customer("by: {email: ¦{}}"), "E418", "none of them", id="empty-rule"),
        pytest.param(
            _customer("by: {email: {column: E, ¦integer: true}}"), "E422", "kind text", id="not-text"
        ),
        pytest.param(
            _customer("by: {email: {column: E, map: ¦nix}}"), "E420", "no value table 'nix'", id="table"
        ),
        pytest.param(
            _customer("by: {email: {template: ¦'{a}', columns: {}}}"), "E419", "has no 'a'", id="template"
        ),
        pytest.param(_customer("by: {email: {constant: ¦''}}"), "E426", "(E205)", id="empty-constant"),
        pytest.param(_customer("by: {email: {constant: ¦nobody}}"), "E426", "(E248)", id="no-email-constant"),
        pytest.param(
            _customer("by: {email: {column: E, map: {a: ¦b}}}"), "E426", "(E248)", id="no-email-in-a-table"
        ),
        pytest.param(
            _customer("by: {email: E}, create: {channel_code: {constant: ¦" + "x" * 65 + "}}"),
            "E426",
            "(E241)",
            id="too-long",
        ),
        pytest.param(
            _customer("by: {email: E}, create: {channel_code: K, gender: {constant: ¦K}}"),
            "E426",
            "(E246)",
            id="gender",
        ),
        pytest.param(
            _customer("by: {email: E}, create: {channel_code: K, date_of_birth: ¦B}"),
            "E423",
            "format",
            id="date",
        ),
    ],
)
def test_a_mistake_in_a_lookup_is_told_once_at_its_place(marked: str, code: str, told: str) -> None:
    """Line and column of the setting at fault, and what to do about it."""
    text, (place,) = unmarked(marked)
    issues = refused(text)
    assert places_of(issues) == [(code, *place)]
    assert told in f"{message_of(issues[0])} {remedy_of(issues[0])}"


def test_a_point_in_time_of_a_new_record_needs_a_time_zone() -> None:
    """As any other."""
    marked = _customer(
        "by: {email: E}, create: {channel_code: K, date_joined: ¦{column: B, date: '%d.%m.%Y'}}"
    )
    text, (place,) = unmarked(marked)
    issues = refused(text.replace("timezone: Europe/Istanbul", "# no zone"))
    assert ("E425", *place) in places_of(issues)


def test_an_address_needs_a_customer_of_the_orders_own_rows() -> None:
    """A customer that is read from a further source is not there when the row is read."""
    text = _address("within: {}", customer="customer: {column: M, source: pay}").replace(
        "sources:\n", "sources:\n  further: {pay: {files: p, key: NO}}\n"
    )
    text, (place,) = unmarked(text.replace("{lookup: address", f"{{{HERE}lookup: address"))
    issues = refused(text)
    assert places_of(issues) == [("E444", *place)]
    assert "is read from pay" in message_of(issues[0])


def test_what_two_lookups_share_is_told_once() -> None:
    """An address that takes its customer's e-mail address repeats none of its mistakes."""
    text = with_lookups(customer=NEW_CUSTOMER.replace("EPOSTA", "{constant: x}"), address=NEW_ADDRESS)
    assert [issue.code for issue in refused(text)] == ["E426"]


def test_every_field_of_the_table_of_lookups_takes_a_lookup_by_each_of_its_keys() -> None:
    """And no other field does."""
    ids = {f"order.{n}" for n, spec in ORDER_BY_NAME.items() if spec.kind is Kind.ID}
    ids |= {f"order_item.{n}" for n, spec in ITEM_BY_NAME.items() if spec.kind is Kind.ID}
    assert {*LOOKUP_FIELDS} < ids
    for name, kind in LOOKUP_FIELDS.items():
        section, field = name.replace("order_item", "items").split(".")
        for key in LOOKUPS[kind].keys:
            line = f"{section}:\n  {field}: {{lookup: {kind.value}, by: {{{key}: X}}}}\n"
            text = re.sub(rf"^  {field}: .*\n", "", GOOD, flags=re.MULTILINE).replace(f"{section}:\n", line)
            mapping = compiled(text)
            plans = mapping.order if section == "order" else mapping.items
            assert next(plan for plan in plans if plan.name == field).columns[0] == "X"


@pytest.mark.parametrize("kind", [LookupKind.CUSTOMER, LookupKind.ADDRESS])
def test_every_attribute_of_a_record_that_is_created_can_be_given(kind: LookupKind) -> None:
    """Those that are records themselves too, except what an address lies within."""
    created = compiled(with_lookups(customer=NEW_CUSTOMER, address=NEW_ADDRESS)).file.order
    section: Part = getattr(created, "customer" if kind is LookupKind.CUSTOMER else "shipping_address")
    given = type(section.create).model_fields  # type: ignore[attr-defined]
    spec = LOOKUPS[kind]
    assert {*given} == {one.name for one in spec.creates if one.parent not in spec.within}
