"""Nothing that people read gets past the translations: in a language of marks every sentence is marked."""

import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from shop import Ended, export, orderlift, sources

from pipeline.model import language
from pipeline.simulator import Simulator

SENTENCE = re.compile(r"(?:\b[a-z]{2,}\b[ ,;:]+){2,}\b[a-z]{2,}\b")
"""Three English words in a row are a sentence; fewer are mostly names and values."""
MARKED = re.compile(r"«[^«»]*»")
NOT_OURS = (
    re.compile(r"^\s*orderlift .*$", re.MULTILINE),  # commands to copy
    re.compile(r"orderlift [a-z]+( [a-z]+)?( \S*)?"),
    re.compile(r"orders will\s+enter fulfilment"),  # words that a mapping has to hold
    re.compile(r"lookup: product, by"),  # a rule of a mapping
)


class Marks(gettext.NullTranslations):
    """A language in which every sentence is the English one between marks."""

    def gettext(self, message: str) -> str:
        """Return the sentence between marks; a list of file names or options is still one sentence."""
        return f"«{message}»"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form for the number between marks."""
        return f"«{msgid1 if n == 1 else msgid2}»"


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Speak the language of marks for ``--lang tr``."""
    language._retold.cache_clear()
    marks = Marks()
    monkeypatch.setattr(
        language, "translations", lambda code: marks if code == "tr" else gettext.NullTranslations()
    )
    yield
    language._retold.cache_clear()


def bare(text: str) -> list[str]:
    """Return the sentences that stand outside of marks."""
    for pattern in NOT_OURS:
        text = pattern.sub(" ", text)
    before = None
    while before != text:
        before, text = text, MARKED.sub(" ", text)
    return [found[0] for found in SENTENCE.finditer(text)]


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
    text = re.sub(r"^(Usage|Try|Error: Invalid value).*?: ?", "", said(ended), flags=re.MULTILINE)
    assert bare(text) == []
    assert "«" in text


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
