"""An error report about an order that the target refused: what is wrong, and nothing about anybody.

As the reference client's, it names a batch request as its action. Of the order it tells what identifies it,
its money and its products; free text, addresses and whatever else may speak of a person is left out.
"""

from collections.abc import Mapping
from typing import Any

import orjson

ORDER_SHOWN = ("number", "channel", "status", "date_placed", "currency", "amount", "shipping_amount")
ITEM_SHOWN = ("product", "status", "quantity", "price_currency", "price", "unit_price", "total_price")
LONGEST = 1000


def error_report(  # noqa: PLR0913 - what a report says
    payload: Mapping[str, Any], code: str, message: str, complaints: str, *, batch: int, batch_type: int
) -> bytes:
    """The body of a report. ``message`` and ``complaints`` are masked by whoever calls.

    ``batch`` is the id of the batch request, ``batch_type`` that of the content type of batch requests.
    """
    order = {name: payload["order"][name] for name in ORDER_SHOWN if name in payload["order"]}
    items = [{name: item[name] for name in ITEM_SHOWN if name in item} for item in payload["order_item"]]
    request = orjson.dumps({"order": order, "order_item": items}).decode()
    return orjson.dumps(
        {
            "action_content_type": batch_type,
            "action_object_id": batch,
            "target_content_type": None,
            "target_object_id": None,
            "obj_modified_date": None,
            "error_code": f"CreateOrder-{code}",
            "error_desc": message[:LONGEST],
            "raw_request": request,
            "raw_response": complaints[:LONGEST],
            "is_ok": False,
        }
    )
