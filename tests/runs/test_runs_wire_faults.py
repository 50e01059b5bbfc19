"""What hosts and certificates between us and the target may do to a run."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from pathlib import Path
from typing import Self

import pytest
import trustme
from relay import relay
from small_shop import (
    WINDOW,
    assert_promises,
    attempts,
    codes,
    mode_settings,
    number,
    open_shop,
    send_all,
    sending,
    states,
)

from pipeline.model.capability import Capability
from pipeline.runs.verbs import plan, resume, run
from pipeline.simulator import Simulator

BOTH = pytest.mark.parametrize("unique", [True, False], ids=["A", "B"])


@pytest.mark.parametrize("lost", [0, 1])
def test_a_host_that_sends_our_orders_twice_cannot_double_them_where_numbers_are_unique(
    tmp_path: Path, lost: int
) -> None:
    """In mode A the copy is refused, and the answer that we get or look for is our own."""
    shop = open_shop(tmp_path / "shop", 3)
    with Simulator(settings=mode_settings(unique=True)) as sim, relay(sim, times=2, loses=lost) as between:
        result = run(
            shop.plan_request(between.url, Capability(True, WINDOW)), sending(sim.token), shop.places
        )
        assert sim.truth.creates == {number(place): 1 for place in (1, 2, 3)}
        assert between.posts == 3
    assert set(states(result).values()) == {"created"}
    assert result.exit_code == 0


def test_a_host_that_sends_our_orders_twice_is_found_out_by_the_first_lookup(tmp_path: Path) -> None:
    """In mode B two orders stand there: whenever one is looked up the run stops and a person is told."""
    shop = open_shop(tmp_path / "shop", 3)
    with Simulator(settings=mode_settings(unique=False)) as sim, relay(sim, times=2, loses=1) as between:
        result = run(
            shop.plan_request(between.url, Capability(False, WINDOW)), sending(sim.token), shop.places
        )
        assert between.posts == 1, "nothing is sent after that"
        assert sim.truth.creates == {number(1): 2}
    assert codes(result)[number(1)] == "E515"
    assert states(result)[number(1)] == "conflict"
    assert result.ending.code == "E515"


def test_what_mode_b_cannot_promise_is_said_in_its_report(tmp_path: Path) -> None:
    """An order that is applied after the window exists twice; the report names this condition."""
    shop = open_shop(tmp_path / "shop", 1)
    faults = {number(1): ["late_commit:1.2"]}
    with Simulator(faults=faults, settings=mode_settings(unique=False)) as sim:
        result = send_all(shop, sim, deadline=0.2, window=0.2)
        give_up = time.monotonic() + 5
        while sim.truth.creates[number(1)] < 2 and time.monotonic() < give_up:
            time.sleep(0.02)
        assert sim.truth.creates == {number(1): 2}
    page = (shop.places.reports(result.run_id) / "report.html").read_text(encoding="utf-8")
    assert "does not apply a request more than 0.2 seconds after receiving it" in page


@BOTH
def test_a_connection_that_is_reset_before_it_is_read_is_in_doubt_all_the_same(
    tmp_path: Path, unique: bool
) -> None:
    """The kernel has taken our bytes, so nothing is proven: the order is looked for, and then sent."""
    shop = open_shop(tmp_path / "shop", 4)
    faults = {"*": ["ok", "reset_before_read", "reset_before_read"]}
    with Simulator(faults=faults, settings=mode_settings(unique=unique)) as sim:
        result = send_all(shop, sim, unique=unique, concurrency=1)
        looked_up = {entry.number for entry in sim.truth.log if entry.method == "GET"}
        assert sim.truth.creates == {number(place): 1 for place in range(1, 5)}
    assert sorted(attempts(result).values()) == [1, 1, 2, 2]
    assert {name for name, times in attempts(result).items() if times == 2} <= looked_up


def test_a_flood_of_headers_is_in_doubt_and_two_numbers_are_crossed_answers(tmp_path: Path) -> None:
    """The first is looked up; the second may be anybody's answer, so the run stops."""
    shop = open_shop(tmp_path / "shop", 3)
    faults = {number(1): ["header_flood"], number(3): ["duplicate_keys"]}
    with Simulator(faults=faults, settings=mode_settings(unique=False)) as sim:
        stopped = send_all(shop, sim, concurrency=1)
        assert_promises(stopped, sim)
        assert states(stopped)[number(3)] == "in_doubt"
        resumed = resume(None, sending(sim.token), shop.places)
        assert_promises(resumed, sim)
    assert stopped.ending.code == "E506"
    assert set(states(resumed).values()) == {"created"}
    assert set(attempts(resumed).values()) == {1}


@pytest.mark.parametrize("transport", ["fast", "plain"])
def test_a_certificate_that_nobody_vouches_for_stops_the_run(tmp_path: Path, transport: str) -> None:
    """One connection, no order and no token on it, no second try; every order can still be sent."""
    shop = open_shop(tmp_path / "shop", 3)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with Stranger(context) as stranger:
        planned = plan(shop.plan_request(stranger.url), places=shop.places)
        result = resume(planned.run_id, sending(transport=transport), shop.places)
    assert stranger.connections == 1
    assert stranger.read == b""
    assert (result.ending.code, result.exit_code) == ("E505", 5)
    assert result.summary.orders.unprocessed == 3


class Stranger:
    """A TLS server that counts who comes and keeps what it is sent in clear or under its certificate."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.connections, self.read = 0, b""
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no more."""
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            connection.settimeout(2)
            try:
                with self._context.wrap_socket(connection, server_side=True) as talk:
                    self.read += talk.recv(65536)
            except OSError:
                connection.close()
