"""What a target can be relied on for, and what may therefore be promised."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capability:
    """``unique``: a second create with the same number is refused. ``settle_window`` in seconds.

    Orders can be looked up by number in both cases. Without ``unique``, an absence counts only after the
    settle window, in which the target may still apply a request whose answer was lost.
    """

    unique: bool = False
    settle_window: float = 120.0

    @property
    def mode(self) -> str:
        """The mode's letter: ``A`` where uniqueness is enforced, ``B`` where only lookups are relied on."""
        return "A" if self.unique else "B"

    @property
    def promise(self) -> str:
        """The promise this mode allows, in words, with its condition."""
        if self.unique:
            return (
                "Each order number is created at most once by this tool, whatever crashes: the target "
                "refuses a number that it already holds (assumed, not probed)."
            )
        return (
            "Each order number is created at most once by this tool, whatever crashes, as long as the target "
            f"does not apply a request more than {self.settle_window:g} seconds after receiving it."
        )
