"""What the target said of an attempt, fit to be kept: flattened, masked, short."""

import re
from dataclasses import replace
from typing import Final

from pipeline.model.complaint_text import packed_complaints
from pipeline.model.exchange import Answer, Reply
from pipeline.reporting.masking.mask import mask

_SECRET: Final = re.compile(
    r"\b(token|bearer|basic|api[-_ ]?key|password|secret)(['\"]?\s*[:=]?\s*['\"]?)[^\s'\",;]{6,}",
    re.IGNORECASE,
)


def said_by(reply: Reply, number: str) -> str | None:
    """The complaints of an answer as the journal keeps them; ``None`` where it has none.

    E-mail addresses and phone numbers are masked, as is whatever follows a word such as ``Token``: an answer
    may repeat what it was sent. The order's own ``number`` stays readable.
    """
    if not isinstance(reply, Answer) or not reply.complaints:
        return None
    keep = {number}
    return packed_complaints(
        replace(one, message=mask(without_secrets(one.message), keep)) for one in reply.complaints
    )


def without_secrets(text: str) -> str:
    """The text without what follows the name of a secret."""
    return _SECRET.sub(r"\1\2•••", text)
