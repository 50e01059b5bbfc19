"""``report.html`` as a browser reads it."""

import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import hostile
import pytest
import sample_run

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Issue, Severity
from pipeline.model.location import Location, Mark
from pipeline.model.records import OrderRecord, Second, TableRecord
from pipeline.model.rows import FileFacts
from pipeline.model.states import State
from pipeline.model.summary import Money, OrderCounts, RowCounts
from pipeline.reporting.page.page import ReportPage
from pipeline.reporting.page.report_html import MOST_BYTES, render_report, write_report
from pipeline.reporting.words.grouping import IssueGroup

VOID = {"meta", "rect", "line", "path", "circle"}


class Seen(HTMLParser):
    """Every element with its attributes, the text, and whether the tags are balanced."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        self.text = re.sub(r"\s+", " ", " ".join(self.words).replace("\u202f", " "))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count an element that opens."""
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count an element without content."""
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        """Close the element that was opened last."""
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep text that a reader sees."""
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    def values(self, tag: str, name: str) -> list[str]:
        """Give the values of an attribute."""
        return [value for where, what, value in self.attributes if (where, what) == (tag, name)]


def seen(page: ReportPage | None = None) -> Seen:
    """Render a page and read it."""
    return Seen(render_report(page or sample_run.page(), sample_run.CATALOGUE))


def hostile_page(text: str) -> ReportPage:
    """Make a page with the text in every place that data can reach."""
    at = Location(text, text, 7, 3, text)
    issue = Issue("E214", at, text, text, text, Mark(text, 1, 1), {"near": text})
    head = sample_run.header()
    facts = FileFacts(text, 1, 1, text, text, text, text)
    return ReportPage(
        header=replace(
            head,
            run_id=text,
            created=text,
            version=text,
            mapping=text,
            mapping_name=text,
            mapping_sha256=text,
            target=text,
            mode=text,
            promise=text,
            inputs=(facts,),
            tables=(TableRecord(replace(head.tables[0].table, file=text, sheet=text, source=text)),),
            places={text: Mark(text, 1, 1)},
        ),
        summary=sample_run.summary(
            run_id=text, command=text, target=text, money={text: Money(), "TRY": Money()}
        ),
        issues=(IssueGroup("E214", 1, (issue,)),),
        timeline=(Second(0, 1, 1, 1),),
        not_green=(OrderRecord(text, at, State.REJECTED, text, text, text, text, text),),
        not_checked=(text,),
        files={text: text, "orders.csv": text},
        broken=(text,),
    )


def test_the_page_is_whole_and_balanced() -> None:
    """Every element that opens is closed, in its order, and ids are given once."""
    page = seen()
    assert page.open == []
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids)) > 5


def test_the_verdict_comes_first_and_has_a_word_beside_its_symbol() -> None:
    """The one sentence that everybody reads is the page's heading."""
    page = seen()
    assert page.tags["h1"] == 1
    assert "Needs a person 189 of 200 orders stand on the target; 4 were refused by the checks" in page.text
    assert "Some orders are in doubt or in conflict, and are not sent again. (exit code 4)" in page.text


def test_sections_come_in_the_order_of_interest() -> None:
    """From the verdict over counts, money and issues to what was not checked."""
    wanted = [
        "The run",
        "From rows to orders",
        "Money",
        "Issues",
        "Orders not on the target",
        "Upload",
        "Inputs",
    ]
    text = seen().text
    places = [text.index(f" {title} ") for title in [*wanted, "Not checked"]]
    assert places == sorted(places)


def test_the_identities_are_written_out() -> None:
    """Everybody can add up for themselves."""
    text = seen().text
    assert "631 = 629 used + 2 ignored" in text
    assert "200 = 196 ready + 4 refused by the checks" in text
    assert (
        "196 = 187 created + 2 already present + 3 refused by the target"
        " + 1 failed + 2 in doubt + 1 in conflict" in text
    )
    assert "TRY 184 322.50 176 918.25 7 404.25 ✓ adds up" in text
    assert "431 order items were read; 406 of them belong to orders that stand on the target" in text


def test_an_issue_names_cell_mapping_line_cause_and_remedy() -> None:
    """The reader need not open anything else to know where to look and what to do."""
    text = seen().text
    assert "E214 error unknown order status 37 ×" in text
    assert "Why The value is not in the table of statuses that the mapping names." in text
    assert 'What to do Did you mean "teslim edildi"?' in text
    assert 'M4818 unknown order status "teslm edildi"' in text
    assert "column DURUM order 1002231 mapped by mappings/acme.yaml:41:7 (order.status)" in text
    assert "27 more of this code stand in issues.jsonl." in text


