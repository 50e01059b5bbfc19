"""``orderlift mapping suggest`` and ``orderlift init`` as people meet them."""

from __future__ import annotations

import csv
import os
import shlex
import sys
from pathlib import Path

import pytest
from shop import orderlift

from pipeline.cli.asking import ask
from pipeline.reporting.files.suggestion_yaml import mapping_text
from pipeline.runs.rehearsing.suggesting import suggest

SAMPLES = Path(__file__).resolve().parents[2] / "input_samples"
TURKISH = [str(SAMPLES / "siparisler.csv"), str(SAMPLES / "siparis_kalemleri.xlsx")]


def sure_file(folder: Path) -> Path:
    """An export about which nothing has to be asked except its addresses."""
    path = folder / "orders.csv"
    header = [
        "Sipariş No", "Sipariş Tarihi", "Durum", "E-posta", "Teslimat Adresi", "Teslimat İli",
        "Fatura Adresi", "Fatura İli", "Para Birimi", "Toplam Tutar", "SKU", "Satır Durumu", "Adet",
        "Birim Fiyat", "Satır Tutarı",
    ]  # fmt: skip
    rows = [
        [f"A{n}", f"{13 + n % 9}.01.2024", "Teslim Edildi", f"k{n % 3}@ornek.example", f"Sokak {n}", "İzmir",
         f"Cadde {n}", "İzmir", "TL", f"{n}0,00", f"X{n}", "Teslim Edildi", "2", f"{n * 5},00", f"{n}0,00"]
        for n in range(1, 20)
    ]  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([header, *rows])
    return path


def test_a_suggestion_goes_to_standard_output_and_talk_does_not(tmp_path: Path) -> None:
    """So that it can be piped; what is written with -o is the same, and its check finds no mistake."""
    shown = orderlift(tmp_path, "mapping", "suggest", *TURKISH)
    assert shown.code == 0
    assert shown.out.startswith("# Suggested by orderlift")
    assert "sure" in shown.err
    output = tmp_path / "mapping.yaml"
    written = orderlift(tmp_path, "mapping", "suggest", *TURKISH, "-o", str(output))
    assert (written.code, written.out) == (0, "")
    assert output.read_text("utf-8") == shown.out
    assert f"orderlift mapping check {output}" in written.err
    assert orderlift(tmp_path, "mapping", "check", str(output)).code == 0


def test_the_json_object_says_every_field_with_its_confidence(tmp_path: Path) -> None:
    """Rules as plain data, and the file's text beside them."""
    result = orderlift(tmp_path, "mapping", "suggest", *TURKISH, "--json")
    told = result.document
    assert told["schema"] == "orderlift/mapping-suggestion/1"
    fields = {one["field"]: one for one in told["fields"]}
    assert fields["order.amount"]["columns"] == ["Toplam Tutar"]
    assert fields["order.amount"]["accepted"] is True
    assert fields["order.customer"]["accepted"] is False
    assert fields["order.customer"]["others"][0]["columns"] == ["E-posta"]
    assert told["questions"] == sum(not one["accepted"] for one in told["fields"])
    assert told["mapping"].startswith("# Suggested")


def test_the_commands_that_come_next_can_be_pasted(tmp_path: Path) -> None:
    """Names with blanks stay one word, and the check that is named finds its files."""
    path = sure_file(tmp_path).rename(tmp_path / "Satış raporu (1).csv")
    told = orderlift(tmp_path, "mapping", "suggest", path.name, "-o", "my map.yaml")
    (check,) = [line for line in told.err.splitlines() if line.startswith("  orderlift check")]
    assert shlex.split(check)[2:] == [path.name, "-m", "my map.yaml"]
    assert "E101" not in orderlift(tmp_path, *shlex.split(check)[1:]).err


