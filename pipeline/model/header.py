"""How a column named in a mapping meets a column of a file."""

from collections.abc import Sequence

from pipeline.model.folding import fold, tidy


def header_name(text: str) -> str:
    """Return a column name as it is compared first: NFC, one line, nothing invisible, case kept."""
    return tidy(text)


def header_key(text: str) -> str:
    """Return a column name as it is compared second: neither case nor the dots of a Turkish i matter."""
    return fold(text)


def columns_named(header: Sequence[str], wanted: str) -> tuple[int, ...]:
    """Return the positions (from 0) of the columns that go by the name ``wanted``.

    Columns with exactly that name win; only where there is none, those with the same key count. More
    than one position means that the file leaves open which column is meant.
    """
    name = header_name(wanted)
    exact = tuple(index for index, text in enumerate(header) if header_name(text) == name)
    if exact or not name:
        return exact
    key = header_key(wanted)
    return tuple(index for index, text in enumerate(header) if header_key(text) == key)
