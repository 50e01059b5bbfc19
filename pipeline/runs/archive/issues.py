"""What the end of a migration file says about each order in it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from pipeline.journal.archive_fates import StoredFile
from pipeline.model.archive_states import RowFate
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.rows import RowRef
from pipeline.upload.archive_conclusion import Conclusion

Place = Callable[[RowRef], Location]
"""Where a row of a source stands."""
_TAKEN = re.compile(r"unique|already|exists|zaten|mevcut|benzersiz|kayıtlı", re.IGNORECASE)
_BOTH = ("email", "customer_code")


def taken_already(file: StoredFile, end: Conclusion) -> frozenset[int]:
    """The rows of a user file that were refused because the target has this very customer.

    That is so where it says of code and e-mail alike that they are taken. One of them alone may be somebody
    else's, to whom no order must go.
    """
    if file.kind != "user":
        return frozenset()
    return frozenset(
        row for row, said in end.refused.items() if all(_says_taken(said, name) for name in _BOTH)
    )


def _says_taken(said: str, name: str) -> bool:
    found = re.search(rf"\b{name}\b([^;]*)", said)
    return found is not None and _TAKEN.search(found[1]) is not None


def issues_of(  # noqa: PLR0913, PLR0917 - whose rows, what became of them, and how it is told
    orders: Iterable[tuple[int, RowRef, str, int, int]],
    file: StoredFile,
    fates: Mapping[int, RowFate],
    end: Conclusion,
    code: str,
    place: Place,
) -> Iterator[tuple[int, Issue]]:
    """The reason of each order that was refused, by order id; ``code`` is for rows that nobody named."""
    told: set[int] = set()
    for row, at, number, order_id, _ in orders:
        if fates[row] is not RowFate.REFUSED or order_id in told:
            continue
        told.add(order_id)
        said = end.refused.get(row)
        complaints = shown(said if said is not None else end.why)
        facts: dict[str, str | int] = {"file": file.name, "row": row, "complaints": complaints}
        which = "E564" if file.kind == "order_item" else code if said is None else "E561"
        yield order_id, Issue(which, place(at), order=number, facts=facts)
