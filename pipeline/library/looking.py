"""What files really are, before there is a mapping."""

from collections.abc import Mapping, Sequence

from pipeline.inspection.found import Inspection
from pipeline.library.places import AnyPath, path, paths
from pipeline.model.reading import ReadLimits
from pipeline.reporting.shown.inspected import masked
from pipeline.runs.rehearsing import inspecting


def inspect(
    files: Sequence[AnyPath],
    mapping: AnyPath | None = None,
    *,
    variables: Mapping[str, str] | None = None,
    read_limits: ReadLimits | None = None,
    show_pii: bool = False,
) -> Inspection:
    """Say what files really are: encoding, delimiter, sheets, what every column holds, risks.

    Folders are searched one level deep. With a ``mapping`` the files that it reads are read as it says, all
    others by guesses, each with its reason. A file that cannot be read is told in its own ``refused``, and
    stops no other. Nothing is written. Examples are masked where they are personal, unless ``show_pii``.
    Raises :class:`MappingRefused` for the mapping alone.
    """
    found = inspecting.inspect(paths(files), path(mapping), read_limits, variables)
    return masked(found, show_pii=show_pii)
