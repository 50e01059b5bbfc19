"""Every sentence has a translation that says the same with the same values, commands and settings."""

import importlib.util
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from pipeline.cli.app import COMMANDS
from pipeline.model.language import ENGLISH, LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = importlib.util.spec_from_file_location("translations", ROOT / "docs" / "make_translations.py")
assert SCRIPT is not None
assert SCRIPT.loader is not None
made = importlib.util.module_from_spec(SCRIPT)
SCRIPT.loader.exec_module(made)

OTHERS = [language for language in LANGUAGES if language != ENGLISH]
CODE = re.compile(
    r"`[^`]*`|(?<![\w-])--?[a-z][a-z-]*|\b[\w-]+\.(?:csv|xlsx|html|jsonl?|md|ya?ml|po)\b"
    r"|\b[A-Z]+_[A-Z_]+\b|\bE\d{3}\b|\bW\d{3}\b|%[a-zA-Z][\w%.:-]*|https?://[\w./:-]*[\w/]"
    rf"|\borderlift (?:{'|'.join(COMMANDS)})(?: (?:{{run}}|suggest|check|test|show|diff|decide|transforms))?"
)
WORDS_TOO = {
    "all",
    "amount",
    "archive",
    "barcode",
    "before",
    "by",
    "channel",
    "city",
    "code",
    "column",
    "columns",
    "concat",
    "count",
    "country",
    "create",
    "currencies",
    "currency",
    "customers",
    "date",
    "decimal",
    "default",
    "empty",
    "end",
    "field",
    "file",
    "files",
    "first",
    "format",
    "items",
    "key",
    "last",
    "line",
    "lines",
    "locale",
    "lookup",
    "map",
    "mapping",
    "name",
    "note",
    "nothing",
    "number",
    "options",
    "order",
    "orders",
    "own",
    "percent",
    "preset",
    "price",
    "product",
    "rows",
    "sheet",
    "sku",
    "source",
    "sources",
    "split",
    "start",
    "status",
    "steps",
    "sum",
    "table",
    "template",
    "text",
    "type",
    "value",
    "values",
    "when",
    "window",
    "with",
    "within",
    "words",
}
"""Settings that are English words as well: a colon after one of them may be a sentence's own."""
ENGLISH_WORDS = re.compile(
    r"\b(?:the|of|are|was|were|and|or|with|from|which|that|this|have|has|been|by|for|to|it|its)\b"
)
QUOTED = re.compile(
    r"`[^`]*`|'[^']*'|\"[^\"]*\"|\{\{.*\}\}|\{[^{}]*\}|--\S+|\w+: ?\S+|File > .*?Password|\S*orderlift.*"
)


@pytest.fixture(scope="module")
def template() -> Catalog:
    """Return what the sources say now."""
    catalog: Catalog = made.collected()
    return catalog


@pytest.fixture(scope="module", params=OTHERS)
def written(request: pytest.FixtureRequest) -> Catalog:
    """Return the translations as the .po file has them."""
    catalog: Catalog = made.translated(request.param)
    return catalog


def forms(message: Message) -> Iterator[tuple[str, str]]:
    """Yield each form of a message with the translation that stands for it."""
    if isinstance(message.id, str):
        yield message.id, str(message.string)
    else:
        yield from ((message.id[-1], text) for text in message.string or ())


def messages(catalog: Catalog) -> list[Message]:
    """Return the messages without the head."""
    return [message for message in catalog if message.id]


def values(text: str) -> set[str]:
    """What is put in, how it is shown included."""
    if "%(" in text:
        return set(re.findall(r"%\(\w+\)\w", text))
    found = {
        f"{name}!{how}" if how else name for _t, name, _s, how in Formatter().parse(text) if name is not None
    }
    assert "" not in found, text
    return found


@pytest.fixture(scope="module")
def settings() -> frozenset[str]:
    """Names of settings that are no ordinary words."""
    names: set[str] = set()

    def look(part: object) -> None:
        if isinstance(part, dict):
            names.update(part.get("properties", ()))
            for one in part.values():
                look(one)
        elif isinstance(part, list):
            for one in part:
                look(one)

    look(json.loads((ROOT / "docs" / "mapping.schema.json").read_text("utf-8")))
    return frozenset(names - WORDS_TOO)


