"""Where an order's money is told: the calendar day on which it was placed, and its status by name."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Any, Final

from pipeline.model.money import UNKNOWN, MoneyCell
from pipeline.model.payload import STATUS_ALIASES, STATUSES


def cell_of(fields: Mapping[str, Any], zone: tzinfo) -> MoneyCell:
    """The cell of an order's payload fields; what could not be read is unknown. Days are ``zone``'s."""
    return MoneyCell(day_of(fields.get("date_placed"), zone), status_of(fields.get("status")))


def day_of(placed: object, zone: tzinfo) -> str:
    """The day of an aware moment in a zone, ISO 8601; of a moment without a zone nobody knows the day."""
    if isinstance(placed, str):
        try:
            placed = datetime.fromisoformat(placed)
        except ValueError:
            return UNKNOWN
    if not isinstance(placed, datetime) or placed.tzinfo is None:
        return UNKNOWN
    try:
        day: date = placed.astimezone(zone).date()
    except OverflowError:
        return UNKNOWN
    return day.isoformat()


def status_of(status: object) -> str:
    """The name of a status that is given by code or by name; one that is not known stands for itself."""
    known = _NAMES.get(status) if isinstance(status, str) else None
    if known is not None:
        return known
    if status is None or isinstance(status, bool | dict | list):
        return UNKNOWN
    text = str(status).strip()
    return _NAMES.get(text.casefold(), text)


_NAMES: Final = {
    **{name: name for name in STATUSES.values()},
    **STATUSES,
    **{alias: STATUSES[code] for alias, code in STATUS_ALIASES.items()},
}
