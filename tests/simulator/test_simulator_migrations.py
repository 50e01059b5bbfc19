"""Migrations by file at the twin: the order of work, the columns, the progress, the archive they leave."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from twin import client

from pipeline.simulator import Settings, Simulator

if TYPE_CHECKING:
    import httpx

REMOTE = "/api/v1/remote/5/migrations/"
USER: dict[str, object] = {
    "first_name": "Eski",
    "last_name": "Müşteri",
    "email": "eski@example.com",
    "gender": "female",
    "sms_allowed": True,
    "email_allowed": False,
    "phone": "5000000000",
    "date_of_birth": "1980-02-29",
    "date_joined": "2015-06-01 10:00:00",
    "password": "invented",
    "password_algorithm": "sha256",
    "customer_code": "M-1",
}
ADDRESS: dict[str, object] = {
    "user": "M-1",
    "email": "eski@example.com",
    "phone_number": "5000000000",
    "first_name": "Eski",
    "last_name": "Müşteri",
    "title": "Ev",
    "line": "Örnek Mah. 1",
    "tax_office": "",
    "tax_no": "",
    "company_name": "",
    "country": "TÜRKIYE",
    "city": "ISPARTA",
    "township": "merkez",
    "district": "",
}
ORDER: dict[str, object] = {
    "number": "E-1",
    "user": "M-1",
    "user_email": "eski@example.com",
    "status": "550",
    "created_date": "2016-01-02 03:04:05",
    "amount": "99.90",
    "discount_amount": "0",
    "currency": "TRY",
    "payment_type": "credit_card",
    "bank": None,
    "installment_count": 1,
    "tracking_number": "",
    "shipping_company": None,
    "shipping_address": "Örnek Mah. 1, Isparta",
    "billing_address": "Örnek Mah. 1, Isparta",
    "extra_field": {},
}
ITEM: dict[str, object] = {
    "order_number": "E-1",
    "product": "Pamuklu Tişört",
    "sku": "OLD-1",
    "quantity": 1,
    "price": "99.90",
    "image_url": None,
    "extra_field": {},
}
ROWS: dict[str, dict[str, object]] = {"user": USER, "address": ADDRESS, "order": ORDER, "order_item": ITEM}


def start(api: httpx.Client, key: str, content: object, name: str = "rows.json") -> httpx.Response:
    """Send one file; rows become JSON, bytes go as they are."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return api.post(f"{REMOTE}start/{key}/", files={"file": (name, data, "application/octet-stream")})


def finish(api: httpx.Client, started: httpx.Response) -> Any:
    """Ask for the progress until the migration has ended."""
    for _ in range(5):
        report = api.get(f"{REMOTE}{started.json()['migration_id']}/").json()
        if report["status"] in {"completed", "failed"}:
            return report
    raise AssertionError(report)


def run(api: httpx.Client, key: str, *rows: object) -> Any:
    """Migrate rows to the end."""
    return finish(api, start(api, key, list(rows)))


def test_four_files_in_their_order_become_an_archive_beside_the_orders() -> None:
    """Every row arrives, and nothing of it is an order, a customer or a side effect."""
    with Simulator() as sim, client(sim) as api:
        customers = len(sim.records("customers"))
        reports = [run(api, key, row) for key, row in ROWS.items()]
        assert {key: len(rows) for key, rows in sim.truth.migrated.items()} == dict.fromkeys(ROWS, 1)
        assert sim.truth.migrated["order"][0]["amount"] == "99.90"
        assert sim.truth.orders() == []
        assert len(sim.records("customers")) == customers
        assert not any(sim.truth.side_effects.counts.values())
        assert api.get("/api/v1/channel/5/orders/").json()["count"] == 0
    assert [(one["status"], one["succeeded"], one["failed"]) for one in reports] == [("completed", 1, 0)] * 4


def test_the_progress_goes_through_its_statuses() -> None:
    """Each question takes it one step further; the last answer stays."""
    with Simulator() as sim, client(sim) as api:
        started = start(api, "user", [USER])
        key = started.json()["migration_id"]
        seen = [api.get(f"{REMOTE}{key}/").json() for _ in range(4)]
        elsewhere = api.get(f"/api/v1/remote/6/migrations/{key}/")
        unknown = api.get(f"{REMOTE}{'0' * 32}/")
    assert (started.status_code, list(started.json()), len(key)) == (200, ["migration_id"], 32)
    assert [one["status"] for one in seen] == ["waiting", "in_progress", "completed", "completed"]
    assert [one["processed"] for one in seen] == [0, 0, 1, 1]
    assert [elsewhere.status_code, unknown.status_code] == [404, 404]


