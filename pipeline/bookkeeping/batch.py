"""The life of one batch request, as far as we are concerned, and what a look at it means.

Each state with -ING is durable before its request leaves, so that silence means doubt. Doubt is settled by
reading the batch; what is repeated then is repeated on the same batch, where naming an object again changes
nothing. Another batch for the same objects is only made when this one has ended without them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pipeline.model.books import RemoteObject


class BatchState(Enum):
    """Where a batch stands. What is stored is the value."""

    WANTED = "wanted"  # its objects are known; nothing was sent
    OPENING = "opening"  # it may have been made
    OPEN = "open"  # it is there, and its objects are not in it for certain
    COMMITTING = "committing"  # its objects may be in it
    COMMITTED = "committed"  # its objects are in it
    FINISHING = "finishing"  # it may have ended
    DONE = "done"  # it has ended, and its objects are registered
    FAILING = "failing"  # it may have been given up
    FAILED = "failed"  # it has ended without registering anything


UNDER_WAY = {
    BatchState.WANTED: BatchState.OPENING,
    BatchState.OPEN: BatchState.COMMITTING,
    BatchState.COMMITTED: BatchState.FINISHING,
}
"""The next request that is sent, by the state before it, as the state while it is under way."""
FINAL = frozenset({BatchState.DONE, BatchState.FAILED})
IN_DOUBT = frozenset({BatchState.OPENING, BatchState.COMMITTING, BatchState.FINISHING, BatchState.FAILING})
STATUS = {BatchState.COMMITTING: "commit", BatchState.FINISHING: "done", BatchState.FAILING: "fail"}
REACHED = {
    BatchState.COMMITTING: BatchState.COMMITTED,
    BatchState.FINISHING: BatchState.DONE,
    BatchState.FAILING: BatchState.FAILED,
}
"""What a request has brought about once it is answered."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch; ``pk`` is its id on the target, as soon as that is known."""

    id: int
    state: BatchState
    pk: int | None = None
    objects: tuple[RemoteObject, ...] = ()


def after_look(batch: Batch, shown: Mapping[str, Any]) -> BatchState | None:
    """The state of a batch in doubt, by what the target shows of it; ``None`` where that says nothing.

    ``DONE`` is only said where the batch shows our objects: else the caller asks what is registered.
    """
    status, held = shown.get("status"), _held(shown)
    ours = {(one.kind, one.pk) for one in batch.objects}
    whole = held is not None and ours <= held
    if status == "fail":
        return BatchState.FAILED
    if status == "done":
        return BatchState.DONE if whole else None
    if batch.state is BatchState.FAILING and status in _OPEN:
        return BatchState.FAILING
    if status == "initialized" or (status == "commit" and not whole):
        return BatchState.OPEN
    return BatchState.COMMITTED if status in _OPEN else None


_OPEN = frozenset({"initialized", "commit", "sent_to_remote", "ongoing"})


def _held(shown: Mapping[str, Any]) -> set[tuple[str, int]] | None:
    """The objects that a batch shows; ``None`` where it shows none of them."""
    objects = shown.get("objects")
    if not isinstance(objects, list):
        return None
    return {
        (str(one.get("content_type")), int(one["pk"]))
        for one in objects
        if isinstance(one, Mapping) and str(one.get("pk", "")).isdecimal()
    }


def registered(
    objects: Collection[RemoteObject], actions: Collection[Mapping[str, Any]]
) -> dict[RemoteObject, str]:
    """What the target has on objects: ``ours``, ``under_way``, or ``taken`` by another object.

    Objects of which it has nothing, or only what went wrong, are left out. ``actions`` are what it answered;
    its filters are not believed, each action is compared here.
    """
    found: dict[RemoteObject, str] = {}
    for one in objects:
        own = [action for action in actions if _speaks_of(action, one)]
        told = {_word(action, one) for action in own} - {""}
        word = next((word for word in ("ours", "under_way", "taken") if word in told), None)
        if word is not None:
            found[one] = word
    return found


def _speaks_of(action: Mapping[str, Any], one: RemoteObject) -> bool:
    kind = action.get("content_type")
    model = kind.get("model") if isinstance(kind, Mapping) else kind
    return str(action.get("remote_id")) == one.remote_id and model in (one.kind, None)


def _word(action: Mapping[str, Any], one: RemoteObject) -> str:
    same, status = str(action.get("object_id")) == str(one.pk), action.get("status")
    if status == "success":
        # one line may have several item rows, all with its id
        return "ours" if same else "taken" if one.kind == "order" else ""
    return "under_way" if same and status == "processing" else ""
