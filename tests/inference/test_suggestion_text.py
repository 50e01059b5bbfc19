"""The text of a suggested mapping, whatever a file's columns are called."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import yaml
from hypothesis import given
from hypothesis import strategies as st

import pipeline
from pipeline.inference.arithmetic import OrderSum, Tax
from pipeline.inference.matching import Reason
from pipeline.inference.suggestion import Sums
from pipeline.mapping.compiled import compile_mapping
from pipeline.reporting.files.suggestion_yaml import flow, mapping_text, quoted
from pipeline.reporting.words.suggestion_sums import sum_lines
from pipeline.reporting.words.suggestion_words import known_reasons, reason_words
from pipeline.runs.rehearsing.suggesting import suggest
from pipeline.validation.payload import field_checks

SOURCE = Path(pipeline.__file__).parent


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_every_text_is_read_back_as_it_was(text: str) -> None:
    """Alone and inside braces, with quotation marks, comment signs, line breaks and emoji."""
    assert yaml.load(f"a: {quoted(text)}  # note", Loader=yaml.BaseLoader) == {"a": text}
    assert yaml.load(f"a: {flow({'b': [text, 'c']})}", Loader=yaml.BaseLoader) == {"a": {"b": [text, "c"]}}


def test_a_header_cannot_leave_its_comment(tmp_path: Path) -> None:
    """A name with a line break and a key in it stays a name: nothing of a file becomes a rule of its own."""
    evil = "Toplam\norder: {number: {constant: 1}}"
    path = tmp_path / "siparis.csv"
    header = ["Sipariş No", "Tarih", evil, "Adet", "Fiyat", "x: y # z", "{a}", "'", '"']
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = [[f"A{n}", "13.01.2024", "10,00", "2", "5,00", "q", "r", "s", "t"] for n in range(9)]
        csv.writer(file, delimiter=";").writerows([header, *rows])
    text = mapping_text(suggest([path]))
    compiled = compile_mapping(text, "m.yaml", field_checks())
    assert compiled.file.order.number.column == "Sipariş No"  # type: ignore[attr-defined]
    assert [line for line in text.splitlines() if line.startswith("order:")] == ["order:"]


def test_every_reason_has_words() -> None:
    """What inference says as a key is said in words; and nothing is put into words that nobody says."""
    used: set[str] = set()
    for path in (SOURCE / "inference").glob("*.py"):
        text = path.read_text("utf-8")
        for call in re.finditer(r"Reason\(\s*(.*?)[,)]", text):
            used |= set(re.findall(r'"([a-z_]+)"', call[1]))
        used |= set(
            re.findall(r'key = "([a-z_]+)" if .*? else "([a-z_]+)"', text)
            and ["one_format", "several_formats"]
        )
    assert used == known_reasons()


def test_a_sum_that_holds_as_often_is_not_said_to_hold_less_well() -> None:
    """Three sums of the same orders: the best, one as good, one that is not; each share is written alike."""
    shares = {0: 1.0, 1: 1.0, 2: 0.826}
    found = tuple(OrderSum(amount, None, None, Tax(), share, share, 40) for amount, share in shares.items())
    sums = Sums(found, (), {0: "Sum", 1: "Total", 2: "Net"}, {}, "items", "none", 40)
    assert list(sum_lines(sums)) == [
        "items = Sum: 100.0% of 40 orders",
        "  just as well: items = Total: 100.0%",
        "  less well: items = Net: 82.6%",
    ]
    arithmetic = Reason("arithmetic", {"formula": "items = Sum", "share": "100.0%", "count": 40})
    assert reason_words((arithmetic,)) == "items = Sum in 100.0% of 40"


def test_no_personal_value_is_written(tmp_path: Path) -> None:
    """Names, addresses, phones and e-mail addresses of customers stay in the file."""
    path = tmp_path / "orders.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        header = [
            "Order No",
            "Date",
            "Status",
            "E-mail",
            "Customer",
            "Phone",
            "Address",
            "City",
            "Total",
            "SKU",
            "Qty",
        ]
        rows = [
            [f"A{n}", "2024-01-13", "done", "kisi@ornek.example", "Ayşe Örnek", "05320001122",
             "Gizli Sokak 7", "İzmir", "10.00", "X1", "1"]
            for n in range(20)
        ]  # fmt: skip
        csv.writer(file).writerows([header, *rows])
    text = mapping_text(suggest([path]))
    for secret in ("kisi@", "Ayşe", "0532", "Gizli"):
        assert secret not in text


def test_a_field_that_is_missing_stops_the_run_before_it_begins(tmp_path: Path) -> None:
    """The mapping is one, and no file has the column that it names in its place."""
    path = tmp_path / "orders.csv"
    path.write_text("Order No,Date\n" + "".join(f"A{n},2024-01-13\n" for n in range(9)), encoding="utf-8")
    text = mapping_text(suggest([path]))
    compiled = compile_mapping(text, "m.yaml", field_checks())
    assert compiled.file.order.amount.column == "TODO amount"  # type: ignore[attr-defined]
