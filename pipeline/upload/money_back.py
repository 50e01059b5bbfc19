"""What the target shows of an order against what was sent: its money, its status, its day."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from pipeline.model.exchange import RemoteOrder
from pipeline.model.issue import shown
from pipeline.model.money import STANDING, UNKNOWN, MoneyCell
from pipeline.model.states import State
from pipeline.upload.money_cell import day_of, status_of
from pipeline.upload.read_back import read_back

MISSING, DIFFERS, SEVERAL, UNEXPECTED = "missing", "differs", "several", "unexpected"
COMPARED: Final = ("amount", "currency", "status")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found of one order.

    ``held`` counts the orders on the target that count as this one, ``minor`` is their sum in hundredths
    (``None``: not readable), ``cell`` where the target has it. ``verdict`` is ``None`` where it balances.
    """

    held: int
    remote_id: str | None = None
    minor: int | None = None
    currency: str | None = None
    cell: MoneyCell | None = None
    verdict: str | None = None
    differs: str = ""


def by_list(left: int, count: int | None, page_size: int) -> bool:
    """Whether the target's whole list of orders takes fewer requests than asking for each number."""
    return count is not None and page_size > 0 and -(-count // page_size) < left


def judged(
    state: State,
    payload: Mapping[str, Any],
    cell: MoneyCell | None,
    found: Sequence[Mapping[str, Any]],
    zone: tzinfo,
) -> Judgement:
    """Compare an order, by its state in the run, with everything that the target holds under its number.

    ``payload`` is what was sent, ``cell`` where its money is told. Of an order that the run does not hold for
    created, only what is the same order counts: a number may belong to somebody else.
    """
    verdict: str | None
    said = [differences(payload, one) for one in found]
    if state.value not in STANDING:
        found = [one for one, differing in zip(found, said, strict=True) if not differing]
        if not found:
            return Judgement(0)
        verdict, words = UNEXPECTED, f"{len(found)} found on the target, {state.value} in the run"
    elif not found:
        return Judgement(0, verdict=MISSING, differs="not found on the target")
    elif len(found) > 1:
        verdict, words = SEVERAL, f"{len(found)} found on the target"
    else:
        verdict, words = (DIFFERS, "; ".join(said[0])) if said[0] else (None, "")
    first, minors = found[0], [minor_of(one.get("amount")) for one in found]
    total = None if None in minors else sum(minor for minor in minors if minor is not None)
    currency = first.get("currency")
    return Judgement(
        len(found),
        identity_of(first),
        total,
        currency.upper() if isinstance(currency, str) else None,
        None if cell is None else _cell(cell, first, zone),
        verdict,
        words,
    )


def perhaps_ours(
    state: State, found: Sequence[Mapping[str, Any]], others: Collection[str]
) -> list[Mapping[str, Any]]:
    """Return what was found without ``others``, the ids of orders that other runs are known to have made.

    Of an order that the run itself holds for created nothing is left out: a second one is one too many.
    """
    return [one for one in found if state.value in STANDING or identity_of(one) not in others]


def differences(payload: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """What differs between an order as sent and as shown, in words: amount, currency, status, moment.

    An amount that the target does not show cannot be vouched for, and differs. Moments are compared where
    both name a zone.
    """
    sent = payload["order"]
    fields = {name: sent[name] for name in COMPARED if name in sent}
    if _is_aware(sent.get("date_placed")) and _is_aware(found.get("date_placed")):
        fields["date_placed"] = sent["date_placed"]
    result = read_back({"order": fields, "order_item": []}, RemoteOrder(None, found, ()))
    words = [_said(one.field.removeprefix("order."), one.sent, one.read) for one in result.differences]
    if "order.amount" in result.not_shown:
        words.insert(0, f"amount: sent {shown(str(sent['amount']))}, not shown")
    return words


def identity_of(found: Mapping[str, Any]) -> str | None:
    """The primary key of an order as the target shows it."""
    identity = found.get("pk", found.get("id"))
    return None if identity is None or isinstance(identity, bool) else str(identity)


def minor_of(amount: object) -> int | None:
    """An amount in hundredths, whether it is given as text or as a number; ``None`` where it has none."""
    if amount is None or isinstance(amount, bool):
        return None
    try:
        minor = Decimal(str(amount)).scaleb(2)
    except InvalidOperation:
        return None
    if not minor.is_finite() or minor != minor.to_integral_value():
        return None
    return int(minor)


def _cell(cell: MoneyCell, found: Mapping[str, Any], zone: tzinfo) -> MoneyCell:
    """Where the target has the order; what it does not tell is as the order says."""
    day, status = day_of(found.get("date_placed"), zone), status_of(found.get("status"))
    return MoneyCell(cell.day if day == UNKNOWN else day, cell.status if status == UNKNOWN else status)


def _is_aware(moment: object) -> bool:
    try:
        return datetime.fromisoformat(str(moment)).tzinfo is not None
    except ValueError:
        return False


def _said(field: str, sent: object, found: object) -> str:
    """Both values in words; statuses by name."""
    if field == "status":
        sent, found = status_of(sent), None if found is None else status_of(found)
    return f"{field}: sent {shown(str(sent))}, found {shown('nothing' if found is None else str(found))}"
