"""A correction workbook is written for what is broken, comes back, and is kept beside the sources."""

import os
import shutil
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from deciding_shop import checked
from deciding_shop import shop as deciding
from fix_shop import broken_shop, codes, corrected, corrections, edit, issues_of, workbook
from small_shop import Shop, number, open_shop, table

from pipeline.journal.reading import JournalReader
from pipeline.model.refusal import InputRefused, Refusal, UsageRefused
from pipeline.model.summary import broken_sums
from pipeline.runs.asked.request import OverlayUse, Places, PlanRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.fixing.exporting import export_fix, write_fix
from pipeline.runs.fixing.taking import take_fix_book
from pipeline.runs.state_folder.overlay_store import current, folder_of, named, read
from pipeline.runs.verbs import check, report

WRONG = {(2, "currency"): "lira", (3, "total"): "ten", (5, "customer"): "00x"}
RIGHT = {(2, "currency"): "try"}


def broken_check(folder: Path) -> tuple[Shop, Result]:
    """Check a shop of six orders, three of them broken."""
    shop = broken_shop(folder / "shop", 6, WRONG)
    return shop, check(shop.plan_request("http://127.0.0.1:1"), shop.places)


def amount(shop: Shop, place: int) -> str:
    """Give the total that the items of an order add up to."""
    rows = [line.split(",") for line in shop.items.read_text().splitlines()[1:]]
    return str(sum(float(row[4]) for row in rows if row[0] == number(place)))


def refusal(path: Path, shop: Shop) -> list[str]:
    """Give the codes for which a workbook is refused."""
    with pytest.raises(Refusal) as refused:
        take_fix_book(path, shop.places)
    return codes(refused.value.issues)


def test_only_broken_orders_are_in_the_workbook_and_all_their_rows(tmp_path: Path) -> None:
    """The customer's own columns in order, as text; the wrong cells with their reason."""
    shop, result = broken_check(tmp_path)
    book = openpyxl.load_workbook(workbook(shop, result))
    rows = {name: list(book[name].iter_rows(min_row=2, values_only=True)) for name in ("orders", "items")}
    source = [tuple(line.split(",")) for line in shop.orders.read_text().splitlines()]
    assert [row[:5] for row in rows["orders"]] == [source[place] for place in (2, 3, 5)]
    assert [row[0] for row in rows["items"]] == [number(2)] * 3 + [number(3)] + [number(5)] * 3
    notes = {cell.coordinate: cell.comment.text[:4] for row in book["orders"] for cell in row if cell.comment}
    assert notes == {"D2": "E233", "E3": "E211", "C4": "E214"}
    assert result.summary.files["fix"].endswith("fix.xlsx")


def test_a_check_without_refusals_writes_no_workbook(tmp_path: Path) -> None:
    """There is nothing to correct."""
    shop = open_shop(tmp_path / "shop", 3)
    result = check(shop.plan_request("http://127.0.0.1:1"), shop.places)
    assert "fix" not in result.summary.files
    assert not workbook(shop, result).exists()
    assert export_fix(result.run_id, None, shop.places).files == ()


def test_corrections_are_checked_again_and_kept_and_the_sources_stay(tmp_path: Path) -> None:
    """Each cell is told with what the checks say now; the overlay is private and sealed."""
    shop, result = broken_check(tmp_path)
    before = shop.orders.read_bytes(), shop.items.read_bytes()
    taken = corrected(shop, result, {**RIGHT, (3, "total"): amount(shop, 3), (5, "customer"): "x"})
    assert (shop.orders.read_bytes(), shop.items.read_bytes()) == before
    told = {one.at.cell: (one.before, one.after, one.wrong and one.wrong.code) for one in taken.cells}
    assert told == {
        "D3": ("lira", "try", None),
        "E4": ("ten", amount(shop, 3), None),
        "C6": ("00x", "x", "E214"),
    }
    assert (taken.ready, taken.still_wrong, taken.all_well) == (2, 1, False)
    kept = current(shop.places, result.run_id)
    assert kept is not None
    assert (kept.overlay.name, kept.sha256) == (f"{result.run_id}/1", taken.stored and taken.stored.sha256)
    path = folder_of(shop.places, result.run_id) / "0001.json"
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_bytes(path.read_bytes().replace(b'"try"', b'"eur"'))
    with pytest.raises(UsageRefused) as refused:
        read(path)
    assert codes(refused.value.issues) == ["E679"]


