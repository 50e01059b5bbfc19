"""Write orders that name their records as a shop does: by e-mail, address line and SKU; and a target's seed.

A part of the customers stands on the target already, with both addresses, and every product does. The same
arguments give the same bytes. Everything but the places is invented.
"""

import csv
import json
import random
import shutil
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.simulator import address_hash

CHANNEL = 5
CARRIERS = ("YK", "SENDEO")
ITEM_COUNTS = (1, 2, 3, 4, 5)
ITEM_COUNT_WEIGHTS = (30, 27, 21, 14, 8)
FIRST_PK = 500_000
NAMES = ("Ada", "Bora", "Ceren", "Deniz", "Ece", "Fırat", "Gizem", "Hakan", "Işıl", "Kaan")
SURNAMES = ("Örnekçi", "Denemez", "Sınar", "Tasarı", "Uydurma", "Varsayar", "Yazıcı")
SIMULATOR = Path(__file__).parents[1] / "pipeline" / "simulator"


class Size(NamedTuple):
    """How many of what. ``known`` of the customers exist before the run, with two addresses each."""

    orders: int
    customers: int
    known: int
    products: int


class Place(NamedTuple):
    """A district and all it lies in, by name and by id."""

    names: tuple[str, str, str]
    ids: dict[str, int]


def places(document: dict[str, Any]) -> list[Place]:
    """Districts of Türkiye whose names stand once in their township, so that each sequence finds them."""
    cities = {one["pk"]: one for one in document["cities"]}
    townships = {one["pk"]: one for one in document["townships"]}
    districts = [one for one in document["districts"] if one["country"] == 1 and one["is_active"]]
    named = [(one["township"], one["name"]) for one in districts]
    found = []
    for one in districts:
        city, township = cities[one["city"]], townships[one["township"]]
        if named.count((one["township"], one["name"])) == 1 and city["is_active"] and township["is_active"]:
            ids = {"country": 1, "city": city["pk"], "township": township["pk"], "district": one["pk"]}
            found.append(Place((city["name"], township["name"], one["name"]), ids))
    return found


class Customer(NamedTuple):
    """A customer with the lines and places of a shipping and a billing address."""

    serial: int
    email: str
    code: str
    first_name: str
    last_name: str
    phone: str
    lines: tuple[str, str]
    places: tuple[Place, Place]

    def record(self) -> dict[str, Any]:
        """The customer as a target that knows it holds it."""
        return {
            "pk": FIRST_PK + self.serial,
            "email": self.email,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "phone_number": self.phone,
            "channel_code": self.code,
            "is_active": True,
            "channels": [CHANNEL],
        }

    def addresses(self) -> list[dict[str, Any]]:
        """Both addresses, as a target that knows the customer holds them."""
        records = []
        for place, line in enumerate(self.lines):
            record = {
                "pk": FIRST_PK + self.serial * 2 + place,
                "customer": FIRST_PK + self.serial,
                "email": self.email,
                "phone_number": self.phone,
                "first_name": self.first_name,
                "last_name": self.last_name,
                "line": line,
                **self.places[place].ids,
                "address_type": "customer",
                "is_active": True,
            }
            records.append({**record, "hash_data": address_hash(record), "channels": [CHANNEL]})
        return records


def make_customer(index: int, rng: random.Random, where: list[Place]) -> Customer:
    first, last = rng.choice(NAMES), rng.choice(SURNAMES)
    lines = (f"Örnek Sokak No: {index}", f"Fatura Caddesi No: {index}")
    email, phone = f"musteri{index}@ornek.example", f"+9050{index:08d}"
    return Customer(
        index, email, f"K{index:06d}", first, last, phone, lines, (rng.choice(where), rng.choice(where))
    )


def products(count: int) -> list[dict[str, Any]]:
    return [
        {
            "pk": FIRST_PK + index,
            "sku": f"STK-{index:05d}",
            "base_code": f"STK-{index // 4:05d}",
            "name": f"Ürün {index}",
            "is_active": True,
            "_remote_id": str(70_000 + index),
            "channels": [CHANNEL],
        }
        for index in range(count)
    ]


def write_seed(path: Path, customers: list[Customer], goods: list[dict[str, Any]]) -> None:
    document = {
        **json.loads((SIMULATOR / "places.json").read_text(encoding="utf-8")),
        **json.loads((SIMULATOR / "seed.json").read_text(encoding="utf-8")),
        "customers": [one.record() for one in customers],
        "addresses": [address for one in customers for address in one.addresses()],
        "products": goods,
    }
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def order_row(index: int, customer: Customer, total: int) -> dict[str, str]:
    (city, township, district), (bill_city, bill_township, bill_district) = (
        place.names for place in customer.places
    )
    return {
        "SIPARIS_NO": f"R{index:07d}",
        "TARIH": f"{index % 28 + 1:02d}.{index % 12 + 1:02d}.2021 12:00",
        "EPOSTA": customer.email,
        "MUSTERI_NO": customer.code,
        "AD": customer.first_name,
        "SOYAD": customer.last_name,
        "TELEFON": customer.phone,
        "ADRES": customer.lines[0],
        "IL": city,
        "ILCE": township,
        "MAHALLE": district,
        "FATURA_ADRES": customer.lines[1],
        "FATURA_IL": bill_city,
        "FATURA_ILCE": bill_township,
        "FATURA_MAHALLE": bill_district,
        "KARGO": CARRIERS[index % len(CARRIERS)],
        "TOPLAM": f"{total}.00",
    }


def write(out: Path, size: Size, seed: int) -> None:
    """Write ``orders.csv``, ``items.csv``, ``mapping.yaml`` and ``seed.json`` into a new folder."""
    out.mkdir(parents=True)
    rng = random.Random(seed)
    where = places(json.loads((SIMULATOR / "places.json").read_text(encoding="utf-8")))
    customers = [make_customer(index, rng, where) for index in range(1, size.customers + 1)]
    goods = products(size.products)
    write_seed(out / "seed.json", customers[: size.known], goods)
    orders, items = [], []
    for index in range(size.orders):
        # Everybody orders at least once, as far as there are orders enough.
        customer = customers[index] if index < size.customers else rng.choice(customers)
        bought = rng.sample(goods, rng.choices(ITEM_COUNTS, ITEM_COUNT_WEIGHTS)[0])
        orders.append(order_row(index, customer, 10 * len(bought)))
        items += [
            {
                "SIPARIS_NO": f"R{index:07d}",
                "STOK_KODU": one["sku"],
                "URUN_ID": one["_remote_id"],
                "FIYAT": "10.00",
            }
            for one in bought
        ]
    rng.shuffle(orders)
    for name, rows in (("orders.csv", orders), ("items.csv", items)):
        with (out / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=";", lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(rows)
    shutil.copyfile(Path(__file__).with_name("mapping_records.yaml"), out / "mapping.yaml")
