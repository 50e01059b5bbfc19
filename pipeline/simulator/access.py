"""Who may come in, and how often: tokens, logins, the rate of requests. The clock is passed in."""

from __future__ import annotations

import hmac
from collections import deque
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.simulator.settings import Settings

WINDOW = 1.0


class Access:
    """Tokens and limits of one twin."""

    def __init__(
        self, token: str, username: str, password: str, settings: Settings, clock: Callable[[], float]
    ) -> None:
        self._token = token
        self._credentials = (username, password)
        self._settings = settings
        self._clock = clock
        self._logins: deque[float] = deque()
        self._recent: deque[float] = deque()
        self._generation = 0
        self._used = 0
        self._expired = False

    @property
    def token(self) -> str:
        """The token that is valid now, or that the next login will hand out."""
        if not self._generation:
            return self._token
        return sha256(f"{self._token}/{self._generation}".encode()).hexdigest()[:40]

    def expire(self) -> None:
        """End the life of the current token; the next login hands out another one."""
        if not self._expired:
            self._expired = True
            self._generation += 1

    def admits(self, header: bytes) -> bool:
        """Whether an Authorization header's value carries the valid token. Counts towards its expiry."""
        if self._expired or not hmac.compare_digest(header, b"Token " + self.token.encode()):
            return False
        self._used += 1
        limit = self._settings.expire_token_after_requests
        if limit is not None and self._used > limit:
            self.expire()
            return False
        return True

    def may_try_login(self) -> bool:
        """Whether one more login attempt is within the limit; the attempt is counted if it is."""
        now = self._clock()
        while self._logins and now - self._logins[0] >= self._settings.login_window:
            self._logins.popleft()
        if len(self._logins) >= self._settings.login_attempts:
            return False
        self._logins.append(now)
        return True

    def login(self, username: object, password: object) -> str | None:
        """Give the token for these credentials, or None."""
        if (username, password) != self._credentials:
            return None
        if self._expired:
            self._expired = False
            self._used = 0
        return self.token

    def within_rate(self) -> bool:
        """Whether one more request fits into the last second; it is counted if it does."""
        limit = self._settings.max_requests_per_second
        if limit is None:
            return True
        now = self._clock()
        while self._recent and now - self._recent[0] >= WINDOW:
            self._recent.popleft()
        if len(self._recent) >= limit:
            return False
        self._recent.append(now)
        return True
