"""The tables of an undo, which only the journals of undos have; statement by statement."""

_TABLES = (
    """
CREATE TABLE IF NOT EXISTS undo (       -- what a run created, and what becomes of taking it back
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,                 -- order, customer, address, customer_change or registration
    number TEXT NOT NULL,
    collision TEXT NOT NULL,            -- as in the run's journal
    file TEXT NOT NULL,
    sheet TEXT,
    row INTEGER,
    currency TEXT,
    amount_minor INTEGER,
    remote_id TEXT,
    status TEXT,                        -- of the order, as the plan saw it
    body BLOB NOT NULL,                 -- every request sends these bytes; empty: none is ever sent
    seen BLOB NOT NULL,                 -- the order as the plan saw it: JSON, packed by zlib
    sorted TEXT NOT NULL,               -- reversible, touched or irreversible
    code TEXT,                          -- why it is not reversible, or what became of it
    facts TEXT NOT NULL,                -- JSON
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0
)
""",
    """
CREATE TABLE IF NOT EXISTS undo_attempts (
    line_id INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    started REAL NOT NULL,              -- seconds since 1970, UTC; for people, never for decisions
    finished REAL,
    outcome TEXT,                       -- NULL: nothing is known, it may have been applied
    status INTEGER,                     -- HTTP status of the answer
    reason TEXT,
    PRIMARY KEY (line_id, attempt)
) WITHOUT ROWID
""",
    """
CREATE TABLE IF NOT EXISTS undo_looks ( -- how an order read, before and after a request
    id INTEGER PRIMARY KEY,
    line_id INTEGER NOT NULL,
    at REAL NOT NULL,
    epoch INTEGER NOT NULL,
    attempt INTEGER NOT NULL,           -- requests made before it
    seen TEXT NOT NULL                  -- as_planned, cancelled, asked, other, nothing or unread
)
""",
    """
CREATE TABLE IF NOT EXISTS undo_moves ( -- every change of a line's state, written by a trigger
    id INTEGER PRIMARY KEY,
    line_id INTEGER NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    epoch INTEGER NOT NULL
)
""",
)
_TRIGGERS = (
    """
CREATE TRIGGER undo_moved AFTER UPDATE OF state ON undo WHEN old.state IS NOT new.state
BEGIN
    INSERT INTO undo_moves (line_id, before, after, epoch)
    VALUES (new.id, old.state, new.state, (SELECT cast(value AS INTEGER) FROM meta WHERE key = 'epoch'));
END
""",
    """
CREATE TRIGGER undo_moves_stay BEFORE DELETE ON undo_moves
BEGIN SELECT raise(ABORT, 'moves are never deleted');
END
""",
    """
CREATE TRIGGER undo_moves_last BEFORE UPDATE ON undo_moves
BEGIN SELECT raise(ABORT, 'moves are never changed');
END
""",
    """
CREATE TRIGGER undo_attempts_stay BEFORE DELETE ON undo_attempts
BEGIN SELECT raise(ABORT, 'attempts are never deleted');
END
""",
)
_INDEXES = (
    "CREATE INDEX undo_looks_of_line ON undo_looks (line_id, id)",
    "CREATE INDEX undo_moves_of_line ON undo_moves (line_id, id)",
)
STATEMENTS = (*_TABLES, *_INDEXES, *_TRIGGERS)
"""One by one, because a script would end the transaction that it runs in. The history only grows."""
UNDO_TABLES = ";".join(_TABLES) + ";"
