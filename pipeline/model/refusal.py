"""The kinds of failure that end a command, kept apart because they have different readers.

The mapping is wrong · the data cannot be read · the service is unwell · the journal or machine is in
trouble. Everything else that is raised is a bug of ours.
"""

from pipeline.model.issue import Issue


class Refusal(Exception):  # noqa: N818 - a refusal is not an error of ours
    """A command ends here; ``issues`` say why, all of them at once."""

    def __init__(self, *issues: Issue) -> None:
        if not issues:
            raise ValueError("a refusal names at least one issue")
        super().__init__(", ".join(issue.code for issue in issues))
        self.issues = issues


class UsageRefused(Refusal):
    """The command line or the configuration cannot be followed (exit 2)."""


class MappingRefused(Refusal):
    """The mapping file is wrong (exit 2)."""


class InputRefused(Refusal):
    """A source file cannot be read as it should (exit 2)."""


class TargetRefused(Refusal):
    """The target does not let us in or keeps failing (exit 5)."""


class SafetyStop(Refusal):
    """A safety limit was reached (exit 6)."""


class JournalRefused(Refusal):
    """The journal, the disk or a lock is in trouble (exit 7)."""
