"""`/api/v1/remote/{channel}/migrations/`: starting a migration and asking how far it is.

The address of the progress is documented, its answer is not: the settings choose among shapes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.simulator.answer import TEXT_TYPE, Answer, Request, answer_json, detail
from pipeline.simulator.migrations.forms import KEYS
from pipeline.simulator.migrations.jobs import has_failed
from pipeline.simulator.migrations.upload import find_upload

if TYPE_CHECKING:
    from pipeline.simulator.migrations.jobs import Job
    from pipeline.simulator.world import World

MOST_PROBLEMS = 100


def start(world: World, request: Request) -> Answer:
    """`POST start/{key}/` with the multipart part `file`: 200 with `{"migration_id"}`."""
    channel, key = request.parameters["channel_id"], request.parameters["key"]
    if channel not in world.forms or key not in KEYS:
        return detail(404, "Not found.")
    upload = find_upload(request.headers.get(b"content-type", b""), request.body)
    if upload is None:
        return answer_json(400, {"file": ["No file was submitted."], "code": "migrations_100_1"})
    if not upload.content:
        return answer_json(400, {"file": ["The submitted file is empty."], "code": "migrations_100_1"})
    if not request.store:
        return answer_json(200, {"migration_id": "0" * 32})
    job = world.jobs.start(world, channel, key, upload)
    return answer_json(200, {"migration_id": job.id})


def progress(world: World, request: Request) -> Answer:
    """`GET {migration_id}/`: how far the migration is; each question takes it one step further."""
    try:
        job = world.jobs[request.parameters["migration_id"]]
    except KeyError:
        return detail(404, "Not found.")
    if job.channel != request.parameters["channel_id"]:
        return detail(404, "Not found.")
    status = world.jobs.step(world, job)
    return _shown(world, job, status)


def _shown(world: World, job: Job, status: str) -> Answer:
    steps = len(world.settings.migration_statuses)
    done = min(job.asked, steps)
    counted = job.total * (done - 1) // max(1, steps - 1)
    report: dict[str, Any] = {
        "migration_id": job.id,
        "migration_key": job.key,
        "status": status,
        "total": job.total,
        "processed": job.total if job.finished else counted,
    }
    if job.finished:
        failed = has_failed(world, job)
        report["succeeded"] = 0 if failed else len(job.rows)
        report["failed"] = job.total if failed else len(job.problems)
        report["errors"] = job.problems[:MOST_PROBLEMS]
        report["message"] = job.reason
    shape = world.settings.migration_progress
    if shape == "text":
        return Answer(200, status.encode(), TEXT_TYPE)
    if shape == "nested":
        return answer_json(200, {"data": {"migration": report}})
    if shape == "percent":
        percent = 100 if job.finished else 100 * (done - 1) // max(1, steps - 1)
        return answer_json(200, {"id": job.id, "state": status, "progress": percent, "errors": job.problems})
    return answer_json(200, report)
