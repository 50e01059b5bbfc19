"""What the target says is kept short, whatever it says."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model.complaint_text import MOST_BYTES, packed_complaints, unpacked_complaints
from pipeline.model.exchange import Complaint

PATHS = st.lists(st.one_of(st.text(max_size=300), st.integers(0, 10**6)), max_size=6).map(tuple)
COMPLAINTS = st.lists(st.builds(Complaint, PATHS, st.text(max_size=3000)), max_size=60)


@settings(max_examples=60, deadline=None)
@given(COMPLAINTS)
def test_complaints_never_take_more_than_two_kib_and_say_what_was_left_out(
    complaints: list[Complaint],
) -> None:
    """Whatever an answer holds, it fits, can be stored as text, and nothing vanishes unsaid."""
    packed = packed_complaints(complaints)
    assert len(packed.encode("utf-8")) <= MOST_BYTES
    kept = unpacked_complaints(packed)
    if len(kept) < len(complaints) or (kept and kept[-1].message.startswith("and ")):
        left = len(complaints) - (len(kept) - 1)
        assert kept[-1] == Complaint((), f"and {left} more")


def test_a_flood_of_long_complaints_is_cut() -> None:
    """Letters that take six bytes each count as such."""
    packed = packed_complaints(Complaint(("order", "notes"), "ş" * 3000) for _ in range(50))
    assert len(packed.encode()) <= MOST_BYTES
    kept = unpacked_complaints(packed)
    assert kept[-1] == Complaint((), f"and {50 - len(kept) + 1} more")


def test_short_complaints_come_back_as_they_were() -> None:
    """Path by path, with numbers as numbers."""
    complaints = (
        Complaint(("order_item", 1, "product"), "does not exist"),
        Complaint((), "Geçersiz sipariş"),
    )
    assert unpacked_complaints(packed_complaints(complaints)) == complaints
