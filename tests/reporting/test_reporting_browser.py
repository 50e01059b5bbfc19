"""``report.html`` in a real browser: nothing overflows, nothing is asked for, everybody can use it."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import chromium
import pytest
import sample_pages
import undo_pages

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium.found() is None, reason="no Chromium is installed"),
]

TOO_WIDE = """[...document.querySelectorAll('body *')]
  .filter(e => !e.closest('.unseen, .skip, svg, details:not([open]) > :not(summary)'))
  .filter(e => e.getClientRects().length && e.getBoundingClientRect().right > innerWidth + 1)
  .map(e => e.tagName + '.' + e.className + ': ' + e.textContent.slice(0, 60))"""
LEVELS = "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(e => +e.tagName[1])"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[chromium.Browser]:
    """Give a page of a running browser."""
    with chromium.browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder that holds every page."""
    made = tmp_path_factory.mktemp("pages")
    for name in sample_pages.PAGES:
        (made / f"{name}.html").write_text(sample_pages.html_of(name), encoding="utf-8")
    for name in undo_pages.PAGES:
        (made / f"{name}.html").write_text(undo_pages.html_of(name), encoding="utf-8")
    return made


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """Give the address of a server, and the paths that it was asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def requests(page: chromium.Browser) -> list[str]:
    """Give every address that the page asked for."""
    return [event["request"]["url"] for event in page.said("Network.requestWillBeSent")]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("name", [*sample_pages.PAGES, *undo_pages.PAGES])
def test_a_page_fits_asks_for_nothing_and_complains_of_nothing(  # noqa: PLR0917 - pytest hands them over
    page: chromium.Browser, folder: Path, tmp_path: Path, name: str, width: int, dark: bool
) -> None:
    """On a phone and on a screen, by day and by night: no sideways scrolling, no request, no message."""
    url = (folder / f"{name}.html").as_uri()
    page.open(url, width, dark=dark)
    assert page.value(TOO_WIDE) == []
    assert page.value("document.documentElement.scrollWidth") == width
    assert requests(page) == [url]
    assert page.said("Log.entryAdded") == page.said("Runtime.consoleAPICalled") == []
    assert page.value("getComputedStyle(document.body).backgroundColor") == (
        "rgb(20, 25, 27)" if dark else "rgb(252, 252, 250)"
    )
    page.picture(tmp_path / f"{name}-{width}.png")
    assert (tmp_path / f"{name}-{width}.png").stat().st_size > 10_000


def test_the_measure_of_width_can_fail(page: chromium.Browser, tmp_path: Path) -> None:
    """A page with a box wider than the phone is seen to be too wide."""
    wide = tmp_path / "wide.html"
    html = sample_pages.html_of("sample")
    wide.write_text(html.replace("</h1>", "</h1><div style='width: 400px'>x</div>", 1), encoding="utf-8")
    page.open(wide.as_uri(), 360)
    assert page.value(TOO_WIDE) == ["DIV.: x"]


def test_the_policy_of_the_page_stops_what_would_be_loaded(
    page: chromium.Browser, tmp_path: Path, canary: tuple[str, list[str]]
) -> None:
    """An image that got into the page would not be fetched; without the policy it would, and be seen."""
    address, asked = canary
    html = sample_pages.html_of("sample").replace("</h1>", f"</h1><img alt='' src='{address}/seen'>", 1)
    guarded, open_ = tmp_path / "guarded.html", tmp_path / "open.html"
    guarded.write_text(html, encoding="utf-8")
    open_.write_text(html.replace("Content-Security-Policy", "x"), encoding="utf-8")
    page.open(guarded.as_uri(), 1280)
    assert asked == []
    assert "Content Security Policy" in page.said("Log.entryAdded")[0]["entry"]["text"]
    page.open(open_.as_uri(), 1280)
    assert asked == ["/seen"]
    assert requests(page)[-1] == f"{address}/seen"


@pytest.mark.parametrize("name", sample_pages.PAGES)
def test_headings_landmarks_and_names_are_in_order(page: chromium.Browser, folder: Path, name: str) -> None:
    """No rank of heading is left out; each landmark, picture, table and link says what it is."""
    page.open((folder / f"{name}.html").as_uri(), 360)
    levels = page.value(LEVELS)
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    nodes = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in page.call("Accessibility.getFullAXTree")["nodes"]
        if not node["ignored"]
    ]
    roles = [role for role, _ in nodes]
    for landmark in ("main", "banner", "contentinfo"):
        assert roles.count(landmark) == 1
    named = ("navigation", "region", "image", "table", "link", "DisclosureTriangle", "article")
    assert [node for node in nodes if node[0] in named and not node[1].strip()] == []
    assert roles.count("table") == page.value("document.querySelectorAll('table').length")


@pytest.mark.parametrize("width", [360, 1280])
def test_tables_stay_tables_on_a_phone(page: chromium.Browser, folder: Path, width: int) -> None:
    """Lines that are shown as cards are still rows with a head and cells for who hears them."""
    page.open((folder / "sample.html").as_uri(), width)
    roles = [node["role"]["value"] for node in page.call("Accessibility.getFullAXTree")["nodes"]]
    lines = page.value("document.querySelectorAll('tbody tr').length")
    assert roles.count("row") >= lines
    assert roles.count("rowheader") == lines


def test_the_keyboard_reaches_everything_and_shows_where_it_is(page: chromium.Browser, folder: Path) -> None:
    """The first stop leads past the beginning; each stop has an outline that can be seen."""
    page.open((folder / "sample.html").as_uri(), 360)
    page.press("Tab", 9)
    assert page.value("document.activeElement.className") == "skip"
    assert page.value("document.activeElement.getBoundingClientRect().left") >= 0
    stops = page.value("document.querySelectorAll('a[href], summary').length")
    met = set()
    for number in range(stops):
        met.add(
            page.value("[...document.querySelectorAll('a[href], summary')].indexOf(document.activeElement)")
        )
        assert page.value("getComputedStyle(document.activeElement).outlineStyle") == "solid", number
        page.press("Tab", 9)
    assert met == set(range(stops))
    page.value("document.querySelector('.skip').click()")
    assert page.value("location.hash") == "#main"


def test_links_of_the_contents_lead_to_headings(page: chromium.Browser, folder: Path) -> None:
    """Every part of the page is listed, once, and the list is in its order."""
    page.open((folder / "check.html").as_uri(), 1280)
    listed = page.value("[...document.querySelectorAll('.contents a')].map(a => a.hash.slice(1))")
    assert listed == page.value("[...document.querySelectorAll('section.part > h2')].map(h => h.id)")
    assert "decisions" in listed


def test_paper_is_white_and_shows_what_is_folded_away(
    page: chromium.Browser, folder: Path, tmp_path: Path
) -> None:
    """Printed from a dark screen it is black on white, all examples are there, and pages have numbers."""
    page.open((folder / "sample.html").as_uri(), 1280, dark=True)
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    page.call("Emulation.setEmulatedMedia", media="print", features=features)
    style = "getComputedStyle(document.body)"
    assert page.value(f"{style}.backgroundColor") == "rgb(255, 255, 255)"
    assert page.value(f"{style}.color") == "rgb(0, 0, 0)"
    plots = "[...document.querySelectorAll('.plot')].map(plot => plot.getBoundingClientRect().height)"
    assert all(tall >= 204 for tall in page.value(plots))  # what is drawn in it reaches so far down
    height = "document.querySelector('details ol').getBoundingClientRect().height"
    assert page.value(height) > 100
    page.print(tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_an_order_that_is_explained_on_paper_has_its_number(page: chromium.Browser, folder: Path) -> None:
    """What folds it on a screen is its name: other headings of folded tables may go, this one stays."""
    page.open((folder / "sample.html").as_uri(), 1280)
    order = "<section class=lives><details><summary>A-17</summary><p>its fields</p></details></section>"
    page.value(f"void document.body.insertAdjacentHTML('beforeend', '{order}')")
    page.call("Emulation.setEmulatedMedia", media="print")
    tall = "[...document.querySelectorAll('{}')].map(one => one.getBoundingClientRect().height > 8)"
    assert page.value(tall.format(".lives summary, .lives p")) == [True, True]


def test_nothing_moves_for_who_does_not_want_it(page: chromium.Browser, folder: Path) -> None:
    """The page glides to a part only where that was not declined."""
    page.open((folder / "sample.html").as_uri(), 1280)
    behaviour = "getComputedStyle(document.documentElement).scrollBehavior"
    for said, wanted in (("no-preference", "smooth"), ("reduce", "auto")):
        page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": said}])
        assert page.value(behaviour) == wanted
