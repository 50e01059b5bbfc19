"""Logging in, tokens, and limits of the twin."""

from __future__ import annotations

from itertools import count

import pytest
from twin import CREATE, client, good_body

from pipeline.simulator import Settings, Simulator, default_seed
from pipeline.simulator.access import Access

LOGIN = "/api/v1/auth/login/"
GOOD = {"username": "demo", "password": "demo"}


def test_a_login_gives_a_key_that_opens_the_rest() -> None:
    """The key of a login is the token of every other request."""
    with Simulator() as sim, client(sim, token="none yet") as api:
        key = api.post(LOGIN, json=GOOD).json()["key"]
        answer = api.get("/api/v1/active_user/", headers={"Authorization": f"Token {key}"})
    assert (answer.status_code, answer.json()["username"]) == (200, "demo")


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        pytest.param({**GOOD, "password": "wrong"}, "non_field_errors", id="wrong"),
        pytest.param({"username": "demo"}, "password", id="missing"),
        pytest.param([], "username", id="not-an-object"),
    ],
)
def test_wrong_credentials_are_a_400_with_json(sent: object, named: str) -> None:
    """A login that fails says so in JSON and gives no key."""
    with Simulator() as sim, client(sim) as api:
        answer = api.post(LOGIN, json=sent)
    assert answer.status_code == 400
    assert named in answer.json()


def test_the_fourth_login_within_six_minutes_is_throttled() -> None:
    """Three attempts are let through, right or wrong; the next is told how long to wait."""
    with Simulator() as sim, client(sim) as api:
        answers = [api.post(LOGIN, json=GOOD) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].headers["retry-after"] == "360"


def test_logins_are_possible_again_after_the_window() -> None:
    """An attempt is forgotten when the window has passed."""
    now = iter([0.0, 1.0, 2.0, 359.0, 360.0])
    access = Access("t", "u", "p", Settings(), lambda: next(now))
    assert [access.may_try_login() for _ in range(5)] == [True, True, True, False, True]


@pytest.mark.parametrize(
    "header", [None, "Token wrong", "Bearer demo-token", "demo-token", "token demo-token"]
)
def test_everything_but_the_login_needs_the_token(header: str | None) -> None:
    """Without the right header nothing is answered but a 401 with a detail, and nothing is created."""
    with Simulator() as sim, client(sim) as api:
        del api.headers["Authorization"]
        headers = {} if header is None else {"Authorization": header}
        paths = ["active_user/", "channel/5/orders/", "channel/5/products/", "payment_options/", "orders/1/"]
        answers = [api.get(f"/api/v1/{path}", headers=headers) for path in paths]
        answers.append(api.post(CREATE, json=good_body(), headers=headers))
        assert not sim.truth.orders()
    assert [answer.status_code for answer in answers] == [401] * 6
    assert all(list(answer.json()) == ["detail"] for answer in answers)


def test_a_token_expires_after_so_many_requests_and_a_login_gives_another() -> None:
    """After the expiry the old token stays dead; the new one lives as long again."""
    with Simulator(settings=Settings(expire_token_after_requests=2)) as sim, client(sim) as api:
        old = [api.post(CREATE, json=good_body(f"A-{n}")).status_code for n in range(4)]
        key = api.post(LOGIN, json=GOOD).json()["key"]
        headers = {"Authorization": f"Token {key}"}
        new = [api.post(CREATE, json=good_body(f"B-{n}"), headers=headers).status_code for n in range(3)]
        still_old = api.get("/api/v1/active_user/").status_code
        assert key != default_seed().token
        assert len(sim.truth.orders()) == 4
    assert (old, new, still_old) == ([201, 201, 401, 401], [201, 201, 401], 401)


def test_a_token_can_be_ended_from_outside() -> None:
    """The test decides when a token dies in the middle of a run."""
    with Simulator() as sim, client(sim) as api:
        before = api.get("/api/v1/active_user/").status_code
        sim.expire_token()
        after = api.get("/api/v1/active_user/").status_code
    assert (before, after) == (200, 401)


def test_the_rate_limit_counts_a_sliding_second() -> None:
    """No window of one second ever holds more requests than allowed."""
    now = iter([0.0, 0.5, 0.9, 1.0, 1.4, 1.5])
    access = Access("t", "u", "p", Settings(max_requests_per_second=2), lambda: next(now))
    assert [access.within_rate() for _ in range(6)] == [True, True, False, True, False, True]


def test_too_many_requests_are_told_when_to_come_back() -> None:
    """Over the limit the answer is 429 with Retry-After, and no order comes into being."""
    seconds = count()
    settings = Settings(max_requests_per_second=1, retry_after=7)
    with Simulator(settings=settings, clock=lambda: next(seconds) * 0.01) as sim, client(sim) as api:
        answers = [api.post(CREATE, json=good_body(f"A-{n}")) for n in range(2)]
        assert sim.truth.creates == {"A-0": 1}
    assert [answer.status_code for answer in answers] == [201, 429]
    assert answers[1].headers["retry-after"] == "7"
