"""What is said when the money of a run is read back."""

PHRASES: tuple[str, ...] = (
    "amount: sent {amount}, not shown",
    "money.{currency}.{name}: {total} ≠ {found} by day",
    "orders.{name}: {number} ≠ {found} by day, status and currency",
    "not everything could be read",
    "not found on the target",
    "not found",
    "orders were sent or settled since",
    "read back requests",
    "reading back",
    "the program ended before the reading did",
    "{found} found on the target",
    "{found} found on the target, {value} in the run",
    "{held} found, {state} in the run",
)
