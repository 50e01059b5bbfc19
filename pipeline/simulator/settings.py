"""What an installation may do differently: every open question about the target is a switch here."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal, get_args, get_origin, get_type_hints

from pipeline.simulator.codes import CURRENCIES

if TYPE_CHECKING:
    from collections.abc import Mapping

Collation = Literal["exact", "ignore_case", "ignore_trailing_space", "ignore_case_and_trailing_space"]
DuplicateShape = Literal[
    "non_field_errors", "non_field_text", "field", "detail", "string", "text", "html", "empty"
]
LookupFilter = Literal["exact", "ignore_case", "prefix", "ignored"]
TextFolding = Literal["upper", "casefold", "turkish"]
ProgressShape = Literal["flat", "nested", "percent", "text"]

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
REQUIRED_CUSTOMER_FIELDS = frozenset({"email", "is_active", "channel_code"})
REQUIRED_ADDRESS_FIELDS = frozenset({"email", "phone_number", "country", "city", "line", "customer"})


@dataclass(frozen=True, slots=True)
class Settings:
    """The twin's switches; defaults follow the documented API and, where it is silent, the strict reading.

    Durations are seconds. `*_fields` are names of payload keys that must be present.
    """

    # what an order must look like
    required_order_fields: frozenset[str] = REQUIRED_ORDER_FIELDS
    require_is_send: bool = False
    items: Literal["quantity", "unit_rows", "both"] = "quantity"
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

    # cancelling orders; which statuses may be cancelled, and all that is answered, is not documented
    cancel_answer: Literal["accept", "refuse"] = "accept"
    cancel_becomes: Literal["canceled", "cancellation_waiting"] = "canceled"
    cancel_shows: Literal["order", "items", "nothing"] = "order"
    cancel_again: Literal["accept", "refuse"] = "refuse"
    cancel_statuses: frozenset[str] = frozenset({"200", "300", "350", "400", "450"})
    cancel_reasons: frozenset[str] = frozenset()
    cancel_taken_status: int = 200
    cancel_refused_status: int = 406

    # customers and addresses
    required_customer_fields: frozenset[str] = REQUIRED_CUSTOMER_FIELDS
    unique_customers: bool = True
    customer_duplicate_status: int = 406
    customer_duplicate_shape: DuplicateShape = "field"
    required_address_fields: frozenset[str] = REQUIRED_ADDRESS_FIELDS
    unique_addresses: bool = True
    address_duplicate_status: int = 406
    address_duplicate_shape: DuplicateShape = "non_field_text"
    check_place_parents: bool = True

    # side effects of an order
    closed_statuses: frozenset[str] = frozenset({"100", "550", "600"})
    silent_statuses: frozenset[str] = frozenset({"510"})

    # answers
    pk_in_answer: bool = True
    lookup_filter: LookupFilter = "exact"
    lookup_lag: float = 0.0
    text_folding: TextFolding = "upper"
    ignore_unknown_filters: bool = True
    ignored_filters: frozenset[str] = frozenset()
    bare_lists: frozenset[str] = frozenset()
    lists_with_id: frozenset[str] = frozenset({"countries", "cities", "content_types"})
    remote_ids_most: int = 50
    page_limit: int = 10
    page_limit_max: int = 100
    latency: float = 0.0
    clock_skew: float = 0.0
    redirect_to: str = "http://127.0.0.1:9/elsewhere/"

    # migrations by file
    file_limit_bytes: int = 52_428_800
    migration_statuses: tuple[str, ...] = ("waiting", "in_progress", "completed")
    migration_failed_status: str = "failed"
    migration_progress: ProgressShape = "flat"
    migration_bad_rows: Literal["fail", "skip"] = "fail"
    migration_csv_separator: str = ","
    migration_address_email: str = "email"

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
            choices = get_args(hint) if get_origin(hint) is Literal else ()
            value = getattr(self, name)
            if choices and value not in choices:
                raise ValueError(f"setting {name}: {value!r} is not one of {', '.join(choices)}")
        if not self.migration_statuses:
            raise ValueError("setting migration_statuses: a migration needs a last status")

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> Settings:
        """Give settings from a JSON object; lists become sets or, where order counts, tuples.

        Raises ValueError for an unknown name.
        """
        hints = get_type_hints(cls)
        unknown = sorted(set(values) - {field.name for field in fields(cls)})
        if unknown:
            raise ValueError(f"unknown setting: {', '.join(unknown)}")
        kept = {
            name: value
            if not isinstance(value, list)
            else (tuple if get_origin(hints[name]) is tuple else frozenset)(value)
            for name, value in values.items()
        }
        return cls(**kept)  # type: ignore[arg-type]  # names are checked above, choices in __post_init__
