"""The container of old workbooks: a file system in a file, of which one stream is the workbook."""

from dataclasses import dataclass
from io import StringIO

from xlrd.compdoc import SIGNATURE, CompDoc, DirNode

from pipeline.loaders.workbook.archive import damaged
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused

_WORKBOOKS = ("workbook", "book")
"""The stream's name from Excel 97 on, and before. A file may hold both; the newer one counts."""
_STREAM = 2
_ENCRYPTED = "encryptedpackage"
_MACROS = frozenset(("_vba_project_cur", "_vba_project", "vba"))
_TOO_OLD = ((b"\x09\x00", "2"), (b"\x09\x02", "3"), (b"\x09\x04", "4"))
"""How a workbook without a container begins, from before there were several sheets."""


@dataclass(frozen=True, slots=True)
class WorkbookStream:
    """The bytes of a workbook, whole, and whether there are macros beside it."""

    content: bytes
    macros: bool = False


def workbook_stream(data: bytes, file: str) -> WorkbookStream:
    """Cut the workbook out of its container; raises :class:`InputRefused` where it is not whole."""
    if not data.startswith(SIGNATURE):
        old = next((version for sign, version in _TOO_OLD if data.startswith(sign)), None)
        if old:
            facts: dict[str, str | int] = {"kind": f"a workbook of Excel {old}"}
            raise InputRefused(Issue("E108", Location(file), facts=facts))
        return WorkbookStream(data)
    try:
        return _cut_out(data, file)
    except (InputRefused, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - the library raises all kinds at a broken container
        raise InputRefused(damaged(file, "its table of contents is broken")) from None


def _cut_out(data: bytes, file: str) -> WorkbookStream:
    container = CompDoc(data, logfile=StringIO())
    entries: list[DirNode] = container.dirlist
    names = {entry.name.lower() for entry in entries}
    if _ENCRYPTED in names:
        raise InputRefused(Issue("E109", Location(file)))
    top = [entries[place] for place in entries[0].children]
    streams = {entry.name.lower(): entry for entry in top if entry.etype == _STREAM}
    found = next((streams[name] for name in _WORKBOOKS if name in streams), None)
    if found is None:
        raise InputRefused(damaged(file, "there is no workbook in it"))
    if found.tot_size < container.min_size_std_stream:
        _refuse_circle(container, found, file)
    content, start, length = container.locate_named_stream(found.name)
    whole = bytes(content[start : start + length]) if content else b""
    if len(whole) != found.tot_size:
        raise InputRefused(damaged(file, "its end is missing, so the file is cut off"))
    return WorkbookStream(whole, macros=bool(names & _MACROS))


def _refuse_circle(container: CompDoc, stream: DirNode, file: str) -> None:
    """Refuse a small stream whose sectors lead back to themselves; the library would follow them for ever."""
    sector, left = stream.first_SID, -(-stream.tot_size // container.short_sec_size)
    while sector >= 0:
        left -= 1
        if left < 0:
            raise InputRefused(damaged(file, "its table of contents leads in a circle"))
        sector = container.SSAT[sector]
