#include "store/fidelities.h"

#include "fixture.h"
#include "store/query.h"

using namespace keepleaf;
using namespace keepleaf::store;
using namespace keepleaf::test;

namespace {

std::int64_t count(Database& database, const std::string& from) {
  return database.sql().execAndGet("SELECT count(*) FROM " + from).getInt64();
}

FidelityRow measure(double score) { return {score, "boxes", 800, 600, 1, 0, {{0, "text", 1, 2, 3, 4}}}; }

}  // namespace

TEST_CASE("each new measure is a change; saying the same again is none") {
  TempDir dir;
  OpenStore store(dir.path());
  const Uuid id = Uuid::v7(1);
  store.database->sql().exec(
      "INSERT INTO link (id, canonical_url, url, host, title, created_at, updated_at)"
      " VALUES (zeroblob(16), 'https://a.example/', 'https://a.example/', 'a.example', 'A', 1, 1);"
      "INSERT INTO snapshot (id, link, url, title, taken_at, engine, part_count, size_raw, size_stored,"
      " digest, stored_at) VALUES (zeroblob(16), 1, 'https://a.example/', 'A', 1, 'tab', 1, 0, 0,"
      " zeroblob(32), 1)");
  Fidelities fidelities(*store.database, store.changes.get());
  const std::string changes = "change WHERE entity = 'snapshot' AND field = 'fidelity'";

  store.act([&](const Moment& moment) { fidelities.put(moment, 1, id, measure(0.5)); });
  store.act([&](const Moment& moment) { fidelities.put(moment, 1, id, measure(0.5)); });
  CHECK(count(*store.database, changes) == 1);
  store.act([&](const Moment& moment) { fidelities.put(moment, 1, id, measure(0.75)); });
  CHECK(count(*store.database, changes) == 2);
  CHECK(count(*store.database, "fidelity_region") == 1);
  CHECK(fidelities.find(1)->score == 0.75);

  // Rolled back: neither the measure nor the change is there.
  {
    Transaction transaction(*store.database);
    fidelities.put(must(store.changes->moment()), 1, id, measure(0.25));
  }
  CHECK(fidelities.find(1)->score == 0.75);
  CHECK(count(*store.database, changes) == 2);

  store.database->sql().exec("DELETE FROM snapshot");
  CHECK(count(*store.database, "fidelity") == 0);
  CHECK(count(*store.database, "fidelity_region") == 0);
}
