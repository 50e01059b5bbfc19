"""The tables of a journal. Text is chosen over numbers so that people can read it with any SQLite tool."""

from pipeline.journal.money_tables import MONEY_TABLES

APPLICATION_ID = 0x4F4C4654  # "OLFT"
VERSION = 4

TABLES = """
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE tables (
    tab INTEGER PRIMARY KEY,            -- number of the table within the run
    source TEXT NOT NULL,               -- orders, items, lines or a further source
    file TEXT NOT NULL,
    sheet TEXT,
    header TEXT NOT NULL,               -- JSON list of column names
    header_row INTEGER NOT NULL,
    expanded INTEGER NOT NULL,          -- 1: merged cells all have their range's value
    rows_read INTEGER NOT NULL DEFAULT 0,    -- = rows_used + rows_ignored
    rows_used INTEGER NOT NULL DEFAULT 0,
    rows_ignored INTEGER NOT NULL DEFAULT 0,
    rows_blank INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    tab INTEGER NOT NULL,               -- where the order row stands
    row INTEGER NOT NULL,
    number TEXT NOT NULL,
    collision TEXT NOT NULL,            -- numbers with the same one may collide on a target
    currency TEXT,
    amount_minor INTEGER,               -- hundredths; NULL where the amount is not readable
    items INTEGER NOT NULL,
    rows TEXT NOT NULL,                 -- all rows of the order, as JSON: [[tab, [row, …]], …]
    sha256 BLOB,                        -- of the payload; NULL where the order is invalid
    content BLOB,                       -- digest of what the order says, the same in every run
    state TEXT NOT NULL,
    via TEXT,                           -- 201, lookup, duplicate, ledger, person or archive
    attempts INTEGER NOT NULL DEFAULT 0,
    remote_id TEXT,
    suspect INTEGER NOT NULL DEFAULT 0, -- 1: another journal may have sent it; looked up before it is sent
    route TEXT NOT NULL DEFAULT 'create' -- create, or archive: rows of files in the place of a payload
);

CREATE TABLE payloads (
    order_id INTEGER PRIMARY KEY,
    body BLOB NOT NULL                  -- every attempt sends these bytes
);

CREATE TABLE refs (                     -- records on the target that orders name, each once
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    spec TEXT NOT NULL,                 -- JSON: how it is found, what it lies in, what it is made of
    state TEXT NOT NULL,
    remote_id TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    resolution TEXT,                    -- JSON: what was found out about it
    trouble TEXT                        -- JSON: code and facts of why it cannot be had
);

CREATE TABLE order_refs (               -- where an order names a record
    order_id INTEGER NOT NULL,
    ref_id INTEGER NOT NULL,
    tab INTEGER NOT NULL,
    row INTEGER NOT NULL,
    col INTEGER,
    field TEXT NOT NULL
);

CREATE TABLE finished (                 -- payloads with the ids of their records: what is sent
    order_id INTEGER PRIMARY KEY,
    body BLOB NOT NULL,
    sha256 BLOB NOT NULL
);

CREATE TABLE attempts (
    order_id INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    started REAL NOT NULL,              -- seconds since 1970, UTC; for people, never for decisions
    finished REAL,
    outcome TEXT,                       -- NULL: nothing is known, the attempt may have been applied
    status INTEGER,                     -- HTTP status of the answer
    reason TEXT,                        -- why there is no clear outcome, for people
    PRIMARY KEY (order_id, attempt)
) WITHOUT ROWID;

CREATE TABLE lookups (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL,
    at REAL NOT NULL,
    found INTEGER                       -- NULL: the lookup itself failed
);

CREATE TABLE moves (                    -- every change of an order's state, written by a trigger
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    epoch INTEGER NOT NULL              -- the process that made it
);

CREATE TABLE decisions (                -- what people decided about orders
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL,
    at REAL NOT NULL,
    said_by TEXT NOT NULL,
    why TEXT NOT NULL,
    decision TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    remote_id TEXT
);

CREATE TABLE issues (
    id INTEGER PRIMARY KEY,
    order_id INTEGER,
    code TEXT NOT NULL,
    file TEXT,
    sheet TEXT,
    row INTEGER,
    col INTEGER,
    header TEXT,
    value TEXT,
    number TEXT,
    field TEXT,
    facts TEXT NOT NULL
);

CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    facts TEXT NOT NULL
);

CREATE TABLE changes (                  -- living customers that a plan --online has listed to be changed
    id INTEGER PRIMARY KEY,
    remote_id INTEGER NOT NULL UNIQUE,  -- each once a run
    order_id INTEGER NOT NULL,          -- the first order that wants it
    before TEXT NOT NULL,               -- JSON: the fields as the plan saw them
    after TEXT NOT NULL,                -- JSON: the same fields as they shall be
    state TEXT NOT NULL                 -- listed, changing: may have happened; changed, differs, refused
);

CREATE TABLE batches (                  -- batch requests of the bookkeeping
    id INTEGER PRIMARY KEY,
    purpose TEXT NOT NULL,              -- register: remote ids; report: what error reports name
    state TEXT NOT NULL,
    pk INTEGER                          -- on the target; NULL until it is known
);

CREATE TABLE batch_objects (            -- what a batch registers
    batch_id INTEGER NOT NULL,
    place INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    kind TEXT NOT NULL,                 -- order, orderitem
    pk INTEGER NOT NULL,
    remote_id TEXT NOT NULL,
    version_date TEXT,
    PRIMARY KEY (batch_id, place)
) WITHOUT ROWID;

CREATE TABLE registrations (
    order_id INTEGER PRIMARY KEY,
    state TEXT NOT NULL                 -- batched, registered, present, refused
);

CREATE TABLE error_reports (
    order_id INTEGER PRIMARY KEY,
    state TEXT NOT NULL                 -- sending: may have arrived; sent, unclear
);

CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
);
"""

