"""Nothing that people read gets past the translations: in a language of marks every sentence is marked."""

import csv
import gettext
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import click
import openpyxl
import orjson
import pytest
from babel.messages.mofile import read_mo
from shop import Ended, export, orderlift, sources

from pipeline.cli.app import cli
from pipeline.model import language
from pipeline.simulator import Settings, Simulator

SENTENCE = re.compile(r"(?:\b[a-z]{2,}\b[ ,;:]+){2,}\b[a-z]{2,}\b")
"""Three English words in a row are a sentence; fewer are mostly names and values."""
PAIR = re.compile(r"(?<![\w.:'/-])[a-z]{2,} (?:[\d.]+ )?[a-z]{2,}(?![\w.:'-])")
"""Two of them, or with a number between: what is short is found only where names do not stand beside."""
NAMES = re.compile(r"map states|parent null|items status|\bms (\d+ )?ms\b")
"""A step of the mapping, a field with its value, fields one after the other, units below a picture."""
MARKED = re.compile(r"«[^«»]*»")
PUT_IN_BY_TEMPLATES = re.compile(r"(%\(\w+\)\w)")
NOT_OURS = (
    re.compile(r"^\s*orderlift .*$", re.MULTILINE),  # commands to copy
    re.compile(r"orderlift [a-z]+( [a-z]+)?( [^\s«»]*)?"),
    re.compile(r"orders will\s+enter fulfilment"),  # words that a mapping has to hold
    re.compile(r"lookup: product, by"),  # a rule of a mapping
    re.compile(r"object does not exist"),  # words of the target
    re.compile(r"No such file or directory"),  # and of the system
)


class Marks(gettext.NullTranslations):
    """A language in which every sentence is the English one between marks, and what is put in is outside.

    It knows the sentences that were collected for translators, and no other.
    """

    def __init__(self, known: frozenset[str]) -> None:
        super().__init__()
        self._known = known

    def gettext(self, message: str) -> str:
        """Return the words of a sentence between marks; what is put in has to bring its own."""
        if message not in self._known:
            return message
        if "%(" in message:
            return PUT_IN_BY_TEMPLATES.sub(r"»\1«", f"«{message}»")
        marked = ""
        for words, name, how, converted in Formatter().parse(message):
            marked += f"«{words.replace('{', '{{').replace('}', '}}')}»" if words else ""
            if name is not None:
                marked += f"{{{name}{f'!{converted}' if converted else ''}{f':{how}' if how else ''}}}"
        return marked

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form for the number between marks."""
        return self.gettext(msgid1 if n == 1 else msgid2)


@cache
def collected() -> frozenset[str]:
    """Return every sentence that there is a translation of, both forms of those that count."""
    compiled = Path(language.__file__).parents[1] / "locale" / "tr" / "LC_MESSAGES" / "orderlift.mo"
    with compiled.open("rb") as file:
        ids = [message.id for message in read_mo(file)]
    return frozenset(text for one in ids for text in ([one] if isinstance(one, str) else one))


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Speak the language of marks for ``--lang tr``."""
    language._retold.cache_clear()
    marks = Marks(collected())
    monkeypatch.setattr(
        language, "translations", lambda code: marks if code == "tr" else gettext.NullTranslations()
    )
    yield
    language._retold.cache_clear()


def outside(text: str) -> str:
    """Return what stands outside of marks and is ours."""
    for pattern in NOT_OURS:
        text = pattern.sub(" ", text)
    before = None
    while before != text:
        before, text = text, MARKED.sub(" ", text)
    return text


def bare(text: str) -> list[str]:
    """Return the sentences that stand outside of marks."""
    return [found[0] for found in SENTENCE.finditer(outside(text))]


def bare_words(text: str) -> list[str]:
    """Return what stands outside of marks, sentences and words side by side."""
    left = NAMES.sub(" ", outside(text))
    return [found[0] for pattern in (SENTENCE, PAIR) for found in pattern.finditer(left)]


class Page(HTMLParser):
    """What people read on a page, and what is read to them."""

    TOLD = ("aria-label", "title", "alt", "data-label")

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._unseen = False
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the attributes that are told."""
        self._unseen = tag in {"style", "script"}
        self.texts += [value or "" for name, value in attrs if name in self.TOLD]

    def handle_endtag(self, _tag: str) -> None:
        """What follows is seen."""
        self._unseen = False

    def handle_data(self, data: str) -> None:
        """Take what is seen."""
        if not self._unseen:
            self.texts.append(data)

    @property
    def text(self) -> str:
        """All of it, each on a line of its own."""
        return "\n".join(self.texts)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A shop of which two orders have a wrong amount and one an unknown status."""
    folder = export(tmp_path, 8, wrong=2)
    orders = folder / "orders.csv"
    orders.write_text(orders.read_text("utf-8").replace("10:03,Done", "10:03,Dne"), encoding="utf-8")
    return folder


def said(ended: Ended) -> str:
    """Return both streams of a command."""
    return f"{ended.out}\n{ended.err}"


