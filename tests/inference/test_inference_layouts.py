"""Suggestions held against the right answers: shipped mappings, and invented exports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from judging import Verdict, judge, judge_layout, shipped
from layouts import WRITTEN_FIRST, Layout
from layouts_after import WRITTEN_AFTER
from layouts_last import WRITTEN_LAST

from pipeline.mapping.compiled import compile_mapping
from pipeline.reporting.files.suggestion_yaml import mapping_text
from pipeline.runs.rehearsing.suggesting import suggest
from pipeline.validation.payload import field_checks

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "input_samples"
ODD = SAMPLES / "oddities"
MONTHS = [
    ODD / f"two_monthly_files.2024-0{month}.{kind}.csv" for month in (1, 2) for kind in ("orders", "items")
]
SHIPPED = {
    ROOT / "mappings/turkish_two_files.yaml": [
        SAMPLES / "siparisler.csv",
        SAMPLES / "siparis_kalemleri.xlsx",
    ],
    ROOT / "mappings/english_two_files.yaml": [SAMPLES / "orders_en.csv", SAMPLES / "order_items_en.csv"],
    ROOT / "mappings/shopify_orders_export.yaml": [SAMPLES / "shopify_orders_export.csv"],
    ROOT / "mappings/woocommerce.yaml": [SAMPLES / "woocommerce_orders.csv"],
    ODD / "flat.yaml": [ODD / "utf8_bom.csv"],
    ODD / "german.yaml": [ODD / "cp1252_german.csv"],
    ODD / "two_files.yaml": MONTHS,
    ODD / "fill_down.yaml": [ODD / "blank_key_fill_down.csv"],
    ODD / "preamble.yaml": [ODD / "preamble_lines.csv"],
    ODD / "sheet.yaml": [ODD / "two_possible_sheets.xlsx"],
}
KNOWN_GAPS = {
    "shopify_orders_export.yaml": {
        "order.shipping_address",
        "order.billing_address",
        "items.price_currency",  # filled down there; proposed, and asked about, as the file's only currency
        "items.status",  # the same: three columns make it there, and are filled down
    },
    "woocommerce.yaml": {"order.shipping_address", "order.billing_address"},
}
"""Where the shipped mapping finds the address by e-mail in a table of its own, which no file could tell."""


def judged(mapping: Path) -> Verdict:
    """Suggest for the samples of a shipped mapping, and compare."""
    columns, dates, constants = shipped(mapping)
    return judge(suggest(SHIPPED[mapping]), columns, dates, constants=constants)


@pytest.mark.parametrize("mapping", SHIPPED, ids=lambda path: path.name)
def test_a_shipped_mapping_is_found_again(mapping: Path) -> None:
    """Every field reads the columns of the shipped mapping, and nothing wrong goes unasked."""
    verdict = judged(mapping)
    assert verdict.wrong_unasked == []
    assert {wrong.partition(":")[0] for wrong in verdict.wrong} == KNOWN_GAPS.get(mapping.name, set())


def test_of_all_shipped_fields_nearly_all_are_right() -> None:
    """At least 95 of 100, over all samples together."""
    verdicts = [judged(mapping) for mapping in SHIPPED]
    assert sum(one.right for one in verdicts) >= 0.95 * sum(one.all for one in verdicts)


@pytest.mark.parametrize(
    "make", [*WRITTEN_FIRST, *WRITTEN_AFTER, *WRITTEN_LAST], ids=lambda make: make.__name__
)
def test_an_invented_layout_is_understood(make: Callable[[], Layout], tmp_path: Path) -> None:
    """At least 9 of 10 answers are right, none is wrong unasked, and the mapping's check takes the file."""
    verdict, suggestion = judge_layout(make(), tmp_path)
    assert verdict.wrong_unasked == []
    assert verdict.share >= 0.9, verdict.wrong
    compiled = compile_mapping(mapping_text(suggestion), "suggested.yaml", field_checks())
    assert len(compiled.places) > 10


@pytest.mark.parametrize(
    "files", [*SHIPPED.values(), [SAMPLES / "siparisler.csv"]], ids=lambda files: files[0].name
)
def test_what_is_suggested_is_a_mapping(files: list[Path]) -> None:
    """The check of mappings takes it, also where half of the order is missing."""
    text = mapping_text(suggest(files))
    assert compile_mapping(text, "suggested.yaml", field_checks()).file.version == "1"


def test_the_same_files_give_the_same_suggestion() -> None:
    """Nothing depends on chance or on the order of a set."""
    files = [SAMPLES / "siparisler.csv", SAMPLES / "siparis_kalemleri.xlsx"]
    assert mapping_text(suggest(files)) == mapping_text(suggest(files))


def test_the_order_in_which_files_are_named_does_not_matter() -> None:
    """Roles come from what files hold."""
    files = [SAMPLES / "siparis_kalemleri.xlsx", SAMPLES / "siparisler.csv"]
    assert [one.files for one in suggest(files).sources] == ["siparisler*.csv", "siparis_kalemleri*.xlsx"]
