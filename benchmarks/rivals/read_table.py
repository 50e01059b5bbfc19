"""Read one table to its end and print how many rows stand below the header: ``read_table.py HOW FILE``."""

import csv
import sys
from pathlib import Path


def orderlift(path: Path) -> int:
    from pipeline.loaders.opening import open_tables
    from pipeline.model.rows import SourceSpec

    spec = SourceSpec("orders", "*", frozenset({"SIPARIS_NO", "TARIH", "TOPLAM"}))
    (table,) = open_tables(spec, [path], first_index=0)
    return sum(len(batch.rows) for batch in table.batches())


def calamine(path: Path) -> int:
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    return sum(1 for _ in sheet.iter_rows()) - 1


def openpyxl(path: Path) -> int:
    from openpyxl import load_workbook

    sheet = load_workbook(path, read_only=True, data_only=True).worksheets[0]
    return sum(1 for _ in sheet.iter_rows(values_only=True)) - 1


def pandas_calamine(path: Path) -> int:
    import pandas

    return len(pandas.read_excel(path, engine="calamine"))


def csv_reader(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter=";")
        next(reader)
        count = 0
        for row in reader:
            tuple(row)
            count += 1
        return count


def pandas_csv(path: Path) -> int:
    import pandas

    return len(pandas.read_csv(path, sep=";", dtype=str, keep_default_na=False))


if __name__ == "__main__":
    print(globals()[sys.argv[1]](Path(sys.argv[2])))
