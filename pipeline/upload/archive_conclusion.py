"""What became of each row of a file whose migration has ended.

A row counts as stored, refused or free to be sent again only where the answer bears it out; where its numbers
leave room for another reading, the rows in question are in doubt.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.model.archive_states import RowFate
from pipeline.upload.archive_progress import Phase, Seen


@dataclass(frozen=True, slots=True)
class Conclusion:
    """``refused`` holds what was said against rows, by their numbers from 1; all other rows share ``others``.

    ``why`` says in words why the others are not simply stored.
    """

    others: RowFate
    refused: Mapping[int, str]
    why: str = ""


def conclude(seen: Seen, rows: int) -> Conclusion:
    """What an answer that says done or failed means for a file of so many rows."""
    refused = _from_one(seen.refused, rows)
    if refused is None:
        return Conclusion(
            RowFate.DOUBT, {}, f"rows that the file does not have are complained of: {seen.text}"
        )
    if seen.phase is Phase.DONE:
        return _done(seen, refused, rows)
    return _failed(seen, refused, rows)


def _done(seen: Seen, refused: Mapping[int, str], rows: int) -> Conclusion:
    unnamed = max(seen.failed or 0, len(refused)) - len(refused)
    if seen.succeeded is not None:
        unnamed = max(unnamed, rows - len(refused) - seen.succeeded)
    if unnamed or seen.nameless:
        why = f"rows were refused without being named: {seen.text}"
        return Conclusion(RowFate.DOUBT, refused, why)
    return Conclusion(RowFate.STANDS, refused)


def _failed(seen: Seen, refused: Mapping[int, str], rows: int) -> Conclusion:
    said = "; ".join(filter(None, (seen.message, *seen.nameless))) or seen.text
    if seen.succeeded == 0 or (seen.failed is not None and seen.failed >= rows) or len(refused) == rows:
        if refused:
            return Conclusion(RowFate.FREE, refused, said)
        return Conclusion(RowFate.REFUSED, {}, said)
    if seen.succeeded is not None and seen.succeeded == rows - len(refused) and refused:
        return Conclusion(RowFate.STANDS, refused)
    return Conclusion(
        RowFate.DOUBT, refused, f"it failed, and whether any of it was stored is not said: {said}"
    )


def _from_one(refused: Mapping[int, str], rows: int) -> dict[int, str] | None:
    """Row numbers from 1; ``None`` where they fit neither counting from 1 nor from 0."""
    if not refused:
        return {}
    first = 0 if 0 in refused else 1
    if min(refused) < first or max(refused) > rows - 1 + first:
        return None
    return {row + 1 - first: text for row, text in refused.items()}
