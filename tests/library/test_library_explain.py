"""An order explained to a program or a notebook."""

import builtins
import io
import pickle
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from test_library_verbs import Shop

import pipeline
from pipeline.library.frames import FIELD_COLUMNS
from pipeline.simulator import Simulator

PERSON = "ayse.yilmaz@mail.example"
ORDERS = f"""\
No,Placed,Sum,Note
0001,2024-03-01,10.50,ring {PERSON}
0002,2024-03-02,ten,ring {PERSON}
0003,2024-03-03,7.00,
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The small shop, whose orders carry a note about somebody."""
    folder = tmp_path_factory.mktemp("shop")
    shop = Shop(folder)
    (folder / "orders.csv").write_text(ORDERS, encoding="utf-8")
    text = shop.mapping.read_text("utf-8").replace("  amount:", "  notes:            Note\n  amount:")
    shop.mapping.write_text(text, encoding="utf-8")
    return shop


@pytest.fixture(scope="module")
def done(shop: Shop) -> Iterator[pipeline.Result]:
    """Its orders, sent."""
    with Simulator() as target:
        yield pipeline.apply(
            shop.planned(target), token=target.token, rate=float("inf"), report_dir=shop.reports
        )


def test_an_order_is_explained_as_values_and_as_words(shop: Shop, done: pipeline.Result) -> None:
    """Its cell, why it is refused, and what to do: asked for by a result, an id or nothing."""
    story = pipeline.explain(done, "0002")
    assert (story.run_id, story.order, story.outcome, story.code) == (done.run_id, "0002", "invalid", "E211")
    assert (story.at.row, story.remote_id, story.masked) == (3, None, True)
    assert any(command.startswith("orderlift fix export") for command in story.next)
    assert "'ten' is not a number as en_US writes it" in str(story)
    for run in (done.run_id[:6], None):
        assert pipeline.explain(run, "0002", state_dir=shop.state, report_dir=shop.reports) == story
    made = pipeline.explain(done, "0001")
    assert (made.outcome, made.code) == ("created", None)
    assert [one["status"] for one in made.as_dict()["attempts"]] == [201]


def test_its_fields_are_a_frame(done: pipeline.Result) -> None:
    """A row for every cell that a field reads, wrong ones with their code."""
    frame = pipeline.explain(done, "0002").to_frame()
    assert tuple(frame.columns) == FIELD_COLUMNS
    row = frame[frame["field"] == "order.amount"].iloc[0]
    assert (row["cell"], row["header"], row["raw"], row["codes"]) == ("C3", "Sum", "ten", "E211")
    assert frame["item"].dropna().unique().tolist() == [0]


def test_nothing_of_an_explanation_holds_what_it_does_not_show(done: pipeline.Result) -> None:
    """Words, object, frame, what a debugger shows and what a pickle keeps are masked unless asked for."""
    story, whole = pipeline.explain(done, "0001"), pipeline.explain(done, "0001", show_pii=True)
    ways = (
        str,
        repr,
        lambda one: orjson.dumps(one.as_dict(), default=str).decode(),
        lambda one: one.to_frame().to_csv(),
        lambda one: pickle.dumps(one).decode("latin-1"),
    )
    assert [PERSON in way(story) for way in ways] == [False] * 5
    assert [PERSON in way(whole) for way in ways] == [True, False, True, True, True]


def test_an_explanation_cannot_be_changed(done: pipeline.Result) -> None:
    """Not by its fields, nor through the object that it hands out."""
    story = pipeline.explain(done, "0001")
    story.as_dict()["parts"].clear()
    assert story.as_dict()["parts"]
    with pytest.raises(AttributeError):
        story.outcome = "absent"  # type: ignore[misc]


def test_a_notebook_shows_the_words(done: pipeline.Result) -> None:
    """Where a cell ends with an explanation, it is the text and not its representation."""

    class Printer(io.StringIO):
        def text(self, text: str) -> None:
            self.write(text)

    printer = Printer()
    story = pipeline.explain(done, "0001")
    story._repr_pretty_(printer, cycle=False)
    assert printer.getvalue() == str(story)


def test_in_a_notebook_the_words_go_where_they_are_wanted(
    done: pipeline.Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The printer of a terminal knows a notebook, and would print into the cell what is only made here."""

    class ZMQInteractiveShell:
        """The name by which a notebook is known."""

    outside = pipeline.explain(done, "0001").text
    monkeypatch.setattr(builtins, "get_ipython", ZMQInteractiveShell, raising=False)
    assert pipeline.explain(done, "0001").text == outside


def test_the_words_are_in_the_language_that_is_spoken(done: pipeline.Result) -> None:
    """Codes and outcomes stay what they are."""
    english = pipeline.explain(done, "0002")
    with pipeline.speaking("tr"):
        turkish = pipeline.explain(done, "0002")
    assert (turkish.code, turkish.outcome) == (english.code, english.outcome)
    assert "order 0002 of run" in english.text.lower()
    assert "0002 numaralı siparişi" in turkish.text
    assert pipeline.explain(done, "0002") == english


def test_an_order_that_no_run_holds_is_refused(done: pipeline.Result) -> None:
    """As on the command line."""
    with pytest.raises(pipeline.Refusal) as refused:
        pipeline.explain(done, "9999")
    assert refused.value.issues[0].code == "E681"


def test_frames_and_reports_mask_what_the_command_line_masks(tmp_path: Path) -> None:
    """A cell that tells who somebody is, in orders, issues and files; data stays as it is."""
    shop = Shop(tmp_path)
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    text = shop.mapping.read_text("utf-8").replace(
        "amount:           {column: Sum", "amount:           {column: Note"
    )
    shop.mapping.write_text(text, encoding="utf-8")
    for show_pii in (False, True):
        checked = pipeline.check(
            shop.sources, shop.mapping, show_pii=show_pii, state_dir=shop.state, report_dir=shop.reports
        )
        told = [
            checked.issues_frame(show_pii=show_pii).to_csv(),
            checked.to_frame(show_pii=show_pii).to_csv(),
            (shop.reports / checked.run_id / "issues.jsonl").read_text("utf-8"),
            (shop.reports / checked.run_id / "orders.csv").read_text("utf-8"),
        ]
        assert [PERSON in one for one in told] == [show_pii] * 4
        assert PERSON not in checked.issues_frame().to_csv() + checked.to_frame().to_csv()
        assert any(issue.value and PERSON in issue.value for issue in checked.issues())
