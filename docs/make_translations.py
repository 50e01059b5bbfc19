"""Collect every sentence that people read, and compile its translations.

``python docs/make_translations.py`` writes orderlift.pot, updates each orderlift.po, compiles orderlift.mo.

A new sentence stands in the .po file without a translation until somebody writes one: look for ``msgstr ""``.
"""  # noqa: INP001

import ast
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import pipeline
from pipeline.cli.app import COMMANDS, cli
from pipeline.cli.click_words import SENTENCES
from pipeline.cli.spoken_help import every_text
from pipeline.mapping.transforms.registry import BUILTIN
from pipeline.mapping.transforms.telling import arguments_of
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.language import ENGLISH, LANGUAGES
from pipeline.model.payload import ITEM_BY_NAME, ORDER_BY_NAME
from pipeline.model.phrases import PHRASES

PACKAGE = Path(pipeline.__file__).parent
LOCALE = PACKAGE / "locale"
TEMPLATE = LOCALE / "orderlift.pot"
METHODS = [("**.j2", "jinja2.ext:babel_extract")]
OPTIONS = {"**.j2": {"trimmed": "true", "silent": "false"}}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
MARKS = {"_": 1, "N_": 1, "ngettext": 2}
"""Functions of Python that mark sentences, and how many of their arguments are sentences."""
ONE_DAY = datetime(2024, 1, 1, tzinfo=UTC)
"""The date in every head: the files change when sentences do, and at no other time."""


def collected() -> Catalog:
    """Return every sentence of the sources: marked ones, issues, help, phrases, notes on fields."""
    catalog = _empty()
    for id_, place in sorted(_found(), key=lambda one: (one[1], str(one[0]))):
        catalog.add(id_, locations=[(place, 1)])
    return catalog


def _found() -> Iterator[tuple[str | tuple[str, ...], str]]:
    for name, _line, id_, _comments, _context in extract_from_dir(
        PACKAGE, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=()
    ):
        yield id_, f"pipeline/{Path(name).as_posix()}"
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE)
        if place.parts[0] != "simulator":
            for id_ in marked_in(path.read_text("utf-8")):
                yield id_, f"pipeline/{place.as_posix()}"
    for code, entry in CATALOGUE.items():
        for text in (entry.title, entry.text, entry.why, entry.remedy):
            yield text, f"issues/{code}"
    yield from ((text, "help") for text in help_texts())
    yield from ((sentence, "click") for sentence in SENTENCES)
    for phrase in PHRASES:
        yield phrase, "phrases"
    for transform in BUILTIN.values():
        yield transform.says, "transforms"
        yield from ((argument.says, "transforms") for argument in arguments_of(transform) if argument.says)
    for spec in (*ORDER_BY_NAME.values(), *ITEM_BY_NAME.values()):
        yield spec.note, "fields"


def help_texts() -> Iterator[str]:
    """Yield every text of the commands' help, placeholders included, and of the list of commands."""
    context = click.Context(cli)
    yield from every_text(cli)
    for name, (_module, text) in COMMANDS.items():
        yield text
        command = cli.get_command(context, name)
        yield from every_text(command) if command is not None else ()


def marked_in(source: str) -> Iterator[str | tuple[str, ...]]:
    """Yield the sentences that Python marks, those inside of f-strings, too.

    Parsed, not tokenized as gettext's tools do: before Python 3.12 these see an f-string as one text.
    """
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        texts = [
            argument.value
            for argument in node.args[: MARKS.get(node.func.id, 0)]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value
        ]
        if texts and len(texts) == MARKS[node.func.id]:
            yield texts[0] if len(texts) == 1 else tuple(texts)


def updated(language: str, template: Catalog) -> Catalog:
    """Return the translations there are, of the sentences there are now; new ones are empty."""
    before = translated(language)
    catalog = _empty(language)
    for message in template:
        if message.id:
            known = before.get(message.id)
            catalog.add(message.id, known.string if known else "", locations=message.locations)
    return catalog


def translated(language: str) -> Catalog:
    """Return the translations as the .po file has them; none where there is no file."""
    path = po_path(language)
    if not path.is_file():
        return _empty(language)
    return read_po(io.BytesIO(path.read_bytes()), locale=language)


def po_path(language: str) -> Path:
    """Return the file in which the translations of a language are written."""
    return LOCALE / language / "LC_MESSAGES" / "orderlift.po"


def as_text(catalog: Catalog) -> bytes:
    """Return a catalogue as a .po file: no line numbers, no dates that change."""
    for message in catalog:
        message.flags -= {"python-format", "python-brace-format"}  # babel takes "5 % of" for a placeholder
    out = io.BytesIO()
    write_po(out, catalog, width=100, include_lineno=False, sort_output=False)
    return out.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """Return a catalogue as a .mo file."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def _empty(language: str | None = None) -> Catalog:
    return Catalog(
        language,
        header_comment="# What orderlift says to people.",
        project="orderlift",
        version="0",
        copyright_holder="orderlift",
        msgid_bugs_address="",
        last_translator="orderlift",
        language_team=language or "",
        creation_date=ONE_DAY,
        revision_date=ONE_DAY,
        fuzzy=False,
    )


def main() -> None:
    """Write the template, and update and compile every language."""
    template = collected()
    LOCALE.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(as_text(template))
    for language in LANGUAGES:
        if language == ENGLISH:
            continue
        catalog = updated(language, template)
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_text(catalog))
        path.with_suffix(".mo").write_bytes(compiled(translated(language)))
        open_ = [message for message in catalog if message.id and not _done(message.string)]
        sys.stdout.write(f"{path}: {len(catalog)} sentences, {len(open_)} not translated\n")


def _done(string: str | tuple[str, ...]) -> bool:
    return bool(string) if isinstance(string, str) else bool(string) and all(string)


if __name__ == "__main__":
    main()
