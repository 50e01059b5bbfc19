"""Rows on their way through the pipe."""

import math
from datetime import date, datetime, time, timedelta
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.loaders.workbook.wire import (
    MESSAGE,
    MOST_BYTES,
    ROWS,
    BrokenFrameError,
    packed_rows,
    read_frame,
    unpacked_rows,
    write_frame,
)
from pipeline.model.cell import Cell, CellError
from pipeline.model.rows import Row

TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(["null", '"null"', "[]", "NaN"])
CELLS: st.SearchStrategy[Cell] = st.one_of(
    TEXTS,
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.datetimes().map(lambda moment: moment.replace(fold=0)),
    st.dates(),
    st.times().map(lambda moment: moment.replace(fold=0)),
    st.timedeltas(),
    st.builds(CellError, TEXTS),
)
SHEETS = st.integers(0, 4).flatmap(lambda width: st.lists(st.tuples(*[CELLS] * width), max_size=6))


def across(rows: list[Row], first: int = 1) -> tuple[int, list[Row]]:
    """Send rows through a stream."""
    stream = BytesIO()
    write_frame(stream, ROWS, packed_rows(first, rows))
    stream.seek(0)
    sign, body = read_frame(stream)
    assert sign == ROWS
    return unpacked_rows(body)


@given(SHEETS, st.integers(1, 1_048_576))
def test_every_kind_of_cell_arrives_as_what_it_is(rows: list[Row], first: int) -> None:
    """Values and types are the same on the other side, to the last digit and microsecond."""
    arrived = across(rows, first)
    assert arrived == (first, rows)
    assert [list(map(type, row)) for row in arrived[1]] == [list(map(type, row)) for row in rows]
    assert repr(arrived[1]) == repr(rows)  # which also tells 0.0 from -0.0


@pytest.mark.parametrize(
    ("number", "text"),
    [(math.nan, "nan"), (math.inf, "inf"), (-math.inf, "-inf")],
    ids=["nan", "inf", "-inf"],
)
def test_numbers_that_are_none_arrive_as_errors(number: float, text: str) -> None:
    """JSON has no word for them, and an empty cell would be an answer."""
    rows: list[Row] = [(number, "null", 1.5), (2.0, "a", 2.5)]
    assert across(rows) == (1, [(CellError(text), "null", 1.5), (2.0, "a", 2.5)])


def test_whole_numbers_of_a_reader_arrive_as_the_numbers_that_sheets_hold() -> None:
    """Some readers hand out whole numbers; sheets know only one kind."""
    assert repr(across([(7, True)])[1]) == "[(7.0, True)]"


@pytest.mark.parametrize("rows", [[], [()], [(), (), ()]], ids=["no-rows", "one-row", "three-rows"])
def test_rows_without_cells_keep_their_number(rows: list[Row]) -> None:
    """A sheet may have rows and no columns."""
    assert across(rows, 9) == (9, rows)


def test_rows_of_different_width_are_never_sent() -> None:
    """Columns would shift without anybody noticing."""
    with pytest.raises(ValueError, match="shorter"):
        packed_rows(1, [("a", "b"), ("c",)])


@given(st.data())
def test_a_frame_that_is_cut_off_is_noticed(data: st.DataObject) -> None:
    """Wherever the other side died."""
    stream = BytesIO()
    write_frame(stream, ROWS, packed_rows(1, [("a", 1.0)]))
    whole = stream.getvalue()
    kept = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(BrokenFrameError):
        read_frame(BytesIO(whole[:kept]))


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(b"X" + (2).to_bytes(8, "big") + b"{}", id="sign"),
        pytest.param(b"Hello from a library\n", id="noise"),
        pytest.param(MESSAGE + (MOST_BYTES + 1).to_bytes(8, "big") + b"{}", id="too-long"),
        pytest.param(MESSAGE + b"\xff" * 8 + b"{}", id="far-too-long"),
    ],
)
def test_what_is_no_frame_is_noticed_before_it_is_read(frame: bytes) -> None:
    """Noise on the pipe neither is taken for rows nor asks for memory."""
    with pytest.raises(BrokenFrameError):
        read_frame(BytesIO(frame))


def test_frames_follow_each_other() -> None:
    """Nothing is read beyond the end of a frame."""
    stream = BytesIO()
    write_frame(stream, MESSAGE, b"{}")
    write_frame(stream, ROWS, b"")
    stream.seek(0)
    assert [read_frame(stream), read_frame(stream)] == [(MESSAGE, b"{}"), (ROWS, b"")]


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2024, 2, 29, 23, 59, 59, 999_999),  # noqa: DTZ001 - sheets know no zone
        date(1900, 1, 1),
        time(0, 0, 0, 1),
        timedelta(days=-1, microseconds=1),
        timedelta.max,
    ],
    ids=str,
)
def test_moments_keep_every_microsecond(moment: Cell) -> None:
    """Also below zero and at the ends of the calendar."""
    assert across([(moment,)]) == (1, [(moment,)])
