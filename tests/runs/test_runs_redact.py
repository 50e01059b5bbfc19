"""A problem becomes a bundle that shows it again, and that tells nothing of anybody."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from people_shop import PeopleShop, Rows, left_in, open_people_shop, unpacked
from small_shop import open_shop, send_all

from pipeline.model.bundle import Bundle
from pipeline.model.refusal import InputRefused, MappingRefused, SafetyStop, UsageRefused
from pipeline.redaction.signature import signature_of
from pipeline.runs.asked.request import Places, PlanRequest
from pipeline.runs.redacting.bundling import redact
from pipeline.runs.redacting.request import RedactRequest
from pipeline.runs.verbs import check
from pipeline.simulator import Simulator

Spoil = Callable[[Rows, Rows], None]
KEYS = [bytes([number]) * 32 for number in range(9)]


def keys() -> Callable[[int], bytes]:
    """Give keys that are the same in every test."""
    waiting = iter(KEYS)
    return lambda _: next(waiting)


def cell(column: str, value: str, row: int = 3) -> Spoil:
    """Put a value into a cell of the orders."""

    def spoil(orders: Rows, _: Rows) -> None:
        orders[row][orders[0].index(column)] = value

    return spoil


def orphan(_: Rows, items: Rows) -> None:
    """Add an item of no order."""
    items.append(["WB-9999", "7199", "1", "1,00", "1,00", "Hediye Gülnihal"])


def twice(orders: Rows, _: Rows) -> None:
    """Let an order stand there twice."""
    orders.append(list(orders[4]))


def no_phones(orders: Rows, _: Rows) -> None:
    """Give a column another name than the mapping's."""
    orders[0][orders[0].index("TELEFON")] = "GSM NO"


CASES: dict[str, tuple[Spoil, str, str | None]] = {
    "a wrong amount": (cell("TOPLAM", "6,703.40", 3), "E211", "order.amount"),
    "an unknown status": (cell("DURUM", "Ayşe Öztürkmen bekliyor"), "E231", "order.status"),
    "an orphan item": (orphan, "E305", None),
    "a duplicate order": (twice, "E303", None),
    "totals that differ": (cell("TOPLAM", "1,99"), "W312", None),
    "a cell that is no text": (cell("ACIKLAMA", "Kapıcı \x01 Işıklar"), "E134", None),
}


def shown_again(shop: PeopleShop, bundle: Path) -> tuple[set[tuple[str, str | None]], dict[str, bytes]]:
    """Unpack a bundle and check what is in it; give codes with their fields, and the files."""
    folder = shop.folder / "unpacked"
    files = unpacked(bundle, folder)
    inputs = [folder / name for name in files if name.startswith("inputs/")]
    mapping = next(folder / name for name in files if name.startswith("mapping/"))
    places = Places(shop.folder / "elsewhere", shop.folder / "reports")
    try:
        issues = list(check(PlanRequest(inputs, mapping, jobs=1), places).issues())
    except (InputRefused, MappingRefused) as refusal:
        issues = list(refusal.issues)
    return {signature_of(issue)[:2] for issue in issues}, files


def made(shop: PeopleShop, name: str = "bundle.zip", **more: Any) -> tuple[Bundle, Path]:
    """Check a shop and make a bundle of the run."""
    shop.checked()
    out = shop.folder / name
    return redact(RedactRequest(out, **more), shop.places, secret=keys()), out


@pytest.mark.parametrize("case", CASES)
def test_the_bundle_shows_the_same_issue_and_nobody(tmp_path: Path, case: str) -> None:
    """One or two orders of six are left, at the same field, and no value of a person in any byte."""
    spoil, code, field = CASES[case]
    shop = open_people_shop(tmp_path, spoil)
    bundle, out = made(shop, issue=code)
    again, files = shown_again(shop, out)
    assert code in {seen for seen, _ in again}
    assert field is None or (code, field) in again
    assert {seen for seen, _ in again if seen.startswith("E")} <= {code, "E308"}
    assert bundle.orders <= 2
    assert bundle.exit_code == 0
    assert left_in(out, shop.personal) == []
    assert set(files) == {
        "README.txt",
        "environment.json",
        "journal.json",
        "inputs/siparis1.csv",
        "inputs/kalem1.csv",
        "mapping/mapping.yaml",
    }
    assert b"TEMSILCI" not in files["inputs/siparis1.csv"]


