"""What single values look like, and what is odd about them."""

import random
from datetime import date, datetime, time, timedelta

import pytest

from pipeline.inspection.forms import Forms
from pipeline.inspection.shapes import Look, Shape, look_of, look_of_text
from pipeline.inspection.signs import Sign, signs_of, swallows, ungarbled
from pipeline.model.cell import Cell, CellError


@pytest.mark.parametrize(
    ("text", "shape", "detail"),
    [
        ("1", Shape.WHOLE, "1"),
        ("-12", Shape.WHOLE, "2"),
        ("0", Shape.WHOLE, "1"),
        ("123456789012345", Shape.WHOLE, "15"),
        ("1234567890123456", Shape.CODE, ""),
        ("00123", Shape.CODE, "05"),
        ("20240315", Shape.WHOLE, "8 ymd"),
        ("20241315", Shape.WHOLE, "8"),
        ("12.5", Shape.DECIMAL, "."),
        ("12,5", Shape.DECIMAL, ","),
        ("1.234,56", Shape.DECIMAL, ","),
        ("1,234.56", Shape.DECIMAL, "."),
        ("1.234", Shape.DECIMAL, "?."),
        ("1,234", Shape.DECIMAL, "?,"),
        ("0.123", Shape.DECIMAL, "."),
        ("1234.567", Shape.DECIMAL, "."),
        ("1.234.567", Shape.DECIMAL, ","),
        ("1 234,50", Shape.DECIMAL, ","),
        ("1\u00a0234", Shape.WHOLE, ""),
        ("1,23E+15", Shape.SCIENTIFIC, ""),
        ("12,50 TL", Shape.AMOUNT, ""),
        ("₺ 1.250,00", Shape.AMOUNT, ""),
        ("(12,50)", Shape.AMOUNT, ""),
        ("12,50-", Shape.AMOUNT, ""),
        ("%20", Shape.PERCENT, ""),
        ("20 %", Shape.PERCENT, ""),
        ("31.12.2024", Shape.DATE, "%d.%m.%Y"),
        ("2024-12-31T23:59:00Z", Shape.DATE, "%Y-%m-%dT%H:%M:%S%z"),
        ("2024-12-31 23:59:00.250 +03:00", Shape.DATE, "%Y-%m-%d %H:%M:%S.%f %z"),
        ("31/12/2024", Shape.DATE, "%d/%m/%Y"),
        ("12/31/2024", Shape.DATE, "%m/%d/%Y"),
        ("01/02/2024 3:05 PM", Shape.DATE, "%d/%m/%Y %I:%M %p|%m/%d/%Y %I:%M %p"),
        ("31.12.24", Shape.DATE, "%d.%m.%y"),
        ("15 Jun 2024", Shape.DATE, "%d %b %Y"),
        ("12 Mart 2024", Shape.DATE, ""),
        ("12 Kalem 2024", Shape.TEXT, ""),
        ("1.2.3", Shape.CODE, ""),
        ("12:30", Shape.TIME, ""),
        ("a.b@example.com", Shape.EMAIL, ""),
        ("a@b", Shape.TEXT, ""),
        ("+90 532 111 22 33", Shape.PHONE, ""),
        ("+905321112233", Shape.PHONE, ""),
        ("05321112233", Shape.PHONE, ""),
        ("(0532) 111 22 33", Shape.PHONE, ""),
        ("Evet", Shape.YES_NO, ""),
        ("HAYIR", Shape.YES_NO, ""),
        ("SKU-00012", Shape.CODE, ""),
        ("TRY12345", Shape.CODE, ""),
        ("Kadıköy Mah. 12", Shape.TEXT, ""),
        ("delivered", Shape.TEXT, ""),
    ],
)
def test_a_text_looks_like(text: str, shape: Shape, detail: str) -> None:
    """A shape, and the detail that columns are judged by."""
    assert look_of_text(text) == Look(shape, detail)


@pytest.mark.parametrize(
    ("cell", "look"),
    [
        (12.0, Look(Shape.NUMBER_CELL, "2")),
        (12.5, Look(Shape.NUMBER_CELL)),
        (True, Look(Shape.YES_NO_CELL)),
        (datetime(2024, 1, 2, 3, 4), Look(Shape.DATE_CELL)),  # noqa: DTZ001
        (date(2024, 1, 2), Look(Shape.DATE_CELL)),
        (time(3, 4), Look(Shape.TIME_CELL)),
        (timedelta(hours=30), Look(Shape.TIME_CELL)),
        (CellError("#N/A"), Look(Shape.ERROR_CELL)),
        ("  12 ", Look(Shape.WHOLE, "2")),
    ],
)
def test_a_typed_cell_is_what_the_workbook_says(cell: Cell, look: Look) -> None:
    """Text is looked at without outer blanks."""
    assert look_of(cell) == look


