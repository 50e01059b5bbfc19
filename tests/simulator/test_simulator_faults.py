"""Every fault as the other side of the socket sees it, and what is really created meanwhile."""

from __future__ import annotations

import json
import time
import zlib
from email.utils import parsedate_to_datetime

import pytest
from twin import CREATE, Ending, client, good_body, post, raw_post

from pipeline.simulator import Settings, Simulator
from pipeline.simulator.actions import ALIASES, KINDS, parse_action
from pipeline.simulator.faults import Faults


@pytest.mark.parametrize(
    ("action", "ending", "created"),
    [
        ("reset_before_read", "reset", 0),
        ("reset_before_commit", "reset", 0),
        ("commit_then_reset", "reset", 1),
        ("close_without_answer", "fin", 0),
        ("commit_then_close", "fin", 1),
        ("hang", "open", 0),
        ("commit_then_hang", "open", 1),
    ],
)
def test_an_answer_may_be_lost(action: str, ending: Ending, created: int) -> None:
    """Not one byte comes back; whether the order exists is another question."""
    script = {"*": [action]} if action == "reset_before_read" else {"A-17": [action]}
    with Simulator(faults=script) as sim:
        came, seen = raw_post(sim, patience=0.2)
        entry = sim.truth.log[0]
        assert len(sim.truth.orders()) == created
        assert (entry.action, entry.status, entry.committed) == (action, None, bool(created))
    assert (came, seen) == (b"", ending)


