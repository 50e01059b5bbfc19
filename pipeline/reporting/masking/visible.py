"""Text on one line, with everything in it to be seen."""


def visible(text: str) -> str:
    r"""Return the text with each character that shows nothing, or steers a terminal, as an escape.

    Line breaks, colour codes, marks that turn the direction of writing, unusual blanks and halves of
    surrogate pairs become ``\n``, ``\x1b``, ``\u202e`` and so on; an ordinary blank stays.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escape(c) for c in text)


def shortened(text: str, limit: int) -> str:
    """Cut the text to ``limit`` characters; an ellipsis stands for what is left out at its end."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def encodable(text: str) -> str:
    r"""Write halves of surrogate pairs, as of odd file names, as ``\udcff``: UTF-8 cannot hold them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _escape(character: str) -> str:
    """Return the character as Python would write it within quotes."""
    return character.encode("unicode_escape").decode("ascii")
