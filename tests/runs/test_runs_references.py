"""Records that orders name are found or created on the target, each once, whatever goes wrong on the way."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from small_shop import sending, table

from pipeline.model.capability import Capability
from pipeline.runs.asked.request import Places, PlanRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.verbs import resume, run
from pipeline.simulator import Settings, Simulator

MAPPING = """\
version: 1
name: lookups
locale: en_US
timezone: Europe/Istanbul
preset: historic
sources:
  orders: {files: "orders*.csv", key: No}
  items: {files: "items*.csv", key: No}
order:
  number: No
  date_placed: {column: Placed, date: "%Y-%m-%d"}
  status: {constant: delivered}
  customer:
    lookup: customer
    by: {email: Mail}
    create: {channel_code: Code, first_name: Name, last_name: Surname, phone_number: Phone}
  shipping_address: &address
    lookup: address
    by: {line: Street}
    within: {country: {code: {constant: TR}}, city: City}
    create: {postcode: Post}
  billing_address:
    lookup: address
    by: {line: Street}
    within: {country: {code: {constant: TR}}, city: City}
    create: {postcode: Post}
  currency: {constant: try}
  amount: {column: Sum, decimal: true}
  cargo_company: {lookup: cargo_company, by: {erp_code: Carrier}}
items:
  product: {lookup: product, by: {sku: SKU}}
  status: {constant: delivered}
  quantity: {constant: 1}
  unit_price: {column: Each, decimal: true}
  total_price: {column: Each, decimal: true}
""".replace(" &address", "")
HEAD = "No,Placed,Mail,Code,Name,Surname,Phone,Street,City,Post,Sum,Carrier\n"
KNOWN = (
    "2024-01-05,ayse.ornekci@ornek.example,C1001,Ayşe,Örnekçi,+905000000000,"
    "Örnek Mah. 10. Sokak No: 1,İstanbul,34100"
)
NEW = "2024-01-06,yeni@ornek.example,N1,Yeni,Müşteri,+905000000099,Deneme Sok. 5,Ankara,06100"
CUSTOMERS = "/api/v1/channel/5/customers/"
LENIENT = Settings(unique_customers=False, unique_addresses=False)
"""A target that would take everything twice."""


def shop(folder: Path, *orders: str, carrier: str = "YK", sku: str = "PAM-TIS-01") -> PlanRequest:
    """Write orders that are right but for what is given; they are numbered L1, L2 …"""
    lines = [f"L{n},{order},10,{carrier}\n" for n, order in enumerate(orders, 1)]
    (folder / "orders.csv").write_text(HEAD + "".join(lines), encoding="utf-8")
    items = [f"L{n},{sku},10\n" for n in range(1, len(orders) + 1)]
    (folder / "items.csv").write_text("No,SKU,Each\n" + "".join(items), encoding="utf-8")
    (folder / "map.yaml").write_text(MAPPING, encoding="utf-8")
    files = [folder / "orders.csv", folder / "items.csv"]
    return PlanRequest(files, folder / "map.yaml", channel=5, capability=Capability(settle_window=0.3))


def sent(planned: PlanRequest, sim: Simulator, **changes: Any) -> Result:
    """Plan and send."""
    folder = planned.mapping.parent
    request = PlanRequest(planned.sources, planned.mapping, sim.url, 5, planned.capability, planned.jobs)
    return run(request, sending(sim.token, **changes), Places(folder / "state", folder / "reports"))


def resumed(planned: PlanRequest, sim: Simulator, result: Result) -> Result:
    """Go on with a run."""
    folder = planned.mapping.parent
    return resume(result.run_id, sending(sim.token), Places(folder / "state", folder / "reports"))


def made(sim: Simulator) -> Counter[str]:
    """How often each customer and address was created, by the target's own truth."""
    return Counter(f"{one.kind} {one.key}" for one in sim.truth.made)


def told(result: Result) -> list[tuple[str, str | None, str | None]]:
    """(code, cell, value) of every error."""
    return [
        (issue.code, issue.at.cell if issue.at else None, issue.value)
        for issue in result.issues()
        if issue.code.startswith("E")
    ]


