"""What ``preset: historic`` kept from happening, in a sentence that counts orders."""

from pipeline.model.summary import Summary
from pipeline.reporting.figures import counted, grouped


def held_back_sentence(summary: Summary) -> str:
    """``Would have entered fulfilment: 312 orders (200 picked, packed and shipped; …).``

    Empty where the mapping does not say that its orders are over.
    """
    held = summary.held_back
    if held is None:
        return ""
    number = counted(sum(held.values()), "order")
    if not held:
        return f"Would have entered fulfilment: {number} (preset: historic)."
    steps = "; ".join(f"{grouped(count)} would have been {step}" for step, count in held.items())
    return f"Would have entered fulfilment, held back by preset: historic: {number} ({steps})."
