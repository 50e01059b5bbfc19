"""How requests travel to a target."""

from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Literal

from pipeline.library.places import AnyPath, path
from pipeline.runs.asked.request import SendRequest
from pipeline.upload.limits import Limits


@dataclass(frozen=True, slots=True)
class Connection:
    """The way to a target, for whoever is not connected to it plainly; made once, given to every verb.

    ``proxy`` (``http://host:port``) is gone through, and none is ever taken from the environment. ``ca_file``
    holds certificates (PEM) that are trusted beside the usual ones. ``deadline`` is the longest one attempt
    may take, in seconds. ``transport`` is ``fast`` or ``plain``. ``token_file`` is read when the token is no
    longer accepted: whoever renews it there keeps a long run going. ``trust_disk`` lets journals lie on a
    network drive or in a synced folder.
    """

    proxy: str | None = made_by(default=None, repr=False)
    ca_file: AnyPath | None = None
    deadline: float = 30.0
    transport: Literal["fast", "plain"] = "fast"
    token_file: AnyPath | None = None
    trust_disk: bool = False


def request_of(  # noqa: PLR0913 - everything that says how to send
    token: str,
    rate: float | None,
    concurrency: int,
    connection: Connection | None,
    *,
    limit: int | None = None,
    limits: Limits | None = None,
    canary: int | None = None,
) -> SendRequest:
    """How to speak to a target; ``rate`` in requests a second, ``None`` finds it, infinity has no limit."""
    way = connection or Connection()
    return SendRequest(
        token,
        rate,
        concurrency,
        limit,
        limits or Limits(),
        deadline=way.deadline,
        transport=way.transport,
        ca_file=path(way.ca_file),
        proxy=way.proxy,
        canary=canary,
        trust_disk=way.trust_disk,
        token_file=path(way.token_file),
    )