@pytest.mark.parametrize("key", ["address", "order", "order_item"])
def test_each_file_fails_without_its_predecessor(key: str) -> None:
    """Also when the predecessor was only started, not yet completed, or has failed itself."""
    needed = {"address": "user", "order": "user", "order_item": "order"}[key]
    with Simulator() as sim, client(sim) as api:
        alone = run(api, key, ROWS[key])
        if needed == "order":
            run(api, "user", USER)
        running = start(api, needed, [ROWS[needed]])
        early = run(api, key, ROWS[key])
        finish(api, running)
        late = run(api, key, ROWS[key])
        assert list(sim.truth.migrated) == [*(["user"] if needed == "order" else []), needed, key]
    assert [alone["status"], early["status"], late["status"]] == ["failed", "failed", "completed"]
    assert alone["message"] == f"A migration of {needed} has to be completed before one of {key}."


@pytest.mark.parametrize(
    ("key", "change", "column"),
    [
        ("user", {"email": "ayse.ornekci@ornek.example"}, "email"),
        ("user", {"phone": "+905000000000"}, "phone"),
        ("user", {"gender": "K"}, "gender"),
        ("user", {"sms_allowed": "evet"}, "sms_allowed"),
        ("user", {"date_joined": "01.06.2015"}, "date_joined"),
        ("user", {"password": ""}, "password"),
        ("user", {"customer_code": ""}, "customer_code"),
        ("address", {"user": "M-2"}, "user"),
        ("address", {"city": "Atlantis"}, "city"),
        ("address", {"township": "Kadıköy"}, "township"),
        ("address", {"district": "Yok Mah."}, "district"),
        ("address", {"line": "x" * 256}, "line"),
        ("address", {"email": "none"}, "email"),
        ("order", {"user": "M-2"}, "user"),
        ("order", {"number": "x" * 129}, "number"),
        ("order", {"status": "delivered"}, "status"),
        ("order", {"currency": "try"}, "currency"),
        ("order", {"amount": "1.234,50"}, "amount"),
        ("order", {"installment_count": 0}, "installment_count"),
        ("order", {"bank": "x" * 65}, "bank"),
        ("order", {"shipping_address": "x" * 513}, "shipping_address"),
        ("order", {"extra_field": "{"}, "extra_field"),
        ("order_item", {"order_number": "E-2"}, "order_number"),
        ("order_item", {"quantity": 0}, "quantity"),
        ("order_item", {"price": None}, "price"),
        ("order_item", {"image_url": "picture.png"}, "image_url"),
        ("order_item", {"sku": "x" * 129}, "sku"),
    ],
)
def test_a_bad_cell_fails_the_file_and_is_named(key: str, change: dict[str, object], column: str) -> None:
    """The report tells row and column; of the whole file nothing is stored."""
    good = ROWS[key]
    with Simulator() as sim, client(sim) as api:
        for before in ("user", "order"):
            if key != "user" and (before == "user" or key == "order_item"):
                run(api, before, ROWS[before])
        report = run(api, key, {**good, **({"number": "E-9"} if key == "order" else {})}, {**good, **change})
        assert key not in sim.truth.migrated
    last = report["errors"][-1]
    assert (report["status"], report["succeeded"], last["row"]) == ("failed", 0, 2)
    assert column in last["errors"]


def test_an_installation_may_skip_bad_rows() -> None:
    """Then the good ones are stored and the others told."""
    with Simulator(settings=Settings(migration_bad_rows="skip")) as sim, client(sim) as api:
        report = run(api, "user", USER, {**USER, "email": "x"})
        assert len(sim.truth.migrated["user"]) == 1
    assert (report["status"], report["succeeded"], report["failed"]) == ("completed", 1, 1)


def test_a_failed_predecessor_is_none() -> None:
    """Users that were refused do not open the way for their orders."""
    with Simulator() as sim, client(sim) as api:
        failed = run(api, "user", {**USER, "email": "x"})
        report = run(api, "order", ORDER)
        assert sim.truth.migrated == {}
    assert failed["status"] == "failed"
    assert report["message"].startswith("A migration of user has to be completed")


def test_nothing_is_migrated_twice() -> None:
    """Not by the same file again, not by a row that repeats another."""
    with Simulator() as sim, client(sim) as api:
        run(api, "user", USER)
        again = run(api, "user", USER)
        new = {**USER, "email": "n@example.com", "customer_code": "M-2"}
        email = run(api, "user", new, {**new, "customer_code": "M-3"})
        code = run(api, "user", new, {**new, "email": "other@example.com"})
        run(api, "order", ORDER)
        twice = run(api, "order", {**ORDER, "number": "E-2"}, {**ORDER, "number": "E-2"})
        assert len(sim.truth.migrated["user"]) == len(sim.truth.migrated["order"]) == 1
    assert set(again["errors"][0]["errors"]) == {"email", "customer_code"}
    assert [one["row"] for one in twice["errors"]] == [2]
    assert [set(one["errors"][0]["errors"]) for one in (email, code)] == [{"email"}, {"customer_code"}]
    assert [one["errors"][0]["row"] for one in (email, code)] == [2, 2]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{**USER, "shoe_size": 44}], "Unknown columns: shoe_size."),
        ([{"email": "a@example.com"}], "Missing columns: "),
        ([], "The file has no rows."),
        ({"user": USER}, "The file is not a JSON array of objects."),
        (b"[", "The file is not valid JSON."),
    ],
)
def test_a_file_of_another_shape_fails(rows: object, message: str) -> None:
    """Column names have to be those of the fields, no more and no fewer."""
    with Simulator() as sim, client(sim) as api:
        report = finish(api, start(api, "user", rows))
    assert report["status"] == "failed"
    assert report["message"].startswith(message)


