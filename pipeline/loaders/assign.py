"""Which given file belongs to which source of the mapping."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from pipeline.loaders.source_file import last_part, member_name, regular_file_issue, unreadable
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import SourceSpec

_PACKED = (".gz", ".gzip", ".zip")


def assign_files(specs: Sequence[SourceSpec], given: Sequence[Path]) -> dict[str, list[Path]]:
    """Give every file to the source whose ``files`` pattern its name matches, case aside.

    A packed file also matches by the name of what is inside. Folders are searched one level deep, and what
    no source wants there is left alone; a file that was named itself must be wanted. Two sources may share
    a workbook when each names its own sheet. A workbook that was named itself and is saved as XLSX also
    counts by the name it had in an older format. Returns the files by source name, in natural order
    (``part2`` before ``part10``). Raises :class:`InputRefused` with everything that does not fit.
    """
    issues: list[Issue] = []
    chosen: dict[str, list[Path]] = {spec.name: [] for spec in specs}
    seen: set[Path] = set()
    lost = [path for path in given if not path.exists()]  # told already, and perhaps the file that is missing
    for path, named in _files(given, issues):
        real = path.resolve()
        if real in seen:
            continue
        takers = _takers(specs, path)
        if not takers and not named:
            continue
        if not takers and path.suffix.lower() == ".xlsx":
            takers = [spec for spec in specs if any(_matches(name, spec.files) for name in _before(path))]
        seen.add(real)
        if not takers:
            patterns = ", ".join(spec.files for spec in specs)
            issues.append(Issue("E103", Location(str(path)), facts={"patterns": patterns}))
        elif not _may_share(takers):
            sources = ", ".join(spec.name for spec in takers)
            issues.append(Issue("E104", Location(str(path)), facts={"sources": sources}))
        for spec in takers:
            chosen[spec.name].append(path)
    issues += [
        Issue("E105", facts={"source": spec.name, "pattern": spec.files})
        for spec in specs
        if not chosen[spec.name] and not any(spec in _takers(specs, path) for path in lost)
    ]
    if issues:
        raise InputRefused(*issues)
    return {name: sorted(paths, key=_natural) for name, paths in chosen.items()}


def _files(given: Sequence[Path], issues: list[Issue]) -> Iterator[tuple[Path, bool]]:
    """Yield the files to consider, and whether each was named itself; note what cannot be read."""
    for path in sorted(given, key=lambda path: path.is_dir()):  # a file that is named twice counts as named
        if not path.is_dir():
            issue = regular_file_issue(path)
            if issue:
                issues.append(issue)
            else:
                yield path, True
            continue
        try:
            inside = sorted(path.iterdir(), key=_natural)
        except OSError as error:
            issues.append(unreadable(path, error))
            continue
        for entry in inside:
            if not entry.name.startswith((".", "~$")) and entry.is_file():  # ~$: Excel's lock files
                yield entry, False


def _may_share(takers: Sequence[SourceSpec]) -> bool:
    """Whether these sources can read one file: each a sheet of its own."""
    sheets = [spec.sheet for spec in takers]
    return len(takers) == 1 or (None not in sheets and len(set(sheets)) == len(sheets))


def _takers(specs: Sequence[SourceSpec], path: Path) -> list[SourceSpec]:
    """Return the sources that want the file: by its name, without ``.gz``, or by the one name in a zip."""
    names = [path.name]
    if path.suffix.lower() in _PACKED:
        names.append(path.stem)
    takers = [spec for spec in specs if any(_matches(name, spec.files) for name in names)]
    if takers or path.suffix.lower() != ".zip":
        return takers
    member = member_name(path)
    names = [member, last_part(member)] if member else []
    return [spec for spec in specs if any(_matches(name, spec.files) for name in names)]


def _before(path: Path) -> list[str]:
    """The names a workbook had before it was saved as XLSX, as rows that are given back are."""
    return [path.with_suffix(suffix).name for suffix in (".xls", ".ods", ".xlsb", ".xlsm")]


def _matches(name: str, pattern: str) -> bool:
    return fnmatchcase(_plain(name), _plain(pattern))


def _plain(name: str) -> str:
    """Make file names comparable; macOS hands out decomposed letters, mappings hold composed ones."""
    return unicodedata.normalize("NFC", name).casefold()


def _natural(path: Path) -> tuple[list[tuple[int, int, str]], str]:
    """Sorts numbers inside names by value; the whole path settles ties."""
    parts = re.split(r"(\d+)", _plain(path.name))
    return [(1, int(p), "") if p.isdecimal() else (0, 0, p) for p in parts if p], str(path)
