"""Runs the twin: in a thread of its own for tests, or blocking for the command line."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
import uvicorn

from pipeline.simulator.answer import Request
from pipeline.simulator.app import make_app
from pipeline.simulator.create_orders import create_orders
from pipeline.simulator.seed import Seed, default_seed
from pipeline.simulator.settings import Settings
from pipeline.simulator.socket_access import TransportInScope
from pipeline.simulator.truth import StoredOrder
from pipeline.simulator.world import World

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping
    from types import TracebackType
    from typing import Self

    from pipeline.simulator.records import Table
    from pipeline.simulator.truth import Truth

Result = TypeVar("Result")

START_TIMEOUT = 10.0
STOP_TIMEOUT = 10.0
GRACE = 2.0
TICK = 1.0


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """Give uvloop where it is installed, else the standard loop that has sockets on every system."""
    try:
        import uvloop  # noqa: PLC0415 - optional
    except ImportError:
        return asyncio.new_event_loop
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


class PromptServer(uvicorn.Server):
    """The server of uvicorn, which stops at once instead of waiting for its clients."""

    def __init__(self, config: uvicorn.Config, world: World, ready: Callable[[int], None]) -> None:
        super().__init__(config)
        self._world = world
        self._ready = ready
        self._stop = asyncio.Event()
        self.loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then tell the port."""
        self.loop = asyncio.get_running_loop()
        self._date()
        await super().startup(sockets)
        if self.started:
            self._ready(self.servers[0].sockets[0].getsockname()[1])

    def _date(self) -> None:
        moment = self._world.wall() + timedelta(seconds=self._world.settings.clock_skew)
        self.server_state.default_headers = [(b"date", format_datetime(moment, usegmt=True).encode())]

    async def main_loop(self) -> None:
        """Keep the Date header right until told to stop."""
        while not self._stop.is_set() and not self.should_exit:
            self._date()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), TICK)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002 - uvicorn's signature
        """Cut every connection and let what hangs on them end."""
        world = self._world
        world.cancel_timers()
        world.closing.set()
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        tasks = list(self.server_state.tasks)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=GRACE)
            for task in late:
                task.cancel()
        for server in self.servers:
            await server.wait_closed()

    def handle_exit(self, sig: int, frame: Any) -> None:  # noqa: ANN401 - uvicorn's signature
        """End the server at a signal, without waiting for the next tick."""
        super().handle_exit(sig, frame)
        self.stop()

    def stop(self) -> None:
        """Asks the server to stop; may be called from any thread."""
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._stop.set)


def _server(world: World, host: str, port: int, ready: Callable[[int], None]) -> PromptServer:
    config = uvicorn.Config(
        make_app(world),
        host=host,
        port=port,
        http=TransportInScope,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_keep_alive=max(1, int(world.settings.keep_alive)),
        backlog=2048,
    )
    return PromptServer(config, world, ready)


def _now() -> datetime:
    return datetime.now(UTC)


class Simulator:
    """The twin in a thread of its own, on a free loopback port, for the time of a `with` block.

    `seed`: what exists at the start (default: the seed of the package). `faults`: see `faults.py`.
    `settings`: the switches. `clock` and `wall` can be replaced to move time.
    Raises ValueError for faults that cannot be understood, RuntimeError if the server does not start.
    """

    def __init__(  # noqa: PLR0913 - all but the first are rarely given
        self,
        seed: Seed | None = None,
        faults: Mapping[str, object] | None = None,
        settings: Settings | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], datetime] = _now,
    ) -> None:
        self._world = World(seed or default_seed(), settings or Settings(), faults or {}, clock, wall)
        self._host = host
        self._port = port
        self._started = threading.Event()
        self._server = _server(self._world, host, port, self._is_ready)
        self._thread = threading.Thread(target=self._run, name="simulator", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._started.wait(START_TIMEOUT) or not self._server.started:
            raise RuntimeError(f"the simulator could not listen on {self._host}:{self._port}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        self._thread.join(STOP_TIMEOUT)
        if self._thread.is_alive():
            raise RuntimeError("the simulator did not stop")

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                runner.run(self._server.serve())
        except SystemExit:
            pass  # uvicorn could not listen and has said so; __enter__ raises
        finally:
            self._started.set()

    def _is_ready(self, port: int) -> None:
        self._port = port
        self._started.set()

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end: `http://127.0.0.1:43017`."""
        return f"http://{self._host}:{self._port}"

    @property
    def token(self) -> str:
        """The token that is valid, or that the next login hands out."""
        return self._world.access.token

    @property
    def truth(self) -> Truth:
        """What was really created, and every request."""
        return self._world.truth

    def records(self, kind: str) -> Table:
        """Give what exists of a kind (`customers`, `cities`, ...), seeded or created, as it is kept."""
        return self._world.records[kind]

    @property
    def settings(self) -> Settings:
        """The switches this twin runs with."""
        return self._world.settings

    def script(self, faults: Mapping[str, object]) -> None:
        """Replace all faults from now on."""
        self._world.script(faults)

    def expire_token(self) -> None:
        """Make the current token invalid, until somebody logs in."""
        self._world.access.expire()

    def reset(self) -> None:
        """Forgets orders, requests and logins."""
        self._in_server(self._world.reset)

    def place(self, payload: Mapping[str, object], channel: int = 5) -> StoredOrder:
        """Put an order there as if somebody else had created it. Raises ValueError if it is refused."""
        request = Request("POST", "", {"channel_id": channel}, b"", {}, orjson.dumps(payload), "", 0.0)
        answer = self._in_server(lambda: create_orders(self._world, request))
        stored = answer.stored[0] if answer.stored else None
        if not isinstance(stored, StoredOrder):
            raise ValueError(f"the order was refused: {answer.status} {answer.body.decode()}")  # noqa: TRY004
        return stored

    def _in_server(self, do: Callable[[], Result]) -> Result:
        """Do something in the server's thread, which alone may change the world."""
        loop = self._server.loop
        assert loop is not None, "the simulator is not running"

        async def act() -> Result:
            return do()

        return asyncio.run_coroutine_threadsafe(act(), loop).result(STOP_TIMEOUT)


def serve(  # noqa: PLR0913 - all but the first are rarely given
    host: str = "127.0.0.1",
    port: int = 8080,
    *,
    seed: Seed | None = None,
    faults: Mapping[str, object] | None = None,
    settings: Settings | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Run the twin until it is interrupted. `ready` is told the base URL once it listens.

    Returns after SIGINT; SIGTERM ends the process as usual. SystemExit if the port is taken.
    """

    def listening(actual: int) -> None:
        if ready is not None:
            ready(f"http://{host}:{actual}")

    world = World(seed or default_seed(), settings or Settings(), faults or {}, time.monotonic, _now)
    server = _server(world, host, port, listening)
    with contextlib.suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(server.serve())
