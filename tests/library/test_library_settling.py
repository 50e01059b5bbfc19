"""Settling and proving as a program or a notebook calls them."""

from pathlib import Path
from typing import Any

from test_library_verbs import SHOP

import pipeline
from pipeline.simulator import Settings, Simulator


def test_a_run_is_settled_proved_and_rebuilt_from_a_program(tmp_path: Path) -> None:
    """The same verbs as on the command line, with plain values."""
    for name, text in SHOP.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    sources, mapping = [tmp_path / "orders.csv", tmp_path / "items.csv"], tmp_path / "shop.yaml"
    state, reports = tmp_path / "state", tmp_path / "reports"
    faults = {"0001": ["commit_then_reset"]}
    with Simulator(faults=faults, settings=Settings(unique_numbers=False)) as sim:
        done = pipeline.run(
            sources,
            mapping,
            target=sim.url,
            channel=5,
            token=sim.token,
            lookup=False,
            state_dir=state,
            report_dir=reports,
        )
        assert done.summary.orders.in_doubt == 1
        said = pipeline.resolve("0001", "created", why="seen", by="ayse", state_dir=state, report_dir=reports)
        assert said.summary.orders.created == 2
        proof = pipeline.prove(state_dir=state)
        assert isinstance(proof, pipeline.Proof)
        assert proof.holds
        rebuilt = pipeline.rebuild(
            sources,
            mapping,
            target=sim.url,
            channel=5,
            token=sim.token,
            settle_window=0.1,
            state_dir=tmp_path / "new",
            report_dir=reports,
        )
        assert rebuilt.summary.orders.already_present == 2
        again = pipeline.reconcile(
            token=sim.token, everything=True, state_dir=tmp_path / "new", report_dir=reports
        )
        assert again.exit_code == 3
        assert sim.truth.commits == 2


def test_the_money_of_a_run_is_read_back_from_a_program(tmp_path: Path) -> None:
    """The report of a run, with a token: what the target shows is compared to the cent."""
    for name, text in SHOP.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    places: dict[str, Any] = {"state_dir": tmp_path / "state", "report_dir": tmp_path / "reports"}
    with Simulator() as sim:
        sources = [tmp_path / "orders.csv", tmp_path / "items.csv"]
        pipeline.run(sources, tmp_path / "shop.yaml", target=sim.url, channel=5, token=sim.token, **places)
        assert pipeline.report(**places).summary.read_back is not None
        done = pipeline.report(token=sim.token, again=True, rate=100.0, **places)
    assert done.summary.read_back is not None
    assert done.summary.read_back.balances
