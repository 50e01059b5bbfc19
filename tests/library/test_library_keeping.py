"""Runs that go, and problems that may be shown to others."""

import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from test_library_verbs import Shop

import pipeline


def test_pruning_tells_what_would_go_until_it_is_told_to(tmp_path: Path) -> None:
    """A call without arguments removes nothing, and young runs are not due."""
    shop = Shop(tmp_path)
    runs = [shop.check().run_id, shop.check().run_id]
    places: dict[str, Any] = {"state_dir": shop.state, "report_dir": shop.reports}
    assert pipeline.prune(**places).gone == ()
    told = pipeline.prune(older_than=timedelta(0), **places)
    assert (told.dry_run, {one.run_id for one in told.gone}) == (True, set(runs))
    assert told.freed > 0
    assert {card.run_id for card in pipeline.list_runs(state_dir=shop.state)} == set(runs)
    gone = pipeline.prune([runs[0][:7]], dry_run=False, **places)
    assert (gone.dry_run, [one.run_id for one in gone.gone]) == (False, [runs[0]])
    assert [card.run_id for card in pipeline.list_runs(state_dir=shop.state)] == [runs[1]]
    assert not (shop.reports / runs[0]).exists()


def test_one_run_instead_of_a_list_is_a_mistake_of_the_program(tmp_path: Path) -> None:
    """Its letters would be taken for the beginnings of runs."""
    with pytest.raises(TypeError, match="list of runs"):
        pipeline.prune("7f3a", dry_run=False, state_dir=tmp_path)


def test_a_problem_becomes_a_bundle(tmp_path: Path) -> None:
    """Of a run, or of files and their mapping; a dry run writes nothing."""
    shop = Shop(tmp_path)
    checked = shop.check()
    out = tmp_path / "problem.zip"
    told = pipeline.redact(out, sources=shop.sources, mapping=shop.mapping, dry_run=True)
    assert (told.exit_code, told.output, out.exists()) == (0, None, False)
    made = pipeline.redact(out, checked, issue="e211")
    assert [problem.code for problem in made.shown] == ["E211"]
    assert told.shown == made.shown
    with zipfile.ZipFile(out) as bundle:
        assert {name for name, _ in made.files} <= set(bundle.namelist())


def test_a_bundle_is_of_one_thing(tmp_path: Path) -> None:
    """Files without a mapping, or files and a run, say nothing that could be meant."""
    for given in ({"sources": ["a.csv"]}, {"mapping": "m.yaml"}):
        with pytest.raises(TypeError, match="together"):
            pipeline.redact(tmp_path / "b.zip", **given)
    with pytest.raises(TypeError, match="one run"):
        pipeline.redact(tmp_path / "b.zip", "7f3a", sources=["a.csv"], mapping="m.yaml")


def test_where_a_run_stands_and_what_files_are(tmp_path: Path) -> None:
    """Both are asked for without writing anything."""
    shop = Shop(tmp_path)
    checked = shop.check()
    stands = pipeline.status(checked)
    assert isinstance(stands, pipeline.Summary)
    assert stands.orders == checked.summary.orders
    found = pipeline.inspect(shop.sources)
    assert [[column.name for column in file.tables[0].columns] for file in found.files] == [
        ["No", "Placed", "Sum"],
        ["No", "Article", "Each"],
    ]
