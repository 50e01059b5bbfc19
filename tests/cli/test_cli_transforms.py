"""``orderlift mapping transforms`` and ``--var``, as a person sees them."""

import json
from pathlib import Path

import pytest
from shop import MAPPING, orderlift

from pipeline.mapping.transforms.registry import BUILTIN


def test_every_transform_is_listed_with_what_it_takes_and_gives(tmp_path: Path) -> None:
    """One line each, on standard output."""
    ended = orderlift(tmp_path, "mapping", "transforms")
    assert ended.code == 0
    names = [line.split()[0] for line in ended.out.splitlines() if "→" in line]
    assert names == list(BUILTIN)


def test_one_transform_is_told_with_arguments_and_examples(tmp_path: Path) -> None:
    """And its name is guessed where it is misspelt."""
    ended = orderlift(tmp_path, "mapping", "transforms", "phone")
    assert ended.code == 0
    assert "region  (text; needed; may be written alone)" in ended.out
    assert "'0532 111 22 33' → '+905321112233'" in ended.out
    wrong = orderlift(tmp_path, "mapping", "transforms", "phon")
    assert wrong.code == 2
    assert "Did you mean 'phone'?" in wrong.err


def test_the_list_is_data_for_programs(tmp_path: Path) -> None:
    """With a schema of its own."""
    document = json.loads(orderlift(tmp_path, "mapping", "transforms", "--json").out)
    assert document["schema"] == "orderlift/transforms/1"
    assert {one["name"] for one in document["transforms"]} == set(BUILTIN)


@pytest.mark.parametrize(("given", "code"), [("depot=3", 0), ("depot=x", 2), ("depo=3", 2), ("depot", 2)])
def test_a_variable_from_the_command_line_is_checked(tmp_path: Path, given: str, code: int) -> None:
    """Its type, its name, its form."""
    mapping = tmp_path / "mapping.yaml"
    rule = 'number:           No\n  extra_field: {depot: {constant: "${depot}"}}'
    text = MAPPING.replace("number:           No", rule, 1)
    mapping.write_text(text + "variables: {depot: {type: integer}}\n", encoding="utf-8")
    assert orderlift(tmp_path, "mapping", "check", str(mapping), "--var", given).code == code
