"""One migration from its start to its end: which rows are good, and how far it seems to be."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from pipeline.simulator.fields import Refused
from pipeline.simulator.migrations.forms import PREDECESSOR
from pipeline.simulator.migrations.upload import UnreadableError, read_rows

if TYPE_CHECKING:
    from pipeline.simulator.migrations.forms import RowForm
    from pipeline.simulator.migrations.upload import Row, Upload
    from pipeline.simulator.world import World

PLACES = (("country", "countries"), ("city", "cities"), ("township", "townships"), ("district", "districts"))


@dataclass(slots=True)
class Job:
    """One migration. It takes one step each time somebody asks for its progress.

    `sent` are the file's rows, judged when the job ends; `rows` are the good ones among them, `problems` are
    `{"row": from 1, "errors": {...}}`; `reason` is why the whole file was refused.
    """

    id: str
    channel: int
    key: str
    sent: list[Row] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    reason: str = ""
    asked: int = 0
    finished: bool = False

    @property
    def total(self) -> int:
        """How many rows the file has."""
        return len(self.sent)


class Jobs:
    """The migrations of one twin."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}

    def __getitem__(self, job: str) -> Job:
        """Give a job by its id. Raises KeyError if there is none."""
        return self._jobs[job]

    def all(self) -> list[Job]:
        """Give the jobs in the order of their starts."""
        return list(self._jobs.values())

    def start(self, world: World, channel: int, key: str, upload: Upload) -> Job:
        """Begin a job: the file is read and its predecessor asked for now, its rows are judged at the end."""
        digest = blake2b(f"{channel}/{len(self._jobs) + 1}".encode(), digest_size=16).hexdigest()
        job = self._jobs[digest] = Job(digest, channel, key)
        needed = PREDECESSOR.get(key)
        if needed and not self._is_done(world, channel, needed):
            job.reason = f"A migration of {needed} has to be completed before one of {key}."
            return job
        try:
            job.sent = read_rows(upload, world.settings.migration_csv_separator)
        except UnreadableError as error:
            job.reason = str(error)
            return job
        job.reason = _wrong_columns(job.sent, world.row_forms[key])
        return job

    def step(self, world: World, job: Job) -> str:
        """Take the next step and give the status that is shown."""
        statuses = world.settings.migration_statuses
        job.asked += 1
        if job.asked < len(statuses):
            return statuses[job.asked - 1]
        if not job.finished:
            _finish(world, job)
        return world.settings.migration_failed_status if has_failed(world, job) else statuses[-1]

    def _is_done(self, world: World, channel: int, key: str) -> bool:
        return any(
            job.finished and not has_failed(world, job)
            for job in self._jobs.values()
            if (job.channel, job.key) == (channel, key)
        )


def has_failed(world: World, job: Job) -> bool:
    """Whether nothing of a job is stored: for its file, or for a bad row where the settings are strict."""
    return bool(job.reason) or bool(job.problems and world.settings.migration_bad_rows == "fail")


def _wrong_columns(rows: list[Row], form: RowForm) -> str:
    """Say which columns the target does not know or misses, over all rows; nothing if all is well."""
    if not rows:
        return "The file has no rows."
    strange = sorted({name for row in rows for name in row} - form.columns)
    if strange:
        return f"Unknown columns: {', '.join(strange)}."
    missing = sorted(form.needed - {name for row in rows for name in row})
    return f"Missing columns: {', '.join(missing)}." if missing else ""


def _finish(world: World, job: Job) -> None:
    job.finished = True
    if not job.reason:
        _judge(world, job)
    if not has_failed(world, job):
        kept = world.truth.migrated.setdefault(job.key, [])
        kept.extend({**row, "channel": job.channel} for row in job.rows)


def _judge(world: World, job: Job) -> None:
    form = world.row_forms[job.key]
    seen = _Existing(world, job)
    for number, row in enumerate(job.sent, 1):
        problems: object
        try:
            clean = form.clean(row)
        except Refused as refused:
            problems = refused.problem
        else:
            problems = seen.problems(clean)
            if not problems:
                job.rows.append(clean)
                continue
        job.problems.append({"row": number, "errors": problems})


class _Existing:
    """What earlier migrations, live customers and earlier rows of the file have already."""

    def __init__(self, world: World, job: Job) -> None:
        self._world = world
        self._key = job.key
        migrated = world.truth.migrated
        here = {
            key: [row for row in migrated.get(key, ()) if row["channel"] == job.channel]
            for key in ("user", "order")
        }
        self._codes = {str(row["customer_code"]) for row in here["user"]}
        self._emails = {str(row["email"]).lower() for row in here["user"]}
        self._emails |= {str(one["email"]).lower() for one in world.records["customers"]}
        self._numbers = {str(row["number"]) for row in here["order"]}

    def problems(self, row: Row) -> dict[str, object]:
        """Give what is wrong with a row besides its form, by column; notes the row if it is good."""
        judge = {
            "user": self._user,
            "address": self._address,
            "order": self._order,
            "order_item": self._order_item,
        }
        return judge[self._key](row)

    def _user(self, row: Row) -> dict[str, object]:
        email, code = str(row["email"]).lower(), str(row["customer_code"])
        problems: dict[str, object] = {}
        if email in self._emails:
            problems["email"] = ["This field must be unique."]
        if code in self._codes:
            problems["customer_code"] = ["This field must be unique."]
        if not problems:
            self._emails.add(email)
            self._codes.add(code)
        return problems

    def _address(self, row: Row) -> dict[str, object]:
        problems = self._owner(row)
        parents: dict[str, object] = {}
        for field_name, kind in PLACES:
            name = row[field_name]
            if not name:
                continue
            fold = self._world.fold
            found = [
                one
                for one in self._world.records[kind].equal("name", str(name), fold)
                if one["is_active"] and all(one[parent] == pk for parent, pk in parents.items())
            ]
            if not found:
                problems[field_name] = [f'"{name}" was not found.']
                break
            parents[field_name] = found[0]["pk"]
        return problems

    def _order(self, row: Row) -> dict[str, object]:
        problems = self._owner(row)
        number = str(row["number"])
        if number in self._numbers:
            problems["number"] = ["This field must be unique."]
        elif not problems:
            self._numbers.add(number)
        return problems

    def _order_item(self, row: Row) -> dict[str, object]:
        known = str(row["order_number"]) in self._numbers
        return {} if known else {"order_number": ["No such order was migrated."]}

    def _owner(self, row: Row) -> dict[str, object]:
        return {} if str(row["user"]) in self._codes else {"user": ["No such user was migrated."]}
