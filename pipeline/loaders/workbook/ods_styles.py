"""What the styles of an ODS workbook say of cells: zeros in front, lengths of time; and of hidden sheets."""

from collections.abc import Mapping

OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0 "
_NUMBER = "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0 "

_LEAST_DIGITS = 2


class Styles:
    """Collects styles as they are parsed, from both parts that may hold them."""

    def __init__(self) -> None:
        self._data_styles: dict[str, str] = {}
        self._parents: dict[str, str] = {}
        self._padding: set[str] = set()
        self._spans: set[str] = set()
        self._mapped: dict[str, list[str]] = {}
        self._hidden: set[str] = set()
        self._current = ""
        self._plain = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take in the start of an element of styles."""
        if tag.startswith(_NUMBER):
            self._start_number(tag.removeprefix(_NUMBER), attributes)
        elif tag == _STYLE + "style":
            self._current = attributes.get(_STYLE + "name", "")
            self._data_styles[self._current] = attributes.get(_STYLE + "data-style-name", "")
            self._parents[self._current] = attributes.get(_STYLE + "parent-style-name", "")
        elif tag == _STYLE + "table-properties":
            if attributes.get(TABLE + "display") == "false":
                self._hidden.add(self._current)
        elif tag == _STYLE + "map":
            self._mapped.setdefault(self._current, []).append(attributes.get(_STYLE + "apply-style-name", ""))

    def _start_number(self, kind: str, attributes: Mapping[str, str]) -> None:
        if kind == "number":
            if self._plain and _pads(attributes):
                self._padding.add(self._current)
        elif kind.endswith("-style"):
            self._current = attributes.get(_STYLE + "name", "")
            self._plain = kind == "number-style"
            if kind == "time-style" and attributes.get(_NUMBER + "truncate-on-overflow") == "false":
                self._spans.add(self._current)

    def hides(self, style: str) -> bool:
        """Whether a sheet of this style is hidden."""
        return style in self._hidden

    def pads(self, style: str) -> bool:
        """Whether numbers in cells of this style are shown with zeros in front."""
        data_style = self._data_style(style)
        if data_style in self._padding or not data_style:
            return bool(data_style)
        return any(mapped in self._padding for mapped in self._mapped.get(data_style, ()))

    def spans(self, style: str) -> bool:
        """Whether times in cells of this style are lengths of time."""
        return self._data_style(style) in self._spans

    def _data_style(self, style: str) -> str:
        for _ in range(len(self._parents)):
            if self._data_styles.get(style) or style not in self._parents:
                break
            style = self._parents[style]
        return self._data_styles.get(style, "")


def _pads(attributes: Mapping[str, str]) -> bool:
    digits = attributes.get(_NUMBER + "min-integer-digits", "")
    return (
        digits.isdecimal()
        and int(digits) >= _LEAST_DIGITS
        and attributes.get(_NUMBER + "decimal-places", "0") == "0"
        and attributes.get(_NUMBER + "grouping", "false") == "false"
    )