@pytest.mark.parametrize("command", [["mapping", "suggest"], ["init"]])
@pytest.mark.parametrize("there", ["file", "link"])
def test_a_file_is_never_written_over(command: list[str], there: str, tmp_path: Path) -> None:
    """Neither a file nor a link that leads nowhere; and there is no switch that forces it."""
    output = tmp_path / "mapping.yaml"
    if there == "file":
        output.write_text("mine", encoding="utf-8")
    elif sys.platform == "win32":
        pytest.skip("links need rights on Windows")
    else:
        output.symlink_to(tmp_path / "nowhere")
    result = orderlift(tmp_path, *command, *TURKISH, "-o", str(output))
    assert result.code == 2
    assert "E480" in result.err
    assert "--force" not in orderlift(tmp_path, *command, "--help").out
    if there == "file":
        assert output.read_text("utf-8") == "mine"
    else:
        assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    """In words, not as a traceback."""
    result = orderlift(tmp_path, "mapping", "suggest", *TURKISH, "-o", str(tmp_path / "none" / "m.yaml"))
    assert result.code == 2
    assert "E483" in result.err


@pytest.mark.parametrize(("text", "code"), [("Order No\n", "E107"), ("Colour,Size\nred,3\nblue,4\n", "E482")])
def test_files_that_say_nothing_are_refused(text: str, code: str, tmp_path: Path) -> None:
    """A header alone, and a table in which nothing may be an order's number."""
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    result = orderlift(tmp_path, "mapping", "suggest", str(path))
    assert result.code == 2
    assert code in result.err


def test_without_a_terminal_init_says_what_it_would_ask_and_writes_nothing(tmp_path: Path) -> None:
    """Exit code 2, and every open field by name."""
    output = tmp_path / "m.yaml"
    result = orderlift(tmp_path, "init", *TURKISH, "-o", str(output))
    assert result.code == 2
    assert "E484" in result.err
    for name in ("order.customer", "items.product", "order.cargo_company"):
        assert f"{name}?" in result.err
    assert "order.amount?" not in result.err
    assert not output.exists()


def test_where_nothing_is_open_init_needs_no_terminal(tmp_path: Path) -> None:
    """It writes the mapping and names the next command."""
    output = tmp_path / "m.yaml"
    result = orderlift(tmp_path, "init", str(sure_file(tmp_path)), "-o", str(output))
    assert result.code == 0, result.err
    assert "orderlift check" in result.err
    assert orderlift(tmp_path, "mapping", "check", str(output)).code == 0


def test_answers_go_into_the_mapping_and_only_what_is_open_is_asked() -> None:
    """Here: the customer by e-mail, no carrier, Return for all else, after a mistyped number."""
    found = suggest([Path(one) for one in TURKISH])
    asked: list[str] = []
    replies = {"order.customer": ["9", "2"], "order.cargo_company": ["0"]}

    def prompt(question: str, default: str) -> str:
        name = question.partition(",")[0]
        asked.append(name)
        return replies[name].pop(0) if replies.get(name) else default

    answers = ask(found, prompt, lambda _: None)
    assert set(asked) == {one.name for one in found.fields if one.open}
    assert asked.count("order.customer") == 2
    text = mapping_text(answers)
    assert "  customer: {lookup: customer, by: {email: E-posta}}  # 100%: you said so" in text.splitlines()
    assert "\n  cargo_company:" not in text
    assert answers.questions == 0


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_on_a_terminal_init_asks_and_writes(tmp_path: Path) -> None:
    """Return to every question takes what is suggested."""
    import pty
    import subprocess

    output = tmp_path / "m.yaml"
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pipeline", "init", *TURKISH, "-o", str(output)]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, b"\n" * 12)
        said = b""
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # how Linux says that the other side has closed
                break
            if not part:
                break
            said += part
    os.close(ours)
    assert process.returncode == 0, said.decode(errors="replace")
    assert "order.customer, 0 to 2 [1]" in said.decode()
    assert "you said so" in output.read_text("utf-8")
