"""Answers to a check's questions go into the mapping file, which is then checked again."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.decisions.question import Places
from pipeline.journal.reading import JournalReader
from pipeline.mapping.answers_file import Given, answers_in
from pipeline.mapping.compiled import CompiledMapping
from pipeline.mapping.editing import NotEditableError
from pipeline.mapping.rule_places import rule_places
from pipeline.model.catalogue import message_of
from pipeline.model.decision import Decisions
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import MappingRefused, UsageRefused
from pipeline.reporting.files.atomic import replacing
from pipeline.runs.asked.request import PlanRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.opening.header import decisions_of
from pipeline.runs.opening.mapping_files import MappingTexts
from pipeline.runs.opening.sources import read_mapping
from pipeline.runs.planning.finding_decisions import answered

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a check left open, and the sha256 (hex) of the mapping that it is about."""

    decisions: Decisions
    mapping_sha256: str


def asked(checked: Result) -> Asked:
    """The questions of a finished check."""
    with closing(JournalReader(checked.journal)) as journal:
        return Asked(decisions_of(journal.header), journal.header["mapping_sha256"])


def read_answers(path: Path, decisions: Decisions) -> tuple[list[Given], list[Issue]]:
    """The answers of a file and warnings. Raises :class:`MappingRefused` or :class:`UsageRefused` (E489)."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror or str(error)
        raise UsageRefused(Issue("E489", Location(str(path)), facts={"reason": shown(reason)})) from None
    return answers_in(text, str(path), decisions.listed)


def decide(request: PlanRequest, about: Asked, given: Sequence[Given]) -> Path:
    """Write answers into the request's mapping file; returns the copy of the file as it was before.

    All answers or none: raises :class:`MappingRefused` for one that cannot be taken (E487) or written (E488),
    and where the file is not the one that the questions are about (E486).
    """
    mapping, texts = read_mapping(request.mapping, request.variables)
    if texts.sha256[texts.file] != about.mapping_sha256:
        raise MappingRefused(Issue("E486", Location(texts.file)))
    changed = _with_answers(mapping, texts, rule_places(mapping), given)
    return _replace(request.mapping, changed.text, about.mapping_sha256)


def _with_answers(
    mapping: CompiledMapping, texts: MappingTexts, places: Places, given: Sequence[Given]
) -> MappingTexts:
    """The texts with every answer in them; raises :class:`MappingRefused` with each that does not go."""
    answers = [(one.decision, one.answer) for one in given]
    try:
        return answered(mapping, texts, places, answers)
    except (ValueError, MappingRefused):
        wrong = list(_faults(mapping, texts, places, given))
    if wrong:
        raise MappingRefused(*wrong)
    reason = "each answer alone would do, but not all of them together"
    raise MappingRefused(Issue("E487", Location(texts.file), value="", facts={"reason": reason}))


def _faults(
    mapping: CompiledMapping, texts: MappingTexts, places: Places, given: Sequence[Given]
) -> Iterator[Issue]:
    """Why answers cannot be taken, each tried alone."""
    for one in given:
        at = None if one.mark is not None else Location(texts.file)
        text = shown(one.answer.text or one.answer.kind)
        try:
            answered(mapping, texts, places, [(one.decision, one.answer)])
        except NotEditableError as error:
            yield Issue("E488", at, shown(one.decision.word), mark=one.mark, facts={"reason": str(error)})
        except MappingRefused as refused:
            facts = {"reason": message_of(refused.issues[0])}
            yield Issue("E487", at, text, mark=one.mark, facts=facts)
        except ValueError as error:
            yield Issue("E487", at, text, mark=one.mark, facts={"reason": str(error)})


def _replace(path: Path, text: str, sha256: str) -> Path:
    """Put the new text in the place of the file, whole or not at all; returns where the old one is kept.

    Raises :class:`MappingRefused` (E486) where the file is not the one with this digest any more.
    """
    real = path.resolve()
    try:
        before = real.read_bytes()
        if hashlib.sha256(before).hexdigest() != sha256:
            raise MappingRefused(Issue("E486", Location(str(path))))
        mode = real.stat().st_mode
        kept = real.with_name(f"{real.name}.bak")
        for target, data in (
            (kept, before),
            (real, (_BOM if before.startswith(_BOM) else b"") + text.encode()),
        ):
            with replacing(target) as file:
                file.write(data)
            with suppress(OSError):
                target.chmod(mode)
    except OSError as error:
        reason = shown(error.strerror or error)
        raise UsageRefused(Issue("E707", Location(str(path)), facts={"reason": reason})) from None
    return kept
