"""One mutated file through the readers, and the verdict on what came of it.

A case is a kind and a number; both together always make the same file. Allowed are rows, and refusals whose
words are complete. Everything else is a finding: another exception, and rows that a second reader sees and
ours does not.
"""

import re
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from importlib import import_module
from pathlib import Path
from random import Random
from string import Formatter
from typing import cast

import corpus
import mutations
import orjson
import second_readers
from corpus import Seed
from second_readers import UnreadableError, contained

from pipeline.loaders.content import Kind, kind_of
from pipeline.loaders.open_table import OpenTable
from pipeline.loaders.opening import open_tables
from pipeline.loaders.source_file import find_inside
from pipeline.loaders.survey import survey
from pipeline.loaders.workbook import session as real
from pipeline.loaders.workbook.compound import workbook_stream
from pipeline.loaders.workbook.grid import BookFindings, BookReader, SheetEntry, Visibility
from pipeline.loaders.workbook.session import SheetHead, WorkbookSession
from pipeline.loaders.workbook.sheet_rows import SheetPlace, SheetRows
from pipeline.loaders.workbook.sheet_warnings import book_warnings, sheet_warnings
from pipeline.loaders.workbook.sheets import open_sheets
from pipeline.loaders.workbook.wire import packed_rows, unpacked_rows
from pipeline.mapping.compiled import compile_mapping
from pipeline.model.catalogue import CATALOGUE, entry_of
from pipeline.model.cell import CellError, plain_text
from pipeline.model.issue import Issue
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused, MappingRefused
from pipeline.model.rows import FileFacts, Row, SourceSpec, Table
from pipeline.validation.payload import field_checks

LIMITS = ReadLimits(memory=1024, seconds=10, unpacked=64, ratio=250)
SECOND_DIED = ("the second reader died",)
_SOME = 200
"""One in so many workbooks goes through a process of its own, as in earnest."""


@dataclass(frozen=True)
class FileKind:
    """How files of a kind come about."""

    seeds: Callable[[], list[Seed]]
    mutation: mutations.Mutation


_xml_parts = {
    "sheet1.xml": mutations.spoil_xml,
    "sharedStrings.xml": mutations.spoil_xml,
    ".xml": mutations.spoil_xml,
}
_ods_parts = {"content.xml": mutations.spoil_xml, "styles.xml": mutations.spoil_xml}
_xlsb_parts = {"sheet1.bin": mutations.spoil_xlsb, ".bin": mutations.spoil_xlsb}
_text = mutations.repeated(mutations.spoil_text)
_bytes = mutations.repeated(mutations.spoil_bytes)


def _archive(parts: Mapping[str, mutations.Mutation]) -> mutations.Mutation:
    return mutations.one_of((9, mutations.repeated(mutations.spoil_parts(parts), 3)), (1, _bytes))


def _biff(data: bytes, dice: Random) -> bytes:
    """Spoil the records of the workbook, with its container around it or without, or the container."""
    bare = data[:2] == b"\x09\x08"
    if not bare and not dice.randrange(4):
        return _bytes(data, dice)
    stream = data if bare else workbook_stream(data, "").content
    stream = mutations.repeated(mutations.spoil_biff, 3)(stream, dice)
    return contained(stream) if dice.randrange(2) else stream


_packed_text = mutations.one_of(
    (3, mutations.spoil_lines), (3, mutations.spoil_cells), (1, mutations.spoil_bytes)
)

KINDS = {
    "csv": FileKind(corpus.csv_seeds, _text),
    "json": FileKind(
        corpus.json_seeds, mutations.repeated(mutations.one_of((6, mutations.spoil_json), (2, _text)))
    ),
    "jsonl": FileKind(
        corpus.jsonl_seeds, mutations.repeated(mutations.one_of((5, mutations.spoil_json), (3, _text)))
    ),
    "xlsx": FileKind(corpus.xlsx_seeds, _archive(_xml_parts)),
    "xls": FileKind(corpus.xls_seeds, mutations.one_of((9, _biff), (1, _bytes))),
    "ods": FileKind(corpus.ods_seeds, _archive(_ods_parts)),
    "xlsb": FileKind(corpus.xlsb_seeds, _archive(_xlsb_parts)),
    "gzip": FileKind(
        corpus.gzip_seeds, mutations.one_of((3, mutations.spoil_gzip(_packed_text)), (1, _bytes))
    ),
    "zip": FileKind(
        corpus.zip_seeds, mutations.one_of((3, mutations.spoil_parts({"": _packed_text})), (1, _bytes))
    ),
    "yaml": FileKind(corpus.yaml_seeds, _bytes),
}
_made: dict[str, list[Seed]] = {}