@pytest.mark.parametrize(
    ("encoding", "separator", "status"),
    [
        ("utf-8", ",", "completed"),
        ("utf-8-sig", ",", "completed"),
        ("cp1254", ",", "failed"),
        ("utf-8", ";", "failed"),
    ],
)
def test_a_csv_file_is_read_with_commas_in_utf8(encoding: str, separator: str, status: str) -> None:
    """Nothing is published about either, so the separator is a switch and the encoding the usual one."""
    text = io.StringIO()
    lines = csv.DictWriter(text, list(USER), delimiter=separator)
    lines.writeheader()
    lines.writerow({**USER, "gender": "", "sms_allowed": "True", "email_allowed": "false"})
    data = text.getvalue().encode(encoding)
    with Simulator() as sim, client(sim) as api:
        assert finish(api, start(api, "user", data, "users.csv"))["status"] == status
        if status == "completed":
            assert sim.truth.migrated["user"][0]["gender"] is None
    with Simulator(settings=Settings(migration_csv_separator=separator)) as sim, client(sim) as api:
        report = finish(api, start(api, "user", data, "users.csv"))
    assert (report["status"] == "completed") == (encoding != "cp1254")


def test_what_is_no_file_is_refused_at_once() -> None:
    """No part of that name, an empty file, a body that is no form, a key that does not exist."""
    with Simulator() as sim, client(sim) as api:
        other_part = api.post(f"{REMOTE}start/user/", files={"data": ("u.json", b"[]")})
        empty = start(api, "user", b"")
        no_form = api.post(f"{REMOTE}start/user/", json=[USER])
        key = start(api, "users", [USER])
        channel = api.post("/api/v1/remote/99/migrations/start/user/", files={"file": ("u.json", b"[]")})
        kind = finish(api, start(api, "user", b"PK", "users.xlsx"))
        old = finish(api, start(api, "user", b"\xd0\xcf", "users.xls"))
    assert [one.status_code for one in (other_part, empty, no_form, key, channel)] == [
        400,
        400,
        415,
        404,
        404,
    ]
    assert kind["message"] == "Files of the kind 'xlsx' are not taken: csv, xls or json."
    assert old["message"] == "The simulator does not read xls; send csv or json."


def test_a_file_may_be_longer_than_other_bodies() -> None:
    """Files have a limit of their own, and their bytes arrive as they are."""
    settings = Settings(body_limit_bytes=1_000, file_limit_bytes=20_000)
    line = "CR LF \r\n, LF \n, dashes \r\n--x"
    with Simulator(settings=settings) as sim, client(sim) as api:
        run(
            api, "user", {**USER, "password": line, "last_name": "x" * 200, "password_algorithm": "y" * 2_000}
        )
        too_long = start(api, "user", b" " * 20_001)
        assert sim.truth.migrated["user"][0]["password"] == line
    assert too_long.status_code == 413


@pytest.mark.parametrize(
    ("shape", "texts"),
    [
        ("nested", ['"data":{"migration":', '"status":"queued"']),
        ("percent", ['"state":"queued"', '"progress":0']),
        ("text", ["queued"]),
    ],
)
def test_the_answer_of_the_progress_has_many_possible_shapes(shape: str, texts: list[str]) -> None:
    """Nobody has seen the real one; statuses, their words and their shape are switches."""
    settings = Settings.from_mapping(
        {
            "migration_progress": shape,
            "migration_statuses": ["queued", "ready"],
            "migration_failed_status": "x",
        }
    )
    with Simulator(settings=settings) as sim, client(sim) as api:
        good = start(api, "user", [USER]).json()["migration_id"]
        first, second = (api.get(f"{REMOTE}{good}/").text for _ in range(2))
        bad = start(api, "user", [USER]).json()["migration_id"]
        failed = [api.get(f"{REMOTE}{bad}/").text for _ in range(2)][1]
    assert all(text in first for text in texts)
    assert "ready" in second
    assert failed == "x" if shape == "text" else '"x"' in failed


def test_a_start_may_lose_its_answer() -> None:
    """The migration runs although nobody knows its id."""
    faults = {"other": {f"POST {REMOTE}start/user/": ["commit_then_500", "no_commit_ok"]}}
    with Simulator(faults=faults) as sim, client(sim) as api:
        answers = [start(api, "user", [USER]) for _ in range(3)]
        kinds = sim.truth.requests
        done = finish(api, answers[2])
    assert [one.status_code for one in answers] == [500, 200, 200]
    assert kinds == {"POST remote/{id}/migrations/start/{key}/": 3}
    assert done["status"] == "completed"


def test_a_migration_needs_a_last_status() -> None:
    """Statuses cannot be empty."""
    with pytest.raises(ValueError, match="migration_statuses"):
        Settings(migration_statuses=())
