"""The list of a page's parts, read off the page itself, so that a new part is never forgotten in it."""

import re
from typing import Final, NamedTuple

from markupsafe import Markup

_HEADING: Final = re.compile(r'<h2 id="([\w-]+)">(.*?)</h2>', re.DOTALL)
_ASIDE: Final = re.compile(r"<small>.*?</small>", re.DOTALL)


class Part(NamedTuple):
    """A part of the page: where it begins, and its heading without what stands beside it."""

    id: str
    title: Markup


def parts_of(main: Markup) -> list[Part]:
    """Every heading of the second rank that can be linked to, in the order of the page; of our own markup."""
    return [Part(id, Markup(_ASIDE.sub("", title).strip())) for id, title in _HEADING.findall(main)]  # noqa: A001, S704
