-- | The schema of a fresh library, format 4, as SQLite keeps it. A unit test of the store compares a new library with
-- | this file: a difference means that a library written by one build may not be read by another. Generated from
-- | sqlite_schema; changed only together with a new migration.
CREATE TABLE change (
  seq    INTEGER PRIMARY KEY AUTOINCREMENT,
  entity TEXT NOT NULL CHECK (entity IN ('link', 'snapshot', 'tag', 'tagging')),
  id     BLOB NOT NULL,
  field  TEXT NOT NULL,
  value  ANY,
  hlc    INTEGER NOT NULL,
  origin BLOB NOT NULL CHECK (length(origin) = 16)
) STRICT;

CREATE TABLE checked (
  n          INTEGER PRIMARY KEY,
  job        BLOB NOT NULL UNIQUE CHECK (length(job) = 16),
  link       INTEGER NOT NULL REFERENCES link (n) ON DELETE CASCADE,
  outcome    TEXT NOT NULL CHECK (outcome IN ('unchanged', 'kept', 'not_kept', 'failed')),
  snapshot   BLOB,
  checked_at INTEGER NOT NULL
) STRICT;

CREATE TABLE condition (
  link       INTEGER PRIMARY KEY REFERENCES link (n) ON DELETE CASCADE,
  state      TEXT NOT NULL CHECK (state IN ('ok', 'gone', 'moved', 'parked', 'error_page', 'paywalled', 'changed', 'unreachable')),
  signs      TEXT NOT NULL DEFAULT '',
  target     TEXT NOT NULL DEFAULT '',
  since      INTEGER NOT NULL,
  checked_at INTEGER NOT NULL
) STRICT;

CREATE TABLE doomed (
  digest BLOB PRIMARY KEY CHECK (length(digest) = 32)
) STRICT, WITHOUT ROWID;

CREATE TABLE fidelity (
  snapshot        INTEGER PRIMARY KEY REFERENCES snapshot (n) ON DELETE CASCADE,
  score           REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
  method          TEXT NOT NULL CHECK (method IN ('boxes', 'pixels')),
  viewport_width  INTEGER NOT NULL,
  viewport_height INTEGER NOT NULL,
  viewport_scale  REAL NOT NULL,
  measured_at     INTEGER NOT NULL
) STRICT;