def test_a_reset_for_a_client_that_has_left_is_no_trouble(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever was killed meanwhile cannot be reset any more; the order is there or not, as was scripted."""
    with Simulator(faults={"A-17": ["commit_then_reset"]}, settings=Settings(latency=0.15)) as sim:
        raw_post(sim, patience=0.02)
        deadline = time.monotonic() + 5
        while not sim.truth.orders() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.05)
        assert [order.number for order in sim.truth.orders()] == ["A-17"]
    assert caplog.records == []


@pytest.mark.parametrize(
    ("action", "status", "kind", "created"),
    [
        ("400", 400, "application/json", 0),
        ("400_html", 400, "text/html; charset=utf-8", 0),
        ("401", 401, "application/json", 0),
        ("403", 403, "application/json", 0),
        ("404", 404, "application/json", 0),
        ("404_product", 404, "application/json", 0),
        ("406_other", 406, "application/json", 0),
        ("408", 408, "application/json", 0),
        ("commit_then_408", 408, "application/json", 1),
        ("425", 425, "application/json", 0),
        ("429", 429, "application/json", 0),
        ("500", 500, "application/json", 0),
        ("commit_then_500", 500, "application/json", 1),
        ("502_html", 502, "text/html; charset=utf-8", 0),
        ("commit_then_504_html", 504, "text/html; charset=utf-8", 1),
        ("503_empty", 503, "application/json", 0),
        ("520", 520, "application/json", 0),
        ("413_before_read", 413, "application/json", 0),
    ],
)
def test_another_status_may_be_answered(action: str, status: int, kind: str, created: int) -> None:
    """A script can put any status and its usual body before the real work, or after it."""
    with Simulator(faults={"*": [action]}) as sim:
        answer = post(sim)
        assert len(sim.truth.orders()) == created
        assert sim.truth.log[0].status == status
    assert (answer.status_code, answer.headers["content-type"]) == (status, kind)
    assert (answer.text == "") == action.endswith("_empty")


@pytest.mark.parametrize(
    ("action", "status", "created"),
    [("200", 200, 1), ("202", 202, 1), ("204", 204, 1), ("no_commit_200", 200, 0), ("no_commit_ok", 201, 0)],
)
def test_success_may_look_unusual(action: str, status: int, created: int) -> None:
    """The order object under another 2xx, really created or not."""
    with Simulator(faults={"A-17": [action]}) as sim:
        answer = post(sim)
        assert len(sim.truth.orders()) == created
    assert answer.status_code == status
    assert answer.text == "" if status == 204 else answer.json()["number"] == "A-17"


def test_a_false_success_does_not_hide_a_real_refusal() -> None:
    """An order the form refuses is refused, whatever success the script names."""
    with Simulator(faults={"A-17": ["202", "commit_then_500"]}) as sim:
        answers = [post(sim, customer=1), post(sim, customer=1)]
        assert not sim.truth.orders()
        assert [entry.committed for entry in sim.truth.log] == [False, False]
    assert [answer.status_code for answer in answers] == [400, 500]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_points_to_another_host(status: int) -> None:
    """Location is the settings' or the script's; nothing is created here."""
    settings = Settings(redirect_to="http://127.0.0.1:9/away/")
    with Simulator(
        faults={"A-17": [f"{status}", f"{status}:http://localhost:1/x"]}, settings=settings
    ) as sim:
        answers = [post(sim), post(sim)]
        assert not sim.truth.orders()
    assert [answer.status_code for answer in answers] == [status, status]
    assert [answer.headers["location"] for answer in answers] == [
        "http://127.0.0.1:9/away/",
        "http://localhost:1/x",
    ]


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("429", None),
        ("429:3", "3"),
        ("429:-5", "-5"),
        ("429:soon", "soon"),
        ("503:1000000000000", "1000000000000"),
    ],
)
def test_retry_after_is_sent_as_the_script_says(action: str, value: str | None) -> None:
    """Sensible or not, the header's value is the script's."""
    with Simulator(faults={"A-17": [action]}) as sim:
        assert post(sim).headers.get("retry-after") == value


def test_retry_after_as_a_date_is_on_the_servers_clock() -> None:
    """With a clock two hours ahead, the date makes sense only together with the Date header."""
    with Simulator(faults={"A-17": ["429:date+60"]}, settings=Settings(clock_skew=7200.0)) as sim:
        headers = post(sim).headers
    wait = parsedate_to_datetime(headers["retry-after"]) - parsedate_to_datetime(headers["date"])
    ahead = parsedate_to_datetime(headers["date"]).timestamp() - time.time()
    assert 58 <= wait.total_seconds() <= 62
    assert 7195 <= ahead <= 7205


def test_a_duplicate_may_be_claimed_that_does_not_exist() -> None:
    """A refusal that looks like a duplicate is no proof that the order is there."""
    with Simulator(faults={"A-17": ["406_duplicate"]}) as sim:
        assert "already exists" in post(sim).text
        assert not sim.truth.orders()


@pytest.mark.parametrize(
    ("action", "sign"),
    [
        ("html_body", b"<!doctype html>"),
        ("empty_body", b""),
        ("cut_json", b'"number":"A-17"'),
        ("other_number", b'"number":"A-17-OTHER"'),
        ("no_number", b'"channel":5'),
        ("nan_json", b'"amount":NaN'),
        ("duplicate_keys", b'"number":"SOMEBODY-ELSE"'),
        ("huge_integer", b"9" * 5_000),
        ("array_body", b'[{"pk":'),
        ("wrong_shape", b'{"status":"success","data":{}}'),
        ("deep_json", b"[" * 100_000),
        ("bad_utf8", b"\xff\xfe\xc3"),
    ],
)
def test_a_201_may_have_any_body(action: str, sign: bytes) -> None:
    """The order is created, the status is right, and the body is of no use."""
    with Simulator(faults={"A-17": [action]}) as sim:
        answer = post(sim)
        assert len(sim.truth.orders()) == 1
    assert answer.status_code == 201
    assert sign in answer.content
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_cut_json_is_well_framed_but_unreadable() -> None:
    """The frame is complete, the document is not."""
    with Simulator(faults={"A-17": ["cut_json"]}) as sim:
        answer = post(sim)
    with pytest.raises(json.JSONDecodeError):
        answer.json()


@pytest.mark.parametrize(
    ("action", "start", "end"),
    [
        ("truncated_body", b"HTTP/1.1 201 Created\r\n", b""),
        ("bad_chunks", b"HTTP/1.1 201 Created\r\n", b"}"),
        ("garbage", b"\x16\x03\x01", b"\r\n\r\n"),
        ("nul_header", b"HTTP/1.1 201 Created\r\nx-broken: a\x00b\r\n", b"}"),
        ("interim_then_close", b"HTTP/1.1 102 Processing\r\n\r\n", b"\r\n\r\n"),
    ],
)
def test_an_answer_may_break_the_protocol(action: str, start: bytes, end: bytes) -> None:
    """Bytes no correct server sends, and then the end of the connection."""
    with Simulator(faults={"A-17": [action]}) as sim:
        came, ending = raw_post(sim)
    assert came.startswith(start)
    assert came.endswith(end)
    assert ending == "fin"


def test_a_truncated_body_is_shorter_than_promised() -> None:
    """Content-Length names more bytes than come."""
    with Simulator(faults={"A-17": ["truncated_body"]}) as sim:
        came, _ = raw_post(sim)
        assert len(sim.truth.orders()) == 1
    head, _, body = came.partition(b"\r\n\r\n")
    promised = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    assert 0 < len(body) < promised


def test_an_answer_may_drip() -> None:
    """One byte at a time: a timeout per read never strikes."""
    with Simulator(faults={"A-17": ["drip:0.0001"]}) as sim:
        came, ending = raw_post(sim, patience=0.3)
    assert b'"number":"A-17"' in came
    assert ending == "open"


def test_a_dripping_answer_ends_with_the_server() -> None:
    """Stopping the twin does not wait for an answer that would take minutes."""
    with Simulator(faults={"A-17": ["drip:60"]}) as sim:
        came, _ = raw_post(sim, patience=0.3)
        begun = time.monotonic()
    assert came.endswith(b"{")
    assert time.monotonic() - begun < 1


def test_a_body_may_have_no_end() -> None:
    """More comes for as long as the client reads."""
    with Simulator(faults={"A-17": ["endless_body"]}) as sim:
        came, ending = raw_post(sim)
    assert (len(came) >= 4 << 20, ending) == (True, "open")


def test_a_small_answer_may_unpack_to_a_large_one() -> None:
    """2 MiB of blanks in a few kilobytes."""
    with Simulator(faults={"A-17": ["gzip_bomb:2"]}) as sim:
        came, _ = raw_post(sim, patience=0.3)
    packed = came.partition(b"\r\n\r\n")[2]
    assert b"content-encoding: gzip" in came
    assert len(packed) < 20_000
    assert len(zlib.decompress(packed, 31)) == 2 << 20


@pytest.mark.parametrize(
    ("action", "size"), [("header_flood:500", 500 * 12), ("header_huge:100000", 100_000)]
)
def test_headers_may_be_too_many_or_too_large(action: str, size: int) -> None:
    """The body is fine, what stands before it is not."""
    with Simulator(faults={"A-17": [action]}) as sim:
        came, _ = raw_post(sim, patience=0.3)
    head, _, body = came.partition(b"\r\n\r\n")
    assert len(head) > size
    assert json.loads(body)["number"] == "A-17"


def test_a_kept_connection_may_be_closed_behind_the_answer() -> None:
    """The answer promises keep-alive, then the connection ends."""
    with Simulator(faults={"A-17": ["ok_then_close:0.05"]}) as sim:
        came, ending = raw_post(sim)
    assert b"connection: close" not in came.lower()
    assert (came[:12], ending) == (b"HTTP/1.1 201", "fin")


def test_without_a_fault_the_connection_stays_open() -> None:
    """What the other tests see is not the ordinary end of a connection."""
    with Simulator() as sim:
        came, ending = raw_post(sim, patience=0.2)
    assert (came[:12], ending) == (b"HTTP/1.1 201", "open")


@pytest.mark.parametrize(("action", "at_once"), [("delay:0.2", 0), ("delay_answer:0.2", 1)])
def test_an_answer_may_be_late(action: str, at_once: int) -> None:
    """The order is created before or after the waiting."""
    with Simulator(faults={"A-17": [action]}) as sim:
        came, _ = raw_post(sim, patience=0.05)
        assert (came, len(sim.truth.orders())) == (b"", at_once)
        time.sleep(0.3)
        assert len(sim.truth.orders()) == 1


def test_an_order_may_appear_after_its_request_was_given_up() -> None:
    """No answer ever, and the order exists later; meanwhile the number is free."""
    with Simulator(faults={"A-17": ["late_commit:0.2"]}) as sim:
        came, ending = raw_post(sim, patience=0.05)
        assert (came, ending, sim.truth.orders()) == (b"", "open", [])
        time.sleep(0.3)
        entry = sim.truth.log[0]
        assert sim.truth.creates == {"A-17": 1}
        assert entry.committed
        assert 0.19 <= (entry.committed_at or 0) - entry.at <= 0.5


def test_a_late_commit_finds_the_number_taken() -> None:
    """Uniqueness is judged when the order is really stored."""
    with Simulator(faults={"A-17": ["late_commit:0.2"]}) as sim:
        raw_post(sim, patience=0.05)
        assert post(sim).status_code == 201
        time.sleep(0.3)
        assert sim.truth.creates == {"A-17": 1}
        assert [entry.committed for entry in sim.truth.log] == [False, True]


def test_the_target_may_store_one_post_twice() -> None:
    """A fault of the target itself, which only a lookup can show."""
    with Simulator(faults={"A-17": ["commit_twice"]}) as sim:
        assert post(sim).status_code == 201
        assert sim.truth.created_twice == ["A-17"]


# the lookup


@pytest.mark.parametrize(
    ("action", "numbers"),
    [
        ("ok", ["A-1"]),
        ("lag", []),
        ("two_matches", ["A-1", "A-1"]),
        ("fuzzy", ["A-1", "A-10"]),
        ("filter_ignored", ["B", "A-1", "A-10"]),
    ],
)
def test_one_lookup_may_see_too_little_or_too_much(action: str, numbers: list[str]) -> None:
    """The deviation holds for the scripted lookup only."""
    with Simulator(faults={"lookup": {"A-1": [action]}}) as sim, client(sim) as api:
        for number in ("B", "A-1", "A-10"):
            sim.place(good_body(number))
        answers = [api.get("/api/v1/channel/5/orders/?number=A-1").json() for _ in range(2)]
    assert [order["number"] for order in answers[0]["results"]] == numbers
    assert [order["number"] for order in answers[1]["results"]] == ["A-1"]


def test_a_lookup_fails_as_every_request_may() -> None:
    """500, 401, HTML, a bare list, another make, a cut document: all of them on one number."""
    script = ["500", "401", "html", "bare_list", "wrong_shape", "cut_json"]
    with Simulator(faults={"lookup": {"A-1": script}}) as sim, client(sim) as api:
        sim.place(good_body("A-1"))
        answers = [api.get("/api/v1/channel/5/orders/?number=A-1") for _ in script]
        assert [entry.attempt for entry in sim.truth.attempts("A-1", "GET")] == [1, 2, 3, 4, 5, 6]
    assert [answer.status_code for answer in answers] == [500, 401, 200, 200, 200, 200]
    assert answers[2].text.startswith("<!doctype")
    assert answers[3].json()[0]["number"] == "A-1"


def test_faults_of_creating_do_not_touch_the_lookup() -> None:
    """Each kind of request has scripts of its own; the rest goes by its path."""
    faults = {
        "create": {"A-1": ["500"]},
        "other": {"/api/v1/active_user/": ["403"]},
        "login": {"*": ["502_html"]},
    }
    with Simulator(faults=faults) as sim, client(sim) as api:
        codes = [
            api.get("/api/v1/channel/5/orders/?number=A-1").status_code,
            api.post(CREATE, json=good_body("A-1")).status_code,
            api.get("/api/v1/active_user/").status_code,
            api.get("/api/v1/payment_options/").status_code,
            api.post("/api/v1/auth/login/", json={}).status_code,
        ]
    assert codes == [200, 500, 403, 200, 502]


# scripts and rates


def test_a_script_goes_by_number_and_attempt() -> None:
    """The nth entry meets the nth post of that number; afterwards all is well; others are not touched."""
    with Simulator(faults={"A-17": ["500", "429", "201"]}) as sim:
        mine = [post(sim).status_code for _ in range(4)]
        other = post(sim, "B").status_code
        assert [entry.attempt for entry in sim.truth.attempts("A-17")] == [1, 2, 3, 4]
    assert (mine, other) == ([500, 429, 201, 406], 201)


def test_a_script_may_repeat_for_ever() -> None:
    """With `repeat` at the end the last action goes on."""
    with Simulator(faults={"A-17": ["500", "429", "repeat"]}) as sim:
        assert [post(sim).status_code for _ in range(4)] == [500, 429, 429, 429]


def test_the_script_of_everybody_meets_requests_as_they_arrive() -> None:
    """`*` does not look at the number, and goes before all others."""
    with Simulator(faults={"*": ["500", "ok"], "B": ["400"]}) as sim:
        assert [post(sim, number).status_code for number in ("A", "C", "B")] == [500, 201, 400]


def test_rates_depend_on_seed_number_and_attempt_alone() -> None:
    """Runs with one seed fail alike in any order; another seed fails elsewhere; shares are about right."""
    numbers = [f"N-{n}" for n in range(2_000)]

    def drawn(seed: int, order: list[str]) -> dict[str, str]:
        faults = Faults({"503": 0.1, "commit_then_reset": 0.05, "seed": seed})
        return {number: faults.for_attempt("create", number, 1).text for number in order}

    first, backwards, other = drawn(7, numbers), drawn(7, numbers[::-1]), drawn(8, numbers)
    assert first == backwards
    assert first != other
    counts = [list(first.values()).count(action) for action in ("503", "commit_then_reset", "ok")]
    assert 150 < counts[0] < 250
    assert 60 < counts[1] < 140


def test_a_reset_under_a_number_strikes_after_the_body_was_read() -> None:
    """To know the number the twin has to read; for the client it is a reset all the same."""
    with Simulator(faults={"A-17": ["reset_before_read"]}) as sim:
        came, ending = raw_post(sim)
        assert sim.truth.log[0].number == "A-17"
    assert (came, ending) == (b"", "reset")


def test_a_rate_may_strike_before_the_body_is_read() -> None:
    """What comes before the number is known is drawn by arrival."""
    with Simulator(faults={"reset_before_read": 1.0}) as sim:
        came, ending = raw_post(sim)
        assert sim.truth.log[0].number is None
    assert (came, ending) == (b"", "reset")


@pytest.mark.parametrize(
    "faults",
    [
        {"A": ["explode"]},
        {"A": ["delay:soon"]},
        {"A": []},
        {"A": ["repeat"]},
        {"A": ["commit_then_reset_before_read"]},
        {"A": "500"},
        {"503": 1.5},
        {"503": 0.6, "500": 0.6},
        {"creates": {"A": ["500"]}},
        {"A": ["600"]},
    ],
)
def test_faults_that_cannot_be_understood_are_refused(faults: dict[str, object]) -> None:
    """A misspelt fault would be a test that proves nothing."""
    with pytest.raises(ValueError, match=r"."):
        Simulator(faults=faults)


@pytest.mark.parametrize("word", sorted({*KINDS, *ALIASES}))
def test_every_word_of_the_vocabulary_is_understood(word: str) -> None:
    """Each word stands for an action with a meaning, under its own name or another's."""
    action = parse_action(word)
    assert action.name == ALIASES.get(word, word)
    assert action.kind.meaning