def test_a_cell_that_is_right_in_an_order_that_is_not_is_told_as_such(tmp_path: Path) -> None:
    """Nobody is to think that the order goes now."""
    shop = broken_shop(tmp_path / "shop", 3, {(2, "currency"): "lira", (2, "total"): "ten"})
    result = check(shop.plan_request("http://127.0.0.1:1"), shop.places)
    (cell,) = corrected(shop, result, {(2, "currency"): "try"}).cells
    assert cell.wrong is None
    assert cell.order_wrong is not None
    assert (cell.order_wrong.code, cell.order_wrong.at and cell.order_wrong.at.cell) == ("E211", "E3")


def test_a_dry_run_keeps_nothing(tmp_path: Path) -> None:
    """It only shows what would be taken up."""
    shop, result = broken_check(tmp_path)
    path = edit(workbook(shop, result), corrections(RIGHT))
    taken = take_fix_book(path, shop.places, dry_run=True)
    assert (len(taken.cells), taken.stored) == (1, None)
    assert current(shop.places, result.run_id) is None


def test_the_same_workbook_twice_says_nothing_new(tmp_path: Path) -> None:
    """No second version of the corrections is kept."""
    shop, result = broken_check(tmp_path)
    corrected(shop, result, RIGHT)
    again = take_fix_book(workbook(shop, result), shop.places)
    assert (list(again.cells), again.stored, codes(again.issues)) == ([], None, [])
    assert len(list(folder_of(shop.places, result.run_id).glob("0*.json"))) == 1


def test_a_second_workbook_of_the_same_run_adds_to_the_first(tmp_path: Path) -> None:
    """Where both correct a cell, the later one holds, and it is told."""
    shop, result = broken_check(tmp_path)
    other = tmp_path / "other.xlsx"
    shutil.copy(workbook(shop, result), other)
    corrected(shop, result, {(2, "currency"): "try"})
    taken = take_fix_book(
        edit(other, corrections({(2, "currency"): "eur", (3, "total"): amount(shop, 3)})), shop.places
    )
    assert codes(taken.issues) == ["W675"]
    kept = current(shop.places, result.run_id)
    assert kept is not None
    (rows,) = kept.overlay.cells.values()
    assert rows == {3: {3: "eur"}, 4: {4: amount(shop, 3)}}
    assert {order.number: order.ready for order in kept.overlay.orders} == {number(2): True, number(3): True}


def test_a_workbook_exported_after_corrections_shows_them_and_can_take_them_back(tmp_path: Path) -> None:
    """Of ready orders only when asked for. A cell that says what the source says is corrected no more."""
    shop, result = broken_check(tmp_path)
    corrected(shop, result, {(2, "currency"): "try"})
    left = export_fix(result.run_id, tmp_path / "left.xlsx", shop.places).files[0]
    numbers = [row[0].value for row in openpyxl.load_workbook(left)["orders"].iter_rows(min_row=2)]
    assert numbers == [number(3), number(5)]
    path = export_fix(result.run_id, tmp_path / "again.xlsx", shop.places, everything=True).files[0]
    assert openpyxl.load_workbook(path)["orders"]["D2"].value == "try"
    taken = take_fix_book(edit(path, corrections({(2, "currency"): "lira"})), shop.places)
    assert [(one.before, one.after, one.wrong and one.wrong.code) for one in taken.cells] == [
        ("try", "lira", "E233")
    ]
    kept = current(shop.places, result.run_id)
    assert kept is not None
    assert kept.overlay.cells == {}


