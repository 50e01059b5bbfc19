"""Logging in, and asking whether a token is good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.simulator.answer import Answer, Request, answer_json, detail, parse_error

if TYPE_CHECKING:
    from pipeline.simulator.world import World


def login(world: World, request: Request) -> Answer:
    """`POST auth/login/` with `{"username", "password"}`: `{"key"}`; 400 if wrong, 429 if too many."""
    if not world.access.may_try_login():
        wait = str(int(world.settings.login_window)).encode()
        return detail(429, "Request was throttled.", ((b"retry-after", wait),))
    try:
        body = request.document()
    except ValueError:
        return parse_error()
    sent = body if isinstance(body, dict) else {}
    missing = {name: ["This field is required."] for name in ("username", "password") if name not in sent}
    if missing:
        return answer_json(400, missing)
    key = world.access.login(sent["username"], sent["password"])
    if key is None:
        return answer_json(400, {"non_field_errors": ["Unable to log in with provided credentials."]})
    return answer_json(200, {"key": key})


def active_user(world: World, request: Request) -> Answer:  # noqa: ARG001 - all handlers look alike
    """`GET active_user/`: who the token belongs to."""
    return answer_json(200, {"pk": 1, "username": world.seed.username, "is_active": True})
