"""Examples for the hovers of editors, by model and key."""

from typing import Any

from pipeline.model.payload import ITEM_FIELDS, ORDER_FIELDS, FieldSpec, Kind

_BY_KIND: dict[Kind, Any] = {
    Kind.TEXT: "NOTES",
    Kind.INTEGER: {"column": "PIECES", "integer": True},
    Kind.ID: {"column": "ID", "integer": True},
    Kind.MONEY: {"column": "TOTAL", "decimal": True},
    Kind.RATE: {"column": "VAT", "steps": ["percent"]},
    Kind.BOOLEAN: {"column": "GIFT", "boolean": True},
    Kind.MOMENT: {"column": "PLACED", "date": "%d.%m.%Y %H:%M"},
    Kind.DAY: {"column": "DAY", "date": "%d.%m.%Y"},
    Kind.STATUS: {"column": "STATE", "map": "statuses"},
    Kind.CURRENCY: {"column": "CURRENCY", "steps": ["currency"]},
    Kind.URL: "LINK",
    Kind.IP: "IP",
    Kind.OBJECT: {"id": "NO"},
    Kind.RANGE: {
        "start": {"column": "FROM", "date": "%d.%m.%Y"},
        "end": {"column": "TO", "date": "%d.%m.%Y"},
    },
    Kind.IDS: "TRANSFERS",
}


def _fields(specs: tuple[FieldSpec, ...]) -> dict[str, Any]:
    return {spec.name: _BY_KIND[spec.kind] for spec in specs}


EXAMPLES: dict[str, dict[str, Any]] = {
    "": {
        "version": 1,
        "name": "acme-legacy",
        "description": "Orders of the old shop, 2015 to 2024.",
        "locale": "tr_TR",
        "timezone": "Europe/Istanbul",
        "preset": "historic",
        "i_know": "orders will enter fulfilment",
        "extends": "base.yaml",
        "variables": {"warehouse": {"type": "integer", "default": 1}},
        "tables": {"skus": {"file": "skus.csv", "key": "OLD", "value": "NEW"}},
        "sources": {
            "orders": {"files": "orders*.csv", "key": "NO"},
            "items": {"files": "items*.csv", "key": "NO"},
        },
        "order": {"number": "NO"},
        "items": {"quantity": {"column": "PIECES", "integer": True}},
        "values": {"statuses": {"Teslim Edildi": "delivered"}},
        "checks": {"order_total": "items+shipping"},
        "options": {"status_as": "name"},
    },
    "OrderRules": _fields(ORDER_FIELDS),
    "ItemRules": _fields(ITEM_FIELDS),
    "Rule": {
        "column": "ORDER NO",
        "first_of": ["MOBILE", "PHONE"],
        "concat": ["STREET", "NUMBER"],
        "separator": ", ",
        "template": "{first} {last}",
        "columns": {"first": "NAME", "last": "SURNAME"},
        "multiply": ["PIECES", "PRICE"],
        "constant": 550,
        "source": "payments",
        "pick": "last",
        "empty": ["-", "NULL"],
        "text": ["collapse_spaces", "upper"],
        "steps": ["squeeze", {"truncate": 160}],
        "when": {"column": "STATE", "is": "Returned"},
        "map": "statuses",
        "default": "try",
        "required": True,
        "decimal": {"locale": "en_US"},
        "integer": True,
        "boolean": {"true": ["Var"], "false": ["Yok"]},
        "date": ["%d.%m.%Y %H:%M", "%d.%m.%Y"],
        "timezone": "Europe/Istanbul",
        "ambiguous": "earlier",
    },
    "When": {
        "column": "STATE",
        "is": ["Returned", "Refunded"],
        "is_not": "Test",
        "contains": "gift",
        "starts_with": "TR-",
        "ends_with": "-B2B",
        "empty": False,
        "at_least": 100,
        "at_most": 0,
        "more_than": 0,
        "less_than": 1000,
    },
    "Source": {
        "files": "orders*.csv",
        "key": "NO",
        "sheet": "May",
        "encoding": "cp1254",
        "delimiter": ";",
        "header_row": [3, 4],
        "skip_rows": [4, "10-12"],
        "drop": [{"column": "NO", "starts_with": "Total", "because": "monthly totals"}],
        "fill_down": True,
        "merged": "expand",
    },
    "Split": {"column": "ITEMS", "into": "{sku} x{pieces}", "separator": ";"},
    "Variable": {
        "type": "integer",
        "default": 1,
        "choices": [1, 2],
        "description": "Which warehouse the orders came from.",
    },
    "TableFile": {"file": "skus.csv", "key": "OLD", "value": "NEW", "delimiter": ";"},
    "DecimalFormat": {"locale": "en_US"},
    "BooleanWords": {"true": ["Var"], "false": ["Yok"]},
    "DropRows": {
        "column": "NO",
        "is": "TEST",
        "contains": "cancelled by admin",
        "starts_with": ["Total", "Toplam"],
        "empty": True,
        "because": "monthly totals",
    },
}
EXAMPLES["LinesSource"] = {
    **EXAMPLES["Source"],
    "split": {"column": "ITEMS", "into": "{sku} x{pieces}"},
}
EXAMPLES["FurtherSource"] = {**EXAMPLES["Source"], "rows": "many"}
