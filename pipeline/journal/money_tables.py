"""The tables of money: where each order's money is told, and what the target was seen to hold.

Journals that were made before there were any get them, empty, when they are opened.
"""

MONEY_TABLES = """
CREATE TABLE IF NOT EXISTS money_cells (
    id INTEGER PRIMARY KEY,
    day TEXT NOT NULL,                  -- date_placed in the mapping's time zone; '' where it is not readable
    status TEXT NOT NULL,               -- by name; '' where it is not readable
    UNIQUE (day, status)
);

CREATE TABLE IF NOT EXISTS order_cells (
    order_id INTEGER PRIMARY KEY,
    cell_id INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS read_backs ( -- what the target held when it was asked, in bulk or by number
    order_id INTEGER PRIMARY KEY,
    at REAL NOT NULL,                   -- seconds since 1970, UTC
    state TEXT NOT NULL,                -- of the order then; of one that has moved since, this says nothing
    found INTEGER NOT NULL,             -- orders on the target that count as this one
    remote_id TEXT,
    amount_minor INTEGER,               -- their sum in hundredths; NULL where it is not readable
    currency TEXT,
    cell_id INTEGER,                    -- as the target has it; NULL: as the order
    verdict TEXT,                       -- NULL where it balances; else missing, differs, several, unexpected,
                                        -- or again: to be asked for by its number
    differs TEXT NOT NULL DEFAULT ''    -- what differs, for people
);
CREATE INDEX IF NOT EXISTS read_backs_odd ON read_backs (order_id) WHERE verdict IS NOT NULL;

CREATE TABLE IF NOT EXISTS read_back_pages (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    next INTEGER NOT NULL               -- the page of the target's list of orders to go on with
);
"""
