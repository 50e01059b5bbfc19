"""Paths and bodies of the requests, below ``/api/v1/``. Source: the reference client, ``docs/target.md``."""

from collections.abc import Iterator, Sequence

import orjson

from pipeline.bookkeeping.objects import ORDER
from pipeline.model.books import RemoteObject

AT_ONCE = 50
"""Remote ids that one question may name."""


def batches_path(channel: int, pk: int | None = None) -> str:
    """The list of batch requests, or one of them."""
    return f"channel/{channel}/batch_requests/" + ("" if pk is None else f"{pk}/")


def opening(channel: int, label: str) -> bytes:
    """The body that makes a batch; its label lets it be found again when the answer is lost."""
    return orjson.dumps({"channel": channel, "remote_batch_id": label})


def step(channel: int, status: str, objects: Sequence[RemoteObject] = ()) -> bytes:
    """The body that takes a batch to another status."""
    told = [
        {
            "pk": one.pk,
            "remote_id": one.remote_id,
            "version_date": one.version_date,
            "content_type": one.kind,
            "failed_reason_type": None,
        }
        for one in objects
    ]
    kind = {"content_type": ORDER} if status == "commit" else {}
    return orjson.dumps({"channel": channel, "status": status, **kind, "objects": told or None})


def actions_path(channel: int) -> str:
    """The list of what is registered."""
    return f"channel/{channel}/integration_actions/"


def actions_queries(
    channel: int, objects: Sequence[RemoteObject]
) -> Iterator[tuple[list[RemoteObject], list[tuple[str, str]]]]:
    """The questions that tell whether objects are registered, each with the objects that it is about.

    Many ids go into one question, but for those that hold a comma, which would be taken apart.
    """
    for kind in dict.fromkeys(one.kind for one in objects):
        own = [one for one in objects if one.kind == kind]
        plain = [one for one in own if "," not in one.remote_id]
        asked = [("channel", str(channel)), ("content_type_name", kind)]
        for start in range(0, len(plain), AT_ONCE):
            some = plain[start : start + AT_ONCE]
            ids = ",".join(dict.fromkeys(one.remote_id for one in some))
            yield some, [*asked, ("remote_id__in", ids)]
        for one in own:
            if "," in one.remote_id:
                yield [one], [*asked, ("remote_id", one.remote_id)]
