"""What a setting should have been, in a person's words instead of the checking library's."""

from pydantic_core import ErrorDetails

_NAMES = {
    "model_type": "settings such as {column: NAME}",
    "dict_type": "a table of settings",
    "list_type": "a list",
    "string_type": "text",
    "int_parsing": "a whole number",
    "int_type": "a whole number, or several in a list",
    "string_too_short": "text",
    "bool_parsing": "true or false",
}


def wanted(detail: ErrorDetails) -> str:
    """What stands in the place of the words ``{wanted}``."""
    context = detail.get("ctx", {})
    if detail["type"] in {"literal_error", "enum"}:
        return f"one of {context.get('expected', '')}"
    if detail["type"] == "string_too_long":
        return f"text of at most {context.get('max_length')} characters"
    return _NAMES.get(detail["type"], detail["msg"])
