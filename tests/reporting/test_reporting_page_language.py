"""Every sentence of the page goes through the seam for languages, and is made when it is shown."""

import html as entities
import re
from collections.abc import Iterator
from gettext import NullTranslations

import pytest
import sample_pages
import sample_run

from pipeline.model import language
from pipeline.model.books import BookCounts
from pipeline.model.change import ChangeCounts
from pipeline.model.language import speaking
from pipeline.reporting.page.report_html import render_report
from pipeline.reporting.words.outcome import CREATED
from pipeline.reporting.words.verdict import verdict_of

DATA = re.compile(
    r"[\w/.:-]*\d[\w/.:-]*|\b(?:orderlift|bytes|KB|MB|GB|ms|min|csv|jsonl|html|summary|orders|issues)\b"
)
"""Numbers, units, and names of files beside the report."""


class Pseudo(NullTranslations):
    """A language in which every sentence stands in guillemets."""

    def gettext(self, message: str) -> str:
        """Give the sentence in its marks."""
        return f"«{message}»"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Give the sentence that fits the number in its marks."""
        return f"«{msgid1 if n == 1 else msgid2}»"


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Speak the pseudo-language, which nobody has to translate into."""
    real = language.translations
    monkeypatch.setattr(language, "translations", lambda name: Pseudo() if name == "tr" else real(name))
    with speaking("tr"):
        yield


def untranslated(html: str, known: str) -> set[str]:
    """Give the words that stand outside of all marks and are no data of the page."""
    body = re.sub(r"<style>.*?</style>", " ", html, flags=re.DOTALL)
    body = re.sub(r"<code[^>]*>.*?</code>", " ", body, flags=re.DOTALL)
    heard = " ".join(re.findall(r'(?:aria-label|data-label)="([^"]*)"', body))
    text = entities.unescape(f"{re.sub('<[^>]*>', ' ', body)} {heard}").replace("\u202f", " ")
    while "«" in text:
        text, count = re.subn(r"«[^«»]*»", " ", text)
        if not count:
            break
    words = set(re.findall(r"[^\W\d_]{2,}", DATA.sub(" ", text)))
    entries = repr(sample_run.CATALOGUE)  # whose wording the catalogue itself translates
    return words - set(re.findall(r"[^\W\d_]{2,}", known + entries))


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize("name", ["sample", "empty", "check", "doubt", "files"])
def test_no_sentence_of_the_page_is_left_in_english(name: str) -> None:
    """Whatever is not data of the run has been given to the translation."""
    page = sample_pages.PAGES[name]()
    assert untranslated(sample_pages.html_of(name), repr(page)) == set()


@pytest.mark.usefixtures("pseudo")
def test_the_rarer_sentences_are_translated_too() -> None:
    """Bookkeeping, customers, what was held back and what the archive took: all are sentences."""
    summary = sample_run.summary(
        bookkeeping=BookCounts(wanted=9, registered=3, present=2, refused=1, left=3, reports_wanted=2),
        changes=ChangeCounts(listed=3, changed=1, not_changed=1, left=1, fields=("phone_number",)),
        held_back={"picked, packed and shipped": 2},
        archived=3,
    )
    page = sample_run.page(summary=summary)
    assert untranslated(render_report(page, sample_run.CATALOGUE), repr(page)) == set()


@pytest.mark.usefixtures("pseudo")
def test_the_test_can_fail() -> None:
    """A word that nobody gave to the translation is found."""
    html = sample_pages.html_of("sample").replace("</h1>", "</h1> forgotten", 1)
    assert untranslated(html, repr(sample_run.page())) == {"forgotten"}


@pytest.mark.usefixtures("pseudo")
def test_sentences_are_made_when_they_are_shown() -> None:
    """Words that are kept as data change with the language, and the page says which language it is in."""
    assert CREATED.name == "«created»"
    assert verdict_of(sample_run.summary()).word == "«Needs a person»"
    assert '<html lang="tr">' in sample_pages.html_of("sample")
    with speaking("en"):
        assert CREATED.name == "created"
        assert '<html lang="en">' in sample_pages.html_of("sample")
