"""A person's words about a file in doubt."""

from typing import Literal, TypeAlias, get_args

from pipeline.model.archive_states import FileEvent, RowFate

Word: TypeAlias = Literal["done", "refused", "not-started"]
WORDS: tuple[Word, ...] = get_args(Word)

_MEANING: dict[Word, tuple[FileEvent, RowFate]] = {
    "done": (FileEvent.DECIDED_DONE, RowFate.STANDS),
    "refused": (FileEvent.DECIDED_REFUSED, RowFate.REFUSED),
    "not-started": (FileEvent.DECIDED_NOT_STARTED, RowFate.FREE),
}


def decided(word: Word) -> tuple[FileEvent, RowFate]:
    """What the words mean for the file, and for every row of it."""
    return _MEANING[word]
