"""The token: kept out of every text that could be shown."""

import re

_USABLE = re.compile(r"[!-~]{1,4096}")


class Token:
    """A key whose text leaves only through :meth:`reveal`. Raises ``ValueError`` where it is not one word.

    Whoever sends with it reads it anew for each request, so that :meth:`renew` reaches all of them;
    ``renewals`` counts those.
    """

    __slots__ = ("_text", "renewals")

    def __init__(self, text: str) -> None:
        self._text = _usable(text)
        self.renewals = 0

    def renew(self, text: str) -> bool:
        """Put another key in its place; returns whether it is another. Raises ``ValueError`` as creation."""
        if _usable(text) == self._text:
            return False
        self._text = text
        self.renewals += 1
        return True

    def reveal(self) -> str:
        """The key itself, for the header that carries it."""
        return self._text

    def __repr__(self) -> str:
        """Never the key."""
        return "Token(****)"


def _usable(text: str) -> str:
    if not _USABLE.fullmatch(text):
        raise ValueError("empty" if not text else "it holds spaces, line breaks or letters beyond ASCII")
    return text