def test_inputs_are_named_with_hash_size_and_encoding() -> None:
    """Whoever gets the report can tell which files it speaks of."""
    text = seen().text
    assert (
        "input_samples/kalemler.csv items: header in row 1, 20 rows read = 20 used + 0 ignored "
        f"{'c07e' * 16} csv 1.2 MB cp1254, separated by ;" in text
    )
    assert "10 rows read = 9 used + 1 ignored (2 blank)" in text


def test_broken_sums_stand_in_a_banner_before_everything_else() -> None:
    """Numbers that contradict each other are told before any of them is believed."""
    page = seen(sample_run.page(summary=sample_run.summary(rows=RowCounts(10, 7, 2), exit_code=0)))
    assert "rows.read = used + ignored: 10 ≠ 9" in page.text
    assert "10 ≠ 7 used + 2 ignored" in page.text
    assert page.text.index("The sums do not add up") < page.text.index(" The run ")
    assert ("div", "role", "alert") in page.attributes


def test_money_that_does_not_add_up_is_said_at_the_currency() -> None:
    """A cent that is missing is found where it is missing."""
    money = {"TRY": Money(Decimal("10.00"), Decimal("9.99"), Decimal("0.00"))}
    assert "✕ 10.00 ≠ 9.99 + 0.00" in seen(sample_run.page(summary=sample_run.summary(money=money))).text


def test_nothing_is_loaded_from_anywhere() -> None:
    """No script, no outside resource, no handler: the page stands alone and says so to the browser."""
    html = render_report(sample_run.page(), sample_run.CATALOGUE)
    page = Seen(html)
    assert not {"script", "link", "img", "iframe", "object", "embed", "form", "base", "video", "audio"} & set(
        page.tags
    )
    assert not [name for _, name, _ in page.attributes if name.startswith("on") or name == "src"]
    links = page.values("a", "href")
    assert [link for link in links if not link.startswith("#")] == [
        "orders.csv",
        "issues.jsonl",
        "summary.json",
        "failed/siparisler.xlsx",
        "orders.csv",
    ]
    ids = {value for _, name, value in page.attributes if name == "id"}
    assert {link[1:] for link in links if link.startswith("#")} <= ids
    assert "default-src 'none'; style-src 'unsafe-inline'" in " ".join(page.values("meta", "content"))
    assert re.findall(r"url\((?!#)|@import|https?://(?!omnitron\.acme\.example)", html) == []


@pytest.mark.parametrize("text", hostile.MARKUP)
def test_no_value_becomes_markup(text: str) -> None:
    """Whatever stands in a cell, the page has the elements and attributes of the template and no others."""
    plain, tricky = seen(hostile_page("harmless")), seen(hostile_page(text))
    assert tricky.tags == plain.tags
    assert Counter((tag, name) for tag, name, _ in tricky.attributes) == Counter(
        (tag, name) for tag, name, _ in plain.attributes
    )
    assert all(re.fullmatch(r"#[\w-]+|[\w%.~/-]+", href) for href in tricky.values("a", "href"))


def test_the_corpus_is_large_enough() -> None:
    """The test above runs on at least fifty values, and all differ."""
    assert len(set(hostile.MARKUP)) == len(hostile.MARKUP) >= 50


@pytest.mark.parametrize("text", hostile.ESCAPES)
def test_what_cannot_be_seen_is_shown(text: str) -> None:
    """Control characters and marks that turn the direction of writing never reach the page."""
    html = render_report(hostile_page(text), sample_run.CATALOGUE)
    assert [c for c in html if not c.isprintable() and c not in "\n\u202f"] == []


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "//evil.example/x", "\\\\evil\\x", "https://evil.example", "a b#c?d"]
)
def test_a_link_never_leaves_for_another_host(path: str) -> None:
    """Names of files are quoted as a whole, so none is an address."""
    hrefs = seen(sample_run.page(issues=(), files={"x": path})).values("a", "href")
    (href,) = {href for href in hrefs if not href.startswith("#")}
    assert not href.startswith(("/", "\\"))
    assert ":" not in href


