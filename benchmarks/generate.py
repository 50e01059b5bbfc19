"""Write a legacy shop's order history of any size: two CSV files and the mapping file for them.

The same arguments give the same bytes. Memory is flat: orders are made and written a block at a time.
Everything is invented; addresses are from the ranges kept for documentation.
"""

import argparse
import csv
import random
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

ORDER_COLUMNS = (
    "KAYIT_ID",
    "SIPARIS_NO",
    "DURUM",
    "TARIH",
    "MUSTERI_ID",
    "TESLIMAT_ADRES_ID",
    "FATURA_ADRES_ID",
    "PARA_BIRIMI",
    "TOPLAM",
    "KARGO_TUTARI",
    "KARGO_KDV",
    "INDIRIM",
    "ODEME_TIPI",
    "KARGO_FIRMA_ID",
    "KARGO_SECENEGI",
    "KARGO_TAKIP_NO",
    "KARGO_KODU",
    "IP_ADRESI",
    "HEDIYE_NOTU",
    "MUSTERI_NOTU",
    "FATURA_NO",
    "FATURA_TARIHI",
    "KAYNAK",
    "SUBE",  # no target field: every legacy file has columns nobody wants
    "GUNCELLEME",
)
ITEM_COLUMNS = (
    "SIPARIS_NO",
    "SATIR_NO",
    "URUN_ID",
    "DURUM",
    "PARA_BIRIMI",
    "FIYAT",
    "ADET",
    "BIRIM_FIYAT",
    "TUTAR",
    "KDV_ORANI",
    "FIYAT_LISTESI",
    "STOK_LISTESI",
    "INDIRIM",
    "LISTE_FIYATI",
    "TESLIM_TARIHI",
)
BLOCK = 1000  # orders; the items file is in another order than the orders file within each block

STATUSES = ("Teslim Edildi", "Kargoda", "İptal Edildi", "İade Edildi")
STATUS_WEIGHTS = (80, 8, 8, 4)
ITEM_COUNTS = (1, 2, 3, 4, 5, 6)
ITEM_COUNT_WEIGHTS = (30, 27, 21, 11, 7, 4)  # 2.5 on average
PAYMENTS = ("kredi-karti", "havale-eft", "kapida-odeme", "hediye-ceki")
CARRIERS = ("yurtici", "aras", "mng", "surat", "ptt")
CHANNELS = ("eski-site", "mobil-uygulama", "çağrı-merkezi", "pazaryeri")
BRANCHES = ("Kadıköy", "Beşiktaş", "Çankaya", "Bornova", "Nilüfer", "")
NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
NOTES = (
    "",
    "",
    "",
    "Kapıcıya bırakılabilir.",
    "Zil çalışmıyor, lütfen gelmeden önce arayın.",
    "Akşam 18:00'den sonra teslim edin; gündüz evde kimse olmuyor.",
    "Fatura şirket adına kesilsin, kutunun içine koymayın.",
)
GIFT_NOTES = (
    "",
    "",
    "",
    "",
    "",
    "Doğum günün kutlu olsun, iyi ki varsın!",
    'Nice mutlu yıllara "birlikte"; sevgiler',
)
FIRST_DAY = datetime(2018, 1, 2, 8, 0)  # noqa: DTZ001  local time of the shop, as the file shows it


class Order(NamedTuple):
    """One order's row and the rows of its items, as texts."""

    row: list[str]
    items: list[list[str]]


def money(kurus: int, rng: random.Random) -> str:
    """Write an amount as a Turkish spreadsheet does, now and then with a dot for the thousands."""
    whole, cents = divmod(kurus, 100)
    text = f"{whole:,}".replace(",", ".") if whole >= 1000 and rng.random() < 0.3 else str(whole)
    return f"{text},{cents:02d}"


