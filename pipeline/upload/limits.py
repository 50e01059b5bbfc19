"""Safety limits of a run: decided from counts and time, told apart by code."""

from dataclasses import dataclass

ENOUGH_FOR_A_RATE = 50


@dataclass(frozen=True, slots=True)
class Limits:
    """``max_errors`` counts orders that failed, ``max_error_rate`` is a share (0 to 1), times in seconds."""

    max_errors: int | None = None
    max_error_rate: float | None = None
    max_duration: float | None = None

    def reached(self, done: int, errors: int, seconds: float) -> str | None:
        """The code of the limit that is reached, or ``None``."""
        if self.max_errors is not None and errors > self.max_errors:
            return "E541"
        if (
            self.max_error_rate is not None
            and done >= ENOUGH_FOR_A_RATE
            and errors > self.max_error_rate * done
        ):
            return "E542"
        if self.max_duration is not None and seconds > self.max_duration:
            return "E543"
        return None
