"""What a journal says of its archive part, for summaries and reports."""

import sqlite3

from pipeline.model.issue import Issue
from pipeline.model.location import Location

IN_DOUBT, UNDER_WAY = "E563", "E568"
DOUBTS = (IN_DOUBT, UNDER_WAY)
_OPEN = (
    "SELECT f.name, f.state, f.seen FROM archive_files f JOIN archive_rows u ON u.file_id = f.id"
    " WHERE u.order_id = ? AND f.state IN ('starting', 'running', 'in_doubt') ORDER BY f.id DESC LIMIT 1"
)


def archive_doubt(db: sqlite3.Connection, order_id: int, at: Location, number: str, run: str) -> Issue | None:
    """Why an order of the archive is in doubt: its file is, or is under way; ``None`` for other orders."""
    found = db.execute(_OPEN, (order_id,)).fetchone()
    if found is None:
        return None
    name, state, seen = found
    code = UNDER_WAY if state == "running" else IN_DOUBT
    reason = seen or "the program ended before an answer came"
    return Issue(code, at, order=number, facts={"file": name, "reason": reason, "run": run})


def archive_doubts(db: sqlite3.Connection) -> dict[str, int]:
    """How many orders in doubt there are for each of the codes."""
    sql = (
        "SELECT CASE f.state WHEN 'running' THEN ? ELSE ? END, count(DISTINCT o.id) FROM orders o"
        " JOIN archive_rows u ON u.order_id = o.id JOIN archive_files f ON f.id = u.file_id"
        " WHERE o.route = 'archive' AND o.state IN ('in_doubt', 'in_flight')"
        " AND f.state IN ('starting', 'running', 'in_doubt') GROUP BY 1 ORDER BY 1"
    )
    return dict(db.execute(sql, (UNDER_WAY, IN_DOUBT)).fetchall())


def archive_created(db: sqlite3.Connection) -> int:
    """How many orders stand in the archive because of the run."""
    sql = "SELECT count(*) FROM orders WHERE route = 'archive' AND state = 'created'"
    return int(db.execute(sql).fetchone()[0])


def archive_requests(db: sqlite3.Connection) -> tuple[int, int]:
    """Starts and questions sent, and starts that repeated an earlier one."""
    starts, first = db.execute(
        "SELECT count(*), coalesce(sum(attempt = 1), 0) FROM archive_starts"
    ).fetchone()
    asked = db.execute("SELECT coalesce(sum(asked), 0) FROM archive_files").fetchone()[0]
    return starts + asked, starts - first
