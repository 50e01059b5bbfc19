"""The token: kept out of every text that could be shown."""

import re

_USABLE = re.compile(r"[!-~]{1,4096}")


class Token:
    """A key whose text leaves only through :meth:`reveal`. Raises ``ValueError`` where it is not one word."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        if not _USABLE.fullmatch(text):
            raise ValueError("empty" if not text else "it holds spaces, line breaks or letters beyond ASCII")
        self._text = text

    def reveal(self) -> str:
        """The key itself, for the header that carries it."""
        return self._text

    def __repr__(self) -> str:
        """Never the key."""
        return "Token(****)"
