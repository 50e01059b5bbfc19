"""What a caller of ``redact`` asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from pathlib import Path

from pipeline.model.reading import ReadLimits


@dataclass(frozen=True, slots=True)
class RedactRequest:
    """Which problem goes into which bundle.

    Either of a run (``run_id``, the newest where it is ``None``), or of ``sources`` that are checked with a
    ``mapping`` and perhaps refused before there is a run. ``issue`` and ``order`` narrow what is to be shown;
    without them it is every error, or every warning where there is no error. ``most_orders`` limits the
    orders that go in. A ``dry`` request writes nothing. ``seconds`` is how long shrinking may take,
    ``questions`` how often the checks may be asked.
    """

    output: Path
    run_id: str | None = None
    sources: Sequence[Path] = ()
    mapping: Path | None = None
    channel: int | None = None
    variables: Mapping[str, str] = made_by(default_factory=dict)
    read_limits: ReadLimits = made_by(default_factory=ReadLimits)
    issue: str | None = None
    order: str | None = None
    most_orders: int = 25
    dry: bool = False
    seconds: float = 40.0
    questions: int = 600
