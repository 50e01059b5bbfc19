"""The samples in the repository are those that the script makes."""

import subprocess
import sys
from pathlib import Path

from openpyxl import load_workbook
from sample_outcomes import SAMPLE_DIR

MADE = {".csv", ".xlsx", ".xls", ".json"}


def _made(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.suffix in MADE}


def _cells(path: Path) -> dict[str, list[list[tuple[object, str]]]]:
    """Every cell of a workbook: its value (a formula as it is written) and how it is shown."""
    book = load_workbook(path)
    return {
        f"{sheet.title} {sheet.sheet_state} {sorted(map(str, sheet.merged_cells.ranges))}": [
            [(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows()
        ]
        for sheet in book.worksheets
    }


def test_the_script_makes_the_samples_that_are_shipped(tmp_path: Path) -> None:
    """Run again, it writes the same text files byte for byte and workbooks with the same cells."""
    script = SAMPLE_DIR / "make_samples.py"
    subprocess.run([sys.executable, "-B", str(script), str(tmp_path)], check=True, timeout=60)
    again, shipped = _made(tmp_path), _made(SAMPLE_DIR)
    assert again.keys() == shipped.keys()
    for name, path in again.items():
        if path.suffix == ".xlsx":
            assert _cells(path) == _cells(shipped[name]), name
        else:
            assert path.read_bytes() == shipped[name].read_bytes(), name


def test_every_address_in_the_samples_is_invented() -> None:
    """E-mails end in the names reserved for examples, and so do IP addresses."""
    made = [path for path in _made(SAMPLE_DIR).values() if path.suffix in {".csv", ".json"}]
    text = "".join(path.read_text("utf-8", "replace") for path in made).translate(str.maketrans(',;"', "   "))
    domains = {word.split("@")[1] for word in text.split() if "@" in word[1:]}
    assert domains == {"example.com", "ornek.example"}
    addresses = {word for word in text.split() if word.count(".") == 3}
    octets = {word.rpartition(".")[0] for word in addresses if word.replace(".", "").isdigit()}
    assert octets == {"192.0.2"}
