"""``--lang`` and its variable: which language is spoken, and what no language changes."""

import csv
import json
from pathlib import Path

import pytest
from shop import export, orderlift, sources

from pipeline.model.archive_states import FileState
from pipeline.model.catalogue import message_of, remedy_of
from pipeline.model.issue import Issue
from pipeline.model.language import _, ngettext, speaking, spoken
from pipeline.model.states import State
from pipeline.reporting.words.state_words import STATES, state_words


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A shop whose last order has an amount that is no number."""
    return export(tmp_path, 3, wrong=1)


WRONG = "'ten', en_US yerel ayarının yazdığı gibi bir sayı değil"


def test_a_check_tells_the_right_cell_in_turkish(shop: Path) -> None:
    """Message, cause and remedy are Turkish; the cell, the order and the line of the mapping are the same."""
    ended = orderlift(shop, "--lang", "tr", "check", *sources())
    assert ended.code == 3
    assert f"hata[E211]: {WRONG}" in ended.err
    assert "  --> orders.csv, D4 hücresi (Sum)   (0003 numaralı sipariş)" in ended.err
    assert "eşlendiği yer: shop.yaml:16:3   order.amount" in ended.err
    assert "  neden: Tutarlar bildirilen tek bir yerel ayara göre okunur" in ended.err
    assert "çözüm: Para birimi ve harf olmadan 1,234.50 gibi yazın" in ended.err


@pytest.mark.parametrize(
    ("words", "environment"),
    [
        (("--lang", "tr", "explain", "E214"), {}),
        (("explain", "E214", "--lang", "tr"), {}),
        (("explain", "--lang=TR", "E214"), {}),
        (("explain", "E214"), {"ORDERLIFT_LANG": "tr"}),
        (("--lang", "en", "explain", "E214", "--lang", "tr"), {}),
        (("--lang", "tr", "explain", "E214"), {"ORDERLIFT_LANG": "en"}),
    ],
)
def test_the_language_is_chosen_before_or_after_the_command(
    tmp_path: Path, words: tuple[str, ...], environment: dict[str, str]
) -> None:
    """The flag counts more than the variable, and the later flag more than the earlier."""
    assert orderlift(tmp_path, *words, **environment).out.startswith("E214 (hata): tam sayı değil\n")


@pytest.mark.parametrize(
    "environment", [{}, {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "tr"}]
)
def test_english_is_spoken_where_nobody_chose(tmp_path: Path, environment: dict[str, str]) -> None:
    """The machine's own language does not count, so that scripts read the same everywhere."""
    ended = orderlift(tmp_path, "explain", "E214", **environment)
    assert ended.out.startswith("E214 (error): not a whole number\n")
    assert spoken() == "en"


def test_groups_of_commands_take_the_flag_at_every_place(shop: Path) -> None:
    """``orderlift mapping check`` speaks it wherever it stands."""
    said = "shop.yaml: 12 alan eşlenmiş, hata yok.\n"
    for words in (
        ("mapping", "--lang", "tr", "check", "shop.yaml"),
        ("mapping", "check", "shop.yaml", "--lang", "tr"),
    ):
        assert orderlift(shop, *words).out == said


@pytest.mark.parametrize(
    ("typed", "meant"), [("trk", "tr"), ("türkçe", "tr"), ("English", "en"), ("rt", None)]
)
def test_an_unknown_language_is_a_mistake_of_usage(tmp_path: Path, typed: str, meant: str | None) -> None:
    """Exit code 2, the languages there are, and the one that was probably meant."""
    ended = orderlift(tmp_path, "--lang", typed, "runs")
    assert ended.code == 2
    assert f"'{typed}' is not a language of this program (en, tr)." in ended.err
    assert ("Did you mean" in ended.err) is (meant is not None)
    assert meant is None or f"Did you mean {meant}?" in ended.err


def test_documents_are_the_same_in_every_language(shop: Path) -> None:
    """Keys, codes and outcomes do not change; only messages and remedies do."""
    documents = {
        language: orderlift(shop, "check", *sources("--json"), "--lang", language).document
        for language in ("en", "tr")
    }
    apart = {"run_id", "seconds", "files"}
    english, turkish = ({k: v for k, v in one.items() if k not in apart} for one in documents.values())
    assert english == turkish
    issues = {
        language: [
            json.loads(line) for line in (shop / document["files"]["issues"]).read_text("utf-8").splitlines()
        ]
        for language, document in documents.items()
    }
    for one, other in zip(issues["en"], issues["tr"], strict=True):
        assert {key for key in one if one[key] != other[key]} <= {"message", "remedy"}
    assert next(one["message"] for one in issues["tr"] if one["code"] == "E211") == WRONG
    with (shop / documents["tr"]["files"]["orders"]).open(encoding="utf-8-sig", newline="") as file:
        row = list(csv.DictReader(file))[-1]
    assert (row["number"], row["outcome"], row["code"], row["message"]) == (
        "0003",
        "invalid",
        "E211",
        f"'{WRONG}",
    )


def test_words_inside_facts_are_told_and_those_of_files_are_not() -> None:
    """A reason of ours is translated; a value that reads like a word of ours stays as the file has it."""
    issue = Issue("E521", facts={"reason": "answer 502", "run": "7f3a"})
    with speaking("tr"):
        assert message_of(issue) == "açık bir yanıt gelmedi: 502 yanıtı"
        assert "orderlift resume 7f3a" in remedy_of(issue)
        assert message_of(Issue("E313", value="a date", facts={"source": "text"})).count("a date") == 1
    assert message_of(issue) == "no clear answer came: answer 502"


def test_an_order_is_explained_in_turkish(shop: Path) -> None:
    """From its cells to its states; commands, names of fields and what JSON holds stay as they are."""
    orderlift(shop, "check", *sources("-q"))
    told = orderlift(shop, "explain", "0003", "--lang", "tr").out
    for line in (
        "  E211 sayı değil: orders.csv, D4 hücresi (Sum), order.amount\n",
        "order_item[0]  items.csv, 4. satır\n",
        "      tutar olarak okunur: 'ten' → reddedildi: E211   16. satır\n",
        "Z  geçersiz        planlanan durum\n",
        "  eşlenmemiş, varsayılan olarak böyle gönderilir: shipping_tax_rate null",
        "   yukarıdaki hücreler düzelince\n",
    ):
        assert line in told
    document = orderlift(shop, "explain", "0003", "--json", "--lang", "tr").document
    assert [one["state"] for one in document["states"]] == ["invalid"]


def test_every_state_has_a_word() -> None:
    """Those of orders and of migration files; in English they keep the names that machines read."""
    names = {state.value for state in (*State, *FileState)}
    assert names == STATES
    assert {state_words(name) for name in names} == names
    with speaking("tr"):
        assert not {state_words(name) for name in names} & names
        assert state_words("sleeping") == "sleeping"


def test_plurals_and_the_empty_text() -> None:
    """Turkish has one form for all numbers; nothing stays nothing."""
    with speaking("tr"):
        told = [ngettext("{count} row", "{count} rows", number).format(count=number) for number in (1, 2)]
        assert told == ["1 satır", "2 satır"]
        assert _("") == ""


def test_a_language_nobody_knows_is_refused() -> None:
    """The seam itself takes only what is there."""
    with pytest.raises(KeyError), speaking("xx"):
        pass
