-- Migration 3: pictures of what was seen, beside the immutable snapshot (docs/store-format.md, "Pictures"). One of a kind;
-- a later one takes the earlier one's place. The bytes are an object, like those of parts.

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
CREATE INDEX picture_object ON picture (object);