def test_the_template_holds_every_sentence(template: Catalog) -> None:
    """Run docs/make_translations.py, translate what is new, run it again, and commit the result."""
    kept = read_po(io.BytesIO(made.TEMPLATE.read_bytes()))
    assert {message.id for message in messages(kept)} == {message.id for message in messages(template)}


def test_sentences_are_found_wherever_they_are_marked() -> None:
    """In a call, in two pieces, inside of an f-string; what is put in later is no sentence."""
    source = """f"  {_('one')}: {ngettext('two', 'twos', n)}"; N_("thr" "ee").format(4); _(five); _("")"""
    assert sorted(map(str, made.marked_in(source))) == ["('two', 'twos')", "one", "three"]


def test_every_sentence_is_translated(written: Catalog, template: Catalog) -> None:
    """None is missing, none is left over, none is a guess."""
    there = {message.id: message for message in messages(written)}
    assert there.keys() == {message.id for message in messages(template)}
    assert [one.id for one in there.values() if one.fuzzy] == []
    assert [one.id for one in there.values() if not all(text for _id, text in forms(one))] == []


def test_translations_put_in_the_same_values(written: Catalog) -> None:
    """A value that a sentence shows is shown in its translation, quoted alike."""
    wrong = [text for one in messages(written) for id_, text in forms(one) if values(id_) != values(text)]
    assert wrong == []


def test_translations_keep_commands_flags_and_files(written: Catalog) -> None:
    """What somebody types or reads in a file is the same in every language."""
    wrong = [
        (id_, text)
        for one in messages(written)
        for id_, text in forms(one)
        if set(CODE.findall(id_)) != set(CODE.findall(text))
    ]
    assert wrong == []


def test_translations_keep_the_names_of_settings(written: Catalog, settings: frozenset[str]) -> None:
    """A setting of a mapping is written as the mapping has it."""
    named = re.compile(rf"\b(?:{'|'.join(sorted(settings))}):")
    wrong = [
        (id_, text)
        for one in messages(written)
        for id_, text in forms(one)
        if set(named.findall(id_)) != set(named.findall(text))
    ]
    assert wrong == []


def test_no_english_is_left_in_a_translation(written: Catalog) -> None:
    """Beside what is quoted or typed no English word stands in a translation."""
    wrong = [
        text
        for one in messages(written)
        for _id, text in forms(one)
        if ENGLISH_WORDS.search(QUOTED.sub(" ", text))
    ]
    assert wrong == []


def test_no_turkish_suffix_hangs_on_a_value() -> None:
    """Its vowels follow those of the word before it, which is not known when the sentence is written."""
    hanging = re.compile(r"\}['\"’]{0,2}[a-zçğıöşü]|\}['\"]? (?:de|da|m[iıuü])\b", re.IGNORECASE)
    texts = [text for one in messages(made.translated("tr")) for _id, text in forms(one)]
    assert sum("{" in text for text in texts) > 1000
    assert [text for text in texts if hanging.search(text.replace("{hint}", "").replace("}}", ""))] == []


def test_translations_keep_spaces_and_lines(written: Catalog) -> None:
    """Sentences are put together, so that white space at their ends and line breaks stay."""
    wrong = [
        text
        for one in messages(written)
        for id_, text in forms(one)
        if (id_[: -len(id_.lstrip())], id_[len(id_.rstrip()) :], id_.count("\n"))
        != (text[: -len(text.lstrip())], text[len(text.rstrip()) :], text.count("\n"))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", OTHERS)
def test_the_compiled_file_says_what_the_written_one_says(language: str) -> None:
    """The .mo file that the program reads is made of the .po file that people read."""
    with made.po_path(language).with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for message in messages(made.translated(language)):
        if isinstance(message.id, str):
            assert compiled.gettext(message.id) == message.string
        else:
            one, many = message.id
            assert {compiled.ngettext(one, many, count) for count in (1, 2)} == set(message.string or ())


@pytest.mark.long
def test_the_wheel_brings_the_translations(tmp_path: Path) -> None:
    """Whoever installs the program has its languages."""
    pytest.importorskip("hatchling")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=100)
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    assert {f"pipeline/locale/{language}/LC_MESSAGES/orderlift.mo" for language in OTHERS} <= {*names}
