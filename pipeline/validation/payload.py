"""The payload of create_orders as pydantic models, built from the one table of fields.

The limits are those of ``docs/target.md``: published ones, and the lengths at which the reference client
cuts, because the target gives none of its own.
"""

import re
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from ipaddress import ip_address
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    create_model,
)
from pydantic_core import ErrorDetails

from pipeline.model.archive import SECTIONS as ARCHIVE
from pipeline.model.draft import Problem
from pipeline.model.payload import (
    ITEM_FIELDS,
    MONEY_DIGITS,
    MONEY_PLACES,
    ORDER_FIELDS,
    Absent,
    FieldSpec,
    Kind,
)
from pipeline.validation.archive_values import with_archive

_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = re.compile(rf"{_BYTE}(?:\.{_BYTE}){{3}}")
_NOTHING = Decimal(0)
_CENT = Decimal(1).scaleb(-MONEY_PLACES)
_MONEY_LIMIT = Decimal(10) ** (MONEY_DIGITS - MONEY_PLACES)
LARGEST = 2**63 - 1
"""The largest whole number that fits 64 bits, which is what JSON writers and databases hold."""

_URL: TypeAdapter[HttpUrl] = TypeAdapter(HttpUrl)


def _is_url(text: str) -> str:
    _URL.validate_python(text)
    return text


def _is_ip(text: str) -> str:
    ip_address(text)
    return text


class Window(BaseModel):
    """A window of time."""

    model_config = ConfigDict(extra="forbid")

    start: AwareDatetime
    end: AwareDatetime


def _annotation(spec: FieldSpec) -> Any:  # noqa: ANN401 - a type made at run time
    """The type of a field's value, its limits included."""
    lowest = None if spec.signed else 0
    shortest = 1 if spec.absent is Absent.REQUIRED else None
    primary_key: Any = Annotated[int, Field(ge=1, le=LARGEST, strict=True)]
    kinds: dict[Kind, Any] = {
        Kind.TEXT: Annotated[
            str, StringConstraints(min_length=shortest, max_length=spec.max_length, strict=True)
        ],
        Kind.STATUS: Annotated[str, StringConstraints(min_length=1, strict=True)],
        Kind.CURRENCY: Annotated[str, StringConstraints(min_length=1, strict=True)],
        Kind.INTEGER: Annotated[int, Field(ge=spec.minimum, le=LARGEST, strict=True)],
        Kind.ID: primary_key,
        Kind.MONEY: Annotated[
            Decimal, Field(ge=lowest, max_digits=MONEY_DIGITS, decimal_places=MONEY_PLACES, strict=True)
        ],
        Kind.RATE: Annotated[Decimal, Field(ge=0, le=100, decimal_places=MONEY_PLACES, strict=True)],
        Kind.BOOLEAN: Annotated[bool, Field(strict=True)],
        Kind.MOMENT: AwareDatetime,
        Kind.DAY: date,
        Kind.URL: Annotated[str, AfterValidator(_is_url)],
        Kind.IP: Annotated[str, AfterValidator(_is_ip)],
        Kind.OBJECT: dict[str, Any],
        Kind.RANGE: Window,
        Kind.IDS: list[primary_key],
    }
    return kinds[spec.kind]


def _model(name: str, doc: str, specs: tuple[FieldSpec, ...]) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for spec in specs:
        annotation = _annotation(spec)
        if spec.absent is Absent.REQUIRED:
            fields[spec.name] = (annotation, Field(description=spec.note))
        else:
            fields[spec.name] = (annotation | None, Field(None, description=spec.note))
    config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    return create_model(name, __config__=config, __doc__=doc, **fields)


Order = _model("Order", "`order` of a create-order payload.", ORDER_FIELDS)
OrderItem = _model("OrderItem", "One entry of `order_item` of a create-order payload.", ITEM_FIELDS)


class CreateOrder(BaseModel):
    """A whole create-order payload, typed: what may leave."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    order: Order  # type: ignore[valid-type]
    order_item: Annotated[list[OrderItem], Field(min_length=1)]  # type: ignore[valid-type]


@cache
def field_checks() -> dict[str, Callable[[Any], Problem | None]]:
    """For each payload field (``order.amount``, ``order_item.product``): what keeps a value from leaving.

    Meant to be asked once per distinct value.
    """
    sections = [("order", ORDER_FIELDS), ("order_item", ITEM_FIELDS)]
    sections += [(f"archive.{name}", specs) for name, specs in ARCHIVE.items()]
    return with_archive({f"{name}.{spec.name}": _check(spec) for name, specs in sections for spec in specs})


def _check(spec: FieldSpec) -> Callable[[Any], Problem | None]:
    adapter: TypeAdapter[Any] = TypeAdapter(_annotation(spec))
    validate = adapter.validator.validate_python
    plainly_fits = _plain_test(spec)

    def check(value: Any) -> Problem | None:  # noqa: ANN401
        if plainly_fits(value):
            return None
        try:
            validate(value)
        except ValidationError as error:
            return _problem(error.errors(include_url=False)[0], value)
        return None

    return check


def _plain_test(spec: FieldSpec) -> Callable[[Any], bool]:
    """A cheap test that lets most values of the frequent kinds pass; the model judges all others."""
    if spec.kind is Kind.MONEY:
        return lambda value: (
            value.__class__ is Decimal and value.same_quantum(_CENT) and _NOTHING <= value < _MONEY_LIMIT
        )
    if spec.kind is Kind.ID:
        return lambda value: value.__class__ is int and 1 <= value <= LARGEST
    if spec.kind is Kind.TEXT:
        limit = spec.max_length or sys.maxsize
        shortest = 1 if spec.absent is Absent.REQUIRED else 0
        return lambda value: value.__class__ is str and shortest <= len(value) <= limit
    if spec.kind is Kind.IP:
        return lambda value: value.__class__ is str and _IPV4.fullmatch(value) is not None
    return lambda _: False


def _problem(detail: ErrorDetails, value: object) -> Problem:
    context = detail.get("ctx", {})
    kind = detail["type"]
    if kind == "string_too_long":
        return Problem("E241", {"limit": context["max_length"], "length": len(str(value))})
    if kind == "greater_than_equal":
        return Problem("E242", {"minimum": str(context["ge"])})
    if kind == "less_than_equal":
        return Problem("E243", {"maximum": str(context["le"])})
    if kind.startswith("url"):
        return Problem("E244")
    if kind == "value_error":
        return Problem("E245")
    return Problem("E246", {"reason": kind.replace("_", " ")})
