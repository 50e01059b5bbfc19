"""How the target refuses: what does not fit its form, and what is there already.

The second has no documented shape, so there are many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.simulator.answer import HTML_TYPE, TEXT_TYPE, Answer, Request, answer_json, parse_error
from pipeline.simulator.fields import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipeline.simulator.form import Document
    from pipeline.simulator.settings import DuplicateShape

DUPLICATE_CODE = "orders_100_2"
DUPLICATE_MESSAGE = "Order with this number and channel already exists."


def cleaned(request: Request, clean: Callable[[object], Document], code: str) -> Document | Answer:
    """Give a request's body as a form takes it, or the 400 that names every problem by field."""
    try:
        return clean(request.document())
    except Refused as refused:
        return invalid(refused.problem, code)
    except ValueError:
        return parse_error()


def invalid(problems: object, code: str) -> Answer:
    """Refuse a body for the problems of its fields."""
    fields = problems if isinstance(problems, dict) else {"non_field_errors": problems}
    return answer_json(400, {**fields, "code": code})


def duplicate_order(status: int, shape: DuplicateShape) -> Answer:
    """Refuse a number that is taken."""
    by_field = {"order": {"number": ["This field must be unique."]}}
    return refusal(status, shape, DUPLICATE_MESSAGE, DUPLICATE_CODE, by_field)


def refusal(
    status: int, shape: DuplicateShape, message: str, code: str, by_field: Mapping[str, object]
) -> Answer:
    """Give a refusal in one of the shapes a client may meet; `by_field` is its form as field errors."""
    documents: dict[str, Any] = {
        "non_field_errors": {"non_field_errors": [message], "code": code},
        "non_field_text": {"non_field_errors": message, "code": code},
        "field": {**by_field, "code": code},
        "detail": {"detail": message, "code": code},
        "string": message,
    }
    if shape in documents:
        return answer_json(status, documents[shape])
    if shape == "text":
        return Answer(status, message.encode(), TEXT_TYPE)
    if shape == "html":
        return Answer(status, f"<html><body><h1>{message}</h1></body></html>".encode(), HTML_TYPE)
    return Answer(status)
