"""Files packed as gzip or zip: found, unpacked while reading, packed again."""

import gzip
import hashlib
import io
import struct
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from source_files import HEAD, book, cells_of, codes, load, refused, text

from pipeline.loaders.assign import assign_files
from pipeline.loaders.copying import copy_rows
from pipeline.loaders.opening import open_tables
from pipeline.loaders.source_file import SourceFile, find_inside
from pipeline.model.reading import ReadLimits
from pipeline.model.records import RowVerdict
from pipeline.model.rows import SourceSpec

PLAIN = "No;Name\n1;Şişli\n2;b\n"
ROWS = [("1", "Şişli"), ("2", "b")]
NO = RowVerdict("failed", "E501", "no")


def zipped(entries: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make a zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred() -> bytes:
    """Make a TAR archive."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo("orders.csv")
        entry.size = len(PLAIN.encode())
        archive.addfile(entry, io.BytesIO(PLAIN.encode()))
    return out.getvalue()


def encrypted() -> bytes:
    """Make a zip archive whose only entry says it is encrypted."""
    raw = bytearray(zipped({"orders.csv": PLAIN}))
    raw[6] |= 1
    raw[raw.find(b"PK\x01\x02") + 8] |= 1
    return bytes(raw)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1254"])
@pytest.mark.parametrize("packing", ["gzip", "zip"])
def test_a_packed_csv_is_read_as_if_it_were_not_packed(tmp_path: Path, packing: str, encoding: str) -> None:
    """Rows, encoding and delimiter are of what is inside; size and fingerprint of the file on disk."""
    inside = PLAIN.encode(encoding)
    raw = gzip.compress(inside) if packing == "gzip" else zipped({"export/orders.csv": inside})
    (table,) = load(text(tmp_path, raw, name="packed"), locale="tr_TR")
    facts = table.facts
    assert cells_of(table) == ROWS
    assert (facts.kind, facts.packing, facts.delimiter) == ("csv", packing, ";")
    assert facts.member == ("export/orders.csv" if packing == "zip" else None)
    assert (facts.bytes, facts.sha256) == (len(raw), hashlib.sha256(raw).hexdigest())


def test_what_systems_leave_in_archives_does_not_count(tmp_path: Path) -> None:
    """Folders, and the files of macOS and Windows, are nobody's orders."""
    raw = zipped(
        {
            "x/": "",
            "x/orders.csv": PLAIN,
            "__MACOSX/x/._orders.csv": "?",
            "x/.DS_Store": "?",
            "Thumbs.db": "?",
        }
    )
    (table,) = load(text(tmp_path, raw, name="orders.zip"))
    assert (table.facts.member, cells_of(table)) == ("x/orders.csv", ROWS)


def test_a_stream_of_what_is_inside_can_be_positioned(tmp_path: Path) -> None:
    """Forward and back; nothing is unpacked to disk."""
    for raw in (gzip.compress(b"0123456789" * 9), zipped({"a": b"0123456789" * 9})):
        source = find_inside(text(tmp_path, raw), ReadLimits())
        with source.open() as stream:
            stream.seek(85)
            assert (stream.read(), stream.tell(), stream.seek(3), stream.read(2)) == (b"56789", 90, 3, b"34")
    assert [path.name for path in tmp_path.iterdir()] == ["orders.csv"]


@pytest.mark.parametrize(
    ("raw", "code", "word"),
    [
        pytest.param(zipped({}), "E145", "no file", id="nothing"),
        pytest.param(zipped({"x/": ""}), "E145", "no file", id="only-a-folder"),
        pytest.param(zipped({"a.csv": "1", "b.csv": "2"}), "E145", "2 files: a.csv, b.csv", id="two"),
        pytest.param(zipped({f"{i}.csv": "" for i in range(9)}), "E145", "and 4 more", id="many"),
        pytest.param(
            zipped({"a.zip": zipped({"b.csv": PLAIN})}), "E145", "another archive, a.zip", id="nested"
        ),
        pytest.param(gzip.compress(gzip.compress(b"x")), "E145", "another archive", id="twice"),
        pytest.param(gzip.compress(tarred()), "E145", "TAR", id="tgz"),
        pytest.param(tarred(), "E145", "TAR", id="tar"),
        pytest.param(b"Rar!\x1a\x07\x01\x00 ...", "E145", "RAR", id="rar"),
        pytest.param(b"7z\xbc\xaf\x27\x1c ...", "E145", "7-Zip", id="seven"),
        pytest.param(encrypted(), "E145", "password", id="encrypted"),
        pytest.param(zipped({"a.csv": PLAIN}, zipfile.ZIP_BZIP2), "E145", "unusual", id="bzip2-inside"),
        pytest.param(zipped({"a.csv": PLAIN})[:-30], "E147", "end is missing", id="zip-cut-off"),
        pytest.param(gzip.compress(PLAIN.encode())[:-9], "E147", "end is missing", id="gzip-cut-off"),
        pytest.param(
            gzip.compress(PLAIN.encode())[:-8] + b"12345678", "E147", "checksum", id="gzip-checksum"
        ),
        pytest.param(gzip.compress(b""), "E106", "", id="gzip-of-nothing"),
        pytest.param(zipped({"a.csv": ""}), "E106", "", id="zip-of-nothing"),
        pytest.param(gzip.compress(b"%PDF-1.4"), "E108", "PDF", id="foreign-inside"),
    ],
)
def test_an_archive_that_is_no_single_file_is_refused(
    tmp_path: Path, raw: bytes, code: str, word: str
) -> None:
    """The message says what is in it."""
    (issue,) = refused(lambda: load(text(tmp_path, raw)))
    assert issue.code == code
    assert word in str(issue.facts)


def test_a_wrong_checksum_of_a_member_is_found(tmp_path: Path) -> None:
    """A stored byte that changed on the way is seen by its checksum alone."""
    raw = zipped({"a.csv": PLAIN}, zipfile.ZIP_STORED).replace(b"2;b", b"3;b")
    (issue,) = refused(lambda: load(text(tmp_path, raw)))
    assert (issue.code, issue.facts["reason"]) == ("E147", "its content does not fit its checksum")


def test_a_table_of_contents_that_points_before_the_file_is_damage(tmp_path: Path) -> None:
    """And no trouble of the disk."""
    raw = bytearray(zipped({"a.csv": PLAIN}))
    end = raw.rfind(b"PK\x05\x06")
    (start,) = struct.unpack_from("<L", raw, end + 16)
    struct.pack_into("<L", raw, end + 16, start + 50)
    (issue,) = refused(lambda: load(text(tmp_path, bytes(raw))))
    assert (issue.code, issue.facts["reason"]) == ("E147", "its table of contents is wrong")


def test_names_that_point_elsewhere_are_harmless(tmp_path: Path) -> None:
    """Nothing is unpacked to disk, so such a name leads nowhere; the copy drops the way."""
    folder = tmp_path / "in"
    folder.mkdir()
    (table,) = load(text(folder, zipped({"../../etc/orders.csv": PLAIN}), name="orders.zip"))
    out = folder / "out.zip"
    copy_rows(table.facts, [(table.table, {2: NO})], out)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["in", "orders.zip", "out.zip"]
    assert zipfile.ZipFile(out).namelist() == ["orders.csv"]


def test_an_archive_that_lists_too_much_is_refused(tmp_path: Path) -> None:
    """The same name twice, more entries than anybody packs, a table of contents that fills the memory."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", "1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.csv", "2")
    many = zipped({f"{i}": "" for i in range(50_001)})
    long = bytearray(zipped({"a.csv": PLAIN}))
    struct.pack_into("<L", long, long.rfind(b"PK\x05\x06") + 12, 1 << 30)
    for raw in (out.getvalue(), many, bytes(long)):
        assert codes(refused(lambda raw=raw: load(text(tmp_path, raw)))) == ["E139"]  # type: ignore[misc]


@pytest.mark.parametrize("packing", ["gzip", "zip"])
def test_a_bomb_is_noticed_while_it_unpacks(tmp_path: Path, packing: str) -> None:
    """Sizes in headers can lie; the limit is named, and how to raise it."""
    line = b"1;" + b"x" * 1021 + b"\n"
    inside = b"No;Name\n" + line * (65 << 10)
    raw = gzip.compress(inside, 9) if packing == "gzip" else zipped({"a.csv": inside})
    path = text(tmp_path, raw)
    spec = SourceSpec("orders", "*", frozenset({"No"}))
    (ratio,) = refused(lambda: open_tables(spec, [path], first_index=0))
    assert (ratio.code, ratio.facts["name"], ratio.facts["more"]) == ("E148", "ratio", 500)
    tight = ReadLimits(unpacked=1, ratio=1_000_000)
    (size,) = refused(lambda: open_tables(spec, [path], first_index=0, limits=tight))
    assert (size.code, size.facts["name"], size.facts["limit"]) == ("E148", "unpacked", "1 MiB")
    (table,) = open_tables(spec, [path], first_index=0, limits=ReadLimits(ratio=100_000))
    assert sum(len(batch.rows) for batch in table.batches()) == 65 << 10


def test_what_packs_well_and_stays_small_is_no_bomb(tmp_path: Path) -> None:
    """Exports full of zeros pack a thousand times."""
    raw = gzip.compress(b"No;Name\n" + b"1;0\n" * 1_000_000, 9)
    assert 4_000_008 / len(raw) > 250
    (table,) = load(text(tmp_path, raw))
    assert sum(len(batch.rows) for batch in table.batches()) == 1_000_000


@pytest.mark.parametrize("packing", ["gzip", "zip"])
def test_a_copy_is_packed_as_its_source_is(tmp_path: Path, packing: str) -> None:
    """Under the same inner name, and it can be loaded again."""
    raw = gzip.compress(PLAIN.encode()) if packing == "gzip" else zipped({"x/orders.csv": PLAIN})
    name = "orders.csv.gz" if packing == "gzip" else "orders.zip"
    (table,) = load(text(tmp_path, raw, name=name))
    out = tmp_path / "failed" / name
    out.parent.mkdir()
    assert copy_rows(table.facts, [(table.table, {3: NO})], out) == 1
    if packing == "gzip":
        assert (
            gzip.decompress(out.read_bytes()).decode()
            == "No;Name;_status;_code;_message\n2;b;failed;E501;no\n"
        )
    else:
        assert zipfile.ZipFile(out).namelist() == ["orders.csv"]
    (again,) = load(out)
    assert (cells_of(again), again.facts.packing) == ([("2", "b")], packing)


def test_a_packed_workbook_is_a_workbook(tmp_path: Path) -> None:
    """A workbook is an archive of its own, and not what was packed twice."""
    row = '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>Ann</t></is></c></row>'
    plain = book(tmp_path, {"S": HEAD + row}).read_bytes()
    for name, raw in {"a.xlsx.gz": gzip.compress(plain), "a.zip": zipped({"a.xlsx": plain})}.items():
        path = text(tmp_path, raw, name=name)
        (table,) = load(path)
        assert (table.facts.kind, table.issues, cells_of(table)) == ("xlsx", [], [(1.0, "Ann")])
        (tmp_path / "failed").mkdir(exist_ok=True)
        out = tmp_path / "failed" / name
        assert copy_rows(table.facts, [(table.table, {2: NO})], out) == 1
        (again,) = load(out)
        assert (again.facts.packing, cells_of(again)) == (table.facts.packing, [(1.0, "Ann")])
    assert sorted(path.name for path in (tmp_path / "failed").iterdir()) == ["a.xlsx.gz", "a.zip"]


def test_a_file_that_is_not_packed_stays_what_it_is(tmp_path: Path) -> None:
    """A path alone says it."""
    path = text(tmp_path, PLAIN)
    assert find_inside(path, ReadLimits()) == SourceFile(path)


def test_packed_files_go_to_the_source_that_wants_what_is_inside(tmp_path: Path) -> None:
    """By the name without the ending, or by the only name in a zip archive."""
    packed = text(tmp_path, gzip.compress(PLAIN.encode()), name="orders-1.csv.GZ")
    archive = text(tmp_path, zipped({"May/orders-2.csv": PLAIN}), name="export.zip")
    named = text(tmp_path, zipped({"data.txt": PLAIN}), name="orders-3.csv.zip")
    several = text(tmp_path, zipped({"orders-4.csv": PLAIN, "orders-5.csv": PLAIN}), name="two.zip")
    specs = [SourceSpec("orders", "orders-*.csv", frozenset({"No"}))]
    chosen = assign_files(specs, [tmp_path])["orders"]
    assert chosen == [archive, packed, named]
    assert codes(refused(lambda: assign_files(specs, [packed, several]))) == ["E103"]


def test_a_lying_name_is_judged_by_what_is_inside(tmp_path: Path) -> None:
    """The ending that counts is that of the packed file."""
    (right,) = load(text(tmp_path, zipped({"orders.csv": PLAIN}), name="orders.zip"))
    (wrong,) = load(text(tmp_path, zipped({"orders.xlsx": PLAIN}), name="lies.zip"))
    assert (codes(right.issues), codes(wrong.issues)) == ([], ["W103"])


def test_a_packed_file_that_is_exchanged_is_noticed(tmp_path: Path) -> None:
    """The file on disk is what must not change."""
    path = text(tmp_path, gzip.compress(PLAIN.encode()))
    (table,) = load(path)
    path.write_bytes(gzip.compress(PLAIN.encode() + b"3;c\n"))
    assert codes(refused(lambda: cells_of(table))) == ["E112"]
