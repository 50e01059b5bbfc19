"""In which encoding a text file is written, decided over the whole file."""

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

from charset_normalizer import from_bytes

from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.survey import CHUNK, Survey
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: it begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
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
_LONE = re.compile("[\udc80-\udcff]")
_LATIN = re.compile("[\u00c0-\u017f]")
_LISTED = 10
_LETTERS_FROM = 0xC0
"""Windows encodings keep their letters from here on; DOS and Mac keep theirs below."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec name without mark (``utf-16-le``), and what is worth telling about how it was found."""

    name: str
    issues: tuple[Issue, ...] = ()


def decide_encoding(source: SourceFile, found: Survey, declared: str | None, locale: str | None) -> Encoding:
    """Decide by a mark at the start, the mapping's word, strict UTF-8, the zeros of UTF-16, or a guess.

    The first of these that says something counts, and the whole file decodes under it. Raises
    :class:`InputRefused` where none does.
    """
    file = str(source.path)
    said = _declared_name(file, declared)
    marked = next((name for mark, name in _MARKS if found.head.startswith(mark)), None)
    if marked:
        _prove(source, found, marked)
        if said and said != marked:
            facts: dict[str, str | int] = {"declared": said, "encoding": marked}
            return Encoding(marked, (Issue("W102", Location(file), facts=facts),))
        return Encoding(marked)
    if said:
        _prove(source, found, said)
        return Encoding(said)
    wide = _wide_without_mark(found)
    if wide:
        _prove(source, found, wide)
        return Encoding(wide)
    if found.controls * 20 > found.size:
        raise InputRefused(Issue("E119", Location(file)))
    if found.utf8_fault is None:
        return Encoding("utf-8")
    return _guess(source, found, (locale or "").partition("_")[0].lower())


@contextmanager
def open_text(source: SourceFile, encoding: str) -> Iterator[TextIO]:
    """Open the file as text: strict, without the mark, line ends as they are."""
    with source.open() as raw:
        raw.seek(len(mark_of(source, encoding)))
        with io.TextIOWrapper(raw, encoding, errors="strict", newline="") as text:
            yield text


def mark_of(source: SourceFile, encoding: str) -> bytes:
    """Return the bytes before the text that only name its encoding; empty where there are none."""
    with source.open() as raw:
        head = raw.read(4)
    return next((mark for mark, name in _MARKS if name == encoding and head.startswith(mark)), b"")


def line_at(source: SourceFile, offset: int, encoding: str) -> int:
    """Return the number (from 1) of the line that holds the byte at ``offset``."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("ignore"), translate=True)
    breaks = 0
    with source.open() as raw:
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


def _prove(source: SourceFile, found: Survey, encoding: str) -> None:
    """Refuse the file unless every byte of it decodes."""
    offset = found.utf8_fault if encoding == "utf-8" else _first_fault(source, encoding)
    if offset is not None:
        at = Location(str(source.path), row=line_at(source, offset, encoding))
        raise InputRefused(Issue("E116", at, facts={"encoding": encoding, "offset": offset}))


def _first_fault(source: SourceFile, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    position = 0
    with source.open() as raw:
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
    """UTF-16 and UTF-32 by their zeros: in Latin text every second byte, or always the same three of four."""
    few, many = sorted((found.nul_even, found.nul_odd))
    order = "le" if found.nul_odd > found.nul_even else "be"
    if found.size % 4 == 0 and few * 5 > found.size and many * 5 > found.size * 2:
        return f"utf-32-{order}"
    if found.size % 2 or many * 5 < found.size or few * 20 > many:
        return None
    return f"utf-16-{order}"


def _guess(source: SourceFile, found: Survey, language: str) -> Encoding:
    file, fault = str(source.path), found.utf8_fault or 0
    mix = _utf8_balance(source)
    if mix.good > 3 * mix.bad or (mix.latin > 1 and mix.latin * 20 > mix.bad):
        at = Location(file, row=mix.lines[0])
        more = " and more" if mix.bad_lines > len(mix.lines) else ""
        facts: dict[str, str | int] = {
            "offset": fault,
            "count": mix.bad,
            "rows": ", ".join(map(str, mix.lines)) + more,
        }
        raise InputRefused(Issue("E118", at, facts=facts))
    counts = _high_bytes(source)
    turkish = sum(counts.get(byte, 0) for byte in _TURKISH)
    windows, reason = _windows_page(language, turkish, sum(counts.values()))
    others = _OTHERS.get("tr" if windows == "cp1254" else language, ("cp850", "mac_roman"))
    candidates = [name for name in (windows, *others) if _covers(name, bytes(counts))]
    if not candidates:
        raise InputRefused(Issue("E119", Location(file)))
    sample = _sample(source, found.first_high or 0)
    if candidates[0] != windows or _letters_lie_low(sample):
        name = _most_sense(sample, windows, candidates)
        if name != windows:
            windows, reason = name, "the letters make most sense in it"
    at = Location(file, row=line_at(source, found.first_high or 0, windows))
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


@dataclass(slots=True)
class _Mix:
    """How many characters beyond ASCII are whole UTF-8 and how many bytes are not, and in which lines.

    ``latin`` counts those UTF-8 characters that in a Windows encoding would be ``Ã``, ``Ä`` or ``Å`` and a
    sign, which is nothing that anybody writes.
    """

    good: int = 0
    latin: int = 0
    bad: int = 0
    bad_lines: int = 0
    lines: list[int] = field(default_factory=list)


def _utf8_balance(source: SourceFile) -> _Mix:
    mix, number = _Mix(), 1
    with source.open() as raw, io.TextIOWrapper(raw, "utf-8", errors="surrogateescape") as text:
        while block := text.read(CHUNK):
            if not block.isascii():
                beyond = len(block) - len(block.encode("ascii", "ignore"))
                lone = len(_LONE.findall(block))
                mix.good, mix.bad = mix.good + beyond - lone, mix.bad + lone
                mix.latin += len(_LATIN.findall(block))
                if lone:
                    _note_lines(block.split("\n"), number, mix)
            number += block.count("\n")
    return mix


def _note_lines(lines: list[str], first: int, mix: _Mix) -> None:
    for number, line in enumerate(lines, first):
        if _LONE.search(line):
            mix.bad_lines += 1
            if len(mix.lines) < _LISTED and number not in mix.lines:
                mix.lines.append(number)


def _high_bytes(source: SourceFile) -> dict[int, int]:
    counts: dict[int, int] = {}
    ascii_bytes = bytes(range(128))
    with source.open() as raw:
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


def _sample(source: SourceFile, offset: int) -> bytes:
    """Whole lines with letters beyond ASCII, from the first such line on."""
    with source.open() as raw:
        raw.seek(max(0, offset - 200))
        lines = raw.read(_SAMPLE).splitlines()
    return b"\n".join(line for line in lines if not line.isascii())


def _letters_lie_low(sample: bytes) -> bool:
    """Whether the bytes that touch letters lie where DOS and Mac keep theirs."""
    touching = b"".join(_IN_WORD.findall(sample))
    low = sum(byte < _LETTERS_FROM for byte in touching)
    return low * 2 > len(touching)
