"""In which encoding a text file is written, decided over the whole file."""

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from charset_normalizer import from_bytes

from pipeline.loaders.survey import CHUNK, Survey
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: it begins with the same two bytes
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAME = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
_WINDOWS = {
    "tr": "cp1254", "az": "cp1254", "ru": "cp1251", "uk": "cp1251", "bg": "cp1251", "el": "cp1253",
    "pl": "cp1250", "cs": "cp1250", "sk": "cp1250", "hu": "cp1250", "ro": "cp1250", "hr": "cp1250",
    "sl": "cp1250", "he": "cp1255", "ar": "cp1256", "lt": "cp1257", "lv": "cp1257", "et": "cp1257",
}  # fmt: skip
_OTHERS = {"tr": ("cp857", "mac_turkish"), "ru": ("cp866", "mac_cyrillic"), "pl": ("cp852", "mac_latin2")}
_TURKISH = b"\xd0\xdd\xde\xf0\xfd\xfe"
"""The six letters of cp1254 that are Turkish; in cp1252 the same bytes are letters of Icelandic only."""
_ICELANDIC = {"is", "fo"}
_LETTERS = {"cp1254": "çğıöşüÇĞİÖŞÜâîû", "cp1252": "äöüßÄÖÜéèêëàâáçñóôúùûíîïåøæÅØÆÉÈÀÇÑ"}
"""Letters of the languages behind two Windows encodings, for telling DOS and Mac files from them."""
_SAMPLE = 1 << 18
_IN_WORD = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[A-Za-z])")
_LETTERS_FROM = 0xC0
"""Windows encodings keep their letters from here on; DOS and Mac keep theirs below."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec name without mark (``utf-16-le``), and what is worth telling about how it was found."""

    name: str
    issues: tuple[Issue, ...] = ()


def decide_encoding(path: Path, found: Survey, declared: str | None, locale: str | None) -> Encoding:
    """Decide by a mark at the start, the mapping's word, strict UTF-8, the zeros of UTF-16, or a guess.

    The first of these that says something counts, and the whole file decodes under it. Raises
    :class:`InputRefused` where none does.
    """
    file = str(path)
    said = _declared_name(file, declared)
    marked = next((name for mark, name in _MARKS if found.head.startswith(mark)), None)
    if marked:
        _prove(path, found, marked)
        if said and said != marked:
            facts: dict[str, str | int] = {"declared": said, "encoding": marked}
            return Encoding(marked, (Issue("W102", Location(file), facts=facts),))
        return Encoding(marked)
    if said:
        _prove(path, found, said)
        return Encoding(said)
    wide = _wide_without_mark(found)
    if wide:
        _prove(path, found, wide)
        return Encoding(wide)
    if found.controls * 20 > found.size:
        raise InputRefused(Issue("E119", Location(file)))
    if found.utf8_fault is None:
        return Encoding("utf-8")
    return _guess(path, found, (locale or "").partition("_")[0].lower())


@contextmanager
def open_text(path: Path, encoding: str) -> Iterator[TextIO]:
    """Open the file as text: strict, without the mark, line ends as they are."""
    with path.open("rb") as raw:
        raw.seek(len(mark_of(path, encoding)))
        with io.TextIOWrapper(raw, encoding, errors="strict", newline="") as text:
            yield text


def mark_of(path: Path, encoding: str) -> bytes:
    """Return the bytes before the text that only name its encoding; empty where there are none."""
    with path.open("rb") as raw:
        head = raw.read(4)
    return next((mark for mark, name in _MARKS if name == encoding and head.startswith(mark)), b"")