def test_a_missing_column_is_shown_though_there_is_no_run(tmp_path: Path) -> None:
    """Files that are refused at once are given with their mapping, and one row of each is left."""
    shop = open_people_shop(tmp_path, no_phones)
    out = tmp_path / "bundle.zip"
    request = RedactRequest(out, sources=[shop.orders, shop.items], mapping=shop.mapping)
    bundle = redact(request, shop.places, secret=keys())
    again, _ = shown_again(shop, out)
    assert again == {("E430", "order.extra_field.phone")}
    assert (bundle.rows, bundle.exit_code, bundle.run_id) == (2, 0, "")
    assert left_in(out, shop.personal) == []
    assert not (tmp_path / "state").exists()


def test_a_file_of_mixed_encodings_is_shown_by_its_lines(tmp_path: Path) -> None:
    """Nothing can be read as a table then; lines are left out and their words replaced, bytes and all."""
    shop = open_people_shop(tmp_path)
    lines = shop.orders.read_bytes().split(b"\r\n")
    lines[5] = lines[5].decode().encode("cp1254")
    shop.orders.write_bytes(b"\r\n".join(lines))
    out = tmp_path / "bundle.zip"
    request = RedactRequest(out, sources=[shop.orders, shop.items], mapping=shop.mapping)
    bundle = redact(request, shop.places, secret=keys())
    again, files = shown_again(shop, out)
    assert again == {("E118", None)}
    assert bundle.rows <= 4
    assert files["inputs/siparis1.csv"].count(b"\r\n") <= 3
    assert left_in(out, shop.personal) == []


def test_an_old_encoding_stays(tmp_path: Path) -> None:
    """A file in cp1254 is one in the bundle, too."""
    shop = open_people_shop(tmp_path, CASES["a wrong amount"][0], encoding="cp1254")
    _, out = made(shop)
    again, files = shown_again(shop, out)
    assert {("E211", "order.amount"), ("W101", None)} <= again
    with pytest.raises(UnicodeDecodeError):
        files["inputs/siparis1.csv"].decode("utf-8")
    assert left_in(out, shop.personal) == []


def test_a_workbook_stays_one(tmp_path: Path) -> None:
    """Cells keep their types; a sheet that the mapping does not name loses its name."""
    shop = open_people_shop(tmp_path, cell("TOPLAM", "6,703.40", 2), kind="xlsx", count=2)
    _, out = made(shop, questions=6)
    again, files = shown_again(shop, out)
    assert ("E211", "order.amount") in again
    assert not {seen for seen, _ in again if seen.startswith("E")} - {"E211"}
    assert files["inputs/siparis1.xlsx"].startswith(b"PK")
    assert left_in(out, (*shop.personal, "Nurhan Hanım")) == []


def test_what_the_problem_needs_stays_real_and_is_told(tmp_path: Path) -> None:
    """A name that a step of the mapping refuses by how it begins does not show it in disguise."""
    shop = open_people_shop(tmp_path, cell("ALICI", "Gizli Bahçıvan"))
    rule = 'name:  {column: ALICI, steps: [{extract: "^(?:[^G]|G[^i]).*$"}]}'
    text = shop.mapping.read_text("utf-8")
    shop.mapping.write_text(text.replace("name:  {column: ALICI}", rule), encoding="utf-8")
    bundle, out = made(shop)
    again, files = shown_again(shop, out)
    assert bundle.shown
    assert {(one.code, one.field) for one in bundle.shown} <= again
    (real,) = [one for one in bundle.real if one.personal]
    assert (real.file, real.header, real.count) == ("siparis1.csv", "ALICI", 1)
    assert "Gizli Bahçıvan" in files["inputs/siparis1.csv"].decode()
    assert real.example in files["README.txt"].decode()
    assert "Bahçıvan" not in files["README.txt"].decode()
    assert bundle.exit_code == 4
    assert left_in(out, tuple(value for value in shop.personal if value != "Gizli Bahçıvan")) == []


