"""A small shop whose orders are full of invented people, the program run on it, and a search for them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from shop import Ended, orderlift

from pipeline.simulator import Settings, Simulator

TOKEN = "CANARY-9f2c-token"
PEOPLE = (
    ("Kanarya", "Gizlioğlu", "kanarya.gizlioglu@ornek.example", "+905321112233", "Saklı Sokak No: 77"),
    ("Bülbül", "Örtülüer", "bulbul.ortuluer@ornek.example", "+905334445566", "Perde Caddesi 88 Daire 9"),
    ("Serçe", "Maskeli", "serce.maskeli@ornek.example", "+905357778899", "Duvak Bulvarı 99/3"),
)
CANARIES = (
    "Gizlioğlu", "Örtülüer", "Maskeli", "kanarya.gizlioglu", "bulbul.ortuluer", "serce.maskeli",
    "5321112233", "5334445566", "5357778899", "Saklı Sokak", "Perde Caddesi", "Duvak Bulvarı",
)  # fmt: skip
"""What may be found nowhere but where it is said to be."""
SOURCES = ("orders.csv", "items.csv")
LENIENT = Settings(unique_customers=False, unique_addresses=False)
MAPPING = """\
version: 1
name: people
locale: en_US
timezone: Europe/Istanbul
preset: historic
sources:
  orders: {files: "orders*.csv", key: No}
  items: {files: "items*.csv", key: No}
order:
  number: No
  date_placed: {column: Placed, date: "%Y-%m-%d"}
  status: {column: Durum, map: states}
  customer:
    lookup: customer
    by: {email: E-Posta}
    create: {channel_code: No, first_name: Ad, last_name: Soyad, phone_number: Telefon}
  shipping_address:
    lookup: address
    by: {line: Adres}
    within: {country: {code: {constant: TR}}, city: City}
    create: {postcode: Post}
  billing_address:
    lookup: address
    by: {line: Adres}
    within: {country: {code: {constant: TR}}, city: City}
    create: {postcode: Post}
  currency: {constant: try}
  amount: {column: Sum, decimal: true}
  notes: Müşteri Notu
items:
  product: {lookup: product, by: {sku: SKU}}
  status: {constant: delivered}
  quantity: {constant: 1}
  unit_price: {column: Each, decimal: true}
  total_price: {column: Each, decimal: true}
values:
  states: {Tamam: delivered}
"""


def open_people_shop(folder: Path, count: int = 6, *, wrong: bool = False) -> Path:
    """Write ``count`` orders of three people; with ``wrong`` three more that are refused.

    The refused have an e-mail address that is none, none at all, and a phone number for an amount.
    """
    folder.mkdir(parents=True, exist_ok=True)
    heads = ["No,Placed,Durum,E-Posta,Ad,Soyad,Telefon,Adres,City,Post,Sum,Müşteri Notu"]
    lines = ["No,SKU,Each"]
    for place in range(count):
        heads.append(_order(f"P{place}", place))
        lines.append(f"P{place},PAM-TIS-01,10")
    if wrong:
        first = PEOPLE[0]
        heads += [
            _order("X1", 0).replace(first[2], "kanarya.gizlioglu at ornek"),
            _order("X2", 0).replace(first[2], ""),
            _order("X3", 0).replace("10,", f"{first[3]},", 1).replace(",10,", f",{first[2]},"),
        ]
        lines += [f"X{place},PAM-TIS-01,10" for place in range(1, 4)]
    (folder / "orders.csv").write_text("\n".join(heads) + "\n", encoding="utf-8")
    (folder / "items.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "map.yaml").write_text(MAPPING, encoding="utf-8")
    return folder


def _order(number: str, place: int) -> str:
    first, last, mail, phone, street = PEOPLE[place % len(PEOPLE)]
    note = f"{first} {last} evde yoksa {phone} arayın"
    person = f"{mail},{first},{last},{phone},{street}"
    return f"{number},2024-01-0{place % 9 + 1},Tamam,{person},İstanbul,34100,10,{note}"


def work(folder: Path, *given: str, sim: Simulator | None = None, **changes: str | None) -> Ended:
    """Run a command in the shop's folder, with the simulator's token in the environment."""
    token = sim.token if sim is not None else TOKEN
    return orderlift(folder, *given, ORDERLIFT_TOKEN=token, **changes)


def sent(folder: Path, sim: Simulator, *more: str) -> Ended:
    """Send the whole shop."""
    given = (
        "run",
        *SOURCES,
        "-m",
        "map.yaml",
        "--target",
        sim.url,
        "--channel",
        "5",
        "--settle-window",
        "0.3s",
    )
    return work(folder, *given, "--rate", "unlimited", *more, sim=sim)


def the_run(folder: Path) -> str:
    """Give the id of the shop's only run."""
    (found,) = [path.name for path in (folder / "state" / "runs").iterdir()]
    return found


def files_below(*tops: Path) -> Iterable[Path]:
    """Give every file below some folders."""
    for top in tops:
        yield from (path for path in sorted(top.rglob("*")) if path.is_file())


def found_in(data: bytes, canaries: Iterable[str] = CANARIES) -> list[str]:
    """Give the canaries that stand in some bytes, as UTF-8, escaped for JSON, or as UTF-16."""
    return [
        canary
        for canary in canaries
        if any(form in data for form in (canary.encode(), _escaped(canary), canary.encode("utf-16-le")))
    ]


def found_below(*tops: Path, canaries: Iterable[str] = CANARIES) -> dict[str, list[str]]:
    """Give the canaries that stand in any byte below some folders, by file."""
    found = {"/".join(path.parts[-2:]): found_in(path.read_bytes(), canaries) for path in files_below(*tops)}
    return {name: there for name, there in found.items() if there}


def _escaped(text: str) -> bytes:
    return text.encode("ascii", "backslashreplace").replace(b"\\x", b"\\u00")


def simulator(**changes: Any) -> Simulator:
    """Give a target that takes every customer."""
    return Simulator(settings=LENIENT, **changes)
