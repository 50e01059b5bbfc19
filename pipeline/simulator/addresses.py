"""`channel/{id}/addresses/`: creating an address. Two that say the same are one, and share a hash."""

from __future__ import annotations

from hashlib import md5
from typing import TYPE_CHECKING

from pipeline.simulator import fields
from pipeline.simulator.answer import Answer, Request, answer_json, detail
from pipeline.simulator.fields import stamp
from pipeline.simulator.form import Field, Fields
from pipeline.simulator.places import KINDS_OF_PLACE, PARENTS
from pipeline.simulator.records import text_of
from pipeline.simulator.refusals import cleaned, invalid, refusal
from pipeline.simulator.seed import is_visible
from pipeline.simulator.text_folding import upper
from pipeline.simulator.truth import Made

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from pipeline.simulator.form import Document
    from pipeline.simulator.seed import Record
    from pipeline.simulator.settings import Settings
    from pipeline.simulator.world import World

INVALID_CODE = "addresses_100_1"
DUPLICATE_CODE = "addresses_100_2"
HASHED = (
    "customer",
    "first_name",
    "last_name",
    "phone_number",
    "country",
    "city",
    "township",
    "district",
    "line",
    "postcode",
    "company_name",
    "tax_office",
    "tax_no",
    "identity_number",
    "address_type",
    "retail_store",
)
"""What makes an address this address. Title, notes, e-mail and the bookkeeping of the shop do not."""
_DEFAULTS = {"address_type": "customer"}


def address_hash(address: Mapping[str, object]) -> str:
    """Give 32 hexadecimal digits over the fields in `HASHED`, with case and blanks evened out."""
    values = [text_of(address.get(name) or _DEFAULTS.get(name)) for name in HASHED]
    normal = "\x1f".join(upper(" ".join(value.split())) for value in values)
    return md5(normal.encode(), usedforsecurity=False).hexdigest()


def address_form(settings: Settings, known: Mapping[str, Container[int]]) -> Fields:
    """Give the documented keys of an address."""
    references = known if settings.check_references else {}
    kinds = {"customer": "customer", "retail_store": "retail_store"}
    table = {
        "email": Field(fields.email(254)),
        "phone_number": Field(fields.text(128, blank=False)),
        "first_name": Field(fields.text(255), default=""),
        "last_name": Field(fields.text(255), default=""),
        "country": Field(fields.reference(references.get("country"))),
        "city": Field(fields.reference(references.get("city"))),
        "township": Field(fields.reference(references.get("township")), nullable=True),
        "district": Field(fields.reference(references.get("district")), nullable=True),
        "line": Field(fields.text(255, blank=False)),
        "title": Field(fields.text(128), default=""),
        "postcode": Field(fields.text(64), nullable=True),
        "notes": Field(fields.text(512), nullable=True),
        "company_name": Field(fields.text(255), nullable=True),
        "tax_office": Field(fields.text(64), nullable=True),
        "tax_no": Field(fields.text(20), nullable=True),
        "e_bill_taxpayer": Field(fields.flag, default=False),
        "address_type": Field(fields.choice(kinds), default="customer"),
        "retail_store": Field(fields.reference(references.get("retail_store")), nullable=True),
        "remote_id": Field(fields.text(), nullable=True),
        "identity_number": Field(fields.text(64), nullable=True),
        "extra_field": Field(fields.mapping, default={}),
        "customer": Field(fields.reference(references.get("customer"))),
        "is_active": Field(fields.flag, default=True),
    }
    return Fields(table, settings.required_address_fields)


def create_address(world: World, request: Request) -> Answer:
    """`POST`: 201 with the address; 400 with every problem; a duplicate names `hash_data:<hash>`."""
    channel = request.parameters["channel_id"]
    form = world.address_forms.get(channel)
    if form is None:
        return detail(404, "Not found.")
    sent = cleaned(request, form.clean, INVALID_CODE)
    if isinstance(sent, Answer):
        return sent
    problems = _misplaced(world, sent)
    if problems:
        return invalid(problems, INVALID_CODE)
    sent["hash_data"] = address_hash(sent)
    taken = _taken(world, channel, sent["hash_data"])
    if taken is not None:
        return _duplicate(world, taken)
    now = stamp(world.wall())
    made = tuple(_store(world, request, channel, sent, now) for _ in range(request.store))
    answered = made[0].record if made else {"pk": 0, **sent, "created_date": now, "modified_date": now}
    return answer_json(201, answered, stored=made)


def hash_of(request: Request) -> str | None:
    """Give the hash of the address a request carries, for the log and the scripts."""
    document = request.members()
    return address_hash(document) if document else None


def line_of(request: Request) -> tuple[str, ...]:
    """Give the line of the address a request carries: scripts may name it instead of the hash."""
    line = request.member("line")
    return (line,) if isinstance(line, str) else ()


def _misplaced(world: World, sent: Document) -> Document:
    """Give the problems of places that are closed, or do not lie in each other."""
    if not world.settings.check_references or not world.settings.check_place_parents:
        return {}
    problems: Document = {}
    for place, kind in KINDS_OF_PLACE.items():
        pk = sent.get(place)
        if pk is None:
            continue
        record = world.records[kind].get(pk)
        fits = record is not None and record["is_active"]
        if not fits or any(record[parent] != sent.get(parent) for parent in PARENTS.get(place, ())):  # type: ignore[index]  # `fits`
            problems[place] = [f'Invalid pk "{pk}" - object does not exist.']
    return problems


def _taken(world: World, channel: int, digest: str) -> str | None:
    """Give the hash under which the channel has this address; a seeded one may go by another than ours."""
    table = world.records["addresses"]
    if not world.settings.unique_addresses:
        return None
    found = [one for one in table.equal("_digest", digest) if is_visible(one, channel)]
    return found[0]["hash_data"] if found else None


def _store(world: World, request: Request, channel: int, sent: Document, now: str) -> Made:
    table = world.records["addresses"]
    committed = world.truth.now()
    digest = sent["hash_data"]
    record: Record = {"pk": table.next_pk(), **sent, "created_date": now, "modified_date": now}
    table.add({**record, "channels": [channel], "_committed": committed, "_digest": digest})
    made = Made("address", record["pk"], channel, digest, request.body, record, request.arrived, committed)
    world.truth.made.append(made)
    return made


def _duplicate(world: World, digest: str) -> Answer:
    settings = world.settings
    message = f"hash_data:{digest} Address with this hash already exists."
    status, shape = settings.address_duplicate_status, settings.address_duplicate_shape
    return refusal(status, shape, message, DUPLICATE_CODE, {"hash_data": [message]})