@dataclass(frozen=True)
class Verdict:
    """What came of a case: ``rows``, ``refused``, ``limit`` (of the machine) or ``finding``.

    ``told`` are codes, or what is wrong; ``compared``: a second reader agreed; ``by_session``: a process of
    its own read it, too.
    """

    kind: str
    number: int
    outcome: str
    told: tuple[str, ...] = ()
    compared: bool = False
    by_session: bool = False
    where: str = field(default="", compare=False)


class FindingError(Exception):
    """Something that must not be."""


def case(kind: str, number: int) -> Seed:
    """Make the file of a case; its name and its source are the seed's."""
    if kind not in _made:
        _made[kind] = KINDS[kind].seeds()
    dice = Random(f"{kind} {number}")
    seed = dice.choice(_made[kind])
    if kind == "yaml":
        text = mutations.spoil_yaml(seed.data.decode(), dice)
        return Seed(seed.name, text.encode("utf-8", "surrogatepass"), seed.spec)
    return Seed(seed.name, KINDS[kind].mutation(seed.data, dice), seed.spec)


def judge(kind: str, number: int, folder: Path, second: Callable[[], None] = lambda: None) -> Verdict:
    """Read the file of a case, and judge. ``second`` is called before the second reader begins."""
    made = case(kind, number)
    by_session = kind in {"xlsx", "xls", "ods", "xlsb"} and number % _SOME == 0
    try:
        if kind == "yaml":
            compile_mapping(made.data.decode("utf-8", "surrogatepass"), made.name, field_checks())
            return Verdict(kind, number, "rows")
        path = folder / made.name
        path.write_bytes(made.data)
        return _judge_file(Verdict(kind, number, "rows", by_session=by_session), made, path, second)
    except (InputRefused, MappingRefused) as refusal:
        verdict = _refused(kind, number, refusal)
        if any(_is_our_loss(issue, made, folder / made.name, second) for issue in refusal.issues):
            return replace(
                verdict, outcome="finding", told=(f"the reader loses rows, and says so: {verdict.told}",)
            )
        return _also_refused(verdict, made, folder / made.name) if by_session else verdict
    except MemoryError:
        return Verdict(kind, number, "limit", ("memory",))
    except FindingError as finding:
        return Verdict(kind, number, "finding", (str(finding),))
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return Verdict(kind, number, "finding", (_place(error),), where=traceback.format_exc())


def _place(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno} {frame.name}"


def _refused(kind: str, number: int, refusal: InputRefused | MappingRefused) -> Verdict:
    wrong = [told for issue in refusal.issues if (told := incomplete(issue))]
    if wrong:
        return Verdict(kind, number, "finding", tuple(wrong))
    return Verdict(kind, number, "refused", tuple(sorted({issue.code for issue in refusal.issues})))


def _is_our_loss(issue: Issue, made: Seed, path: Path, second: Callable[[], None]) -> bool:
    """Whether a refusal for missing rows is our reader's fault, and not a file that contradicts itself."""
    if issue.code == "E149":
        return True
    if issue.code != "E140" or issue.at is None or int(issue.facts["read"]) > int(issue.facts["counted"]):
        return False
    second()
    try:
        kind, sheet = _kind_at(path).value, issue.at.sheet or ""
        found = second_readers.valued_rows(kind, made.data, sheet)
    except UnreadableError:
        return False
    return len(found) == issue.facts["counted"]


