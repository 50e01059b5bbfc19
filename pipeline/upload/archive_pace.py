"""How patiently a migration is asked about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asking:
    """``first`` and ``longest`` are pauses between questions, in seconds.

    ``unclear`` is how many answers in a row may not be understood before a person is asked, ``failures`` how
    many may not come at all before the run stops. ``deadline`` is the longest a start may take, in seconds.
    """

    first: float = 0.5
    longest: float = 30.0
    unclear: int = 10
    failures: int = 10
    deadline: float = 300.0

    def pause(self, asked: int) -> float:
        """The pause after so many questions."""
        return min(self.longest, self.first * 1.5 ** min(asked, 40))
