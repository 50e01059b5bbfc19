"""Which issue code, or which order, somebody may have meant."""

from pathlib import Path

import pytest
from shop import export, orderlift, sources

from pipeline.cli.near_codes import near_codes
from pipeline.model.catalogue import CATALOGUE

KNOWN = ("E101", "E211", "E212", "E680", "E681", "E685", "E686", "E709", "E710", "E711", "W432", "W686")


@pytest.mark.parametrize(
    ("word", "codes"),
    [
        ("E-211", ["E211"]),
        ("e686x", ["E686"]),
        ("E6866", ["E686"]),
        ("W211", ["E211"]),
        ("E68", ["E680", "E681", "E685"]),
        ("E999", ["E711", "E710", "E709"]),
        ("w9", None),
        ("A-1017", None),
        ("70010O", None),
    ],
)
def test_a_word_in_the_shape_of_a_code_has_codes_near_it(word: str, codes: list[str] | None) -> None:
    """The same digits first, then a beginning, then the nearest number; other words are orders."""
    assert near_codes(word, KNOWN) == codes


def test_a_slip_in_a_number_is_told_the_orders_of_the_newest_run(tmp_path: Path) -> None:
    """Also where the run is named, and beside the codes of a word that may be either."""
    shop = export(tmp_path, 3)
    for name in ("orders.csv", "items.csv"):
        text = (shop / name).read_text(encoding="utf-8")
        (shop / name).write_text(text.replace("0001", "700100").replace("0002", "E9990"), encoding="utf-8")
    run_id = orderlift(shop, "check", *sources("-q", "--json")).document["run_id"]
    for word in ("70010O", f"{run_id}:70010O"):
        ended = orderlift(shop, "explain", word)
        assert (ended.code, "fix: Did you mean 700100? List the runs" in ended.err) == (2, True)
    assert "Did you mean" not in orderlift(shop, "explain", "B-1").err
    last = max(code for code in CATALOGUE if code.startswith("E"))
    told = orderlift(shop, "explain", "E999").err
    assert f"Did you mean {last}, " in told
    assert told.strip().endswith(", E9990?")
