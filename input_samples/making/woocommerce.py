"""A WooCommerce export by the plug-in "Advanced Order Export": one row an item, all columns on each."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from making import drawing
from making.shop import CUSTOMERS, PRODUCTS
from making.writing import write_csv

ORDERS = 26
HEADER = (
    *(
        "Order Number",
        "Order Status",
        "Order Date",
        "Customer Note",
        "First Name (Billing)",
        "Last Name (Billing)",
    ),
    *("Email (Billing)", "Customer IP address", "Currency", "Payment Method Title", "Shipping Method Title"),
    *("Cart Discount Amount", "Order Subtotal Amount", "Order Shipping + Tax Amount", "Order Refund Amount"),
    *("Order Total Amount", "SKU", "Item #", "Item Name", "Quantity", "Item Cost (inc. tax)"),
    "Order Line Total (include tax)",
)


def write(folder: Path) -> None:
    """Write ``woocommerce_orders.csv``."""
    rows: list[tuple[object, ...]] = [HEADER]
    for index in range(ORDERS):
        lines = [
            (product, 1 + drawing.number(2, "woo quantity", index, product.pk))
            for product in drawing.several(PRODUCTS, 1 + index % 3, "woo", index)
        ]
        goods = sum((quantity * product.price for product, quantity in lines), Decimal(0))
        order = _order(index, goods)
        for place, (product, quantity) in enumerate(lines, 1):
            total = f"{quantity * product.price:.2f}"
            rows.append((*order, product.sku, place, product.name, quantity, f"{product.price:.2f}", total))
    write_csv(folder / "woocommerce_orders.csv", rows)


def _order(index: int, goods: Decimal) -> tuple[object, ...]:
    customer = drawing.one_of(CUSTOMERS, "woo customer", index)
    placed = datetime(2022, 5, 2, 11, 5) + timedelta(days=17 * index, minutes=53 * index)  # noqa: DTZ001 - local
    status = drawing.one_of(("Completed",) * 6 + ("Cancelled", "Refunded"), "woo status", index)
    total = goods + Decimal("34.90")
    return (
        8101 + 7 * index,
        status,
        placed.strftime("%Y-%m-%d %H:%M"),
        "Zile basmayın, bebek uyuyor" if index % 6 == 1 else "",
        customer.first,
        customer.last,
        customer.email,
        f"192.0.2.{100 + index}",
        "TRY",
        drawing.one_of(("Credit Card", "Direct bank transfer", "Cash on delivery"), "woo payment", index),
        "Flat rate",
        "0.00",
        f"{goods:.2f}",
        "34.90",
        f"{total if status == 'Refunded' else Decimal(0):.2f}",
        f"{total:.2f}",
    )