def _also_refused(verdict: Verdict, made: Seed, path: Path) -> Verdict:
    """A process of its own must refuse what was refused here."""
    try:
        for table in open_tables(made.spec, [path], first_index=0, limits=LIMITS):
            for _ in table.batches():
                pass
    except InputRefused as refusal:
        there = _refused(verdict.kind, verdict.number, refusal)
        same = there == verdict or {*there.told, *verdict.told} <= {"E136", "E138", "E140"}
        told = f"a process of its own says {there.told} for {verdict.told}"
        return (
            replace(verdict, by_session=True) if same else replace(verdict, outcome="finding", told=(told,))
        )
    return replace(verdict, outcome="finding", told=("a process of its own refuses nothing",))


def incomplete(issue: Issue) -> str | None:
    """Say what is missing from an issue's words, or that nobody knows its code."""
    if issue.code not in CATALOGUE:
        return f"{issue.code} is in no catalogue"
    entry = entry_of(issue)
    named = {name for text in (entry.text, entry.remedy) for _, name, _, _ in Formatter().parse(text) if name}
    given = (
        {*issue.facts}
        | ({"value"} if issue.value is not None else set())
        | ({"order"} if issue.order else set())
    )
    told = entry.message(issue) + entry.fix(issue)
    if named - given or not told.isprintable():
        return f"the words of {issue.code} lack {sorted(named - given)} or cannot be printed"
    return None


def _judge_file(verdict: Verdict, made: Seed, path: Path, second: Callable[[], None]) -> Verdict:
    with opened(made.spec, path) as tables:
        read = [read_table(table) for table in tables]
    if verdict.by_session:
        _compare_with_session(made.spec, path, read)
    second()
    compared = [compare(made.data, one) for one in read]
    return Verdict(verdict.kind, verdict.number, "rows", (), all(compared), verdict.by_session)


@contextmanager
def opened(spec: SourceSpec, path: Path) -> Iterator[list[OpenTable]]:
    """Open a file as in earnest, but workbooks in this process."""
    kind = _kind_at(path)
    with ExitStack() as stack:
        if kind in {Kind.CSV, Kind.JSON, Kind.JSONL}:
            yield open_tables(spec, [path], first_index=0, limits=LIMITS)
        else:
            yield _open_here(spec, path, kind.value, stack)


def _kind_at(path: Path) -> Kind:
    source = find_inside(path, LIMITS)
    kind = kind_of(source, survey(source))
    if isinstance(kind, Issue):
        raise InputRefused(kind)
    return kind


@dataclass(frozen=True)
class ReadTable:
    """A table, read to its end."""

    table: OpenTable
    rows: dict[int, Row]
    faults: dict[int, Issue]
    ignored: frozenset[int]


def read_table(table: OpenTable) -> ReadTable:
    """Read a table to its end, and look at what is handed out."""
    rows: dict[int, Row] = {}
    faults: dict[int, Issue] = {}
    ignored: set[int] = set()
    last = table.table.header_row
    small = table.findings is None or table.findings.height < real.BLOCK
    for batch in table.batches(7 if small else 20_000):  # many small batches have many borders
        for number, row in zip(batch.numbers, batch.rows, strict=True):
            if len(row) != len(table.table.header):
                raise FindingError("a row is not as wide as the header")
            if number <= last:
                raise FindingError("rows are out of order")
            last = number
            rows[number] = row
        faults |= batch.faults
        ignored |= set(batch.ignored)
    if len(rows) + len(ignored) != table.rows_read or not faults.keys() <= rows.keys():
        raise FindingError("the rows handed out are not those that were counted")
    for issue in (*faults.values(), *table.issues):
        wrong = incomplete(issue)
        if wrong:
            raise FindingError(wrong)
    return ReadTable(table, rows, faults, frozenset(ignored))


def compare(data: bytes, read: ReadTable) -> bool:
    """Compare with the second reader; ``False`` where that cannot read the file."""
    facts = read.table.facts
    try:
        inner = second_readers.unpacked(data, facts.packing, facts.member)
        if facts.kind == "csv":
            _compare_csv(inner, read)
        elif facts.kind in {"json", "jsonl"}:
            _compare_json(inner, read)
        else:
            _compare_sheet(inner, read)
    except UnreadableError:
        if facts.kind == "csv":
            raise FindingError("a CSV file was taken that is none") from None
        return False
    return True


