"""Items that say exactly what another item of the same order says."""

from collections.abc import Iterator

from pipeline.model.draft import Finding, OrderDraft
from pipeline.validation.terms import Terms


def check(draft: OrderDraft, terms: Terms) -> Iterator[Finding]:  # noqa: ARG001 - every rule is called alike
    """Yields W351 at the first item that repeats an earlier one, with how many do."""
    if len({item.fields.get("product") for item in draft.items}) == len(draft.items):
        return  # the usual case, and cheap to tell
    rows: dict[str, int] = {}
    repeated: list[tuple[int, int]] = []
    for index, item in enumerate(draft.items):
        first = rows.setdefault(repr(item.fields), item.ref[1])
        if first != item.ref[1]:
            repeated.append((index, first))
    if repeated:
        index, first = repeated[0]
        yield Finding("W351", "product", index, {"first_row": first, "count": len(repeated)})
