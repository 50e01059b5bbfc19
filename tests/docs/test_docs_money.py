"""What the pages say of the money's files, held against the program."""

import re
from pathlib import Path

from pipeline.model.catalogue import CATALOGUE
from pipeline.reporting.files.money_csv import COLUMNS, DIFFERENCE_COLUMNS

DOCS = Path(__file__).resolve().parents[2] / "docs"


def block(name: str) -> list[str]:
    """Give the first cells of a table in docs/reports.md, without their marks."""
    found = re.search(
        rf"<!-- {name} -->\n(.*?)<!-- end -->", (DOCS / "reports.md").read_text("utf-8"), re.DOTALL
    )
    assert found is not None
    return [line.split("|")[1].strip().strip("`") for line in found[1].splitlines()[2:]]


def test_every_column_about_money_is_explained() -> None:
    """In the order of the files."""
    assert block("money.csv") == list(COLUMNS)
    assert block("money-differences.csv") == list(DIFFERENCE_COLUMNS)


def test_every_code_of_reading_back_stands_on_the_page() -> None:
    """Those of the catalogue, and no others."""
    page = (DOCS / "money.md").read_text("utf-8")
    codes = {code for code in CATALOGUE if re.fullmatch(r"[EW]68[5-7]", code)}
    assert set(re.findall(r"[EW]68[5-7]", page)) == codes
