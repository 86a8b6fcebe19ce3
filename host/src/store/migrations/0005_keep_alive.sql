-- Migration 4: looking at links again (docs/store-format.md, "Schedules and conditions"; docs/jobs.md). Times are milliseconds
-- since 1970-01-01T00:00:00Z, periods too.

-- The host of a job's page: the worker leaves a pause between two visits to one, without reading the links of 10,000 jobs.
ALTER TABLE job ADD COLUMN host TEXT NOT NULL DEFAULT '';
UPDATE job SET host = coalesce((SELECT link.host FROM link WHERE link.n = job.link), '');
DROP INDEX job_due;
CREATE INDEX job_due ON job (not_before, n, host) WHERE state = 'queued';
CREATE INDEX job_state ON job (state, n);

-- What a person asked for: of one link, or of all links with a tag or one below it.
CREATE TABLE schedule (
  n          INTEGER PRIMARY KEY,
  link       INTEGER UNIQUE REFERENCES link (n) ON DELETE CASCADE,
  tag        INTEGER UNIQUE REFERENCES tag (n) ON DELETE CASCADE,
  every      INTEGER NOT NULL CHECK (every >= 3600000),
  created_at INTEGER NOT NULL,
  CHECK ((link IS NULL) <> (tag IS NULL))
) STRICT;

-- What follows from that for each link: derived, and derived again whenever it may have changed.
CREATE TABLE visit (
  link   INTEGER PRIMARY KEY REFERENCES link (n) ON DELETE CASCADE,
  every  INTEGER NOT NULL,
  due_at INTEGER NOT NULL
) STRICT;
CREATE INDEX visit_due ON visit (due_at);

-- One row for each time a schedule looked, named by the job that did.
CREATE TABLE checked (
  n          INTEGER PRIMARY KEY,
  job        BLOB NOT NULL UNIQUE CHECK (length(job) = 16),
  link       INTEGER NOT NULL REFERENCES link (n) ON DELETE CASCADE,
  outcome    TEXT NOT NULL CHECK (outcome IN ('unchanged', 'kept', 'not_kept', 'failed')),
  snapshot   BLOB,
  checked_at INTEGER NOT NULL
) STRICT;
CREATE INDEX checked_link ON checked (link, n);

-- How the page was when Keepleaf last looked by itself. `signs` holds a line for each: its name, a space, what was found.
CREATE TABLE condition (
  link       INTEGER PRIMARY KEY REFERENCES link (n) ON DELETE CASCADE,
  state      TEXT NOT NULL CHECK (state IN ('ok', 'gone', 'moved', 'parked', 'error_page', 'paywalled', 'changed', 'unreachable')),
  signs      TEXT NOT NULL DEFAULT '',
  target     TEXT NOT NULL DEFAULT '',
  since      INTEGER NOT NULL,
  checked_at INTEGER NOT NULL
) STRICT;
CREATE INDEX condition_state ON condition (state);
