"""A small shop's export, and the program run on it."""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from pipeline.cli.app import main

CANARY = "CANARY-9f2c-token"
SOURCES = ("orders.csv", "items.csv")
MAPPING = """\
version: 1
name: small-shop
locale: en_US
timezone: Europe/Istanbul
sources:
  orders: {files: "orders*.csv", key: No}
  items:  {files: "items*.csv", key: No}
order:
  number:           No
  date_placed:      {column: Placed, date: "%Y-%m-%d %H:%M"}
  status:           {column: State, map: states}
  customer:         {constant: 201}
  shipping_address: {constant: 301}
  billing_address:  {constant: 302}
  currency:         {constant: try}
  amount:           {column: Sum, decimal: true}
items:
  product:          {column: Article, integer: true}
  quantity:         {constant: 1}
  unit_price:       {column: Each, decimal: true}
  total_price:      {column: Each, decimal: true}
values:
  states: {Done: delivered, İptal: canceled}
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that has ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """Standard output as the one JSON object it is to be; anything beside it fails here."""
        document = json.loads(self.out)
        assert isinstance(document, dict)
        return document


def export(folder: Path, orders: int = 4, *, wrong: int = 0) -> Path:
    """Write orders 0001, 0002, … of one item each; the last ``wrong`` have an amount that is no number."""
    heads, lines = ["No,Placed,State,Sum"], ["No,Article,Each"]
    for number in range(1, orders + 1):
        amount = "ten" if number > orders - wrong else f"{number}.50"
        heads.append(
            f"{number:04},2024-03-01 10:{number % 60:02},{'Done' if number % 2 else 'İptal'},{amount}"
        )
        lines.append(f"{number:04},101,{number}.50")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "orders.csv").write_text("\n".join(heads) + "\n", encoding="utf-8")
    (folder / "items.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "shop.yaml").write_text(MAPPING, encoding="utf-8")
    return folder


def sources(*more: str) -> list[str]:
    """The words of a command that name the shop's files and mapping."""
    return [*SOURCES, "-m", "shop.yaml", *more]


def environment(folder: Path, changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """The environment of a process: this one's, blind to its settings, with a state folder of its own."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("ORDERLIFT_", "PYTHONIO"))
    }
    kept |= {"ORDERLIFT_STATE_DIR": str(folder / "state"), "PYTHONUTF8": "1", "PYTHONWARNINGS": "error"}
    for name, value in (changes or {}).items():
        kept.pop(name, None)
        if value is not None:
            kept[name] = value
    return kept


def words(*given: str) -> list[str]:
    """The command line of the program."""
    return [sys.executable, "-m", "pipeline", *given]


def orderlift(folder: Path, *given: str, **changes: str | None) -> Ended:
    """Run the program in ``folder``, inside this process; ``changes`` are environment variables.

    However it ends, it shows no traceback and no token.
    """
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with (
        contextlib.chdir(folder),
        mock.patch.dict(os.environ, environment(folder, changes), clear=True),
        mock.patch.object(sys, "argv", ["orderlift", *given]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = main()
    return _looked_at(Ended(code, _text(out), _text(err)))


def process(folder: Path, *given: str, **changes: str | None) -> Ended:
    """Run the program in ``folder`` as a process of its own, and look at it as :func:`orderlift` does."""
    ran = subprocess.run(
        words(*given),
        cwd=folder,
        env=environment(folder, changes),
        capture_output=True,
        timeout=60,
        check=False,
    )
    out, err = ran.stdout.decode(errors="replace"), ran.stderr.decode(errors="replace")
    return _looked_at(Ended(ran.returncode, out, err))


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()


def _looked_at(ended: Ended) -> Ended:
    assert "Traceback" not in ended.out + ended.err, ended.err
    assert "E711" not in ended.out + ended.err, ended.err
    assert CANARY not in ended.out + ended.err
    return ended