def test_personal_data_is_masked_unless_asked_for() -> None:
    """A report that travels by mail names nobody; with ``show_pii`` it does, and says so."""
    issue = Issue("E231", Location("a.csv", None, 2, 1, "E"), "ann@example.org 0532 123 45 67", "5321234567")
    record = sample_run.records()[0]._replace(
        number="5321234567", message="5321234567: ann@example.org is unknown"
    )
    page = sample_run.page(issues=(IssueGroup("E231", 1, (issue,)),), not_green=(record,))
    masked, shown = seen(page).text, seen(replace(page, show_pii=True)).text
    assert "ann@" not in masked
    assert "123 45 67" not in masked
    assert "5321234567: a•••@•••.org is unknown" in masked
    assert "order 5321234567" in masked
    assert "ann@example.org 0532 123 45 67" in shown
    assert "are masked" in masked
    assert "Personal data is shown as read" in shown


def test_the_same_page_makes_the_same_bytes(tmp_path: Path) -> None:
    """A report can be compared with the one before."""
    first, second = tmp_path / "a.html", tmp_path / "b.html"
    write_report(first, sample_run.page(), sample_run.CATALOGUE)
    write_report(second, sample_run.page(), sample_run.CATALOGUE)
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes().startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("text", ["x", "<&'\"" * 200])
def test_the_page_stays_below_a_megabyte(text: str) -> None:
    """200 codes with 10 long examples each, 50 orders, a day of seconds: still small enough to mail."""
    catalogue = {
        f"E{n}": Entry(
            f"E{n}", Severity.ERROR, f"kind {n}", "wrong: {value} {near}", "Because.", "Correct {near}."
        )
        for n in range(200)
    }
    head = hostile_page(text)
    example = head.issues[0].examples[0]
    page = replace(
        head,
        issues=tuple(
            IssueGroup(code, 1_000_000, tuple(replace(example, code=code) for _ in range(10)))
            for code in catalogue
        ),
        not_green=head.not_green * 60,
        timeline=tuple(Second(at, 9, 1, 1) for at in range(40_000)),
    )
    html = render_report(page, catalogue)
    assert len(html.encode()) <= MOST_BYTES
    assert html.count('<article class="issue"') == 200
    assert Seen(html).open == []


def test_a_check_does_not_speak_of_a_target() -> None:
    """Where nothing is sent, the page tells of refused orders and no upload."""
    orders = OrderCounts(200, 4, 196, unprocessed=196)
    page = sample_run.page(
        header=replace(sample_run.header(), command="check"),
        summary=sample_run.summary(command="check", exit_code=3, orders=orders),
        timeline=(),
    )
    text = seen(page).text
    assert "196 of 200 orders are ready to be sent" in text
    assert "What is promised A check sends nothing. What a run promises depends on its target" in text
    assert "at most once" not in text
    assert "Orders refused 4 orders" in text
    assert " Upload " not in text


def test_a_run_without_anything_to_tell_is_a_whole_page() -> None:
    """No orders, no issues, no inputs, no target: the page says so instead of failing."""
    head = replace(sample_run.header(), inputs=(), tables=(), target=None, channel=None, promise="")
    summary = sample_run.summary(orders=OrderCounts(), rows=RowCounts(), money={}, issues={}, exit_code=0)
    page = seen(ReportPage(head, summary))
    assert page.open == []
    assert "No orders were read." in page.text
    assert "✓ Nothing was found wrong." in page.text


def test_pictures_and_tables_can_be_heard() -> None:
    """Each picture has a name, each table a caption, each column and line a head."""
    page = seen()
    pictures = [value for tag, name, value in page.attributes if (tag, name, value) == ("svg", "role", "img")]
    assert len(pictures) == len(page.values("svg", "aria-label")) == 4
    assert page.tags["caption"] == page.tags["table"] == 10
    assert len(page.values("th", "scope")) == page.tags["th"]
    assert page.tags["main"] == page.tags["h1"] == 1


def test_lines_that_become_cards_say_that_they_are_lines() -> None:
    """Where a style sheet takes a table apart, some browsers forget that it is one, unless it says so."""
    html = render_report(sample_run.page(), sample_run.CATALOGUE)
    tables = re.findall(r'<table class="(?:cards|fall)[^>]*role="table">.*?</table>', html, re.DOTALL)
    assert len(tables) == len(re.findall(r'<table class="(?:cards|fall)', html)) > 3
    for table in tables:
        _, body = table.split("<tbody>")
        assert (
            re.findall(r'<tr(?! role="row")|<td(?! role="cell")|<th scope="row"(?! role="rowheader")', body)
            == []
        )
