"""The last look finds a value wherever it hides."""

import gzip
import io
import zipfile

import pytest

from pipeline.redaction.sweep import traces

NAME = 'Ayşe "Işık" & Söhne'


def zipped(name: str, data: bytes) -> bytes:
    """Give an archive with one file."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return held.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        f"before {NAME} after".encode(),
        f"x{NAME}y".encode("cp1254"),
        f"x{NAME}y".encode("utf-16-le"),
        f"x{NAME}y".encode("utf-16-be"),
        'x;"Ayşe ""Işık"" & Söhne"\n'.encode(),
        b'{"a": "Ay\\u015fe \\"I\\u015f\\u0131k\\" & S\\u00f6hne"}',
        '<t>Ayşe "Işık" &amp; Söhne</t>'.encode(),
        gzip.compress(NAME.encode()),
        zipped("xl/sharedStrings.xml", '<t>Ayşe "Işık" &amp; Söhne</t>'.encode()),
        gzip.compress(zipped("a.csv", zipped("b.csv", NAME.encode()))),
        zipped(f"{NAME}.csv", b""),
    ],
    ids=[
        "plain",
        "cp1254",
        "utf-16-le",
        "utf-16-be",
        "csv",
        "json",
        "xml",
        "gzip",
        "zip",
        "zip in zip in gzip",
        "name in zip",
    ],
)
def test_a_value_is_found_in_every_spelling_and_packing(data: bytes) -> None:
    """Encodings, quoting, escapes of XML and JSON, archives within archives and names in them."""
    assert traces([NAME], {"inputs/a": data}, ["cp1254"]) == [(NAME, "inputs/a")]


def test_names_of_files_are_searched_and_short_values_are_not() -> None:
    """Three letters stand everywhere by chance."""
    assert traces(["mehmet"], {"inputs/mehmet.csv": b""}) == [("mehmet", "inputs/mehmet.csv")]
    assert traces(["Cem"], {"a": b"Cem"}) == []
    assert traces(["Ayşe"], {"a": b"nobody"}) == []