def line_at(path: Path, offset: int, encoding: str) -> int:
    """Return the number (from 1) of the line that holds the byte at ``offset``."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("ignore"), translate=True)
    breaks = 0
    with path.open("rb") as raw:
        while offset > 0 and (chunk := raw.read(min(CHUNK, offset))):
            breaks += decoder.decode(chunk).count("\n")
            offset -= len(chunk)
    return breaks + 1


def _declared_name(file: str, declared: str | None) -> str | None:
    if declared is None:
        return None
    try:
        "".encode(declared)  # refuses codecs that do not make text
        name = codecs.lookup(declared).name
    except (LookupError, ValueError):
        raise InputRefused(Issue("E117", Location(file), facts={"encoding": declared})) from None
    return _SAME.get(name, name)


def _prove(path: Path, found: Survey, encoding: str) -> None:
    """Refuse the file unless every byte of it decodes."""
    offset = found.utf8_fault if encoding == "utf-8" else _first_fault(path, encoding)
    if offset is not None:
        at = Location(str(path), row=line_at(path, offset, encoding))
        raise InputRefused(Issue("E116", at, facts={"encoding": encoding, "offset": offset}))


def _first_fault(path: Path, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    position = 0
    with path.open("rb") as raw:
        while True:
            chunk = raw.read(CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, not chunk)
            except UnicodeDecodeError as error:
                return position - pending + error.start
            if not chunk:
                return None
            position += len(chunk)


def _wide_without_mark(found: Survey) -> str | None:
    """UTF-16 by its zeros: Latin text has one in every second byte, always on the same side."""
    few, many = sorted((found.nul_even, found.nul_odd))
    if found.size % 2 or many * 5 < found.size or few * 20 > many:
        return None
    return "utf-16-le" if found.nul_odd > found.nul_even else "utf-16-be"


def _guess(path: Path, found: Survey, language: str) -> Encoding:
    file, fault = str(path), found.utf8_fault or 0
    good, bad = _utf8_balance(path)
    if good > 3 * bad:
        at = Location(file, row=line_at(path, fault, "utf-8"))
        raise InputRefused(Issue("E118", at, facts={"offset": fault, "count": bad}))
    counts = _high_bytes(path)
    turkish = sum(counts.get(byte, 0) for byte in _TURKISH)
    windows, reason = _windows_page(language, turkish, sum(counts.values()))
    others = _OTHERS.get("tr" if windows == "cp1254" else language, ("cp850", "mac_roman"))
    candidates = [name for name in (windows, *others) if _covers(name, bytes(counts))]
    if not candidates:
        raise InputRefused(Issue("E119", Location(file)))
    sample = _sample(path, found.first_high or 0)
    if candidates[0] != windows or _letters_lie_low(sample):
        name = _most_sense(sample, windows, candidates)
        if name != windows:
            windows, reason = name, "the letters make most sense in it"
    at = Location(file, row=line_at(path, found.first_high or 0, windows))
    return Encoding(windows, (Issue("W101", at, facts={"encoding": windows, "reason": reason}),))


def _most_sense(sample: bytes, windows: str, candidates: list[str]) -> str:
    """Return the candidate under which the sample has most letters of the language."""
    letters = _LETTERS.get(windows)
    if letters:
        return max(candidates, key=lambda name: sum(map(sample.decode(name, "ignore").count, letters)))
    match = from_bytes(sample, cp_isolation=candidates).best()
    return match.encoding if match and match.encoding in candidates else candidates[0]


def _windows_page(language: str, turkish: int, high: int) -> tuple[str, str]:
    """Return the Windows encoding of the language; Turkish letters tell where the language does not."""
    page = _WINDOWS.get(language, "cp1252")
    if page != "cp1252":
        return page, "that is usual for the mapping's locale"
    if turkish * 100 >= high and turkish and language not in _ICELANDIC:
        return "cp1254", "it holds Turkish letters"
    return page, "that is usual for Western European files"


def _utf8_balance(path: Path) -> tuple[int, int]:
    """How many characters beyond ASCII are whole UTF-8, and how many bytes are not."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    good = bad = 0
    with path.open("rb") as raw:
        while chunk := raw.read(CHUNK):
            text = decoder.decode(chunk)
            beyond = len(text) - len(text.encode("ascii", "ignore"))
            lone = len(re.findall("[\udc80-\udcff]", text)) if beyond else 0
            good, bad = good + beyond - lone, bad + lone
    return good, bad


def _high_bytes(path: Path) -> dict[int, int]:
    counts: dict[int, int] = {}
    ascii_bytes = bytes(range(128))
    with path.open("rb") as raw:
        while chunk := raw.read(CHUNK):
            high = chunk.translate(None, ascii_bytes)
            for byte in set(high):
                counts[byte] = counts.get(byte, 0) + high.count(byte)
    return counts


def _covers(encoding: str, present: bytes) -> bool:
    try:
        present.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _sample(path: Path, offset: int) -> bytes:
    """Whole lines with letters beyond ASCII, from the first such line on."""
    with path.open("rb") as raw:
        raw.seek(max(0, offset - 200))
        lines = raw.read(_SAMPLE).splitlines()
    return b"\n".join(line for line in lines if not line.isascii())


def _letters_lie_low(sample: bytes) -> bool:
    """Whether the bytes that touch letters lie where DOS and Mac keep theirs."""
    touching = b"".join(_IN_WORD.findall(sample))
    low = sum(byte < _LETTERS_FROM for byte in touching)
    return low * 2 > len(touching)
