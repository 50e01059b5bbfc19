"""Help and what click says, in another language: where ``--lang`` may stand, and what stays as it is."""

import ast
import json
import subprocess
import sys
import unicodedata
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from shop import orderlift, process

from pipeline.cli.app import cli
from pipeline.cli.click_words import SENTENCES, click_listens
from pipeline.cli.languages import asked_for
from pipeline.cli.spoken_help import every_text, told
from pipeline.cli.yes_or_no import agreed
from pipeline.model.language import speaking, translations

NEVER_SAID = frozenset(
    {
        "(dynamic)",  # a default that is computed
        "Choice({choices})",
        "Confirm the action without prompting.",
        "Do you want to continue?",
        "Error: The two entered values do not match.",
        "Error: invalid input",  # click.confirm knows English answers only
        "Missing parameter",
        "Missing parameter: {param_name}",
        "Missing {param_type}",
        "Press any key to continue...",
        "Repeat for confirmation",
        "Value must be an iterable.",
        "d",  # the days of click's own progress bar
        "deprecated",
        "directory",
        "file",
        "path",
        "unknown error",
        "{value!r} is not a valid UUID.",
        "{value!r} is not a valid boolean. Recognized values: {states}",
        "{name} {filename!r} does not exist.",
        "%(prog)s, version %(version)s",
    }
)
BEGINNINGS = (
    "Argument",
    "Boolean option",
    "Could not",
    "Couldn't",
    "DeprecationWarning",
    "Invalid start character",
    "Name '{name}'",
    "No options defined",
    "Shell completion",
    "Takes {nargs}",
    "Unknown",
    "Windows error",
    "{editor}",
    "{len_type}",
    "{name} {filename!r} is",
    "{value!r} does not match the format",
)
"""How those begin that are for programmers, for kinds of values that no flag takes, or for editors."""


def test_every_sentence_of_click_is_known() -> None:
    """A new version of click with another sentence is noticed: it is translated, or never said here."""
    ours = {text for one in SENTENCES for text in ((one,) if isinstance(one, str) else one)}
    folder = Path(click.__file__).parent
    theirs = {
        str(argument.value)
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"_", "ngettext"}
        for argument in node.args
        if isinstance(argument, ast.Constant)
    }
    assert len(theirs) > 50
    assert {one for one in theirs - ours - NEVER_SAID if not one.startswith(BEGINNINGS)} == set()