@pytest.mark.parametrize(
    ("cell", "signs"),
    [
        (1e15, {Sign.DIGITS_LOST}),
        (999999999999999.0, set()),
        ("1234567890123000", {Sign.DIGITS_LOST}),
        ("1234567890123456", set()),
        ("1,23E+15", {Sign.SCIENTIFIC}),
        ("x\u200by", {Sign.INVISIBLE}),
        ("x\u00a0y", {Sign.INVISIBLE}),
        ("1\u00a0234,50", set()),
        ("\u202etxt", {Sign.INVISIBLE}),
        ("👩🏽\u200d🚀", set()),
        ("Ã–zel", {Sign.GARBLED}),
        ("Özel Ä", set()),
        ("GENEL TOPLAM", {Sign.TOTAL}),
        ("Grand Total:", {Sign.TOTAL}),
        ("Summe 12,50", {Sign.TOTAL}),
        ("Total Quartz 9000", set()),
        ("31.02.2024", {Sign.FAR_DATE}),
        ("00.00.0000", {Sign.FAR_DATE}),
        ("31.12.9999 00:00", {Sign.FAR_DATE}),
        ("29.02.2024", set()),
        (datetime(1899, 12, 30), {Sign.FAR_DATE}),  # noqa: DTZ001
        ("15-Jun", {Sign.MONTH_CODE}),
        ("N/A", {Sign.NOTHING_WORD}),
        ("-", {Sign.NOTHING_WORD}),
        ("#DIV/0!", {Sign.ERROR}),
        (CellError("#N/A"), {Sign.ERROR}),
        (True, set()),
    ],
)
def test_a_value_bears_signs(cell: Cell, signs: set[Sign]) -> None:
    """Each sign where it belongs, and none on values that only come near."""
    assert set(signs_of(cell, look_of(cell))) == signs


@pytest.mark.parametrize(
    ("text", "swallowed"),
    [
        ("note\nsecond line; with one", False),
        ("note\n1002;Ada;12,50\n1003;Bo;1,00\nend", True),
        ("one\n" + "\n".join(f"line; {i}" for i in range(30)), True),
        ("one\n" + "\n".join(f"line {i}" for i in range(30)), False),
        ("one line; with; many; signs", False),
    ],
)
def test_a_cell_that_holds_whole_rows_has_swallowed_them(text: str, swallowed: bool) -> None:
    """A table of three columns: two delimiters a line."""
    assert swallows(text, ";", 3) is swallowed


def test_garbled_text_says_what_it_was() -> None:
    """Through each Windows encoding that a Turkish or Western computer reads UTF-8 in."""
    for encoding in ("cp1252", "cp1254"):
        garbled = "Özgür Çağ".encode().decode(encoding, "replace")
        if "\ufffd" not in garbled:
            assert ungarbled(garbled) == "Özgür Çağ"
    assert ungarbled("İstanbul".encode().decode("cp1254")) == "İstanbul"
    assert ungarbled("İstanbul") is None


def test_the_short_cut_by_forms_answers_as_the_long_way_does() -> None:
    """Random values of few forms, each seen after others of its form."""
    chance = random.Random(7)
    patterns = (
        "00.00.0000", "00.00.0000 00:00", "0000-00-00", "00/00/0000", "aaa-00000", "aa000000", "aaa000.00",
        "0.000,00", "00,000", "0,00", "00000000", "0000000000000000", "aa@aa0.aaa", "a.a@a-a.aa", "0a+00",
        "aaa 0000", "00 aaa 0000", "00-aaa", "aaa-00", "00.00", "%00", "+000000000000", "0 000,00",
        " 00.00.0000",        "0000-00-00a00:00:00", "00/00/0000 00:00 aa",
    )  # fmt: skip
    words = ("JAN", "eki", "TRY", "AM", "E", "T", "EUR")
    forms = Forms(None)
    compared = 0
    for _ in range(20_000):
        pattern = chance.choice(patterns)
        text = "".join(
            chance.choice("0123456789") if c == "0" else chance.choice("abEXT") if c == "a" else c
            for c in pattern
        )
        if "aaa" in pattern and chance.random() < 0.3:
            word = chance.choice([one for one in words if len(one) == 3])
            start = pattern.index("aaa")
            text = text[:start] + word + text[start + 3 :]
        look = look_of_text(text.strip())
        assert forms.look(text) == (look, signs_of(text, look)), text
        compared += 1
    assert compared == 20_000
