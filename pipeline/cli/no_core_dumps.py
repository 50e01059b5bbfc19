"""While a process holds a token, the system writes no image of its memory when it dies."""

import contextlib
import sys

if sys.platform == "win32":

    def without_core_dumps() -> None:
        """Windows writes none unless somebody has asked it to."""

else:
    import resource

    def without_core_dumps() -> None:
        """Forbid core dumps to this process and to those that it starts; what forbids it already is kept."""
        _, most = resource.getrlimit(resource.RLIMIT_CORE)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, most))