@pytest.mark.parametrize(
    "words",
    [
        ("--lang", "tr", "check", "--help"),
        ("check", "--lang", "tr", "--help"),
        ("check", "--help", "--lang", "tr"),
        ("check", "--help", "--lang=TR"),
        ("check", "--lang", "en", "-h", "--lang", "tr"),
    ],
)
def test_help_is_in_the_language_that_the_line_names_anywhere(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Also behind ``--help``; the last one counts, and more than the variable."""
    ended = orderlift(tmp_path, *words, ORDERLIFT_LANG="en")
    assert ended.code == 0
    assert ended.out.startswith("Kullanım: orderlift check [SEÇENEKLER] SRC…\n")
    assert "\n  Ağ olmadan bilinebilecek her şeyi bulur.\n" in ended.out
    assert "\n  orderlift check exports/ -m mapping.yaml --json\n" in ended.out
    assert "  -h, --help                   Bu iletiyi gösterip çıkar." in ended.out
    assert "[ortam değişkeni: ORDERLIFT_REPORT_DIR; varsayılan: reports]" in " ".join(ended.out.split())


def test_help_of_the_whole_program_and_of_a_group_lists_commands_in_the_language(tmp_path: Path) -> None:
    """By the variable; the lists of both."""
    whole = orderlift(tmp_path, "--help", ORDERLIFT_LANG="tr").out
    assert "\nKomutlar:\n  demo       Programı iş başında gösterir" in whole
    assert "\n  --version       Sürümü gösterip çıkar.\n" in whole
    group = orderlift(tmp_path, "fix", "-h", ORDERLIFT_LANG="tr").out
    assert "\nKomutlar:\n  export  Reddedilen siparişlerin satırlarını" in group


def test_english_help_is_the_same_after_another_language_was_spoken(tmp_path: Path) -> None:
    """A process that speaks several, such as these tests, mixes none of them."""
    for words in ((), ("run",), ("mapping", "test"), ("resolve",)):
        before = orderlift(tmp_path, *words, "--help").out
        assert "Options:" in before
        assert "Bu iletiyi gösterip çıkar." in orderlift(tmp_path, *words, "--help", ORDERLIFT_LANG="tr").out
        assert orderlift(tmp_path, *words, "--help").out == before


def test_a_translated_command_is_another_one() -> None:
    """Nothing of the command itself changes; all its texts pass, examples do not."""
    command = cli.get_command(click.Context(cli), "archive")
    assert isinstance(command, click.Group)
    texts = list(every_text(command))
    again = told(command, str.upper)
    assert list(every_text(command)) == texts
    assert {*every_text(again)} == {text.upper() for text in texts}
    assert "\b\norderlift archive write\n" in (again.help or "")
    assert again.commands.keys() == command.commands.keys()


def test_nothing_is_loaded_for_translation_in_english() -> None:
    """Neither sentences nor what puts them into help."""
    code = (
        "import json, sys; from pipeline.cli.app import main; from pipeline.model import language; "
        "sys.argv[1:] = ['run', '--help']; main(); "
        "sys.stderr.write(json.dumps([language.translations.cache_info().currsize, sorted(sys.modules)]))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    read, modules = json.loads(ran.stderr)
    assert read <= 1  # English itself, which is nothing
    assert "pipeline.cli.languages" in modules
    assert {"pipeline.cli.spoken_help", "pipeline.cli.click_words"} & {*modules} == set()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "--bogus", "--lang", "tr"), "Hata: '--bogus' diye bir seçenek yok."),
        (("check", "--lang", "tr"), "Hata: Eksik argüman: 'SRC…'."),
        (("--lang", "tr", "chekc"), "Hata: 'chekc' diye bir komut yok."),
        (("undo", "7f3a", "-o", "p", "--lang", "tr"), "Hata: Eksik seçenek: '--reason'."),
        (("runs", "--color", "red", "--lang", "tr"), "Hata: '--color' için geçersiz değer: 'red' olmaz; "),
        (
            ("plan", "a", "-m", "b", "--channel", "0", "--lang", "tr"),
            "Hata: '--channel' (ortam değişkeni: 'ORDERLIFT_CHANNEL') için geçersiz değer: 0 şu aralıkta",
        ),
        (
            ("--lang", "tr", "runs", "--lang", "xx"),
            "Hata: '--lang' için geçersiz değer: 'xx' bu programın bir",
        ),
        (
            ("runs", "--lang", "xx"),
            "Error: Invalid value for '--lang': 'xx' is not a language of this program",
        ),
    ],
)
def test_a_mistake_is_told_in_the_language_of_the_line(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    """Exit code 2, wherever the flag stands, and in the last language there is."""
    ended = orderlift(tmp_path, *words)
    assert ended.code == 2
    assert said in ended.err
    assert ("Yardım için: 'orderlift" in ended.err) is ("Hata:" in said)


@pytest.mark.parametrize(
    ("words", "variable", "language"),
    [
        ([], "", "en"),
        ([], "tr", "tr"),
        ([], "TR ", "tr"),
        ([], "xx", "en"),
        (["--lang", "en"], "tr", "en"),
        (["a", "--lang=tr", "--lang", "xx"], "", "tr"),
        (["a", "--", "--lang", "tr"], "", "en"),
        (["a", "--lang"], "tr", "tr"),
        (["a", "--language", "tr"], "", "en"),
    ],
)
def test_the_language_of_a_line_is_the_last_it_names(words: list[str], variable: str, language: str) -> None:
    """What is none is passed over, and what stands behind two dashes is no flag."""
    assert asked_for(words, variable) == language


@pytest.mark.parametrize(("typed", "meant"), [("İNGİLİZCE", "en"), ("INGILIZCE", "en"), ("TÜRKÇE", "tr")])
def test_capital_letters_of_turkish_are_understood(tmp_path: Path, typed: str, meant: str) -> None:
    """A capital İ leaves a dot behind in small letters, and I is not ı there."""
    assert f"Did you mean {meant}?" in orderlift(tmp_path, "--lang", typed, "runs").err


def test_completion_offers_the_same_in_every_language(tmp_path: Path) -> None:
    """What can be typed does not depend on the language."""
    offered = {
        language: process(
            tmp_path,
            _ORDERLIFT_COMPLETE="bash_complete",
            COMP_WORDS="orderlift re",
            COMP_CWORD="1",
            ORDERLIFT_LANG=language,
            _PYTHON_M_PIPELINE_COMPLETE=None,
        ).out.split()
        for language in ("en", "tr")
    }
    assert "plain,resume" in offered["en"]
    assert offered["tr"] == offered["en"]


def test_columns_are_straight_with_letters_beyond_ascii(tmp_path: Path) -> None:
    """Every letter is one character wide, and every explanation begins below the one above it."""
    texts = translations("tr")._catalog.values()  # type: ignore[attr-defined]
    assert len(texts) > 3000
    assert [text for text in texts if unicodedata.normalize("NFC", text) != text] == []
    lines = orderlift(tmp_path, "--help", ORDERLIFT_LANG="tr").out.partition("Komutlar:\n")[2].splitlines()
    assert len(lines) >= 25
    assert {line[:13].rstrip() != line[:13] and line[13:14] != " " for line in lines} == {True}


@pytest.mark.parametrize(
    ("language", "typed", "answer"),
    [
        ("en", "y", True),
        ("en", "", False),
        ("en", "e\nNO", False),
        ("tr", "e", True),
        ("tr", "Evet", True),
        ("tr", "yes", True),
        ("tr", "", False),
        ("tr", "h", False),
        ("tr", "belki\nhayır", False),
    ],
)
def test_yes_and_no_are_words_of_the_language(language: str, typed: str, answer: bool) -> None:
    """Return alone is a no; what is neither is asked again."""
    click_listens()
    with CliRunner().isolation(input=f"{typed}\n") as (_out, err, _both), speaking(language):
        assert agreed("Sure?") is answer
        said = err.getvalue().decode()
    assert said.startswith({"en": "Sure? [y/N]: ", "tr": "Sure? [e/H]: "}[language])
    again = {"en": "Error: invalid input", "tr": "Hata: geçersiz giriş"}[language]
    assert (again in said) is ("\n" in typed)