def test_the_mapping_loses_comments_and_constants_of_people(tmp_path: Path) -> None:
    """Its lines keep their numbers, so that places in it are those of the original."""
    shop = open_people_shop(tmp_path, CASES["a wrong amount"][0])
    _, out = made(shop)
    _, files = shown_again(shop, out)
    mapping = files["mapping/mapping.yaml"].decode()
    before = shop.mapping.read_text("utf-8").splitlines()
    assert len(mapping.splitlines()) == len(before)
    for gone in ("Nurhan", "Demirci", "0533", "acme-tekstil", "yardim.masasi", "#"):
        assert gone not in mapping
    assert "@example.invalid" in mapping
    assert left_in(out, ("Nurhan Demirci", "yardim.masasi@acme-tekstil.com", "siparisler_acme_gizli")) == []


def test_the_journal_is_told_without_paths_hosts_and_payloads(tmp_path: Path) -> None:
    """What the target refused is told with its number in disguise, its complaint and its attempts."""
    shop = open_shop(tmp_path / "shop", 6)
    with Simulator(faults={"A-0002": ["400"], "A-0004": ["400"], "A-0005": ["503"] * 9}) as sim:
        result = send_all(shop, sim, attempts=2)
        host = sim.url.split("/")[2]
    out = tmp_path / "bundle.zip"
    bundle = redact(RedactRequest(out), shop.places, secret=keys())
    files = unpacked(out, tmp_path / "unpacked")
    told = json.loads(files["journal.json"])
    assert {one.code for one in bundle.told} == {code for code in result.summary.issues if code[:2] == "E5"}
    assert not bundle.lost
    assert told["orders"]["rejected"] == 2
    assert [len(one["attempts"]) for one in told["told"]] == [1, 2]
    assert [one["attempts"][0]["status"] for one in told["told"]] == [400, 503]
    numbers = {one["order"] for one in told["told"]}
    assert not numbers & {f"A-{place:04d}" for place in range(1, 7)}
    assert all(number.encode() in files["inputs/orders1.csv"] for number in numbers)
    everything = b"".join(files.values())
    for gone in (host, str(tmp_path), "A-0002", "A-0005", "demo-token"):
        assert gone.encode() not in everything
    assert files["inputs/orders1.csv"].count(b"\n") == 3


@pytest.mark.parametrize("gone", [True, False])
def test_without_the_files_that_were_read_there_are_no_rows(tmp_path: Path, *, gone: bool) -> None:
    """Changed or vanished: the bundle says so, tells the journal, and ends with another code."""
    shop = open_people_shop(tmp_path, CASES["a wrong amount"][0])
    shop.checked()
    if gone:
        shop.items.unlink()
    else:
        shop.items.write_bytes(shop.items.read_bytes() + b"x;1;1;1;1;1\r\n")
    out = tmp_path / "bundle.zip"
    bundle = redact(RedactRequest(out), shop.places, secret=keys())
    files = unpacked(out, tmp_path / "unpacked")
    assert [name for name, _ in bundle.withheld] == [shop.items.name]
    assert not [name for name in files if name.startswith("inputs/")]
    assert "W695" in files["README.txt"].decode()
    assert json.loads(files["journal.json"])["issues"]["E211"] == 1
    assert bundle.exit_code == 3
    assert left_in(out, shop.personal) == []


def test_a_file_that_was_only_touched_is_still_the_same(tmp_path: Path) -> None:
    """Copying a file changes its time and nothing else."""
    shop = open_people_shop(tmp_path, CASES["a wrong amount"][0])
    shop.checked()
    os.utime(shop.orders, (1, 1))
    bundle = redact(RedactRequest(tmp_path / "b.zip"), shop.places, secret=keys())
    assert bundle.withheld == ()
    assert bundle.rows > 0


