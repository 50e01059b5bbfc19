"""How much of the machine reading a file may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Limits for untrusted files; each can be raised by its name (``--read-limit memory=8192``).

    ``memory`` is MiB of address space for the process that parses one workbook, ``seconds`` its processor
    time and the longest time one step of it may take; ``unpacked`` is MiB that an archive may unpack to,
    ``ratio`` how many times its own size that may be.
    """

    memory: int = 4096
    seconds: int = 600
    unpacked: int = 4096
    ratio: int = 250
