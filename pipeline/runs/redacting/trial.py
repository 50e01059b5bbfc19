"""The real check, asked again and again: what do these few rows show?"""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.journal.reading import JournalReader
from pipeline.loaders.extracting import write_extract
from pipeline.model.extract import FileExtract
from pipeline.model.issue import Issue
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused, MappingRefused, UsageRefused
from pipeline.redaction.render import Masks, Selection, rendered
from pipeline.runs.asked.request import Places, PlanRequest
from pipeline.runs.opening.sources import open_sources
from pipeline.runs.planning.stages import prepare_run
from pipeline.runs.preparing.prepared_sources import prepared
from pipeline.runs.redacting.mapping import BundledMapping

INPUTS = "inputs"


@dataclass(slots=True)
class Trial:
    """Files in a folder of their own, as they will lie in the bundle, and a check of them.

    ``names`` says what an input file is called in the bundle, by its path. A ``quick`` check makes no
    journal, and knows nothing of what is found in one: whoever relies on it asks once more without.
    """

    folder: Path
    mapping: BundledMapping
    extracts: Sequence[FileExtract]
    names: Mapping[str, str]
    limits: ReadLimits
    channel: int | None
    quick: bool = False

    def seen(self, selection: Selection, masks: Masks | None = None) -> list[Issue]:
        """Every issue of a check of these rows; those of a refusal where it is refused."""
        request = PlanRequest(
            self.write(selection, masks),
            self.folder / self.mapping.name,
            channel=self.channel,
            jobs=1,
            read_limits=self.limits,
            variables=self.mapping.variables,
        )
        try:
            return _prepared(request) if self.quick else self._checked(request)
        except (InputRefused, MappingRefused, UsageRefused) as refusal:
            return list(refusal.issues)

    def _checked(self, request: PlanRequest) -> list[Issue]:
        """As a person would check it, journal and all."""
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="check-") as state:
            places = Places(Path(state), Path(state))
            run_id = prepare_run(request, places, "check", sendable=False)
            with closing(JournalReader(places.journal(run_id))) as journal:
                return list(journal.issues())

    def write(self, selection: Selection, masks: Masks | None) -> list[Path]:
        """Write mapping and inputs; a file without rows is left out where its source has others."""
        for name, text in self.mapping.files.items():
            _write_text(self.folder / name, text)
        inputs = self.folder / INPUTS
        shutil.rmtree(inputs, ignore_errors=True)
        inputs.mkdir(mode=0o700)
        ready = [rendered(one, selection, masks) for one in self.extracts]
        full = {table.table.source for one in ready for table in one.tables if table.rows}
        files: list[Path] = []
        for one in ready:
            empty = not any(table.rows for table in one.tables)
            if empty and full >= {table.table.source for table in one.tables}:
                continue
            out = inputs / self.names[one.facts.path]
            write_extract(one, out)
            files.append(out)
        return files


def _write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(text, encoding="utf-8", newline="")


def _prepared(request: PlanRequest) -> list[Issue]:
    """What opening and preparing find, all in memory."""
    sources = open_sources(request)
    issues = [issue for opened in sources.tables for issue in opened.issues]
    issues += sources.mapping.warnings
    for done in prepared(sources, datetime.now(UTC), channel=request.channel, jobs=1, partitions=1):
        issues += [issue for _, issue in done.issues]
    return issues
