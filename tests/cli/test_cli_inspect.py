"""``orderlift inspect`` as people and programs call it."""

import json
import re
from pathlib import Path

import pytest
from shop import export, orderlift

from pipeline.model.catalogue.inspection import ENTRIES

ROOT = Path(__file__).resolve().parents[2]


def test_files_are_told_without_a_mapping(tmp_path: Path) -> None:
    """On standard output, with 0 as the end."""
    export(tmp_path)
    ended = orderlift(tmp_path, "inspect", "orders.csv", "items.csv")
    assert (ended.code, ended.err) == (0, "")
    assert "orders.csv  text (CSV)" in ended.out
    assert "date %Y-%m-%d %H:%M" in ended.out
    assert "items.csv  text (CSV)" in ended.out


def test_a_file_that_cannot_be_read_ends_with_2_and_the_others_are_told(tmp_path: Path) -> None:
    """Both stand in the same answer."""
    export(tmp_path)
    ended = orderlift(tmp_path, "inspect", "missing.csv", "orders.csv")
    assert ended.code == 2
    assert "fatal[E101]" in ended.out
    assert "orders.csv  text (CSV)" in ended.out


def test_json_is_one_object(tmp_path: Path) -> None:
    """With its schema and the exit code."""
    export(tmp_path)
    ended = orderlift(tmp_path, "inspect", "orders.csv", "--json", "-m", "shop.yaml")
    document = ended.document
    assert (document["schema"], document["exit_code"]) == ("orderlift/inspection/1", 0)
    (table,) = document["files"][0]["tables"]
    assert (table["source"], table["rows"]) == ("orders", 4)
    assert [column["name"] for column in table["columns"]] == ["No", "Placed", "State", "Sum"]


@pytest.mark.parametrize("flags", [[], ["--show-pii"]])
def test_personal_data_is_shown_only_when_asked_for(tmp_path: Path, flags: list[str]) -> None:
    """On the terminal and on the page."""
    (tmp_path / "people.csv").write_text("No;E-mail\n1;ada@example.com\n", encoding="utf-8")
    ended = orderlift(tmp_path, "inspect", "people.csv", "--html", "out.html", *flags)
    assert ended.code == 0
    for text in (ended.out, (tmp_path / "out.html").read_text("utf-8")):
        assert ("ada@example.com" in text) == bool(flags)


def test_a_page_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """The place is named."""
    export(tmp_path)
    (tmp_path / "taken").write_text("", encoding="utf-8")
    ended = orderlift(tmp_path, "inspect", "orders.csv", "--html", "taken/out.html", "--json")
    assert ended.code == 2
    assert "E713" in ended.err
    assert json.loads(ended.out)["issues"] == {"E713": 1}


def test_a_mapping_with_mistakes_is_told_with_its_line(tmp_path: Path) -> None:
    """As by every other command."""
    export(tmp_path)
    (tmp_path / "shop.yaml").write_text("version: 1\nnmae: x\n", encoding="utf-8")
    ended = orderlift(tmp_path, "inspect", "orders.csv", "-m", "shop.yaml")
    assert ended.code == 2
    assert "shop.yaml:2:1" in ended.err
    assert ended.out == ""


def test_the_session_of_the_page_is_a_true_one() -> None:
    """What docs/inspect.md shows is what the command prints."""
    page = (ROOT / "docs" / "inspect.md").read_text("utf-8")
    session = re.search(r"```console\n\$ orderlift ([^\n]+)\n(.*?)```", page, re.DOTALL)
    assert session is not None
    assert orderlift(ROOT, *session[1].split()).out == session[2]


def test_the_page_names_every_code_of_an_inspection() -> None:
    """A risk without a line on the page would be a surprise."""
    page = (ROOT / "docs" / "inspect.md").read_text("utf-8")
    assert len(ENTRIES) > 15
    assert [entry.code for entry in ENTRIES if entry.code not in page] == []