def test_nothing_but_the_secret_is_left_to_chance(tmp_path: Path) -> None:
    """The same one makes the same bytes, readable by their owner alone; a dry run tells of the same ones."""
    shop = open_people_shop(tmp_path, CASES["a wrong amount"][0], count=3)
    shop.checked()
    outs = [tmp_path / f"{number}.zip" for number in range(3)]
    bundles = [redact(RedactRequest(out, dry=out is outs[2]), shop.places, secret=keys()) for out in outs]
    first, second, dry = bundles
    assert outs[0].read_bytes() == outs[1].read_bytes()
    assert not outs[2].exists()
    assert dry.output is None
    assert (dry.files, dry.shown, dry.rows) == (first.files, first.shown, first.rows)
    redact(RedactRequest(outs[2]), shop.places)
    assert outs[2].read_bytes() != outs[0].read_bytes()
    assert second.exit_code == 0
    if os.name == "posix":
        assert stat.S_IMODE(outs[0].stat().st_mode) == 0o600


def test_no_bundle_is_written_while_a_personal_value_is_found_in_it(tmp_path: Path) -> None:
    """A note holds the digits with which a telephone number begins, and those stay."""

    def spoil(orders: Rows, _: Rows) -> None:
        orders[3][orders[0].index("TOPLAM")] = "6,703.40"
        orders[3][orders[0].index("TELEFON")] = "00905327654321"
        orders[3][orders[0].index("ACIKLAMA")] = "0090532"

    shop = open_people_shop(tmp_path, spoil)
    shop.checked()
    with pytest.raises(SafetyStop) as stopped:
        redact(RedactRequest(tmp_path / "b.zip"), shop.places, secret=keys())
    (issue,) = stopped.value.issues
    assert issue.code == "E697"
    assert issue.value == "•••••32"
    assert issue.facts == {"file": "inputs/siparis1.csv"}
    assert not (tmp_path / "b.zip").exists()


def test_a_name_within_a_word_that_stays_withholds_nothing(tmp_path: Path) -> None:
    """Somebody is called like half a status: that word is the mapping's, and the name is replaced."""

    def spoil(orders: Rows, _: Rows) -> None:
        orders[3][orders[0].index("TOPLAM")] = "6,703.40"
        orders[3][orders[0].index("ALICI")] = "Teslim"

    shop = open_people_shop(tmp_path, spoil)
    bundle, out = made(shop)
    _, files = shown_again(shop, out)
    assert bundle.exit_code == 0
    assert files["inputs/siparis1.csv"].decode().count("Teslim") == 1


def test_orders_and_issues_that_are_not_there_are_refused(tmp_path: Path) -> None:
    """What can be chosen is told instead."""
    shop = open_people_shop(tmp_path, CASES["a wrong amount"][0])
    shop.checked()
    for request in (
        RedactRequest(tmp_path / "b.zip", issue="E303"),
        RedactRequest(tmp_path / "b.zip", order="nobody's"),
    ):
        with pytest.raises(UsageRefused) as refused:
            redact(request, shop.places)
        assert refused.value.issues[0].code == "E695"
        assert "E211" in str(refused.value.issues[0].facts["codes"])
    assert not (tmp_path / "b.zip").exists()


def test_one_order_can_be_asked_for_and_their_number_limited(tmp_path: Path) -> None:
    """--order narrows to what is wrong with it; --max-orders cuts, and says so."""

    def spoil(orders: Rows, _: Rows) -> None:
        orders[3][orders[0].index("TOPLAM")] = "x"
        orders[5][orders[0].index("TARIH")] = "x"
        orders[6][orders[0].index("DURUM")] = "x"

    shop = open_people_shop(tmp_path, spoil)
    one, _ = made(shop, order="WB-0005")
    assert [(problem.code, problem.header) for problem in one.shown] == [("E221", "TARIH")]
    cut, _ = made(shop, "cut.zip", most_orders=2)
    assert (cut.cut_to, cut.orders, cut.exit_code) == (2, 2, 3)
