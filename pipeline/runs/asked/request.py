"""What a caller asks for, as values with their defaults."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from pathlib import Path

import platformdirs

from pipeline.model.capability import Capability
from pipeline.model.overlay import Overlay, SheetKey
from pipeline.model.reading import ReadLimits
from pipeline.upload.archive_pace import Asking
from pipeline.upload.limits import Limits


def default_state_dir() -> Path:
    """Where journals live: one place per user, so that runs from any folder know of each other."""
    return Path(platformdirs.user_state_dir("orderlift", appauthor=False))


@dataclass(frozen=True, slots=True)
class Places:
    """Where journals and reports go, and whether reports show personal data as it is, not masked."""

    state_dir: Path = made_by(default_factory=default_state_dir)
    report_dir: Path = Path("reports")
    show_pii: bool = False

    def run_dir(self, run_id: str) -> Path:
        """The folder of a run's journal."""
        return self.state_dir / "runs" / run_id

    def journal(self, run_id: str) -> Path:
        """A run's journal."""
        return self.run_dir(run_id) / "journal.db"

    def reports(self, run_id: str) -> Path:
        """The folder of a run's reports."""
        return self.report_dir / run_id


@dataclass(frozen=True, slots=True)
class OverlayUse:
    """Corrections to lay over the sources, with their sha256; ``only`` are the rows that are read at all."""

    overlay: Overlay
    sha256: str
    only: Mapping[SheetKey, Collection[int]] | None = None


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What to check or plan.

    ``target`` and ``channel`` may be left out for a check. ``jobs`` is the number of processes that
    prepare orders, chosen by size where it is ``None``. ``read_limits`` say how much of the machine
    reading a file may take. ``snapshot`` is a file by which a check looks up what orders name. ``retries``
    is the run that this one repeats.
    ``variables`` are values for those that the mapping declares, by name, as text. ``overlay`` corrects cells
    of the sources.
    """

    sources: Sequence[Path]
    mapping: Path
    target: str | None = None
    channel: int | None = None
    capability: Capability = made_by(default_factory=Capability)
    jobs: int | None = None
    read_limits: ReadLimits = made_by(default_factory=ReadLimits)
    snapshot: Path | None = None
    retries: str | None = None
    ignore_probe: bool = False
    variables: Mapping[str, str] = made_by(default_factory=dict)
    overlay: OverlayUse | None = None


@dataclass(frozen=True, slots=True)
class SnapshotRequest:
    """What to keep of a target's channel, and where.

    With ``sources`` (which need a ``mapping``) what their rows name; without them every list that the mapping
    looks things up in; without a mapping every list there is. ``jobs``, ``read_limits`` and ``variables`` as
    in a plan.
    """

    target: str | None
    channel: int | None
    output: Path
    mapping: Path | None = None
    sources: Sequence[Path] = ()
    jobs: int | None = None
    read_limits: ReadLimits = made_by(default_factory=ReadLimits)
    variables: Mapping[str, str] = made_by(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SendRequest:
    """How to send a sealed run. ``rate`` in requests a second: ``None`` finds it, infinity has no limit.

    ``deadline`` is the longest an attempt may take as a whole, in seconds; ``attempts`` the most an order
    gets in one run; ``limit`` the most orders sent now; ``proxy`` (http://host:port) the one to go through,
    and ``None`` means none: the environment has no say. ``trust_disk`` takes a network drive or a synced
    folder for the journal. ``token_file`` is where the token came from, and is
    read again when the token is no longer accepted. ``canary`` is how many orders go before all others
    and are read back; 0 gives up on a canary that has not passed, ``None`` goes on with one, if there is.
    ``asking`` is how patiently migrations of the archive are asked about.
    """

    token: str = made_by(repr=False)
    rate: float | None = None
    concurrency: int = 8
    limit: int | None = None
    limits: Limits = made_by(default_factory=Limits)
    deadline: float = 30.0
    attempts: int = 5
    transport: str = "fast"
    ca_file: Path | None = None
    proxy: str | None = None
    trips_after: int = 8
    probes: int = 6
    canary: int | None = None
    trust_disk: bool = False
    token_file: Path | None = None
    asking: Asking = made_by(default_factory=Asking)
