"""The verbs as a program or a notebook calls them."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

import pipeline
from pipeline.reporting.files.orders_csv import COLUMNS as ORDER_COLUMNS
from pipeline.runs.asked.result import ISSUE_COLUMNS
from pipeline.simulator import Simulator

SHOP = {
    "orders.csv": "No,Placed,Sum\n0001,2024-03-01,10.50\n0002,2024-03-02,ten\n0003,2024-03-03,7.00\n",
    "items.csv": "No,Article,Each\n0001,101,10.50\n0002,102,10.00\n0003,103,7.00\n",
    "shop.yaml": """\
version: 1
name: small-shop
locale: en_US
timezone: Europe/Istanbul
sources:
  orders: {files: "orders*.csv", key: No}
  items:  {files: "items*.csv", key: No}
order:
  number:           No
  date_placed:      {column: Placed, date: "%Y-%m-%d"}
  status:           {constant: delivered}
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
""",
}


class Shop:
    """Three orders, the second of which has no amount, and folders for what is written."""

    def __init__(self, folder: Path) -> None:
        for name, text in SHOP.items():
            (folder / name).write_text(text, encoding="utf-8")
        self.sources: list[str | Path] = [str(folder / "orders.csv"), folder / "items.csv"]
        self.mapping = folder / "shop.yaml"
        self.state, self.reports, self.plan = folder / "state", folder / "reports", folder / "may.plan"

    def check(self) -> pipeline.Result:
        """Check the shop's files."""
        return pipeline.check(self.sources, self.mapping, state_dir=self.state, report_dir=self.reports)

    def planned(self, target: Simulator, output: Path | None = None) -> pipeline.Result:
        """Plan the shop's orders."""
        return pipeline.plan(
            self.sources,
            self.mapping,
            target=target.url,
            channel=5,
            output=output,
            state_dir=self.state,
            report_dir=self.reports,
        )


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A small shop in a folder of its own."""
    return Shop(tmp_path)


@pytest.fixture
def target() -> Iterator[Simulator]:
    """An empty simulator."""
    with Simulator() as simulator:
        yield simulator


def test_check_gives_numbers_and_writes_reports(shop: Shop) -> None:
    """What is wrong with single orders is no exception; it stands in the result."""
    checked = shop.check()
    assert (checked.ok, checked.exit_code) == (False, 3)
    assert (checked.summary.orders.ready, checked.summary.orders.invalid) == (2, 1)
    assert checked.summary.money["TRY"].read == Decimal("17.50")
    assert (shop.reports / checked.run_id / "report.html").is_file()


def test_issues_are_data(shop: Shop) -> None:
    """A program asks for code and place instead of reading sentences."""
    found = [issue for issue in shop.check().issues() if issue.code == "E211"]
    assert [(issue.value, issue.order, issue.field) for issue in found] == [("ten", "0002", "order.amount")]
    assert found[0].at is not None
    assert found[0].at.cell == "C3"


def test_the_frame_of_orders_keeps_numbers_as_text(shop: Shop) -> None:
    """Leading zeros survive, and the columns are those of orders.csv."""
    frame = shop.check().to_frame()
    assert tuple(frame.columns) == ORDER_COLUMNS
    assert list(frame["number"]) == ["0001", "0002", "0003"]
    assert list(frame["outcome"]) == ["unprocessed", "invalid", "unprocessed"]
    assert list(frame["amount"]) == ["10.50", None, "7.00"]
    assert list(frame["row"]) == [2, 3, 4]


def test_the_frame_of_issues_says_where_and_what_to_do(shop: Shop) -> None:
    """One row an issue, with wording."""
    frame = shop.check().issues_frame()
    assert tuple(frame.columns) == ISSUE_COLUMNS
    row = frame[frame["code"] == "E211"].iloc[0]
    assert (row["cell"], row["header"], row["value"], row["order"]) == ("C3", "Sum", "ten", "0002")
    assert "not a number" in row["message"]
    assert row["remedy"].startswith("Write it like")


def test_frames_of_nothing_keep_their_columns(shop: Shop) -> None:
    """A notebook that selects a column does not fail where there are no orders."""
    text = shop.mapping.read_text("utf-8").replace("number:           No", "number:           {constant: X}")
    shop.mapping.write_text(text, encoding="utf-8")
    checked = shop.check()
    assert list(checked.to_frame().columns) == list(ORDER_COLUMNS)
    assert list(checked.issues_frame().columns) == list(ISSUE_COLUMNS)


def test_a_refusal_names_every_file_that_is_missing(shop: Shop) -> None:
    """What keeps a verb from its work is raised, with all issues at once."""
    shop.sources = ["nowhere.csv", "neither.csv"]
    with pytest.raises(pipeline.Refusal) as refused:
        shop.check()
    assert [issue.at.file for issue in refused.value.issues if issue.code == "E101" and issue.at] == [
        "nowhere.csv",
        "neither.csv",
    ]


def test_a_mistake_in_the_mapping_is_raised_with_its_line(shop: Shop) -> None:
    """The mark counts line and column as an editor does."""
    shop.mapping.write_text(SHOP["shop.yaml"].replace("key: No}", "keys: No}", 1), encoding="utf-8")
    with pytest.raises(pipeline.Refusal) as refused:
        shop.check()
    marks = {issue.code: issue.mark for issue in refused.value.issues}
    assert marks["E411"] is not None
    assert (marks["E411"].line, marks["E411"].column) == (6, 34)


def test_one_path_instead_of_a_list_is_a_mistake_of_the_program(shop: Shop) -> None:
    """A string is a sequence of letters, and none of them is a file."""
    with pytest.raises(TypeError, match="list of paths"):
        pipeline.check("orders.csv", shop.mapping)


def test_what_was_planned_is_applied(shop: Shop, target: Simulator) -> None:
    """The result of plan goes into apply, which finds the journal by itself."""
    planned = shop.planned(target)
    assert target.truth.log == []
    done = pipeline.apply(planned, token=target.token, rate=float("inf"), report_dir=shop.reports)
    assert done.run_id == planned.run_id
    assert done.summary.orders.created == 2
    assert target.truth.creates == {"0001": 1, "0003": 1}
    created = done.to_frame().set_index("number")["remote_id"]
    assert {number: str(target.truth.numbered(5, number)[0].pk) for number in ("0001", "0003")} == dict(
        created[["0001", "0003"]]
    )


def test_a_plan_file_is_applied_once(shop: Shop, target: Simulator) -> None:
    """Applying it a second time finds nothing left to send."""
    shop.planned(target, shop.plan)
    for _ in range(2):
        done = pipeline.apply(
            shop.plan, token=target.token, rate=float("inf"), state_dir=shop.state, report_dir=shop.reports
        )
        assert done.summary.orders.created == 2
    assert target.truth.creates == {"0001": 1, "0003": 1}


def test_run_and_resume_do_everything_at_once(shop: Shop, target: Simulator) -> None:
    """A limit leaves the rest for resume; report writes the reports again."""
    done = pipeline.run(
        shop.sources,
        shop.mapping,
        target=target.url,
        channel=5,
        token=target.token,
        rate=float("inf"),
        limit=1,
        state_dir=shop.state,
        report_dir=shop.reports,
    )
    assert done.summary.orders.created == 1
    resumed = pipeline.resume(
        done.run_id[:6],
        token=target.token,
        rate=float("inf"),
        state_dir=shop.state,
        report_dir=shop.reports,
    )
    assert resumed.summary.orders.created == target.truth.commits == 2
    again = pipeline.report(done.run_id, state_dir=shop.state, report_dir=shop.reports)
    assert again.summary.orders == resumed.summary.orders


def test_a_token_is_in_no_result(shop: Shop, target: Simulator) -> None:
    """Not even in the words that a debugger shows."""
    done = pipeline.apply(
        shop.planned(target), token=target.token, rate=float("inf"), report_dir=shop.reports
    )
    assert target.token not in repr(done)


def test_the_package_offers_what_it_promises() -> None:
    """Every name of __all__ is there, and a misspelt one is an AttributeError."""
    assert all(getattr(pipeline, name) is not None for name in pipeline.__all__)
    with pytest.raises(AttributeError, match="chekc"):
        _ = pipeline.chekc
