"""After a standstill: connections are closed, the next request goes alone, and the journal remembers."""

from collections.abc import Callable

from pipeline.runs.sending.announcer import Announcer
from pipeline.runs.sending.recorder import Recorder
from pipeline.runs.sending.service_health import ServiceHealth
from pipeline.target.client import OmnitronClient
from pipeline.upload.standstill import StandstillWatch


class StandstillGuard:
    """Asked several times a second. ``running`` goes on while the machine sleeps, ``awake`` does not."""

    def __init__(  # noqa: PLR0913, PLR0917 - everybody who has to know
        self,
        recorder: Recorder,
        client: OmnitronClient,
        health: ServiceHealth,
        announcer: Announcer,
        running: Callable[[], float],
        awake: Callable[[], float],
        wall: Callable[[], float],
    ) -> None:
        self._recorder, self._client, self._health, self._announcer = recorder, client, health, announcer
        self._running, self._awake, self._wall = running, awake, wall
        self._watch = StandstillWatch()

    async def look(self) -> None:
        """Time may have passed that nobody saw; then requests under way end in doubt, here and now."""
        stood = self._watch.look(self._running(), self._awake())
        if stood is None:
            return
        reason, seconds = stood[0].value, round(stood[1])
        self._health.doubt_everything()
        await self._client.aclose()
        self._announcer.news("W572", reason=reason, seconds=seconds)
        facts, at = {"reason": reason, "seconds": seconds}, self._wall()
        await self._recorder.flush()
        await self._recorder.read(lambda journal: journal.note("standstill", facts, at))

    def rest(self) -> None:
        """Nobody will ask for a while: what passes until then is no standstill."""
        self._watch = StandstillWatch()