def test_what_is_there_is_found_and_what_is_missing_is_created_once(tmp_path: Path) -> None:
    """Two orders of a new customer make one customer and one address; nobody who lives is changed."""
    planned = shop(tmp_path, KNOWN, NEW, NEW.replace("yeni@", "YENI@"))
    with Simulator() as sim:
        result = sent(planned, sim)
        assert result.exit_code == 0
        assert sim.truth.creates == {"L1": 1, "L2": 1, "L3": 1}
        assert sum(made(sim).values()) == 2
        assert not sim.truth.changed
        orders = {order.number: json.loads(order.raw)["order"] for order in sim.truth.orders(5)}
        assert orders["L1"]["customer"] == 201
        assert orders["L2"]["customer"] == orders["L3"]["customer"] > 1_000_000
        assert orders["L2"]["shipping_address"] == orders["L3"]["billing_address"]
        assert sim.truth.side_effects.counts["fulfilment"] == 0


def test_a_record_that_is_not_there_refuses_its_orders_at_the_cell(tmp_path: Path) -> None:
    """With what may be meant; a customer is not created for an order that is refused anyway."""
    planned = shop(tmp_path, KNOWN, NEW.replace("Ankara", "Ankarra"))
    with Simulator() as sim:
        result = sent(planned, sim)
        assert result.exit_code == 3
        assert {(code, value) for code, _, value in told(result)} == {("E342", "Ankarra")}
        assert (
            "Ankara" in {str(issue.facts["hint"]) for issue in result.issues() if issue.code == "E342"}.pop()
        )
        assert sim.truth.creates == {"L1": 1}
        assert not made(sim)


@pytest.mark.parametrize(
    "fault", ["commit_then_reset", "reset", "commit_then_500", "503_empty", "truncated_body", "close"]
)
@pytest.mark.parametrize("kind", ["customer", "address"])
def test_a_lost_answer_creates_nothing_twice(tmp_path: Path, kind: str, fault: str) -> None:
    """Doubt is settled by looking; then the record is taken, or made."""
    planned = shop(tmp_path, NEW, NEW)
    subject = "yeni@ornek.example" if kind == "customer" else "Deneme Sok. 5"
    with Simulator(faults={kind: {subject: [fault]}}, settings=LENIENT) as sim:
        result = sent(planned, sim)
        assert (result.exit_code, sim.truth.creates) == (0, {"L1": 1, "L2": 1})
        assert sorted(made(sim).values()) == [1, 1]


@pytest.mark.parametrize("fault", ["500", "502_html", "reset", "truncated_body", "200_html"])
def test_a_lookup_that_fails_never_becomes_a_creation(tmp_path: Path, fault: str) -> None:
    """The order waits; when the target is well again, the same run goes on."""
    planned = shop(tmp_path, KNOWN, NEW)
    script = {"other": {f"GET {CUSTOMERS}": [fault, "repeat"]}}
    with Simulator(faults=script) as sim:
        result = sent(planned, sim, attempts=1)
        assert result.exit_code == 5
        assert not made(sim)
        assert not sim.truth.creates
        sim.script({})
        again = resumed(planned, sim, result)
        assert again.exit_code == 0
        assert sim.truth.creates == {"L1": 1, "L2": 1}


def test_a_creation_in_doubt_outlives_its_process(tmp_path: Path) -> None:
    """The answer is lost and so is every look after it; the next process looks before it creates."""
    planned = shop(tmp_path, NEW)
    script = {
        "customer": {"yeni@ornek.example": ["commit_then_reset"]},
        "other": {f"GET {CUSTOMERS}": ["ok", "500", "repeat"]},
    }
    with Simulator(faults=script) as sim:
        result = sent(planned, sim, attempts=1)
        assert result.exit_code == 5
        assert dict(table(result.journal, "SELECT state, count(*) FROM refs WHERE kind = 'customer'")) == {
            "in_doubt": 1
        }
        sim.script({})
        again = resumed(planned, sim, result)
        assert (again.exit_code, sim.truth.creates) == (0, {"L1": 1})
        assert sorted(made(sim).values()) == [1, 1]