COMMANDS = (
    ("inspect", "orders.csv", "items.csv"),
    ("mapping", "check", "shop.yaml"),
    ("mapping", "show", *sources("--order", "0003")),
    ("mapping", "suggest", "orders.csv", "items.csv"),
    ("mapping", "transforms", "date"),
    ("explain", "E214"),
    ("explain", "w432"),
    ("runs",),
    ("status",),
    ("init", "orders.csv", "items.csv"),
    ("check", "orders.csv", "-m", "shop.yaml"),
    ("check", "nothing.csv", "-m", "nothing.yaml"),
    ("explain", "E9"),
)


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_commands_without_a_target_are_spoken(shop: Path, words: tuple[str, ...]) -> None:
    """What they print is translated, sentence by sentence."""
    ended = orderlift(shop, *words, "--lang", "tr")
    assert bare(said(ended)) == []
    assert "«" in said(ended)


def every_command() -> Iterator[tuple[str, ...]]:
    """Yield the words of every command, of groups and of those below them."""
    yield ()
    context = click.Context(cli)
    for name in cli.list_commands(context):
        yield (name,)
        command = cli.get_command(context, name)
        yield from ((name, below) for below in (command.commands if isinstance(command, click.Group) else ()))


def without_examples(text: str) -> str:
    """Return help without the lines to copy, and marked as well where a list of commands cuts a sentence."""
    without = re.sub(r"^ *(ORDERLIFT_TOKEN=\S+ )?orderlift [^«»\n]*$", "", text, flags=re.MULTILINE)
    return without.replace("\n  orderlift ", "\n  · orderlift ").replace("...\n", "»\n")


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("words", list(every_command()), ids=" ".join)
def test_help_is_spoken(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Of every command: its text, its flags, what click says beside them; examples stay for copying."""
    ended = orderlift(tmp_path, *words, "--help", "--lang", "tr")
    assert ended.out.count("«") >= 7
    text = without_examples(ended.out)
    assert bare_words(text) == []
    assert not re.search(r"Usage|Options|Commands|default:|env var|required|INTEGER", outside(text))


WRONG = (
    (),
    ("chekc",),
    ("mapping", "chek"),
    ("mapping",),
    ("run",),
    ("run", "a.csv", "--mappings", "b.yaml"),
    ("run", "a.csv", "-m"),
    ("run", "a.csv", "-m", "b.yaml", "--color", "blue"),
    ("run", "a.csv", "-m", "b.yaml", "--channel", "0"),
    ("run", "a.csv", "-m", "b.yaml", "--channel", "five"),
    ("apply", "a.plan", "--transport"),
    ("status", "1", "2", "3"),
    ("runs", "--json=3"),
    ("--lang", "xx"),
)


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_what_is_wrong_with_a_line_is_spoken(tmp_path: Path, words: tuple[str, ...]) -> None:
    """By click and by us, with the usage and where help is."""
    ended = orderlift(tmp_path, *words, ORDERLIFT_LANG="tr")
    assert ended.code == 2
    assert "«" in ended.err
    text = without_examples(ended.err)
    assert bare_words(text) == []
    assert not re.search(r"Usage|Try|Error|Missing|Invalid|env var|mean", outside(text))


@pytest.mark.usefixtures("marked")
def test_a_run_and_what_follows_it_is_spoken(shop: Path) -> None:
    """Check, run, status, the doctor, a proof, the list of runs."""
    with Simulator() as simulator:
        where = ("--target", simulator.url, "--channel", "5")
        for words in (
            ("check", *sources()),
            ("plan", *sources(*where), "-o", "a.plan"),
            ("run", *sources(*where), "--rate", "unlimited"),
            ("status",),
            ("runs",),
            ("doctor", *where),
            ("prove",),
            ("retry", "--dry-run"),
        ):
            ended = orderlift(shop, *words, ORDERLIFT_TOKEN=simulator.token, ORDERLIFT_LANG="tr")
            assert bare(said(ended)) == [], words


@dataclass(frozen=True, slots=True)
class Sold:
    """A shop whose orders were sent: five were taken, one was refused there, two by the checks."""

    folder: Path
    target: Simulator
    run: str

    def do(self, *words: str) -> str:
        """Return what a command prints in the language of marks, and find it spoken."""
        ended = orderlift(self.folder, *words, ORDERLIFT_TOKEN=self.target.token, ORDERLIFT_LANG="tr")
        assert bare_words(said(ended)) == [], words
        return said(ended)

    def newest(self) -> str:
        """Return the id of the newest run."""
        found: str = orderlift(self.folder, "runs", "--json").document["runs"][0]["run_id"]
        return found

    @property
    def reports(self) -> Path:
        """Where the reports of its run are."""
        return self.folder / "reports" / self.run


FAST = ("--rate", "unlimited")


@pytest.fixture
def sold(shop: Path) -> Iterator[Sold]:
    """The shop, and a target that lets delivered orders be cancelled."""
    items = shop / "items.csv"
    items.write_text(items.read_text("utf-8").replace("0002,101", "0002,99101"), encoding="utf-8")
    with Simulator(settings=Settings(cancel_statuses=frozenset({"550"}))) as target:
        where = ("--target", target.url, "--channel", "5", *FAST)
        ended = orderlift(
            shop, "run", *sources(*where, "--json"), ORDERLIFT_TOKEN=target.token, ORDERLIFT_LANG="tr"
        )
        yield Sold(shop, target, ended.document["run_id"])


@pytest.mark.usefixtures("marked")
def test_orders_explained_are_spoken(sold: Sold) -> None:
    """Places, steps, attempts, states and what to do: of an order that was taken, and of others."""
    for number in ("0001", "0002", "0003", "0008"):
        assert "«" in sold.do("explain", f"{sold.run}:{number}")
    sold.do("explain", "nothing")
    (sold.folder / "orders.csv").unlink()
    assert "»is not there any more" not in sold.do("explain", f"{sold.run}:0003")


@pytest.mark.usefixtures("marked")
def test_the_page_of_a_run_and_the_money_read_back_are_spoken(sold: Sold) -> None:
    """With orders that were refused; then on the terminal, too, and how each order differs in the file."""
    text = Page(sold.reports / "report.html").text
    assert "0002" in text
    assert bare_words(text) == []
    (order,) = sold.target.truth.numbered(5, "0004")
    order.answer = orjson.dumps({**order.shown, "amount": "2.51"})
    assert "2.51" in sold.do("report", "--reconcile", *FAST)
    assert bare_words(Page(sold.reports / "report.html").text) == []
    with (sold.reports / "money-differences.csv").open(encoding="utf-8-sig", newline="") as file:
        (line,) = csv.DictReader(file)
    assert bare_words(line["differs"]) == []
    assert "«" in line["differs"]


@pytest.mark.usefixtures("marked")
def test_corrections_are_spoken(sold: Sold) -> None:
    """The workbook with its comments, what came back in it, and the run that sends it."""
    sold.do("fix", "export", "-o", "mine.xlsx")
    book = openpyxl.load_workbook(sold.folder / "mine.xlsx")
    cells = [cell for page in book for row in page for cell in row if cell.comment]
    assert len(cells) == 4
    assert [bare_words(cell.comment.text) for cell in cells if cell.comment] == [[], [], [], []]
    cells[0].value, cells[1].value = "eleven", "4.50"
    book.save(sold.folder / "mine.xlsx")
    assert "E231" in sold.do("fix", "import", "mine.xlsx", "-n")
    assert "orderlift retry" in sold.do("fix", "import", "mine.xlsx")
    sold.do("retry", sold.run, "-n")
    sold.do("retry", sold.run, *FAST)


@pytest.mark.usefixtures("marked")
def test_a_bundle_is_spoken(sold: Sold) -> None:
    """What would be in it, what is, the README that lies in it, and what cannot be asked for."""
    sold.do("redact", sold.run, "-o", "problem.zip", "-n", "--issue", "E511")
    sold.do("redact", sold.run, "-o", "problem.zip", "--issue", "E231")
    with zipfile.ZipFile(sold.folder / "problem.zip") as bundle:
        readme = bundle.read("README.txt").decode()
    assert "«" in readme
    assert bare_words(readme) == []
    sold.do("redact", "one", "two", "-o", "other.zip")
    sold.do("redact", "-m", "shop.yaml", "-o", "other.zip")


@pytest.mark.usefixtures("marked")
def test_an_undo_is_spoken(sold: Sold) -> None:
    """Planned, looked at, applied in part, told of, ended; and left alone when runs are pruned."""
    plan = ("undo", sold.run, "-o", "undo.plan", "--reason", "12", *FAST)
    sold.do(*plan, "--status", "nowhere")
    sold.do(*plan)
    assert "undo.plan" in sold.do(*plan, "--status", "delivered")
    sold.do("apply", "undo.plan", "-n")
    sold.do("apply", "undo.plan", "--limit", "1", *FAST)
    undo = sold.newest()
    sold.do("status", undo)
    sold.do("resume", undo, *FAST)
    sold.do("report", undo)
    sold.do("prove", undo)
    sold.do("status", sold.run)
    assert undo in sold.do("runs", "prune", "-n", "--older-than", "0s")


@pytest.mark.usefixtures("marked")
def test_pruning_is_spoken(sold: Sold) -> None:
    """What would go, what stays and why, and what went."""
    where = ("--target", sold.target.url, "--channel", "6", *FAST)
    sold.do("run", *sources(*where, "--limit", "1"))
    assert sold.newest() in sold.do("runs", "prune", "-n", "--older-than", "0s")
    sold.do("runs", "prune", sold.run, "--payloads-only")
    sold.do("runs", "prune", sold.run, "--payloads-only", "--yes")
    sold.do("explain", f"{sold.run}:0001")
    sold.do("prove", sold.run)
