"""What an export no longer holds, found in one pass over two sorted streams."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.upload.removed import only_in_first

KEYS = st.lists(st.text(alphabet="abcı😀\uffff", min_size=1, max_size=3))


@given(KEYS, KEYS)
def test_it_is_the_difference_of_two_sets(first: list[str], second: list[str]) -> None:
    """Sorted as a database sorts text; a key may stand there several times."""
    items = [(key, key.upper(), "created") for key in sorted(first, key=str.encode)]
    found = list(only_in_first(items, sorted(second, key=str.encode)))
    assert found == [item for item in items if item[0] not in set(second)]
