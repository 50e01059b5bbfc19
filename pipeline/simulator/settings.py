"""What an installation may do differently: every open question about the target is a switch here."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal, get_args, get_type_hints

from pipeline.simulator.codes import CURRENCIES

if TYPE_CHECKING:
    from collections.abc import Mapping

Collation = Literal["exact", "ignore_case", "ignore_trailing_space", "ignore_case_and_trailing_space"]
DuplicateShape = Literal[
    "non_field_errors", "non_field_text", "field", "detail", "string", "text", "html", "empty"
]
LookupFilter = Literal["exact", "ignore_case", "prefix", "ignored"]

REQUIRED_ORDER_FIELDS = frozenset(
    {
        "number",
        "channel",
        "status",
        "date_placed",
        "customer",
        "shipping_address",
        "billing_address",
        "currency",
        "amount",
    }
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The twin's switches; defaults follow the documented API and, where it is silent, the strict reading.

    Durations are seconds. `*_fields` are names of payload keys that must be present.
    """

    # what a payload must look like
    required_order_fields: frozenset[str] = REQUIRED_ORDER_FIELDS
    item_model: Literal["quantity", "unit"] = "quantity"
    allow_no_items: bool = False
    status_accepted: Literal["both", "code", "name"] = "both"
    status_shown: Literal["code", "name"] = "code"
    currencies: frozenset[str] = CURRENCIES
    accept_dates_without_zone: bool = True
    zone_of_dates_without_zone: str = "UTC"
    check_references: bool = True
    check_channel_field: bool = True
    body_limit_bytes: int = 2_621_440

    # uniqueness of order numbers
    unique_numbers: bool = True
    collation: Collation = "exact"
    duplicate_status: int = 406
    duplicate_shape: DuplicateShape = "non_field_errors"

    # answers
    pk_in_answer: bool = True
    lookup_filter: LookupFilter = "exact"
    lookup_lag: float = 0.0
    page_limit: int = 10
    page_limit_max: int = 100
    latency: float = 0.0
    clock_skew: float = 0.0
    redirect_to: str = "http://127.0.0.1:9/elsewhere/"

    # access
    login_attempts: int = 3
    login_window: float = 360.0
    expire_token_after_requests: int | None = None
    max_requests_per_second: int | None = None
    retry_after: int = 1

    # connections
    keep_alive: float = 75.0

    def __post_init__(self) -> None:
        """Refuse a misspelt choice at once: a twin that quietly ignores its switch proves nothing."""
        for name, hint in get_type_hints(type(self)).items():
            choices = get_args(hint)
            value = getattr(self, name)
            if choices and isinstance(choices[0], str) and value not in choices:
                raise ValueError(f"setting {name}: {value!r} is not one of {', '.join(choices)}")

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> Settings:
        """Give settings from a JSON object; lists become sets. Raises ValueError for an unknown name."""
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ValueError(f"unknown setting: {', '.join(unknown)}")
        kept = {
            name: frozenset(value) if isinstance(value, list) else value for name, value in values.items()
        }
        return cls(**kept)  # type: ignore[arg-type]  # names are checked above, choices in __post_init__