CREATE TABLE fidelity_region (
  snapshot INTEGER NOT NULL REFERENCES fidelity (snapshot) ON DELETE CASCADE,
  n        INTEGER NOT NULL CHECK (n >= 0),
  part     INTEGER NOT NULL CHECK (part >= 0),
  kind     TEXT NOT NULL,
  x        INTEGER NOT NULL,
  y        INTEGER NOT NULL,
  width    INTEGER NOT NULL CHECK (width >= 0),
  height   INTEGER NOT NULL CHECK (height >= 0),
  PRIMARY KEY (snapshot, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE job (
  n             INTEGER PRIMARY KEY,
  id            BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  kind          TEXT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  link          INTEGER REFERENCES link (n) ON DELETE CASCADE,
  url           TEXT NOT NULL DEFAULT '',
  engine        TEXT NOT NULL DEFAULT 'auto',
  allowed_hosts TEXT NOT NULL DEFAULT '',
  attempts      INTEGER NOT NULL DEFAULT 0,
  not_before    INTEGER NOT NULL DEFAULT 0,
  owner         BLOB,
  progress      INTEGER NOT NULL DEFAULT 0,
  snapshot      BLOB,
  error_code    TEXT NOT NULL DEFAULT '',
  error_message TEXT NOT NULL DEFAULT '',
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL
, host TEXT NOT NULL DEFAULT '') STRICT;

CREATE TABLE lease (
  capture    BLOB NOT NULL CHECK (length(capture) = 16),
  object     INTEGER NOT NULL REFERENCES object (n) ON DELETE CASCADE,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (capture, object)
) STRICT, WITHOUT ROWID;

CREATE TABLE link (
  n             INTEGER PRIMARY KEY,
  id            BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  canonical_url TEXT NOT NULL,
  url           TEXT NOT NULL,
  host          TEXT NOT NULL,
  title         TEXT NOT NULL,
  note          TEXT NOT NULL DEFAULT '',
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL,
  trashed_at    INTEGER
) STRICT;

CREATE TABLE link_tag (
  link     INTEGER NOT NULL REFERENCES link (n) ON DELETE CASCADE,
  tag      INTEGER NOT NULL REFERENCES tag (n) ON DELETE CASCADE,
  added_at INTEGER NOT NULL,
  PRIMARY KEY (link, tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE object (
  n           INTEGER PRIMARY KEY,
  digest      BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
  size        INTEGER NOT NULL CHECK (size >= 0),
  encoding    TEXT NOT NULL CHECK (encoding IN ('raw', 'zstd', 'zstd-delta')),
  base        INTEGER REFERENCES object (n),
  depth       INTEGER NOT NULL DEFAULT 0 CHECK (depth BETWEEN 0 AND 16),
  stored_size INTEGER NOT NULL CHECK (stored_size >= 0),
  place       TEXT NOT NULL CHECK (place IN ('row', 'file')),
  created_at  INTEGER NOT NULL,
  CHECK ((encoding = 'zstd-delta') = (base IS NOT NULL)),
  CHECK ((depth > 0) = (base IS NOT NULL))
) STRICT;

CREATE TABLE object_bytes (
  object INTEGER PRIMARY KEY REFERENCES object (n) ON DELETE CASCADE,
  bytes  BLOB NOT NULL
) STRICT;

CREATE TABLE part (
  snapshot   INTEGER NOT NULL REFERENCES snapshot (n) ON DELETE CASCADE,
  n          INTEGER NOT NULL CHECK (n >= 0),
  parent     INTEGER CHECK (parent >= 0),
  role       TEXT NOT NULL,
  url        TEXT NOT NULL,
  object     INTEGER REFERENCES object (n),
  media_type TEXT NOT NULL,
  status     TEXT NOT NULL,
  PRIMARY KEY (snapshot, n),
  CHECK ((status = 'ok') = (object IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE picture (
  snapshot   INTEGER NOT NULL REFERENCES snapshot (n) ON DELETE CASCADE,
  kind       TEXT NOT NULL CHECK (kind IN ('thumbnail', 'page')),
  object     INTEGER NOT NULL REFERENCES object (n),
  media_type TEXT NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg', 'image/webp')),
  width      INTEGER NOT NULL CHECK (width > 0),
  height     INTEGER NOT NULL CHECK (height > 0),
  partial    INTEGER NOT NULL CHECK (partial IN (0, 1)),
  taken_at   INTEGER NOT NULL,
  PRIMARY KEY (snapshot, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE schedule (
  n          INTEGER PRIMARY KEY,
  link       INTEGER UNIQUE REFERENCES link (n) ON DELETE CASCADE,
  tag        INTEGER UNIQUE REFERENCES tag (n) ON DELETE CASCADE,
  every      INTEGER NOT NULL CHECK (every >= 3600000),
  created_at INTEGER NOT NULL,
  CHECK ((link IS NULL) <> (tag IS NULL))
) STRICT;

CREATE TABLE setting (
  key   TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshot (
  n           INTEGER PRIMARY KEY,
  id          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  link        INTEGER NOT NULL REFERENCES link (n),
  url         TEXT NOT NULL,
  title       TEXT NOT NULL,
  taken_at    INTEGER NOT NULL,
  engine      TEXT NOT NULL CHECK (engine IN ('tab', 'link_tab', 'browser', 'fetch', 'import')),
  redirects   TEXT NOT NULL DEFAULT '',
  language    TEXT NOT NULL DEFAULT '',
  viewport    TEXT NOT NULL DEFAULT '',
  text        INTEGER REFERENCES text (n),
  part_count  INTEGER NOT NULL CHECK (part_count > 0),
  size_raw    INTEGER NOT NULL,
  size_stored INTEGER NOT NULL,
  digest      BLOB NOT NULL CHECK (length(digest) = 32),
  stored_at   INTEGER NOT NULL,
  trashed_at  INTEGER
) STRICT;

CREATE TABLE tag (
  n          INTEGER PRIMARY KEY,
  id         BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  path       TEXT NOT NULL,
  folded     TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE text (
  n         INTEGER PRIMARY KEY,
  key       BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
  object    INTEGER NOT NULL REFERENCES object (n),
  length    INTEGER NOT NULL CHECK (length >= 0),
  truncated INTEGER NOT NULL DEFAULT 0 CHECK (truncated IN (0, 1))
) STRICT;

CREATE TABLE visit (
  link   INTEGER PRIMARY KEY REFERENCES link (n) ON DELETE CASCADE,
  every  INTEGER NOT NULL,
  due_at INTEGER NOT NULL
) STRICT;

CREATE INDEX change_entity ON change (entity, id, field, hlc DESC);

CREATE INDEX checked_link ON checked (link, n);

CREATE INDEX condition_state ON condition (state);

CREATE INDEX job_due ON job (not_before, n, host) WHERE state = 'queued';

CREATE INDEX job_link ON job (link);

CREATE INDEX job_state ON job (state, n);

CREATE INDEX lease_expiry ON lease (expires_at);

CREATE INDEX lease_object ON lease (object);

CREATE INDEX link_created ON link (created_at DESC, n DESC) WHERE trashed_at IS NULL;

CREATE INDEX link_host ON link (host);

CREATE INDEX link_tag_tag ON link_tag (tag, link);

CREATE INDEX link_trashed ON link (trashed_at) WHERE trashed_at IS NOT NULL;

CREATE INDEX object_base ON object (base) WHERE base IS NOT NULL;

CREATE INDEX part_object ON part (object) WHERE object IS NOT NULL;

CREATE INDEX picture_object ON picture (object);

CREATE INDEX snapshot_link ON snapshot (link, taken_at DESC);

CREATE INDEX snapshot_text ON snapshot (text);

CREATE INDEX snapshot_trashed ON snapshot (trashed_at) WHERE trashed_at IS NOT NULL;

CREATE INDEX text_object ON text (object);

CREATE INDEX visit_due ON visit (due_at);

PRAGMA user_version = 5;
