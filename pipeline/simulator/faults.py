"""What goes wrong, and when: scripts per subject and attempt, and rates drawn from a seed.

A specification is one JSON object::

    {"create": {"A-17": ["reset", "commit_then_reset", "ok"], "503": 0.02, "*": ["reset_before_read"]},
     "lookup": {"A-17": ["500", "timeout", "repeat"]},
     "customer": {"ayse@example.com": ["commit_then_reset"]}, "address": {"<hash or line>": ["500"]},
     "login": {...}, "other": {"/api/v1/active_user/": ["401"]}, "seed": 7}

A list is a script: its entries meet the first, second, ... request for that number; the last entry `repeat`
makes the one before it go on for ever. The number `*` meets requests as they arrive, before all others.
"create", "customer" and "address" are the POSTs that create one, "cancel" those that cancel an order, by its
pk, "lookup" the list of orders, and "other" is
all the rest, by `/path/`, `METHOD /path/` or `/path/?name=value`.
A number is a rate: the share of requests that meet that action. Without "create", "lookup", ... around
them, entries belong to "create". What a rate decides depends on the seed, the number and the attempt
alone, never on the order in which requests happen to arrive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from pipeline.simulator.actions import OK, Action, parse_action

if TYPE_CHECKING:
    from collections.abc import Mapping

STREAMS = ("create", "customer", "address", "cancel", "lookup", "login", "other")
ANYBODY = "*"
REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Script:
    """The actions for one number, by attempt."""

    actions: tuple[Action, ...]
    repeats: bool

    def at(self, attempt: int) -> Action | None:
        """Give the action for the nth attempt, counted from 1; None when the script is over."""
        if attempt <= len(self.actions):
            return self.actions[attempt - 1]
        return self.actions[-1] if self.repeats else None


@dataclass(slots=True)
class Stream:
    """The faults of one kind of request."""

    scripts: dict[str, Script] = field(default_factory=dict)
    rates: list[tuple[Action, float]] = field(default_factory=list)
    arrivals: int = 0
    scripted_arrivals: int = 0


class Faults:
    """All faults of one twin. Raises ValueError if the specification cannot be understood."""

    def __init__(self, specification: Mapping[str, object]) -> None:
        self.specification: dict[str, Any] = dict(specification)
        self._streams = {name: Stream() for name in STREAMS}
        self._seed = 0
        for name, value in specification.items():
            if name == "seed" and isinstance(value, int):
                self._seed = value
            elif isinstance(value, dict):
                if name not in self._streams:
                    raise ValueError(f"faults are for {', '.join(STREAMS)}, not {name!r}")
                for key, entry in value.items():
                    _add(self._streams[name], key, entry)
            else:
                _add(self._streams["create"], name, value)
        for name, stream in self._streams.items():
            if sum(rate for _, rate in stream.rates) > 1:
                raise ValueError(f"the rates of {name!r} add up to more than 1")

    def rewind(self) -> None:
        """Start the scripts for requests as they arrive from the beginning."""
        for stream in self._streams.values():
            stream.arrivals = stream.scripted_arrivals = 0

    def at_arrival(self, name: str) -> Action | None:
        """Give the action for a request nobody has looked at yet; None if its number is to decide."""
        stream = self._streams[name]
        stream.arrivals += 1
        script = stream.scripts.get(ANYBODY)
        if script is not None:
            action = script.at(stream.scripted_arrivals + 1)
            if action is not None:
                stream.scripted_arrivals += 1
                return action
        early = [(action, rate) for action, rate in stream.rates if action.kind.before_body]
        return self._draw(early, f"{name}|arrival|{stream.arrivals}") if early else None

    def for_attempt(self, name: str, number: str | None, attempt: int) -> Action:
        """Give the action for the nth request of this kind about this number."""
        stream = self._streams[name]
        if not stream.scripts and not stream.rates:
            return OK
        script = stream.scripts.get(number) if number is not None else None
        if script is not None:
            return script.at(attempt) or OK
        late = [(action, rate) for action, rate in stream.rates if not action.kind.before_body]
        return self._draw(late, f"{name}|{number}|{attempt}") or OK

    def scripted(self, name: str, key: str, attempt: int) -> Action | None:
        """Give the action a script has for the nth request that goes by this name; None without a script."""
        script = self._streams[name].scripts.get(key)
        return None if script is None else script.at(attempt)

    def _draw(self, rates: list[tuple[Action, float]], about: str) -> Action | None:
        digest = blake2b(f"{self._seed}|{about}".encode(), digest_size=8).digest()
        chance = int.from_bytes(digest) / 2**64
        for action, rate in rates:
            if chance < rate:
                return action
            chance -= rate
        return None


def _add(stream: Stream, key: str, entry: object) -> None:
    if isinstance(entry, list | tuple) and entry:
        texts = [str(text) for text in entry]
        repeats = texts[-1] == REPEAT
        actions = tuple(parse_action(text) for text in (texts[:-1] if repeats else texts))
        if not actions:
            raise ValueError(f"the script of {key!r} has nothing to repeat")
        stream.scripts[key] = Script(actions, repeats)
    elif isinstance(entry, int | float) and not isinstance(entry, bool) and 0 <= entry <= 1:
        stream.rates.append((parse_action(key), float(entry)))
    else:
        raise ValueError(f"{key!r} needs a list of actions or a share between 0 and 1, not {entry!r}")
