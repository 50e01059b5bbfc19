"""The invented shop behind all samples. Its ids are those that the simulator knows in channel 5."""

from dataclasses import dataclass
from decimal import Decimal

_KINDS = (
    ("PAM-TIS", "Pamuklu Tişört", "149.90"),
    ("KET-GOM", "Keten Gömlek", "399.90"),
    ("KOT-PAN", "Kot Pantolon", "549.90"),
    ("YUN-KAZ", "Yün Kazak", "629.00"),
    ("DER-KEM", "Deri Kemer", "219.50"),
    ("SPO-AYA", "Spor Ayakkabı", "1249.00"),
    ("KAN-CAN", "Kanvas Çanta", "289.00"),
    ("CIZ-COR", "Çizgili Çorap", "39.90"),
    ("RUZ", "Rüzgarlık", "899.00"),
    ("HAS-SAP", "Hasır Şapka", "134.76"),
)
_COLOURS = ("siyah", "beyaz", "lacivert", "haki")
_FIRST_PRODUCT = 101


@dataclass(frozen=True, slots=True)
class Product:
    """Something for sale; ``price`` in TRY, VAT included."""

    pk: int
    sku: str
    name: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class Customer:
    """An invented person with the ids of one or two addresses."""

    pk: int
    first: str
    last: str
    email: str
    addresses: tuple[int, ...]


PRODUCTS = tuple(
    Product(
        _FIRST_PRODUCT + 4 * kind + colour,
        f"{sku}-{colour + 1:02d}",
        f"{name} {_COLOURS[colour]}",
        Decimal(price),
    )
    for kind, (sku, name, price) in enumerate(_KINDS)
    for colour in range(4)
)

CUSTOMERS = (
    Customer(201, "Ayşe", "Örnekçi", "ayse.ornekci@ornek.example", (301, 302)),
    Customer(202, "Mehmet", "Deneme", "mehmet.deneme@example.com", (303,)),
    Customer(203, "Elif", "Sınar", "elif.sinar@ornek.example", (304,)),
    Customer(204, "Can", "Kurmaca", "can.kurmaca@example.com", (305, 306)),
    Customer(205, "Zeynep", "Hayali", "zeynep.hayali@ornek.example", (307,)),
    Customer(206, "Emre", "Temsil", "emre.temsil@example.com", (308,)),
    Customer(207, "Deniz", "Numune", "deniz.numune@ornek.example", (309, 310)),
    Customer(208, "Burak", "Uydurma", "burak.uydurma@example.com", (311,)),
    Customer(209, "Selin", "Tasarı", "selin.tasari@ornek.example", (312,)),
    Customer(210, "Kaan", "Misal", "kaan.misal@example.com", (313, 314)),
    Customer(217, "Irmak", "Numune", "irmak.numune@ornek.example", (323,)),
    Customer(218, "Barış", "Uydurma", "baris.uydurma@example.com", (324,)),
    Customer(221, "Pınar", "Örnekçi", "pinar.ornekci@ornek.example", (328,)),
    Customer(226, "Ozan", "Temsil", "ozan.temsil@example.com", (335,)),
)
