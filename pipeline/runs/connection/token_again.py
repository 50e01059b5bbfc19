"""A token that is no longer accepted may have been renewed in its file."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.target.token import Token


@dataclass(frozen=True, slots=True)
class TokenAgain:
    """Reads the token's file again, once for every time that a token is refused. Never logs in by itself."""

    token: Token
    file: Path | None = None

    @property
    def renewals(self) -> int:
        """To be remembered when a request is made, for :meth:`renewed`."""
        return self.token.renewals

    def renewed(self, renewals: int) -> bool:
        """Whether another token is in place than the one that a refused request carried."""
        if self.token.renewals != renewals:
            return True
        if self.file is None:
            return False
        try:
            return self.token.renew(self.file.read_text(encoding="utf-8").strip())
        except (OSError, ValueError):
            return False  # no token there that could be sent: what is known is that this one is refused
