#include "store/pictures.h"

#include "fixture.h"
#include "store/query.h"

using namespace keepleaf;
using namespace keepleaf::store;
using namespace keepleaf::test;

namespace {

std::int64_t count(Database& database, const std::string& from) {
  return database.sql().execAndGet("SELECT count(*) FROM " + from).getInt64();
}

PictureRow picture(std::int64_t object, UnixMs at) {
  PictureRow row;
  row.kind = "thumbnail";
  row.object = object;
  row.media_type = "image/webp";
  row.width = 640;
  row.height = 400;
  row.taken_at = at;
  return row;
}

}  // namespace

TEST_CASE("each new picture is a change; saying the same again is none; they go with their snapshot") {
  TempDir dir;
  OpenStore store(dir.path());
  const Uuid id = Uuid::v7(1);
  store.database->sql().exec(
      "INSERT INTO link (id, canonical_url, url, host, title, created_at, updated_at)"
      " VALUES (zeroblob(16), 'https://a.example/', 'https://a.example/', 'a.example', 'A', 1, 1);"
      "INSERT INTO snapshot (id, link, url, title, taken_at, engine, part_count, size_raw, size_stored,"
      " digest, stored_at) VALUES (zeroblob(16), 1, 'https://a.example/', 'A', 1, 'tab', 1, 0, 0,"
      " zeroblob(32), 1);"
      "INSERT INTO object (digest, size, encoding, stored_size, place, created_at)"
      " VALUES (zeroblob(32), 3, 'raw', 3, 'row', 1)");
  Pictures pictures(*store.database, store.changes.get());
  const std::string changes = "change WHERE entity = 'snapshot' AND field = 'picture_thumbnail'";

  store.act([&](const Moment& moment) { pictures.put(moment, 1, id, picture(1, 5)); });
  store.act([&](const Moment& moment) { pictures.put(moment, 1, id, picture(1, 5)); });
  CHECK(count(*store.database, changes) == 1);
  store.act([&](const Moment& moment) { pictures.put(moment, 1, id, picture(1, 6)); });
  CHECK(count(*store.database, changes) == 2);
  CHECK(count(*store.database, "picture") == 1);
  CHECK(pictures.find(1, "thumbnail")->taken_at == 6);
  CHECK_FALSE(pictures.find(1, "page"));

  // Rolled back: neither the picture nor the change is there.
  {
    Transaction transaction(*store.database);
    pictures.put(must(store.changes->moment()), 1, id, picture(1, 7));
  }
  CHECK(pictures.find(1, "thumbnail")->taken_at == 6);
  CHECK(count(*store.database, changes) == 2);

  // Its bytes stay while it is there.
  CHECK_THROWS(store.database->sql().exec("DELETE FROM object"));
  store.database->sql().exec("DELETE FROM snapshot");
  CHECK(count(*store.database, "picture") == 0);
}
