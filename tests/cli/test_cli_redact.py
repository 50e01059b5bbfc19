"""``orderlift redact``: what a person types, sees and gets."""

import shlex
import zipfile
from pathlib import Path

from shop import export, orderlift, sources


def test_a_person_makes_a_bundle_and_another_one_sees_the_problem(tmp_path: Path) -> None:
    """The command in the README, typed where the bundle was unpacked, shows the issue at the same field."""
    export(tmp_path, 4, wrong=1)
    assert orderlift(tmp_path, "check", *sources("-q")).code == 3
    ended = orderlift(tmp_path, "redact", "-o", "problem.zip")
    assert ended.code == 0, ended.err
    assert "Bundle: problem.zip" in ended.out
    assert "1 order of 4 that the run has read, 2 rows" in ended.out
    assert "E211  not a number  (order.amount, Sum)" in ended.out
    assert "No personal value of the inputs is in it" in ended.out
    with zipfile.ZipFile(tmp_path / "problem.zip") as archive:
        archive.extractall(tmp_path / "there")
    readme = (tmp_path / "there" / "README.txt").read_text("utf-8")
    command = next(line for line in readme.splitlines() if line.startswith("    orderlift check"))
    again = orderlift(tmp_path / "there", *shlex.split(command)[1:])
    assert again.code == 3
    assert "error[E211]: 'ten'" not in again.err
    assert "error[E211]" in again.err
    assert "order.amount" in again.err
    assert f"{tmp_path}" not in readme


def test_files_that_are_refused_are_given_with_their_mapping(tmp_path: Path) -> None:
    """Without a run there is nothing to name; as JSON it is one object."""
    export(tmp_path)
    text = (tmp_path / "orders.csv").read_text("utf-8")
    (tmp_path / "orders.csv").write_text(text.replace("State", "Zustand"), encoding="utf-8")
    ended = orderlift(tmp_path, "redact", *sources("-o", "b.zip", "-n", "--json"))
    assert ended.code == 0, ended.err
    assert [one["code"] for one in ended.document["shown"]] == ["E430"]
    assert ended.document["schema"] == "orderlift/bundle/1"
    assert ended.document["output"] is None
    assert not (tmp_path / "b.zip").exists()


def test_what_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """Two runs, no such issue, and a place that cannot be written."""
    export(tmp_path, 4, wrong=1)
    orderlift(tmp_path, "check", *sources("-q"))
    assert orderlift(tmp_path, "redact", "one", "two", "-o", "b.zip").code == 2
    assert orderlift(tmp_path, "redact", "-m", "shop.yaml", "-o", "b.zip").code == 2
    refused = orderlift(tmp_path, "redact", "-o", "b.zip", "--issue", "e303")
    assert (refused.code, "error" in refused.err or "fatal[E695]" in refused.err) == (2, True)
    (tmp_path / "file").write_text("", encoding="utf-8")
    unwritable = orderlift(tmp_path, "redact", "-o", "file/b.zip")
    assert unwritable.code == 7
    assert "E696" in unwritable.err
