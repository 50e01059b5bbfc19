"""What the doctor asks a target, which it does not change."""

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

from pipeline.model.diagnosis import Finding
from pipeline.model.exchange import Answer, NoAnswer, Reply
from pipeline.model.issue import Issue, shown
from pipeline.runs.asked.request import SendRequest
from pipeline.runs.connection.address import address_of
from pipeline.runs.connection.asking import ask_at
from pipeline.runs.connection.turns import Turns
from pipeline.target.client import Address, OmnitronClient
from pipeline.target.list_page import page_in, reason_of
from pipeline.target.sender import Sender
from pipeline.target.token import Token
from pipeline.target.transport import Transport

NOBODYS_NUMBER = "orderlift-doctor-looks-for-nothing"
LISTS = ("customers", "addresses", "products", "cargos")
CLOCKS_APART = 60.0
_REFUSED = {401: "E501", 403: "E502"}


def look_at_target(
    target: str, channel: int, request: SendRequest, *, wall: Callable[[], float] = time.time
) -> list[Finding]:
    """Whether the target can be reached, lets us in, shows the channel's orders and lists.

    Each is one request, a few for the orders; nothing is changed. Raises :class:`UsageRefused`.
    """
    address = address_of(target, channel)

    async def ask(transport: Transport, token: Token, turns: Turns) -> list[Finding]:
        sender = Sender(transport, address, token, turns)
        began = time.monotonic()
        reply = await sender.get(f"channels/{channel}/")
        first = _reached(reply, address, time.monotonic() - began)
        if first.issue is not None:
            return [first]
        found = [first, *_clocks(reply, wall()), _channel(reply, channel)]
        found.append(await _orders(OmnitronClient(transport, address, token, turns), channel))
        lists = [*(f"channel/{channel}/{name}/" for name in LISTS), "payment_options/"]
        found += [await _list(sender, path) for path in lists]
        if all(finding.issue is not None for finding in found[-1 - len(lists) :]):
            facts: dict[str, str | int] = {"channel": channel, "reason": found[-1].found}
            found[0] = Finding("target", "does not answer as one", Issue("E722", facts=facts))
        return found

    return ask_at(address, request, ask)


def _reached(reply: Reply, address: Address, seconds: float) -> Finding:
    what = "target"
    if isinstance(reply, NoAnswer):
        code = "E505" if reply.certificate else "E525"
        return Finding(what, "not reached", Issue(code, facts={"reason": shown(reply.reason)}))
    if reply.status in _REFUSED:
        return Finding(what, f"answer {reply.status}", Issue(_REFUSED[reply.status]))
    if 300 <= reply.status < 400:  # noqa: PLR2004 - redirects
        return Finding(what, f"answer {reply.status}", Issue("E504", facts={"status": reply.status}))
    way = "TLS, its certificate is trusted" if address.origin.scheme == "https" else "on this machine"
    return Finding(what, f"answered in {seconds * 1000:.0f} ms ({way}); the token is accepted")


def _clocks(reply: Reply, now: float) -> list[Finding]:
    date = reply.headers.get("date") if isinstance(reply, Answer) else None
    try:
        theirs = parsedate_to_datetime(date).timestamp() if date else None
    except ValueError:
        theirs = None
    if theirs is None:
        return []
    apart = now - theirs
    issue = Issue("W722", facts={"seconds": round(abs(apart))}) if abs(apart) > CLOCKS_APART else None
    return [Finding("target's clock", f"{apart:+.0f} s to it", issue)]


def _channel(reply: Reply, channel: int) -> Finding:
    data = reply.data if isinstance(reply, Answer) and reply.status == 200 else None  # noqa: PLR2004
    active = data.get("is_active") if isinstance(data, dict) else None
    if active is True:
        return Finding("channel", f"{channel}, active")
    reason = "it is switched off" if active is False else reason_of(reply)
    if isinstance(reply, Answer) and reply.status == 200 and active is None:  # noqa: PLR2004
        reason = "its record does not say whether it is active"
    return Finding("channel", reason, Issue("W727", facts={"channel": channel, "reason": reason}))


async def _orders(client: OmnitronClient, channel: int) -> Finding:
    lookup = await client.lookup(NOBODYS_NUMBER)
    if lookup.orders is None:
        code = _REFUSED.get(lookup.status or 0, "W728")
        facts: dict[str, str | int] = {"channel": channel, "reason": shown(lookup.reason)}
        return Finding("orders by number", lookup.reason, Issue(code, facts=facts))
    return Finding("orders by number", "can be asked for")


async def _list(sender: Sender, path: str) -> Finding:
    reply = await sender.get(f"{path}?limit=1&page=1")
    if page_in(reply) is not None:
        return Finding(path, "answers")
    reason = shown(reason_of(reply))
    return Finding(path, reason, Issue("W726", facts={"path": path, "reason": reason}))
