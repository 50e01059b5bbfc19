"""The text of a cell of an ODS workbook: paragraphs, in which spaces collapse and some are elements."""

import re

from pipeline.loaders.workbook.ods_styles import TEXT

_SPACES = re.compile(r"[ \t\r\n]+")
_PARAGRAPHS = frozenset((TEXT + "p", TEXT + "h"))
_MOST_SPACES = 1 << 16
_ELEMENTS = {TEXT + "tab": "\t", TEXT + "line-break": "\n"}


class CellText:
    """Collects the paragraphs of one cell; ``paragraphs`` counts them, empty ones too."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self.paragraphs = 0
        self._depth = 0
        self._after_space = True

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take in the start of an element of text."""
        if tag in _PARAGRAPHS:
            if self.paragraphs:
                self._pieces.append("\n")
            self.paragraphs += 1
            self._depth += 1
            self._after_space = True
        elif tag == TEXT + "s":
            count = attributes.get(TEXT + "c", "1")
            self._add(" " * min(int(count) if count.isdecimal() else 1, _MOST_SPACES))
        elif tag in _ELEMENTS:
            self._add(_ELEMENTS[tag])

    def end(self, tag: str) -> None:
        """Take in the end of an element of text."""
        if tag in _PARAGRAPHS:
            self._depth -= 1

    def characters(self, data: str) -> None:
        """Take in characters; those outside of paragraphs are only there to make the file look nice."""
        if not self._depth:
            return
        text = _SPACES.sub(" ", data)
        if self._after_space and text.startswith(" "):
            text = text[1:]
        if text:
            self._pieces.append(text)
            self._after_space = text.endswith(" ")

    def whole(self) -> str:
        """Return the text, its paragraphs divided by line breaks."""
        return "".join(self._pieces)

    def _add(self, text: str) -> None:
        if self._depth:
            self._pieces.append(text)
            self._after_space = False