def _compare_csv(data: bytes, read: ReadTable) -> None:
    facts, table = read.table.facts, read.table.table
    lines = second_readers.lines_of(second_readers.text_of(data, facts.encoding or ""))
    records = second_readers.csv_records(lines, table.header_row, facts.delimiter or "")
    if table.header_row - 1 + sum(record.height for record in records) != len(lines):
        raise FindingError("lines are lost")
    blank = [one for one in records[1:] if not any(map(str.strip, one.cells)) or one.cells == ["\x1a"]]
    kept = {one.line: one.cells for one in records[1:] if one not in blank}
    if read.table.blank_rows != len(blank):
        raise FindingError("another number of rows is blank")
    _same_numbers(kept.keys(), read, known=kept.keys())
    width = len(table.header)
    for number, cells in kept.items():
        row = (*cells[:width], *[""] * (width - len(cells)))
        if number in read.rows and not read.table.spec.fill_down and read.rows[number] != row:
            raise FindingError("a row's cells are others")


def _compare_json(data: bytes, read: ReadTable) -> None:
    facts, table = read.table.facts, read.table
    text = second_readers.text_of(data, facts.encoding or "")
    count = second_readers.json_count(text, in_lines=facts.kind == "jsonl")
    if table.rows_read + table.blank_rows + table.table.header_row != count.elements:
        raise FindingError("another number of rows")
    if table.rows_read + (table.table.header_row > 0) < count.filled:
        raise FindingError("a row with something in it counts as blank")


def _compare_sheet(data: bytes, read: ReadTable) -> None:
    table, kind = read.table.table, read.table.facts.kind
    stored = second_readers.stored_xlsx_rows(data, table.sheet or "") if kind in {"xlsx", "xlsm"} else 0
    if read.table.findings and (read.table.findings.valued_rows or 0) < stored:
        raise FindingError("rows that are stored are not counted")
    found = second_readers.valued_rows(kind, data, table.sheet or "")
    below = {number for number in found if number > table.header_row}
    # Other readers know neither error values nor formulas without a value.
    known = {
        number
        for number, row in read.rows.items()
        if any(cell != "" and not isinstance(cell, CellError) for cell in row)
    }
    _same_numbers(below, read, known)


def _same_numbers(found: Iterable[int], read: ReadTable, known: Iterable[int]) -> None:
    ours, theirs = read.rows.keys() | read.ignored, set(found)
    lost, more = theirs - ours, set(known) - theirs
    if lost and len(theirs) > len(ours):
        raise FindingError(f"rows are lost ({read.table.facts.kind})")
    if more and len(known_ := set(known)) > len(theirs):
        raise FindingError(f"rows come from nowhere ({read.table.facts.kind}, {len(known_)})")
    if lost or more:
        raise FindingError(f"rows have other numbers ({read.table.facts.kind})")


class _SessionHere:
    """The session's part, played in this process: what would cross the pipe is packed and unpacked."""

    busy = closed = False

    def __init__(self, book: BookReader, file: str) -> None:
        self._book = book
        told = orjson.loads(
            orjson.dumps({"b": asdict(book.findings), "s": [asdict(one) for one in book.sheets()]})
        )
        self.book = BookFindings(**told["b"])
        self.sheets = [
            SheetEntry(one["name"], Visibility(one["visibility"]), one["cells"]) for one in told["s"]
        ]
        self._loaded: dict[str, list[tuple[int, list[Row]]]] = {}
        real.refuse_twins(file, self.sheets)

    def load(self, entry: SheetEntry) -> SheetHead:
        """Parse a sheet whole."""
        sheet = self._book.load(entry.name)
        size = real.HEAD if sheet.findings.height < real.BLOCK else real.BLOCK
        self._loaded[entry.name] = list(sheet.blocks(size))
        told = orjson.loads(orjson.dumps(asdict(sheet.findings), option=orjson.OPT_NON_STR_KEYS))
        first = self._loaded[entry.name][:1]
        head = [list(map(plain_text, row)) for row in first[0][1][: real.HEAD]] if first else []
        return SheetHead(entry, real._findings(told), orjson.loads(orjson.dumps(head)))

    def rows(self, sheet: str) -> Iterator[tuple[int, list[Row]]]:
        """Yield the rows of a loaded sheet."""
        for number, rows in self._loaded.pop(sheet):
            yield unpacked_rows(packed_rows(number, rows))

    def forget(self, entry: SheetEntry) -> None:
        """Let go of a loaded sheet."""
        self._loaded.pop(entry.name, None)

    def valued_rows(self, sheet: str) -> int | None:
        """Count once more."""
        return self._book.valued_rows(sheet)