KEY_INDEX = "CREATE INDEX IF NOT EXISTS orders_collision ON orders (collision)"
"""Made while planning, when all orders are in: by it numbers are found that collide, or are of other runs."""
TRIGGERS = """
CREATE TRIGGER orders_moved AFTER UPDATE OF state ON orders WHEN old.state IS NOT new.state
BEGIN
    INSERT INTO moves (order_id, before, after, epoch)
    VALUES (new.id, old.state, new.state, (SELECT cast(value AS INTEGER) FROM meta WHERE key = 'epoch'));
END;
CREATE TRIGGER moves_stay BEFORE DELETE ON moves BEGIN SELECT raise(ABORT, 'moves are never deleted'); END;
CREATE TRIGGER moves_last BEFORE UPDATE ON moves BEGIN SELECT raise(ABORT, 'moves are never changed'); END;
CREATE TRIGGER attempts_stay BEFORE DELETE ON attempts
BEGIN SELECT raise(ABORT, 'attempts are never deleted'); END;
CREATE TRIGGER decisions_stay BEFORE DELETE ON decisions
BEGIN SELECT raise(ABORT, 'decisions are never deleted'); END;
CREATE TRIGGER decisions_last BEFORE UPDATE ON decisions
BEGIN SELECT raise(ABORT, 'decisions are never changed'); END;
"""
"""The history only grows. Made when a run is sealed: planning moves orders that nobody has promised yet."""
TABLES += """
CREATE TABLE archived (                 -- what migration files hold of an order: JSON objects, one a line
    order_id INTEGER PRIMARY KEY,
    code TEXT NOT NULL,                 -- the customer's
    email TEXT NOT NULL,                -- folded, for comparison
    placed INTEGER NOT NULL,            -- seconds since 1970, UTC
    user BLOB NOT NULL,
    addresses BLOB NOT NULL,
    main BLOB NOT NULL,                 -- the row of the order itself
    items BLOB NOT NULL
);

CREATE TABLE archive_files (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,                 -- user, address, order or order_item
    name TEXT NOT NULL UNIQUE,
    rows INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    state TEXT NOT NULL,
    migration_id TEXT,
    asked INTEGER NOT NULL DEFAULT 0,   -- how often its progress was asked for
    seen TEXT                           -- the last thing the target said of it, for people
);

CREATE TABLE archive_rows (             -- whose a row of a file is, from 1; a user's is several orders'
    file_id INTEGER NOT NULL,
    row INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    part INTEGER NOT NULL,              -- which of the order's rows of this kind, from 0
    PRIMARY KEY (file_id, row, order_id)
) WITHOUT ROWID;

CREATE TABLE archive_starts (
    file_id INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    started REAL NOT NULL,              -- seconds since 1970, UTC; for people, never for decisions
    finished REAL,
    outcome TEXT,                       -- NULL: nothing is known, it may have been started
    reason TEXT,
    PRIMARY KEY (file_id, attempt)
) WITHOUT ROWID;

CREATE TABLE archive_stands (           -- what the target has taken: users, addresses, orders without items
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;
"""
EXPLAINING_TABLES = """
CREATE TABLE IF NOT EXISTS order_shapes ( -- which rows are an order's items, where its rows do not tell
    order_id INTEGER PRIMARY KEY,
    shape TEXT NOT NULL                 -- JSON: {"items": [[tab, row], ...], "filled": {"col": [tab, row]}}
);

CREATE TABLE IF NOT EXISTS complaints ( -- what the target said of an attempt that it did not take
    order_id INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    said TEXT NOT NULL,                 -- JSON: [[[path], message], ...], masked, two KiB at most
    landed INTEGER NOT NULL DEFAULT 0,  -- 1: they have been brought to the cells that they are about
    PRIMARY KEY (order_id, attempt)
) WITHOUT ROWID;
"""
"""Where an order's items stand, and what the target complained about."""
LATER_TABLES = MONEY_TABLES + EXPLAINING_TABLES
"""Tables that a journal of this version may lack; it gets them when it is opened."""
TABLES += LATER_TABLES

INDEXES = """
CREATE INDEX orders_position ON orders (tab, row);
CREATE INDEX order_refs_order ON order_refs (order_id);
CREATE INDEX refs_state ON refs (state, kind);
CREATE INDEX batch_objects_remote ON batch_objects (kind, remote_id);
CREATE INDEX batch_objects_order ON batch_objects (order_id);
CREATE INDEX issues_order ON issues (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS archived_code ON archived (code);
CREATE INDEX archive_rows_order ON archive_rows (order_id);
CREATE INDEX archive_left ON orders (tab, row)
    WHERE route = 'archive' AND state IN ('absent', 'planned', 'waiting');
"""
