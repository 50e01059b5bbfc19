"""A suggested mapping as one JSON object, for scripts."""

from typing import Any

from pipeline.inference.matching import ACCEPTED
from pipeline.inference.suggestion import Choice, FieldSuggestion, Suggestion
from pipeline.reporting.words.suggestion_sums import line_words, order_words
from pipeline.reporting.words.suggestion_words import reason_words

SCHEMA = "orderlift/mapping-suggestion/1"


def suggestion_object(suggestion: Suggestion, text: str) -> dict[str, Any]:
    """The suggestion as plain data; ``text`` is the mapping file. Confidence runs from 0 to 1."""
    sums = suggestion.sums
    return {
        "schema": SCHEMA,
        "accepted_from": ACCEPTED,
        "questions": suggestion.questions,
        "settings": [
            {
                "name": one.name,
                "value": one.value,
                "confidence": one.confidence,
                "reasons": reason_words(one.reasons),
            }
            for one in suggestion.settings
        ],
        "sources": [
            {"name": one.name, "files": one.files, "sheet": one.sheet, "key": one.key}
            for one in suggestion.sources
        ],
        "fields": [_field(one) for one in suggestion.fields],
        "values": {
            table.name: [
                {
                    "word": one.word,
                    "count": one.count,
                    "value": one.value,
                    "why": one.why,
                    "active": one.active,
                }
                for one in table.entries
            ]
            for table in suggestion.tables
        },
        "sums": {
            "sampled_orders": sums.sampled,
            "order_total": sums.order_total,
            "item_total": sums.item_total,
            "orders": [
                {"sum": order_words(one, sums), "share": round(one.share, 4)} for one in sums.orders[:5]
            ],
            "lines": [{"sum": line_words(one, sums), "share": round(one.share, 4)} for one in sums.lines[:5]],
        },
        "unused": [{"source": source, "column": column} for source, column in suggestion.unused],
        "left_out": list(suggestion.left_out),
        "mapping": text,
    }


def _field(one: FieldSuggestion) -> dict[str, Any]:
    return {
        "field": one.name,
        "required": one.required,
        "accepted": one.accepted,
        **_choice(one.choice),
        "others": [_choice(other) for other in one.others],
    }


def _choice(choice: Choice | None) -> dict[str, Any]:
    if choice is None:
        return {"rule": None, "columns": [], "confidence": 0.0, "reasons": ""}
    return {
        "rule": choice.rule,
        "columns": list(choice.columns),
        "confidence": choice.confidence,
        "reasons": reason_words(choice.reasons),
    }
