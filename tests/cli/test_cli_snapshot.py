"""``snapshot`` and ``check --snapshot`` on the command line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from shop import export, orderlift, sources

from pipeline.simulator import Simulator

TAKE = ("snapshot", "--rate", "unlimited", "-o", "may.snapshot")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Four good orders whose items name their products by SKU, the last an unknown one."""
    folder = export(tmp_path)
    mapping = folder / "shop.yaml"
    lines = [
        "  product: {lookup: product, by: {sku: Article}}" if line.strip().startswith("product:") else line
        for line in mapping.read_text("utf-8").splitlines()
    ]
    mapping.write_text("\n".join(lines), encoding="utf-8")
    items = (folder / "items.csv").read_text("utf-8").replace(",101,", ",PAM-TIS-01,")
    (folder / "items.csv").write_text(items.replace("0004,PAM-TIS-01", "0004,PAM-TIS-99"), encoding="utf-8")
    return folder


@pytest.fixture
def target() -> Iterator[Simulator]:
    """A target with forty products."""
    with Simulator() as simulator:
        yield simulator


def _to(target: Simulator) -> tuple[str, ...]:
    return ("--target", target.url, "--channel", "5")


def test_a_snapshot_is_taken_and_checked_against(shop: Path, target: Simulator) -> None:
    """It says what it holds; the check ends with 3 and names the cell."""
    took = orderlift(shop, *TAKE, *sources(*_to(target)), ORDERLIFT_TOKEN=target.token)
    assert (took.code, took.err) == (0, "")
    assert took.out.startswith("may.snapshot: product × ")
    checked = orderlift(shop, "check", *sources("--snapshot", "may.snapshot"))
    assert checked.code == 3
    assert "E342" in checked.err
    assert "items.csv, cell B5 (Article)" in checked.err


def test_the_json_object_says_all(shop: Path, target: Simulator) -> None:
    """Without sources every product is read; nothing stands on standard error."""
    given = ("-m", "shop.yaml", *_to(target), "--json")
    took = orderlift(shop, *TAKE, *given, ORDERLIFT_TOKEN=target.token)
    told = json.loads(took.out)
    assert (took.code, took.err) == (0, "")
    assert told.pop("taken").endswith("+00:00")
    assert told == {
        "file": "may.snapshot",
        "target": target.url,
        "channel": 5,
        "records": {"product": 40},
        "unread": [],
        "requests": 1,
        "exit_code": 0,
    }


def test_a_list_that_was_not_read_ends_with_5(shop: Path, target: Simulator) -> None:
    """The rest is written, and the list is named."""
    target.script({"other": {"GET /api/v1/channel/5/cargos/": ["404"]}})
    took = orderlift(shop, *TAKE, *_to(target), "--json", ORDERLIFT_TOKEN=target.token)
    assert took.code == 5
    assert "E347" in took.err
    assert json.loads(took.out)["unread"] == ["cargo company"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("orders.csv", "--target", "http://127.0.0.1:9", "--channel", "5"), "add -m"),
        (("-m", "shop.yaml"), "E705"),
        (("-m", "shop.yaml", "--target", "ftp://nowhere", "--channel", "5"), "E704"),
        (("-m", "nowhere.yaml", "--target", "http://127.0.0.1:9", "--channel", "5"), "E707"),
    ],
)
def test_what_cannot_be_followed_ends_with_2(shop: Path, given: tuple[str, ...], says: str) -> None:
    """And writes nothing."""
    ended = orderlift(shop, *TAKE, *given, ORDERLIFT_TOKEN="demo-token")
    assert ended.code == 2
    assert says in ended.err
    assert not (shop / "may.snapshot").exists()


def test_without_a_token_nothing_is_asked(shop: Path, target: Simulator) -> None:
    """As for every command that speaks to the target."""
    ended = orderlift(shop, *TAKE, "-m", "shop.yaml", *_to(target))
    assert (ended.code, "E702" in ended.err, target.truth.log) == (2, True, [])