def test_a_token_that_is_refused_stops_everything(tmp_path: Path) -> None:
    """A person has to act; nothing was created and nothing sent."""
    planned = shop(tmp_path, NEW)
    with Simulator(settings=Settings()) as sim:
        request = PlanRequest(planned.sources, planned.mapping, sim.url, 5, planned.capability)
        places = Places(tmp_path / "state", tmp_path / "reports")
        result = run(request, sending("wrong-token"), places)
        assert result.exit_code == 5
        assert not made(sim)
        assert not sim.truth.creates


def test_only_the_canary_s_records_come_into_being_before_it_has_passed(tmp_path: Path) -> None:
    """A difference found in one order leaves the target without the customers of all the others."""
    people = [NEW.replace("yeni@", f"yeni{n}@").replace("N1", f"N{n}") for n in range(1, 13)]
    planned = shop(tmp_path, *people)
    with Simulator(faults={"lookup": {"L1": ["other_value:amount"]}}) as sim:
        stopped = sent(planned, sim, canary=1)
        assert (stopped.exit_code, stopped.ending.code) == (6, "E546")
        assert sim.truth.creates == {"L1": 1}
        assert sum(made(sim).values()) == 2  # one customer, one address
        again = resumed(planned, sim, stopped)
        assert (again.exit_code, again.summary.orders.created) == (0, 12)
        assert set(made(sim).values()) == {1}


def test_an_order_of_the_canary_whose_customer_is_refused_stops_the_run(tmp_path: Path) -> None:
    """The others of its kind would most likely be refused as well, so nothing of theirs is made."""
    people = [NEW.replace("yeni@", f"yeni{n}@").replace("N1", f"N{n}") for n in range(1, 5)]
    planned = shop(tmp_path, *people)
    with Simulator(faults={"customer": {"yeni1@ornek.example": ["400", "repeat"]}}) as sim:
        stopped = sent(planned, sim, canary=1)
        assert (stopped.exit_code, stopped.ending.code) == (6, "E547")
        assert stopped.ending.facts["code"] == "E346"
        assert not sim.truth.made
        assert not sim.truth.creates


def test_many_orders_take_few_requests(tmp_path: Path) -> None:
    """Orders, distinct missing customers and addresses, one for fifty products, and lists."""
    orders = [
        f"2024-01-06,kisi{n}@ornek.example,K{n},Kişi,Biri,+9050000{n:05d},Sokak {n},Ankara,06100"
        for n in list(range(40)) * 12
    ]
    planned = shop(tmp_path, *orders)
    with Simulator() as sim:
        result = sent(planned, sim, concurrency=20)
        assert result.exit_code == 0
        kinds = Counter(name.split()[0] for name, count in sim.truth.requests.items() for _ in range(count))
        assert kinds["POST"] == 480 + 40 + 40
        assert kinds["GET"] <= 40 + 6  # the customers one by one: the list knows no filter for many


def test_killed_while_records_are_created_nothing_is_made_twice(tmp_path: Path) -> None:
    """Three kills, and some lost answers besides: in the end everything is there, once."""
    people = [
        f"m{n % 60}@ornek.example,C{n % 60},Ad,Soyad,+9050000{n % 60:05d},Sokak {n % 60}" for n in range(150)
    ]
    planned = shop(tmp_path, *(f"2024-01-06,{one},Ankara,06100" for one in people))
    faults = {"customer": {"*": ["commit_then_reset", "ok", "reset", "ok"]}, "create": {"503": 0.02}}
    with Simulator(faults=faults, settings=LENIENT) as sim:
        env = {**os.environ, "ORDERLIFT_TOKEN": sim.token}
        places = ["--state-dir", str(tmp_path / "state"), "--report-dir", str(tmp_path / "reports")]
        flags = ["-q", "--rate", "200", "--yes", *places]
        where = ["--target", sim.url, "--channel", "5", "--settle-window", "0.3"]
        files = [str(path) for path in planned.sources]
        command = ["run", *files, "-m", str(planned.mapping), *where]
        for kill_after in (0.9, 0.7, 0.9, None):
            process = subprocess.Popen([sys.executable, "-m", "pipeline", *command, *flags], env=env)
            try:
                process.wait(kill_after if kill_after is not None else 60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if list(tmp_path.glob("state/runs/*/run.json")):
                command = ["resume"]
        assert process.returncode == 0
        assert Counter(sim.truth.creates.values()) == {1: 150}
        assert Counter(made(sim).values()) == {1: 120}
