"""What ``preset: historic`` kept from happening, in a sentence that counts orders."""

from pipeline.model.language import _, ngettext
from pipeline.model.summary import Summary
from pipeline.reporting.words.figures import grouped


def held_back_sentence(summary: Summary) -> str:
    """``Would have entered fulfilment: 312 orders (200 picked, packed and shipped; …).``

    Empty where the mapping does not say that its orders are over.
    """
    held = summary.held_back
    if held is None:
        return ""
    count = sum(held.values())
    orders = ngettext("{number} order", "{number} orders", count).format(number=grouped(count))
    if not held:
        return _("Would have entered fulfilment: {orders} (preset: historic).").format(orders=orders)
    steps = "; ".join(
        _("{number} would have been {step}").format(number=grouped(count), step=_(step))
        for step, count in held.items()
    )
    said = _("Would have entered fulfilment, held back by preset: historic: {orders} ({steps}).")
    return said.format(orders=orders, steps=steps)
