"""Safety limits of a run: decided from counts and time, told apart by code."""

from dataclasses import dataclass

from pipeline.model.ending import Ending

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

    def ending(self, done: int, errors: int, seconds: float) -> Ending | None:
        """The end of a run whose limit is reached, with the limit as it was given."""
        code = self.reached(done, errors, seconds)
        given = {"E541": self.max_errors, "E542": self.max_error_rate, "E543": self.max_duration}
        limit = given.get(code or "")
        if code is None or limit is None:
            return None
        return Ending(code, {"limit": f"{limit:.1%}" if code == "E542" else f"{limit:g}"})