def test_a_workbook_of_changed_sources_is_refused_and_one_of_touched_sources_is_not(tmp_path: Path) -> None:
    """Rows and columns of another file may mean other cells; a newer date alone means nothing."""
    shop, result = broken_check(tmp_path)
    path = edit(workbook(shop, result), corrections(RIGHT))
    os.utime(shop.orders, ns=(1, 1))
    assert len(take_fix_book(path, shop.places, dry_run=True).cells) == 1
    shop.orders.write_text(shop.orders.read_text().replace("lira", "LIRA"))
    assert refusal(path, shop) == ["E673"]
    assert current(shop.places, result.run_id) is None


def test_a_workbook_of_a_run_that_is_not_here_is_refused(tmp_path: Path) -> None:
    """And so is what is none, whatever it is called."""
    shop, result = broken_check(tmp_path)
    elsewhere = open_shop(tmp_path / "elsewhere", 1)
    check(elsewhere.plan_request("http://127.0.0.1:1"), elsewhere.places)
    assert refusal(workbook(shop, result), elsewhere) == ["E672"]
    assert refusal(shop.orders, shop) == ["E671"]
    plain = openpyxl.Workbook()
    plain.save(tmp_path / "plain.xlsx")
    assert refusal(tmp_path / "plain.xlsx", shop) == ["E671"]


def test_retyped_cells_are_refused_one_by_one(tmp_path: Path) -> None:
    """The other corrections are taken."""
    shop, result = broken_check(tmp_path)
    taken = corrected(shop, result, {(2, "currency"): "try", (5, "customer"): 205})
    assert codes(taken.issues) == ["E670"]
    assert [one.at.cell for one in taken.cells] == ["D3"]
    assert not taken.all_well


def test_work_that_was_not_taken_up_is_never_overwritten(tmp_path: Path) -> None:
    """Reports written again keep an edited workbook under another name, and say so."""
    shop, result = broken_check(tmp_path)
    edit(workbook(shop, result), corrections(RIGHT))
    again = report(result.run_id, shop.places)
    assert again.summary.issues["W677"] == 1
    aside = workbook(shop, result).with_name("fix.edited-1.xlsx")
    assert len(take_fix_book(aside, shop.places).cells) == 1
    assert "W677" not in report(result.run_id, shop.places).summary.issues


def test_the_overlay_corrects_a_later_run_of_the_same_sources_and_is_sealed_with_it(tmp_path: Path) -> None:
    """Reports tell it, and locations of corrected cells say so while naming the source's cell."""
    shop, result = broken_check(tmp_path)
    corrected(shop, result, {**RIGHT, (3, "total"): amount(shop, 3), (5, "customer"): "x"})
    kept = named(shop.places, result.run_id)
    request = shop.plan_request("http://127.0.0.1:1")
    with_overlay = PlanRequest(
        request.sources,
        request.mapping,
        request.target,
        request.channel,
        overlay=OverlayUse(kept.overlay, kept.sha256),
    )
    second = check(with_overlay, shop.places)
    assert (second.summary.orders.invalid, broken_sums(second.summary)) == (1, [])
    assert second.summary.issues["W670"] == 1
    (wrong,) = [issue for issue in issues_of(second) if issue.code == "E214"]
    assert str(wrong.at).endswith("cell C6, corrected (customer)")
    with closing(JournalReader(second.journal)) as journal:
        assert journal.header["overlay"]["sha256"] == kept.sha256
        assert journal.tables()[0].table.corrected >= {(3, 3), (4, 4), (6, 2)}
    assert openpyxl.load_workbook(workbook(shop, second))["orders"]["C2"].value == "x"


