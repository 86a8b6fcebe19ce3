-- Migration 2: how a snapshot compares with what was seen (docs/store-format.md, "Fidelity"). Measured after the commit, so it
-- stands beside the immutable snapshot and may be measured again.

CREATE TABLE fidelity (
  snapshot        INTEGER PRIMARY KEY REFERENCES snapshot (n) ON DELETE CASCADE,
  score           REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
  method          TEXT NOT NULL CHECK (method IN ('boxes', 'pixels')),
  viewport_width  INTEGER NOT NULL,
  viewport_height INTEGER NOT NULL,
  viewport_scale  REAL NOT NULL,
  measured_at     INTEGER NOT NULL
) STRICT;

-- Where the two differ, the weightiest first; CSS pixels from the corner of the part's own document.
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