def make_order(index: int, rng: random.Random) -> Order:
    number = f"{1_000_000_000 + index}"
    placed = FIRST_DAY + timedelta(minutes=index % 2_000_000 * 2 + rng.randrange(2))
    status = rng.choices(STATUSES, STATUS_WEIGHTS)[0]
    currency = "TL" if rng.random() < 0.8 else "TRY"
    delivery = (placed + timedelta(days=rng.randrange(2, 9))).strftime("%d.%m.%Y")
    items: list[list[str]] = []
    total = 0
    for position in range(rng.choices(ITEM_COUNTS, ITEM_COUNT_WEIGHTS)[0]):
        unit = rng.randrange(1_990, 249_900)
        quantity = 1 if rng.random() < 0.8 else rng.randrange(2, 6)
        total += unit * quantity
        price = money(unit, rng)
        items.append(
            [
                number,
                f"{index * 10 + position + 1}",
                str(rng.randrange(10_000, 60_000)),
                status,
                currency,
                price,
                str(quantity),
                price,
                money(unit * quantity, rng),
                rng.choice(("10", "20", "1")),
                "1",
                "3",
                money(rng.randrange(0, 990) if rng.random() < 0.2 else 0, rng),
                money(unit + rng.randrange(0, 20_000), rng),
                delivery,
            ]
        )
    customer = rng.randrange(1, 2_000_000)
    address = customer * 3 + rng.randrange(3)
    carrier = rng.randrange(len(CARRIERS))
    sent = status != "İptal Edildi"
    row = [
        str(index + 1),
        number,
        status,
        placed.strftime("%d.%m.%Y %H:%M"),
        str(customer),
        str(address),
        str(address if rng.random() < 0.7 else customer * 3),
        currency,
        money(total, rng),
        money(rng.choice((0, 2_990, 4_990)), rng),
        "20",
        money(rng.randrange(100, 5_000) if rng.random() < 0.15 else 0, rng),
        rng.choice(PAYMENTS),
        str(carrier + 1),
        CARRIERS[carrier],
        f"TR{rng.randrange(10**11, 10**12)}" if sent else "",
        f"{CARRIERS[carrier].upper()}-{index:09d}" if sent else "",
        f"{rng.choice(NETWORKS)}.{rng.randrange(1, 255)}",
        rng.choice(GIFT_NOTES),
        rng.choice(NOTES),
        f"FTR{placed.year}{index:09d}" if sent else "",
        (placed + timedelta(hours=rng.randrange(1, 40))).strftime("%d.%m.%Y %H:%M") if sent else "",
        rng.choice(CHANNELS),
        rng.choice(BRANCHES),
        (placed + timedelta(days=rng.randrange(1, 90))).strftime("%d.%m.%Y %H:%M"),
    ]
    return Order(row, items)


def in_order(column: str, value: str) -> Callable[[Order], None]:
    def spoil(order: Order) -> None:
        order.row[ORDER_COLUMNS.index(column)] = value

    return spoil


def in_first_item(column: str, value: str) -> Callable[[Order], None]:
    def spoil(order: Order) -> None:
        order.items[0][ITEM_COLUMNS.index(column)] = value

    return spoil


FAULTS: tuple[Callable[[Order], None], ...] = (
    in_order("TOPLAM", "0,01"),  # not the sum of its items
    in_order("DURUM", "Depoda"),  # not in the mapping's table
    in_order("TARIH", "31.02.2020 10:00"),
    in_order("MUSTERI_ID", ""),
    in_order("KARGO_TUTARI", "12,5O"),  # a letter O
    in_order("IP_ADRESI", "300.1.1.1"),
    in_first_item("SIPARIS_NO", "9999999999"),  # an item without its order
    in_first_item("ADET", "1,5"),
    in_first_item("URUN_ID", "#N/A"),
)


def orders(count: int, seed: int, dirty: float) -> Iterator[Order]:
    """All orders, one at a time; a share of ``dirty`` of them carries one fault each."""
    rng = random.Random(seed)
    fault_rng = random.Random(f"{seed} faults")  # apart, so that the sound orders stay the same
    for index in range(count):
        order = make_order(index, rng)
        if dirty and fault_rng.random() < dirty:
            fault_rng.choice(FAULTS)(order)
        yield order


def write(out: Path, count: int, seed: int, *, dirty: float = 0.0, ungrouped: bool = False) -> None:
    out.mkdir(parents=True, exist_ok=True)
    shuffler = random.Random(f"{seed} shuffle")
    with (
        (out / "orders.csv").open("w", encoding="utf-8", newline="") as orders_file,
        (out / "items.csv").open("w", encoding="utf-8", newline="") as items_file,
    ):
        orders_out = csv.writer(orders_file, delimiter=";", lineterminator="\r\n")
        items_out = csv.writer(items_file, delimiter=";", lineterminator="\r\n")
        orders_out.writerow(ORDER_COLUMNS)
        items_out.writerow(ITEM_COLUMNS)

        def flush(block: list[Order]) -> None:
            orders_out.writerows(order.row for order in block)
            shuffler.shuffle(block)
            rows = [row for order in block for row in order.items]
            if ungrouped:
                shuffler.shuffle(rows)
            items_out.writerows(rows)

        block: list[Order] = []
        for order in orders(count, seed, dirty):
            block.append(order)
            if len(block) == BLOCK:
                flush(block)
                block = []
        flush(block)
    shutil.copyfile(Path(__file__).with_name("mapping.yaml"), out / "mapping.yaml")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, required=True, help="how many orders")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, help="directory; made when missing")
    parser.add_argument("--dirty", type=float, default=0.0, help="share of orders with one fault, 0 to 1")
    parser.add_argument("--ungrouped", action="store_true", help="also mix the items of a block's orders")
    options = parser.parse_args()
    write(options.out, options.orders, options.seed, dirty=options.dirty, ungrouped=options.ungrouped)


if __name__ == "__main__":
    main()