def _open_here(spec: SourceSpec, path: Path, kind: str, stack: ExitStack) -> list[OpenTable]:
    """Open a workbook as ``workbook.tables`` does, without a process of its own."""
    source, found = find_inside(path, LIMITS), survey(find_inside(path, LIMITS))
    facts = FileFacts(str(path), found.file_bytes, found.modified, found.sha256, kind)
    reader = import_module(f"pipeline.loaders.workbook.{'xlsx' if kind == 'xlsm' else kind}")
    book = stack.enter_context(reader.open_book(path, str(path), LIMITS))
    session = cast("WorkbookSession", _SessionHere(book, str(path)))
    tables = []
    for index, sheet in enumerate(open_sheets(facts.path, session, spec)):
        head, header = sheet.head, sheet.found.header
        place = SheetPlace(source, kind, head.entry, LIMITS)
        rows = SheetRows(place, head.findings, header, spec.headers, spec.merged == "expand", session)
        table = Table(index, spec.name, facts.path, header.names, header.row, head.entry.name)
        issues = [
            *sheet.issues,
            *sheet_warnings(facts.path, head, header, spec.headers),
            *book_warnings(facts.path, session.book),
        ]
        tables.append(
            OpenTable(table, facts, rows, spec, header.own_rows, issues, head.findings, session.book)
        )
    return tables


def _compare_with_session(spec: SourceSpec, path: Path, read: list[ReadTable]) -> None:
    """The process of its own must come to the same rows."""
    tables = open_tables(spec, [path], first_index=0, limits=LIMITS)
    for table, here in zip(tables, read, strict=True):
        there = read_table(table)
        same = repr((there.rows, there.faults, table.rows_read, table.blank_rows))
        if same != repr((here.rows, here.faults, here.table.rows_read, here.table.blank_rows)):
            raise FindingError("a process of its own reads other rows")


@dataclass
class Tally:
    """Verdicts, summed up."""

    outcomes: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    limits: Counter[str] = field(default_factory=Counter)
    compared: int = 0
    by_session: int = 0
    second_deaths: int = 0
    findings: list[Verdict] = field(default_factory=list)

    def add(self, verdict: Verdict) -> None:
        """Take in one more."""
        self.outcomes[verdict.outcome] += 1
        self.compared += verdict.compared
        self.by_session += verdict.by_session
        self.second_deaths += verdict.told == SECOND_DIED
        if verdict.outcome == "refused":
            self.codes.update(verdict.told)
        elif verdict.outcome == "limit":
            self.limits.update(verdict.told)
        elif verdict.outcome == "finding":
            self.findings.append(verdict)

    def told(self) -> str:
        """Say it in a few lines."""
        kinds = Counter(re.sub(r"\d+", "N", one.told[0]) for one in self.findings)
        firsts: dict[str, Verdict] = {}
        for one in self.findings:
            firsts.setdefault(re.sub(r"\d+", "N", one.told[0]), one)
        lines = [
            f"  {count} × {firsts[name].told[0]}, first {firsts[name].kind} {firsts[name].number}"
            for name, count in kinds.most_common()
        ]
        return "\n".join(
            [
                f"{dict(self.outcomes)}, compared {self.compared}, by session {self.by_session}",
                f"  second readers died {self.second_deaths}",
                f"  codes {dict(self.codes.most_common())}",
                f"  limits {dict(self.limits)}",
                *lines,
            ]
        )
