"""`channel/{id}/customers/`: creating a customer, and changing one that lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.simulator import fields
from pipeline.simulator.answer import Answer, Request, answer_json, detail
from pipeline.simulator.fields import stamp
from pipeline.simulator.form import Field, Fields
from pipeline.simulator.refusals import cleaned, refusal
from pipeline.simulator.seed import is_visible, shown
from pipeline.simulator.truth import Changed, Made

if TYPE_CHECKING:
    from pipeline.simulator.form import Document
    from pipeline.simulator.seed import Record
    from pipeline.simulator.settings import Settings
    from pipeline.simulator.world import World

INVALID_CODE = "customers_100_1"
DUPLICATE_CODE = "customers_100_2"
UNIQUE = ("email", "channel_code")


def customer_form(settings: Settings, channel: int) -> Fields:
    """Give the documented keys of a customer."""
    plain = fields.text()
    allowed = Field(fields.flag, nullable=True)
    anything = Field(fields.mapping, default={})
    own_channel = fields.same_as(channel) if settings.check_channel_field else fields.reference(None)
    when = fields.moment(settings.zone_of_dates_without_zone, without_zone=settings.accept_dates_without_zone)
    table = {
        "email": Field(fields.email(254)),
        "first_name": Field(fields.text(255), default=""),
        "last_name": Field(fields.text(255), default=""),
        "phone_number": Field(fields.text(128), nullable=True),
        "is_active": Field(fields.flag, default=False),
        "channel_code": Field(fields.text(64, blank=False)),
        "erp_code": Field(fields.text(64), nullable=True),
        "attributes": anything,
        "attribute_kwargs": anything,
        "localized_attributes": anything,
        "localized_attribute_kwargs": anything,
        "extra_field": anything,
        "email_allowed": allowed,
        "sms_allowed": allowed,
        "call_allowed": allowed,
        "date_joined": Field(when, nullable=True),
        "gender": Field(fields.choice({"male": "male", "female": "female"}), nullable=True),
        "user_type": Field(plain, nullable=True),
        "date_of_birth": Field(fields.day, nullable=True),
        "channel": Field(own_channel, default=channel),
    }
    return Fields(table, settings.required_customer_fields)


def create_customer(world: World, request: Request) -> Answer:
    """`POST`: 201 with the customer; 400 with every problem; 406 for a taken e-mail or channel code."""
    channel = request.parameters["channel_id"]
    form = world.customer_forms.get(channel)
    if form is None:
        return detail(404, "Not found.")
    sent = cleaned(request, form.clean, INVALID_CODE)
    if isinstance(sent, Answer):
        return sent
    taken = _taken(world, channel, sent, None)
    if taken:
        return _duplicate(world, taken)
    now = stamp(world.wall())
    made = tuple(_store(world, request, channel, sent, now) for _ in range(request.store))
    answered = made[0].record if made else {"pk": 0, **sent, "created_date": now, "modified_date": now}
    return answer_json(201, answered, stored=made)


def change_customer(world: World, request: Request) -> Answer:
    """`PATCH {pk}/`: gives the sent fields their new values; the rest stays."""
    channel = request.parameters["channel_id"]
    form = world.customer_forms.get(channel)
    found = world.records["customers"].get(request.parameters["pk"])
    if form is None or found is None or not is_visible(found, channel):
        return detail(404, "Not found.")
    sent = cleaned(request, form.changes, INVALID_CODE)
    if isinstance(sent, Answer):
        return sent
    taken = _taken(world, channel, sent, found["pk"])
    if taken:
        return _duplicate(world, taken)
    after = {name: value for name, value in sent.items() if found.get(name) != value and name != "channel"}
    if after and request.store:
        before = {name: found.get(name) for name in after}
        world.truth.changed.append(Changed("customer", found["pk"], before, after))
        world.records["customers"].change(found["pk"], {**after, "modified_date": stamp(world.wall())})
    return answer_json(200, {**shown(found), **after})


def email_of(request: Request) -> str | None:
    """Give the e-mail a request carries in lower case, for the log and the scripts."""
    email = request.member("email")
    return email.strip().lower() if isinstance(email, str) else None


def _store(world: World, request: Request, channel: int, sent: Document, now: str) -> Made:
    table = world.records["customers"]
    committed = world.truth.now()
    record: Record = {"pk": table.next_pk(), **sent, "created_date": now, "modified_date": now}
    table.add({**record, "channels": [channel], "_committed": committed})
    email = str(sent["email"]).lower()
    made = Made("customer", record["pk"], channel, email, request.body, record, request.arrived, committed)
    world.truth.made.append(made)
    return made


def _taken(world: World, channel: int, sent: Document, own: int | None) -> str | None:
    """Name the first unique field whose value another customer of the channel has."""
    if not world.settings.unique_customers:
        return None
    table = world.records["customers"]
    for name in UNIQUE:
        value = sent.get(name)
        if value is None:
            continue
        found = table.equal(name, str(value), world.fold if name == "email" else None)
        if any(one["pk"] != own and is_visible(one, channel) for one in found):
            return name
    return None


def _duplicate(world: World, field: str) -> Answer:
    settings = world.settings
    message = f"Customer with this {field} and channel already exists."
    status, shape = settings.customer_duplicate_status, settings.customer_duplicate_shape
    return refusal(status, shape, message, DUPLICATE_CODE, {field: ["This field must be unique."]})
