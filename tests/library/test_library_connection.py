"""How requests travel: told once, for every verb that speaks to a target."""

from collections.abc import Callable
from typing import Any

import pytest
from test_library_verbs import Shop

import pipeline

WAY = pipeline.Connection(ca_file="nowhere.pem", proxy="http://user:secret@proxy.example:3128")
TARGET: dict[str, Any] = {"target": "https://shop.invalid", "channel": 5}
VERBS: dict[str, Callable[..., object]] = {
    "plan": lambda shop, **how: pipeline.plan(shop.sources, shop.mapping, **TARGET, **how),
    "snapshot": lambda shop, **how: pipeline.snapshot(
        shop.plan, **TARGET, **{name: how[name] for name in how if name != "report_dir"}
    ),
    "run": lambda shop, **how: pipeline.run(shop.sources, shop.mapping, **TARGET, **how),
    "rebuild": lambda shop, **how: pipeline.rebuild(shop.sources, shop.mapping, **TARGET, **how),
    "apply": lambda shop, **how: pipeline.apply(shop.plan, **how),
    "resume": lambda _, **how: pipeline.resume(**how),
    "retry": lambda _, **how: pipeline.retry(**how),
    "reconcile": lambda _, **how: pipeline.reconcile(everything=True, **how),
    "report": lambda _, **how: pipeline.report(**how),
    "undo": lambda shop, **how: pipeline.undo(run_of(shop), reason=7, **how),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Orders that are planned for a target that nobody can reach."""
    shop = Shop(tmp_path_factory.mktemp("connection"))
    places: dict[str, Any] = {"state_dir": shop.state, "report_dir": shop.reports}
    pipeline.plan(shop.sources, shop.mapping, output=shop.plan, **TARGET, **places)
    return shop


def run_of(shop: Shop) -> str:
    """The run that was planned first."""
    return pipeline.list_runs(state_dir=shop.state)[-1].run_id


def test_every_verb_that_takes_a_connection_is_looked_at() -> None:
    """A new one has to stand in the table here."""
    taking = {
        name
        for name in pipeline.__all__
        if name[0].islower() and "connection" in getattr(getattr(pipeline, name), "__annotations__", {})
    }
    assert taking == VERBS.keys() | {"apply_undo"}


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_goes_the_way_that_it_is_told(shop: Shop, verb: str) -> None:
    """Its certificates are those that are named, and where there are none it does not set out."""
    places: dict[str, Any] = {"state_dir": shop.state, "report_dir": shop.reports}
    way = pipeline.Connection(ca_file="nowhere.pem")
    with pytest.raises(pipeline.Refusal) as refused:
        VERBS[verb](shop, token="demo-token", connection=way, **places)
    assert [issue.code for issue in refused.value.issues] == ["E710"]


def test_what_a_proxy_is_told_of_is_shown_to_nobody() -> None:
    """Its address may hold a password."""
    assert "secret" not in repr(WAY)
