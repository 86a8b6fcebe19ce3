-- Migration 4: objects of what was destroyed (docs/store-format.md, "The trash"). One transaction makes a link or snapshot
-- vanish and lists its objects here; their bytes go in short steps after it. What is listed may still be on the disk.

CREATE TABLE doomed (
  digest BLOB PRIMARY KEY CHECK (length(digest) = 32)
) STRICT, WITHOUT ROWID;

CREATE INDEX snapshot_trashed ON snapshot (trashed_at) WHERE trashed_at IS NOT NULL;