def test_the_same_cells_corrected_beside_the_file_and_in_it_make_the_same_payloads(tmp_path: Path) -> None:
    """An overlay is as good as an edited source."""
    shop, result = broken_check(tmp_path)
    right = {(2, "currency"): "try", (3, "total"): amount(shop, 3), (5, "customer"): "205"}
    corrected(shop, result, right)
    kept = named(shop.places, result.run_id)
    request = shop.plan_request("http://127.0.0.1:1")
    overlay = OverlayUse(kept.overlay, kept.sha256)
    beside = check(
        PlanRequest(request.sources, request.mapping, request.target, request.channel, overlay=overlay),
        shop.places,
    )
    lines = [line.split(",") for line in shop.orders.read_text().splitlines()]
    for (place, column), text in right.items():
        lines[place][lines[0].index(column)] = text
    shop.orders.write_text("".join(",".join(line) + "\n" for line in lines))
    inside = check(request, shop.places)
    sql = "SELECT o.number, p.body FROM orders o JOIN payloads p ON p.order_id = o.id ORDER BY o.number"
    assert table(beside.journal, sql) == table(inside.journal, sql)
    with pytest.raises(InputRefused) as refused:
        check(
            PlanRequest(request.sources, request.mapping, request.target, request.channel, overlay=overlay),
            shop.places,
        )
    assert codes(refused.value.issues) == ["E673"]


def test_answers_of_the_sheet_of_decisions_go_into_the_mapping(tmp_path: Path) -> None:
    """As mapping decide writes them; taken up a second time they are told and left alone."""
    request = deciding(tmp_path / "shop", {}, {"DURUM": "teslm edildi"}, {"PB": "lira"})
    result = checked(request)
    places = checked_places(request)
    path = places.reports(result.run_id) / "fix.xlsx"

    def answer(book: openpyxl.Workbook) -> None:
        for row in book["Decisions"].iter_rows(min_row=2):
            if "teslm" in str(row[0].value):
                row[4].value = "delivered"

    taken = take_fix_book(edit(path, answer), places)
    assert (taken.answers, taken.kept is not None, codes(taken.issues)) == (1, True, [])
    assert "teslm edildi: delivered" in request.mapping.read_text(encoding="utf-8")
    assert checked(request).summary.orders.invalid == 1
    assert codes(take_fix_book(path, places).issues) == ["W678"]


def checked_places(request: PlanRequest) -> Places:
    """Give the folders of a check."""
    folder = request.mapping.parent
    return Places(folder / "state", folder / "reports")


def test_many_rows_fill_several_workbooks_and_no_order_is_parted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of rows in a workbook is limited; what is beyond those beside the reports is told."""
    monkeypatch.setattr("pipeline.runs.fixing.making.MOST_ROWS", 5)
    shop = broken_shop(tmp_path / "shop", 9, {(place, "currency"): "lira" for place in range(1, 10)})
    result = check(shop.plan_request("http://127.0.0.1:1"), shop.places)
    folder = shop.places.reports(result.run_id)
    names = sorted(path.name for path in folder.glob("fix*.xlsx"))
    assert names == ["fix-2.xlsx", "fix-3.xlsx", "fix.xlsx"]
    assert result.summary.issues["W671"] == 1
    done = export_fix(result.run_id, tmp_path / "all.xlsx", shop.places)
    assert (len(done.files), done.orders, done.rows) == (done.volumes, 9, 27)
    seen: list[str] = []
    for path in done.files:
        book = openpyxl.load_workbook(path)
        numbers = {row[0] for row in book["orders"].iter_rows(min_row=2, values_only=True)}
        assert numbers == {row[0] for row in book["items"].iter_rows(min_row=2, values_only=True)}
        seen += map(str, numbers)
    assert sorted(seen) == [number(place) for place in range(1, 10)]
    taken = take_fix_book(edit(done.files[-1], corrections({(9, "currency"): "try"})), shop.places)
    assert (len(taken.cells), codes(taken.issues)) == (1, [])


def test_a_source_that_is_gone_when_reports_are_written_again_stops_nothing(tmp_path: Path) -> None:
    """The workbook that is there stays, and the report says why there is no new one."""
    shop, result = broken_check(tmp_path)
    shop.orders.unlink()
    again = report(result.run_id, shop.places)
    assert again.summary.issues["W674"] == 1
    assert workbook(shop, result).exists()
    with closing(JournalReader(result.journal)) as journal, pytest.raises((InputRefused, OSError)):
        write_fix(journal, tmp_path / "x.xlsx", shop.places)
