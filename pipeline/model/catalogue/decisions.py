"""E486 to E489, W486: answers to decisions, on their way into a mapping."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

FATAL, WARNING = Severity.FATAL, Severity.WARNING

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "E486",
        FATAL,
        "mapping changed meanwhile",
        "the mapping is not the one that the questions are about: somebody changed it since they were asked",
        "Answers are written at places found in the file as it was; in another file they may mean another.",
        "Run the command again; nothing was written.",
    ),
    Entry(
        "E487",
        FATAL,
        "answer that cannot be taken",
        "{value!r} cannot be the answer: {reason}",
        "An answer is one of value:, empty:, format:, locale: or default:, as its question asks, and the "
        "mapping with it must be sound.",
        "Correct the answer, or take it out of the file: its question stays open then. Nothing was written.",
    ),
    Entry(
        "E488",
        FATAL,
        "mapping that cannot be edited",
        "the answer to {value!r} cannot be written into the mapping: {reason}",
        "Answers are put into the text of the file, so that comments and layout stay; what is written must "
        "read as the old mapping with the answer in it, or nothing is written at all.",
        "Write the answer into the mapping yourself; leave it out of the answers. Nothing was written.",
    ),
    Entry(
        "E489",
        FATAL,
        "file of answers that cannot be read",
        "it is no file of answers: {reason}",
        "A file of answers is YAML with one list, answers:, as --write-answers writes it.",
        "Write a new one with orderlift mapping decide --write-answers FILE.",
    ),
    Entry(
        "W486",
        WARNING,
        "answer without its question",
        "no question {value!r} is open any more",
        "The mapping or the files have changed since the answers were written, or it was answered already.",
        "Nothing, if it was answered; else write a new file of answers.",
    ),
)
